"""Sort orders of lists: their columns, and the position in an order that a cursor stands for."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, ColumnElement, Date, DateTime, literal

from hub.content.visibility import VIEW
from hub.domain.filters import Sort
from hub.paging import CursorPart, day_part, decode_cursor, moment_part, position_part, text_part, uuid_part

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


def _position_as_text(value: Any) -> int:
    return position_part(int(text_part(value)))


_PARTS: tuple[tuple[type, CursorPart], ...] = (
    (DateTime, moment_part),
    (Date, day_part),
    (BigInteger, _position_as_text),
)
"""Parser of a cursor's value, by the type of the sort column."""


def decode_position(name: str, cursor: str, column: ColumnElement[Any]) -> tuple[ColumnElement[Any], UUID]:
    """Decode a cursor of the list `name` to the value of its sort column and a document. Raises `InvalidCursor`."""
    part = next((part for type_, part in _PARTS if isinstance(column.type, type_)), text_part)
    value, document_id = decode_cursor(name, cursor, part, uuid_part)
    return literal(value, column.type), document_id
