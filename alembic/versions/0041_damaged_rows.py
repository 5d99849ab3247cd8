"""Stored views and rows that some process could not render."""

import sqlalchemy as sa

from alembic import op

revision = "0041_damaged_rows"
down_revision = "0040_lists"


def upgrade() -> None:
    op.create_table(
        "damaged_row",
        sa.Column("name", sa.String(200), primary_key=True),
        sa.Column("surface", sa.String(64), primary_key=True),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False, server_default=sa.func.now()),
    )


def downgrade() -> None:
    op.drop_table("damaged_row")
