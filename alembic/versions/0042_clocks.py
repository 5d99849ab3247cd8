"""Legal clocks: dated rows of rules, the calendar of working days, and clocks; inquiries of the press."""

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY, ExcludeConstraint

from alembic import op

revision = "0042_clocks"
down_revision = "0041_damaged_rows"

OPEN = "met_at IS NULL AND cancelled_at IS NULL"
CERTAINTY = "certainty IN ('confirmed', 'reported', 'assumed')"


def upgrade() -> None:
    # The equality of a rule's code, beside the overlap of its days, in one index.
    op.execute("CREATE EXTENSION IF NOT EXISTS btree_gist WITH SCHEMA public")
    op.create_table(
        "clock_rule",
        sa.Column("rule", sa.String(64), primary_key=True),
        sa.Column("valid_from", sa.Date(), primary_key=True),
        sa.Column("valid_to", sa.Date()),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("name_en", sa.String(), nullable=False),
        sa.Column("trigger", sa.String(64), nullable=False),
        sa.Column("amount", sa.Integer(), nullable=False),
        sa.Column("unit", sa.String(16), nullable=False),
        sa.Column("effect", sa.String(16), nullable=False),
        sa.Column("basis", sa.String(), nullable=False),
        sa.Column("basis_url", sa.String()),
        sa.Column("certainty", sa.String(16), nullable=False),
        sa.Column("note", sa.String()),
        sa.Column("note_en", sa.String()),
        sa.CheckConstraint(CERTAINTY, name="clock_rule_certainty"),
        sa.CheckConstraint("unit IN ('hours', 'days', 'working_days')", name="clock_rule_unit"),
        sa.CheckConstraint("effect IN ('warn', 'reason_required', 'breach')", name="clock_rule_effect"),
        sa.CheckConstraint("amount BETWEEN 1 AND 10000", name="clock_rule_amount"),
        sa.CheckConstraint("valid_to > valid_from", name="clock_rule_days"),
        ExcludeConstraint(
            ("rule", "="),
            (sa.text("daterange(valid_from, valid_to)"), "&&"),
            name="clock_rule_overlap",
            using="gist",
            deferrable=True,
            initially="IMMEDIATE",
        ),
    )
    op.create_table(
        "calendar_day",
        sa.Column("day", sa.Date(), primary_key=True),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("name_en", sa.String(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("source_url", sa.String()),
        sa.Column("certainty", sa.String(16), nullable=False),
        sa.CheckConstraint("kind IN ('holiday', 'working')", name="calendar_day_kind"),
        sa.CheckConstraint(CERTAINTY, name="calendar_day_certainty"),
    )
    op.create_table(
        "clock",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), primary_key=True),
        sa.Column("rule", sa.String(64), nullable=False),
        sa.Column("rule_from", sa.Date(), nullable=False),
        sa.Column("subject_kind", sa.String(32), nullable=False),
        sa.Column("subject_id", sa.Uuid(), nullable=False),
        sa.Column("owner", sa.String(64), sa.ForeignKey("agency.code"), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("doubts", ARRAY(sa.Text()), nullable=False, server_default="{}"),
        sa.Column("extended_at", sa.DateTime(timezone=True)),
        sa.Column("met_at", sa.DateTime(timezone=True)),
        sa.Column("breached_at", sa.DateTime(timezone=True)),
        sa.Column("cancelled_at", sa.DateTime(timezone=True)),
        sa.Column("failures", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("retry_at", sa.DateTime(timezone=True)),
        sa.ForeignKeyConstraint(["rule", "rule_from"], ["clock_rule.rule", "clock_rule.valid_from"]),
        sa.CheckConstraint("due_at > started_at", name="clock_term"),
        sa.CheckConstraint("met_at IS NULL OR cancelled_at IS NULL", name="clock_end"),
    )
    op.create_index("ix_clock_subject", "clock", ["subject_kind", "subject_id", "id"])
    op.create_index("ix_clock_rule", "clock", ["rule", "rule_from"])
    op.create_index("ix_clock_owner", "clock", ["owner", "started_at"])
    op.create_index(
        "uq_clock_open",
        "clock",
        ["rule", "subject_kind", "subject_id"],
        unique=True,
        postgresql_where=sa.text(OPEN),
    )
    unmarked, overdue = f"{OPEN} AND breached_at IS NULL", f"{OPEN} AND breached_at IS NOT NULL"
    op.create_index("ix_clock_due", "clock", ["due_at", "id"], postgresql_where=sa.text(unmarked))
    op.create_index("ix_clock_overdue", "clock", ["due_at"], postgresql_where=sa.text(overdue))
    op.create_table(
        "press_inquiry",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("agency", sa.String(64), sa.ForeignKey("agency.code"), nullable=False),
        sa.Column("outlet", sa.String()),
        sa.Column("question", sa.String()),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("incident_at", sa.DateTime(timezone=True)),
        sa.Column("created_by", sa.String(128), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False, server_default=sa.func.now()),
        sa.Column("version", sa.Integer(), nullable=False, server_default="1"),
        sa.Column("document_id", sa.Uuid(), sa.ForeignKey("document.id"), index=True),
        sa.Column("answered_at", sa.DateTime(timezone=True)),
        sa.Column("closed_at", sa.DateTime(timezone=True)),
        sa.Column("reason", sa.String()),
        sa.Column("erased_at", sa.DateTime(timezone=True)),
        sa.CheckConstraint("answered_at IS NULL OR closed_at IS NULL", name="press_inquiry_end"),
        sa.CheckConstraint("(answered_at IS NULL) = (document_id IS NULL)", name="press_inquiry_answer"),
        sa.CheckConstraint("(erased_at IS NULL) = (question IS NOT NULL)", name="press_inquiry_erased"),
    )
    op.create_index("ix_press_inquiry_agency", "press_inquiry", ["agency", "asked_at", "id"])


def downgrade() -> None:
    for table in ("press_inquiry", "clock", "calendar_day", "clock_rule"):
        op.drop_table(table)
    # The extension stays: it may have been there before, or serve something else.
