"""A form of a text without diacritics and as long as the text: places found in it are places of the text."""

import unicodedata
from functools import lru_cache

_WITHOUT_MARK = {"đ": "d", "Đ": "D", "ð": "d", "Ð": "D"}


def fold_same_length(text: str) -> str:
    """Replace each letter by the one without diacritics, and full-width digits and signs by the usual ones."""
    return text if text.isascii() else "".join(map(_fold, text))


@lru_cache(maxsize=4096)
def _fold(char: str) -> str:
    if char.isascii():
        return char
    if char.isspace():
        return " "
    if (digit := unicodedata.digit(char, None)) is not None:
        return str(digit)
    base = unicodedata.normalize("NFKD", _WITHOUT_MARK.get(char, char))[0]
    return base if base.isascii() and base.isprintable() else char
