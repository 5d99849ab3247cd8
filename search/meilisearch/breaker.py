"""A small circuit breaker: after a failure, calls are refused for a while instead of waiting for the engine again.

Tenacity retries calls; a search needs the opposite, to stop calling at once and let Postgres answer, so this is our
own. It lives on one event loop and needs no lock.
"""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from hub.search.port import EngineUnavailable


class EngineFailure(EngineUnavailable):
    """The engine did not answer (down, too slow, an error of its own); an immediate retry would not help."""


class Breaker:
    """Circuit breaker: closed, open for `pause` seconds after an `EngineFailure`, then half open with one trial call.

    A pause of 0 never opens it. Other errors mean that the engine answered, and close it.
    """

    def __init__(self, pause: float, *, clock: Callable[[], float] = time.monotonic):
        self.pause = pause
        self._clock = clock
        self._until: float | None = None
        self._trying = False

    @contextmanager
    def guard(self) -> Iterator[None]:
        """Guard one call. Raises `EngineUnavailable` at once while open, or while a trial is under way."""
        trial = self._until is not None
        if self._until is not None and (self._trying or self._clock() < self._until):
            raise EngineUnavailable("the engine failed a moment ago and is not asked again yet")
        self._trying = self._trying or trial
        try:
            yield
        except EngineFailure:
            if self.pause:
                self._until = self._clock() + self.pause
            raise
        except Exception:
            self._until = None
            raise
        else:
            self._until = None
        finally:
            if trial:
                self._trying = False
