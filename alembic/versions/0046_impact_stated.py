"""Statement of an agency that something has no high impact; until now only a high impact could be stated."""

import sqlalchemy as sa

from alembic import op

revision = "0046_impact_stated"
down_revision = "0045_persisted_mutations"


def upgrade() -> None:
    op.add_column("published_view", sa.Column("impact_stated", sa.Boolean(), nullable=False, server_default="false"))
    op.execute("UPDATE published_view SET impact_stated = true WHERE high_impact")


def downgrade() -> None:
    op.drop_column("published_view", "impact_stated")
