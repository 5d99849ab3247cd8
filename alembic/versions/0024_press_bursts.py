"""Bursts of the press watch are days, and say in which words and where; their headlines are found by subject and day."""

import sqlalchemy as sa
import sqlmodel
from sqlalchemy.dialects import postgresql

from alembic import op

revision = '0024'
down_revision = '0023'

_Text = sqlmodel.sql.sqltypes.AutoString


def _codes(name: str) -> sa.Column:
    return sa.Column(name, postgresql.ARRAY(sa.Text()), nullable=False)


def _made(*own: sa.Column) -> None:
    op.create_table('press_burst',
    sa.Column('id', sa.BigInteger(), sa.Identity(always=True), nullable=False),
    sa.Column('kind', _Text(length=8), nullable=False),
    sa.Column('subject', _Text(), nullable=False),
    *own,
    sa.Column('observed', sa.Integer(), nullable=False),
    sa.Column('expected', sa.Float(), nullable=False),
    sa.Column('score', sa.Float(), nullable=False),
    sa.Column('outlets', sa.Integer(), nullable=False),
    _codes('phrases'),
    _codes('topics'),
    _codes('places'),
    sa.Column('found_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.PrimaryKeyConstraint('id')
    )
    op.create_index('ix_press_burst_topics', 'press_burst', ['topics'], unique=False, postgresql_using='gin')
    op.create_index('ix_press_burst_places', 'press_burst', ['places'], unique=False, postgresql_using='gin')


def upgrade() -> None:
    # Nothing has written bursts before; the worker finds them anew from the headlines.
    op.drop_table('press_burst_item')
    op.drop_table('press_burst')
    _made(
        sa.Column('first_on', sa.Date(), nullable=False),
        sa.Column('last_on', sa.Date(), nullable=False),
        sa.Column('peak_on', sa.Date(), nullable=False),
        sa.Column('began_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('over', sa.Boolean(), nullable=False),
    )
    op.create_index('ix_press_burst_first_on', 'press_burst', ['first_on', 'id'], unique=False)


def downgrade() -> None:
    op.drop_table('press_burst')
    _made(
        sa.Column('begins_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('ends_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('peak_at', sa.DateTime(timezone=True), nullable=False),
    )
    op.create_index('ix_press_burst_begins_at', 'press_burst', ['begins_at', 'id'], unique=False)
    op.create_table('press_burst_item',
    sa.Column('burst_id', sa.BigInteger(), nullable=False),
    sa.Column('item_id', sa.BigInteger(), nullable=False),
    sa.ForeignKeyConstraint(['burst_id'], ['press_burst.id'], ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['item_id'], ['press_item.id'], ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('burst_id', 'item_id')
    )
    op.create_index(op.f('ix_press_burst_item_item_id'), 'press_burst_item', ['item_id'], unique=False)
