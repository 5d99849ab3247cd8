"""The country's name and motto above a document, put together where a narrow column breaks them over lines."""

import re
from collections.abc import Sequence

from hub.legal.aligned_text import AlignedText
from hub.legal.document.columns import MAX_LINES, Joiner, join_broken

_MOTTOES = ("cong hoa xa hoi chu nghia viet nam", "doc lap tu do hanh phuc", "dang cong san viet nam")
_NOT_WORDS = re.compile(r"[^a-z0-9]+")
_MAX_LENGTH = 60
"""Characters of a column that holds only a motto."""


def join_mottoes(lines: Sequence[str]) -> list[str]:
    """Join each broken motto on its first line; the rest of it is in any column of the lines below."""
    return join_broken(lines, min(len(lines), MAX_LINES), _find_joiner)


def _find_joiner(columns: list[str], at: int) -> Joiner | None:
    """The joining of a column that has only the beginning of a motto with its rest."""
    column = columns[at]
    words = _words(column)
    rest = next((motto[len(words) :] for motto in _split_mottoes() if words and motto[: len(words)] == words), [])
    return (lambda part: f"{column} {part}" if _begins(rest, _words(part)) else None) if rest else None


def _split_mottoes() -> list[list[str]]:
    return [motto.split() for motto in _MOTTOES]


def _begins(rest: list[str], words: list[str]) -> bool:
    return bool(words) and rest[: len(words)] == words


def _words(text: str) -> list[str]:
    """The words in lower case without diacritics, and without the dashes between them."""
    return _NOT_WORDS.split(AlignedText(text).bare.strip(" .,-–—*_")) if len(text) <= _MAX_LENGTH else []
