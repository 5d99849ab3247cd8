"""Writer of heartbeats: stores the last rounds of all loops of this process every few seconds.

It runs in the event loop of the loops, so that a round that blocks the event loop stops their heartbeats.
"""

import asyncio
import os
import socket
import time
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import structlog
from sqlalchemy import delete, func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from hub.db import Database, table
from hub.faults import describe_fault
from hub.heartbeats.loop import LoopState, pause
from hub.heartbeats.models import Heartbeat

log = structlog.get_logger()

HEARTBEAT = table(Heartbeat)
WORKER = "worker"
"""Name of the loop that writes the heartbeats: the process itself."""
WRITE_SECONDS = 5.0
PROCESS_PATIENCE = 30.0
"""Seconds without a heartbeat after which the whole process stands still."""
FORGET_SECONDS = 600.0
"""Seconds after which the heartbeats of a silent process are deleted by another one, which does its work."""
WRITES_PER_CLEANUP = 12

_STATE_COLUMNS = ("turned_at", "patience", "failures", "problem", "failing_since")


def worker_host() -> str:
    """Return the name of this machine or container, without a colon."""
    return socket.gethostname()[:100].replace(":", "-")


class HeartbeatWriter:
    """Stores the states of all loops of this process."""

    def __init__(self, database: Database, loops: Sequence[LoopState], *, every: float = WRITE_SECONDS):
        self.database = database
        self.name = WORKER
        self.every = every
        self.state = LoopState(WORKER, PROCESS_PATIENCE)
        self.loops = [self.state, *loops]
        self.worker = f"{worker_host()}:{os.getpid()}"
        self._writes = 0

    @property
    def states(self) -> Sequence[LoopState]:
        """State of the loop, for heartbeats."""
        return (self.state,)

    async def run(self, stop: asyncio.Event) -> None:
        """Write until `stop` is set. A failure is logged, and the next write makes up for it."""
        while not stop.is_set():
            try:
                await self.write()
                self.state.succeed()
            except Exception as problem:
                log.warning("heartbeat_not_written", problem=describe_fault(problem))
                self.state.fail(problem)
            await pause(stop, self.every)

    async def write(self) -> None:
        """Store the last round of every loop, and delete the heartbeats of processes that ended."""
        self.state.turn()
        statement = insert(HEARTBEAT).values([self._row(loop) for loop in self.loops])
        values = {name: statement.excluded[name] for name in _STATE_COLUMNS}
        async with self.database.write() as session:
            await session.execute(statement.on_conflict_do_update(index_elements=["worker", "loop"], set_=values))
            if self._writes % WRITES_PER_CLEANUP == 0:
                await self._delete_ended(session)
        self._writes += 1

    def _row(self, loop: LoopState) -> dict[str, Any]:
        moment = time.monotonic()
        failing = func.now() - timedelta(seconds=moment - loop.failing) if loop.failures else None
        return {
            "worker": self.worker,
            "loop": loop.name,
            "turned_at": func.now() - timedelta(seconds=moment - loop.turned),
            "patience": loop.patience,
            "failures": loop.failures,
            "problem": loop.problem,
            "failing_since": failing,
        }

    async def _delete_ended(self, session: AsyncSession) -> None:
        """Delete the heartbeats of ended processes of this machine, and of those that were silent for long."""
        own = HEARTBEAT.c.worker.startswith(f"{worker_host()}:", autoescape=True)
        found = await session.execute(select(HEARTBEAT.c.worker).where(own).distinct())
        ended = [worker for worker in found.scalars() if not _is_alive(worker)]
        silent = HEARTBEAT.c.turned_at < func.now() - timedelta(seconds=FORGET_SECONDS)
        await session.execute(
            delete(HEARTBEAT).where(HEARTBEAT.c.worker.in_(ended) | (silent & (HEARTBEAT.c.worker != self.worker)))
        )


def _is_alive(worker: str) -> bool:
    """Return True if the process of this machine exists, stopped or not."""
    try:
        os.kill(int(worker.rpartition(":")[2]), 0)
    except ProcessLookupError:
        return False
    except (PermissionError, ValueError):
        pass
    return True
