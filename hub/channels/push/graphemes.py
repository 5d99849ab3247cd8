"""Cutting of texts between graphemes: a letter keeps its marks, an emoji its parts. Pure."""

from collections.abc import Callable

import regex

ELLIPSIS = "…"
_GRAPHEME = regex.compile(r"\X")


def split_graphemes(text: str) -> list[str]:
    """Split a text into extended grapheme clusters (UAX #29)."""
    found: list[str] = _GRAPHEME.findall(text)
    return found


def cut_text(text: str, fits: Callable[[str], bool]) -> str:
    """Return the text if it fits, else its longest beginning that fits with an ellipsis; `…` alone fits always.

    `fits` must hold for every shorter beginning of a text for which it holds.
    """
    if fits(text):
        return text
    parts = split_graphemes(text)
    low, high = 0, len(parts)
    while low < high:
        middle = (low + high + 1) // 2
        if fits(_with_ellipsis("".join(parts[:middle]))):
            low = middle
        else:
            high = middle - 1
    return _with_ellipsis("".join(parts[:low]))


def _with_ellipsis(beginning: str) -> str:
    return beginning.rstrip(" \t\r\n,;:–-") + ELLIPSIS
