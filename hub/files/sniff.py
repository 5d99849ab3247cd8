"""Detection of file types by their bytes: a few types, each with a check of its structure.

A library with a thousand signatures was tried: it detects "GIF" for a script after six letters, and does not tell DOCX,
XLSX and other ZIP files apart. Six types that are checked to the end are safer than a thousand that are guessed.
"""

import re
import zipfile
from enum import StrEnum
from pathlib import Path

from hub.domain.file_names import suffix
from hub.errors import FileMismatch, InvalidInput, UnsupportedFile
from hub.file_kinds import DAMAGED_ARCHIVE
from hub.problem_texts.templates import as_data, fill, list_names


class FileType(StrEnum):
    """File types that the hub stores, by media type."""

    pdf = "application/pdf"
    docx = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
    xlsx = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    jpeg = "image/jpeg"
    png = "image/png"
    webp = "image/webp"


EXTENSIONS: dict[FileType, tuple[str, ...]] = {
    FileType.pdf: (".pdf",),
    FileType.docx: (".docx",),
    FileType.xlsx: (".xlsx",),
    FileType.jpeg: (".jpg", ".jpeg"),
    FileType.png: (".png",),
    FileType.webp: (".webp",),
}
IMAGES = frozenset({FileType.jpeg, FileType.png, FileType.webp})
INLINE = IMAGES | {FileType.pdf}
"""Types that a browser may show; everything else is offered as a download."""

_BY_EXTENSION = {extension: kind for kind, extensions in EXTENSIONS.items() for extension in extensions}
_BY_MEDIA_TYPE = {kind.value: kind for kind in FileType} | {"image/jpg": FileType.jpeg}
_GENERIC_TYPES = {"", "application/octet-stream"}
SUPPORTED_EXTENSIONS = list_names(extension for extension in _BY_EXTENSION)

_HEAD, _TAIL = 1_024, 4_096
_HTML = re.compile(rb"<\s*(!doctype|html|head|body|script|svg|iframe|meta)\b", re.IGNORECASE)
_MAX_ZIP_PARTS = 20_000
_OFFICE_TYPES = {
    b"wordprocessingml.document.main+xml": FileType.docx,
    b"spreadsheetml.sheet.main+xml": FileType.xlsx,
}


def expected_type(name: str, declared: str) -> FileType:
    """Return the type on which a name and a declared media type agree, before any byte is read.

    Raises `UnsupportedFile` or `FileMismatch`.
    """
    by_name = _BY_EXTENSION.get(suffix(name))
    if by_name is None:
        raise UnsupportedFile(
            fill("The hub does not store files like {name}.", name=name), field="name", expected=SUPPORTED_EXTENSIONS
        )
    media_type = declared.partition(";")[0].strip().lower()
    if media_type in _GENERIC_TYPES:
        return by_name
    if media_type not in _BY_MEDIA_TYPE:
        raise UnsupportedFile(
            fill("The hub does not store {media_type} files.", media_type=media_type),
            field="Content-Type",
            expected=as_data(by_name.value),
        )
    if _BY_MEDIA_TYPE[media_type] is not by_name:
        raise FileMismatch(
            fill(
                "The file name means {by_name}, but Content-Type is {media_type}.",
                by_name=by_name.value,
                media_type=media_type,
            ),
            field="Content-Type",
            expected=as_data(by_name.value),
        )
    return by_name


def check_bytes(path: Path, expected: FileType) -> None:
    """Check that a file's bytes have the type. Raises `UnsupportedFile`, `FileMismatch` or `InvalidInput`."""
    with path.open("rb") as file:
        head = file.read(_HEAD)
        file.seek(max(0, path.stat().st_size - _TAIL))
        tail = file.read()
    if not head:
        raise InvalidInput("The file is empty.", field="body")
    found = _detect_type(path, head)
    if found is None:
        raise UnsupportedFile(
            "The hub does not store files with this content.", field="body", expected=SUPPORTED_EXTENSIONS
        )
    if found is not expected:
        raise FileMismatch(
            fill(
                "The file name means {expected}, but the content is {found}.",
                expected=expected.value,
                found=found.value,
            ),
            field="body",
            expected=as_data(expected.value),
        )
    if found is FileType.pdf:
        _check_pdf(head, tail)


def _detect_type(path: Path, head: bytes) -> FileType | None:
    if head.startswith(b"%PDF-"):
        return FileType.pdf
    if head.startswith(b"\xff\xd8\xff"):
        return FileType.jpeg
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return FileType.png
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return FileType.webp
    if head.startswith(b"PK\x03\x04"):
        return _detect_office_type(path)
    return None


def _check_pdf(head: bytes, tail: bytes) -> None:
    if _HTML.search(head):
        raise UnsupportedFile("The file is both a PDF and a web page.", field="body", expected="a plain PDF")
    if b"startxref" not in tail or b"%%EOF" not in tail:
        raise InvalidInput("The PDF is damaged: its end is missing.", field="body", expected="a complete PDF")


def _detect_office_type(path: Path) -> FileType | None:
    try:
        with zipfile.ZipFile(path) as archive:
            parts = archive.infolist()
            if not parts or len(parts) > _MAX_ZIP_PARTS or min(part.header_offset for part in parts) != 0:
                return None
            if any(part.filename.lower().endswith("vbaproject.bin") for part in parts):
                raise UnsupportedFile(
                    "The document contains macros.", field="body", expected="the document without macros"
                )
            with archive.open("[Content_Types].xml") as types:
                listed = types.read(1_000_000)
    except (*DAMAGED_ARCHIVE, KeyError):
        return None
    return next((kind for signature, kind in _OFFICE_TYPES.items() if signature in listed), None)
