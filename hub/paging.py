"""Keyset pagination: cursors that hold the position where a page ended, and fit only the list they were made for."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error as NotBase64
from collections.abc import Callable
from datetime import date, datetime
from hashlib import blake2s
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy import ColumnElement, Select

from hub.errors import InvalidCursor
from hub.times import is_storable_moment, parse_day, parse_moment

MAX_LIMIT = 100
DEFAULT_LIMIT = 20


def list_digest(*facts: Any, **later: Any) -> str:
    """A short digest that identifies a list by its kind, filters, order and language.

    `later` are facts that a list got later, by name: without any, the digest is the one from before.
    """
    counted = (*facts, later) if later else facts
    return blake2s(orjson.dumps(counted, default=str, option=orjson.OPT_SORT_KEYS), digest_size=6).hexdigest()


def encode_cursor(name: str, *position: Any) -> str:
    """Encode a position as a cursor of the list with this digest."""
    return urlsafe_b64encode(orjson.dumps([name, *position], default=str)).rstrip(b"=").decode()


CursorPart = Callable[[Any], Any]
"""Parses one value of a cursor. Raises `ValueError` for anything that this hub would not have put there."""


def position_part(value: Any) -> int:
    """A position or number; `true` is none, although Python counts with it."""
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value < 2**62:
        raise ValueError("not a position")
    return value


def text_part(value: Any) -> str:
    """A text that the database can compare with."""
    if not isinstance(value, str) or "\x00" in value:
        raise ValueError("not a text")
    return value


def day_part(value: Any) -> date:
    """A day, also one outside the range of stored days."""
    return parse_day(text_part(value))


def moment_part(value: Any) -> datetime:
    """A time with its offset."""
    moment = parse_moment(text_part(value))
    if not is_storable_moment(moment):
        raise ValueError("out of range")
    return moment


def any_moment_part(value: Any) -> datetime:
    """A time with its offset, also one outside the range of stored times."""
    return parse_moment(text_part(value))


def uuid_part(value: Any) -> UUID:
    """A UUID."""
    return UUID(text_part(value))


def decode_cursor(name: str, cursor: str, *parts: CursorPart) -> list[Any]:
    """Decode the values of a cursor, each by its part. Raises `InvalidCursor` if it is damaged or of another list."""
    try:
        found = orjson.loads(urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
    except (ValueError, NotBase64) as problem:
        raise _damaged_cursor() from problem
    if not isinstance(found, list) or len(found) != len(parts) + 1 or found[0] != name:
        raise InvalidCursor(
            "The cursor belongs to another list, filter, order or language.",
            field="cursor",
            expected="the value of `next` from the same request without `cursor`",
        )
    try:
        return [part(value) for part, value in zip(parts, found[1:], strict=True)]
    except ValueError as problem:
        raise _damaged_cursor() from problem


def _damaged_cursor() -> InvalidCursor:
    return InvalidCursor("The cursor is damaged.", field="cursor", expected="the value of `next` from this hub")


def select_page_before(
    query: Select[Any], column: ColumnElement[int], name: str, cursor: str | None, limit: int
) -> Select[Any]:
    """Select one page of a list by descending `column`, after the cursor, with one row more that shows a next page.

    Raises `InvalidCursor`.
    """
    if cursor is not None:
        [before] = decode_cursor(name, cursor, position_part)
        query = query.where(column < before)
    return query.order_by(column.desc()).limit(limit + 1)
