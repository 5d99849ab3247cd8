"""Lines of a PDF that are no text: running headers and footers, page numbers, stamps of electronic signatures."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from ingest.extraction.pdf_lines import PdfLine

_PAGE_NUMBER = re.compile(
    r"(?:trang|page)?+ {0,3}[-–(\[]?+ {0,3}(?P<number>\d{1,4}) {0,3}(?:(?:/|of|trên) {0,3}\d{1,4} {0,3})?+[-–)\]]?+",
    re.IGNORECASE,
)
_FIGURES = re.compile(r"\d++")
_BODY_LINE = re.compile(r"\(|phụ lục|mẫu|điều|chương", re.IGNORECASE)
"""Lines at the edge of a page that may repeat and still belong to the text: `(Kèm theo Quyết định số …)`."""
_STAMP = re.compile(
    r"(?P<sure>người ký|ký bởi|thời gian ký|signature|digitally signed by)\s{0,3}:|(?:email|cơ quan|date)\s{0,3}:",
    re.IGNORECASE,
)
_YEARS = range(1900, 2101)
_MIN_YEARS = 3
"""Pages that figures have to count before they are not taken for years."""
_EDGE = 0.1
"""Share of a page's height that is its edge."""


@dataclass(frozen=True)
class PdfPage:
    """A page: its lines in order, its size in points, and True when it has a picture."""

    lines: list[PdfLine]
    width: float
    height: float
    has_picture: bool


@dataclass(frozen=True)
class _EdgeLine:
    """A line at the edge of a page: the index of the page, the edge, and the line's figures."""

    page: int
    is_top: bool
    line: PdfLine
    figures: tuple[int, ...]

    @property
    def pattern(self) -> tuple[bool, str]:
        """The edge, and the text with every figure alike."""
        return self.is_top, _FIGURES.sub("#", self.line.text)


def drop_running_lines(pages: Sequence[PdfPage]) -> list[PdfPage]:
    """Drop page numbers, stamps of electronic signatures, and lines that repeat at the edges of pages.

    A figure is a page number only where it counts the pages: the same row of a table on two pages does not.
    """
    edges = [edge for number, page in enumerate(pages) for edge in _edge_lines(number, page)]
    dropped = {id(edge.line) for edge in _repeated_lines(edges, len(pages))}
    dropped |= {id(edge.line) for edge in _page_numbers(edges, pages, dropped)}
    return [
        replace(page, lines=[line for line in _without_stamps(page.lines) if id(line) not in dropped]) for page in pages
    ]


def _edge_lines(number: int, page: PdfPage) -> Iterator[_EdgeLine]:
    for line in page.lines:
        is_top = line.bottom > page.height * (1 - _EDGE)
        if is_top or line.top < page.height * _EDGE:
            yield _EdgeLine(number, is_top, line, tuple(int(found[-9:]) for found in _FIGURES.findall(line.text)))


def _repeated_lines(edges: Sequence[_EdgeLine], pages: int) -> Iterator[_EdgeLine]:
    """Lines with words that are the same on half of the pages, but for one figure that counts the pages."""
    groups: defaultdict[tuple[bool, str], list[_EdgeLine]] = defaultdict(list)
    for edge in edges:
        if any(letter.isalpha() for letter in edge.line.text) and not _BODY_LINE.match(edge.line.text):
            groups[edge.pattern].append(edge)
    for group in groups.values():
        for same in _same_but_for_page(group):
            count = len({edge.page for edge in same})
            if count >= 2 and count * 2 >= pages:
                yield from same


def _same_but_for_page(group: Sequence[_EdgeLine]) -> Iterator[list[_EdgeLine]]:
    """Split lines of one pattern into those with the same figures, where one of them may grow with the page."""
    figures = len(group[0].figures)
    ways: list[int | None] = [None, *range(figures)]
    for way in ways:
        same: defaultdict[tuple[int, ...], list[_EdgeLine]] = defaultdict(list)
        for edge in group:
            same[tuple(each - edge.page if at == way else each for at, each in enumerate(edge.figures))].append(edge)
        yield from same.values()


def _page_numbers(edges: Sequence[_EdgeLine], pages: Sequence[PdfPage], dropped: set[int]) -> Iterator[_EdgeLine]:
    """Figures alone at the outermost edge that grow by one with each page, or that are the number of their page."""
    alone = [
        (edge, int(found["number"]) - edge.page)
        for edge in edges
        if (found := _PAGE_NUMBER.fullmatch(edge.line.text)) is not None
        and _is_outermost(edge, pages[edge.page], dropped)
    ]
    counts = Counter((edge.is_top, first) for edge, first in alone)
    of_edge = Counter(edge.is_top for edge, _ in alone)
    for edge, first in alone:
        count = counts[edge.is_top, first]
        enough = 1 if first == 1 else _MIN_YEARS if first + edge.page in _YEARS else 2
        if count >= enough and count * 2 > of_edge[edge.is_top]:
            yield edge


def _is_outermost(edge: _EdgeLine, page: PdfPage, dropped: set[int]) -> bool:
    """True when no line of the text is on the same row or nearer to the edge."""
    others = (line for line in page.lines if line is not edge.line and id(line) not in dropped)
    if edge.is_top:
        return not any(line.top > edge.line.bottom for line in others)
    return not any(line.bottom < edge.line.top for line in others)


def _without_stamps(lines: Iterable[PdfLine]) -> Iterator[PdfLine]:
    """Lines without the stamps of electronic signatures, each of which names its signer or its time."""
    for is_stamp, group in groupby(lines, key=lambda line: _stamp(line) is not None):
        run = list(group)
        if not is_stamp or not any(_stamp(line) for line in run):
            yield from run


def _stamp(line: PdfLine) -> bool | None:
    """None for a line that no stamp has, True for one that only a stamp has."""
    found = _STAMP.match(line.text)
    return None if found is None else found["sure"] is not None
