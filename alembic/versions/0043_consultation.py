"""Consultations with their documents and published editions; their window as instants beside the views of drafts.

The worker begins the consultation of each draft that is public already, with its entries in the log.
"""

import sqlalchemy as sa

from alembic import op

revision = "0043_consultation"
down_revision = "0042_clocks"

DRAFTS = "seq_to IS NULL AND state = 'live' AND kind = 'draft'"
WITHOUT = "seq_to IS NULL AND state = 'live' AND consultation_id IS NULL AND closes_at IS NOT NULL"
NEWEST = (sa.text("published_at DESC"), sa.text("document_id DESC"))
STAGES = ("announced", "open", "closed", "answered", "adopted", "dropped")
OPENS = "(opens_on::timestamp AT TIME ZONE INTERVAL '+07:00')"
CLOSES = "((closes_on + 1)::timestamp AT TIME ZONE INTERVAL '+07:00')"
MOMENT = sa.DateTime(timezone=True)

FUNCTION = """
CREATE FUNCTION hub_draft_consultation() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  SELECT c.id, c.state, c.version, c.opens_at, c.closes_at
    INTO NEW.consultation_id, NEW.consultation_stage, NEW.consultation_version, NEW.opens_at, NEW.closes_at
    FROM consultation_document d JOIN consultation c ON c.id = d.consultation_id
    WHERE d.document_id = NEW.document_id;
  IF NOT FOUND THEN
    NEW.opens_at := NEW.opens_on::timestamp AT TIME ZONE INTERVAL '+07:00';
    NEW.closes_at := (NEW.closes_on + 1)::timestamp AT TIME ZONE INTERVAL '+07:00';
  END IF;
  RETURN NEW;
END $$
"""
TRIGGER = """
CREATE TRIGGER published_view_draft_consultation BEFORE INSERT ON published_view FOR EACH ROW
WHEN (NEW.kind = 'draft' AND NEW.closes_on IS NOT NULL AND NEW.closes_at IS NULL)
EXECUTE FUNCTION hub_draft_consultation()
"""
"""For processes of the version before, which go on publishing until they are replaced and do not know the columns."""


def upgrade() -> None:
    stages = ", ".join(f"'{stage}'" for stage in STAGES)
    op.create_table(
        "consultation",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("number", sa.BigInteger(), sa.Identity(always=True), nullable=False, unique=True),
        sa.Column("agency", sa.String(64), sa.ForeignKey("agency.code"), nullable=False, index=True),
        sa.Column("state", sa.String(16), nullable=False),
        *(sa.Column(name, MOMENT, nullable=False) for name in ("opens_at", "closes_at", "announced_closes_at")),
        sa.Column("announced_at", MOMENT, nullable=False),
        *(sa.Column(f"{name}_at", MOMENT) for name in ("opened", "closed", "answered", "adopted", "dropped")),
        sa.Column("dropped_reason", sa.String()),
        sa.Column("short_reason", sa.String()),
        sa.Column("policy_id", sa.Uuid(), sa.ForeignKey("document.id"), index=True),
        sa.Column("without_answers", sa.Boolean(), nullable=False, server_default="false"),
        sa.Column("adopted_reason", sa.String()),
        sa.Column("version", sa.Integer(), nullable=False, server_default="1"),
        sa.Column("comment_changes", sa.BigInteger(), nullable=False, server_default="0"),
        sa.CheckConstraint(f"state IN ({stages})", name="consultation_state"),
        sa.CheckConstraint("opens_at <= closes_at AND closes_at <= announced_closes_at", name="consultation_window"),
        sa.CheckConstraint("(state = 'dropped') = (dropped_at IS NOT NULL)", name="consultation_dropped"),
        sa.CheckConstraint("(state = 'adopted') = (adopted_at IS NOT NULL)", name="consultation_adopted"),
    )
    running = "state IN ('announced', 'open')"
    announced = sa.text("state = 'announced'")
    op.create_index("ix_consultation_opens", "consultation", ["opens_at"], postgresql_where=announced)
    op.create_index("ix_consultation_closing", "consultation", ["closes_at"], postgresql_where=sa.text(running))
    op.create_index("ix_consultation_closes", "consultation", ["closes_at", "id"])
    op.create_table(
        "consultation_document",
        sa.Column("document_id", sa.Uuid(), sa.ForeignKey("document.id"), primary_key=True),
        sa.Column("consultation_id", sa.Uuid(), sa.ForeignKey("consultation.id"), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
    )
    members = ["consultation_id", "position"]
    op.create_index("uq_consultation_document", "consultation_document", members, unique=True)
    op.create_table(
        "consultation_draft",
        sa.Column("consultation_id", sa.Uuid(), sa.ForeignKey("consultation.id"), primary_key=True),
        sa.Column("position", sa.Integer(), primary_key=True),
        sa.Column("document_id", sa.Uuid(), sa.ForeignKey("document.id"), nullable=False),
        sa.Column("lang", sa.String(8), nullable=False),
        sa.Column("edition", sa.Integer(), nullable=False),
        sa.Column("draft_version", sa.Integer(), nullable=False),
        sa.Column("published_at", MOMENT, nullable=False),
    )
    edition = ["document_id", "lang", "edition"]
    op.create_index("uq_consultation_draft", "consultation_draft", edition, unique=True)

    op.add_column("published_view", sa.Column("consultation_id", sa.Uuid()))
    op.add_column("published_view", sa.Column("consultation_stage", sa.String(16)))
    op.add_column("published_view", sa.Column("consultation_version", sa.Integer()))
    op.add_column("published_view", sa.Column("opens_at", MOMENT))
    op.add_column("published_view", sa.Column("closes_at", MOMENT))
    op.execute(
        f"UPDATE published_view SET opens_at = {OPENS}, closes_at = {CLOSES} "  # noqa: S608 - constants
        "WHERE kind = 'draft' AND closes_on IS NOT NULL"
    )
    last = sa.text("COALESCE(closes_at, '9999-12-31 00:00:00+00'::timestamptz)")
    first = sa.text("COALESCE(closes_at, '0001-01-02 00:00:00+00'::timestamptz)")
    _create_index("closes_at", (last, *NEWEST), DRAFTS)
    _create_index("closed_at", (first, "published_at", "document_id"), DRAFTS)
    _create_index("no_consultation", ("document_id",), WITHOUT)
    for name in ("closes", "closed"):
        op.drop_index(f"ix_published_view_{name}", "published_view")
    op.execute(FUNCTION)
    op.execute(TRIGGER)


def _create_index(name: str, columns: tuple[object, ...], where: str) -> None:
    op.create_index(f"ix_published_view_{name}", "published_view", columns, postgresql_where=sa.text(where))


def downgrade() -> None:
    op.execute("DROP TRIGGER published_view_draft_consultation ON published_view")
    op.execute("DROP FUNCTION hub_draft_consultation()")
    for name in ("closes_at", "closed_at", "no_consultation"):
        op.drop_index(f"ix_published_view_{name}", "published_view")
    _create_index("closes", (sa.text("COALESCE(closes_on, '9999-12-31'::date)"), *NEWEST), DRAFTS)
    closed = (sa.text("COALESCE(closes_on, '0001-01-01'::date)"), "published_at", "document_id")
    _create_index("closed", closed, DRAFTS)
    for name in ("consultation_id", "consultation_stage", "consultation_version", "opens_at", "closes_at"):
        op.drop_column("published_view", name)
    for name in ("consultation_draft", "consultation_document", "consultation"):
        op.drop_table(name)
