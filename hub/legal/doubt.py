"""Doubts of the grammar: it reports an uncertain field and never guesses."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Doubt:
    """An uncertain or missing field: the reason, and the text that was expected."""

    field: str
    detail: str
    expected: str
