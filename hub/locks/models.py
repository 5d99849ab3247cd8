"""The table of leases. It is unlogged: a lease is void when the server restarts, because its holder is gone."""

from datetime import datetime

from sqlalchemy import BigInteger
from sqlmodel import Field, SQLModel

from hub.db import timestamp_column


class Lease(SQLModel, table=True):
    """The right of one process to do named work: it is valid while its holder's advisory lock is held."""

    __tablename__ = "lease"
    __table_args__ = {"prefixes": ["UNLOGGED"]}

    queue: str = Field(primary_key=True, max_length=64)
    key: str = Field(primary_key=True, max_length=200)
    holder: int = Field(sa_type=BigInteger)
    """Key of the holder's advisory lock."""
    at: datetime | None = Field(default=None, sa_column=timestamp_column(now=True))
