"""Read a DOCX: paragraphs and tables in order, with the automatic numbers of Word."""

import io
import zipfile
from collections.abc import Iterator
from typing import Any

from docx import Document
from docx.oxml.ns import qn
from docx.table import Table, _Cell
from docx.text.paragraph import Paragraph

from hub.text import clean, one_line
from ingest.extraction.docx_numbering import Numbering
from ingest.extraction.errors import BrokenFile, EncryptedFile, NotADocument, TooMuchText
from ingest.extraction.models import MAX_TEXT, Extract

_MAX_UNPACKED, _MAX_XML = 400_000_000, 60_000_000
_MAX_PARTS = 5_000
_LAYOUT = ("CỘNG HÒA XÃ HỘI", "CỘNG HOÀ XÃ HỘI", "Nơi nhận")
_MAX_DEPTH = 4


def read_docx(body: bytes) -> Extract:
    """Read the text of a DOCX. Raises `BrokenFile`, `EncryptedFile`, `NotADocument` or `TooMuchText`."""
    _check_archive(body)
    try:
        document = Document(io.BytesIO(body))
    except (KeyError, ValueError, zipfile.BadZipFile, OSError, SyntaxError) as problem:
        raise BrokenFile("The DOCX is damaged.", expected="a whole DOCX") from problem
    numbering = Numbering.of(document)
    lines: list[str] = []
    size = 0
    for line in _lines(document.iter_inner_content(), numbering, 0):
        size += len(line) + 1
        if size > MAX_TEXT:
            raise TooMuchText(f"The file holds more than {MAX_TEXT:,} characters.", expected="a shorter file")
        lines.append(line)
    title = one_line(document.core_properties.title or "") or None
    return Extract("docx", clean("\n".join(lines)), title=title)


def _check_archive(body: bytes) -> None:
    try:
        with zipfile.ZipFile(io.BytesIO(body)) as archive:
            parts = archive.infolist()
    except (zipfile.BadZipFile, ValueError, OSError) as problem:
        raise BrokenFile("The DOCX is damaged.", expected="a whole DOCX") from problem
    if any(part.flag_bits & 1 for part in parts):
        raise EncryptedFile(expected="the file without a password")
    xml = sum(part.file_size for part in parts if part.filename.endswith((".xml", ".rels")))
    if len(parts) > _MAX_PARTS or xml > _MAX_XML or sum(part.file_size for part in parts) > _MAX_UNPACKED:
        raise TooMuchText("The DOCX is too large when unpacked.", expected="a smaller file")
    if not any(part.filename == "word/document.xml" for part in parts):
        raise NotADocument("The archive is not a DOCX.", expected="a DOCX")


def _lines(content: Any, numbering: Numbering, depth: int) -> Iterator[str]:
    for part in content:
        if isinstance(part, Paragraph):
            yield from _paragraph(part, numbering)
        elif isinstance(part, Table) and depth < _MAX_DEPTH:
            yield from _table(part, numbering, depth)


def _paragraph(paragraph: Paragraph, numbering: Numbering) -> Iterator[str]:
    text = _text(paragraph)
    if not text.strip():
        return
    label = numbering.label(paragraph)
    for position, line in enumerate(text.split("\n")):
        if line.strip():
            yield f"{label} {line.strip()}" if position == 0 and label else line.strip()


def _text(paragraph: Paragraph) -> str:
    """The text as it is shown: with tracked insertions, without tracked deletions."""
    parts: list[str] = []
    for node in paragraph._p.iter():
        if node.tag == qn("w:t"):
            parts.append(node.text or "")
        elif node.tag == qn("w:tab"):
            parts.append("\t" if node.getparent().tag == qn("w:r") else "")
        elif node.tag in (qn("w:br"), qn("w:cr")):
            parts.append("\n")
        elif node.tag == qn("w:noBreakHyphen"):
            parts.append("-")
    return "".join(parts)


def _table(table: Table, numbering: Numbering, depth: int) -> Iterator[str]:
    """Yield rows as `a | b`; a table that is only the layout of a head or an end gives its cells one after another."""
    rows = [
        [list(_lines(cell.iter_inner_content(), numbering, depth + 1)) for cell in _cells(row)] for row in table.rows
    ]
    rows = [row for row in rows if any(row)]
    words = " ".join(line for row in rows for cell in row for line in cell)
    if all(len(row) == 1 for row in rows) or (len(rows) <= 8 and any(phrase in words for phrase in _LAYOUT)):
        for column in range(max((len(row) for row in rows), default=0)):
            for row in rows:
                yield from row[column] if column < len(row) else ()
        return
    for row in rows:
        yield " | ".join(" ".join(cell) for cell in row)


def _cells(row: Any) -> list[_Cell]:
    """The cells of a row; a merged cell counts once."""
    found: list[_Cell] = []
    for cell in row.cells:
        if not found or found[-1]._tc is not cell._tc:
            found.append(cell)
    return found
