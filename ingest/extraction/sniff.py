"""Detect the format of an original: by its first bytes, then its media type, then its name."""

import io
import re
from enum import StrEnum

from hub.domain.file_names import suffix
from hub.file_kinds import DOCX, LOCKED_OFFICE, binary_kind
from hub.problem_texts.templates import as_words, fill
from ingest.extraction.errors import BrokenFile, EncryptedFile, NotADocument


class OriginalFormat(StrEnum):
    """Formats that the hub reads."""

    html = "html"
    pdf = "pdf"
    docx = "docx"
    text = "text"


SUPPORTED_FORMATS = "a web page, a PDF with text, a DOCX or a plain text"
_HTML = re.compile(
    rb"<\s*(?:!doctype\s+html|html|head|body|div|p|table|meta|title|h[1-6]|article|span|br)\b", re.IGNORECASE
)
_HTML_TYPES = ("text/html", "application/xhtml+xml")


def sniff_format(body: bytes, name: str, media_type: str | None) -> OriginalFormat:
    """Detect the format of a file. Raises `NotADocument`, `BrokenFile` or `EncryptedFile`."""
    if not body.strip():
        raise NotADocument("The file is empty.", expected=SUPPORTED_FORMATS)
    head = body[:1_024]
    declared = (media_type or "").partition(";")[0].strip().lower()
    if b"%PDF-" in head:
        return OriginalFormat.pdf
    kind = binary_kind(io.BytesIO(body))
    if kind == DOCX:
        return OriginalFormat.docx
    if kind == LOCKED_OFFICE:
        raise EncryptedFile(expected="the file without a password")
    if kind is not None:
        raise NotADocument(fill("The file is {kind}.", kind=as_words(kind)), expected=SUPPORTED_FORMATS)
    if declared == "application/pdf" or (not declared and suffix(name) == ".pdf"):
        raise BrokenFile("The bytes do not begin as a PDF does.", expected="a whole PDF")
    if suffix(name) == ".docx" and declared not in _HTML_TYPES and not _HTML.search(head):
        raise BrokenFile("The bytes do not begin as a DOCX does.", expected="a whole DOCX")
    if _HTML.search(body[:4_096].replace(b"\x00", b"")) or declared in _HTML_TYPES:
        return OriginalFormat.html
    return OriginalFormat.text
