"""Public reads of content: lists and one item. Every read is one statement."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Any
from uuid import UUID

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    FromClause,
    Select,
    Text,
    and_,
    bindparam,
    func,
    literal,
    literal_column,
    not_,
    null,
    select,
    union_all,
)
from sqlalchemy.dialects.postgresql import ARRAY

from hub.content.as_of import open_at
from hub.content.filter_expansion import ExpandedFilters
from hub.content.fixed_statements import FixedStatement, ReadSource, execute_built, fix_statement
from hub.content.language_fallback import best_language
from hub.content.legal_force import in_force_conditions, replacement_id, require_in_force
from hub.content.list_query import USUAL_ROWS, ListQuery, fix_list, list_values, shape_of
from hub.content.now import current_members, now_columns
from hub.content.page_bytes import limit_bytes
from hub.content.sort_order import CLOSES_LAST, ORDERS, AnySort, Order
from hub.content.stored_views import parse_view
from hub.content.view_facts import read_facts
from hub.content.visibility import (
    LISTED_AS_OF_STATES,
    LISTED_STATES,
    VIEW,
    Pointer,
    ViewRow,
    VisibilityRow,
    check_visible,
    select_visibility,
)
from hub.db import Database
from hub.domain.filters import DraftSort, Filters, Sort, cursor_filters
from hub.domain.kinds.draft import DRAFT, ConsultationState
from hub.domain.kinds.impact import ImpactStatement
from hub.domain.kinds.policy import POLICY
from hub.domain.lifecycle import Surface
from hub.errors import DocumentGone, InvalidInput, ViewBroken
from hub.paging import encode_cursor, list_digest
from hub.problem_texts.templates import fill
from hub.text import fold
from hub.times import FIRST_DAY, LAST_DAY, day_of, midnight, now
from hub.web.public_urls import page_path

__all__ = [
    "Page",
    "Pointer",
    "ViewRow",
    "filter_conditions",
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


def _is_one_of(column: ColumnElement[str], codes: Sequence[str]) -> ColumnElement[bool]:
    """One parameter for any number of codes; a single one is compared by itself, so that an index keeps its order."""
    return column == (codes[0] if len(codes) == 1 else func.any(literal(codes, ARRAY(Text))))


def filter_conditions(
    filters: Filters, expanded: ExpandedFilters, view: FromClause = VIEW
) -> list[ColumnElement[bool]]:
    """Translate filters, except those by consultation, to SQL conditions on `published_view` (or an alias of it)."""
    found: list[ColumnElement[bool]] = []
    if expanded.agencies is not None:
        found.append(_is_one_of(view.c.agency, sorted(expanded.agencies)))
    if expanded.issuers is not None:
        found.append(view.c.issuers.overlap(sorted(expanded.issuers)))
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
    if filters.high_impact is not None:
        # As the column itself, so that the partial index of the items with a high impact fits.
        found.append(view.c.high_impact if filters.high_impact else not_(view.c.high_impact))
    if filters.impact is not None:
        found.append(_impact_condition(view, filters.impact))
    if filters.channel is not None:
        # The index of channels is of bulletins, which alone have a priority.
        found += [view.c.channels.contains([filters.channel.value]), view.c.priority.is_not(None)]
    if filters.priority is not None:
        found.append(view.c.priority == filters.priority.value)
    return found


def has_consultation_filter(filters: Filters) -> bool:
    """Return True if filters ask for the window of a consultation, which days alone change."""
    return filters.consultation is not None or filters.closing_before is not None


def _impact_condition(view: FromClause, impact: ImpactStatement) -> ColumnElement[bool]:
    if impact is ImpactStatement.not_stated:
        return not_(view.c.impact_stated)
    return view.c.high_impact if impact is ImpactStatement.yes else and_(not_(view.c.high_impact), view.c.impact_stated)


def consultation_conditions(state: ConsultationState, moment: datetime) -> list[ColumnElement[bool]]:
    """Build the conditions for drafts whose consultation has this state at a moment; the first bounds the index scan.

    For a past moment: with the window as it stands while the text is public, or as it stood when that was replaced.
    """
    if state is ConsultationState.closed:
        return [moment >= CLOSES_LAST]
    opened = VIEW.c.opens_at <= moment if state is ConsultationState.open else VIEW.c.opens_at > moment
    return [moment < CLOSES_LAST, opened]


def _check_one_date(as_of: datetime | None, in_force_on: date | None) -> None:
    if as_of is not None and in_force_on is not None:
        # Replacements are stored for currently public documents only; an answer for the past would be a guess.
        raise InvalidInput(
            "`in_force_on` applies to the current public state.",
            field="in_force_on",
            expected="`as_of` or `in_force_on`",
        )


def _select_candidates(query: Select[Any], order: Order, limit: int) -> Select[Any]:
    """Select the first rows of a list of the past among those that are open still, and among those that are closed.

    Apart, each has its indexes: most rows are open still, and the order of those is that of the lists of today.
    """
    ids = query.with_only_columns(VIEW.c.id).order_by(None).order_by(*order.keys()).limit(limit)
    parts = (ids.where(VIEW.c.seq_to.is_(None)), ids.where(VIEW.c.seq_to.is_not(None)))
    found = union_all(*(select(part.subquery()) for part in parts)).subquery()
    return select(found.c.id)


def _select_list(asked: ListQuery) -> Select[Any]:
    """Compose the statement of a list. Values that decide its text are those of its `ListShape`."""
    filters, order, text = asked.filters, ORDERS[asked.sort], asked.text
    payload = VIEW.c.full if text else VIEW.c.card
    is_valid = open_at(asked.as_of)
    wanted = filter_conditions(filters, asked.expanded)
    # Without filters and with a usual limit, Postgres plans the statement once: what decides stands in its text.
    is_plain = not wanted and asked.rows in USUAL_ROWS
    query = (
        select(VIEW.c.document_id, VIEW.c.lang, VIEW.c.seq_from, payload.label("json"), order.column.label("place"))
        .add_columns(VIEW.c.published_at)
        .where(VIEW.c.kind == asked.kind, is_valid(VIEW), best_language(asked.lang, is_valid))
        .where(*wanted)
        .order_by(*order.keys())
        .limit(literal_column(str(asked.rows)) if is_plain else asked.rows)
    )
    if filters.consultation is not None:
        query = query.where(*consultation_conditions(filters.consultation, asked.as_of or asked.moment))
    if filters.closing_before is not None:
        query = query.where(_start_of_day(filters.closing_before) >= CLOSES_LAST)
    if has_consultation_filter(filters) or asked.sort in (DraftSort.closes_asc, DraftSort.closes_desc):
        # In the text of the statement, so that the indexes of drafts fit whatever plan is cached.
        query = query.where(VIEW.c.kind == literal(DRAFT.name, literal_execute=True))
    if asked.as_of is None:
        states: BindParameter[Any] = bindparam("states", LISTED_STATES, expanding=True, literal_execute=is_plain)
        query = query.where(VIEW.c.state.in_(states))
    else:
        # Documents that are gone by now have lost their text in past rows too.
        query = query.where(VIEW.c.state.in_(LISTED_AS_OF_STATES), VIEW.c.card.is_not(None))
    if asked.with_now:
        query = query.add_columns(*now_columns(asked.day))
    if asked.in_force_on is not None:
        query = query.where(*in_force_conditions(asked.in_force_on))
    if asked.position is not None:
        query = query.where(order.after(asked.position))
    if asked.as_of is not None:
        query = query.where(VIEW.c.id.in_(_select_candidates(query, order, asked.rows)))
    if text and asked.max_bytes is not None:
        query = query.add_columns(func.row_number().over(order_by=order.keys()).label("row"))
        query = limit_bytes(query, asked.max_bytes)
    return query


async def _read_list(source: ReadSource, asked: ListQuery) -> Sequence[Any]:
    if isinstance(source, Database) and (shape := shape_of(asked)) is not None:
        return await fix_list(_select_list, shape).fetch(source, list_values(asked))
    return await execute_built(source, _select_list(asked))


async def list_views(
    source: ReadSource,
    kind: str,
    filters: Filters,
    *,
    expanded: ExpandedFilters,
    lang: str,
    sort: AnySort = Sort.published_desc,
    limit: int,
    cursor: str | None = None,
    text: bool = False,
    max_bytes: int | None = None,
    as_of: datetime | None = None,
    in_force_on: date | None = None,
    with_now: bool = True,
    with_cursors: bool = True,
) -> Page:
    """Return a page of live items: cards, or full items with `text`, then cut before `max_bytes` (at least one item).

    With `as_of`, the items that were live at that time, as they were; with `in_force_on`, the policies in force on that
    date. Without `as_of`, the facts of today are read, too, unless the caller does not show them; nor need it show the
    cursor of each item. Raises `InvalidCursor`, or `InvalidInput` for both dates together.
    """
    _check_one_date(as_of, in_force_on)
    order, moment, with_now = ORDERS[sort], now(), with_now and as_of is None
    first, others = cursor_filters(filters, Filters)
    name = list_digest(kind, first, sort, lang, as_of, in_force_on, **others)
    asked = ListQuery(
        kind=kind,
        filters=filters,
        expanded=expanded,
        lang=lang,
        sort=sort,
        rows=limit + 1,
        position=None if cursor is None else order.decode(name, cursor),
        text=text,
        max_bytes=max_bytes,
        as_of=as_of,
        in_force_on=in_force_on,
        with_now=with_now,
        moment=moment,
        day=day_of(moment),
    )
    rows = await _read_list(source, asked)
    items = [
        ViewRow(
            row.document_id,
            kind,
            row.lang,
            row.seq_from,
            row.json,
            encode_cursor(name, *order.position(row)) if with_cursors else "",
            current_members(row, facts, moment) if with_now else {},
            facts.eli,
        )
        for row in rows[:limit]
        if (facts := read_facts(row.json, row.document_id, "list", full=text)) is not None
    ]
    more = len(rows) > limit or (text and bool(rows) and rows[-1].cut)
    return Page(items, encode_cursor(name, *order.position(rows[:limit][-1])) if more else None)


async def get_view(
    source: ReadSource,
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
    found = await _read_view(source, document_id, lang, kind, as_of, in_force_on)
    return found if isinstance(found, Pointer) else _view_row(found)


def _select_item(
    document_id: UUID, lang: str, as_of: datetime | None, in_force_on: date | None, day: date | None
) -> Select[Any]:
    """Compose the statement of one item, with the facts of a day if one is given."""
    query = select_visibility(document_id, lang, open_at(as_of)).add_columns(VIEW.c.seq_from, VIEW.c.full)
    replacement = null() if in_force_on is None else replacement_id(in_force_on)
    query = query.add_columns(VIEW.c.effective_on, VIEW.c.expires_on, replacement.label("replacement"))
    query = query.add_columns(VIEW.c.opens_at, VIEW.c.closes_at, VIEW.c.document_id)
    return query if day is None else query.add_columns(*now_columns(day))


@lru_cache(maxsize=2)
def _fix_item(with_now: bool) -> FixedStatement:
    stand_ins: dict[str, Any] = {"document_id": UUID(int=1_000_003), "lang": "\ue000lang"}
    stand_ins |= {"day": date(1, 2, 2)} if with_now else {}
    query = _select_item(stand_ins["document_id"], stand_ins["lang"], None, None, stand_ins.get("day"))
    return fix_statement(query, stand_ins)


async def _read_view(
    source: ReadSource,
    document_id: UUID,
    lang: str,
    kind: str | None,
    as_of: datetime | None,
    in_force_on: date | None,
    day: date | None = None,
) -> Any:
    """Read the row of `get_view`, with the facts of a day if one is given, or a `Pointer`."""
    _check_one_date(as_of, in_force_on)
    rows: Sequence[Any]
    if isinstance(source, Database) and as_of is in_force_on is None:
        values = {"document_id": document_id, "lang": lang, "day": day}
        rows = await _fix_item(day is not None).fetch(source, values)
    else:
        rows = await execute_built(source, _select_item(document_id, lang, as_of, in_force_on, day))
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
    return row


def _view_row(row: Any) -> ViewRow:
    window = (row.opens_at, row.closes_at) if row.closes_at is not None else None
    return ViewRow(row.document_id, row.own_kind, row.own_lang, row.seq_from, row.full, window=window)


async def get_whole_view(
    source: ReadSource,
    document_id: UUID,
    *,
    lang: str,
    kind: str | None = None,
    as_of: datetime | None = None,
    in_force_on: date | None = None,
) -> ViewRow | Pointer:
    """Return one full item that can be sent, with the facts of today unless `as_of`; one more statement if it cannot.

    Raises `ViewBroken` with the item's card, and what `get_view` raises.
    """
    moment = now()
    day = day_of(moment) if as_of is None else None
    row = await _read_view(source, document_id, lang, kind, as_of, in_force_on, day)
    if isinstance(row, Pointer):
        return row
    found = _view_row(row)
    facts = read_facts(found.json, document_id, "detail", full=True)
    if facts is not None:
        beside = current_members(row, facts, moment) if day else {}
        return replace(found, beside=beside, eli=facts.eli)
    of_row = (VIEW.c.document_id == document_id, VIEW.c.lang == found.lang, VIEW.c.seq_from == found.seq)
    rows = await execute_built(source, select(VIEW.c.card).where(*of_row))
    raise ViewBroken(
        fill("What is stored of this document in `{lang}` is damaged.", lang=found.lang),
        field="id",
        expected=fill("the copy that you have; {page} shows what is left", page=page_path(document_id)),
        card=parse_view(rows[0].card if rows else None, document_id, "card"),
    )
