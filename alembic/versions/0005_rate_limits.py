"""Rate limits: what keys and addresses have spent, shared by all API processes."""

import sqlalchemy as sa
import sqlmodel

from alembic import op

revision = '0005'
down_revision = '0004'


def upgrade() -> None:
    # Unlogged: after a crash every bucket is full again, and spending writes no log.
    op.create_table('rate_bucket',
    sa.Column('name', sqlmodel.sql.sqltypes.AutoString(length=200), nullable=False),
    sa.Column('full_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('granted', sa.Integer(), nullable=False),
    sa.PrimaryKeyConstraint('name'),
    prefixes=['UNLOGGED'],
    postgresql_with={'fillfactor': 50}
    )


def downgrade() -> None:
    op.drop_table('rate_bucket')
