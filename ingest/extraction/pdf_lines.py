"""The lines of a PDF's page, with their boxes: pieces around raised figures joined, and these figures told apart."""

import ctypes
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

import pypdfium2
import pypdfium2.raw as pdfium_c

from hub.domain.figure_heights import Height, join_heights
from hub.problem_texts.templates import fill
from ingest.extraction.errors import TooMuchText
from ingest.extraction.models import MAX_TEXT

_RAISABLE = re.compile(r"[0-9+\-−–=()][0-9+\-−–=().,/]*+[A-Za-z]?|(?<=[0-9]\r\n)[A-Za-z]")
"""Text that may be raised or lowered."""
_GAP = re.compile(r" +")
_LINE_HYPHENS = {0x02: "-", 0xFFFE: "-"}
_SMALL = 0.88
"""Size of raised letters, at most, as a share of the size of the line."""
_SHIFT = 0.07
"""Distance of raised letters from the line, at least, as a share of its size."""
_HALF_LINE = 0.6
"""Distance between the baselines of letters on one line, at most, as a share of their size."""
_CLOSE = 1.0
"""Gap between two pieces of a line, at most, as a share of its size."""
_SPACE = 0.16
"""Gap that is a space, at least."""


@dataclass(frozen=True)
class PdfLine:
    """A line of a page: its text and its box, in points from the left and the bottom."""

    text: str
    left: float
    right: float
    top: float
    bottom: float

    @property
    def height(self) -> float:
        return max(self.top - self.bottom, 1.0)


@dataclass(frozen=True)
class _Letter:
    """The box of a letter, the size of its font on the page, and its baseline."""

    left: float
    right: float
    bottom: float
    top: float
    start: float
    """The place of the letter with the space that belongs to it, from `start` to `end`."""
    end: float
    size: float
    baseline: float

    def is_on_line_of(self, other: "_Letter") -> bool:
        """True for a letter of the same line, also for a raised or lowered one."""
        return abs(self.baseline - other.baseline) <= max(self.size, other.size) * _HALF_LINE

    def is_smaller_and_shifted(self, other: "_Letter") -> bool:
        """True for a letter that is smaller than one beside it and stands higher or lower."""
        return self.size < other.size * _SMALL and abs(self.baseline - other.baseline) > other.size * _SHIFT


def read_lines(text: pypdfium2.PdfTextPage) -> list[PdfLine]:
    """Read the lines in the order of the page's content, each with the box from its first to its last letter."""
    count = text.count_chars()
    if count > MAX_TEXT:
        raise TooMuchText(
            fill("A page holds {count:,} characters.", count=count),
            expected=fill("at most {max_text:,}", max_text=MAX_TEXT),
        )
    return list(_PageLines(text).lines())


