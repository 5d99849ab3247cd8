"""Passages are found by words within a document from one index."""

import sqlalchemy as sa

from alembic import op

revision = '0009'
down_revision = '0008'


def upgrade() -> None:
    op.drop_index('ix_search_passage_words', table_name='search_passage')
    columns = [sa.text('(ARRAY[document_id])'), 'words']
    op.create_index(
        'ix_search_passage_words',
        'search_passage',
        columns,
        postgresql_using='gin',
        postgresql_with={'gin_pending_list_limit': 512},
    )


def downgrade() -> None:
    op.drop_index('ix_search_passage_words', table_name='search_passage')
    op.create_index('ix_search_passage_words', 'search_passage', ['words'], postgresql_using='gin')
