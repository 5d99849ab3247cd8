"""Accounts of background work: heartbeats, failed entries of followers, resting sources and endpoints, lazy replays."""

from sqlalchemy import BigInteger, Column, DateTime, Float, Integer, String, text

from alembic import op

revision = "0004_background"
down_revision = "0003_locks"

MOMENT = DateTime(timezone=True)
NOW = text("now()")


def upgrade() -> None:
    """Create the tables and columns."""
    op.create_table(
        "heartbeat",
        Column("worker", String(128), primary_key=True),
        Column("loop", String(64), primary_key=True),
        Column("turned_at", MOMENT, nullable=False),
        Column("patience", Float(), nullable=False),
        Column("failures", Integer(), nullable=False),
        Column("problem", String()),
        Column("failing_since", MOMENT),
    )
    op.create_table(
        "follower_failure",
        Column("follower", String(64), primary_key=True),
        Column("seq", BigInteger(), primary_key=True, autoincrement=False),
        Column("attempts", Integer(), nullable=False),
        Column("problem", String(), nullable=False),
        Column("first_at", MOMENT, server_default=NOW, nullable=False),
        Column("next_at", MOMENT, server_default=NOW, nullable=False),
        Column("parked_at", MOMENT),
    )
    op.create_index(
        "ix_follower_failure_due",
        "follower_failure",
        ["follower", "next_at"],
        postgresql_where=text("parked_at IS NULL"),
    )
    op.add_column("webhook_endpoint", Column("replay_to", BigInteger()))
    op.add_column("webhook_endpoint", Column("fanout_failures", Integer(), server_default="0", nullable=False))
    op.add_column("webhook_endpoint", Column("fanout_at", MOMENT))
    for table, name, length in (
        ("websub_intent", "domain", 255),
        ("websub_intent", "client", 64),
        ("websub_subscription", "domain", 255),
    ):
        op.add_column(table, Column(name, String(length), nullable=False, server_default=""))
        if name == "domain":  # rows of before: the host is the domain, or below it
            op.execute(f"UPDATE {table} SET domain = host")  # noqa: S608 - fixed words
        op.alter_column(table, name, server_default=None)
    op.create_index("ix_websub_subscription_domain", "websub_subscription", ["domain"])
    op.add_column("source", Column("rests_until", MOMENT))


def downgrade() -> None:
    """Drop them again; what they account for is lost."""
    op.drop_column("source", "rests_until")
    op.drop_index("ix_websub_subscription_domain")
    op.drop_column("websub_subscription", "domain")
    for name in ("client", "domain"):
        op.drop_column("websub_intent", name)
    for name in ("fanout_at", "fanout_failures", "replay_to"):
        op.drop_column("webhook_endpoint", name)
    op.drop_table("follower_failure")
    op.drop_table("heartbeat")
