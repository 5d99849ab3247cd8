"""Words that mean the same to readers, as editors add them to those the search brings along."""

from datetime import datetime
from typing import Any

from sqlalchemy import Column, DateTime, func
from sqlmodel import Field, SQLModel


def _now() -> Any:
    return Column(DateTime(timezone=True), nullable=False, server_default=func.now())


class SearchWord(SQLModel, table=True):
    """Whoever types `term` also means `means`; with `removed`, a pair the search brings along that is not wanted."""

    __tablename__ = "search_word"

    term: str = Field(primary_key=True, max_length=120)
    means: str = Field(primary_key=True, max_length=200)
    both_ways: bool = True
    removed: bool = False
    changed_at: datetime | None = Field(default=None, sa_column=_now())
