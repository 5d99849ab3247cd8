"""Syllables of a text in the forms that searching compares. Pure.

Syllables are compared with their diacritics, regardless of the tone mark's position (`hòa`, `hoà`); a query without any
diacritic is compared without. Neighbouring syllables are joined as pairs: most Vietnamese words have two syllables.
"""

import re
from collections.abc import Callable, Sequence
from functools import lru_cache
from itertools import chain, pairwise

from hub.legal.agency_names import name_key
from hub.text import strip_diacritics

_WORD = re.compile(r"\w+")
_FIGURES = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹₀₁₂₃₄₅₆₇₈₉", "0123456789" * 2)
"""Raised and lowered figures, which people type as plain ones: `m2` for `m²`."""


@lru_cache(65_536)
def syllable(word: str) -> str:
    """Normalise one word: lower case, with its diacritics, the tone at its end."""
    return name_key(word.translate(_FIGURES))


@lru_cache(65_536)
def plain_syllable(word: str) -> str:
    """Strip the diacritics of one word."""
    return strip_diacritics(word.translate(_FIGURES))


MAX_KNOWN_WORDS = 65_536
"""Words between spaces whose syllables a process remembers, for each of the two forms."""


class _SyllableCache(dict[str, tuple[str, ...]]):
    """The syllables of what stands between two spaces; a text is looked up several times as fast as it is read."""

    def __init__(self, form: Callable[[str], str]) -> None:
        self._form = form

    def __missing__(self, word: str) -> tuple[str, ...]:
        if len(self) >= MAX_KNOWN_WORDS:
            self.clear()
        found = self[word] = tuple(map(self._form, _WORD.findall(word.lower())))
        return found


_KNOWN = {True: _SyllableCache(syllable), False: _SyllableCache(plain_syllable)}


def syllables(text: str, *, with_diacritics: bool = True) -> list[str]:
    """Split a text into its normalised words, in order."""
    return list(chain.from_iterable(map(_KNOWN[with_diacritics].__getitem__, text.split())))


def has_diacritics(text: str) -> bool:
    """Return True if the text was typed with diacritics; without any, none are meant."""
    return any(plain_syllable(word) != word for word in _WORD.findall(text.lower()))


def adjacent_pairs(words: Sequence[str]) -> list[str]:
    """Join each word with the next one."""
    return [f"{one} {other}" for one, other in pairwise(words)]
