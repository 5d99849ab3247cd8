"""The table of persisted queries."""

from datetime import datetime

from sqlalchemy import Index, text
from sqlmodel import Field, SQLModel

from hub.db import timestamp_column


class PersistedQuery(SQLModel, table=True):
    """The text of a query, by the SHA-256 of its UTF-8 bytes.

    Any client may send one; few of these are stored, and they expire. Queries of `hub queries add` stay.
    """

    __tablename__ = "persisted_query"
    __table_args__ = (
        Index("ix_persisted_query_used_at", "used_at", "sha256", postgresql_where=text("registered_at IS NULL")),
    )

    sha256: str = Field(primary_key=True, max_length=64)
    """In lower-case hex."""
    text: str
    names: str = Field(max_length=400)
    """The names of its operations, for people."""
    registered_at: datetime | None = Field(default=None, sa_column=timestamp_column(nullable=True))
    """Time of registration; null if a client sent it."""
    used_at: datetime | None = Field(default=None, sa_column=timestamp_column(now=True))
    """Time of last use, accurate to a day."""
