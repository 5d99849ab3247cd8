"""Since when a WebSub subscriber waits for changes is noted."""

from alembic import op

revision = "0011_websub_waiting"
down_revision = "0010_attempts"


def upgrade() -> None:
    op.execute("ALTER TABLE websub_subscription ADD COLUMN waiting_since TIMESTAMP WITH TIME ZONE")
    op.execute("UPDATE websub_subscription SET waiting_since = now() WHERE wanted_seq > sent_seq")


def downgrade() -> None:
    op.execute("ALTER TABLE websub_subscription DROP COLUMN waiting_since")
