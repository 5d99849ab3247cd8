"""State of a loop of the worker: its last round, its failures in a row, and the pause after them."""

import asyncio
import time
from collections.abc import Sequence
from contextlib import suppress
from typing import Protocol

import structlog

from hub.faults import describe_fault

log = structlog.get_logger()

FIRST_PAUSE = 1.0
MAX_PAUSE = 15.0
"""Seconds of the first and of the longest pause after failed rounds in a row."""
PATIENCE = 120.0
"""Seconds without a round after which a loop stands still, unless its own work takes longer."""


class LoopState:
    """Rounds of one loop. `HeartbeatWriter` stores them; a frozen process stores nothing."""

    def __init__(self, name: str, patience: float = PATIENCE):
        self.name = name
        self.patience = patience
        self.turned = time.monotonic()
        self.failures = 0
        self.problem: str | None = None
        self.failing = 0.0
        """Monotonic time of the first failure in a row."""

    def turn(self) -> None:
        """Note that the loop is alive."""
        self.turned = time.monotonic()

    def succeed(self) -> None:
        """Note a round without a failure."""
        self.turn()
        self.failures, self.problem = 0, None

    def fail(self, problem: BaseException, *, first: float = FIRST_PAUSE, longest: float = MAX_PAUSE) -> float:
        """Count a failed round; return the seconds to pause, which double with each failure in a row."""
        self.turn()
        if not self.failures:
            self.failing = self.turned
        self.failures, self.problem = self.failures + 1, describe_fault(problem)
        return min(first * 2.0 ** min(self.failures - 1, 20), longest)


async def pause(stop: asyncio.Event, seconds: float) -> None:
    """Wait for some seconds, or until `stop` is set."""
    with suppress(TimeoutError):
        await asyncio.wait_for(stop.wait(), seconds)


class Loop(Protocol):
    """A loop of the worker."""

    @property
    def name(self) -> str:
        """Name in heartbeats and in the log."""
        ...

    @property
    def states(self) -> Sequence[LoopState]:
        """States of the loop itself and of its chores."""
        ...

    async def run(self, stop: asyncio.Event) -> None:
        """Work until `stop` is set."""
        ...


async def keep_running(loop: Loop, stop: asyncio.Event) -> None:
    """Run a loop until `stop` is set; start it again, with growing pauses, if an exception ends it."""
    while not stop.is_set():
        try:
            await loop.run(stop)
        except Exception as problem:
            seconds = loop.states[0].fail(problem)
            log.error("loop_ended", loop=loop.name, seconds=seconds, problem=describe_fault(problem), exc_info=True)
            await pause(stop, seconds)
