"""Stored views in lists: each is checked and rendered by itself, so that a broken one never fails the whole list.

A view can be broken because it was stored before a rule, or changed by hand. It is left out, or shown by its plain
card, and told: by a log event, a counter, and the alarm `views_broken` until it can be rendered again (`damage`).
"""

import asyncio
from collections.abc import Callable, Sequence
from typing import Any, TypeVar
from uuid import UUID

import orjson
import structlog
from prometheus_client import Counter
from sqlalchemy import select

from hub.content.damage import is_noted, note_damaged, note_whole
from hub.content.models import PublishedView
from hub.db import Database, table
from hub.domain.view_shape import has_shape

log = structlog.get_logger()

VIEW = table(PublishedView)

BROKEN_VIEWS = Counter(
    "hub_broken_views", "Stored views that a surface could not render, by surface.", ["surface"], registry=None
)
CHECKED_AT_ONCE = 200

T = TypeVar("T")


def report_broken_view(document_id: UUID | str, surface: str, problem: object, *, part: str = "") -> None:
    """Log, count and remember a view of a document, or of another row by its name, that could not be rendered.

    `part` tells apart what one surface reads of one row, such as editions: a whole one ends no alarm of another.
    """
    BROKEN_VIEWS.labels(surface).inc()
    if note_damaged(document_id, f"{surface} {part}".rstrip()):
        log.error("view_broken", document=str(document_id), surface=surface, problem=str(problem)[:300])


def forget_broken_view(document_id: UUID | str, surface: str, *, part: str = "") -> None:
    """End the alarm of a view that a surface could render again."""
    note_whole(document_id, f"{surface} {part}".rstrip())


def is_reported(document_id: UUID | str, surface: str, *, part: str = "") -> bool:
    """True while the alarm of a view has not ended: for checks that are worth their time only then."""
    return is_noted(document_id, f"{surface} {part}".rstrip())


def parse_view(json: bytes | None, document_id: UUID, surface: str, *, full: bool = False) -> dict[str, Any] | None:
    """Parse a stored card, or with `full` a full view; None, after a report, if it is broken."""
    surface += "_text" if full else "_card"
    item = decode_object(json, document_id, surface)
    if item is not None and not has_shape(item, full=full):
        report_broken_view(document_id, surface, "it does not have the members of its kind")
        return None
    if item is not None:
        forget_broken_view(document_id, surface)
    return item


def parse_object(json: bytes | None, document_id: UUID | str, surface: str, *, part: str = "") -> dict[str, Any] | None:
    """Parse a stored view for a reader that checks each member that it needs; None, after a report, if it is no object.

    A view of another shape is no fault here: it may be of an edition before a rule.
    """
    item = decode_object(json, document_id, surface, part=part)
    if item is not None:
        forget_broken_view(document_id, surface, part=part)
    return item


def decode_object(
    json: bytes | None, document_id: UUID | str, surface: str, *, part: str = ""
) -> dict[str, Any] | None:
    """Decode a stored JSON object; None, after a report, if it is none.

    It ends no alarm: its caller checks more, and then calls `forget_broken_view`.
    """
    try:
        item = orjson.loads(json) if json is not None else None
    except ValueError as problem:
        report_broken_view(document_id, surface, problem, part=part)
        return None
    if not isinstance(item, dict):
        report_broken_view(document_id, surface, "it is not a JSON object", part=part)
        return None
    return item


def is_whole(json: bytes | None, document_id: UUID, surface: str, *, full: bool = False) -> bool:
    """True for a stored view that can be sent as it is; false after a report."""
    return parse_view(json, document_id, surface, full=full) is not None


async def find_damaged_views(database: Database) -> list[UUID]:
    """Check every public view, in batches and off the event loop, whoever has read it; return the broken documents."""
    damaged: dict[UUID, None] = {}
    last = 0
    while True:
        query = select(VIEW.c.id, VIEW.c.document_id, VIEW.c.card, VIEW.c.full)
        query = query.where(VIEW.c.id > last, VIEW.c.seq_to.is_(None), VIEW.c.full.is_not(None))
        async with database.read() as connection:
            rows = (await connection.execute(query.order_by(VIEW.c.id).limit(CHECKED_AT_ONCE))).all()
        if not rows:
            return list(damaged)
        damaged |= dict.fromkeys(await asyncio.to_thread(_damaged_documents, rows))
        last = rows[-1].id


def _damaged_documents(rows: Sequence[Any]) -> list[UUID]:
    return [
        row.document_id
        for row in rows
        if not is_whole(row.card, row.document_id, "check")
        or not is_whole(row.full, row.document_id, "check", full=True)
    ]


def render_view(
    document_id: UUID, surface: str, render: Callable[[], T], plain: Callable[[], T], *, part: str = ""
) -> T | None:
    """Render one view; in its plain form, after a report, if that fails, or None if that fails too."""
    try:
        rendered = render()
    except Exception as problem:  # whatever is wrong with one view, the list is answered
        report_broken_view(document_id, surface, f"{type(problem).__name__}: {problem}", part=part)
    else:
        forget_broken_view(document_id, surface, part=part)
        return rendered
    try:
        return plain()
    except Exception:
        return None
