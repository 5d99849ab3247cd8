"""Tokenizer of Vietnamese headlines into syllables (âm tiết) that compare equal wherever the tone mark is placed."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from hub.text import one_line, split_tone, strip_diacritics

# A full stop, hyphen or slash between letters joins (TP.Huế, Covid-19); any other mark ends a phrase.
_PARTS = re.compile(r"[^\W_]+|(?<=[^\W_])[./&-](?=[^\W_])|[^\w\s]")
_JOINTS = frozenset("./&-")


@dataclass(frozen=True, slots=True)
class Syllable:
    """One syllable: `key` compares with diacritics, `bare` without them; `lower` is the spelling in lower case."""

    key: str
    bare: str
    lower: str
    capital: bool


@lru_cache(maxsize=50_000)
def _parse_syllable(written: str) -> Syllable:
    lower = written.lower()
    key = "".join(split_tone(lower))
    return Syllable(key, strip_diacritics(lower), lower, written[0].isupper())


def split_syllables(text: str) -> list[Syllable | None]:
    """Split a text into syllables; None marks a boundary that no phrase crosses (comma, colon, quotation mark, …)."""
    found: list[Syllable | None] = []
    for part in _PARTS.findall(one_line(text)):
        if part[0].isalnum():
            found.append(_parse_syllable(part))
        elif part not in _JOINTS and found and found[-1] is not None:
            found.append(None)
    return found


def is_unaccented(text: Sequence[Syllable | None]) -> bool:
    """True for a text that was typed without diacritics: at least three words, and no diacritic in any of them."""
    words = [each for each in text if each is not None and each.bare.isalpha()]
    return len(words) >= 3 and all(each.key == each.bare for each in words)


def has_meaningful_capitals(text: Sequence[Syllable | None]) -> bool:
    """True when a capital letter marks a name: not in a text that is all in capitals or all in lower case."""
    words = [each.capital for each in text if each is not None and each.bare[0].isalpha()]
    return any(words) and not all(words)
