"""Citations in public texts, and what documents are known by when they are cited."""

import sqlalchemy as sa
import sqlmodel
from sqlalchemy.dialects import postgresql

from alembic import op

revision = '0025'
down_revision = '0024'

_Text = sqlmodel.sql.sqltypes.AutoString


def _texts(name: str) -> sa.Column:
    return sa.Column(name, postgresql.ARRAY(sa.Text()), nullable=False)


def upgrade() -> None:
    op.create_table('published_citation',
    sa.Column('document_id', sa.Uuid(), nullable=False),
    sa.Column('lang', _Text(length=8), nullable=False),
    sa.Column('place', sa.Integer(), nullable=False),
    sa.Column('seq', sa.BigInteger(), nullable=False),
    sa.Column('kind', _Text(length=8), nullable=False),
    sa.Column('field', _Text(length=40), nullable=False),
    sa.Column('ref', _Text(), nullable=True),
    sa.Column('begins', sa.Integer(), nullable=False),
    sa.Column('ends', sa.Integer(), nullable=False),
    sa.Column('text', _Text(), nullable=False),
    sa.Column('type', _Text(), nullable=True),
    sa.Column('number', _Text(), nullable=True),
    sa.Column('number_key', _Text(), nullable=True),
    sa.Column('serial', _Text(), nullable=True),
    sa.Column('year', sa.Integer(), nullable=True),
    sa.Column('name', _Text(), nullable=True),
    sa.Column('issuer', _Text(), nullable=True),
    sa.Column('dates', postgresql.ARRAY(sa.Date()), nullable=False),
    sa.Column('parts', postgresql.JSONB(astext_type=sa.Text()), nullable=False),
    sa.Column('attached', _Text(), nullable=True),
    sa.Column('amends', sa.Integer(), nullable=True),
    _texts('lookup'),
    sa.Column('reading', sa.Float(), nullable=False),
    sa.Column('outcome', _Text(length=12), nullable=False),
    sa.Column('confidence', sa.Float(), nullable=False),
    sa.Column('why', _Text(), nullable=False),
    sa.Column('target_id', sa.Uuid(), nullable=True),
    _texts('target_refs'),
    sa.Column('choices', postgresql.ARRAY(sa.Uuid()), nullable=False),
    sa.PrimaryKeyConstraint('document_id', 'lang', 'place')
    )
    op.create_index('ix_published_citation_target', 'published_citation', ['target_id', 'document_id'], unique=False)
    op.create_index('ix_published_citation_lookup', 'published_citation', ['lookup'], unique=False, postgresql_using='gin')
    op.create_index(
        'ix_published_citation_choices', 'published_citation', ['choices'], unique=False, postgresql_using='gin'
    )
    op.create_table('citable',
    sa.Column('document_id', sa.Uuid(), nullable=False),
    sa.Column('number', _Text(), nullable=True),
    sa.Column('type', _Text(), nullable=False),
    sa.Column('title', _Text(), nullable=False),
    _texts('issuers'),
    sa.Column('issued_on', sa.Date(), nullable=False),
    _texts('lookup'),
    _texts('refs'),
    sa.PrimaryKeyConstraint('document_id')
    )
    op.create_index('ix_citable_lookup', 'citable', ['lookup'], unique=False, postgresql_using='gin')


def downgrade() -> None:
    op.drop_table('citable')
    op.drop_table('published_citation')
