"""The table of rate-limit buckets. It is unlogged: after a crash every bucket is full again, which does no harm."""

from datetime import datetime

from sqlmodel import Field, SQLModel

from hub.db import timestamp_column


class RateBucket(SQLModel, table=True):
    """The bucket of one key or address: its state is the time at which it will be full again.

    A bucket without a row is full, so a row whose time has passed may be deleted at any time.
    """

    __tablename__ = "rate_bucket"
    __table_args__ = {"prefixes": ["UNLOGGED"], "postgresql_with": {"fillfactor": 50}}

    name: str = Field(primary_key=True, max_length=200)
    """Quota and HMAC of the key or address: the table names nobody."""
    full_at: datetime = Field(sa_column=timestamp_column())
    granted: int
