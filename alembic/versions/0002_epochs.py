"""Epochs of the publication log. The log so far is the first one."""

from sqlalchemy import BigInteger, Column, DateTime, ForeignKey, String, Uuid, text

from alembic import op

revision = "0002_epochs"
down_revision = "0001_initial"


def upgrade() -> None:
    """Create the table of epochs, with the epoch of the log's head as the first one."""
    op.create_table(
        "log_epoch",
        Column("epoch", Uuid(), primary_key=True),
        Column("first_seq", BigInteger(), nullable=False),
        Column("previous_epoch", Uuid(), ForeignKey("log_epoch.epoch"), unique=True),
        Column("previous_hash", String(64)),
        Column("reason", String(), nullable=False),
        Column("at", DateTime(timezone=True), server_default=text("now()"), nullable=False),
    )
    op.execute("INSERT INTO log_epoch (epoch, first_seq, reason) SELECT epoch, 1, 'the first epoch' FROM log_head")
    op.execute(
        "CREATE TRIGGER log_epoch_is_append_only BEFORE UPDATE OR DELETE ON log_epoch"
        " FOR EACH STATEMENT EXECUTE FUNCTION hub_refuse('the publication log is append-only')"
    )


def downgrade() -> None:
    """Drop the table of epochs. A log with more than one epoch can then no longer be verified."""
    op.drop_table("log_epoch")
