"""In which words a burst is written about: pairs of syllables that its headlines share and others have not.

Names are left out, those of persons with them: what is told of a burst is told of a matter.
"""

import math
from collections import Counter
from collections.abc import Iterable
from itertools import pairwise

from hub.press.syllables import split_syllables

MAX_PHRASES = 8
"""Phrases that are told of a burst."""
MIN_HEADLINES, MIN_SHARE = 3, 0.08
"""Headlines, and the part of a burst's headlines, that must share a phrase."""
_MIN_RATIO = 3.0
"""How many times as often as elsewhere, for a phrase to be the burst's own."""


def syllable_pairs(title: str) -> set[str]:
    """The pairs of neighbouring syllables of a headline, in small letters, without numbers and names."""
    read = split_syllables(title)
    return {
        f"{one.lower} {two.lower}"
        for one, two in pairwise(read)
        if one and two and not (one.capital or two.capital) and one.bare.isalpha() and two.bare.isalpha()
    }


def characteristic_phrases(inside: Iterable[str], outside: Iterable[str]) -> list[str]:
    """The phrases of the headlines `inside` against those `outside`, the most telling first."""
    own, other = [syllable_pairs(title) for title in inside], [syllable_pairs(title) for title in outside]
    here, there = Counter(p for each in own for p in each), Counter(p for each in other for p in each)
    least = max(MIN_HEADLINES, MIN_SHARE * len(own))
    found = {}
    for phrase, many in here.items():
        often = (many / len(own)) / ((there[phrase] + 0.5) / (len(other) + 1))
        if many >= least and often >= _MIN_RATIO:
            found[phrase] = many * math.log(often)
    return sorted(found, key=lambda phrase: (-found[phrase], phrase))[:MAX_PHRASES]
