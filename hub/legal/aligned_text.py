"""A text with normalized forms of the same length: in lower case, and without diacritics.

The grammar matches the lower-case or the bare form, and every offset that it finds maps to an offset in the NFC text.
"""

import unicodedata
from bisect import bisect_right

from hub.lookalikes import fold_signs
from hub.text import DROPPED, one_line

_ETH = {ord("Ð"): "Đ", ord("ð"): "đ"}


class _Plain(dict[int, str]):
    """Maps Ð to Đ, every white-space character to a space, and every line separator to a line break."""

    def __missing__(self, code: int) -> str:
        char = _ETH.get(code, chr(code))
        if char.isspace():
            char = "\n" if char in "\n\r\u2028\u2029" else " "
        self[code] = char
        return char


class _Small(dict[int, str]):
    """Maps each character to one lower-case character."""

    def __missing__(self, code: int) -> str:
        char = chr(code)
        small = char.lower()
        self[code] = found = small if len(small) == 1 else char
        return found


class _Bare(dict[int, str]):
    """Maps each lower-case letter to its base letter without diacritics."""

    def __missing__(self, code: int) -> str:
        char = chr(code)
        bare = "d" if char == "đ" else unicodedata.normalize("NFD", char)[:1]
        self[code] = found = bare or char
        return found


_PLAIN, _SMALL, _BARE = _Plain(), _Small(), _Bare()


class AlignedText:
    """A text in four forms of one length.

    `plain` has no invisible characters and only simple spaces; it is what is shown. `signs` has the signs and figures
    of a keyboard instead of their look-alikes, `small` is the same in lower case, and `bare` also lacks diacritics.
    """

    __slots__ = ("_removed", "bare", "nfc", "plain", "signs", "small")

    def __init__(self, text: str) -> None:
        self.nfc = text if unicodedata.is_normalized("NFC", text) else unicodedata.normalize("NFC", text)
        hidden = [found.start() for found in DROPPED.finditer(self.nfc)]
        self._removed = [place - n for n, place in enumerate(hidden)]
        self.plain = (DROPPED.sub("", self.nfc) if hidden else self.nfc).translate(_PLAIN)
        self.signs = fold_signs(self.plain)
        self.small = self.signs.translate(_SMALL)
        self.bare = self.small.translate(_BARE)

    def nfc_index(self, at: int) -> int:
        """Map an offset in `plain` to an offset in the NFC text."""
        return at + bisect_right(self._removed, at) if self._removed else at

    def nfc_span(self, start: int, end: int) -> tuple[int, int]:
        """Map a non-empty span of `plain` to a span of the NFC text without invisible characters at its ends."""
        return self.nfc_index(start), self.nfc_index(end - 1) + 1

    def excerpt(self, start: int, end: int) -> str:
        """The text of a span of `plain`, on one line."""
        return one_line(self.plain[start:end])
