"""Add channels: their switches, the outbox with its calls, and the copies at the other side; count outside calls."""

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

from alembic import op

revision = "0047_channels"
down_revision = "0046_impact_stated"

_TIME = sa.DateTime(timezone=True)
_JSON = postgresql.JSONB(astext_type=sa.Text())


def upgrade() -> None:
    op.create_table(
        "channel_switch",
        sa.Column("channel", sa.String(32), primary_key=True),
        sa.Column("is_on", sa.Boolean(), nullable=False),
        sa.Column("since_epoch", sa.Uuid(), nullable=False),
        sa.Column("since_seq", sa.BigInteger(), nullable=False),
        sa.Column("paused_reason", sa.String()),
        sa.Column("paused_at", _TIME),
        sa.Column("changed_by", sa.String(128), nullable=False),
        sa.Column("changed_at", _TIME, nullable=False),
    )
    op.create_table(
        "channel_item",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), primary_key=True),
        sa.Column("channel", sa.String(32), nullable=False),
        sa.Column("action", sa.String(16), nullable=False),
        sa.Column("key", sa.String(200), nullable=False),
        sa.Column("recipient", sa.String(64), nullable=False),
        sa.Column("document_id", sa.Uuid()),
        sa.Column("lang", sa.String(8)),
        sa.Column("edition", sa.Integer()),
        sa.Column("event", sa.String(32), nullable=False),
        sa.Column("rank", sa.Integer(), nullable=False),
        sa.Column("priority", sa.String(16)),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("hold", sa.String(16)),
        sa.Column("payload", _JSON),
        sa.Column("step", sa.String(32)),
        sa.Column("words", sa.String()),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("made_at", _TIME, nullable=False),
        sa.Column("next_at", _TIME),
        sa.Column("first_sent_at", _TIME),
        sa.Column("settled_at", _TIME),
        sa.Column("resolved_by", sa.String(128)),
        sa.Column("resolution", sa.String()),
        sa.Column("erased", sa.Boolean(), server_default="false", nullable=False),
    )
    op.create_index("uq_channel_item", "channel_item", ["channel", "action", "key", "recipient"], unique=True)
    op.create_index(
        "ix_channel_item_due",
        "channel_item",
        ["channel", "rank", "id", "next_at"],
        postgresql_where=sa.text("state IN ('queued', 'held')"),
    )
    op.create_index(
        "ix_channel_item_asked",
        "channel_item",
        ["channel", "next_at"],
        postgresql_where=sa.text("state IN ('in_review', 'unknown')"),
    )
    op.create_index(
        "ix_channel_item_sending", "channel_item", ["channel"], postgresql_where=sa.text("state = 'sending'")
    )
    op.create_index(
        "ix_channel_item_document",
        "channel_item",
        ["document_id", "recipient", "channel", "id"],
        postgresql_where=sa.text("document_id IS NOT NULL"),
    )
    op.create_index(
        "ix_channel_item_settled",
        "channel_item",
        ["state", "settled_at"],
        postgresql_where=sa.text("settled_at IS NOT NULL"),
    )
    op.create_index(
        "ix_channel_item_unknown", "channel_item", ["channel", "id"], postgresql_where=sa.text("state = 'unknown'")
    )
    op.create_table(
        "channel_call",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), primary_key=True),
        sa.Column("item_id", sa.BigInteger(), sa.ForeignKey("channel_item.id", ondelete="CASCADE"), nullable=False),
        sa.Column("step", sa.String(32), nullable=False),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column("at", _TIME, nullable=False),
        sa.Column("last_at", _TIME),
        sa.Column("times", sa.Integer(), server_default="1", nullable=False),
        sa.Column("outcome", sa.String(16)),
        sa.Column("words", sa.String()),
        sa.Column("seconds", sa.Float()),
    )
    op.create_index("ix_channel_call_item", "channel_call", ["item_id", "id"])
    op.create_index("ix_channel_call_at", "channel_call", ["at"])
    op.create_table(
        "channel_copy",
        sa.Column("channel", sa.String(32), primary_key=True),
        sa.Column("document_id", sa.Uuid(), primary_key=True),
        sa.Column("lang", sa.String(8), primary_key=True),
        sa.Column("remote", _JSON, server_default="{}", nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("edition", sa.Integer()),
        sa.Column("changed_at", _TIME, nullable=False),
    )
    op.add_column("send_lease", sa.Column("calls", sa.BigInteger(), server_default="0", nullable=False))


def downgrade() -> None:
    op.drop_column("send_lease", "calls")
    for name in ("channel_copy", "channel_call", "channel_item", "channel_switch"):
        op.drop_table(name)
