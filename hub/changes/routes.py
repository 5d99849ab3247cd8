"""REST for followers: what changed behind a position, at once or as soon as it does."""

from typing import Annotated, Any

from fastapi import APIRouter, Query
from starlette.requests import Request
from starlette.responses import Response

from hub.changes.filters import resolve_filter
from hub.changes.params import ChangesParams
from hub.changes.position import Position
from hub.changes.queries import MAX_CHANGES_WITH_VIEWS, Changes, await_changes, read_changes, read_views_for_changes
from hub.changes.views import ChangesView, change_json, changes_json
from hub.state import AppState, Parts
from hub.web.problems import Problem
from hub.web.responses import json_bytes_response

routes = APIRouter(prefix="/api/v1", tags=["Following"])

RESYNC_RESPONSES: dict[int | str, dict[str, Any]] = {
    409: {"model": Problem, "description": "`resync`: the position belongs to another log; begin anew."}
}


@routes.get(
    "/changes",
    operation_id="list_changes",
    response_model=ChangesView,
    responses={
        304: {"description": "The reader's ETag still holds."},
        422: {"model": Problem, "description": "A parameter is unknown or not valid."},
        **RESYNC_RESPONSES,
    },
)
async def list_changes(request: Request, parts: Parts, params: Annotated[ChangesParams, Query()]) -> Response:
    """What was published, corrected, withdrawn, restored, gone, redirected, or left your filters; in order, no gaps.

    Ask again with `after` = `next`, at once while `next` is behind `head`. With `wait` the answer comes as soon as
    there is something. See docs/sync.md for an app that keeps a copy.
    """
    position, wanted = params.position(), await resolve_filter(parts.database, params)
    limit = min(params.limit, MAX_CHANGES_WITH_VIEWS) if params.include else params.limit
    if params.wait:
        with parts.log_tail.stream_slot(parts.client_ips.resolve(request.scope)):
            found = await await_changes(parts.log_tail, position, wanted, limit=limit, seconds=params.wait)
    else:
        found = await read_changes(parts.database, position, wanted, limit=limit)
    if params.include is None:
        return json_bytes_response(
            request, changes_json(found, [change_json(change, found.epoch, None) for change in found.items])
        )
    views = await read_views_for_changes(parts.database, found.items, wanted)
    items = [change_json(change, found.epoch, views) for change in found.items]
    return json_bytes_response(request, _truncate(parts, found, items))


def _truncate(parts: AppState, found: Changes, items: list[bytes]) -> bytes:
    """The page, ended before it has more bytes than a list may have; never below one item."""
    size = 0
    for count, item in enumerate(items):
        size += len(item)
        if count and size > parts.settings.include_text_bytes:
            kept = found.items[:count]
            after = Position(kept[-1].entry.seq, found.epoch)
            return changes_json(Changes(kept, after, found.head, found.epoch), items[:count])
    return changes_json(found, items)
