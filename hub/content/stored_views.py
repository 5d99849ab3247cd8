"""Stored views in lists: each is checked and rendered by itself, so that a broken one never fails the whole list.

A view can be broken because it was stored before a rule, or changed by hand. It is left out, or shown by its plain
card, and told: by a log event, a counter, and the alarm `views_broken` until it can be rendered again.
"""

from collections.abc import Callable
from typing import Any, TypeVar
from uuid import UUID

import orjson
import structlog
from prometheus_client import Counter
from sqlalchemy.ext.asyncio import AsyncConnection

from hub.domain.view_shape import has_shape

log = structlog.get_logger()

BROKEN_VIEWS = Counter(
    "hub_broken_views", "Stored views that a surface could not render, by surface.", ["surface"], registry=None
)
MAX_REMEMBERED = 1_000

_broken: dict[UUID, str] = {}
"""Documents whose view this process could not render the last time, with the surface."""

T = TypeVar("T")


async def broken_view_alerts(_: AsyncConnection) -> dict[str, int]:
    """Count the documents whose public view this process could not render the last time, for readiness and metrics."""
    return {"views_broken": len(_broken)}


def report_broken_view(document_id: UUID, surface: str, problem: object) -> None:
    """Log, count and remember a view that a surface could not render."""
    BROKEN_VIEWS.labels(surface).inc()
    if _broken.get(document_id) != surface:
        log.error("view_broken", document=str(document_id), surface=surface, problem=str(problem)[:300])
    if document_id in _broken or len(_broken) < MAX_REMEMBERED:
        _broken[document_id] = surface


def parse_view(json: bytes | None, document_id: UUID, surface: str, *, full: bool = False) -> dict[str, Any] | None:
    """Parse a stored card, or with `full` a full view; None, after a report, if it is broken."""
    item: Any = None
    try:
        item = orjson.loads(json) if json is not None else None
    except ValueError as problem:
        report_broken_view(document_id, surface, problem)
        return None
    if not has_shape(item, full=full):
        report_broken_view(document_id, surface, "it does not have the members of its kind")
        return None
    if _broken.get(document_id) == surface:
        del _broken[document_id]
    found: dict[str, Any] = item
    return found


def is_whole(json: bytes | None, document_id: UUID, surface: str, *, full: bool = False) -> bool:
    """True for a stored view that can be sent as it is; false after a report."""
    return parse_view(json, document_id, surface, full=full) is not None


def render_view(document_id: UUID, surface: str, render: Callable[[], T], plain: Callable[[], T]) -> T | None:
    """Render one view; in its plain form, after a report, if that fails, or None if that fails too."""
    try:
        return render()
    except Exception as problem:  # whatever is wrong with one view, the list is answered
        report_broken_view(document_id, surface, f"{type(problem).__name__}: {problem}")
    try:
        return plain()
    except Exception:
        return None
