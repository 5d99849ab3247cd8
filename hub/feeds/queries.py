"""SQL of a feed page: live items and tombstones by their position in the publication log. One statement.

A document occurs in a feed once: at the position of the entry that published its current view, or of the entry that
removed it: withdrawn, gone, redirected, or `left`, if a later edition no longer matches the filters of the feed.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Select,
    String,
    Subquery,
    and_,
    case,
    func,
    literal,
    select,
    true,
    union_all,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from hub.content.as_of import ENTRY, currently_open
from hub.content.filter_expansion import ExpandedFilters
from hub.content.language_fallback import best_language
from hub.content.queries import filter_conditions
from hub.content.visibility import VIEW, states_showing_text
from hub.domain.kinds import KINDS
from hub.domain.lifecycle import SHOWS, DocumentState, Surface, Visibility
from hub.errors import InvalidCursor, Resync
from hub.feeds.params import Feed
from hub.log.chain import HASH_DIGITS
from hub.paging import decode_cursor, encode_cursor, position_part, text_part

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


async def read_feed(connection: AsyncConnection, feed: Feed, expanded: ExpandedFilters, *, max_bytes: int) -> FeedPage:
    """Read a page of a feed; it is cut before `max_bytes` of JSON, but keeps at least one item.

    Raises `InvalidCursor`, and `Resync` for a cursor of a part of the log that was lost in a restore.
    """
    direction, anchor, hash_start = _decode_cursor(feed)
    if anchor is not None and hash_start is not None:
        await _require_entry(connection, anchor, hash_start)
    feed_rows = _select_rows(feed, expanded, direction, anchor)
    nearest = feed_rows.c.position.asc() if direction == "after" else feed_rows.c.position.desc()
    page = select(feed_rows).order_by(nearest).limit(feed.limit + 1).cte("page")
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
    rows = (await connection.execute(select(numbered).order_by(numbered.c.row))).all()
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


def _select_rows(feed: Feed, expanded: ExpandedFilters, direction: str, anchor: int | None) -> Subquery:
    """Select the rows of a feed: the current view, its state in the feed, and the position of that state.

    Items that no longer match are looked for among the entries that a page spans which is full without them. Where that
    is a large part of the log, or the page is not full, few items match, and the filters find what has left.
    """
    kinds = [feed.kind] if feed.kind else list(KINDS)
    wanted = filter_conditions(feed.filters, expanded)
    parts: list[Select[Any]] = []
    for kind in kinds:
        for states in (SHOWN_STATES, TOMBSTONE_STATES):
            query = select(VIEW.c.id, VIEW.c.seq_from.label("position"), VIEW.c.state.label("state")).where(
                VIEW.c.kind == kind, currently_open(VIEW), VIEW.c.state.in_(states), *wanted, best_language(feed.lang)
            )
            parts.append(_limit_to_page(query, VIEW.c.seq_from, feed, direction, anchor))
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
            parts.append(_limit_to_page(select(left), left.c.position, feed, direction, anchor))
    return union_all(*(select(part.subquery()) for part in parts)).subquery("feed_rows")


def _select_candidates(feed: Feed, expanded: ExpandedFilters, kind: str) -> Select[tuple[UUID]]:
    """Select the documents that match the filters, or did."""
    of_kind = (PAST_VIEW.c.kind == kind, PAST_VIEW.c.state.in_(SHOWN_STATES))
    found = select(PAST_VIEW.c.document_id).where(*of_kind, *filter_conditions(feed.filters, expanded, PAST_VIEW))
    # Apart, so that each part has its indexes.
    both = union_all(found.where(currently_open(PAST_VIEW)), found.where(PAST_VIEW.c.seq_to.is_not(None))).subquery()
    return select(both.c.document_id)


def _limit_to_page(
    query: Select[Any], position: ColumnElement[int], feed: Feed, direction: str, anchor: int | None
) -> Select[Any]:
    if anchor is not None:
        query = query.where(position > anchor if direction == "after" else position < anchor)
    return query.order_by(position.asc() if direction == "after" else position.desc()).limit(feed.limit + 1)


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


async def _require_entry(connection: AsyncConnection, position: int, hash_start: str) -> None:
    """Raise `Resync` unless the log has this entry: after a restore, a cursor would leave out what is new."""
    found = (await connection.execute(select(ENTRY.c.hash).where(ENTRY.c.seq == position))).scalar_one_or_none()
    if found is None or not found.startswith(hash_start):
        raise Resync(
            "The cursor belongs to a part of the log that was lost in a restore.",
            field="cursor",
            expected="the feed without `cursor`",
        )
