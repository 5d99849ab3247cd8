"""Columns of the lines of a header, and the joining of what a narrow column breaks over lines."""

import re
from collections.abc import Callable, Sequence

GAP = re.compile(r"\t+| {4,}|\s\|\s")
"""A wide gap or a bar between two columns."""
COLUMN_GAP = "    "
MAX_LINES = 400
"""Lines in which a header is searched for."""
_MAX_LINE = 400
"""Characters of a line with columns, at most."""
_MAX_DISTANCE = 2
"""Lines between two parts; cells of a table are read one after another."""

Joiner = Callable[[str], str | None]
"""Joins the beginning in a column with a part below; None when the part does not continue it."""


def split_columns(line: str | None) -> list[str]:
    """The columns of a line: parts that are separated by a wide gap or a bar; none in a long line."""
    return GAP.split(line.strip()) if line and len(line) <= _MAX_LINE else []


def join_broken(
    lines: Sequence[str], end: int, find_joiner: Callable[[list[str], int], Joiner | None], *, max_columns: int = 200
) -> list[str]:
    """Join what is broken over lines on its first line; the rest of it is a column of its own in the lines below.

    Only lines before `end` with at most so many columns count. `find_joiner` gets the columns of a line and the place
    of one, and returns None for a column that does not begin anything.
    """
    joined: list[str | None] = [*lines]
    for place in range(end):
        # What is on three lines is joined step by step.
        while _join_next(joined, place, end, find_joiner, max_columns):
            pass
    return [line for line in joined if line is not None]


def _join_next(
    lines: list[str | None],
    place: int,
    end: int,
    find_joiner: Callable[[list[str], int], Joiner | None],
    max_columns: int,
) -> bool:
    """Join one more part that begins on a line. A line that has nothing else becomes None."""
    columns = _few(split_columns(lines[place]), max_columns)
    for at in range(len(columns)):
        join = find_joiner(columns, at)
        for below in range(place + 1, min(place + 1 + _MAX_DISTANCE, end)) if join else ():
            parts = _few(split_columns(lines[below]), max_columns)
            for n, part in enumerate(parts):
                if join is not None and (whole := join(part)) is not None:
                    columns[at] = whole
                    del parts[n]
                    lines[place], lines[below] = COLUMN_GAP.join(columns), COLUMN_GAP.join(parts) or None
                    return True
    return False


def _few(columns: list[str], count: int) -> list[str]:
    return columns if len(columns) <= count else []
