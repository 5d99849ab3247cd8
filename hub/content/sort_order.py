"""Sort orders of lists: their columns, and the position in an order that a cursor stands for.

Ties are broken by publication, newest first, whichever way the list runs; then by id.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Date,
    DateTime,
    UnaryExpression,
    and_,
    func,
    literal,
    literal_column,
    or_,
    tuple_,
)
from sqlalchemy import text as sql

from hub.content.visibility import VIEW
from hub.domain.filters import DraftSort, Sort
from hub.errors import InvalidCursor
from hub.paging import (
    CursorPart,
    any_moment_part,
    day_part,
    decode_cursor,
    moment_part,
    position_part,
    text_part,
    uuid_part,
)
from hub.times import midnight

AnySort = Sort | DraftSort

_MOMENT = DateTime(timezone=True)
_NEVER: ColumnElement[datetime] = literal_column("'9999-12-31 00:00:00+00'::timestamptz", _MOMENT)
CLOSES_LAST: ColumnElement[datetime] = func.coalesce(VIEW.c.closes_at, _NEVER, type_=_MOMENT)
CLOSES_FIRST: ColumnElement[datetime] = func.coalesce(
    VIEW.c.closes_at, sql("'0001-01-02 00:00:00+00'::timestamptz"), type_=_MOMENT
)
"""The end of the consultation for each direction: drafts without one come last in both."""
HAS_END: ColumnElement[bool] = CLOSES_LAST < _NEVER
"""Bounds a scan of the index by `CLOSES_LAST`, so that drafts without a consultation are not read."""


@dataclass(frozen=True)
class SortPosition:
    """A place in an order, decoded from a cursor; without `published_at` if no ties are broken by it."""

    value: Any
    published_at: datetime | None
    document_id: UUID


@dataclass(frozen=True)
class Order:
    """One order of a list. `has_ties` if several documents may share a value that is not their publication."""

    column: ColumnElement[Any]
    descending: bool
    has_ties: bool = True
    part: CursorPart | None = None
    """Parser of a cursor's value, if the type of the column does not say which."""

    def keys(self) -> list[UnaryExpression[Any] | ColumnElement[Any]]:
        """Return the expressions to order by."""
        if not self.has_ties:
            columns: Sequence[ColumnElement[Any]] = (self.column, VIEW.c.document_id)
            return [column.desc() if self.descending else column.asc() for column in columns]
        first = self.column.desc() if self.descending else self.column.asc()
        return [first, VIEW.c.published_at.desc(), VIEW.c.document_id.desc()]

    def decode(self, name: str, cursor: str) -> "SortPosition":
        """Decode a cursor of the list `name`. Raises `InvalidCursor`."""
        part = self.part or next((part for type_, part in _PARTS if isinstance(self.column.type, type_)), text_part)
        if not self.has_ties:
            value, document_id = decode_cursor(name, cursor, part, uuid_part)
            return SortPosition(value, None, document_id)
        try:
            value, published_at, document_id = decode_cursor(name, cursor, part, moment_part, uuid_part)
        except InvalidCursor:
            value, document_id = decode_cursor(name, cursor, part, uuid_part)
            return SortPosition(value, None, document_id)
        return SortPosition(value, published_at, document_id)

    def after(self, position: "SortPosition") -> ColumnElement[bool]:
        """Build the condition for the items after a position."""
        place, document_id = self._value(position.value), position.document_id
        if not self.has_ties:
            here, there = tuple_(self.column, VIEW.c.document_id), tuple_(place, document_id)
            return here < there if self.descending else here > there
        if position.published_at is None:
            # A cursor from before ties were ordered by publication: repeat the items that tie rather than lose any.
            found: ColumnElement[bool] = self.column <= place if self.descending else self.column >= place
            return found
        tied = (literal(position.published_at, VIEW.c.published_at.type), document_id)
        if self.descending:
            return tuple_(self.column, VIEW.c.published_at, VIEW.c.document_id) < tuple_(place, *tied)
        later = tuple_(VIEW.c.published_at, VIEW.c.document_id) < tuple_(*tied)
        # The first condition is implied by the second, and bounds the scan of the index.
        return and_(self.column >= place, or_(self.column > place, later))

    def position(self, row: Any) -> list[str]:
        """Format the position of a row, with the columns `place` and `published_at`, for a cursor."""
        values = [row.place, row.published_at, row.document_id] if self.has_ties else [row.place, row.document_id]
        return [value.isoformat() if isinstance(value, date | datetime) else str(value) for value in values]

    def _value(self, value: Any) -> ColumnElement[Any]:
        return literal(value, self.column.type)


def _end_part(value: Any) -> datetime:
    """Parse the end of a consultation, or its last day in a cursor from before there were instants."""
    try:
        return any_moment_part(value)
    except ValueError:
        return midnight(day_part(value)) + timedelta(days=1)


ORDERS: dict[str, Order] = {
    Sort.published_desc: Order(VIEW.c.published_at, True, has_ties=False),
    Sort.published_asc: Order(VIEW.c.published_at, False, has_ties=False),
    Sort.modified_desc: Order(VIEW.c.modified_at, True),
    Sort.modified_asc: Order(VIEW.c.modified_at, False),
    Sort.changed_desc: Order(VIEW.c.seq_from, True, has_ties=False),
    Sort.issued_desc: Order(VIEW.c.issued_on, True),
    Sort.issued_asc: Order(VIEW.c.issued_on, False),
    Sort.title_asc: Order(VIEW.c.title_key, False),
    DraftSort.closes_asc: Order(CLOSES_LAST, False, part=_end_part),
    DraftSort.closes_desc: Order(CLOSES_FIRST, True, part=_end_part),
}
"""Every order by its name."""


def _position_as_text(value: Any) -> int:
    return position_part(int(text_part(value)))


_PARTS: tuple[tuple[type, CursorPart], ...] = (
    (DateTime, moment_part),
    (Date, day_part),
    (BigInteger, _position_as_text),
)
"""Parser of a cursor's value, by the type of the sort column."""
