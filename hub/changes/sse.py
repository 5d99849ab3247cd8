"""Server-sent events: a stream of changes that a browser resumes automatically.

`id` is the position with its epoch, so a stream resumes from the log by `Last-Event-ID`, never from memory alone.
Heartbeats also carry the position: a client whose filters match nothing still advances.
"""

from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import aclosing
from typing import Annotated, cast
from uuid import UUID

import orjson
import structlog
from fastapi import APIRouter, Header, Query
from sqlalchemy.exc import SQLAlchemyError
from sse_starlette import EventSourceResponse, ServerSentEvent
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from hub.changes.filtering import Change, filter_entries
from hub.changes.filters import ChangeFilter, resolve_filter
from hub.changes.params import EventsParams
from hub.changes.position import Position
from hub.changes.queries import OpenViews, iter_with_views
from hub.changes.routes import RESYNC_RESPONSES
from hub.changes.tail import LogTail
from hub.changes.views import change_json
from hub.errors import Resync
from hub.log.follow import summarize_error
from hub.state import Parts
from hub.web.problems import Problem

log = structlog.get_logger()

BATCH = 50
"""Maximum number of changes in one chunk."""
CHUNK_BYTES = 250_000
"""Bytes of views in one chunk, except for a single larger view. A client that does not read holds one chunk."""
MAX_CACHED_EVENTS = 4_096
HEARTBEAT_SECONDS = 15
RETRY_MS = 3_000


routes = APIRouter(prefix="/api/v1", tags=["Following"])


@routes.get(
    "/events",
    operation_id="stream_events",
    response_class=Response,
    responses={
        200: {
            "description": "Endless stream of server-sent events. `id` is the position, `data` a change as in "
            "`/changes`. The event `resync` means that the log was replaced: start again.",
            "content": {
                "text/event-stream": {
                    "schema": {"type": "string"},
                    "example": 'id: 0190a3c2-0000-7000-8000-000000000000:42\ndata: {"seq":42,"event":"published"}\n\n',
                }
            },
        },
        422: {"model": Problem, "description": "A parameter is unknown or not valid."},
        **RESYNC_RESPONSES,
    },
)
async def stream_events(
    request: Request,
    parts: Parts,
    params: Annotated[EventsParams, Query()],
    last_event_id: Annotated[
        str | None, Header(max_length=60, description="Last `id` that was received; browsers send it automatically.")
    ] = None,
) -> Response:
    """Stream changes live (trực tiếp) for `EventSource`: in order and without gaps, also across reconnects."""
    wanted = await resolve_filter(parts.database, params)
    if last_event_id:
        position = Position.parse(last_event_id, field="Last-Event-ID")
    else:
        position = await parts.log_tail.read_head() if params.after is None else Position.parse(params.after)
    # A position of another log is refused before the stream begins.
    position = Position(position.seq, (await parts.log_tail.read_after(position, limit=1)).epoch)
    stream = ChangeStream(parts.log_tail, wanted, position, views=params.include is not None)
    return EventStreamResponse(stream, parts.client_ips.resolve(request.scope))


class ChangeStream:
    """Event stream of one client."""

    def __init__(self, tail: LogTail, wanted: ChangeFilter, position: Position, *, views: bool):
        self.tail = tail
        self.wanted = wanted
        self.position = position
        """Position up to which everything was sent to the client."""
        self.views = views

    async def iter_bytes(self) -> AsyncIterator[bytes]:
        """Yield the bytes of the stream as changes happen."""
        yield b"retry: %d\nid: %b\n\n" % (RETRY_MS, str(self.position).encode())
        try:
            async with aclosing(self.tail.follow(self.position)) as slices:
                async for log_slice in slices:
                    changes = list(filter_entries(log_slice.entries, self.wanted))
                    for start in range(0, len(changes), BATCH):
                        async for chunk in self._render_events(changes[start : start + BATCH], log_slice.epoch):
                            yield chunk
                    self.position = log_slice.next
        except Resync as found:
            yield b"event: resync\ndata: %b\n\n" % orjson.dumps(found.members())
        except (OSError, SQLAlchemyError) as problem:
            # The client reconnects automatically, with its position.
            log.warning("stream_ended", problem=summarize_error(problem))

    def heartbeat(self) -> bytes:
        """Return a heartbeat; an `id` without data updates the `Last-Event-ID` of the client and is not an event."""
        return b": heartbeat\nid: %b\n\n" % str(self.position).encode()

    async def _render_events(self, changes: Sequence[Change], epoch: UUID) -> AsyncIterator[bytes]:
        if self.views:
            pages = iter_with_views(self.tail.database, changes, self.wanted, CHUNK_BYTES)
            async with aclosing(pages):
                async for part, views in pages:
                    yield b"".join(_render_event(change, epoch, views) for change in part)
            return
        cache = self.tail.rendered_events
        if len(cache) > MAX_CACHED_EVENTS:
            cache.clear()
        parts = []
        for change in changes:
            key = epoch, change.entry.seq, change.event
            if key not in cache:
                cache[key] = _render_event(change, epoch, None)
            parts.append(cache[key])
        yield b"".join(parts)


def _render_event(change: Change, epoch: UUID, views: OpenViews | None) -> bytes:
    position = str(Position(change.entry.seq, epoch)).encode()
    return b"id: %b\ndata: %b\n\n" % (position, change_json(change, epoch, views))


class EventStreamResponse(EventSourceResponse):
    """Streaming response; it occupies one slot of its client address until its connection is closed.

    The server closes that of a client which does not read (`hub.web.server.unread`).
    """

    def __init__(self, stream: ChangeStream, address: str):
        super().__init__(
            stream.iter_bytes(),
            headers={"cache-control": "no-store"},
            ping=HEARTBEAT_SECONDS,
            # The library sends bytes unchanged; its own event class would be encoded again for each stream.
            ping_message_factory=cast(Callable[[], ServerSentEvent], stream.heartbeat),
        )
        self.tail = stream.tail
        self.address = address

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        with self.tail.stream_slot(self.address):
            await super().__call__(scope, receive, send)
