"""Periodic work of the worker: one loop for everything that runs, waits and runs again."""

import asyncio
from abc import ABC, abstractmethod
from contextlib import suppress
from typing import ClassVar

import structlog

log = structlog.get_logger()


class PeriodicJob(ABC):
    """Work that repeats at an interval until the worker stops. The first run starts at once."""

    name: ClassVar[str]
    interval: float
    """Seconds between the end of one run and the start of the next."""
    failure_event: ClassVar[str]
    """Log event of a run that failed."""
    failures: ClassVar[tuple[type[Exception], ...]] = (Exception,)
    """Exceptions after which the job goes on; any other one ends the worker."""

    @abstractmethod
    async def run_once(self) -> None:
        """Do the work of one run."""

    async def run(self, stop: asyncio.Event) -> None:
        """Repeat the work until `stop` is set. A failed run is logged and retried after the interval."""
        while not stop.is_set():
            try:
                await self.run_once()
            except self.failures as problem:
                log.warning(self.failure_event, problem=f"{type(problem).__name__}: {problem}"[:300])
            with suppress(TimeoutError):
                await asyncio.wait_for(stop.wait(), self.interval)
