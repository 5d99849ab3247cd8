"""Server-sent events: the changes as a stream that a browser resumes by itself.

`id` is the position with its epoch, so `Last-Event-ID` is resumed from the log, never from memory alone. Heartbeats
carry the position too: a client whose filters let nothing through still moves on.
"""

from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import aclosing, suppress
from typing import Annotated, cast
from uuid import UUID

import orjson
import structlog
from fastapi import APIRouter, Header, Query
from pydantic import Field
from sqlalchemy.exc import SQLAlchemyError
from sse_starlette import EventSourceResponse, ServerSentEvent
from sse_starlette.sse import SendTimeoutError
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from hub.changes.filtering import Change, all_told
from hub.changes.filters import Filter, FollowFilters, resolve
from hub.changes.position import Position
from hub.changes.queries import Views, views_of
from hub.changes.routes import INCLUDE, RESYNC, IncludeView
from hub.changes.tail import Live
from hub.changes.views import change_json
from hub.errors import Resync
from hub.log.follow import in_short
from hub.state import Parts
from hub.web.problems import Problem

log = structlog.get_logger()

AT_ONCE = 50
"""Changes that are sent together at most: they may carry whole texts."""
MOST_SAID = 4_096
HEARTBEAT_SECONDS = 15
RETRY_MS = 3_000
STALLED_SECONDS = 30.0
"""A client that takes nothing for so long is let go; it comes back with its `Last-Event-ID`."""


class EventsParams(FollowFilters):
    """Parameters of the stream."""

    after: str | None = Field(
        None,
        max_length=60,
        description="Where to begin when there is no `Last-Event-ID`: a `next` or a position; none: from now on.",
        examples=["0"],
    )
    include: IncludeView | None = Field(None, description=INCLUDE)


routes = APIRouter(prefix="/api/v1", tags=["Following"])


@routes.get(
    "/events",
    operation_id="stream_events",
    response_class=Response,
    responses={
        200: {
            "description": "Server-sent events without end. `id` is the position, `data` a change as `/changes` has "
            "it. The event `resync` says that the log has become another one: begin anew.",
            "content": {
                "text/event-stream": {
                    "schema": {"type": "string"},
                    "example": 'id: 0190a3c2-0000-7000-8000-000000000000:42\ndata: {"seq":42,"event":"published"}\n\n',
                }
            },
        },
        422: {"model": Problem, "description": "A parameter is unknown or not valid."},
        **RESYNC,
    },
)
async def stream_events(
    request: Request,
    parts: Parts,
    params: Annotated[EventsParams, Query()],
    last_event_id: Annotated[
        str | None, Header(max_length=60, description="The last `id` you have; browsers send it by themselves.")
    ] = None,
) -> Response:
    """Changes as they happen (trực tiếp), for `EventSource`: in order, without gaps, also across reconnects."""
    wanted = await resolve(parts.database, params)
    if last_event_id:
        position = Position.parse(last_event_id, field="Last-Event-ID")
    else:
        position = await parts.live.here() if params.after is None else Position.parse(params.after)
    # A position of another log is refused before the stream begins.
    position = Position(position.seq, (await parts.live.after(position, limit=1)).epoch)
    stream = Stream(parts.live, wanted, position, views=params.include is not None)
    return EventStream(stream, parts.addresses.of(request.scope))


class Stream:
    """One client's events."""

    def __init__(self, live: Live, wanted: Filter, position: Position, *, views: bool):
        self.live = live
        self.wanted = wanted
        self.position = position
        """Up to here everything was handed to the client."""
        self.views = views

    async def spoken(self) -> AsyncIterator[bytes]:
        """The bytes of the stream, as they become due."""
        yield b"retry: %d\nid: %b\n\n" % (RETRY_MS, str(self.position).encode())
        try:
            async with aclosing(self.live.follow(self.position)) as stretches:
                async for stretch in stretches:
                    changes = list(all_told(stretch.entries, self.wanted))
                    for start in range(0, len(changes), AT_ONCE):
                        yield await self._events(changes[start : start + AT_ONCE], stretch.epoch)
                    self.position = stretch.next
        except Resync as found:
            yield b"event: resync\ndata: %b\n\n" % orjson.dumps(found.members())
        except (OSError, SQLAlchemyError) as problem:
            # The client comes back by itself, with its position.
            log.warning("stream_ended", problem=in_short(problem))

    def heartbeat(self) -> bytes:
        """A sign of life; an `id` without data moves the client's `Last-Event-ID` and is no event."""
        return b": heartbeat\nid: %b\n\n" % str(self.position).encode()

    async def _events(self, changes: Sequence[Change], epoch: UUID) -> bytes:
        if self.views:
            views = await views_of(self.live.database, changes, self.wanted)
            return b"".join(_event(change, epoch, views) for change in changes)
        said = self.live.said
        if len(said) > MOST_SAID:
            said.clear()
        parts = []
        for change in changes:
            key = epoch, change.entry.seq, change.event
            if key not in said:
                said[key] = _event(change, epoch, None)
            parts.append(said[key])
        return b"".join(parts)


def _event(change: Change, epoch: UUID, views: Views | None) -> bytes:
    position = str(Position(change.entry.seq, epoch)).encode()
    return b"id: %b\ndata: %b\n\n" % (position, change_json(change, epoch, views))


class EventStream(EventSourceResponse):
    """The response; it holds one of its address's places while it is open."""

    def __init__(self, stream: Stream, address: str):
        super().__init__(
            stream.spoken(),
            headers={"cache-control": "no-store"},
            ping=HEARTBEAT_SECONDS,
            # The library sends bytes as they are; its own class would be encoded for each stream anew.
            ping_message_factory=cast(Callable[[], ServerSentEvent], stream.heartbeat),
            send_timeout=STALLED_SECONDS,
        )
        self.live = stream.live
        self.address = address

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        with self.live.counted(self.address), suppress(SendTimeoutError):
            await super().__call__(scope, receive, send)