class _PageLines:
    def __init__(self, text: pypdfium2.PdfTextPage) -> None:
        self._page = text
        # The parser gives a mark for the hyphen at the end of a line: in Vietnamese it never only divides a word.
        self._text = text.get_text_range().translate(_LINE_HYPHENS)
        self._letter = lru_cache(maxsize=4_096)(self._measure)
        self._of_line: _Letter | None = None
        """A letter that stands on the present line, neither raised nor lowered."""

    def lines(self) -> Iterator[PdfLine]:
        pieces: list[tuple[int, int]] = []
        for begin, end in self._pieces():
            if pieces and not self._goes_on(pieces[-1], begin):
                yield from self._line(pieces)
                pieces = []
            pieces.append((begin, end))
        if pieces:
            yield from self._line(pieces)

    def _pieces(self) -> Iterator[tuple[int, int]]:
        """Yield the first and the last letter of each piece: between the parser's line breaks, and those it misses."""
        for found in re.finditer(r"[^\r\n]+", self._text):
            words = found[0]
            if not words.strip():
                continue
            begin = found.start() + len(words) - len(words.lstrip())
            end = found.start() + len(words.rstrip())
            for gap in _GAP.finditer(self._text, begin, end):
                before, after = self._letter(gap.start() - 1), self._letter(gap.end())
                if before and after and not before.is_on_line_of(after):
                    yield begin, gap.start() - 1
                    begin = gap.end()
            yield begin, end - 1

    def _goes_on(self, piece: tuple[int, int], begin: int) -> bool:
        """True when the parser broke a line only because of raised or lowered letters, or took columns for lines."""
        last, first = self._letter(piece[1]), self._letter(begin)
        if last is None or first is None:
            return False
        size = max(last.size, first.size)
        if abs(last.baseline - first.baseline) < size * _SHIFT and abs(first.start - last.end) < size * _SPACE:
            return True
        if (
            abs(last.baseline - first.baseline) > size * 0.7
            or not -0.5 * size < first.left - last.right < _CLOSE * size
        ):
            return False
        return first.is_smaller_and_shifted(last) or last.is_smaller_and_shifted(first)

    def _line(self, pieces: list[tuple[int, int]]) -> Iterator[PdfLine]:
        first, last = self._letter(pieces[0][0]), self._letter(pieces[-1][1])
        if first is None or last is None:
            return
        parts: list[tuple[str, Height]] = []
        self._of_line = None
        before: int | None = None
        for begin, end in pieces:
            if before is not None and self._is_gap(before, begin):
                parts.append((" ", Height.normal))
            parts += self._parts(begin, end)
            before = end
        ends = [each for piece in pieces for at in piece if (each := self._letter(at)) is not None]
        yield PdfLine(
            join_heights(parts),
            first.left,
            last.right,
            max(each.top for each in ends),
            min(each.bottom for each in ends),
        )

    def _is_gap(self, before: int, begin: int) -> bool:
        last, first = self._letter(before), self._letter(begin)
        if last is None or first is None or self._text[before + 1 : begin].strip("\r\n"):
            return True
        return first.start - last.end > max(last.size, first.size) * _SPACE

    def _parts(self, begin: int, end: int) -> Iterator[tuple[str, Height]]:
        """Yield the text of a piece in parts of one height; wide gaps are four spaces, as between columns."""
        at = begin
        for found in _RAISABLE.finditer(self._text, begin, end + 1):
            self._note_line_letter(begin, *found.span())
            for start, stop, height in self._heights(*found.span()):
                if height is not Height.normal:
                    yield self._columns(at, start), Height.normal
                    yield self._text[start:stop], height
                    at = stop
        yield self._columns(at, end + 1), Height.normal
        if (last := self._letter(end)) is not None and not (
            self._of_line and last.is_smaller_and_shifted(self._of_line)
        ):
            self._of_line = last

    def _heights(self, start: int, stop: int) -> Iterator[tuple[int, int, Height]]:
        """Yield runs of letters of one height, compared with the letters of the line before them."""
        run, height = start, Height.normal
        for at in range(start, stop):
            letter, of_line = self._letter(at), self._of_line
            now = Height.normal
            if of_line is not None and letter is not None and letter.is_smaller_and_shifted(of_line):
                now = Height.raised if letter.baseline > of_line.baseline else Height.lowered
            elif letter is not None:
                self._of_line = letter
            if now is not height:
                yield run, at, height
                run, height = at, now
        yield run, stop, height

    def _note_line_letter(self, begin: int, start: int, stop: int) -> None:
        """Note the letter that the ones from `start` are compared with: before them, or else after them."""
        near = range(max(start - 3, begin), start)
        before = next((at for at in reversed(near) if not self._text[at].isspace()), None)
        if before is None and self._of_line is None:
            after = range(stop, min(stop + 3, len(self._text)))
            before = next((at for at in after if self._text[at].isalnum()), None)
        letter = None if before is None else self._letter(before)
        if letter is not None and not (self._of_line and letter.is_smaller_and_shifted(self._of_line)):
            self._of_line = letter

    def _columns(self, begin: int, end: int) -> str:
        """Text with wide gaps as four spaces, because text in two columns is not one sentence."""
        parts: list[str] = []
        last = begin
        for gap in _GAP.finditer(self._text, begin, end):
            before, after = self._letter(gap.start() - 1), self._letter(gap.end())
            if (
                before
                and after
                and after.left - before.right > 2 * max(before.top - before.bottom, after.top - after.bottom)
            ):
                parts.append(self._text[last : gap.start()])
                last = gap.end()
        return "    ".join([*parts, self._text[last:end]])

    def _measure(self, index: int) -> _Letter | None:
        if not 0 <= index < len(self._text):
            return None
        box = [ctypes.c_double() for _ in range(4)]
        if not pdfium_c.FPDFText_GetCharBox(self._page.raw, index, *box):
            return None
        left, right, bottom, top = (side.value for side in box)
        loose = pdfium_c.FS_RECTF()
        x, baseline = ctypes.c_double(), ctypes.c_double()
        has_size = pdfium_c.FPDFText_GetLooseCharBox(self._page.raw, index, loose)
        has_origin = pdfium_c.FPDFText_GetCharOrigin(self._page.raw, index, x, baseline)
        start, end, size = (
            (loose.left, loose.right, loose.top - loose.bottom) if has_size else (left, right, top - bottom)
        )
        return _Letter(left, right, bottom, top, start, end, size, baseline.value if has_origin else bottom)
