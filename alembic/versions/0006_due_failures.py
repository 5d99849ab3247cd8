"""Accounts of due events that failed."""

from sqlalchemy import BigInteger, Column, DateTime, ForeignKey, Integer, String, Uuid

from alembic import op

revision = "0006_due_failures"
down_revision = "0005_send_lease"


def upgrade() -> None:
    """Create the table."""
    op.create_table(
        "due_failure",
        Column("work", String(8), primary_key=True),
        Column("item_id", BigInteger(), primary_key=True, autoincrement=False),
        Column("document_id", Uuid(), ForeignKey("document.id"), nullable=False),
        Column("due", DateTime(timezone=True), nullable=False),
        Column("attempts", Integer(), nullable=False),
        Column("problem", String(), nullable=False),
        Column("next_at", DateTime(timezone=True), nullable=False),
    )
    op.create_index("ix_due_failure_document_id", "due_failure", ["document_id"])


def downgrade() -> None:
    """Drop the table; failing events are tried at once."""
    op.drop_table("due_failure")
