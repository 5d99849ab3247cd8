"""The latest entries of the log as far as kept answers care: the kind and the document that each is about."""

from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

KEPT_TOUCHES = 1_000

Codes = Mapping[str, frozenset[str]]
"""Codes of the registry by the name of the filter that asks for them: `agency`, `topic`, `place`."""


class Touch(NamedTuple):
    """An entry of the log; without a document, it is about the registry or a consultation."""

    seq: int
    kind: str | None
    document_id: UUID | None
    is_addition: bool
    """True for the first edition of a document in a language: nothing that was shown is replaced."""
    at: datetime
    targets: frozenset[UUID]
    """Documents that it states relations to now: all that an addition concerns beside itself."""
    codes: Codes
    """Agencies, topics and places of the document, in all its languages."""


class Touches:
    """The entries after `floor`, without gaps."""

    def __init__(self, floor: int, most: int = KEPT_TOUCHES):
        self.floor = floor
        self.most = most
        self._touches: deque[Touch] = deque()

    @property
    def head(self) -> int:
        """Position up to which the entries are known."""
        return self._touches[-1].seq if self._touches else self.floor

    def add(self, touches: Iterable[Touch]) -> None:
        """Add the entries that follow; the oldest ones beyond the maximum are forgotten."""
        for touch in touches:
            self._touches.append(touch)
        while len(self._touches) > self.most:
            self.floor = self._touches.popleft().seq

    def after(self, seq: int) -> Iterator[Touch] | None:
        """Yield the entries after a position, newest first; None if some of them are not known any more."""
        if seq < self.floor:
            return None
        return self._newest(seq)

    def _newest(self, seq: int) -> Iterator[Touch]:
        for touch in reversed(self._touches):
            if touch.seq <= seq:
                return
            yield touch
