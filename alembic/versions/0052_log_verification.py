"""The position up to which `hub verify-log` found the log intact, so that the next run goes on from there."""

import sqlalchemy as sa

from alembic import op

revision = "0052_log_verification"
down_revision = "0051_scale"


def upgrade() -> None:
    op.create_table(
        "log_verification",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("epoch", sa.Uuid(), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("hash", sa.String(64), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False, server_default=sa.func.now()),
        sa.CheckConstraint("id = 1", name="one_row"),
    )


def downgrade() -> None:
    op.drop_table("log_verification")
