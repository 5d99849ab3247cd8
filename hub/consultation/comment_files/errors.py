"""Errors of a comment's file: why it is not taken. Each code is stable and has a wording in both languages."""

from hub.errors import StorageFull
from hub.sandbox.errors import ReadingOverrun, UnreadableFile


class FileTypeRefused(UnreadableFile):
    """A comment takes PDF, DOCX, JPEG and PNG, told by their bytes; documents with macros and animated pictures are
    refused."""

    code, status, title = "file_type", 415, "A comment does not take files of this type"


class FileBroken(UnreadableFile):
    """A file that cannot be read to its end. Save it again with the program that made it."""

    code, title = "file_broken", "The file is damaged"


class FileEncrypted(UnreadableFile):
    """A file with a password, or with restrictions on what readers may do."""

    code, title = "file_encrypted", "The file is encrypted"


class FileOverrun(UnreadableFile):
    """A file that is small as sent, but takes too much room or time when it is read: too many pixels, pages or parts,
    or too large when unpacked."""

    code, title = "file_too_complex", "The file is too complex"


class StorageReserved(StorageFull):
    """The room that is left is kept for editors. Comments are taken without files until the operator has made room."""

    code, title = "storage_reserved", "The hub has no room for files of comments right now"


CLEANING_ERRORS: dict[str, type[UnreadableFile]] = {
    FileTypeRefused.code: FileTypeRefused,
    FileBroken.code: FileBroken,
    FileEncrypted.code: FileEncrypted,
    FileOverrun.code: FileOverrun,
    ReadingOverrun.code: FileOverrun,
}
"""Errors that come out of the sandbox; any other is its `BrokenFile`."""
