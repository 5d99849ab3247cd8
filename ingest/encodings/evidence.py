"""Evidence for an encoding: how many words become syllables of Vietnamese when a line is read in it. Pure.

Only words with letters or signs beyond ASCII tell something. A line with a letter that no old encoding shows (ế, ạ, đ)
was typed in Unicode.
"""

import re
from dataclasses import dataclass
from functools import lru_cache

from hub.text import split_tone
from ingest.encodings.syllables import is_syllable
from ingest.encodings.tables import DECODERS, Encoding

_WORD = re.compile(r"[^\s\d\x00-\x40\[-`{-~\u2000-\u205e\u20ac\u2122\ufffd]+")
_PLAIN_WORD = re.compile(r"(?<![^\x00-\x40\[-`{-~])[A-Za-z]{2,}+(?![^\x00-\x40\[-`{-~])")
_LOST_LETTER = re.compile("(?<!ư)ơ(?:c|ng)$")
_SIGNS = "«»·•©®§°¬¹²³¶±×÷"
_UNICODE = re.compile("[\u0100-\u0151\u0154-\u015f\u0162-\u0177\u0179-\u017c\u017f-\u0191\u0193-\u024f\u1e00-\u1eff]")
"""Letters beyond Windows-1252: Vietnamese in Unicode, or another language."""
_OLD = re.compile("[\u0080-\u00ff]")
_SHARE = 0.9
"""Share of the words beyond ASCII that have to become syllables."""
_PLAIN_SHARE = 0.5
"""Share of the other words that have to be syllables: å and ö of other languages are frequent letters of TCVN3, too."""
_WHOLE = 50
"""Syllables for each word that lacks a letter, at least."""
LEAST_GAIN = 3
"""Words that become syllables and were none before, for a text to be sure."""
LEAST_LINE_GAIN = 2
"""The same for one line of a text whose other lines are in Unicode."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """Words beyond ASCII that are syllables before and after a conversion, and all of them after it.

    `plain` are the words in ASCII, `plain_valid` the syllables among them; `lost` are words that lack
    a letter: the ư of TCVN3 is a soft hyphen to others, which drop it.
    """

    before: int = 0
    valid: int = 0
    total: int = 0
    plain_valid: int = 0
    plain: int = 0
    lost: int = 0

    def __add__(self, other: "Evidence") -> "Evidence":
        return Evidence(*(getattr(self, name) + getattr(other, name) for name in self.__slots__))

    @property
    def gain(self) -> int:
        """Words that are syllables only after the conversion."""
        return self.valid - self.before

    def is_sure(self, least: int) -> bool:
        """True if nearly all words become syllables, and most of these were none."""
        is_vietnamese = self.valid >= _SHARE * self.total and self.plain_valid >= _PLAIN_SHARE * self.plain
        is_whole = self.lost * _WHOLE <= self.valid
        return self.gain >= least and is_vietnamese and is_whole and self.before <= self.valid / 2


def is_unicode(line: str) -> bool:
    """True for a line with letters that no encoding before Unicode shows."""
    return _UNICODE.search(line) is not None


def may_be_old(line: str) -> bool:
    """True for a line that may be of an old encoding."""
    return _OLD.search(line) is not None and not is_unicode(line)


@lru_cache(maxsize=4_096)
def weigh(line: str) -> dict[Encoding, Evidence]:
    """The evidence for each encoding that changes a line."""
    before = _count(line)[0]
    plain = [word for word in _PLAIN_WORD.findall(line) if not word.isupper()]
    plain_valid = sum(map(is_syllable, plain))
    found = {}
    for encoding, decode in DECODERS.items():
        decoded = decode(line)
        if decoded != line:
            valid, total = _count(decoded)
            found[encoding] = Evidence(before, valid, total, plain_valid, len(plain), _count_lost(decoded))
    return found


def best(found: dict[Encoding, Evidence], least: int) -> Encoding | None:
    """The encoding that is sure, and has more syllables than every other."""
    sure = sorted((evidence.valid, encoding) for encoding, evidence in found.items() if evidence.is_sure(least))
    if not sure or (len(sure) > 1 and sure[-1][0] == sure[-2][0]):
        return None
    return sure[-1][1]


def _count(line: str) -> tuple[int, int]:
    """The words beyond ASCII that are syllables, and all of them but abbreviations."""
    words = [stripped for word in _WORD.findall(line) if not word.isascii() and (stripped := word.strip(_SIGNS))]
    words = [word for word in words if not word.isascii() and not _is_abbreviation(word)]
    return sum(map(is_syllable, words)), len(words)


def _count_lost(line: str) -> int:
    """The words without the ư that ơ always has before c and ng: `đợc` was `được`."""
    return sum(_LOST_LETTER.search(split_tone(word.lower())[0]) is not None for word in _WORD.findall(line))


def _is_abbreviation(word: str) -> bool:
    """True for `QĐ` and `NĐ`, and for a letter alone."""
    return len(word) == 1 or re.fullmatch("[A-ZĐ]{2,9}", word) is not None
