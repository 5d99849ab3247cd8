"""The number above a document, put together where a narrow column breaks it over lines: `Số: 513/KH-` and `UBND`."""

import re
from collections.abc import Sequence

from hub.legal.document.motto import COLUMN_GAP, split_columns
from hub.lookalikes import fold_signs

_PIECE = r"[A-ZĐ][A-ZĐa-zđ0-9&]{0,14}"
_LABEL = re.compile(r"(?<![^\W_])(?:số|so)(?: ?[:.])? ?", re.IGNORECASE)
_BEGIN = re.compile(
    rf"(?P<number>(?:\d{{1,5}}+(?:\.\d{{1,5}}+)?[a-zđ]?(?: ?/ ?\d{{4}}(?!\d))?(?: ?[/-] ?{_PIECE}){{0,5}} ?"
    r"(?P<mark>[/-]?))?)"
)
_REST = re.compile(
    rf"(?P<mark>[/-]?) ?(?P<figures>\d{{1,5}}[a-zđ]?)?(?:(?:^| ?[/-] ?|(?<=[/-]) ?)(?:{_PIECE}|\d{{4}})){{0,6}} ?[/-]?"
)
_MAX_LINES = 400
"""Lines in which a header is searched for."""
_MAX_DISTANCE = 2
"""Lines between two parts of a number; cells of a table are read one after another."""


def join_wrapped_numbers(lines: Sequence[str]) -> list[str]:
    """Join each broken number on its first line; the rest of it is a column of its own in the lines below."""
    joined: list[str | None] = [*lines]
    for place in range(min(len(joined), _MAX_LINES)):
        # A number on three lines is joined step by step.
        while _join_next(joined, place):
            pass
    return [line for line in joined if line is not None]


def _join_next(lines: list[str | None], place: int) -> bool:
    columns = split_columns(lines[place])
    for at, column in enumerate(columns):
        begin = _match_begin(_fold(column))
        if begin and columns[at + 1 : at + 2] and columns[at + 1].startswith(("/", "-", ".", "…")):
            continue  # A blank for a number that is not given yet.
        for below in range(place + 1, min(place + 1 + _MAX_DISTANCE, len(lines))) if begin else ():
            parts = split_columns(lines[below])
            found = next((n for n, part in enumerate(parts) if begin and _is_rest(begin, part)), None)
            if found is not None:
                gap = " " if begin and not begin["number"] else ""
                columns[at] = f"{column.rstrip()}{gap}{parts.pop(found).lstrip()}"
                lines[place], lines[below] = COLUMN_GAP.join(columns), COLUMN_GAP.join(parts) or None
                return True
    return False


def _match_begin(column: str) -> re.Match[str] | None:
    """Match the beginning of a number at the end of a column, after its label."""
    labels = list(_LABEL.finditer(column))
    return _BEGIN.fullmatch(column, labels[-1].end()) if labels else None


def _is_rest(begin: re.Match[str], column: str) -> bool:
    """True for the rest of a number: figures after a label alone, else a piece after a sign of one of both."""
    rest = _REST.fullmatch(_fold(column))
    if rest is None or not rest[0].strip("/- "):
        return False
    if not begin["number"]:
        return not rest["mark"] and rest["figures"] is not None and rest[0] != rest["figures"]
    if rest["figures"] is not None:
        return begin["mark"] == "/" and len(rest["figures"]) == 4 and rest[0] != rest["figures"]
    return bool(begin["mark"]) != bool(rest["mark"])


def _fold(text: str) -> str:
    return fold_signs(text.strip()).replace("–", "-")
