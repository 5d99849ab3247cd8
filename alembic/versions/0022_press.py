"""Press watch: headlines, bursts, and the headlines behind each burst."""

import sqlalchemy as sa
import sqlmodel
from sqlalchemy.dialects import postgresql

from alembic import op

revision = '0022'
down_revision = '0017'

_Text = sqlmodel.sql.sqltypes.AutoString


def _codes(name: str) -> sa.Column:
    return sa.Column(name, postgresql.ARRAY(sa.Text()), nullable=False)


def upgrade() -> None:
    op.create_table('press_item',
    sa.Column('id', sa.BigInteger(), sa.Identity(always=True), nullable=False),
    sa.Column('key', _Text(length=32), nullable=False),
    sa.Column('source', _Text(length=64), nullable=True),
    sa.Column('outlet', _Text(length=120), nullable=False),
    sa.Column('title', _Text(), nullable=False),
    sa.Column('link', _Text(), nullable=True),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('time_kind', _Text(length=12), nullable=False),
    sa.Column('collected_at', sa.DateTime(timezone=True), nullable=True),
    _codes('topics'),
    _codes('places'),
    sa.Column('tone', sa.SmallInteger(), nullable=True),
    sa.Column('lexicon', _Text(length=16), nullable=False),
    sa.Column('taken_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.PrimaryKeyConstraint('id'),
    sa.UniqueConstraint('key')
    )
    op.create_index(op.f('ix_press_item_source'), 'press_item', ['source'], unique=False)
    op.create_index('ix_press_item_at', 'press_item', ['at', 'id'], unique=False)
    op.create_index('ix_press_item_topics', 'press_item', ['topics'], unique=False, postgresql_using='gin')
    op.create_index('ix_press_item_places', 'press_item', ['places'], unique=False, postgresql_using='gin')
    op.create_table('press_burst',
    sa.Column('id', sa.BigInteger(), sa.Identity(always=True), nullable=False),
    sa.Column('kind', _Text(length=8), nullable=False),
    sa.Column('subject', _Text(), nullable=False),
    sa.Column('begins_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('ends_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('peak_at', sa.DateTime(timezone=True), nullable=False),
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
    op.create_index('ix_press_burst_begins_at', 'press_burst', ['begins_at', 'id'], unique=False)
    op.create_index('ix_press_burst_topics', 'press_burst', ['topics'], unique=False, postgresql_using='gin')
    op.create_index('ix_press_burst_places', 'press_burst', ['places'], unique=False, postgresql_using='gin')
    op.create_table('press_burst_item',
    sa.Column('burst_id', sa.BigInteger(), nullable=False),
    sa.Column('item_id', sa.BigInteger(), nullable=False),
    sa.ForeignKeyConstraint(['burst_id'], ['press_burst.id'], ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['item_id'], ['press_item.id'], ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('burst_id', 'item_id')
    )
    op.create_index(op.f('ix_press_burst_item_item_id'), 'press_burst_item', ['item_id'], unique=False)


def downgrade() -> None:
    op.drop_table('press_burst_item')
    op.drop_table('press_burst')
    op.drop_table('press_item')
