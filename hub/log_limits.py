"""Limits of what a process writes to its log: repeated events are sampled, and long values cut."""

import logging
import time
from collections.abc import Callable, MutableMapping
from typing import Any

import structlog

WINDOW_SECONDS = 10.0
LINES_PER_WINDOW = 50
"""Lines of one event in a window. The first line after a window says how many were left out."""
MAX_VALUE_CHARACTERS = 8_000
"""Longer values are cut: a traceback has a few thousand."""
MAX_EVENTS = 1_000
"""Names of events that are counted; beyond them all others are counted together."""


class LineBudget:
    """Counts the lines of each event in windows of time."""

    def __init__(self, clock: Callable[[], float] = time.monotonic):
        self._clock = clock
        self._windows: dict[str, tuple[float, int]] = {}

    def spend(self, event: str) -> int | None:
        """Count one line. Returns the number of lines left out before it, or None if this one is to be left out."""
        if event not in self._windows and len(self._windows) >= MAX_EVENTS:
            event = ""
        now = self._clock()
        began, lines = self._windows.get(event, (now, 0))
        left_out = 0
        if now - began >= WINDOW_SECONDS:
            left_out, began, lines = max(0, lines - LINES_PER_WINDOW), now, 0
        self._windows[event] = (began, lines + 1)
        return left_out if lines < LINES_PER_WINDOW else None


class SampledEvents:
    """structlog processor: drops the lines of an event beyond its budget, and cuts long values."""

    def __init__(self, budget: LineBudget):
        self.budget = budget

    def __call__(self, _: Any, __: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
        left_out = self.budget.spend(str(event.get("event", ""))[:100])
        if left_out is None:
            raise structlog.DropEvent
        if left_out:
            event["left_out"] = left_out
        for name, value in event.items():
            if isinstance(value, str) and len(value) > MAX_VALUE_CHARACTERS:
                event[name] = f"{value[:MAX_VALUE_CHARACTERS]}… ({len(value)} characters)"
        return event


class SampledRecords(logging.Filter):
    """Filter of the standard library's logging, which uvicorn and others use: the same by message template."""

    def __init__(self, budget: LineBudget):
        super().__init__()
        self.budget = budget

    def filter(self, record: logging.LogRecord) -> bool:
        left_out = self.budget.spend(f"{record.name}: {str(record.msg)[:100]}")
        if left_out:
            record.msg = f"{record.msg} ({left_out} more left out)"
        return left_out is not None
