"""The pulse of the database: ends every wait for a server that hangs, which no error would end.

A stopped server or a lost network leaves connections open and silent. While something has waited for `patience`
seconds, a statement on a connection of its own shows that the server answers. If it does not, all connections are
aborted, so that everybody who waits fails at once, and nobody begins to wait until the server answers again.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager, suppress
from weakref import WeakSet

import asyncpg
import structlog

from hub.connections import PROBE, ConnectionUse, open_connection

log = structlog.get_logger()

PATIENCE_SECONDS = 1.0
RETRY_SECONDS = 0.5


class DatabaseHangs(ConnectionError):
    """The database does not answer; connections to it are refused until it does."""


class DatabasePulse:
    """Watches the server behind a set of connections for as long as somebody waits for it."""

    def __init__(self, url: str, discard: Callable[[], Awaitable[None]], *, patience: float = PATIENCE_SECONDS):
        self.hangs = False
        self._connections: WeakSet[asyncpg.Connection] = WeakSet()
        self._opening: set[asyncio.Future[asyncpg.Connection]] = set()
        self._url = url
        self._discard = discard
        self._patience = patience
        self._waiting = 0
        self._timer: asyncio.TimerHandle | None = None
        self._task: asyncio.Task[None] | None = None
        self._probe: asyncpg.Connection | None = None

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
        self._connections.add(connection)
        return connection

    @contextmanager
    def watch(self) -> Iterator[None]:
        """Watch the server while the block waits for it. Raises `ConnectionError` for a wait that was too long."""
        self.require()
        self._waiting += 1
        if self._timer is None:
            self._timer = asyncio.get_running_loop().call_later(self._patience, self._start)
        try:
            yield
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
        if self._task is not None:
            self._task.cancel()
            with suppress(asyncio.CancelledError):
                await self._task
        self._drop_probe()

    def _start(self) -> None:
        self._timer = None
        if self._task is None:
            self._task = asyncio.create_task(self._run())

    async def _run(self) -> None:
        try:
            while self._waiting or self.hangs:
                if not await self._answers():
                    await self._end_waits()
                elif self.hangs:
                    self.hangs = False
                    log.warning("database_answers_again")
                await asyncio.sleep(RETRY_SECONDS if self.hangs else self._patience)
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
        await self._discard()

    async def _answers(self) -> bool:
        """Return False if the server is silent; an error is an answer too, and reaches those who wait by itself."""
        for _ in range(3):
            began = asyncio.get_running_loop().time()
            ping = asyncio.ensure_future(self._ping())
            try:
                await asyncio.wait({ping}, timeout=self._patience)
            finally:
                ping.cancel()
            if (
                ping.done()
                and not ping.cancelled()
                and not isinstance(ping.exception(), (TimeoutError, ConnectionError))
            ):
                return True
            self._drop_probe()
            if ping.done() and isinstance(ping.exception(), ConnectionRefusedError):
                return True
            if asyncio.get_running_loop().time() - began < 1.5 * self._patience:
                return False
            # This process itself was delayed, so the silence says nothing about the server.
        return False

    async def _ping(self) -> None:
        if self._probe is None or self._probe.is_closed():
            self._probe = await open_connection(self._url, PROBE)
        await self._probe.fetchval("SELECT 1")

    def _drop_probe(self) -> None:
        if self._probe is not None:
            self._probe.terminate()
            self._probe = None
