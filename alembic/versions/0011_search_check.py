"""What the last comparison of the search index with the live views found."""

import sqlalchemy as sa

from alembic import op

revision = '0011'
down_revision = '0010'


def upgrade() -> None:
    op.create_table('search_check',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('checked_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.Column('missing', sa.Integer(), nullable=False),
    sa.Column('stale', sa.Integer(), nullable=False),
    sa.Column('extra', sa.Integer(), nullable=False),
    sa.Column('healed', sa.Integer(), nullable=False),
    sa.CheckConstraint('id = 1', name='one_row'),
    sa.PrimaryKeyConstraint('id')
    )


def downgrade() -> None:
    op.drop_table('search_check')
