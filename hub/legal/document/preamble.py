"""The preamble, between title and first part: legal bases, proposals, and the enacting words."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from hub.legal.document.lines import LayoutLine
from hub.legal.document.numbering import Level

_BASIS = re.compile(r"(?:[-+*–] ?)?(?:can cu|xet|theo de nghi|tren co so|thuc hien|theo y kien|sau khi)(?![^\W_])")
_ENACTS = re.compile(
    r"(?:quyet dinh|quyet nghi|nghi quyet|chi thi|ban hanh|thong bao|quyet dinh nhu sau|nay ban hanh) ?:?$"
)


@dataclass(frozen=True)
class Preamble:
    """The paragraphs before the first part; `bases` are the legal bases among them."""

    paragraphs: tuple[str, ...]
    bases: tuple[str, ...]
    end: int


def parse_preamble(lines: Sequence[LayoutLine], start: int, end: int) -> Preamble:
    """Parse the paragraphs from `start` to the first numbering label, or to `end`, without a bare `QUYẾT ĐỊNH:`."""
    paragraphs: list[str] = []
    bases: list[str] = []
    place = start
    while place < end:
        line = lines[place]
        if line.numbering is not None and line.numbering.level is not Level.annex:
            break
        if line.is_uppercase and _ENACTS.match(line.without_marks.bare):
            place += 1
            break
        if not line.is_uppercase and _has_enacting_words(line.without_marks):
            place += 1
            break
        paragraphs.append(line.text)
        if _BASIS.match(line.bare):
            bases.append(line.without_marks.text.lstrip("-+*– ").rstrip(" ;.,"))
        place += 1
    return Preamble(tuple(paragraphs), tuple(bases), place)


def _has_enacting_words(line: LayoutLine) -> bool:
    return len(line.text) < 20 and line.bare.rstrip(" :") in ("quyet dinh", "quyet nghi")
