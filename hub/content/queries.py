"""Public reads of content: lists, one item, and the items of a search result. Every read is one statement."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, FromClause, func, null, select, tuple_
from sqlalchemy.ext.asyncio import AsyncConnection

from hub.content.as_of import currently_open, open_at
from hub.content.filter_expansion import ExpandedFilters
from hub.content.language_fallback import best_language
from hub.content.legal_force import in_force_conditions, replacement_id, require_in_force
from hub.content.page_bytes import limit_bytes
from hub.content.sort_order import ORDERS, cursor_value, decode_position
from hub.content.stored_views import is_whole, parse_view
from hub.content.visibility import (
    LISTED_AS_OF_STATES,
    LISTED_STATES,
    SEARCHED_STATES,
    VIEW,
    Pointer,
    ViewRow,
    VisibilityRow,
    check_visible,
    select_visibility,
)
from hub.domain.filters import Filters, Sort
from hub.domain.kinds.policy import POLICY
from hub.domain.lifecycle import Surface
from hub.errors import DocumentGone, InvalidInput, ViewBroken
from hub.paging import encode_cursor, list_digest
from hub.text import fold
from hub.times import FIRST_DAY, LAST_DAY, midnight
from hub.web.public_urls import page_path

__all__ = [
    "Page",
    "Pointer",
    "ViewRow",
    "filter_conditions",
    "get_searchable_views",
    "get_view",
    "get_whole_view",
    "list_views",
]


@dataclass(frozen=True)
class Page:
    """One page of a list; `next` is the cursor of the next page, None at the end."""

    items: Sequence[ViewRow]
    next: str | None


def _start_of_day(day: date) -> datetime:
    return midnight(min(max(day, FIRST_DAY), LAST_DAY))


def filter_conditions(
    filters: Filters, expanded: ExpandedFilters, view: FromClause = VIEW
) -> list[ColumnElement[bool]]:
    """Translate filters to SQL conditions on `published_view` (or an alias of it)."""
    found: list[ColumnElement[bool]] = []
    if expanded.agencies is not None:
        found.append(view.c.agency.in_(sorted(expanded.agencies)))
    if filters.issuer is not None:
        found.append(view.c.issuers.contains([filters.issuer]))
    if expanded.topics is not None:
        found.append(view.c.topics.overlap(sorted(expanded.topics)))
    if filters.type is not None:
        found.append(view.c.doc_type == fold(filters.type))
    if expanded.places is not None:
        found.append(view.c.places.overlap(sorted(expanded.places)))
    if filters.issued_from is not None:
        found.append(view.c.issued_on >= filters.issued_from)
    if filters.issued_to is not None:
        found.append(view.c.issued_on <= filters.issued_to)
    if filters.modified_from is not None:
        found.append(view.c.modified_at >= _start_of_day(filters.modified_from))
    if filters.modified_to is not None:
        found.append(view.c.modified_at < _start_of_day(min(filters.modified_to, LAST_DAY) + timedelta(days=1)))
    return found


def _check_one_date(as_of: datetime | None, in_force_on: date | None) -> None:
    if as_of is not None and in_force_on is not None:
        # Replacements are stored for currently public documents only; an answer for the past would be a guess.
        raise InvalidInput(
            "`in_force_on` applies to the current public state.",
            field="in_force_on",
            expected="`as_of` or `in_force_on`",
        )


async def list_views(
    connection: AsyncConnection,
    kind: str,
    filters: Filters,
    *,
    expanded: ExpandedFilters,
    lang: str,
    sort: Sort = Sort.published_desc,
    limit: int,
    cursor: str | None = None,
    text: bool = False,
    max_bytes: int | None = None,
    as_of: datetime | None = None,
    in_force_on: date | None = None,
) -> Page:
    """Return a page of live items: cards, or full items with `text`, then cut before `max_bytes` (at least one item).

    With `as_of`, the items that were live at that time, as they were; with `in_force_on`, the policies in force on that
    date. Raises `InvalidCursor`, or `InvalidInput` for both dates together.
    """
    _check_one_date(as_of, in_force_on)
    column, descending = ORDERS[sort]
    name = list_digest(kind, filters.model_dump(), sort, lang, as_of, in_force_on)
    payload = VIEW.c.full if text else VIEW.c.card
    order = (column.desc(), VIEW.c.document_id.desc()) if descending else (column, VIEW.c.document_id)
    is_valid = open_at(as_of)
    query = (
        select(VIEW.c.document_id, VIEW.c.lang, VIEW.c.seq_from, payload.label("json"), column.label("place"))
        .where(VIEW.c.kind == kind, is_valid(VIEW), best_language(lang, is_valid))
        .where(*filter_conditions(filters, expanded))
        .order_by(*order)
        .limit(limit + 1)
    )
    if as_of is None:
        query = query.where(VIEW.c.state.in_(LISTED_STATES))
    else:
        # Documents that are gone by now have lost their text in past rows too.
        query = query.where(VIEW.c.state.in_(LISTED_AS_OF_STATES), VIEW.c.card.is_not(None))
    if in_force_on is not None:
        query = query.where(*in_force_conditions(in_force_on))
    if cursor is not None:
        here = tuple_(column, VIEW.c.document_id)
        there = tuple_(*decode_position(name, cursor, column))
        query = query.where(here < there if descending else here > there)
    if text and max_bytes is not None:
        query = limit_bytes(query.add_columns(func.row_number().over(order_by=order).label("row")), max_bytes)
    rows = (await connection.execute(query)).all()
    items = [
        ViewRow(
            row.document_id,
            kind,
            row.lang,
            row.seq_from,
            row.json,
            encode_cursor(name, cursor_value(row.place), row.document_id),
        )
        for row in rows[:limit]
    ]
    more = len(rows) > limit or (text and bool(rows) and rows[-1].cut)
    whole = [item for item in items if is_whole(item.json, item.document_id, "list", full=text)]
    return Page(whole, items[-1].cursor if more else None)


async def get_view(
    connection: AsyncConnection,
    document_id: UUID,
    *,
    lang: str,
    kind: str | None = None,
    as_of: datetime | None = None,
    in_force_on: date | None = None,
) -> ViewRow | Pointer:
    """Return one full item in `lang`, or else in an available language; or a `Pointer` if it redirects permanently.

    Raises `NotFound` (never public, not public at `as_of`, or of another kind: then with its path), `DocumentGone`, or
    `NotInForce` for a policy that was not in force on `in_force_on`.
    """
    _check_one_date(as_of, in_force_on)
    query = select_visibility(document_id, lang, open_at(as_of)).add_columns(VIEW.c.seq_from, VIEW.c.full)
    replacement = null() if in_force_on is None else replacement_id(in_force_on)
    query = query.add_columns(VIEW.c.effective_on, VIEW.c.expires_on, replacement.label("replacement"))
    rows = (await connection.execute(query)).all()
    own = VisibilityRow.first_of(rows)
    pointer = check_visible(own, document_id, kind, Surface.detail if as_of is None else Surface.as_of)
    if pointer is not None:
        return pointer
    assert own is not None  # noqa: S101 - `check_visible` has raised
    [row] = rows
    if row.full is None:
        raise DocumentGone
    if in_force_on is not None:
        if own.kind != POLICY.name:
            raise InvalidInput("Only policies have legal force.", field="in_force_on", expected="the id of a policy")
        require_in_force(in_force_on, row.effective_on, row.expires_on, row.replacement)
    return ViewRow(document_id, own.kind, own.lang, row.seq_from, row.full)


async def get_whole_view(
    connection: AsyncConnection,
    document_id: UUID,
    *,
    lang: str,
    kind: str | None = None,
    as_of: datetime | None = None,
    in_force_on: date | None = None,
) -> ViewRow | Pointer:
    """Return one full item that can be sent as it is stored; one more statement if it cannot.

    Raises `ViewBroken` with the item's card, and what `get_view` raises.
    """
    found = await get_view(connection, document_id, lang=lang, kind=kind, as_of=as_of, in_force_on=in_force_on)
    if isinstance(found, Pointer) or is_whole(found.json, document_id, "detail", full=True):
        return found
    of_row = (VIEW.c.document_id == document_id, VIEW.c.lang == found.lang, VIEW.c.seq_from == found.seq)
    card = (await connection.execute(select(VIEW.c.card).where(*of_row))).scalar_one_or_none()
    raise ViewBroken(
        f"What is stored of this document in `{found.lang}` is damaged.",
        field="id",
        expected=f"the copy that you have; {page_path(document_id)} shows what is left",
        card=parse_view(card, document_id, "card"),
    )


async def get_searchable_views(
    connection: AsyncConnection, ids: Sequence[UUID], *, lang: str, text: bool = False
) -> dict[UUID, ViewRow]:
    """Return those of the documents that a search may show now, by id, in one statement."""
    if not ids:
        return {}
    payload = VIEW.c.full if text else VIEW.c.card
    query = select(VIEW.c.document_id, VIEW.c.kind, VIEW.c.lang, VIEW.c.seq_from, payload.label("json")).where(
        VIEW.c.document_id.in_(ids), currently_open(VIEW), VIEW.c.state.in_(SEARCHED_STATES), best_language(lang)
    )
    rows = (await connection.execute(query)).all()
    return {
        row.document_id: ViewRow(row.document_id, row.kind, row.lang, row.seq_from, row.json)
        for row in rows
        if is_whole(row.json, row.document_id, "search", full=text)
    }
