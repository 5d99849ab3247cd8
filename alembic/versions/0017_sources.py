"""Sources, what was found at them, where documents came from, and what documents are known again by."""

import sqlalchemy as sa
import sqlmodel
from sqlalchemy.dialects import postgresql

from alembic import op

revision = '0017'
down_revision = '0016'

_Text = sqlmodel.sql.sqltypes.AutoString


def upgrade() -> None:
    op.create_table('web_host',
    sa.Column('host', _Text(length=300), nullable=False),
    sa.Column('free_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('robots', _Text(), nullable=True),
    sa.Column('robots_status', sa.Integer(), nullable=True),
    sa.Column('robots_at', sa.DateTime(timezone=True), nullable=True),
    sa.PrimaryKeyConstraint('host')
    )
    op.create_table('source',
    sa.Column('code', _Text(length=64), nullable=False),
    sa.Column('name', _Text(length=200), nullable=False),
    sa.Column('type', _Text(length=16), nullable=False),
    sa.Column('kind', _Text(length=16), nullable=False),
    sa.Column('agency', _Text(length=64), nullable=False),
    sa.Column('lang', _Text(length=8), nullable=False),
    sa.Column('trust', _Text(length=8), nullable=False),
    sa.Column('schedule', _Text(length=100), nullable=True),
    sa.Column('config', postgresql.JSONB(astext_type=sa.Text()), nullable=False),
    sa.Column('mapping', postgresql.JSONB(astext_type=sa.Text()), nullable=False),
    sa.Column('state', _Text(length=8), nullable=False),
    sa.Column('made_by', _Text(length=128), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.Column('next_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('overdue_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('failures', sa.Integer(), nullable=False),
    sa.Column('last_run_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('last_success_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('last_error', _Text(), nullable=True),
    sa.Column('lease_by', _Text(length=64), nullable=True),
    sa.Column('lease_until', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['agency'], ['agency.code'], ),
    sa.PrimaryKeyConstraint('code')
    )
    op.create_index(op.f('ix_source_agency'), 'source', ['agency'], unique=False)
    op.create_index(op.f('ix_source_next_at'), 'source', ['next_at'], unique=False)
    op.create_table('kept_original',
    sa.Column('id', sa.BigInteger(), sa.Identity(always=True), nullable=False),
    sa.Column('sha256', _Text(length=64), nullable=False),
    sa.Column('media_type', _Text(length=100), nullable=False),
    sa.Column('size', sa.BigInteger(), nullable=False),
    sa.Column('source', _Text(length=64), nullable=False),
    sa.Column('url', _Text(length=2000), nullable=True),
    sa.Column('document_id', sa.Uuid(), nullable=True),
    sa.Column('kept_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.ForeignKeyConstraint(['document_id'], ['document.id'], ),
    sa.ForeignKeyConstraint(['sha256'], ['file_blob.sha256'], ),
    sa.PrimaryKeyConstraint('id')
    )
    op.create_index(op.f('ix_kept_original_document_id'), 'kept_original', ['document_id'], unique=False)
    op.create_index(op.f('ix_kept_original_sha256'), 'kept_original', ['sha256'], unique=False)
    op.create_table('source_item',
    sa.Column('id', sa.BigInteger(), sa.Identity(always=True), nullable=False),
    sa.Column('source', _Text(length=64), nullable=False),
    sa.Column('external_id', _Text(length=500), nullable=False),
    sa.Column('url', _Text(length=2000), nullable=True),
    sa.Column('hints', postgresql.JSONB(astext_type=sa.Text()), nullable=False),
    sa.Column('state', _Text(length=12), nullable=False),
    sa.Column('outcome', _Text(length=12), nullable=True),
    sa.Column('reason', postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=True),
    sa.Column('record', postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=True),
    sa.Column('etag', _Text(), nullable=True),
    sa.Column('last_modified', _Text(), nullable=True),
    sa.Column('sha256', _Text(length=64), nullable=True),
    sa.Column('document_id', sa.Uuid(), nullable=True),
    sa.Column('original_id', sa.BigInteger(), nullable=True),
    sa.Column('attempts', sa.Integer(), nullable=False),
    sa.Column('next_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('lease_until', sa.DateTime(timezone=True), nullable=True),
    sa.Column('seen_run', sa.BigInteger(), nullable=True),
    sa.Column('found_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.Column('checked_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['document_id'], ['document.id'], ),
    sa.ForeignKeyConstraint(['source'], ['source.code'], ),
    sa.PrimaryKeyConstraint('id')
    )
    op.create_index('ix_source_item_document', 'source_item', ['document_id'], unique=False)
    op.create_index('ix_source_item_due', 'source_item', ['source', 'next_at'], unique=False, postgresql_where=sa.text("state = 'waiting'"))
    op.create_index('ix_source_item_set_aside', 'source_item', ['source', 'id'], unique=False, postgresql_where=sa.text("state = 'quarantined'"))
    op.create_index('uq_source_item', 'source_item', ['source', 'external_id'], unique=True)
    op.create_table('source_page',
    sa.Column('source', _Text(length=64), nullable=False),
    sa.Column('url', _Text(length=2000), nullable=False),
    sa.Column('etag', _Text(), nullable=True),
    sa.Column('last_modified', _Text(), nullable=True),
    sa.ForeignKeyConstraint(['source'], ['source.code'], ),
    sa.PrimaryKeyConstraint('source', 'url')
    )
    op.create_table('source_run',
    sa.Column('id', sa.BigInteger(), sa.Identity(always=True), nullable=False),
    sa.Column('source', _Text(length=64), nullable=False),
    sa.Column('started_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.Column('finished_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('found', sa.Boolean(), nullable=False),
    sa.Column('position', sa.BigInteger(), nullable=False),
    sa.Column('file_sha256', _Text(length=64), nullable=True),
    sa.Column('counts', postgresql.JSONB(astext_type=sa.Text()), nullable=False),
    sa.Column('error', _Text(), nullable=True),
    sa.ForeignKeyConstraint(['source'], ['source.code'], ),
    sa.PrimaryKeyConstraint('id')
    )
    op.create_index('ix_source_run_source', 'source_run', ['source', 'id'], unique=False)
    op.create_table('text_mark',
    sa.Column('document_id', sa.Uuid(), nullable=False),
    sa.Column('lang', _Text(length=8), nullable=False),
    sa.Column('kind', _Text(length=16), nullable=False),
    sa.Column('number_year', _Text(length=120), nullable=True),
    sa.Column('issuers', postgresql.ARRAY(sa.Text()), nullable=False),
    sa.Column('figures', _Text(length=500), nullable=False),
    sa.Column('shingles', sa.Integer(), nullable=False),
    sa.Column('lows', postgresql.ARRAY(sa.Integer()), nullable=False),
    sa.Column('sketch', postgresql.ARRAY(sa.Integer()), nullable=False),
    sa.ForeignKeyConstraint(['document_id'], ['document.id'], ),
    sa.PrimaryKeyConstraint('document_id', 'lang')
    )
    op.create_index('ix_text_mark_lows', 'text_mark', ['lows'], unique=False, postgresql_using='gin')
    op.create_index('ix_text_mark_number', 'text_mark', ['number_year'], unique=False)
    op.add_column('provenance', sa.Column('leads', sa.Boolean(), server_default=sa.text('true'), nullable=False))
    op.add_column('provenance', sa.Column('url', _Text(length=2000), nullable=True))
    op.add_column('provenance', sa.Column('fetched_at', sa.DateTime(timezone=True), nullable=True))
    op.add_column('provenance', sa.Column('sha256', _Text(length=64), nullable=True))
    op.add_column('provenance', sa.Column('claims', postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=True))
    op.add_column('provenance', sa.Column('conflicts', postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=True))
    op.create_index('ix_provenance_conflicts', 'provenance', ['document_id'], unique=False, postgresql_where=sa.text('conflicts IS NOT NULL'))


def downgrade() -> None:
    op.drop_index('ix_provenance_conflicts', table_name='provenance', postgresql_where=sa.text('conflicts IS NOT NULL'))
    op.drop_column('provenance', 'conflicts')
    op.drop_column('provenance', 'claims')
    op.drop_column('provenance', 'sha256')
    op.drop_column('provenance', 'fetched_at')
    op.drop_column('provenance', 'url')
    op.drop_column('provenance', 'leads')
    op.drop_index('ix_text_mark_number', table_name='text_mark')
    op.drop_index('ix_text_mark_lows', table_name='text_mark', postgresql_using='gin')
    op.drop_table('text_mark')
    op.drop_index('ix_source_run_source', table_name='source_run')
    op.drop_table('source_run')
    op.drop_table('source_page')
    op.drop_index('uq_source_item', table_name='source_item')
    op.drop_index('ix_source_item_set_aside', table_name='source_item', postgresql_where=sa.text("state = 'quarantined'"))
    op.drop_index('ix_source_item_due', table_name='source_item', postgresql_where=sa.text("state = 'waiting'"))
    op.drop_index('ix_source_item_document', table_name='source_item')
    op.drop_table('source_item')
    op.drop_index(op.f('ix_kept_original_sha256'), table_name='kept_original')
    op.drop_index(op.f('ix_kept_original_document_id'), table_name='kept_original')
    op.drop_table('kept_original')
    op.drop_index(op.f('ix_source_next_at'), table_name='source')
    op.drop_index(op.f('ix_source_agency'), table_name='source')
    op.drop_table('source')
    op.drop_table('web_host')
