"""Periodic work beside the main work of a loop: its failures have pauses of their own and never stop the main work."""

import time
from collections.abc import Awaitable, Callable

import structlog

from hub.faults import describe_fault
from hub.heartbeats.loop import PATIENCE, LoopState

log = structlog.get_logger()

RETRY_SECONDS = 60.0
"""Seconds until failed work is retried for the first time, where its interval is longer."""


class Chore:
    """Work that a loop does between its rounds, at an interval; the first time at once."""

    def __init__(self, name: str, work: Callable[[], Awaitable[object]], interval: float):
        self.name = name
        self.work = work
        self.interval = interval
        self.state = LoopState(name, interval + PATIENCE)
        self.due_at = 0.0

    def hasten(self) -> None:
        """Do the work in the next round."""
        self.due_at = 0.0

    async def run_if_due(self) -> None:
        """Do the work if it is due. A failure is logged, counted and retried with growing pauses."""
        if time.monotonic() < self.due_at:
            return
        seconds = self.interval
        # Set first, so that the work itself can hasten the next time.
        self.due_at = time.monotonic() + seconds
        try:
            await self.work()
            self.state.succeed()
        except Exception as problem:
            seconds = self.state.fail(problem, first=min(self.interval, RETRY_SECONDS), longest=self.interval)
            self.due_at = time.monotonic() + seconds
            log.warning("chore_failed", chore=self.name, seconds=seconds, problem=describe_fault(problem))
