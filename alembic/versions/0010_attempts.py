"""Attempts at the records of a JSONL file are counted before these are read."""

from alembic import op

revision = "0010_attempts"
down_revision = "0009_audit_retention"


def upgrade() -> None:
    op.execute("ALTER TABLE source_run ADD COLUMN attempts integer NOT NULL DEFAULT 0")
    op.execute("ALTER TABLE source_run ADD COLUMN reading_to bigint NOT NULL DEFAULT 0")


def downgrade() -> None:
    op.execute("ALTER TABLE source_run DROP COLUMN reading_to, DROP COLUMN attempts")
