"""Read a DOCX: check the archive, then read what Word shows, once and in order."""

import io
import zipfile

from docx import Document

from hub.text import clean, one_line
from ingest.extraction.docx_body import BodyReader
from ingest.extraction.errors import BrokenFile, EncryptedFile, NotADocument, TooMuchText
from ingest.extraction.models import MAX_TEXT, Extract

_MAX_UNPACKED, _MAX_XML = 400_000_000, 60_000_000
_MAX_PARTS = 5_000


def read_docx(body: bytes) -> Extract:
    """Read the text of a DOCX. Raises `BrokenFile`, `EncryptedFile`, `NotADocument` or `TooMuchText`."""
    _check_archive(body)
    try:
        document = Document(io.BytesIO(body))
    except (KeyError, ValueError, zipfile.BadZipFile, OSError, SyntaxError) as problem:
        raise BrokenFile("The DOCX is damaged.", expected="a whole DOCX") from problem
    reader = BodyReader(document)
    lines: list[str] = []
    size = 0
    for line in reader.lines():
        size += len(line) + 1
        if size > MAX_TEXT:
            raise TooMuchText(f"The file holds more than {MAX_TEXT:,} characters.", expected="a shorter file")
        lines.append(line)
    title = one_line(document.core_properties.title or "") or None
    return Extract("docx", clean("\n".join(lines)), title=title, doubts=reader.doubts)


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
