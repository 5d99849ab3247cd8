"""The table of known queries."""

from datetime import datetime

from sqlalchemy import Index, text
from sqlmodel import Field, SQLModel

from hub.db import timestamp_column


class PersistedQuery(SQLModel, table=True):
    """The text of a query, under the SHA-256 of its UTF-8 bytes.

    Whoever asks may bring one along; these are few and are forgotten again. What `hub queries add` brought stays.
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
    """When it was registered; null: a client brought it along."""
    used_at: datetime | None = Field(default=None, sa_column=timestamp_column(now=True))
    """When it was last asked for, give or take a day."""
