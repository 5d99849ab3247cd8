"""A page of a feed: live items and what was taken away, by their place in the publication log. One statement.

A document stands in a feed once, at the position of the entry that put it there as it is now, or that took it away:
withdrawn, gone, redirected, or *left*, when a later edition no longer matches the feed's filters.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, String, Subquery, and_, case, func, literal, select, true, union_all
from sqlalchemy.ext.asyncio import AsyncConnection

from hub.content.filter_expansion import ExpandedFilters
from hub.content.queries import filter_conditions
from hub.content.visibility import ENTRY, VIEW, best_language, currently_open, states_showing_text
from hub.domain.kinds import KINDS
from hub.domain.lifecycle import SHOWS, DocumentState, Surface, Visibility
from hub.errors import InvalidCursor
from hub.feeds.params import Feed
from hub.paging import decode_cursor, encode_cursor

LEFT = "left"
"""What a tombstone says of a document that is still public and no longer matches the filters."""

SHOWN_STATES = states_showing_text(Surface.feed)
TOMBSTONE_STATES = [state for state in DocumentState if SHOWS[state][Surface.feed] is Visibility.fact]

PAST_VIEW, FIRST_VIEW = VIEW.alias("then"), VIEW.alias("first")


@dataclass(frozen=True)
class FeedRow:
    """A live item with its JSON, or a tombstone without."""

    position: int
    at: datetime
    event: str
    """The log's event of an item; of a tombstone `withdrawn`, `gone`, `redirected` or `left`."""
    document_id: UUID
    kind: str
    lang: str
    json: bytes | None
    successor: UUID | None = None
    """What stands in the place of a redirected document."""


@dataclass(frozen=True)
class FeedPage:
    """Rows, the last change first, with the cursors of the pages around them."""

    rows: Sequence[FeedRow]
    next: str | None
    previous: str | None


async def read_feed(connection: AsyncConnection, feed: Feed, wide: ExpandedFilters, *, max_bytes: int) -> FeedPage:
    """A page of a feed; it ends before `max_bytes` of JSON (never below one item)."""
    way, place = _decode_cursor(feed)
    places = _select_rows(feed, wide, way, place)
    nearest = places.c.position.asc() if way == "after" else places.c.position.desc()
    page = select(places).order_by(nearest).limit(feed.limit + 1).cte("page")
    size = func.coalesce(func.octet_length(VIEW.c.full), 0)
    order = page.c.position.asc() if way == "after" else page.c.position.desc()
    numbered = (
        select(
            *page.c,
            ENTRY.c.at,
            ENTRY.c.event,
            VIEW.c.document_id,
            VIEW.c.kind,
            VIEW.c.lang,
            VIEW.c.full,
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
            at=row.at,
            event=row.event if row.what in SHOWN_STATES else row.what,
            document_id=row.document_id,
            kind=row.kind,
            lang=row.lang,
            json=row.full if row.what in SHOWN_STATES else None,
            successor=row.redirect_to if row.what == DocumentState.redirected else None,
        )
        for row in kept
    ]
    if way == "after":
        found.reverse()
    newer, older = (more, True) if way == "after" else (place is not None, more)
    name = feed.fingerprint
    return FeedPage(
        found,
        encode_cursor(name, "before", found[-1].position) if found and older else None,
        encode_cursor(name, "after", found[0].position) if found and newer else None,
    )


def _select_rows(feed: Feed, wide: ExpandedFilters, way: str, place: int | None) -> Subquery:
    """The rows a feed is made of: the view that is public now, what it is to the feed, and since which position."""
    kinds = [feed.kind] if feed.kind else list(KINDS)
    wanted = filter_conditions(feed.filters, wide)
    parts: list[Select[Any]] = []
    for kind in kinds:
        for told in (SHOWN_STATES, TOMBSTONE_STATES):
            query = select(VIEW.c.id, VIEW.c.seq_from.label("position"), VIEW.c.state.label("what")).where(
                VIEW.c.kind == kind, currently_open(VIEW), VIEW.c.state.in_(told), *wanted, best_language(feed.lang)
            )
            parts.append(_limit_to_page(query, VIEW.c.seq_from, feed, way, place))
        if wanted:
            left = _select_left(feed, wide, kind).subquery()
            parts.append(_limit_to_page(select(left), left.c.position, feed, way, place))
    return union_all(*(select(part.subquery()) for part in parts)).subquery("places")


def _limit_to_page(
    query: Select[Any], position: ColumnElement[int], feed: Feed, way: str, place: int | None
) -> Select[Any]:
    if place is not None:
        query = query.where(position > place if way == "after" else position < place)
    return query.order_by(position.asc() if way == "after" else position.desc()).limit(feed.limit + 1)


def _select_left(feed: Feed, wide: ExpandedFilters, kind: str) -> Select[Any]:
    """Documents that were in the feed and whose public view no longer matches the filters.

    A document leaves with the entry that closed its last matching view, or with the first edition in the wanted
    language, from which on that language alone counts.
    """
    matching = func.coalesce(and_(true(), *filter_conditions(feed.filters, wide)), False)
    first = (
        select(func.min(FIRST_VIEW.c.seq_from))
        .where(FIRST_VIEW.c.document_id == VIEW.c.document_id, FIRST_VIEW.c.lang == VIEW.c.lang)
        .correlate(VIEW)
        .scalar_subquery()
    )
    same = PAST_VIEW.c.lang == VIEW.c.lang
    # `least` passes over nulls: a view that is still open ends with the other language's first edition.
    ended = func.least(PAST_VIEW.c.seq_to, case((~same, first)))
    last = (
        select(func.max(ended).label("position"))
        .where(
            PAST_VIEW.c.document_id == VIEW.c.document_id,
            PAST_VIEW.c.state.in_(SHOWN_STATES),
            same | (PAST_VIEW.c.seq_from < first),
            *filter_conditions(feed.filters, wide, PAST_VIEW),
        )
        .correlate(VIEW)
        .lateral("last")
    )
    was_there = select(PAST_VIEW.c.document_id).where(
        PAST_VIEW.c.kind == kind, PAST_VIEW.c.state.in_(SHOWN_STATES), *filter_conditions(feed.filters, wide, PAST_VIEW)
    )
    return (
        select(VIEW.c.id, last.c.position, literal(LEFT, String()).label("what"))
        .join(last, true())
        .where(
            VIEW.c.kind == kind,
            VIEW.c.document_id.in_(was_there),
            currently_open(VIEW),
            best_language(feed.lang),
            ~matching,
            last.c.position.is_not(None),
        )
    )


def _decode_cursor(feed: Feed) -> tuple[str, int | None]:
    if feed.cursor is None:
        return "before", None
    way, position = decode_cursor(feed.fingerprint, feed.cursor, 2)
    if way not in ("before", "after") or not isinstance(position, int) or not 0 <= position < 2**63:
        raise InvalidCursor("The cursor is damaged.", field="cursor", expected="a link from this feed")
    return way, position
