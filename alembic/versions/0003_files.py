"""Files: bytes, the documents they belong to, sizes of pictures, and what the public may read."""

import sqlalchemy as sa
import sqlmodel

from alembic import op

revision = '0003'
down_revision = '0002'


def upgrade() -> None:
    op.create_table('file_blob',
    sa.Column('sha256', sqlmodel.sql.sqltypes.AutoString(length=64), nullable=False),
    sa.Column('size', sa.BigInteger(), nullable=False),
    sa.Column('held_until', sa.DateTime(timezone=True), nullable=True),
    sa.PrimaryKeyConstraint('sha256')
    )
    op.create_table('stored_file',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('document_id', sa.Uuid(), nullable=False),
    sa.Column('sha256', sqlmodel.sql.sqltypes.AutoString(length=64), nullable=False),
    sa.Column('name', sqlmodel.sql.sqltypes.AutoString(length=180), nullable=False),
    sa.Column('media_type', sqlmodel.sql.sqltypes.AutoString(length=100), nullable=False),
    sa.Column('size', sa.BigInteger(), nullable=False),
    sa.Column('width', sa.Integer(), nullable=True),
    sa.Column('height', sa.Integer(), nullable=True),
    sa.Column('used', sa.Boolean(), server_default=sa.text('false'), nullable=False),
    sa.Column('uploaded_by', sqlmodel.sql.sqltypes.AutoString(length=128), nullable=False),
    sa.Column('uploaded_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.ForeignKeyConstraint(['document_id'], ['document.id'], ),
    sa.ForeignKeyConstraint(['sha256'], ['file_blob.sha256'], ),
    sa.PrimaryKeyConstraint('id')
    )
    op.create_index('uq_stored_file', 'stored_file', ['document_id', 'sha256', 'name'], unique=True)
    op.create_index(op.f('ix_stored_file_sha256'), 'stored_file', ['sha256'], unique=False)
    op.create_index('ix_stored_file_unused', 'stored_file', ['uploaded_at'], unique=False, postgresql_where=sa.text('NOT used'))
    op.create_table('file_size',
    sa.Column('file_id', sa.Uuid(), nullable=False),
    sa.Column('width', sa.Integer(), nullable=False),
    sa.Column('height', sa.Integer(), nullable=False),
    sa.Column('sha256', sqlmodel.sql.sqltypes.AutoString(length=64), nullable=False),
    sa.Column('media_type', sqlmodel.sql.sqltypes.AutoString(length=100), nullable=False),
    sa.Column('size', sa.BigInteger(), nullable=False),
    sa.ForeignKeyConstraint(['file_id'], ['stored_file.id'], ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['sha256'], ['file_blob.sha256'], ),
    sa.PrimaryKeyConstraint('file_id', 'width')
    )
    op.create_index(op.f('ix_file_size_sha256'), 'file_size', ['sha256'], unique=False)
    op.create_table('published_file',
    sa.Column('file_id', sa.Uuid(), nullable=False),
    sa.Column('document_id', sa.Uuid(), nullable=False),
    sa.Column('lang', sqlmodel.sql.sqltypes.AutoString(length=8), nullable=False),
    sa.ForeignKeyConstraint(['document_id'], ['document.id'], ),
    sa.ForeignKeyConstraint(['file_id'], ['stored_file.id'], ),
    sa.PrimaryKeyConstraint('file_id', 'document_id', 'lang')
    )
    op.create_index(op.f('ix_published_file_document_id'), 'published_file', ['document_id'], unique=False)


def downgrade() -> None:
    op.drop_table('published_file')
    op.drop_table('file_size')
    op.drop_table('stored_file')
    op.drop_table('file_blob')
