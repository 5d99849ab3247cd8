"""Sort orders of lists: their columns, and the position in an order that a cursor stands for."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, ColumnElement, Date, DateTime, Text, literal

from hub.content.visibility import VIEW
from hub.domain.filters import Sort
from hub.errors import InvalidCursor
from hub.paging import decode_cursor
from hub.times import FIRST_DAY, LAST_DAY

ORDERS: dict[Sort, tuple[ColumnElement[Any], bool]] = {
    Sort.published_desc: (VIEW.c.published_at, True),
    Sort.published_asc: (VIEW.c.published_at, False),
    Sort.modified_desc: (VIEW.c.modified_at, True),
    Sort.modified_asc: (VIEW.c.modified_at, False),
    Sort.changed_desc: (VIEW.c.seq_from, True),
    Sort.issued_desc: (VIEW.c.issued_on, True),
    Sort.issued_asc: (VIEW.c.issued_on, False),
    Sort.title_asc: (VIEW.c.title_key, False),
}
"""The column of each order, and true for a descending one."""


def cursor_value(value: object) -> str:
    """Format the value of a sort column for a cursor."""
    return value.isoformat() if isinstance(value, date | datetime) else str(value)


def decode_position(name: str, cursor: str, column: ColumnElement[Any]) -> tuple[ColumnElement[Any], UUID]:
    """Decode a cursor of the list `name` to the value of its sort column and a document. Raises `InvalidCursor`."""
    value, document_id = decode_cursor(name, cursor, 2)
    try:
        if not isinstance(value, str) or "\x00" in value:
            raise TypeError  # noqa: TRY301 - one error for every damaged cursor
        if isinstance(column.type, DateTime):
            moment = datetime.fromisoformat(value)
            if moment.tzinfo is None or not FIRST_DAY <= moment.date() <= LAST_DAY:
                raise ValueError  # noqa: TRY301
            return literal(moment, column.type), UUID(document_id)
        if isinstance(column.type, Date):
            return literal(date.fromisoformat(value), column.type), UUID(document_id)
        if isinstance(column.type, BigInteger):
            if not 0 <= int(value) < 2**63:
                raise ValueError  # noqa: TRY301
            return literal(int(value), column.type), UUID(document_id)
        return literal(value, Text()), UUID(document_id)
    except (AttributeError, TypeError, ValueError) as problem:
        raise InvalidCursor("The cursor is damaged.", field="cursor") from problem
