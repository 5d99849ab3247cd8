"""Why an original cannot be read. Each is set aside with its reason; nothing of it is lost."""

from hub.errors import HubError


class UnreadableFile(HubError):
    """A page or file that no content can be made of."""

    code, status, title = "unreadable", 422, "The original cannot be read"


class NotADocument(UnreadableFile):
    """Bytes of a type that the hub does not read, or that hold no text at all."""

    code, title = "not_a_document", "This is no page, PDF, DOCX or text"


class BrokenFile(UnreadableFile):
    """The bytes begin like a known type and cannot be read to their end, or reading them crashed."""

    code, title = "broken_file", "The file is broken"


class EncryptedFile(UnreadableFile):
    """The file is locked with a password."""

    code, title = "encrypted_file", "The file is locked with a password"


class ScannedPdf(UnreadableFile):
    """A PDF of pictures: its text has to be recognised first."""

    code, title = "scanned_pdf", "The PDF is scanned and holds no text"


class TooMuchText(UnreadableFile):
    """More text than a content holds."""

    code, title = "too_much_text", "The file holds more text than the hub reads"


class ReadingOverrun(UnreadableFile):
    """Reading took more time or memory than it may."""

    code, title = "reading_overrun", "Reading the file takes too much time or memory"


BY_CODE: dict[str, type[UnreadableFile]] = {
    problem.code: problem
    for problem in (NotADocument, BrokenFile, EncryptedFile, ScannedPdf, TooMuchText, ReadingOverrun)
}
