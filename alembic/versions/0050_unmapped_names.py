"""Words that the registry does not know: what they mean, and where they stand."""

import sqlalchemy as sa

from alembic import op

revision = "0050_unmapped_names"
down_revision = "0049_mail"

_OPEN = "content ? 'unmapped' AND state IN ('approved', 'drafting', 'in_review', 'published', 'scheduled')"


def upgrade() -> None:
    op.create_table(
        "name_mapping",
        sa.Column("field", sa.String(16), primary_key=True),
        sa.Column("key", sa.String(600), primary_key=True),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("target", sa.String(80), nullable=False),
        sa.Column("decided_by", sa.String(128), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=False),
    )
    op.create_index("ix_edition_unmapped", "edition", ["id"], postgresql_where=sa.text(_OPEN))


def downgrade() -> None:
    op.drop_index("ix_edition_unmapped", "edition")
    op.drop_table("name_mapping")
