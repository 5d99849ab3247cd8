"""What the grammar cannot settle is said, never guessed."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Doubt:
    """A field that the grammar cannot settle."""

    field: str
    detail: str
    expected: str
