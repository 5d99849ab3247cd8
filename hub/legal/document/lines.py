"""The lines of a document in its layout: cleaned, wrapped lines joined, columns split."""

import re
from collections.abc import Sequence
from functools import cached_property
from itertools import pairwise

from hub.legal.aligned_text import AlignedText
from hub.legal.document.capitals import is_uppercase
from hub.legal.document.columns import GAP
from hub.legal.document.footnote_marks import remove_marks
from hub.legal.document.motto import join_mottoes
from hub.legal.document.numbering import NumberingLabel, match_numbering
from hub.legal.document.wrapped_number import join_wrapped_numbers
from hub.text import clean, one_line

_RULE = re.compile(r"^[\s\-–—_=*.~+|/]+$")
_ENDS = (".", ";", ":", "!", "?", "…", "./.", "”", '"')
MIN_WRAPPED_LENGTH = 60
"""Minimum length of a line in a text that is wrapped at a fixed width."""
_LINE_BREAKS = re.compile(r"[\n\u2028\u2029\x0b\x0c]+")


class LayoutLine:
    """One line. `raw` keeps its spaces, for columns; everything else has single spaces."""

    def __init__(self, raw: str) -> None:
        self.raw = raw.rstrip()
        self.text = one_line(raw)

    @cached_property
    def aligned_text(self) -> AlignedText:
        return AlignedText(self.text)

    @property
    def bare(self) -> str:
        """The text in lower case without diacritics, with the same length."""
        return self.aligned_text.bare

    @cached_property
    def numbering(self) -> NumberingLabel | None:
        """The numbering label at the beginning of the line."""
        return match_numbering(self.aligned_text)

    @cached_property
    def without_marks(self) -> "LayoutLine":
        """The line without the marks of footnotes."""
        raw = remove_marks(self.raw)
        return self if raw == self.raw else LayoutLine(raw)

    @cached_property
    def is_uppercase(self) -> bool:
        """True when every letter is a capital."""
        return is_uppercase(self.text)

    @cached_property
    def columns(self) -> list[str]:
        """The columns: parts that are separated by a wide gap or a bar."""
        return [part for part in map(one_line, GAP.split(self.raw.strip())) if part]


def split_lines(text: str) -> list[LayoutLine]:
    """Split a text into lines with words or figures, and join wrapped lines to paragraphs."""
    raws = [raw for raw in _LINE_BREAKS.split(clean(text)) if raw.strip() and not _RULE.match(raw)]
    return _join_wrapped([LayoutLine(raw) for raw in join_wrapped_numbers(join_mottoes(raws))])


def _join_wrapped(lines: Sequence[LayoutLine]) -> list[LayoutLine]:
    """Join the lines of a wrapped paragraph: the next line begins in lower case, or the text has a fixed width."""
    width = _wrap_width(lines)
    groups: list[list[LayoutLine]] = []
    for line in lines:
        if groups and _is_continuation(groups[-1][-1], line, width):
            groups[-1].append(line)
        else:
            groups.append([line])
    return [
        group[0]
        if len(group) == 1
        else LayoutLine(" ".join([group[0].raw.rstrip(), *(line.raw.strip() for line in group[1:])]))
        for group in groups
    ]


def _wrap_width(lines: Sequence[LayoutLine]) -> int | None:
    """The width that a text is wrapped at; None when its lines are paragraphs."""
    lengths = sorted(len(line.text) for line in lines if len(line.text) >= MIN_WRAPPED_LENGTH)
    if len(lengths) < 5 or lengths[-1] > 130:
        return None
    broken = sum(
        1
        for line, following in pairwise(lines)
        if len(line.text) >= MIN_WRAPPED_LENGTH
        and not line.without_marks.text.endswith(_ENDS)
        and following.text[:1].islower()
    )
    return lengths[-1] if broken * 3 >= len(lengths) else None


def _is_continuation(before: LayoutLine, line: LayoutLine, width: int | None) -> bool:
    if (
        before.without_marks.text.endswith((".", ";", ":"))
        or line.numbering is not None
        or "|" in before.raw
        or "|" in line.raw
    ):
        return False
    if len(before.columns) > 1 or len(line.columns) > 1:
        return False
    if line.text[:1].islower():
        return before.numbering is not None or len(before.text) > 20
    # A line that begins with a capital continues the one before only if its first word did not fit there.
    first = line.text.split(" ", 1)[0]
    return (
        width is not None
        and len(before.text) >= MIN_WRAPPED_LENGTH
        and len(before.text) + len(first) + 1 > width
        and not line.is_uppercase
        and (line.text[:1].isalpha() or line.text[:1].isdigit())
    )
