"""Periodic work of the worker: one loop for everything that runs, waits and runs again."""

import asyncio
from abc import ABC, abstractmethod
from collections.abc import Sequence
from functools import cached_property
from typing import ClassVar

import structlog

from hub.faults import describe_fault
from hub.heartbeats.loop import MAX_PAUSE, PATIENCE, LoopState, pause

log = structlog.get_logger()

RETRY_SECONDS = 60.0
"""Seconds until a failed run is retried for the first time, where the interval is longer."""


class PeriodicJob(ABC):
    """Work that repeats at an interval until the worker stops. The first run starts at once."""

    name: ClassVar[str]
    interval: float
    """Seconds between the end of one run and the start of the next."""
    failure_event: ClassVar[str]
    """Log event of a run that failed."""
    patience: ClassVar[float] = PATIENCE
    """Seconds that one run may take, beyond the interval, before the job counts as standing still."""

    @cached_property
    def state(self) -> LoopState:
        """State of the loop, for heartbeats."""
        return LoopState(self.name, self.interval + self.patience)

    @property
    def states(self) -> Sequence[LoopState]:
        """State of the loop, for heartbeats."""
        return (self.state,)

    @abstractmethod
    async def run_once(self) -> None:
        """Do the work of one run."""

    async def run(self, stop: asyncio.Event) -> None:
        """Repeat the work until `stop` is set.

        A failed run is logged and retried; the pause grows to the interval, or beyond one that is short.
        """
        while not stop.is_set():
            seconds = self.interval
            try:
                await self.run_once()
                self.state.succeed()
            except Exception as problem:
                first, longest = min(self.interval, RETRY_SECONDS), max(self.interval, MAX_PAUSE)
                seconds = self.state.fail(problem, first=first, longest=longest)
                log.warning(self.failure_event, seconds=seconds, problem=describe_fault(problem))
            await pause(stop, seconds)
