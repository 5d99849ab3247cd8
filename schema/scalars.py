"""Scalars. Stored views already have the output format, so output passes through; input is validated."""

from collections.abc import Callable
from datetime import datetime
from typing import Any, NewType

import strawberry
from graphql import GraphQLError
from strawberry.types.scalar import ScalarDefinition

from hub.changes.position import EXPECTED
from hub.times import is_storable_moment, parse_day, parse_moment

DateText = NewType("DateText", str)
DateTimeText = NewType("DateTimeText", str)
Long = NewType("Long", int)
PositionText = NewType("PositionText", str)
JSONValue = NewType("JSONValue", object)

MAX_LONG = 2**53 - 1


def _parse_long(value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or abs(value) > MAX_LONG:
        raise GraphQLError(f"Long cannot represent {value!r}: a whole number up to 2^53 is expected.")
    return value


def _parse_position(value: Any) -> str:
    if isinstance(value, str) or (isinstance(value, int) and not isinstance(value, bool)):
        return str(value)
    raise GraphQLError(f"{str(value)[:60]!r} is not {EXPECTED}.")


def _text_parser(parse: Callable[[str], Any], expected: str) -> Callable[[Any], Any]:
    def parse_text(value: Any) -> Any:
        try:
            if isinstance(value, str):
                return parse(value)
        except ValueError:
            pass
        raise GraphQLError(f"{str(value)[:60]!r} is not {expected}.")

    return parse_text


def _parse_datetime(value: str) -> datetime:
    moment = parse_moment(value)
    if not is_storable_moment(moment):
        raise ValueError(value)
    return moment


SCALARS: dict[object, ScalarDefinition] = {
    DateText: strawberry.scalar(
        name="Date",
        description="A date in Việt Nam, `YYYY-MM-DD` (ngày).",
        specified_by_url="https://www.rfc-editor.org/rfc/rfc3339",
        parse_value=_text_parser(parse_day, "a day like 2023-08-01"),
    ),
    DateTimeText: strawberry.scalar(
        name="DateTime",
        description="A timestamp with the offset of Việt Nam: `2023-09-10T08:00:00+07:00` (thời điểm).",
        specified_by_url="https://www.rfc-editor.org/rfc/rfc3339",
        parse_value=_text_parser(_parse_datetime, "a moment with its offset, like 2026-12-01T08:00:00+07:00"),
    ),
    Long: strawberry.scalar(
        name="Long",
        description="An integer that may exceed 32 bits: a position in the log, a file size. A JSON number up to 2^53, "
        "which every client reads exactly.",
        specified_by_url="https://www.rfc-editor.org/rfc/rfc8259#section-6",
        parse_value=_parse_long,
    ),
    PositionText: strawberry.scalar(
        name="Position",
        description="A position in the publication log: the `next` of a response, which includes the log's epoch, or a "
        "bare position number (vị trí trong nhật ký).",
        specified_by_url="/docs#/Following/list_changes",
        parse_value=_parse_position,
    ),
    JSONValue: strawberry.scalar(
        name="JSON",
        description="Any JSON value, in the same form as in REST, with names in snake_case: the content of an edition "
        "(nội dung) as it is stored, or details of an audit entry. Only in answers.",
        specified_by_url="https://www.rfc-editor.org/rfc/rfc8259",
    ),
}
"""The scalars for `StrawberryConfig.scalar_map`."""
