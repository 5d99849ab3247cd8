"""Read a PDF with a text layer: lines in reading order, without repeated headers, joined to paragraphs."""

import ctypes
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import pypdfium2
import pypdfium2.raw as pdfium_c

from hub.legal.aligned_text import AlignedText
from hub.legal.document.numbering import match_numbering
from hub.legal.doubt import Doubt
from hub.text import clean, one_line
from ingest.extraction.errors import BrokenFile, EncryptedFile, ScannedPdf, TooMuchText
from ingest.extraction.models import MAX_TEXT, Extract

MAX_PAGES = 2_000
EMPTY_PAGE = 25
"""A page with a picture and fewer letters than this has its text in the picture."""
_PAGE_NUMBER = re.compile(
    r"^(?:trang|page)?\s*+[-–(\[]?\s*+\d{1,4}\s*+(?:(?:/|of|trên)\s*+\d{1,4}\s*+)?[-–)\]]?$", re.IGNORECASE
)
_FIGURES = re.compile(r"\d+")
_BODY_LINE = re.compile(r"\(|phụ lục|mẫu|điều|chương", re.IGNORECASE)
"""Lines at the edge of a page that may repeat and still belong to the text: `(Kèm theo Quyết định số …)`."""
_SIGNATURE_STAMP = re.compile(
    r"^(?:người ký|ký bởi|email|cơ quan|thời gian ký|signature|digitally signed by|date)\s*:", re.IGNORECASE
)
_HYPHEN = re.compile(r"[A-Za-zÀ-ỹ]-$")


@dataclass(frozen=True)
class _Line:
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
class _Page:
    lines: list[_Line]
    width: float
    height: float
    has_picture: bool


def read_pdf(body: bytes) -> Extract:
    """Read the text of a PDF. Raises `EncryptedFile`, `BrokenFile`, `ScannedPdf` or `TooMuchText`."""
    try:
        document = pypdfium2.PdfDocument(body)
    except pypdfium2.PdfiumError as problem:
        if "password" in str(problem).lower() or "security" in str(problem).lower():
            raise EncryptedFile(expected="the file without a password") from problem
        raise BrokenFile("The PDF is damaged.", expected="a whole PDF") from problem
    with document:
        count = len(document)
        if count > MAX_PAGES:
            raise TooMuchText(f"The PDF has {count:,} pages.", expected=f"at most {MAX_PAGES:,}")
        pages = [_page(document, number) for number in range(count)]
        title = one_line(document.get_metadata_value("Title") or "") or None
    scanned = [
        number
        for number, page in enumerate(pages, start=1)
        if page.has_picture and sum(len(line.text) for line in page.lines) < EMPTY_PAGE
    ]
    letters = sum(len(line.text) for page in pages for line in page.lines)
    if scanned and (len(scanned) * 2 > len(pages) or letters < EMPTY_PAGE * len(pages)):
        raise ScannedPdf(
            f"{len(scanned)} of {len(pages)} pages are pictures without text.", expected="the PDF with its text"
        )
    if letters == 0:
        raise ScannedPdf("The PDF holds no text.", expected="the PDF with its text")
    doubts = []
    if scanned:
        which = ", ".join(map(str, scanned[:20]))
        doubts.append(Doubt("nodes", f"Pages {which} are pictures without text.", "a PDF with the text of every page"))
    return Extract("pdf", clean("\n".join(_paragraphs(_drop_repeats(pages)))), title=title, doubts=doubts)


def _page(document: pypdfium2.PdfDocument, number: int) -> _Page:
    try:
        page = document[number]
    except pypdfium2.PdfiumError as problem:
        raise BrokenFile(f"Page {number + 1} of the PDF is damaged.", expected="a whole PDF") from problem
    width, height = page.get_size()
    text = page.get_textpage()
    lines = _lines(text)
    picture = not lines or sum(len(line.text) for line in lines) < EMPTY_PAGE
    if picture:
        picture = any(True for _ in page.get_objects(filter=[pdfium_c.FPDF_PAGEOBJ_IMAGE], max_depth=3))
    text.close()
    page.close()
    return _Page(lines, width, height, picture)


