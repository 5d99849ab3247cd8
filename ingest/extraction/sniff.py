"""Detect the format of an original: by its first bytes, then its media type, then its name."""

import re
from enum import StrEnum

from hub.domain.file_names import suffix
from ingest.extraction.errors import BrokenFile, EncryptedFile, NotADocument


class OriginalFormat(StrEnum):
    """Formats that the hub reads."""

    html = "html"
    pdf = "pdf"
    docx = "docx"
    text = "text"


SUPPORTED_FORMATS = "a web page, a PDF with text, a DOCX or a plain text"
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_MAGIC = (
    b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"RIFF", b"BM", b"II*\x00", b"MM\x00*", b"\x1f\x8b", b"Rar!", b"7z\xbc\xaf",
    b"\x7fELF", b"MZ", b"\x00\x00\x01\x00", b"OggS", b"ID3", b"\x00asm", b"SQLite format", b"%!PS", b"{\\rtf",
)  # fmt: skip
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
    if head.startswith(_OLE):
        if "EncryptedPackage".encode("utf-16-le") in body:
            raise EncryptedFile(expected="the file without a password")
        raise NotADocument("The file is of an old Office format (.doc, .xls).", expected=SUPPORTED_FORMATS)
    if head.startswith(b"PK\x03\x04"):
        if b"word/" in body or b"wordprocessingml" in body:
            return OriginalFormat.docx
        raise NotADocument("The file is an archive or a workbook.", expected=SUPPORTED_FORMATS)
    if head.startswith(_MAGIC):
        raise NotADocument("The file is a picture, an archive or a program.", expected=SUPPORTED_FORMATS)
    is_utf16 = head.startswith((b"\xff\xfe", b"\xfe\xff"))
    if not is_utf16 and head.count(b"\x00") > len(head) // 20:
        raise NotADocument("The bytes are not text.", expected=SUPPORTED_FORMATS)
    if declared == "application/pdf" or (not declared and suffix(name) == ".pdf"):
        raise BrokenFile("The bytes do not begin as a PDF does.", expected="a whole PDF")
    if suffix(name) == ".docx" and declared not in _HTML_TYPES and not _HTML.search(head):
        raise BrokenFile("The bytes do not begin as a DOCX does.", expected="a whole DOCX")
    if _HTML.search(body[:4_096].replace(b"\x00", b"")) or declared in _HTML_TYPES:
        return OriginalFormat.html
    return OriginalFormat.text
