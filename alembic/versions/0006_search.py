"""Search: passages of live views, and how common words are in them."""

import sqlalchemy as sa
import sqlmodel
from sqlalchemy.dialects import postgresql

from alembic import op

revision = '0006'
down_revision = '0005'


def upgrade() -> None:
    op.create_table('search_passage',
    sa.Column('document_id', sa.Uuid(), nullable=False),
    sa.Column('lang', sqlmodel.sql.sqltypes.AutoString(length=8), nullable=False),
    sa.Column('part', sa.Integer(), nullable=False),
    sa.Column('ref', sqlmodel.sql.sqltypes.AutoString(), nullable=True),
    sa.Column('label', sqlmodel.sql.sqltypes.AutoString(), nullable=True),
    sa.Column('heading', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('text', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('words', postgresql.TSVECTOR(), nullable=True),
    sa.ForeignKeyConstraint(['document_id'], ['document.id'], ),
    sa.PrimaryKeyConstraint('document_id', 'lang', 'part')
    )
    op.create_index('ix_search_passage_words', 'search_passage', ['words'], unique=False, postgresql_using='gin')
    op.create_table('search_term',
    sa.Column('term', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('passages', sa.Float(), nullable=False),
    sa.PrimaryKeyConstraint('term')
    )


def downgrade() -> None:
    op.drop_table('search_term')
    op.drop_table('search_passage')
