"""Keyset pagination: cursors that hold the position where a page ended, and fit only the list they were made for."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error as NotBase64
from hashlib import blake2s
from typing import Any

import orjson
from sqlalchemy import ColumnElement, Select

from hub.errors import InvalidCursor

MAX_LIMIT = 100
DEFAULT_LIMIT = 20


def list_digest(*facts: Any) -> str:
    """A short digest that identifies a list by its kind, filters, order and language."""
    return blake2s(orjson.dumps(facts, default=str, option=orjson.OPT_SORT_KEYS), digest_size=6).hexdigest()


def encode_cursor(name: str, *position: Any) -> str:
    """Encode a position as a cursor of the list with this digest."""
    return urlsafe_b64encode(orjson.dumps([name, *position], default=str)).rstrip(b"=").decode()


def decode_cursor(name: str, cursor: str, length: int) -> list[Any]:
    """Decode the position of a cursor. Raises `InvalidCursor` if it is damaged or of another list."""
    try:
        found = orjson.loads(urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
    except (ValueError, NotBase64) as problem:
        raise InvalidCursor(
            "The cursor is damaged.", field="cursor", expected="the value of `next` from this hub"
        ) from problem
    if not isinstance(found, list) or len(found) != length + 1 or found[0] != name:
        raise InvalidCursor(
            "The cursor belongs to another list, filter, order or language.",
            field="cursor",
            expected="the value of `next` from the same request without `cursor`",
        )
    return found[1:]


def select_page_before(
    query: Select[Any], column: ColumnElement[int], name: str, cursor: str | None, limit: int
) -> Select[Any]:
    """Select one page of a list by descending `column`, after the cursor, with one row more that shows a next page.

    Raises `InvalidCursor`.
    """
    if cursor is not None:
        [before] = decode_cursor(name, cursor, 1)
        if not isinstance(before, int) or not 0 <= before < 2**62:
            raise InvalidCursor("The cursor is damaged.", field="cursor")
        query = query.where(column < before)
    return query.order_by(column.desc()).limit(limit + 1)
