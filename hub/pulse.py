"""The pulse of the database: ends every wait for a server that hangs, which no error would end.

A stopped server or a lost network leaves connections open and silent. While somebody waits, every answer on any
connection shows that the server lives. Without one it is asked on a connection of its own, then on a new one beside it.
When all were silent for `patience` seconds, all connections are aborted, so that everybody who waits fails at once, and
nobody begins to wait until the server answers again.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from typing import Any
from weakref import WeakSet

import asyncpg
import structlog
from sqlalchemy import event
from sqlalchemy.ext.asyncio import AsyncEngine

from hub.connections import PROBE, ConnectionUse, open_connection

log = structlog.get_logger()

PATIENCE_SECONDS = 1.8
"""Seconds of silence after which the server of a request is said to hang: it is refused within two."""
TICKS = 12
"""Parts in which a silence is counted. Each counts once, however late this process looks: where it is late because the
machine does too much, so is the server."""
ASK_TICKS, ASK_ANEW_TICKS = 3, 6
"""Parts of a silence after which the server is asked, and asked on a new connection."""


class DatabaseHangs(ConnectionError):
    """The database does not answer; connections to it are refused until it does."""


class DatabasePulse:
    """Watches the server behind a set of connections for as long as somebody waits for it."""

    def __init__(self, url: str, discard: Callable[[], Awaitable[None]], *, patience: float):
        self.hangs = False
        self._connections: WeakSet[asyncpg.Connection] = WeakSet()
        self._opening: set[asyncio.Future[asyncpg.Connection]] = set()
        self._url = url
        self._discard = discard
        self._tick = patience / TICKS
        self._waiting = 0
        self._answers = 0
        self._timer: asyncio.TimerHandle | None = None
        self._task: asyncio.Task[None] | None = None
        self._probe: asyncpg.Connection | None = None
        self._ping: asyncio.Task[None] | None = None
        self._connecting: asyncio.Task[None] | None = None

    @property
    def is_prepared(self) -> bool:
        """The connection for questions is open."""
        return self._probe is not None and not self._probe.is_closed()

    def hear(self, engine: AsyncEngine) -> None:
        """Take the end of each statement on an engine's connections as an answer of the server."""
        event.listen(engine.sync_engine, "after_cursor_execute", self._note_answer)

    def require(self) -> None:
        """Raise `DatabaseHangs` while the server does not answer."""
        if self.hangs:
            raise DatabaseHangs("the database does not respond")

    async def connect(self, use: ConnectionUse) -> asyncpg.Connection:
        """Open a connection that is aborted when the server hangs. Raises `ConnectionError`."""
        self.require()
        opening = asyncio.ensure_future(open_connection(self._url, use))
        self._opening.add(opening)
        try:
            connection = await opening
        except asyncio.CancelledError:
            self.require()
            raise
        finally:
            self._opening.discard(opening)
        self._note_answer()
        self._connections.add(connection)
        return connection

    @contextmanager
    def watch(self) -> Iterator[None]:
        """Watch the server while the block waits for it. Raises `ConnectionError` for a wait that was too long."""
        self.require()
        self._waiting += 1
        if self._timer is None and self._task is None:
            self._timer = asyncio.get_running_loop().call_later(self._tick, self._start)
        try:
            yield
            if not self.hangs:
                self._note_answer()
        except TimeoutError as problem:
            raise ConnectionError("the database does not respond") from problem
        except Exception as problem:
            if self.hangs:
                raise DatabaseHangs("the database does not respond") from problem
            raise
        finally:
            self._waiting -= 1
            if self._waiting == 0 and self._timer is not None:
                self._timer.cancel()
                self._timer = None

    async def close(self) -> None:
        """End the watch."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        tasks = [task for task in (self._task, self._ping, self._connecting) if task is not None]
        if self._task is not None:
            self._task.cancel()
        self._drop_probe()
        await asyncio.gather(*tasks, return_exceptions=True)

    def _note_answer(self, *_: Any) -> None:
        self._answers += 1

    def _start(self) -> None:
        self._timer = None
        if self._task is None:
            self._task = asyncio.create_task(self._run())

    async def _run(self) -> None:
        silent = 1
        try:
            while self._waiting or self.hangs:
                answers = self._answers
                self._ask(silent)
                await asyncio.sleep(self._tick)
                silent = silent + 1 if self._answers == answers else 0
                if silent == 0 and self.hangs:
                    self.hangs = False
                    log.warning("database_answers_again")
                elif silent >= TICKS:
                    await self._end_waits()
                    silent = 0
        finally:
            self._task = None

    async def _end_waits(self) -> None:
        if not self.hangs:
            log.error("database_hangs", connections=len(self._connections))
        self.hangs = True
        for opening in list(self._opening):
            opening.cancel()
        for connection in list(self._connections):
            connection.terminate()
        self._connections.clear()
        self._drop_probe()
        await self._discard()

    def _ask(self, silent: int) -> None:
        """Have a connection for questions, ask on it after some silence, and after more of it on a new one as well."""
        if self._connecting is None and (not self.is_prepared or silent >= ASK_ANEW_TICKS):
            self._connecting = asyncio.create_task(self._hear_answer(self._connect_probe()))
            self._connecting.add_done_callback(self._forget)
        if (probe := self._probe) is not None and self.is_prepared and self._ping is None and silent >= ASK_TICKS:
            self._ping = asyncio.create_task(self._hear_answer(probe.execute("SELECT 1")))
            self._ping.add_done_callback(self._forget)

    async def _hear_answer(self, question: Awaitable[object]) -> None:
        """Note an answer, if one comes. An error is an answer too, and reaches those who wait by itself."""
        try:
            await question
        except ConnectionRefusedError:
            self._note_answer()
        except (TimeoutError, OSError):
            return
        except Exception:
            self._note_answer()
        else:
            self._note_answer()

    async def _connect_probe(self) -> None:
        """Open a connection for questions; it replaces the one that was silent."""
        made = await open_connection(self._url, PROBE)
        if self._probe is not None:
            self._probe.terminate()
        self._probe = made

    def _forget(self, task: asyncio.Task[None]) -> None:
        if task is self._ping:
            self._ping = None
        if task is self._connecting:
            self._connecting = None

    def _drop_probe(self) -> None:
        for task in (self._ping, self._connecting):
            if task is not None:
                task.cancel()
        self._ping = self._connecting = None
        if self._probe is not None:
            self._probe.terminate()
            self._probe = None
