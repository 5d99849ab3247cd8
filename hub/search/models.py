"""Tables of search: the editors' synonyms, and the last comparison of the index with the live views."""

from datetime import datetime

from sqlalchemy import CheckConstraint
from sqlmodel import Field, SQLModel

from hub.db import timestamp_column


class SearchWord(SQLModel, table=True):
    """A pair of synonyms: a query for `term` also matches `means`; with `removed`, a bundled pair that is not used."""

    __tablename__ = "search_word"

    term: str = Field(primary_key=True, max_length=120)
    means: str = Field(primary_key=True, max_length=200)
    both_ways: bool = True
    removed: bool = False
    changed_at: datetime | None = Field(default=None, sa_column=timestamp_column(now=True))


class SearchCheck(SQLModel, table=True):
    """The only row: the last comparison of the index with the live views, whose differences were repaired."""

    __tablename__ = "search_check"
    __table_args__ = (CheckConstraint("id = 1", name="one_row"),)

    id: int = Field(default=1, primary_key=True)
    checked_at: datetime | None = Field(default=None, sa_column=timestamp_column(now=True))
    missing: int
    """Live views that were missing in the index."""
    stale: int
    """Views with an outdated version in the index."""
    extra: int
    """Views in the index that were not live."""
    healed: int = 0
    """Total number of differences found and repaired so far."""
