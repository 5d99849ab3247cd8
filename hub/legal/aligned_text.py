"""A text beside its own spellings of equal length: in small letters, and without marks.

Grammar is written against the small or the unmarked letters, and every place that it finds is a place in the NFC text.
"""

import re
import unicodedata
from bisect import bisect_right

from hub.text import one_line

INVISIBLE = "\u200b\u200c\u200d\u2060\ufeff\u00ad" + "".join(map(chr, [*range(9), *range(14, 32), 127]))
"""Characters that are not seen and may stand inside a number or a word: of no width, or controls that files carry."""

_HIDDEN = re.compile(f"[{re.escape(INVISIBLE)}]")
_DROP = dict.fromkeys(map(ord, INVISIBLE))
_ETH = {ord("Ð"): "Đ", ord("ð"): "đ"}


class _Plain(dict[int, str]):
    """Ð is read as Đ, every kind of space as a space, every kind of line break as one."""

    def __missing__(self, code: int) -> str:
        char = _ETH.get(code, chr(code))
        if char.isspace():
            char = "\n" if char in "\n\r\u2028\u2029" else " "
        self[code] = char
        return char


class _Small(dict[int, str]):
    """Each character as one small letter."""

    def __missing__(self, code: int) -> str:
        char = chr(code)
        small = char.lower()
        self[code] = found = small if len(small) == 1 else char
        return found


class _Bare(dict[int, str]):
    """Each small letter without its marks."""

    def __missing__(self, code: int) -> str:
        char = chr(code)
        bare = "d" if char == "đ" else unicodedata.normalize("NFD", char)[:1]
        self[code] = found = bare or char
        return found


_PLAIN, _SMALL, _BARE = _Plain(), _Small(), _Bare()


class AlignedText:
    """A text in three spellings of one length: `plain` (nothing invisible, simple spaces), `small`, `bare` of marks."""

    __slots__ = ("_removed", "bare", "nfc", "plain", "small")

    def __init__(self, text: str) -> None:
        self.nfc = text if unicodedata.is_normalized("NFC", text) else unicodedata.normalize("NFC", text)
        hidden = [found.start() for found in _HIDDEN.finditer(self.nfc)]
        self._removed = [place - n for n, place in enumerate(hidden)]
        self.plain = (self.nfc.translate(_DROP) if hidden else self.nfc).translate(_PLAIN)
        self.small = self.plain.translate(_SMALL)
        self.bare = self.small.translate(_BARE)

    def nfc_index(self, at: int) -> int:
        """Where a place of `plain` stands in the NFC text."""
        return at + bisect_right(self._removed, at) if self._removed else at

    def nfc_span(self, start: int, end: int) -> tuple[int, int]:
        """A stretch of `plain` (not empty) in the NFC text, without invisible characters at its ends."""
        return self.nfc_index(start), self.nfc_index(end - 1) + 1

    def excerpt(self, start: int, end: int) -> str:
        """What stands in a stretch of `plain`, on one line."""
        return one_line(self.plain[start:end])
