"""What the public reads of content. Every read is one statement over the open rows of `published_view`."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from datetime import time as clock
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Date, DateTime, Select, Text, case, exists, func, literal, select, tuple_
from sqlalchemy.ext.asyncio import AsyncConnection

from hub.content.filters import Filters, Sort
from hub.content.kinds import KINDS
from hub.content.lifecycle import SHOWS, DocumentState, Shown, Surface
from hub.content.models import PublishedView
from hub.db import table
from hub.errors import DocumentGone, InvalidCursor, NotFound
from hub.paging import decode, encode, fingerprint
from hub.text import fold
from hub.times import VIETNAM

VIEW = table(PublishedView)
OTHER = VIEW.alias("other")

_ORDERS: dict[Sort, tuple[Any, bool]] = {
    Sort.published_desc: (VIEW.c.published_at, True),
    Sort.published_asc: (VIEW.c.published_at, False),
    Sort.modified_desc: (VIEW.c.modified_at, True),
    Sort.modified_asc: (VIEW.c.modified_at, False),
    Sort.issued_desc: (VIEW.c.issued_on, True),
    Sort.issued_asc: (VIEW.c.issued_on, False),
    Sort.title_asc: (VIEW.c.title_key, False),
}


def _states(surface: Surface) -> list[str]:
    """The document states in which a surface shows the text."""
    return [state for state in DocumentState if SHOWS[state][surface] is Shown.text]


LISTED = _states(Surface.list)
SEARCHED = _states(Surface.search)


@dataclass(frozen=True)
class ViewRow:
    """One public view: its JSON bytes and how it is known."""

    document_id: UUID
    kind: str
    lang: str
    seq: int
    json: bytes
    cursor: str = ""


@dataclass(frozen=True)
class Page:
    """One page of a list; `next` is the cursor of the following one, None at the end."""

    items: Sequence[ViewRow]
    next: str | None


def best_language(lang: str) -> ColumnElement[bool]:
    """Keeps, of each document, the open view in `lang`, or else in the alphabetically last other language (vi)."""
    return ~exists(
        select(literal(1)).where(
            OTHER.c.document_id == VIEW.c.document_id,
            OTHER.c.seq_to.is_(None),
            tuple_(case((OTHER.c.lang == lang, 1), else_=0), OTHER.c.lang)
            > tuple_(case((VIEW.c.lang == lang, 1), else_=0), VIEW.c.lang),
        )
    )


def _conditions(filters: Filters) -> list[ColumnElement[bool]]:
    def since(day: date) -> datetime:
        return datetime.combine(day, clock(), VIETNAM)

    found = []
    if filters.agency is not None:
        found.append(VIEW.c.agency == filters.agency)
    if filters.issuer is not None:
        found.append(VIEW.c.issuers.contains([filters.issuer]))
    if filters.topic is not None:
        found.append(VIEW.c.topics.contains([filters.topic]))
    if filters.type is not None:
        found.append(VIEW.c.doc_type == fold(filters.type))
    if filters.place is not None:
        found.append(VIEW.c.places.contains([filters.place]))
    if filters.issued_from is not None:
        found.append(VIEW.c.issued_on >= filters.issued_from)
    if filters.issued_to is not None:
        found.append(VIEW.c.issued_on <= filters.issued_to)
    if filters.modified_from is not None:
        found.append(VIEW.c.modified_at >= since(filters.modified_from))
    if filters.modified_to is not None:
        found.append(VIEW.c.modified_at < since(filters.modified_to + timedelta(days=1)))
    return found


async def list_views(
    connection: AsyncConnection,
    kind: str,
    filters: Filters,
    *,
    lang: str,
    sort: Sort = Sort.published_desc,
    limit: int,
    cursor: str | None = None,
    text: bool = False,
    max_bytes: int | None = None,
) -> Page:
    """A page of live items: cards, or whole items with `text`, then cut before `max_bytes` (never below one item)."""
    column, descending = _ORDERS[sort]
    name = fingerprint(kind, filters.model_dump(), sort, lang)
    payload = VIEW.c.full if text else VIEW.c.card
    order = (column.desc(), VIEW.c.document_id.desc()) if descending else (column, VIEW.c.document_id)
    query = (
        select(VIEW.c.document_id, VIEW.c.lang, VIEW.c.seq_from, payload.label("json"), column.label("place"))
        .where(VIEW.c.kind == kind, VIEW.c.seq_to.is_(None), VIEW.c.state.in_(LISTED), best_language(lang))
        .where(*_conditions(filters))
        .order_by(*order)
        .limit(limit + 1)
    )
    if cursor is not None:
        here = tuple_(column, VIEW.c.document_id)
        there = tuple_(*_position(name, cursor, column))
        query = query.where(here < there if descending else here > there)
    if text and max_bytes is not None:
        query = _within(query.add_columns(func.row_number().over(order_by=order).label("row")), max_bytes)
    rows = (await connection.execute(query)).all()
    items = [
        ViewRow(
            row.document_id, kind, row.lang, row.seq_from, row.json, encode(name, _plain(row.place), row.document_id)
        )
        for row in rows[:limit]
    ]
    more = len(rows) > limit or (text and bool(rows) and rows[-1].cut)
    return Page(items, items[-1].cursor if more else None)


def _within(query: Select[Any], max_bytes: int) -> Select[Any]:
    """The first of numbered rows whose JSON fits; `cut` tells that there were more."""
    inner = query.subquery()
    size = func.octet_length(inner.c.json)
    running = select(
        *inner.c,
        func.sum(size).over(order_by=inner.c.row).label("running"),
        func.count().over().label("rows"),
    ).subquery()
    columns = [running.c[name] for name in ("document_id", "lang", "seq_from", "json", "place")]
    kept = (running.c.running <= max_bytes) | (running.c.row == 1)
    cut = (running.c.rows > func.count().over()).label("cut")
    return select(*columns, cut).where(kept).order_by(running.c.row)


def _plain(value: Any) -> str:
    return value.isoformat() if isinstance(value, date | datetime) else str(value)


def _position(name: str, cursor: str, column: Any) -> tuple[Any, UUID]:
    value, document_id = decode(name, cursor, 2)
    try:
        if isinstance(column.type, DateTime):
            value = datetime.fromisoformat(value)
        elif isinstance(column.type, Date):
            value = date.fromisoformat(value)
        return literal(value, column.type if not isinstance(value, str) else Text()), UUID(document_id)
    except (TypeError, ValueError) as problem:
        raise InvalidCursor("The cursor is damaged.", field="cursor") from problem


async def get_view(connection: AsyncConnection, document_id: UUID, *, lang: str, kind: str | None = None) -> ViewRow:
    """The whole of one item, in `lang` or else in the language there is.

    Raises `NotFound` (never public, or of another kind: then its address is named) or `DocumentGone`.
    """
    query = select(VIEW.c.kind, VIEW.c.lang, VIEW.c.state, VIEW.c.seq_from, VIEW.c.full).where(
        VIEW.c.document_id == document_id, VIEW.c.seq_to.is_(None), best_language(lang)
    )
    row = (await connection.execute(query)).one_or_none()
    if row is None:
        raise NotFound("There is no public item with this id.", field="id")
    shown = SHOWS[DocumentState(row.state)][Surface.detail]
    if shown is Shown.fact:
        raise DocumentGone
    if shown not in (Shown.text, Shown.text_with_reason):
        raise NotFound("There is no public item with this id.", field="id")
    if kind is not None and row.kind != kind:
        raise NotFound(
            f"This id belongs to a {row.kind}.",
            field="id",
            expected=f"/api/v1/{KINDS[row.kind].plural}/{document_id}",
        )
    return ViewRow(document_id, row.kind, row.lang, row.seq_from, row.full)


async def searchable_views(
    connection: AsyncConnection, ids: Sequence[UUID], *, lang: str, text: bool = False
) -> dict[UUID, ViewRow]:
    """Of these documents, those that a search may show now: one statement."""
    if not ids:
        return {}
    payload = VIEW.c.full if text else VIEW.c.card
    query = select(VIEW.c.document_id, VIEW.c.kind, VIEW.c.lang, VIEW.c.seq_from, payload.label("json")).where(
        VIEW.c.document_id.in_(ids), VIEW.c.seq_to.is_(None), VIEW.c.state.in_(SEARCHED), best_language(lang)
    )
    rows = (await connection.execute(query)).all()
    return {row.document_id: ViewRow(row.document_id, row.kind, row.lang, row.seq_from, row.json) for row in rows}
