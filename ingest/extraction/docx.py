"""Read a DOCX: check the archive, then read what Word shows, once and in order."""

import io
import re
import zipfile

from docx import Document
from docx.oxml.document import CT_Document

from hub.file_kinds import DAMAGED_ARCHIVE
from hub.problem_texts.templates import fill
from hub.text import clean, one_line
from ingest.encodings import TextConverter
from ingest.extraction.docx_body import BodyReader
from ingest.extraction.errors import BrokenFile, EncryptedFile, NotADocument, TooMuchText
from ingest.extraction.models import MAX_TEXT, Extract

_MAX_UNPACKED, _MAX_XML = 400_000_000, 60_000_000
_MAX_PARTS = 5_000
_STRICT = b"http://purl.oclc.org/ooxml/"
_STRICT_NAMESPACE = re.compile(_STRICT + rb"([a-zA-Z]++)/")


def read_docx(body: bytes) -> Extract:
    """Read the text of a DOCX. Raises `BrokenFile`, `EncryptedFile`, `NotADocument` or `TooMuchText`."""
    _check_archive(body)
    try:
        document = Document(io.BytesIO(_without_strict_namespaces(body)))
    except ValueError as problem:
        if "is not a Word file" in str(problem):
            words = "The file is a Word template, or a Word document with macros."
            raise NotADocument(words, expected="a DOCX without macros") from problem
        raise BrokenFile("The DOCX is damaged.", expected="a whole DOCX") from problem
    except MemoryError:
        raise
    except Exception as problem:  # python-docx takes any XML for the element that it expects, and raises anything
        raise BrokenFile("The DOCX is damaged.", expected="a whole DOCX") from problem
    if not isinstance(document.element, CT_Document) or document.element.body is None:
        raise BrokenFile("The DOCX has no body.", expected="a whole DOCX")
    reader = BodyReader(document)
    lines: list[str] = []
    size = 0
    for line in reader.lines():
        size += len(line) + 1
        if size > MAX_TEXT:
            raise TooMuchText(
                fill("The file holds more than {max_text:,} characters.", max_text=MAX_TEXT), expected="a shorter file"
            )
        lines.append(line)
    stated = document.core_properties.title or ""
    title = one_line(TextConverter([stated, *lines]).convert(stated)[0]) or None
    text = clean("\n".join(lines))
    return Extract("docx", text, title=title, doubts=reader.doubts, conversions=reader.conversions)


def _check_archive(body: bytes) -> None:
    try:
        with zipfile.ZipFile(io.BytesIO(body)) as archive:
            parts = archive.infolist()
    except DAMAGED_ARCHIVE as problem:
        raise BrokenFile("The DOCX is damaged.", expected="a whole DOCX") from problem
    if any(part.flag_bits & 1 for part in parts):
        raise EncryptedFile(expected="the file without a password")
    xml = sum(part.file_size for part in parts if part.filename.endswith((".xml", ".rels")))
    if len(parts) > _MAX_PARTS or xml > _MAX_XML or sum(part.file_size for part in parts) > _MAX_UNPACKED:
        raise TooMuchText("The DOCX is too large when unpacked.", expected="a smaller file")
    if not any(part.filename.startswith("word/") for part in parts):
        raise NotADocument("The archive is not a DOCX.", expected="a DOCX")


def _without_strict_namespaces(body: bytes) -> bytes:
    """The archive with the namespaces that Word writes, in place of those of its strict form (ISO/IEC 29500)."""
    with zipfile.ZipFile(io.BytesIO(body)) as archive:
        if _STRICT not in archive.read("_rels/.rels"):
            return body
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w") as other:
            for part in archive.infolist():
                content = archive.read(part)
                if part.filename.endswith((".xml", ".rels")):
                    content = _STRICT_NAMESPACE.sub(rb"http://schemas.openxmlformats.org/\1/2006/", content)
                other.writestr(part.filename, content)
    return out.getvalue()
