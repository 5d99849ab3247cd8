"""SQL of a feed page: live items and tombstones by their position in the publication log. One statement.

A document occurs in a feed once: at the position of the entry that published its current view, or of the entry that
removed it: withdrawn, gone, redirected, or `left`, if a later edition no longer matches the filters of the feed.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    BindParameter,
    ColumnElement,
    Select,
    String,
    Subquery,
    and_,
    bindparam,
    case,
    func,
    literal,
    literal_column,
    select,
    true,
    union_all,
)

from hub.content.as_of import ENTRY, currently_open
from hub.content.filter_expansion import ExpandedFilters
from hub.content.fixed_statements import FixedStatement, ReadSource, execute_built, fix_statement
from hub.content.language_fallback import best_language
from hub.content.list_query import USUAL_ROWS
from hub.content.queries import filter_conditions
from hub.content.visibility import VIEW, states_showing_text
from hub.db import Database
from hub.domain.filters import Filters
from hub.domain.kinds import KINDS
from hub.domain.lifecycle import SHOWS, DocumentState, Surface, Visibility
from hub.errors import InvalidCursor, Resync
from hub.feeds.params import Feed
from hub.log.chain import HASH_DIGITS
from hub.paging import decode_cursor, encode_cursor, position_part, text_part
from hub.web.feed_links import FeedFormat

MAX_ENTRIES = 2_000
"""Entries of the log that are looked through for what has left; behind more of them, few items match the filters."""

LEFT = "left"
"""Event of a tombstone for a document that is still public and no longer matches the filters."""

SHOWN_STATES = states_showing_text(Surface.feed)
TOMBSTONE_STATES = [state for state in DocumentState if SHOWS[state][Surface.feed] is Visibility.fact]

PAST_VIEW, FIRST_VIEW = VIEW.alias("then"), VIEW.alias("first")


@dataclass(frozen=True)
class FeedRow:
    """A live item with the JSON of its view and of its card, or a tombstone without JSON."""

    position: int
    hash: str
    """Hash of the log entry at the position."""
    at: datetime
    event: str
    """Event of the log; for a tombstone `withdrawn`, `gone`, `redirected` or `left`."""
    document_id: UUID
    kind: str
    lang: str
    json: bytes | None
    card: bytes | None
    is_removed: bool
    """True for a tombstone."""
    successor: UUID | None = None
    """Document that a redirected one leads to."""


@dataclass(frozen=True)
class FeedPage:
    """Rows, latest change first, with the cursors of the adjacent pages."""

    rows: Sequence[FeedRow]
    next: str | None
    previous: str | None


async def read_feed(source: ReadSource, feed: Feed, expanded: ExpandedFilters, *, max_bytes: int) -> FeedPage:
    """Read a page of a feed; it is cut before `max_bytes` of JSON, but keeps at least one item.

    Raises `InvalidCursor`, and `Resync` for a cursor of a part of the log that was lost in a restore.
    """
    direction, anchor, hash_start = _decode_cursor(feed)
    if anchor is not None and hash_start is not None:
        await _require_entry(source, anchor, hash_start)
    rows: Sequence[Any]
    is_plain = feed.limit + 1 in USUAL_ROWS and not filter_conditions(feed.filters, expanded)
    if isinstance(source, Database) and is_plain:
        fixed = _fix_page(feed.name, direction, anchor is not None, feed.limit)
        rows = await fixed.fetch(source, {"lang": feed.lang, "anchor": anchor})
    else:
        rows = await execute_built(source, _select_page(feed, expanded, direction, anchor))
    return _make_page(feed, rows, direction, anchor, max_bytes)


@lru_cache(maxsize=64)
def _fix_page(name: str, direction: str, has_anchor: bool, limit: int) -> FixedStatement:
    """Compile the statement of a page without filters. What decides its plan stands in its text: it is planned once."""
    stand_ins: dict[str, Any] = {"lang": "\ue000lang"} | ({"anchor": 1_000_003} if has_anchor else {})
    feed = Feed(name, FeedFormat.atom, Filters(), stand_ins["lang"], "", limit)
    anchor = stand_ins.get("anchor")
    return fix_statement(_select_page(feed, ExpandedFilters(), direction, anchor, is_plain=True), stand_ins)


def _select_page(
    feed: Feed, expanded: ExpandedFilters, direction: str, anchor: int | None, *, is_plain: bool = False
) -> Select[Any]:
    """Compose the statement of a page: its rows with their views and entries, the nearest to the cursor first.

    With `is_plain`, the number of rows and the states stand in its text.
    """
    feed_rows = _select_rows(feed, expanded, direction, anchor, is_plain)
    nearest = feed_rows.c.position.asc() if direction == "after" else feed_rows.c.position.desc()
    page = select(feed_rows).order_by(nearest).limit(_rows(feed, is_plain)).cte("page")
    size = func.coalesce(func.octet_length(VIEW.c.full), 0)
    order = page.c.position.asc() if direction == "after" else page.c.position.desc()
    numbered = (
        select(
            *page.c,
            ENTRY.c.at,
            ENTRY.c.event,
            ENTRY.c.hash,
            VIEW.c.document_id,
            VIEW.c.kind,
            VIEW.c.lang,
            VIEW.c.full,
            VIEW.c.card,
            VIEW.c.redirect_to,
            func.sum(size).over(order_by=order).label("running"),
            func.row_number().over(order_by=order).label("row"),
        )
        .join(VIEW, VIEW.c.id == page.c.id)
        .join(ENTRY, ENTRY.c.seq == page.c.position)
        .subquery()
    )
    return select(numbered).order_by(numbered.c.row)


def _make_page(feed: Feed, rows: Sequence[Any], direction: str, anchor: int | None, max_bytes: int) -> FeedPage:
    kept = [row for row in rows[: feed.limit] if row.row == 1 or row.running <= max_bytes]
    more = len(kept) < len(rows)
    found = [
        FeedRow(
            position=row.position,
            hash=row.hash,
            at=row.at,
            event=row.event if row.state in SHOWN_STATES else row.state,
            document_id=row.document_id,
            kind=row.kind,
            lang=row.lang,
            json=row.full if row.state in SHOWN_STATES else None,
            card=row.card if row.state in SHOWN_STATES else None,
            is_removed=row.state not in SHOWN_STATES,
            successor=row.redirect_to if row.state == DocumentState.redirected else None,
        )
        for row in kept
    ]
    if direction == "after":
        found.reverse()
    newer, older = (more, True) if direction == "after" else (anchor is not None, more)
    name = feed.fingerprint
    return FeedPage(
        found,
        _encode_cursor(name, "before", found[-1]) if found and older else None,
        _encode_cursor(name, "after", found[0]) if found and newer else None,
    )


def _rows(feed: Feed, is_plain: bool) -> Any:
    return literal_column(str(feed.limit + 1)) if is_plain else feed.limit + 1


def _select_rows(feed: Feed, expanded: ExpandedFilters, direction: str, anchor: int | None, is_plain: bool) -> Subquery:
    """Select the rows of a feed: the current view, its state in the feed, and the position of that state.

    Items that no longer match are looked for among the entries that a page spans which is full without them. Where that
    is a large part of the log, or the page is not full, few items match, and the filters find what has left.
    """
    kinds = [feed.kind] if feed.kind else list(KINDS)
    wanted = filter_conditions(feed.filters, expanded)
    parts: list[Select[Any]] = []
    for kind in kinds:
        for shown in (SHOWN_STATES, TOMBSTONE_STATES):
            states: BindParameter[Any] = bindparam(
                "states", shown, expanding=True, literal_execute=is_plain, unique=True
            )
            query = select(VIEW.c.id, VIEW.c.seq_from.label("position"), VIEW.c.state.label("state")).where(
                VIEW.c.kind == kind, currently_open(VIEW), VIEW.c.state.in_(states), *wanted, best_language(feed.lang)
            )
            rows = _rows(feed, is_plain)
            parts.append(_limit_to_page(query, VIEW.c.seq_from, rows, direction, anchor))
    matching = union_all(*(select(part.subquery()) for part in parts))
    if not wanted:
        return matching.subquery("feed_rows")
    here = matching.cte("matching").prefix_with("MATERIALIZED", dialect="postgresql")
    nearest = here.c.position.asc() if direction == "after" else here.c.position.desc()
    last = select(here.c.position).order_by(nearest).offset(feed.limit).limit(1).scalar_subquery()
    begin = literal(anchor or 0, BigInteger) if direction == "after" else last
    newest = select(func.max(ENTRY.c.seq) + 1).scalar_subquery() if anchor is None else literal(anchor, BigInteger)
    end = last if direction == "after" else newest
    is_near = func.coalesce(end - begin <= MAX_ENTRIES, False)
    parts = [select(here)]
    for kind in kinds:
        # Both ends, so that the planner expects few entries.
        inside = select(ENTRY.c.document_id).where(ENTRY.c.kind == kind, ENTRY.c.seq > begin, ENTRY.c.seq < end)
        for candidates in (inside.where(is_near), _select_candidates(feed, expanded, kind).where(~is_near)):
            left = _select_left(feed, expanded, kind, candidates).subquery()
            parts.append(_limit_to_page(select(left), left.c.position, feed.limit + 1, direction, anchor))
    return union_all(*(select(part.subquery()) for part in parts)).subquery("feed_rows")


def _select_candidates(feed: Feed, expanded: ExpandedFilters, kind: str) -> Select[tuple[UUID]]:
    """Select the documents that match the filters, or did."""
    of_kind = (PAST_VIEW.c.kind == kind, PAST_VIEW.c.state.in_(SHOWN_STATES))
    found = select(PAST_VIEW.c.document_id).where(*of_kind, *filter_conditions(feed.filters, expanded, PAST_VIEW))
    # Apart, so that each part has its indexes.
    both = union_all(found.where(currently_open(PAST_VIEW)), found.where(PAST_VIEW.c.seq_to.is_not(None))).subquery()
    return select(both.c.document_id)


def _limit_to_page(
    query: Select[Any], position: ColumnElement[int], rows: Any, direction: str, anchor: int | None
) -> Select[Any]:
    if anchor is not None:
        query = query.where(position > anchor if direction == "after" else position < anchor)
    return query.order_by(position.asc() if direction == "after" else position.desc()).limit(rows)


def _select_left(feed: Feed, expanded: ExpandedFilters, kind: str, candidates: Select[tuple[UUID]]) -> Select[Any]:
    """Select those of some documents that were in the feed and whose current view no longer matches the filters.

    A document leaves with the entry that closed its last matching view, or with the first edition in the requested
    language, from which on only that language counts.
    """
    matching = func.coalesce(and_(true(), *filter_conditions(feed.filters, expanded)), False)
    first = (
        select(func.min(FIRST_VIEW.c.seq_from))
        .where(FIRST_VIEW.c.document_id == VIEW.c.document_id, FIRST_VIEW.c.lang == VIEW.c.lang)
        .correlate(VIEW)
        .scalar_subquery()
    )
    same = PAST_VIEW.c.lang == VIEW.c.lang
    # `least` ignores nulls: a view that is still open ends with the first edition in the other language.
    ended = func.least(PAST_VIEW.c.seq_to, case((~same, first)))
    last = (
        select(func.max(ended).label("position"))
        .where(
            PAST_VIEW.c.document_id == VIEW.c.document_id,
            PAST_VIEW.c.state.in_(SHOWN_STATES),
            same | (PAST_VIEW.c.seq_from < first),
            *filter_conditions(feed.filters, expanded, PAST_VIEW),
        )
        .correlate(VIEW)
        .lateral("last")
    )
    return (
        select(VIEW.c.id, last.c.position, literal(LEFT, String()).label("state"))
        .join(last, true())
        .where(
            VIEW.c.kind == kind,
            VIEW.c.document_id.in_(candidates),
            currently_open(VIEW),
            best_language(feed.lang),
            ~matching,
            last.c.position.is_not(None),
        )
    )


def _encode_cursor(name: str, direction: str, row: FeedRow) -> str:
    return encode_cursor(name, direction, row.position, row.hash[:HASH_DIGITS])


def _decode_cursor(feed: Feed) -> tuple[str, int | None, str | None]:
    """Parse the cursor into direction, position and the start of its hash, which older cursors do not have."""
    if feed.cursor is None:
        return "before", None, None
    parts = (text_part, position_part)
    hash_start = None
    try:
        direction, position, hash_start = decode_cursor(feed.fingerprint, feed.cursor, *parts, text_part)
    except InvalidCursor:
        direction, position = decode_cursor(feed.fingerprint, feed.cursor, *parts)
    if direction not in ("before", "after"):
        raise InvalidCursor("The cursor is damaged.", field="cursor", expected="a link from this feed")
    return direction, position, hash_start


async def _require_entry(source: ReadSource, position: int, hash_start: str) -> None:
    """Raise `Resync` unless the log has this entry: after a restore, a cursor would leave out what is new."""
    found = await execute_built(source, select(ENTRY.c.hash).where(ENTRY.c.seq == position))
    if not found or not found[0].hash.startswith(hash_start):
        raise Resync(
            "The cursor belongs to a part of the log that was lost in a restore.",
            field="cursor",
            expected="the feed without `cursor`",
        )
