"""Quoted lines: an amending document quotes “Điều 5. …”, which is not a part of itself.

A quotation begins at a line that begins with a quotation mark, and ends at the line at whose end as many marks are
closed as were opened. One pass over the lines.
"""

import re
from collections.abc import Sequence

from hub.legal.document.lines import LayoutLine

_OPENS, _CLOSES = re.compile("[“«]"), re.compile("[”»]")
_AT_END = re.compile(r"[”»\"][\s.,;:/]*(?:\(\d{1,2}\))?$")


def find_quoted_lines(lines: Sequence[LayoutLine]) -> tuple[list[bool], bool]:
    """For each line, true if it is quoted; and true if the end of every quotation is certain."""
    flags, certain, place = [False] * len(lines), True, 0
    ends = _balanced_ends(lines)
    straight = _straight_ends(lines)
    closing = _next_true([_AT_END.search(line.without_marks.text) is not None for line in lines])
    while place < len(lines):
        first = lines[place].text[:1]
        end: int | None = None
        if first in "“«" and first:
            end = ends[place]
        elif first == '"':
            end = straight[place]
        elif first not in "”":
            place += 1
            continue
        if end is None:
            certain = False
            end = closing[place]
        if end is None:
            place += 1
            continue
        for inside in range(place, end + 1):
            flags[inside] = True
        place = end + 1
    return flags, certain


def _balanced_ends(lines: Sequence[LayoutLine]) -> list[int | None]:
    """For each line, the first line from there on after which no more marks are open than before it."""
    balance, balances = 0, []
    for line in lines:
        before = balance
        balance += len(_OPENS.findall(line.text)) - len(_CLOSES.findall(line.text))
        balances.append((before, balance))
    found: list[int | None] = [None] * len(lines)
    open_lines: list[int] = []
    for place, (_, after) in enumerate(balances):
        open_lines.append(place)
        while open_lines and balances[open_lines[-1]][0] >= after:
            found[open_lines.pop()] = place
    return found


def _straight_ends(lines: Sequence[LayoutLine]) -> list[int | None]:
    """The same for straight marks, which open and close: an even number of them, the last one at the end of a line."""
    counts, count = [], 0
    for line in lines:
        before = count
        count += line.text.count('"')
        counts.append((before % 2, count % 2))
    nearest: dict[int, int] = {}
    found: list[int | None] = [None] * len(lines)
    for place in range(len(lines) - 1, -1, -1):
        before, after = counts[place]
        if _AT_END.search(lines[place].without_marks.text) is not None:
            nearest[after] = place
        found[place] = nearest.get(before)
    return found


def _next_true(marked: Sequence[bool]) -> list[int | None]:
    found: list[int | None] = [None] * len(marked)
    last: int | None = None
    for place in range(len(marked) - 1, -1, -1):
        last = place if marked[place] else last
        found[place] = last
    return found
