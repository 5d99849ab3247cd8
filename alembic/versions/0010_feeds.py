"""Indexes for feeds: what changed last, what was taken away, what a filter let go of."""

import sqlalchemy as sa
from alembic import op

revision = '0010'
down_revision = '0009'


def upgrade() -> None:
    live, other = "state = 'live'", "state <> 'live'"
    for name, column, where in (
        ('ix_published_view_changed', 'seq_from', f'seq_to IS NULL AND {live}'),
        ('ix_published_view_taken_away', 'seq_from', f'seq_to IS NULL AND {other}'),
        ('ix_published_view_ended', 'seq_to', f'seq_to IS NOT NULL AND {live}'),
    ):
        op.create_index(name, 'published_view', ['kind', column], unique=False, postgresql_where=sa.text(where))


def downgrade() -> None:
    for name in ('ended', 'taken_away', 'changed'):
        op.drop_index(f'ix_published_view_{name}', table_name='published_view')
