"""The time of the log's last entry at its head, so that times in the log never run backwards."""

import sqlalchemy as sa

from alembic import op

revision = "0007_clock"
down_revision = "0006_due_failures"


def upgrade() -> None:
    op.add_column("log_head", sa.Column("at", sa.DateTime(timezone=True)))
    op.execute("UPDATE log_head SET at = (SELECT max(at) FROM log_entry)")


def downgrade() -> None:
    op.drop_column("log_head", "at")
