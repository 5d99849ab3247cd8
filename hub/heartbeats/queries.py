"""Health of the worker's loops, from the heartbeats in the database: any process can ask, whatever the worker does."""

import time
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from hub.db import table
from hub.heartbeats.models import Heartbeat
from hub.heartbeats.writer import PROCESS_PATIENCE, WORKER

HEARTBEAT = table(Heartbeat)

MISSING_SECONDS = 300.0
"""Seconds that this process waits for a first worker before it misses one."""
FAILING_SECONDS = 120.0
"""Seconds of failures in a row after which a loop needs a person."""


_STARTED = time.monotonic()


@dataclass(frozen=True, slots=True)
class LoopHealth:
    """Health of one loop of one worker process."""

    worker: str
    loop: str
    age: float
    """Seconds since its last round."""
    patience: float
    failures: int
    problem: str | None
    failing_seconds: float
    """Seconds since the first of its failures in a row."""

    @property
    def stands_still(self) -> bool:
        """True if the loop has made no round for longer than its work may take."""
        return self.age > self.patience

    @property
    def fails(self) -> bool:
        """True if every round has failed for so long that it needs a person."""
        return self.failures > 1 and self.failing_seconds > FAILING_SECONDS


@dataclass(frozen=True)
class WorkerHealth:
    """Health of all workers."""

    loops: tuple[LoopHealth, ...]

    @property
    def silent(self) -> list[str]:
        """Worker processes without a heartbeat: frozen, or ended without another one in their place."""
        return sorted(each.worker for each in self.loops if each.loop == WORKER and each.stands_still)

    @property
    def standing(self) -> list[LoopHealth]:
        """Loops that make no rounds: of a process that lives, or in no process at all."""
        silent = set(self.silent)
        freshest: dict[str, LoopHealth] = {}
        for each in self.loops:
            if each.loop not in freshest or each.age < freshest[each.loop].age:
                freshest[each.loop] = each
        return [
            each
            for each in self.loops
            if each.stands_still and (each.worker not in silent or each is freshest[each.loop])
        ]

    @property
    def failing(self) -> list[LoopHealth]:
        """Loops whose rounds fail again and again."""
        silent = set(self.silent)
        return [each for each in self.loops if each.fails and each.worker not in silent]

    def ages(self) -> dict[str, float]:
        """Return the seconds since the last round of each loop, in whichever process it was."""
        found: dict[str, float] = {}
        for each in self.loops:
            found[each.loop] = min(each.age, found.get(each.loop, each.age))
        return found

    def is_working(self, loop: str) -> bool:
        """Return True if the loop makes rounds in some process."""
        return any(each.loop == loop and not each.stands_still for each in self.loops)

    def of_host(self, host: str) -> "WorkerHealth":
        """Return the health of the workers of one machine or container."""
        return WorkerHealth(tuple(each for each in self.loops if each.worker.rpartition(":")[0] == host))

    def alarms(self) -> dict[str, int]:
        """Return the number of conditions that need a person, by name."""
        return {
            "workers_silent": len(self.silent),
            "worker_loops_standing": len(self.standing),
            "worker_loops_failing": len(self.failing),
        }

    def problems(self) -> list[str]:
        """Return all conditions in words."""
        return [
            *(f"worker {worker}: no heartbeat for {PROCESS_PATIENCE:g} s" for worker in self.silent),
            *(f"{each.loop}: no round for {each.age:.0f} s" for each in self.standing),
            *(f"{each.loop}: {each.failures} failures in a row: {each.problem}" for each in self.failing),
        ]


async def read_worker_health(connection: AsyncConnection) -> WorkerHealth:
    """Read the health of all loops: one statement. No loop at all means that no worker has run."""
    beat = HEARTBEAT.c
    age = func.extract("epoch", func.now() - beat.turned_at)
    failing = func.coalesce(func.extract("epoch", func.now() - beat.failing_since), 0)
    query = select(beat.worker, beat.loop, age, beat.patience, beat.failures, beat.problem, failing)
    rows = await connection.execute(query.order_by(beat.worker, beat.loop))
    return WorkerHealth(
        tuple(LoopHealth(row[0], row[1], float(row[2]), row[3], row[4], row[5], float(row[6])) for row in rows)
    )


async def read_worker_alarms(connection: AsyncConnection) -> dict[str, int]:
    """Count the conditions of the worker that need a person; a worker that never ran is missed after some minutes."""
    health = await read_worker_health(connection)
    is_missing = not health.loops and time.monotonic() - _STARTED > MISSING_SECONDS
    return health.alarms() | {"workers_missing": int(is_missing)}
