"""The right to send, as the database knows it."""

from sqlalchemy import BigInteger, CheckConstraint, Column, DateTime, Integer, String, Uuid

from alembic import op

revision = "0005_send_lease"
down_revision = "0004_background"


def upgrade() -> None:
    """Create the table with its one row: nothing was sent yet."""
    op.create_table(
        "send_lease",
        Column("id", Integer(), primary_key=True),
        Column("instance", Uuid()),
        Column("seq", BigInteger(), nullable=False),
        Column("held", String()),
        Column("held_at", DateTime(timezone=True)),
        CheckConstraint("id = 1", name="one_row"),
    )
    op.execute("INSERT INTO send_lease (id, seq) VALUES (1, 0)")


def downgrade() -> None:
    """Drop the table. The right to send is then no longer checked."""
    op.drop_table("send_lease")
