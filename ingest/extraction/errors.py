"""Errors of extraction. What raises one is quarantined with its reason; nothing of it is lost."""

from hub.sandbox.errors import BrokenFile, ReadingOverrun, UnreadableFile

__all__ = [
    "ERRORS_BY_CODE",
    "BrokenFile",
    "EncryptedFile",
    "NotADocument",
    "ReadingOverrun",
    "ScannedPdf",
    "TooMuchText",
    "UnreadableFile",
]


class NotADocument(UnreadableFile):
    """Bytes of a type that the hub does not read, or without any text."""

    code, title = "not_a_document", "This is no page, PDF, DOCX or text"


class EncryptedFile(UnreadableFile):
    """A file that is locked with a password."""

    code, title = "encrypted_file", "The file is locked with a password"


class ScannedPdf(UnreadableFile):
    """A PDF of pictures, whose text has to be recognised first."""

    code, title = "scanned_pdf", "The PDF is scanned and holds no text"


class TooMuchText(UnreadableFile):
    """A file with more text than a content may have."""

    code, title = "too_much_text", "The file holds more text than the hub reads"


ERRORS_BY_CODE: dict[str, type[UnreadableFile]] = {
    problem.code: problem
    for problem in (NotADocument, BrokenFile, EncryptedFile, ScannedPdf, TooMuchText, ReadingOverrun)
}
