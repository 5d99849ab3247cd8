"""Read a PDF with a text layer: lines in reading order, without repeated headers, joined to paragraphs."""

import math
import re
from collections.abc import Sequence

import pypdfium2
import pypdfium2.raw as pdfium_c

from hub.legal.aligned_text import AlignedText
from hub.legal.document.numbering import match_numbering
from hub.legal.doubt import Doubt
from hub.problem_texts.templates import fill
from hub.text import clean, one_line
from ingest.encodings import convert_value
from ingest.extraction.errors import BrokenFile, EncryptedFile, ScannedPdf, TooMuchText
from ingest.extraction.models import Extract
from ingest.extraction.pdf_lines import PdfLine, read_lines
from ingest.extraction.pdf_running_lines import PdfPage, drop_running_lines

MAX_PAGES = 2_000
EMPTY_PAGE = 25
"""A page with a picture and fewer letters than this has its text in the picture."""
_COLUMN_GAP = "    "
_NARROWEST = 0.8
"""Share of a page's width that lines reach before they are broken, at least."""
_HYPHEN = re.compile(r"[A-Za-zÀ-ỹ]-$")


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
            raise TooMuchText(
                fill("The PDF has {count:,} pages.", count=count),
                expected=fill("at most {max_pages:,}", max_pages=MAX_PAGES),
            )
        pages = [_page(document, number) for number in range(count)]
        title = document.get_metadata_value("Title") or ""
    scanned = [
        number
        for number, page in enumerate(pages, start=1)
        if page.has_picture and sum(len(line.text) for line in page.lines) < EMPTY_PAGE
    ]
    letters = sum(len(line.text) for page in pages for line in page.lines)
    if scanned and (len(scanned) * 2 > len(pages) or letters < EMPTY_PAGE * len(pages)):
        raise ScannedPdf(
            fill("{count} of {pages} pages are pictures without text.", count=len(scanned), pages=len(pages)),
            expected="the PDF with its text",
        )
    if letters == 0:
        raise ScannedPdf("The PDF holds no text.", expected="the PDF with its text")
    doubts = []
    if scanned:
        which = ", ".join(map(str, scanned[:20]))
        doubts.append(Doubt("nodes", f"Pages {which} are pictures without text.", "a PDF with the text of every page"))
    (title, text), conversions = convert_value([title, "\n".join(_paragraphs(drop_running_lines(pages)))])
    return Extract("pdf", clean(text), title=one_line(title) or None, doubts=doubts, conversions=conversions)


def _page(document: pypdfium2.PdfDocument, number: int) -> PdfPage:
    try:
        page = document[number]
    except pypdfium2.PdfiumError as problem:
        raise BrokenFile(
            fill("Page {number} of the PDF is damaged.", number=number + 1), expected="a whole PDF"
        ) from problem
    width, height = page.get_size()
    text = page.get_textpage()
    lines = read_lines(text)
    picture = not lines or sum(len(line.text) for line in lines) < EMPTY_PAGE
    if picture:
        picture = any(True for _ in page.get_objects(filter=[pdfium_c.FPDF_PAGEOBJ_IMAGE], max_depth=3))
    text.close()
    page.close()
    return PdfPage(lines, width, height, picture)


def _paragraphs(pages: Sequence[PdfPage]) -> list[str]:
    """Join lines to paragraphs: a line that reaches the right edge continues in the next one."""
    rights = sorted(line.right for page in pages for line in page.lines if len(line.text) > 40)
    narrowest = max((page.width for page in pages), default=0.0) * _NARROWEST
    edge = max(rights[int(len(rights) * 0.9)], narrowest) if rights else math.inf
    paragraphs: list[str] = []
    before: PdfLine | None = None
    for page in pages:
        for line in page.lines:
            if before is not None and _is_continuation(before, line, edge):
                glue = "" if _HYPHEN.search(paragraphs[-1]) and line.text[:1].islower() else " "
                paragraphs[-1] = f"{paragraphs[-1]}{glue}{line.text}"
            else:
                paragraphs.append(line.text)
            before = line
    return paragraphs


def _is_continuation(before: PdfLine, line: PdfLine, edge: float) -> bool:
    text = line.text
    if match_numbering(AlignedText(one_line(text))) is not None or text.startswith(("-", "+", "•", "“", "Căn cứ")):
        return False
    same_row = abs(before.bottom - line.bottom) < min(before.height, line.height) * 0.5
    is_beside = line.bottom < before.bottom and (line.right < before.left or before.right < line.left)
    if same_row or is_beside or _COLUMN_GAP in text:
        return False
    if _COLUMN_GAP in before.text:
        # The last column of a head goes on: `Huế, ngày 02 tháng 3` and `năm 2026` below it.
        return text[:1].islower() and line.left > before.left + 2 * line.height
    next_column = line.bottom > before.top and line.left > before.right
    if next_column or before.text.endswith((";", ":")) or (before.text.endswith(".") and before.right < edge - 12):
        return False
    if text[:1].islower():
        return not before.text.endswith(".")
    reaches = before.right >= edge - max(40.0, line.height * 3)
    return reaches and not text.isupper() and not before.text.isupper() and not before.text.endswith((".", "!", "?"))
