"""Outages of a whole hub: one of its parts is killed, hangs or starves, and what the others do meanwhile."""

import asyncio
import random
from collections import defaultdict
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, field

import asyncpg
import psutil

from tests.support import contents
from tests.support.careful_editor import REPEATABLE, CarefulEditor
from tests.support.import_loop import ImportLoop
from tests.support.process_faults import hang, is_stopped, kill, list_family, resume, starve, suspend
from tests.support.waiting import eventually
from tests.support.whole_hub import Hub

PARTS = ("api", "worker", "postgres", "meilisearch", "import")
FAULTS = ("kill", "hang", "starve")
WORDS = {"api": "serve", "worker": "worker"}
"""The command of a part that is a process of the hub's own."""
SECONDS = 2.5
"""How long a part hangs at least, and starves."""
CATCH_SECONDS, QUEUE_SECONDS = 20.0, 3.0
CATCH_UP_SECONDS = 45.0
"""How long the hub has to recover while everybody works on, before they wait for it."""

_WRITES = "SELECT count(*) FROM pg_stat_activity WHERE client_port = ANY($1) AND backend_xid IS NOT NULL"
"""Sessions with one of these ports that have written in a transaction."""
_WAITS = "SELECT count(*) FROM pg_stat_activity WHERE client_port = ANY($1) AND wait_event_type = 'Lock'"
_RESTS = "SELECT count(*) FROM pg_stat_activity WHERE client_port = ANY($1) AND state = 'idle in transaction'"


@dataclass
class Outages:
    """One hub with an editor who looks what still works while a part does not."""

    hub: Hub
    editor: CarefulEditor
    imports: ImportLoop
    chance: random.Random
    struck: int = 0
    caught: int = 0
    """Imports that were struck while they held the head of the log."""
    waits: dict[str, float] = field(default_factory=lambda: defaultdict(float))
    """Longest request in seconds while a part hung, by part."""
    pauses: int = 0
    """Times that everybody waited for the hub to catch up."""
    at_work: asyncio.Event = field(default_factory=asyncio.Event)
    """Clear while the hub gets time to catch up: on a starved machine the index stays behind those who work on."""

    def __post_init__(self) -> None:
        self.at_work.set()

    async def strike(self, part: str, fault: str) -> None:
        """Let a part fail at a random moment; returns when the hub has recovered."""
        self.struck += 1
        try:
            await self._strike(part, fault)
        except (AssertionError, TimeoutError) as problem:
            raise AssertionError(f"fault {self.struck}, {fault} {part}: {problem!r}") from problem

    async def _strike(self, part: str, fault: str) -> None:
        await asyncio.sleep(self.chance.uniform(0, 0.5))
        process = await (self._catch_import() if part == "import" else self._find(part))
        if fault == "kill":
            kill(list_family(process) if self.chance.random() < 0.5 else [process])
            await eventually(lambda: asyncio.sleep(0, not process.is_running()))
        elif fault == "hang":
            with hang(process):
                await asyncio.gather(asyncio.sleep(SECONDS), self._look_around(part))
        else:
            resume(process)
            await starve(process, SECONDS)
        await self._find_unless_import(part)
        try:
            await eventually(self.is_ready, seconds=CATCH_UP_SECONDS, every=0.1)
        except TimeoutError:
            self.at_work.clear()
            self.pauses += 1
            await eventually(self.is_ready, seconds=90, every=0.1)
        finally:
            self.at_work.set()

    async def is_ready(self) -> bool:
        """Tell whether every part works."""
        ready = await self.editor.try_once("GET", "/health/ready")
        return ready is not None and ready.status_code == 200 and ready.json()["status"] == "ready"

    async def _find(self, part: str) -> psutil.Process:
        def find() -> Awaitable[psutil.Process | None]:
            found = None
            with suppress(StopIteration, psutil.NoSuchProcess):
                found = self.hub.child(WORDS[part]) if part in WORDS else self.hub.server(part)
            return asyncio.sleep(0, found)

        process: psutil.Process = await eventually(find)
        return process

    async def _find_unless_import(self, part: str) -> None:
        if part != "import":
            await self._find(part)

    async def _catch_import(self) -> psutil.Process:
        """A running import, stopped at the moment at which it gets the head of the log, if that can be had.

        Every publication waits for the one that holds the head.
        """
        connection = await asyncpg.connect(self.hub.setting("database_url"))
        loop = asyncio.get_running_loop()
        until = loop.time() + CATCH_SECONDS
        try:
            while True:
                process: psutil.Process = await eventually(lambda: asyncio.sleep(0, self.imports.running))
                if await connection.fetchval(_WRITES, _ports(process)) and await self._stop_in_queue(process):
                    self.caught += 1
                    return process
                if loop.time() > until:
                    suspend(process)
                    return process
                await asyncio.sleep(0.01)
        finally:
            await connection.close()

    async def _stop_in_queue(self, process: psutil.Process) -> bool:
        """Hold the head of the log until a process waits for it, stop the process, and let it have the head."""
        holder = await asyncpg.connect(self.hub.setting("database_url"))
        looker = await asyncpg.connect(self.hub.setting("database_url"))
        ports = _ports(process)
        try:
            async with holder.transaction():
                await holder.execute("SELECT seq FROM log_head FOR UPDATE")
                with suppress(TimeoutError):
                    await eventually(lambda: looker.fetchval(_WAITS, ports), seconds=QUEUE_SECONDS, every=0.02)
                    suspend(process)
            if is_stopped(process):
                with suppress(TimeoutError):
                    return bool(await eventually(lambda: looker.fetchval(_RESTS, ports), seconds=QUEUE_SECONDS))
            resume(process)
            return False
        finally:
            await holder.close()
            await looker.close()

    async def _look_around(self, part: str) -> None:
        """Ask for what must go on, or end with an error, while a part hangs."""
        loop = asyncio.get_running_loop()
        looks: list[Callable[[], Awaitable[None]]] = []
        if part != "api":  # nobody answers for the API
            paths = ("/health/ready", "/api/v1/bulletins?limit=2", "/api/v1/search?q=ban+tin&limit=2")
            looks += [lambda path=path: self._read(path, may_fail=part == "postgres") for path in paths]  # type: ignore[misc]
            looks += [self._begin if part == "postgres" else self._publish]

        async def measure(look: Callable[[], Awaitable[None]]) -> None:
            began = loop.time()
            await look()
            self.waits[part] = max(self.waits[part], loop.time() - began)

        await asyncio.gather(*map(measure, looks))

    async def _read(self, path: str, *, may_fail: bool) -> None:
        answer = await self.editor.try_once("GET", path)
        if answer is None:
            assert may_fail, f"{path}: the connection ended"
        else:
            allowed = {200} | (REPEATABLE if may_fail else set())
            assert answer.status_code in allowed, f"{path}: {answer.status_code} {answer.text}"

    async def _begin(self) -> None:
        """A write that cannot succeed ends nevertheless."""
        body = {"kind": "bulletin", "agency": self.editor.agency, "content": contents.bulletin()}
        await self.editor.try_once("POST", "/api/v1/manage/documents", json=body)

    async def _publish(self) -> None:
        await self.editor.publish(f"Tin giữa sự cố {self.struck}")


def _ports(process: psutil.Process) -> list[int]:
    """The ports of a process's connections; none if it has ended."""
    try:
        return [found.laddr.port for found in process.net_connections() if found.laddr]
    except psutil.Error:
        return []
