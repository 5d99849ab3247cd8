"""The number above a document, put together where a narrow column breaks it over lines: `Số: 513/KH-` and `UBND`."""

import re
from collections.abc import Sequence

from hub.legal.aligned_text import AlignedText
from hub.legal.document.columns import MAX_LINES, Joiner, join_broken
from hub.legal.document.numbering import match_numbering
from hub.lookalikes import fold_signs
from hub.text import one_line

_PIECE = r"[A-ZĐ][A-ZĐa-zđ0-9&]{0,14}"
_LABEL = re.compile(r"(?<![^\W_])(?:số|so)(?: ?[:.])? ?", re.IGNORECASE)
_BEGIN = re.compile(
    rf"(?P<number>(?:\d{{1,5}}+(?:\.\d{{1,5}}+)?[a-zđ]?(?: ?/ ?\d{{4}}(?!\d))?(?: ?[/-] ?{_PIECE}){{0,5}} ?"
    r"(?P<mark>[/-]?))?)"
)
_REST = re.compile(
    rf"(?P<mark>[/-]?) ?(?P<figures>\d{{1,5}}[a-zđ]?)?(?:(?:^| ?[/-] ?|(?<=[/-]) ?)(?:{_PIECE}|\d{{4}})){{0,6}} ?[/-]?"
)
_BLANK = ("/", "-", ".", "…")
"""Begins the column after a blank for a number that is not given yet."""
_ITEM = "- "
"""Begins an item of a list, which is no rest of a number."""
_MAX_LINE = 400
"""Characters of a line that decide whether a body begins with it."""
_MAX_COLUMNS = 2
"""Columns of a header; a line with more of them is a row of a table."""


def join_wrapped_numbers(lines: Sequence[str]) -> list[str]:
    """Join each broken number on its first line; the rest of it is a column of its own in the lines below.

    Only the lines above the body are joined: a table below a heading has columns for numbers, too.
    """
    return join_broken(lines, _find_body(lines), _find_joiner, max_columns=_MAX_COLUMNS)


def _find_body(lines: Sequence[str]) -> int:
    """The place of the first line with a numbering label, or of the end of the lines that are searched."""
    header = lines[:MAX_LINES]
    labels = (match_numbering(AlignedText(one_line(line[:_MAX_LINE]))) for line in header)
    return next((place for place, label in enumerate(labels) if label is not None), len(header))


def _find_joiner(columns: list[str], at: int) -> Joiner | None:
    """The joining of a column that ends with the beginning of a number with the rest of it."""
    column = columns[at]
    begin = _match_begin(_fold(column), is_alone=len(columns) == 1)
    if begin is None or any(next_column.startswith(_BLANK) for next_column in columns[at + 1 : at + 2]):
        return None
    gap = "" if begin["number"] else " "
    return lambda part: f"{column.rstrip()}{gap}{part.lstrip()}" if _is_rest(begin, part) else None


def _match_begin(column: str, *, is_alone: bool) -> re.Match[str] | None:
    """Match the beginning of a number at the end of a column, after its label.

    The label begins the column: `Mã số` is none. Words may stand before a number with a slash that is alone on its
    line, and a label without a number is the head of a column of a table when it has no colon and others beside it.
    """
    labels = list(_LABEL.finditer(column))
    begin = _BEGIN.fullmatch(column, labels[-1].end()) if labels else None
    if begin is None:
        return None
    if labels[-1].start() > 0:
        return begin if is_alone and "/" in begin["number"] and not column.startswith(_ITEM) else None
    return begin if is_alone or begin["number"] or ":" in column else None


def _is_rest(begin: re.Match[str], column: str) -> bool:
    """True for the rest of a number: figures after a label alone, else a piece after a sign of one of both."""
    folded = _fold(column)
    rest = None if folded.startswith(_ITEM) else _REST.fullmatch(folded)
    if rest is None or not rest[0].strip("/- "):
        return False
    if not begin["number"]:
        has_symbol = any(letter.isalpha() for letter in rest[0].removeprefix(rest["figures"] or ""))
        return not rest["mark"] and rest["figures"] is not None and has_symbol
    if rest["figures"] is not None:
        return begin["mark"] == "/" and len(rest["figures"]) == 4 and rest[0] != rest["figures"]
    return bool(begin["mark"]) != bool(rest["mark"])


def _fold(text: str) -> str:
    return fold_signs(text.strip()).replace("–", "-")
