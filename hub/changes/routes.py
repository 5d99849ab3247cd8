"""REST route of the change feed: pages of changes after a position, with long polling."""

from contextlib import aclosing
from typing import Annotated, Any

from fastapi import Query
from starlette.requests import Request
from starlette.responses import Response

from hub.changes.filters import ChangeFilter, resolve_request_filter
from hub.changes.params import ChangesParams
from hub.changes.queries import MAX_CHANGES_WITH_VIEWS, Changes, await_changes, iter_with_views, read_changes
from hub.changes.views import ChangesView, change_json, changes_json
from hub.deprecations import POSITION_WITHOUT_HASH
from hub.state import AppState, Parts
from hub.web.deprecations import announce
from hub.web.problems import Problem
from hub.web.responses import json_bytes_response
from hub.web.router import HubRouter

routes = HubRouter(prefix="/api/v1", tags=["Following"])

RESYNC_RESPONSES: dict[int | str, dict[str, Any]] = {
    409: {
        "model": Problem,
        "description": "`resync`: the log was restored, and what this position knows is not in it; start again.",
    }
}


@routes.get(
    "/changes",
    operation_id="list_changes",
    response_model=ChangesView,
    responses={
        304: {"description": "The ETag of the client is still valid."},
        422: {"model": Problem, "description": "A parameter is unknown or not valid."},
        **RESYNC_RESPONSES,
    },
)
async def list_changes(request: Request, parts: Parts, params: Annotated[ChangesParams, Query()]) -> Response:
    """List changes after a position of the publication log, in order and without gaps (thay đổi).

    A change is an event of the log, or `left` if an item no longer matches the filters. Continue with `after` = `next`,
    immediately while `next` is before `head`. With `wait`, the response is sent as soon as there is a change. See
    docs/sync.md for an app that keeps a copy.
    """
    position = params.position()
    wanted = await resolve_request_filter(parts.database, params, parts.settings.languages)
    limit = min(params.limit, MAX_CHANGES_WITH_VIEWS) if params.include else params.limit
    if params.wait:
        with parts.log_tail.stream_slot(parts.client_ips.resolve(request.scope)):
            found = await await_changes(parts.log_tail, position, wanted, limit=limit, seconds=params.wait)
    else:
        found = await read_changes(parts.database, position, wanted, limit=limit)
    response = json_bytes_response(request, await _render_page(parts, found, wanted, params))
    if position.is_deprecated:
        announce(response.headers, POSITION_WITHOUT_HASH, request.scope.get("root_path", ""))
    return response


async def _render_page(parts: AppState, found: Changes, wanted: ChangeFilter, params: ChangesParams) -> bytes:
    if params.include is None:
        return changes_json(found, [change_json(change, None) for change in found.items], wanted)
    async with aclosing(
        iter_with_views(parts.database, found.items, wanted, parts.settings.include_text_bytes)
    ) as pages:
        async for changes, views in pages:
            if len(changes) < len(found.items):
                found = Changes(changes, changes[-1].entry.position, found.head, found.epoch)
            items = [change_json(change, views) for change in changes]
            return _truncate(parts, found, items, wanted)
    return changes_json(found, [], wanted)


def _truncate(parts: AppState, found: Changes, items: list[bytes], wanted: ChangeFilter) -> bytes:
    """Render the page, cut before it exceeds the byte limit of lists; it keeps at least one item."""
    size = 0
    for count, item in enumerate(items):
        size += len(item)
        if count and size > parts.settings.include_text_bytes:
            kept = found.items[:count]
            cut = Changes(kept, kept[-1].entry.position, found.head, found.epoch)
            return changes_json(cut, items[:count], wanted)
    return changes_json(found, items, wanted)
