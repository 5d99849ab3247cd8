"""Reading pages and files of strangers: what a content can be made of, and what a person has to look at."""

from ingest.extraction.errors import (
    BrokenFile,
    EncryptedFile,
    NotADocument,
    ReadingOverrun,
    ScannedPdf,
    TooMuchText,
    UnreadableFile,
)
from ingest.extraction.models import ExtractionResult, LinkedFile, Original
from ingest.extraction.pipeline import STRUCTURED_KINDS, extract_original

__all__ = [
    "STRUCTURED_KINDS",
    "BrokenFile",
    "EncryptedFile",
    "ExtractionResult",
    "LinkedFile",
    "NotADocument",
    "Original",
    "ReadingOverrun",
    "ScannedPdf",
    "TooMuchText",
    "UnreadableFile",
    "extract_original",
]
