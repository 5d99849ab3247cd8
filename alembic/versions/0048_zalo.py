"""Add Zalo: the tokens of the account, its quota, its events and their counts."""

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

from alembic import op

revision = "0048_zalo"
down_revision = "0047_channels"

_TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "zalo_token",
        sa.Column("app_id", sa.String(24), primary_key=True),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("intent", sa.Uuid()),
        sa.Column("access", sa.LargeBinary(), nullable=False),
        sa.Column("refresh", sa.LargeBinary(), nullable=False),
        sa.Column("access_expires_at", _TIME, nullable=False),
        sa.Column("refresh_expires_at", _TIME, nullable=False),
        sa.Column("access_seconds", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("words", sa.String()),
        sa.Column("authorised_by", sa.String(128), nullable=False),
        sa.Column("authorised_at", _TIME, nullable=False),
        sa.Column("changed_at", _TIME, nullable=False),
    )
    op.create_table(
        "zalo_account",
        sa.Column("app_id", sa.String(24), primary_key=True),
        sa.Column("package", sa.String()),
        sa.Column("package_valid_through", sa.String()),
        sa.Column("followers", sa.Integer()),
        sa.Column("remaining", sa.Integer()),
        sa.Column("total", sa.Integer()),
        sa.Column("answer", postgresql.JSONB(astext_type=sa.Text()), server_default="{}", nullable=False),
        sa.Column("asked_at", _TIME, nullable=False),
    )
    op.create_table(
        "zalo_event",
        sa.Column("key", sa.String(64), primary_key=True),
        sa.Column("name", sa.String(64), nullable=False),
        sa.Column("msg_id", sa.String(128)),
        sa.Column("tracking_id", sa.String(128)),
        sa.Column("person", sa.String(64)),
        sa.Column("happened_at", _TIME, nullable=False),
        sa.Column("received_at", _TIME, nullable=False),
        sa.Column("handled_at", _TIME),
    )
    op.create_index(
        "ix_zalo_event_waiting", "zalo_event", ["received_at", "key"], postgresql_where=sa.text("handled_at IS NULL")
    )
    op.create_index("ix_zalo_event_received", "zalo_event", ["received_at"])
    op.create_table(
        "zalo_count",
        sa.Column("day", sa.Date(), primary_key=True),
        sa.Column("name", sa.String(64), primary_key=True),
        sa.Column("msg_id", sa.String(128), primary_key=True),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("last_at", _TIME, nullable=False),
    )


def downgrade() -> None:
    for name in ("zalo_count", "zalo_event", "zalo_account", "zalo_token"):
        op.drop_table(name)
