"""Words that mean the same to readers, as editors add them to those the search brings along; and what the last
comparison of the index with the live views found."""

from datetime import datetime

from sqlalchemy import CheckConstraint
from sqlmodel import Field, SQLModel

from hub.db import timestamp_column


class SearchWord(SQLModel, table=True):
    """Whoever types `term` also means `means`; with `removed`, a pair the search brings along that is not wanted."""

    __tablename__ = "search_word"

    term: str = Field(primary_key=True, max_length=120)
    means: str = Field(primary_key=True, max_length=200)
    both_ways: bool = True
    removed: bool = False
    changed_at: datetime | None = Field(default=None, sa_column=timestamp_column(now=True))


class SearchCheck(SQLModel, table=True):
    """The one row about the last comparison of the index with the live views; what differed was healed."""

    __tablename__ = "search_check"
    __table_args__ = (CheckConstraint("id = 1", name="one_row"),)

    id: int = Field(default=1, primary_key=True)
    checked_at: datetime | None = Field(default=None, sa_column=timestamp_column(now=True))
    missing: int
    """Live views that the index lacked."""
    stale: int
    """Views that it held in an old form."""
    extra: int
    """What it held without being live."""
    healed: int = 0
    """All differences that were ever found, and healed."""
