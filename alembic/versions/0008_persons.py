"""The person behind each API key, and the key behind each pushed record."""

import sqlalchemy as sa

from alembic import op

revision = "0008_persons"
down_revision = "0007_clock"


def upgrade() -> None:
    op.add_column("api_key", sa.Column("person", sa.String(200)))
    for table in ("provenance", "source_item"):
        op.add_column(table, sa.Column("pushed_by", sa.String(128)))


def downgrade() -> None:
    for table in ("source_item", "provenance"):
        op.drop_column(table, "pushed_by")
    op.drop_column("api_key", "person")
