"""One question for a list, and its shape: what decides the text of its statement, apart from the values in it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import lru_cache
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import BigInteger, Date, DateTime, Select

from hub.content.filter_expansion import ExpandedFilters
from hub.content.fixed_statements import FixedStatement, fix_statement
from hub.content.sort_order import ORDERS, AnySort, SortPosition
from hub.domain.filters import Filters
from hub.text import fold

USUAL_ROWS = (21, 51, 101)
"""Rows of pages of 20, 50 and 100 items."""
MAX_STATEMENTS = 256
"""Texts that a process keeps; the one that was used longest ago is compiled again when it is wanted."""


@dataclass(frozen=True, slots=True)
class ListQuery:
    """A question for one page of a list, as the builder composes a statement from it."""

    kind: str
    filters: Filters
    expanded: ExpandedFilters
    lang: str
    sort: AnySort
    rows: int
    """Rows to read: one more than the page has."""
    position: SortPosition | None
    text: bool
    max_bytes: int | None
    as_of: datetime | None
    in_force_on: date | None
    with_now: bool
    moment: datetime
    day: date


class ListShape(NamedTuple):
    """Everything that decides the text of a list statement: the set filters, and the values of those with few."""

    kind: str
    sort: AnySort
    rows: int | None
    """The number of rows where it stands in the text: a usual one of a list without filters."""
    text: bool
    is_limited: bool
    with_now: bool
    cursor: str
    """`tied` with the publication by which ties are ordered, `plain` without it, empty without a cursor."""
    agencies: str
    """`one` or `many`, empty without the filter."""
    lists: tuple[str, ...]
    """Other filters by codes that are set."""
    has_type: bool
    days: tuple[str, ...]
    """Filters by the own date of an item that are set."""
    constants: tuple[tuple[str, Any], ...]
    """Filters with few values, as they are."""


SelectList = Callable[[ListQuery], Select[Any]]

_LISTS = ("issuers", "topics", "places")
_DAYS = ("issued_from", "issued_to")
_CONSTANTS = ("high_impact", "impact", "channel", "priority", "consultation")
_BUILT = ("modified_from", "modified_to", "closing_before")
"""Filters that few ask for, and whose value the builder computes: their statements have no fixed text."""


def shape_of(asked: ListQuery) -> ListShape | None:
    """Return the shape of a question; None if its statement is left to the builder."""
    filters, expanded, position = asked.filters, asked.expanded, asked.position
    if asked.as_of is not None or asked.in_force_on is not None:
        return None
    if any(getattr(filters, name) is not None for name in _BUILT):
        return None
    return ListShape(
        kind=asked.kind,
        sort=asked.sort,
        rows=asked.rows if asked.rows in USUAL_ROWS and not _has_filters(asked) else None,
        text=asked.text,
        is_limited=asked.max_bytes is not None,
        with_now=asked.with_now,
        cursor="" if position is None else "plain" if position.published_at is None else "tied",
        agencies="" if expanded.agencies is None else "one" if len(expanded.agencies) == 1 else "many",
        lists=tuple(name for name in _LISTS if getattr(expanded, name) is not None),
        has_type=filters.type is not None,
        days=tuple(name for name in _DAYS if getattr(filters, name) is not None),
        constants=tuple((name, value) for name in _CONSTANTS if (value := getattr(filters, name)) is not None),
    )


def _has_filters(asked: ListQuery) -> bool:
    given = (*(getattr(asked.expanded, name) for name in ("agencies", *_LISTS)), asked.filters.type)
    own = (getattr(asked.filters, name) for name in (*_DAYS, *_CONSTANTS) if name != "consultation")
    return any(value is not None for value in (*given, *own))


def list_values(asked: ListQuery) -> dict[str, Any]:
    """Return the values of a question that stand in the places of its fixed statement, by name."""
    expanded, filters = asked.expanded, asked.filters
    found: dict[str, Any] = {"lang": asked.lang, "rows": asked.rows, "max_bytes": asked.max_bytes}
    found |= {"day": asked.day, "moment": asked.moment}
    if expanded.agencies is not None:
        found["agencies"] = sorted(expanded.agencies)
        found["agency"] = found["agencies"][0] if found["agencies"] else None
    for name in _LISTS:
        if (codes := getattr(expanded, name)) is not None:
            found[name] = sorted(codes)
    for name in _DAYS:
        found[name] = getattr(filters, name)
    if filters.type is not None:
        found["type"] = fold(filters.type)
    if (at := asked.position) is not None:
        found |= {"place": at.value, "published_at": at.published_at, "document_id": at.document_id}
    return found


@lru_cache(maxsize=MAX_STATEMENTS)
def fix_list(select_list: SelectList, shape: ListShape) -> FixedStatement:
    """Compile the statement of a shape from what the builder composes for it."""
    asked = _stand_in(shape)
    values = list_values(asked)
    expected = {"lang", *shape.lists, *shape.days}
    expected |= {name for name, is_wanted in _optional(shape) if is_wanted}
    return fix_statement(select_list(asked), {name: values[name] for name in expected})


def _optional(shape: ListShape) -> list[tuple[str, bool]]:
    has_ties = ORDERS[shape.sort].has_ties
    consultation = dict(shape.constants).get("consultation")
    return [
        ("rows", shape.rows is None),
        ("max_bytes", shape.text and shape.is_limited),
        ("day", shape.with_now),
        ("moment", consultation is not None),
        ("agency", shape.agencies == "one"),
        ("agencies", shape.agencies == "many"),
        ("type", shape.has_type),
        ("place", bool(shape.cursor)),
        ("published_at", shape.cursor == "tied"),
        ("document_id", bool(shape.cursor) and not (has_ties and shape.cursor == "plain")),
    ]


def _stand_in(shape: ListShape) -> ListQuery:
    """Make a question of a shape whose values stand for those of requests: no two are equal, and no constant is one."""
    codes = {name: frozenset({f"\ue000{name}"}) for name in shape.lists}
    if shape.agencies:
        codes["agencies"] = frozenset({"\ue000a", "\ue000b"} if shape.agencies == "many" else {"\ue000a"})
    given: dict[str, Any] = dict(shape.constants) | {name: _DAY_STAND_INS[name] for name in shape.days}
    filters = Filters.model_construct(**(dict.fromkeys(Filters.model_fields) | given))
    if shape.has_type:
        filters = filters.model_copy(update={"type": "stand in for a type"})
    position = None
    if shape.cursor:
        kind = ORDERS[shape.sort].column.type
        value = next((one for type_, one in _PLACES if isinstance(kind, type_)), "\ue000place")
        position = SortPosition(value, _moment(3) if shape.cursor == "tied" else None, UUID(int=1_000_003))
    return ListQuery(
        kind=shape.kind,
        filters=filters,
        expanded=ExpandedFilters(**codes),
        lang="\ue000lang",
        sort=shape.sort,
        rows=shape.rows or 1_000_003,
        position=position,
        text=shape.text,
        max_bytes=1_000_033 if shape.is_limited else None,
        as_of=None,
        in_force_on=None,
        with_now=shape.with_now,
        moment=_moment(2),
        day=date(1, 2, 2),
    )


def _moment(day: int) -> datetime:
    return datetime(1, 2, day, tzinfo=UTC)


_DAY_STAND_INS: Mapping[str, date] = {"issued_from": date(1, 2, 3), "issued_to": date(1, 2, 4)}
_PLACES: tuple[tuple[type, Any], ...] = (
    (DateTime, _moment(4)),
    (Date, date(1, 2, 5)),
    (BigInteger, 1_000_037),
)
