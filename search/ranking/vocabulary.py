"""The vocabulary: in how many passages each term (a syllable or pair) occurs, and how long passages are. Pure."""

import math
from collections.abc import Mapping

TOTAL, CONTEXT, HEADING, BODY = " total", " context", " heading", " body"
"""Facts about all passages, under names that no term can have: their number, and average lengths of their fields."""


class Vocabulary:
    """The number of `total` passages that hold a term, for the terms of one query."""

    def __init__(self, found: Mapping[str, float]):
        self.total = found.get(TOTAL, 0.0)
        self.average = {name: found.get(name, 0.0) for name in (CONTEXT, HEADING, BODY)}
        self._counts = found

    def weight(self, term: str) -> float:
        """Return the inverse document frequency: the rarer a term, the higher its weight."""
        count = min(self._counts.get(term, 0.0), self.total)
        return math.log(1 + (self.total - count + 0.5) / (count + 0.5))
