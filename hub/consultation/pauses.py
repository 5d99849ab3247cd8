"""Pauses of single consultations in a job: one that fails or costs much waits, and holds up no other."""

from collections.abc import Callable, Hashable
from time import monotonic

from hub.jobs.backoff import backoff_delay

FIRST_PAUSE = 10.0
"""Seconds until work that failed is tried again; tripled each time, up to 12 hours."""


class Pauses:
    """Pauses by item, in the memory of one process: a new process tries everything again."""

    def __init__(self, clock: Callable[[], float] = monotonic):
        self.clock = clock
        self._until: dict[Hashable, float] = {}
        self._failures: dict[Hashable, int] = {}

    def is_paused(self, item: Hashable) -> bool:
        """True while an item waits."""
        return self._until.get(item, 0) > self.clock()

    def succeed(self, item: Hashable, seconds: float = 0) -> None:
        """Forget the failures of an item, which may still wait for some seconds."""
        self._failures.pop(item, None)
        self._until.pop(item, None)
        if seconds > 0:
            self._until[item] = self.clock() + seconds

    def fail(self, item: Hashable) -> float:
        """Pause an item after a failure, longer each time; returns the seconds."""
        self._failures[item] = self._failures.get(item, 0) + 1
        seconds = backoff_delay(self._failures[item], FIRST_PAUSE).total_seconds()
        self._until[item] = self.clock() + seconds
        return seconds
