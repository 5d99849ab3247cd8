"""Application state: the parts of the web process that every request can reach. `hub/app.py` builds them."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated

from fastapi import Depends
from sqlalchemy.ext.asyncio import AsyncConnection
from starlette.requests import HTTPConnection

if TYPE_CHECKING:
    import asyncio

    from hub.changes.tail import LogTail
    from hub.db import Database
    from hub.files.store import Files
    from hub.log.signing import HeadSigner
    from hub.public_state.look import VersionLook
    from hub.search.port import SearchIndex
    from hub.settings import Settings
    from hub.web.body_limit import BodySizes
    from hub.web.byte_budget import ByteBudgets
    from hub.web.client_ip import ClientIpResolver

AlertReader = Callable[[AsyncConnection], Awaitable[dict[str, int]]]
"""Counts the conditions that need a person, by name, in one statement."""


@dataclass(frozen=True)
class AppState:
    """The parts of the web process."""

    settings: Settings
    database: Database
    search: SearchIndex
    files: Files
    version_look: VersionLook
    """Looks at the versions of public state."""
    log_tail: LogTail
    """Wakes streams and long polls when the log grows."""
    signer: HeadSigner
    """Signs the head of the log."""
    export_lock: asyncio.Lock
    """Held by the one request that builds the export files."""
    export_pages: asyncio.Semaphore
    """Held while a page of a selected snapshot is read and compressed."""
    comment_turns: asyncio.Semaphore
    """Held while a comment is stored: whoever waits for the lock of a consultation keeps no connection from others."""
    client_ips: ClientIpResolver
    budgets: ByteBudgets
    """Bytes of large requests and answers that the process may hold."""
    body_sizes: BodySizes
    """Maximum sizes of request bodies."""
    alert_readers: tuple[AlertReader, ...] = ()
    """Alerts of packages above `hub`, registered by the composition root."""


def app_state(request: HTTPConnection) -> AppState:
    """Return the parts of the app that serves a request."""
    state: AppState = request.app.state.hub
    return state


async def _provide_parts(request: HTTPConnection) -> AppState:
    """`app_state` as a dependency: a plain function would run in a thread, and every request would wait for one."""
    return app_state(request)


Parts = Annotated[AppState, Depends(_provide_parts)]
