"""Webhooks: endpoints, messages, receipts."""

import sqlalchemy as sa
import sqlmodel
from sqlalchemy.dialects import postgresql

from alembic import op

revision = '0012'
down_revision = '0011'

_Text = sqlmodel.sql.sqltypes.AutoString


def upgrade() -> None:
    op.create_table('webhook_endpoint',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('agency', _Text(length=64), nullable=False),
    sa.Column('made_by', _Text(length=128), nullable=False),
    sa.Column('label', _Text(), nullable=False),
    sa.Column('url', _Text(), nullable=False),
    sa.Column('events', postgresql.ARRAY(sa.Text()), nullable=False),
    sa.Column('filter', postgresql.JSONB(), nullable=False),
    sa.Column('format', _Text(length=16), nullable=False),
    sa.Column('view', _Text(length=8), nullable=False),
    sa.Column('state', _Text(length=16), nullable=False),
    sa.Column('reason', _Text(), nullable=True),
    sa.Column('secret', sa.LargeBinary(), nullable=False),
    sa.Column('old_secret', sa.LargeBinary(), nullable=True),
    sa.Column('old_until', sa.DateTime(timezone=True), nullable=True),
    sa.Column('position', sa.BigInteger(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.Column('stopped_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['agency'], ['agency.code'], ),
    sa.PrimaryKeyConstraint('id')
    )
    op.create_index(op.f('ix_webhook_endpoint_agency'), 'webhook_endpoint', ['agency'], unique=False)
    op.create_table('webhook_message',
    sa.Column('endpoint_id', sa.Uuid(), nullable=False),
    sa.Column('seq', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('document_id', sa.Uuid(), nullable=False),
    sa.Column('kind', _Text(length=16), nullable=False),
    sa.Column('lang', _Text(length=8), nullable=False),
    sa.Column('event', _Text(length=32), nullable=False),
    sa.Column('state', _Text(length=16), nullable=False),
    sa.Column('attempts', sa.Integer(), nullable=False),
    sa.Column('made_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.Column('first_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('next_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.Column('settled_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('status', sa.Integer(), nullable=True),
    sa.Column('error', _Text(), nullable=True),
    sa.Column('body', sa.LargeBinary(), nullable=True),
    sa.Column('body_sha256', _Text(length=64), nullable=True),
    sa.Column('erased', sa.Boolean(), nullable=False),
    sa.ForeignKeyConstraint(['endpoint_id'], ['webhook_endpoint.id'], ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('endpoint_id', 'seq')
    )
    op.create_index('ix_webhook_message_waiting', 'webhook_message', ['endpoint_id', 'seq'], unique=False, postgresql_where=sa.text("state = 'waiting'"))
    op.create_index('ix_webhook_message_parked', 'webhook_message', ['endpoint_id', 'seq'], unique=False, postgresql_where=sa.text("state = 'parked'"))
    op.create_index('ix_webhook_message_settled_at', 'webhook_message', ['settled_at'], unique=False, postgresql_where=sa.text('settled_at IS NOT NULL'))
    op.create_index(op.f('ix_webhook_message_document_id'), 'webhook_message', ['document_id'], unique=False)
    op.create_table('webhook_receipt',
    sa.Column('id', sa.BigInteger(), sa.Identity(always=True), nullable=False),
    sa.Column('endpoint_id', sa.Uuid(), nullable=False),
    sa.Column('seq', sa.BigInteger(), nullable=True),
    sa.Column('document_id', sa.Uuid(), nullable=True),
    sa.Column('message_id', _Text(length=80), nullable=False),
    sa.Column('attempt', sa.Integer(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('url', _Text(), nullable=False),
    sa.Column('headers', postgresql.JSONB(), nullable=False),
    sa.Column('body_sha256', _Text(length=64), nullable=False),
    sa.Column('body_bytes', sa.Integer(), nullable=False),
    sa.Column('status', sa.Integer(), nullable=True),
    sa.Column('error', _Text(), nullable=True),
    sa.Column('seconds', sa.Float(), nullable=True),
    sa.Column('excerpt', _Text(), nullable=True),
    sa.ForeignKeyConstraint(['endpoint_id'], ['webhook_endpoint.id'], ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id')
    )
    op.create_index('ix_webhook_receipt_endpoint', 'webhook_receipt', ['endpoint_id', 'id'], unique=False)
    op.create_index('ix_webhook_receipt_message', 'webhook_receipt', ['endpoint_id', 'seq'], unique=False)
    op.create_index(op.f('ix_webhook_receipt_document_id'), 'webhook_receipt', ['document_id'], unique=False)
    op.create_index(op.f('ix_webhook_receipt_at'), 'webhook_receipt', ['at'], unique=False)


def downgrade() -> None:
    op.drop_table('webhook_receipt')
    op.drop_table('webhook_message')
    op.drop_table('webhook_endpoint')
