"""The kinds of files that people send, told by their bytes, in words for an error."""

import re
import zipfile
import zlib
from typing import IO

_OLE, _ZIP = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", (b"PK\x03\x04", b"PK\x05\x06")
_BY_MAGIC: tuple[tuple[bytes, str], ...] = (
    (b"%PDF-", "a PDF"),
    (b"{\\rtf", "a rich text (RTF)"),
    (b"\x89PNG", "a picture (PNG)"),
    (b"\xff\xd8\xff", "a picture (JPEG)"),
    (b"GIF8", "a picture (GIF)"),
    (b"II*\x00", "a picture (TIFF)"),
    (b"MM\x00*", "a picture (TIFF)"),
    (b"\x00\x00\x01\x00", "a picture (ICO)"),
    (b"RIFF", "a picture, sound or film (RIFF)"),
    (b"OggS", "a sound or film (Ogg)"),
    (b"ID3", "a sound (MP3)"),
    (b"\x1a\x45\xdf\xa3", "a film (Matroska)"),
    (b"\x1f\x8b", "a compressed file (gzip)"),
    (b"BZh", "a compressed file (bzip2)"),
    (b"\xfd7zXZ", "a compressed file (xz)"),
    (b"\x28\xb5\x2f\xfd", "a compressed file (zstd)"),
    (b"Rar!", "an archive (RAR)"),
    (b"7z\xbc\xaf\x27\x1c", "an archive (7z)"),
    (b"\x7fELF", "a program"),
    (b"MZ\x90\x00", "a program"),
    (b"\x00asm", "a program"),
    (b"SQLite format 3", "a database (SQLite)"),
    (b"PAR1", "a table (Parquet)"),
    (b"%!PS", "a PostScript file"),
)
_OFFICE = {"word/": "a Word document (DOCX)", "xl/": "an Excel workbook (XLSX)", "ppt/": "a presentation (PPTX)"}
_OPEN_DOCUMENT = {
    b"text": "an OpenDocument text (ODT)",
    b"spreadsheet": "an OpenDocument table (ODS)",
    b"presentation": "an OpenDocument presentation (ODP)",
}
_OLD_OFFICE = {
    "EncryptedPackage": "an Office file with a password",
    "WordDocument": "an old Word document (DOC)",
    "Workbook": "an old Excel workbook (XLS)",
    "PowerPoint Document": "an old presentation (PPT)",
}
DOCX, LOCKED_OFFICE = _OFFICE["word/"], _OLD_OFFICE["EncryptedPackage"]
_HTML = re.compile(rb"\s{0,99}+(?:<!--[^>]{0,999}+>\s{0,99}+)?<(?:!doctype\s{1,9}html|html|head|body)\b", re.IGNORECASE)
_XML = re.compile(rb"\s{0,99}+<(?:\?xml|rss|feed|urlset)\b", re.IGNORECASE)
_BOM = b"\xef\xbb\xbf"
_UTF16 = (b"\xff\xfe", b"\xfe\xff")
DAMAGED_ARCHIVE = (
    zipfile.BadZipFile, NotImplementedError, RuntimeError, OSError, EOFError, ValueError, zlib.error
)  # fmt: skip
"""Errors of `zipfile` for an archive that is damaged, encrypted, or packed in a way that it does not know."""

_HEAD = 4_096
_MAX_OLE = 4_000_000
"""Bytes of an old Office file in which the names of its parts are searched for."""
_NULS = 20
"""One zero byte in so many tells bytes that are no text."""


def binary_kind(file: IO[bytes]) -> str | None:
    """Return the kind of a file that is no text, such as `a Word document (DOCX)`; None for a text of any encoding.

    The file is read from its beginning and then again for the names in a container; its position changes.
    """
    head = file.read(_HEAD)
    if head.startswith(_ZIP):
        return _zip_kind(head, file)
    if head.startswith(_OLE):
        return _ole_kind(head + file.read(_MAX_OLE))
    for magic, kind in _BY_MAGIC:
        if head.startswith(magic):
            return kind
    if b"%PDF-" in head[:1_024]:
        return "a PDF"
    if head[4:8] == b"ftyp":
        return "a film (MP4)"
    if head[257:262] == b"ustar":
        return "an archive (tar)"
    if not head.startswith(_UTF16) and head.count(b"\x00") > len(head) // _NULS:
        return "a file of bytes that are no text"
    return None


def text_kind(head: bytes) -> str | None:
    """Return the kind of a text that is markup, or that is not in UTF-8 because of two bytes a letter; else None."""
    if head.startswith(_UTF16):
        return "a text in UTF-16"
    head = head.removeprefix(_BOM)
    if _HTML.match(head):
        return "a web page (HTML)"
    return "an XML file" if _XML.match(head) else None


def _zip_kind(head: bytes, file: IO[bytes]) -> str:
    for form, kind in _OPEN_DOCUMENT.items():
        if b"mimetypeapplication/vnd.oasis.opendocument." + form in head[:200]:
            return kind
    if b"mimetypeapplication/epub+zip" in head[:200]:
        return "an e-book (EPUB)"
    try:
        with zipfile.ZipFile(file) as archive:
            names = archive.namelist()
    except DAMAGED_ARCHIVE:
        # The directory at the end is missing: the first parts have names too.
        names = [folder for folder in _OFFICE if folder.encode() in head]
    for folder, kind in _OFFICE.items():
        if any(name.startswith(folder) for name in names):
            return kind
    return "an archive (ZIP)"


def _ole_kind(body: bytes) -> str:
    for name, kind in _OLD_OFFICE.items():
        if name.encode("utf-16-le") in body:
            return kind
    return "an old Office file"
