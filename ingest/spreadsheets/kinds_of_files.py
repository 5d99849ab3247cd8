"""Spreadsheets among files: by their bytes, and a text by its name. Pure."""

from typing import IO

from hub.domain.file_names import suffix
from hub.file_kinds import binary_kind

WORKBOOKS = frozenset({"an Excel workbook (XLSX)", "an OpenDocument table (ODS)", "an old Excel workbook (XLS)"})
"""Kinds of files by `hub.file_kinds` that are workbooks."""
TEXT_ENDINGS = (".csv", ".tsv", ".tab")
CSV_TYPES = ("text/csv", "text/tab-separated-values")
MEDIA_TYPES = (
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "application/vnd.oasis.opendocument.spreadsheet",
    "application/vnd.ms-excel",
    *CSV_TYPES,
)
"""Media types of spreadsheets."""


def is_spreadsheet(file: IO[bytes], name: str, media_type: str | None = None) -> bool:
    """Return True for a workbook, whatever its name, and for a text whose name or media type says CSV.

    The position of the file changes.
    """
    kind = binary_kind(file)
    if kind is not None:
        return kind in WORKBOOKS
    declared = (media_type or "").partition(";")[0].strip().lower()
    return declared in CSV_TYPES or suffix(name) in TEXT_ENDINGS
