"""Who works at a source is told by an advisory lock, which ends with its process; leases had to be waited for."""

import sqlalchemy as sa
import sqlmodel

from alembic import op

revision = '0027'
down_revision = '0026'


def upgrade() -> None:
    op.drop_column('source', 'lease_by')
    op.drop_column('source', 'lease_until')
    op.drop_column('source_item', 'lease_until')
    op.create_index(
        'ix_source_run_open', 'source_run', ['source'], unique=True, postgresql_where=sa.text('finished_at IS NULL')
    )


def downgrade() -> None:
    op.drop_index('ix_source_run_open', table_name='source_run')
    op.add_column('source_item', sa.Column('lease_until', sa.DateTime(timezone=True), nullable=True))
    op.add_column('source', sa.Column('lease_until', sa.DateTime(timezone=True), nullable=True))
    op.add_column('source', sa.Column('lease_by', sqlmodel.sql.sqltypes.AutoString(length=64), nullable=True))
