"""Characteristic phrases of a burst: pairs of syllables that its headlines share and other headlines lack.

Names, also of persons, are left out: phrases describe the matter.
"""

import math
from collections import Counter
from collections.abc import Iterable
from itertools import pairwise

from hub.press.syllables import split_syllables

MAX_PHRASES = 8
"""Maximum number of phrases of a burst."""
MIN_HEADLINES, MIN_SHARE = 3, 0.08
"""Minimum number, and minimum share, of the headlines of a burst that must contain a phrase."""
_MIN_RATIO = 3.0
"""Minimum ratio of the frequency of a phrase in the burst to its frequency elsewhere."""


def syllable_pairs(title: str) -> set[str]:
    """The pairs of adjacent syllables of a headline, in lower case, without numbers and names."""
    read = split_syllables(title)
    return {
        f"{one.lower} {two.lower}"
        for one, two in pairwise(read)
        if one and two and not (one.capital or two.capital) and one.bare.isalpha() and two.bare.isalpha()
    }


def characteristic_phrases(inside: Iterable[str], outside: Iterable[str]) -> list[str]:
    """The characteristic phrases of the headlines `inside` as compared with those `outside`, the strongest first."""
    own, other = [syllable_pairs(title) for title in inside], [syllable_pairs(title) for title in outside]
    here, there = Counter(p for each in own for p in each), Counter(p for each in other for p in each)
    least = max(MIN_HEADLINES, MIN_SHARE * len(own))
    scores = {}
    for phrase, count in here.items():
        ratio = (count / len(own)) / ((there[phrase] + 0.5) / (len(other) + 1))
        if count >= least and ratio >= _MIN_RATIO:
            scores[phrase] = count * math.log(ratio)
    return sorted(scores, key=lambda phrase: (-scores[phrase], phrase))[:MAX_PHRASES]
