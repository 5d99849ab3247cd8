"""Syllables of a Vietnamese text with their offsets, and the keys by which they are compared. Pure.

Offsets are Unicode code points (as in the TextPositionSelector of the W3C Web Annotation Data Model), half-open. A
number with its separators is one token, so that `1.200.000`, `12/2024/QĐ-UBND` and `30/6/2026` are never cut.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from hub.lookalikes import fold_signs
from hub.text import split_tone

_TOKEN = re.compile(r"\d\w*(?:[.,:]\d+|[/-]\w+)*|[^\W\d_]+|%")
_SENTENCE_END = frozenset('.!?;:\n“"')


@dataclass(frozen=True, slots=True)
class TextToken:
    """A syllable, number or percent sign of a text."""

    key: str
    """Compared: lower case, the tone mark at the end (`hoà` as `hòa`), numbers without leading zeros."""
    start: int
    end: int
    is_capital: bool
    opens_sentence: bool
    """True if it stands first in the text or behind the end of a sentence, a colon or an opening quotation mark."""


@lru_cache(maxsize=50_000)
def token_key(word: str) -> str:
    """Return the key of one token as it is written."""
    if word.isdecimal():
        return word.lstrip("0") or "0"
    return word.lower() if word[0].isdecimal() else "".join(split_tone(word.lower()))


def split_tokens(text: str) -> list[TextToken]:
    """Split a text (NFC) into its syllables, in order."""
    folded = fold_signs(text)
    found: list[TextToken] = []
    previous = 0
    for match in _TOKEN.finditer(folded):
        start, end = match.span()
        opens = not found or not _SENTENCE_END.isdisjoint(text[previous:start])
        found.append(TextToken(token_key(match[0]), start, end, match[0][0].isupper(), opens))
        previous = end
    return found


def keys_of(syllables: Sequence[TextToken]) -> list[str]:
    """Return the keys of syllables."""
    return [syllable.key for syllable in syllables]
