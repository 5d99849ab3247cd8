"""Indexes for reading in time: the log by moment, the default lists over closed rows too."""

from alembic import op

revision = '0004'
down_revision = '0003'


def upgrade() -> None:
    op.create_index('ix_log_entry_at', 'log_entry', ['at', 'seq'], unique=False)
    op.create_index('ix_published_view_then', 'published_view', ['kind', 'published_at', 'document_id', 'seq_from'], unique=False)


def downgrade() -> None:
    op.drop_index('ix_published_view_then', table_name='published_view')
    op.drop_index('ix_log_entry_at', table_name='log_entry')
