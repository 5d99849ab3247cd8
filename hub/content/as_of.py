"""Conditions for the rows of `published_view` that are public now, or that were public at a past time (`as_of`)."""

from collections.abc import Callable
from datetime import datetime

from sqlalchemy import ColumnElement, FromClause, func, select

from hub.db import table
from hub.log.models import LogEntry

ENTRY = table(LogEntry)

ViewCondition = Callable[[FromClause], ColumnElement[bool]]
"""Builds the condition that a row of `published_view` (or of an alias of it) is the one to read."""

CLOCK_SKEW = 1_000
"""Number of neighbouring log entries whose times may be out of order: entries are numbered at commit, but timestamped a
little earlier."""


def currently_open(view: FromClause) -> ColumnElement[bool]:
    """Build the condition for rows that are public now."""
    found: ColumnElement[bool] = view.c.seq_to.is_(None)
    return found


def open_at(as_of: datetime | None) -> ViewCondition:
    """Build the condition for rows that are public now, or that were public at the log position of the time `as_of`."""
    if as_of is None:
        return currently_open
    near = (
        select(ENTRY.c.seq).where(ENTRY.c.at <= as_of).order_by(ENTRY.c.at.desc(), ENTRY.c.seq.desc()).limit(CLOCK_SKEW)
    ).subquery()
    position = select(func.max(near.c.seq).label("seq")).cte("position")
    reached = select(position.c.seq).scalar_subquery()

    def then(view: FromClause) -> ColumnElement[bool]:
        found: ColumnElement[bool] = (view.c.seq_from <= reached) & (
            view.c.seq_to.is_(None) | (view.c.seq_to > reached)
        )
        return found

    return then
