"""Errors of reading a file: every reader's own errors derive from `UnreadableFile`."""

from hub.errors import HubError


class UnreadableFile(HubError):
    """A page or file from which no content can be read."""

    code, status, title = "unreadable", 422, "The original cannot be read"


class BrokenFile(UnreadableFile):
    """Bytes that begin like a known type but cannot be read to their end, or crash the process that reads them."""

    code, title = "broken_file", "The file is broken"


class ReadingOverrun(UnreadableFile):
    """A file that takes more time or memory to read than the limits allow."""

    code, title = "reading_overrun", "Reading the file takes too much time or memory"
