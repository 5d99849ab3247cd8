"""Reading pages and files of strangers: what a content can be made of, and what a person has to look at."""

from ingest.extraction.errors import (
    BrokenFile,
    EncryptedFile,
    NotADocument,
    ReadingOverrun,
    ScannedPdf,
    TooMuchText,
    Unreadable,
)
from ingest.extraction.models import FoundFile, Original, Reading
from ingest.extraction.pipeline import STRUCTURED, read_original

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
