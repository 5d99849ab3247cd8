"""Files of comments, cleaned of all that is not seen. Runs in the sandbox: only JSON crosses its border."""

import io
from base64 import b64encode

from hub.consultation.comment_files.docx_cleaning import clean_docx
from hub.consultation.comment_files.errors import FileBroken, FileEncrypted, FileTypeRefused
from hub.consultation.comment_files.pdf_cleaning import clean_pdf
from hub.consultation.comment_files.picture_cleaning import clean_picture
from hub.file_kinds import DOCX, LOCKED_OFFICE, binary_kind
from hub.files.sniff import FileType
from hub.problem_texts.templates import as_words, fill

_EXPECTED = "a PDF, DOCX, JPEG or PNG"
_PICTURES = {b"\xff\xd8\xff": FileType.jpeg, b"\x89PNG\r\n\x1a\n": FileType.png}


def clean_file(body: bytes) -> dict[str, str]:
    """Clean a file of the type that its bytes have, and return its `media_type` and its bytes as base64 (`body`).

    Raises `FileTypeRefused`, `FileBroken`, `FileEncrypted` or `FileOverrun`; whatever else a parser raises, the
    sandbox reports as broken.
    """
    kind, cleaned = _clean(body)
    return {"media_type": kind.value, "body": b64encode(cleaned).decode()}


def _clean(body: bytes) -> tuple[FileType, bytes]:
    if not body:
        raise FileBroken("The file is empty.", expected=_EXPECTED)
    for magic, kind in _PICTURES.items():
        if body.startswith(magic):
            return kind, clean_picture(body, kind)
    if body.startswith(b"%PDF-"):
        return FileType.pdf, clean_pdf(body)
    found = binary_kind(io.BytesIO(body))
    if found == DOCX:
        return FileType.docx, clean_docx(body)
    if found == LOCKED_OFFICE:
        raise FileEncrypted(expected="the document without a password")
    raise FileTypeRefused(fill("The file is {found}.", found=as_words(found or "a text")), expected=_EXPECTED)
