"""An index for addresses made of a number, which also lead to what is no longer live."""

import sqlalchemy as sa
from alembic import op

revision = '0014'
down_revision = '0013'

NAME = 'ix_published_view_number_open'


def upgrade() -> None:
    op.create_index(NAME, 'published_view', ['number_key'], postgresql_where=sa.text('seq_to IS NULL'))


def downgrade() -> None:
    op.drop_index(NAME, table_name='published_view')
