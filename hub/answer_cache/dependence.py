"""Dependence of a kept answer: the changes after which it is made anew."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from hub.public_state.touches import Codes, Touch
from hub.public_state.versions import PublicVersions

COUNTERS = ("registry_entries", "files", "views", "consultations")
"""Counters that every answer depends on: what they stand for may be in any of them, and changes rarely."""
ADDITION_DELAY = timedelta(seconds=1)
"""Longest time for which a kept search may lack what was just published, if its index does not show it sooner."""
SEARCH_LIFE = timedelta(seconds=5)
"""Time for which a search is kept: what editors change among synonyms, and a lost index, have no version."""


@dataclass(frozen=True, slots=True)
class Dependence:
    """Kinds, documents and counters that an answer is made from. By default every entry of the log touches it.

    Entries about the registry and about consultations touch every answer.
    """

    kinds: frozenset[str] | None = None
    """Kinds whose documents are in it, or decide what is said of it; None for all."""
    document_id: UUID | None = None
    """The only document that is in it: a first edition of another one concerns it by a relation alone."""
    listed: str | None = None
    """The only kind whose documents it lists: a first edition of another kind concerns it by a relation alone."""
    codes: Codes = field(default_factory=dict)
    """Codes of which each document that it lists has one of each name; others concern it as those of other kinds do."""
    counters: tuple[str, ...] = COUNTERS
    is_search: bool = False
    """True if it was found by an index, which follows the log by itself."""

    def holds(
        self, made: PublicVersions, seen: PublicVersions, touches: Iterator[Touch] | None, moment: datetime
    ) -> bool:
        """Return True if nothing touched the answer between two versions; `touches` are the entries between them.

        A request whose look ended before another's may find an answer that is newer than what it has seen. A search
        outlives a publication until its index shows it, for a second at most; what takes something away ends it.
        """
        if made.epoch != seen.epoch or any(getattr(made, name) < getattr(seen, name) for name in self.counters):
            return False
        if made.seq >= seen.seq:
            return True
        if touches is None:
            return False
        if self.is_search:
            return all(
                touch.is_addition and seen.indexed < touch.seq and moment < touch.at + ADDITION_DELAY
                for touch in touches
            )
        return not any(map(self._is_touched, touches))

    def _is_touched(self, touch: Touch) -> bool:
        if touch.document_id is None or touch.document_id == self.document_id:
            return True
        if self.kinds is not None and touch.kind not in self.kinds:
            return False
        if not touch.is_addition:
            return True
        if self.document_id is not None:
            return self.document_id in touch.targets
        return bool(touch.targets) or self._may_list(touch)

    def _may_list(self, touch: Touch) -> bool:
        if self.listed is not None and touch.kind != self.listed:
            return False
        return all(codes & touch.codes[name] for name, codes in self.codes.items())


EVERYTHING = Dependence()
SEARCHED = Dependence(is_search=True)
WITH_CITATIONS = Dependence(counters=(*COUNTERS, "citations"))
"""Of answers with what the follower of citations found: its own counter tells when it has gone on."""
