"""Counts of a group's authors by kind, without those that are too few to be told apart. Pure."""

from collections.abc import Mapping

LEAST = 5
"""Fewest authors of a kind that are told; fewer might be known by name."""


def break_down(counts: Mapping[str, int]) -> tuple[dict[str, int], int]:
    """Return the kinds with `LEAST` and more authors, the most first, and the number of all others.

    If the others are fewer than `LEAST`, the smallest kind that is told joins them: nobody can subtract.
    """
    told = dict(sorted(((kind, n) for kind, n in counts.items() if n >= LEAST), key=lambda one: (-one[1], one[0])))
    others = sum(counts.values()) - sum(told.values())
    while told and 0 < others < LEAST:
        others += told.popitem()[1]
    return told, others
