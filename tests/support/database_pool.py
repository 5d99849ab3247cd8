"""Databases that are ready before a test asks for one.

A test takes a copy of the migrated template at once: copies are made and dropped beside the tests.
"""

import asyncio
import queue
import threading
from collections import deque
from contextlib import suppress
from types import TracebackType
from typing import Self
from uuid import uuid4

import asyncpg

READY = 6
"""Copies that are kept ready: so many short tests can follow one another while a copy is made."""
MAX_USED = 12
"""Used copies that may wait to be dropped. Up to here a new copy comes first."""
PATIENCE = 120.0
"""Seconds after which a copy that is not there is a failure."""


def database_at(url: str, name: str) -> str:
    """The address of another database on the same server."""
    return f"{url.rsplit('/', 1)[0]}/{name}"


class DatabasePool:
    """Ready copies of one template database.

    A thread of its own, with one open connection, makes the copies and drops the used ones, so that no test waits for
    either. Nobody may be connected to the template meanwhile: PostgreSQL copies no database that is in use.
    """

    def __init__(self, template_url: str, *, ready: int = READY) -> None:
        self._server = database_at(template_url, "postgres")
        self._template = template_url.rsplit("/", 1)[1]
        self._count = ready
        self._ready: queue.SimpleQueue[str | None] = queue.SimpleQueue()
        self._used: deque[str] = deque()
        self._problem: Exception | None = None
        self._closed = False
        self._awake = asyncio.Event()
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._work, name="database pool", daemon=True)
        self._thread.start()

    def acquire(self) -> str:
        """Take a copy that nobody else has; its address."""
        try:
            name = self._ready.get(timeout=PATIENCE)
        except queue.Empty:
            raise TimeoutError(f"No copy of {self._template} was made within {PATIENCE:.0f} s.") from None
        if name is None:
            self._ready.put(None)
            raise RuntimeError(f"No more copies of {self._template} are made.") from self._problem
        self._wake()
        return database_at(self._server, name)

    def release(self, url: str) -> None:
        """Give a copy back; it is dropped soon, and whoever is still connected to it is cut off."""
        self._used.append(url.rsplit("/", 1)[1])
        self._wake()

    def close(self) -> None:
        """End the making of copies. What is left of them ends with the server."""
        self._closed = True
        self._wake()
        self._thread.join(PATIENCE)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, problem: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _wake(self) -> None:
        with suppress(RuntimeError):  # the thread has ended, and its loop is closed
            self._loop.call_soon_threadsafe(self._awake.set)

    def _work(self) -> None:
        try:
            self._loop.run_until_complete(self._fill())
        except Exception as problem:
            self._problem = problem
        finally:
            self._ready.put(None)
            self._loop.close()

    async def _fill(self) -> None:
        connection = await asyncpg.connect(self._server)
        try:
            while not self._closed:
                self._awake.clear()
                if self._ready.qsize() < self._count and len(self._used) <= MAX_USED:
                    name = f"test_{uuid4().hex}"
                    # Half the work of WAL_LOG: a copy of 10 MB goes from file to file and not through the journal.
                    await connection.execute(f"CREATE DATABASE {name} TEMPLATE {self._template} STRATEGY FILE_COPY")
                    self._ready.put(name)
                elif self._used:
                    await connection.execute(f"DROP DATABASE {self._used.popleft()} WITH (FORCE)")
                else:
                    await self._awake.wait()
        finally:
            await connection.close()
