"""GraphQL queries known by their SHA-256."""

import sqlalchemy as sa
import sqlmodel

from alembic import op

revision = '0026'
down_revision = '0025'

_Text = sqlmodel.sql.sqltypes.AutoString


def upgrade() -> None:
    op.create_table('persisted_query',
    sa.Column('sha256', _Text(length=64), nullable=False),
    sa.Column('text', _Text(), nullable=False),
    sa.Column('names', _Text(length=400), nullable=False),
    sa.Column('registered_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('used_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.PrimaryKeyConstraint('sha256')
    )
    op.create_index('ix_persisted_query_used_at', 'persisted_query', ['used_at', 'sha256'], unique=False,
                    postgresql_where=sa.text('registered_at IS NULL'))


def downgrade() -> None:
    op.drop_table('persisted_query')
