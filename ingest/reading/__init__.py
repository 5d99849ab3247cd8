"""Reading pages and files of strangers: what a content can be made of, and what a person has to look at."""

from ingest.reading.errors import (
    BrokenFile,
    EncryptedFile,
    NotADocument,
    ReadingOverrun,
    ScannedPdf,
    TooMuchText,
    Unreadable,
)
from ingest.reading.originals import FoundFile, Original, Reading
from ingest.reading.read import STRUCTURED, read_original

__all__ = [
    "STRUCTURED",
    "BrokenFile",
    "EncryptedFile",
    "FoundFile",
    "NotADocument",
    "Original",
    "Reading",
    "ReadingOverrun",
    "ScannedPdf",
    "TooMuchText",
    "Unreadable",
    "read_original",
]
