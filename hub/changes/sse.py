"""Server-sent events: a stream of changes that a browser resumes automatically.

`id` is the position with its epoch and hash, so a stream resumes from the log by `Last-Event-ID`, never from memory
alone. Heartbeats also carry the position: a client whose filters match nothing still advances. Every well-formed
request is answered with 200, because a browser never asks again after any other status: a position that this log does
not have gets the event `resync`, and a stream that cannot be read now ends, so that the browser reconnects.
"""

from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import aclosing
from typing import Annotated, cast

import orjson
import structlog
from fastapi import Header, Query
from sqlalchemy.exc import SQLAlchemyError
from sse_starlette import EventSourceResponse, ServerSentEvent
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from hub.changes.filtering import Change, filter_entries
from hub.changes.filters import ChangeFilter, resolve_request_filter
from hub.changes.params import EventsParams
from hub.changes.position import EXAMPLE, MAX_LENGTH, Position
from hub.changes.queries import OpenViews, iter_with_views
from hub.changes.tail import LogTail
from hub.changes.views import change_json
from hub.errors import Resync
from hub.faults import describe_fault
from hub.state import Parts
from hub.web.problems import Problem
from hub.web.router import HubRouter

log = structlog.get_logger()

BATCH = 50
"""Maximum number of changes in one chunk."""
CHUNK_BYTES = 250_000
"""Bytes of views in one chunk, except for a single larger view. A client that does not read holds one chunk."""
MAX_CACHED_EVENTS = 4_096
HEARTBEAT_SECONDS = 15
RETRY_MS = 3_000


routes = HubRouter(prefix="/api/v1", tags=["Following"])


@routes.get(
    "/events",
    operation_id="stream_events",
    response_class=Response,
    responses={
        200: {
            "description": "Endless stream of server-sent events. A comment at the start names the subjects that it "
            "carries. `id` is the position, `data` a change as in `/changes`. The event `resync` means that the log "
            "was restored and does not contain what the position knows: start again.",
            "content": {
                "text/event-stream": {
                    "schema": {"type": "string"},
                    "example": f'id: {EXAMPLE}\ndata: {{"seq":42,"event":"published"}}\n\n',
                }
            },
        },
        422: {"model": Problem, "description": "A parameter is unknown or not valid."},
    },
)
async def stream_events(
    request: Request,
    parts: Parts,
    params: Annotated[EventsParams, Query()],
    last_event_id: Annotated[
        str | None,
        Header(max_length=MAX_LENGTH, description="Last `id` that was received; browsers send it automatically."),
    ] = None,
) -> Response:
    """Stream changes live (trực tiếp) for `EventSource`: in order and without gaps, also across reconnects."""
    wanted = await resolve_request_filter(parts.database, params, parts.settings.languages)
    position = None
    if last_event_id:
        position = Position.parse(last_event_id, field="Last-Event-ID")
    elif params.after is not None:
        position = Position.parse(params.after)
    stream = ChangeStream(parts.log_tail, wanted, position, views=params.include is not None)
    return EventStreamResponse(stream, parts.client_ips.resolve(request.scope))


class ChangeStream:
    """Event stream of one client."""

    def __init__(self, tail: LogTail, wanted: ChangeFilter, position: Position | None, *, views: bool):
        self.tail = tail
        self.wanted = wanted
        self.position = position
        """Position up to which everything was sent to the client; None is the head of the log when it begins."""
        self.views = views

    async def iter_bytes(self) -> AsyncIterator[bytes]:
        """Yield the bytes of the stream as changes happen."""
        yielded = False
        try:
            try:
                position = self.position = await self._find_start()
                subjects = " ".join(sorted(self.wanted.subjects)).encode()
                yield b": subjects %b\nretry: %d\nid: %b\n\n" % (subjects, RETRY_MS, str(position).encode())
                yielded = True
                async with aclosing(self.tail.follow(position)) as slices:
                    async for log_slice in slices:
                        changes = list(filter_entries(log_slice.entries, self.wanted))
                        for start in range(0, len(changes), BATCH):
                            async for chunk in self._render_events(changes[start : start + BATCH]):
                                yield chunk
                        self.position = log_slice.next
            except Resync as found:
                # A client that reconnects without starting again continues from here.
                head = self.position = await self.tail.read_head()
                data = orjson.dumps(found.members() | {"next": str(head)})
                yield b"retry: %d\nid: %b\nevent: resync\ndata: %b\n\n" % (RETRY_MS, str(head).encode(), data)
        except (OSError, SQLAlchemyError) as problem:
            # The client reconnects automatically, with its position.
            log.warning("stream_ended", problem=describe_fault(problem))
            if not yielded:
                yield b"retry: %d\n\n" % RETRY_MS

    async def _find_start(self) -> Position:
        """Return the position from which to stream, with its hash. Raises `Resync` if the log does not have it."""
        if self.position is None:
            return await self.tail.read_head()
        return (await self.tail.read_after(self.position, limit=0)).next

    def heartbeat(self) -> bytes:
        """Return a heartbeat; an `id` without data updates the `Last-Event-ID` of the client and is not an event."""
        if self.position is None:
            return b": heartbeat\n\n"
        return b": heartbeat\nid: %b\n\n" % str(self.position).encode()

    async def _render_events(self, changes: Sequence[Change]) -> AsyncIterator[bytes]:
        if self.views:
            pages = iter_with_views(self.tail.database, changes, self.wanted, CHUNK_BYTES)
            async with aclosing(pages):
                async for part, views in pages:
                    yield b"".join(_render_event(change, views) for change in part)
            return
        cache = self.tail.rendered_events
        if len(cache) > MAX_CACHED_EVENTS:
            cache.clear()
        parts = []
        for change in changes:
            key = change.entry.hash, change.event
            if key not in cache:
                cache[key] = _render_event(change, None)
            parts.append(cache[key])
        yield b"".join(parts)


def _render_event(change: Change, views: OpenViews | None) -> bytes:
    return b"id: %b\ndata: %b\n\n" % (str(change.entry.position).encode(), change_json(change, views))


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
