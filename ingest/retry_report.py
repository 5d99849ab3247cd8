"""The result of reading again what was set aside."""

from collections import Counter
from dataclasses import dataclass, field

from ingest.records import Reason

MAX_EXAMPLES = 5


@dataclass
class RetryReport:
    """Numbers of what was taken in, of what is still set aside and why, and of what the worker fetches again."""

    taken: Counter[str] = field(default_factory=Counter)
    """Numbers by outcome: created, updated, joined, unchanged."""
    waiting: int = 0
    """Taken in with doubts: an editor decides."""
    queued: int = 0
    """Nothing of it is stored, so the worker fetches it again."""
    superseded: int = 0
    """Delivered again in the meantime, so what was set aside counts no more."""
    still: Counter[str] = field(default_factory=Counter)
    """Numbers of what is still set aside, by the code of the reason."""
    examples: list[str] = field(default_factory=list)
    """The first reasons in words."""

    def add_reason(self, name: str, reason: Reason) -> None:
        """Count something that is still set aside."""
        self.still[reason.code] += 1
        if len(self.examples) < MAX_EXAMPLES:
            self.examples.append(f"{name}: {reason.code}: {reason.words}")

    def lines(self) -> list[str]:
        """The report for people."""
        outcomes = ", ".join(f"{count} {name}" for name, count in sorted(self.taken.items()))
        waiting = f"; {self.waiting} wait for an editor" if self.waiting else ""
        codes = ", ".join(f"{count} {code}" for code, count in sorted(self.still.items()))
        lines = [f"{self.taken.total()} taken in{f' ({outcomes})' if outcomes else ''}{waiting}"]
        if self.superseded:
            lines.append(f"{self.superseded} delivered again since")
        if self.queued:
            lines.append(f"{self.queued} {'item' if self.queued == 1 else 'items'} queued for another attempt.")
        lines.append(f"{self.still.total()} still set aside{f' ({codes})' if codes else ''}")
        return [*lines, *self.examples]
