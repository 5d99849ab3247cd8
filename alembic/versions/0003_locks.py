"""Leases of named work, in place of advisory locks with hashed names."""

import sqlalchemy as sa

from alembic import op

revision = "0003_locks"
down_revision = "0002_epochs"


def upgrade() -> None:
    op.create_table(
        "lease",
        sa.Column("queue", sa.String(64), primary_key=True),
        sa.Column("key", sa.String(200), primary_key=True),
        sa.Column("holder", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), server_default=sa.func.now(), nullable=False),
        prefixes=["UNLOGGED"],
    )


def downgrade() -> None:
    op.drop_table("lease")
