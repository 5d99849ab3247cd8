"""Add e-mail: addresses, subscriptions and their requests, digests, bounces, and the terms of retention."""

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

from alembic import op

revision = "0049_mail"
down_revision = "0048_zalo"

_TIME = sa.DateTime(timezone=True)
_JSON = postgresql.JSONB(astext_type=sa.Text())

TERMS = (
    ("address", 28, "after the last subscription of the address has ended"),
    ("payload", 7, "after the mail is settled"),
    ("history", 365, "after the mail, the digest or the bounce"),
    ("pending", 3, "after the request, without a confirmation"),
    ("suppression", 28, "after which a suppressed address can ask for a confirmation again"),
)


def upgrade() -> None:
    op.create_index("ix_channel_item_recipient", "channel_item", ["recipient"])
    op.create_table(
        "mail_address",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("key", sa.LargeBinary()),
        sa.Column("address_sealed", sa.LargeBinary()),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("suppressed_at", _TIME),
        sa.Column("suppressed_reason", sa.String()),
        sa.Column("soft_bounces", sa.Integer(), nullable=False),
        sa.Column("soft_bounce_day", sa.Date()),
        sa.Column("confirmation_day", sa.Date()),
        sa.Column("created_at", _TIME, nullable=False),
        sa.Column("ended_at", _TIME),
        sa.CheckConstraint("(key IS NULL) = (address_sealed IS NULL)", name="mail_address_erased"),
    )
    op.create_index("uq_mail_address_key", "mail_address", ["key"], unique=True)
    op.create_table(
        "mail_subscription",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("address_id", sa.Uuid(), sa.ForeignKey("mail_address.id", ondelete="CASCADE"), nullable=False),
        sa.Column("filter", _JSON, nullable=False),
        sa.Column("filter_digest", sa.LargeBinary(), nullable=False),
        sa.Column("mode", sa.String(16), nullable=False),
        sa.Column("hour", sa.Integer(), nullable=False),
        sa.Column("lang", sa.String(8), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("epoch", sa.Uuid()),
        sa.Column("seq", sa.BigInteger()),
        sa.Column("next_due_at", _TIME),
        sa.Column("created_at", _TIME, nullable=False),
        sa.Column("confirmed_at", _TIME),
        sa.Column("ended_at", _TIME),
    )
    op.create_index("ix_mail_subscription_address_id", "mail_subscription", ["address_id"])
    op.create_index(
        "uq_mail_subscription_filter",
        "mail_subscription",
        ["address_id", "filter_digest"],
        unique=True,
        postgresql_where=sa.text("state <> 'ended'"),
    )
    op.create_index(
        "ix_mail_subscription_due",
        "mail_subscription",
        ["next_due_at", "id"],
        postgresql_where=sa.text("state = 'active'"),
    )
    op.create_index(
        "ix_mail_subscription_at_once",
        "mail_subscription",
        ["id"],
        postgresql_where=sa.text("state = 'active' AND mode = 'at_once'"),
    )
    op.create_table(
        "mail_request",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), primary_key=True),
        sa.Column("address_sealed", sa.LargeBinary()),
        sa.Column("domain_key", sa.LargeBinary(), nullable=False),
        sa.Column("filter", _JSON, nullable=False),
        sa.Column("mode", sa.String(16), nullable=False),
        sa.Column("hour", sa.Integer(), nullable=False),
        sa.Column("lang", sa.String(8), nullable=False),
        sa.Column("made_at", _TIME, nullable=False),
        sa.Column("next_at", _TIME, nullable=False),
        sa.Column("handled_at", _TIME),
        sa.Column("has_mail", sa.Boolean(), server_default="false", nullable=False),
    )
    op.create_index(
        "ix_mail_request_waiting", "mail_request", ["next_at", "id"], postgresql_where=sa.text("handled_at IS NULL")
    )
    op.create_index("ix_mail_request_domain", "mail_request", ["domain_key", "handled_at"])
    progress = op.create_table(
        "mail_progress",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("epoch", sa.Uuid()),
        sa.Column("seq", sa.BigInteger()),
        sa.Column("floor", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("instance", sa.Uuid()),
        sa.CheckConstraint("id = 1", name="one_row"),
    )
    op.bulk_insert(progress, [{"id": 1, "floor": 0}])
    op.create_table(
        "mail_run",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), primary_key=True),
        sa.Column("mode", sa.String(16), nullable=False),
        sa.Column("due_at", _TIME, nullable=False),
        sa.Column("epoch", sa.Uuid(), nullable=False),
        sa.Column("to_seq", sa.BigInteger(), nullable=False),
        sa.Column("started_at", _TIME, nullable=False),
        sa.Column("finished_at", _TIME),
    )
    op.create_index("uq_mail_run_due", "mail_run", ["mode", "due_at"], unique=True)
    op.create_index("ix_mail_run_open", "mail_run", ["due_at"], postgresql_where=sa.text("finished_at IS NULL"))
    op.create_table(
        "mail_digest",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), primary_key=True),
        sa.Column("run_id", sa.BigInteger(), sa.ForeignKey("mail_run.id", ondelete="CASCADE"), nullable=False),
        sa.Column(
            "subscription_id", sa.Uuid(), sa.ForeignKey("mail_subscription.id", ondelete="CASCADE"), nullable=False
        ),
        sa.Column("epoch", sa.Uuid(), nullable=False),
        sa.Column("from_seq", sa.BigInteger(), nullable=False),
        sa.Column("to_seq", sa.BigInteger(), nullable=False),
        sa.Column("item_id", sa.BigInteger()),
        sa.Column("made_at", _TIME, nullable=False),
    )
    op.create_index("uq_mail_digest_run", "mail_digest", ["run_id", "subscription_id"], unique=True)
    op.create_index(
        "uq_mail_digest_range",
        "mail_digest",
        ["subscription_id", "from_seq"],
        unique=True,
        postgresql_where=sa.text("to_seq > from_seq"),
    )
    op.create_index("ix_mail_digest_made", "mail_digest", ["made_at"])
    op.create_table(
        "mail_received",
        sa.Column("item_id", sa.BigInteger(), primary_key=True, autoincrement=False),
        sa.Column("document_id", sa.Uuid(), primary_key=True),
        sa.Column(
            "subscription_id", sa.Uuid(), sa.ForeignKey("mail_subscription.id", ondelete="CASCADE"), nullable=False
        ),
        sa.Column("at", _TIME, nullable=False),
    )
    op.create_index("ix_mail_received_subscription", "mail_received", ["subscription_id", "document_id"])
    op.create_index("ix_mail_received_document", "mail_received", ["document_id"])
    op.create_index("ix_mail_received_at", "mail_received", ["at"])
    op.create_table(
        "mail_notice",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("address_sealed", sa.LargeBinary()),
        sa.Column("made_at", _TIME, nullable=False),
    )
    op.create_table(
        "mail_bounce",
        sa.Column("item_id", sa.BigInteger(), primary_key=True, autoincrement=False),
        sa.Column("is_permanent", sa.Boolean(), primary_key=True),
        sa.Column("status", sa.String(16)),
        sa.Column("at", _TIME, nullable=False),
    )
    op.create_index("ix_mail_bounce_at", "mail_bounce", ["at"])
    terms = op.create_table(
        "mail_term",
        sa.Column("rule", sa.String(32), primary_key=True),
        sa.Column("days", sa.Integer(), nullable=False),
        sa.Column("basis", sa.String(), nullable=False),
    )
    op.bulk_insert(terms, [{"rule": rule, "days": days, "basis": basis} for rule, days, basis in TERMS])


def downgrade() -> None:
    op.drop_index("ix_channel_item_recipient", "channel_item")
    for name in (
        "mail_term",
        "mail_bounce",
        "mail_notice",
        "mail_received",
        "mail_digest",
        "mail_run",
        "mail_progress",
        "mail_request",
        "mail_subscription",
        "mail_address",
    ):
        op.drop_table(name)
