"""The country's name and motto above a document, put together where a narrow column breaks them over lines."""

import re
from collections.abc import Sequence

from hub.legal.aligned_text import AlignedText

_MOTTOES = ("cong hoa xa hoi chu nghia viet nam", "doc lap tu do hanh phuc", "dang cong san viet nam")
_COLUMNS = re.compile(r"\t+| {4,}|\s\|\s")
COLUMN_GAP = "    "
_NOT_WORDS = re.compile(r"[^a-z0-9]+")
_MAX_LINES = 400
"""Lines in which a header is searched for."""
_MAX_LINE = 400
"""Characters of a line with two columns, at most."""
_MAX_LENGTH = 60
"""Characters of a column that holds only a motto."""
_MAX_DISTANCE = 2
"""Lines between two parts of a motto; cells of a table are read one after another."""


def join_mottoes(lines: Sequence[str]) -> list[str]:
    """Join each broken motto on its first line; the rest of it is in any column of the lines below."""
    joined: list[str | None] = [*lines]
    for place in range(min(len(joined), _MAX_LINES)):
        # A motto on three lines is joined step by step.
        while _join_next(joined, place):
            pass
    return [line for line in joined if line is not None]


def _join_next(lines: list[str | None], place: int) -> bool:
    """Join one more part of a motto that begins on a line. A line that has nothing else becomes None."""
    columns = split_columns(lines[place])
    for at, column in enumerate(columns):
        rest = _rest(column)
        for below in range(place + 1, min(place + 1 + _MAX_DISTANCE, len(lines))) if rest else ():
            parts = split_columns(lines[below])
            found = next((n for n, part in enumerate(parts) if _begins(rest, _words(part))), None)
            if found is not None:
                columns[at] = f"{column} {parts.pop(found)}"
                lines[place], lines[below] = COLUMN_GAP.join(columns), COLUMN_GAP.join(parts) or None
                return True
    return False


def _rest(column: str) -> list[str]:
    """The words that a motto still lacks, when a column has only its beginning."""
    words = _words(column)
    if not words:
        return []
    mottoes = (motto.split() for motto in _MOTTOES)
    return next((motto[len(words) :] for motto in mottoes if motto[: len(words)] == words), [])


def _begins(rest: list[str], words: list[str]) -> bool:
    return bool(words) and rest[: len(words)] == words


def split_columns(line: str | None) -> list[str]:
    """The columns of a line: parts that are separated by a wide gap or a bar; none in a long line."""
    return _COLUMNS.split(line.strip()) if line and len(line) <= _MAX_LINE else []


def _words(text: str) -> list[str]:
    """The words in lower case without diacritics, and without the dashes between them."""
    return _NOT_WORDS.split(AlignedText(text).bare.strip(" .,-–—*_")) if len(text) <= _MAX_LENGTH else []
