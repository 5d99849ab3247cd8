"""Names of events longer than sixteen letters: consultation_opened, consultation_closed."""

import sqlalchemy as sa

from alembic import op

revision = '0008'
down_revision = '0007'


def upgrade() -> None:
    op.alter_column('log_entry', 'event', type_=sa.String(32), existing_nullable=False)


def downgrade() -> None:
    op.alter_column('log_entry', 'event', type_=sa.String(16), existing_nullable=False)
