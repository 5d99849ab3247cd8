"""Files that the hub makes of what is public: the snapshot, and lists as CSV."""

import sqlalchemy as sa
import sqlmodel

from alembic import op

revision = '0013'
down_revision = '0012'


def upgrade() -> None:
    op.create_table('made_file',
    sa.Column('name', sqlmodel.sql.sqltypes.AutoString(length=80), nullable=False),
    sa.Column('sha256', sqlmodel.sql.sqltypes.AutoString(length=64), nullable=False),
    sa.Column('media_type', sqlmodel.sql.sqltypes.AutoString(length=100), nullable=False),
    sa.Column('size', sa.BigInteger(), nullable=False),
    sa.Column('rows', sa.Integer(), nullable=False),
    sa.Column('epoch', sa.Uuid(), nullable=False),
    sa.Column('seq', sa.BigInteger(), nullable=False),
    sa.Column('hash', sqlmodel.sql.sqltypes.AutoString(length=64), nullable=False),
    sa.Column('made_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['sha256'], ['file_blob.sha256']),
    sa.PrimaryKeyConstraint('name')
    )
    op.create_index(op.f('ix_made_file_sha256'), 'made_file', ['sha256'], unique=False)


def downgrade() -> None:
    op.drop_table('made_file')
