"""Marks by which documents are known again: number, issuers, date, and sketches of text and figures; joined records."""

import sqlalchemy as sa
import sqlmodel
from sqlalchemy.dialects import postgresql

from alembic import op

revision = '0023'
down_revision = '0022'

_Text = sqlmodel.sql.sqltypes.AutoString


def _integers(name: str) -> sa.Column:
    return sa.Column(name, postgresql.ARRAY(sa.Integer()), nullable=False)


def upgrade() -> None:
    op.drop_table('text_mark')
    op.create_table('text_mark',
    sa.Column('document_id', sa.Uuid(), nullable=False),
    sa.Column('lang', _Text(length=8), nullable=False),
    sa.Column('kind', _Text(length=16), nullable=False),
    sa.Column('type', _Text(length=80), nullable=True),
    sa.Column('number', _Text(length=120), nullable=True),
    sa.Column('year', sa.Integer(), nullable=True),
    sa.Column('issuers', postgresql.ARRAY(sa.Text()), nullable=False),
    sa.Column('issued_on', sa.Date(), nullable=True),
    sa.Column('title', _Text(length=300), nullable=False),
    sa.Column('figures', _Text(length=200), nullable=False),
    sa.Column('shingles', sa.Integer(), nullable=False),
    _integers('sketch'),
    sa.Column('numerals', sa.Integer(), nullable=False),
    _integers('numerals_sketch'),
    _integers('lows'),
    sa.ForeignKeyConstraint(['document_id'], ['document.id'], ),
    sa.PrimaryKeyConstraint('document_id', 'lang')
    )
    op.create_index('ix_text_mark_lows', 'text_mark', ['lows'], unique=False, postgresql_using='gin', postgresql_with={'fastupdate': 'off'})
    op.create_index('ix_text_mark_number', 'text_mark', ['number', 'kind', 'lang', 'year'], unique=False)
    op.add_column('import_run', sa.Column('joined', sa.Integer(), server_default='0', nullable=False))


def downgrade() -> None:
    op.drop_column('import_run', 'joined')
    op.drop_table('text_mark')
    op.create_table('text_mark',
    sa.Column('document_id', sa.Uuid(), nullable=False),
    sa.Column('lang', _Text(length=8), nullable=False),
    sa.Column('kind', _Text(length=16), nullable=False),
    sa.Column('number_year', _Text(length=120), nullable=True),
    sa.Column('issuers', postgresql.ARRAY(sa.Text()), nullable=False),
    sa.Column('figures', _Text(length=500), nullable=False),
    sa.Column('shingles', sa.Integer(), nullable=False),
    _integers('lows'),
    _integers('sketch'),
    sa.ForeignKeyConstraint(['document_id'], ['document.id'], ),
    sa.PrimaryKeyConstraint('document_id', 'lang')
    )
    op.create_index('ix_text_mark_lows', 'text_mark', ['lows'], unique=False, postgresql_using='gin')
    op.create_index('ix_text_mark_number', 'text_mark', ['number_year'], unique=False)