def _lines(text: pypdfium2.PdfTextPage) -> list[_Line]:
    """Lines in the order of the page's content, each with the box from its first to its last letter."""
    count = text.count_chars()
    if count > MAX_TEXT:
        raise TooMuchText(f"A page holds {count:,} characters.", expected=f"at most {MAX_TEXT:,}")
    whole = text.get_text_range()
    lines: list[_Line] = []
    start = 0
    for raw in re.split(r"(\r\n|\n|\r)", whole):
        if raw.strip() and not raw.startswith(("\r", "\n")):
            begin = start + len(raw) - len(raw.lstrip())
            end = start + len(raw.rstrip()) - 1
            box = _box(text, begin), _box(text, end)
            if box[0] and box[1]:
                top, bottom = max(box[0][3], box[1][3]), min(box[0][2], box[1][2])
                lines.append(_Line(_split_columns(text, raw.strip(), begin), box[0][0], box[1][1], top, bottom))
        start += len(raw)
    return lines


def _split_columns(text: pypdfium2.PdfTextPage, line: str, begin: int) -> str:
    """Write wide gaps as four spaces, because text in two columns is not one sentence."""
    parts: list[str] = []
    last = 0
    for gap in re.finditer(r" +", line):
        before, after = _box(text, begin + gap.start() - 1), _box(text, begin + gap.end())
        if before and after and after[0] - before[1] > 2 * max(before[3] - before[2], after[3] - after[2]):
            parts.append(line[last : gap.start()])
            last = gap.end()
    return "    ".join([*parts, line[last:]])


def _box(text: pypdfium2.PdfTextPage, index: int) -> tuple[float, float, float, float] | None:
    """Left, right, bottom and top of a letter."""
    box = [ctypes.c_double() for _ in range(4)]
    if not pdfium_c.FPDFText_GetCharBox(text.raw, index, *box):
        return None
    left, right, bottom, top = (side.value for side in box)
    return left, right, bottom, top


def _drop_repeats(pages: Sequence[_Page]) -> list[_Page]:
    """Drop page numbers, stamps of electronic signatures, and lines that repeat at the edges of pages."""
    edges: Counter[str] = Counter()
    for page in pages:
        edges.update({_key(line) for line in page.lines if _is_at_edge(page, line) and not _BODY_LINE.match(line.text)})
    repeated = {key for key, count in edges.items() if count >= 2 and count * 2 >= len(pages)}
    return [
        _Page(
            [
                line
                for line in page.lines
                if not (
                    (_is_at_edge(page, line) and (_PAGE_NUMBER.match(line.text) or _key(line) in repeated))
                    or _SIGNATURE_STAMP.match(line.text)
                )
            ],
            page.width,
            page.height,
            page.has_picture,
        )
        for page in pages
    ]


def _is_at_edge(page: _Page, line: _Line) -> bool:
    return line.bottom > page.height * 0.9 or line.top < page.height * 0.1


def _key(line: _Line) -> str:
    return _FIGURES.sub("#", line.text)


def _paragraphs(pages: Sequence[_Page]) -> list[str]:
    """Join lines to paragraphs: a line that reaches the right edge continues in the next one."""
    rights = sorted(line.right for page in pages for line in page.lines if len(line.text) > 40)
    edge = rights[int(len(rights) * 0.9)] if rights else 0.0
    paragraphs: list[str] = []
    before: _Line | None = None
    for page in pages:
        for line in page.lines:
            if before is not None and _is_continuation(before, line, edge):
                glue = "" if _HYPHEN.search(paragraphs[-1]) and line.text[:1].islower() else " "
                paragraphs[-1] = f"{paragraphs[-1]}{glue}{line.text}"
            else:
                paragraphs.append(line.text)
            before = line
    return paragraphs


def _is_continuation(before: _Line, line: _Line, edge: float) -> bool:
    text = line.text
    if match_numbering(AlignedText(one_line(text))) is not None or text.startswith(("-", "+", "•", "“", "Căn cứ")):
        return False
    same_row = abs(before.bottom - line.bottom) < min(before.height, line.height) * 0.5
    if same_row:
        return False
    next_column = line.bottom > before.top and line.left > before.right
    if next_column or before.text.endswith((";", ":")) or (before.text.endswith(".") and before.right < edge - 12):
        return False
    if text[:1].islower():
        return not before.text.endswith(".")
    reaches = before.right >= edge - max(40.0, line.height * 3)
    return reaches and not text.isupper() and not before.text.isupper() and not before.text.endswith((".", "!", "?"))
