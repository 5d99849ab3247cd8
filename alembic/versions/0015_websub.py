"""WebSub: intents to verify, and subscriptions."""

import sqlalchemy as sa
import sqlmodel

from alembic import op

revision = '0015'
down_revision = '0014'

_Text = sqlmodel.sql.sqltypes.AutoString


def upgrade() -> None:
    op.create_table('websub_intent',
    sa.Column('key', _Text(length=64), nullable=False),
    sa.Column('mode', _Text(length=16), nullable=False),
    sa.Column('callback', _Text(), nullable=False),
    sa.Column('host', _Text(length=255), nullable=False),
    sa.Column('topic', _Text(), nullable=False),
    sa.Column('lease_seconds', sa.Integer(), nullable=False),
    sa.Column('secret', sa.LargeBinary(), nullable=True),
    sa.Column('denied', _Text(), nullable=True),
    sa.Column('attempts', sa.Integer(), nullable=False),
    sa.Column('asked_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.Column('next_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.PrimaryKeyConstraint('key')
    )
    op.create_index(op.f('ix_websub_intent_host'), 'websub_intent', ['host'], unique=False)
    op.create_index('ix_websub_intent_next_at', 'websub_intent', ['next_at'], unique=False)
    op.create_table('websub_subscription',
    sa.Column('key', _Text(length=64), nullable=False),
    sa.Column('callback', _Text(), nullable=False),
    sa.Column('host', _Text(length=255), nullable=False),
    sa.Column('topic', _Text(), nullable=False),
    sa.Column('kind', _Text(length=16), nullable=True),
    sa.Column('secret', sa.LargeBinary(), nullable=True),
    sa.Column('expires_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('wanted_seq', sa.BigInteger(), nullable=False),
    sa.Column('sent_seq', sa.BigInteger(), nullable=False),
    sa.Column('sent_etag', _Text(), nullable=False),
    sa.Column('failures', sa.Integer(), nullable=False),
    sa.Column('next_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.PrimaryKeyConstraint('key')
    )
    op.create_index(op.f('ix_websub_subscription_host'), 'websub_subscription', ['host'], unique=False)
    op.create_index('ix_websub_subscription_kind', 'websub_subscription', ['kind', 'expires_at'], unique=False)


def downgrade() -> None:
    op.drop_table('websub_subscription')
    op.drop_table('websub_intent')
