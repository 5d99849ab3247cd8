"""Row classes of stored files and their sizes, shared by commands and queries."""

from dataclasses import dataclass, fields
from uuid import UUID

from hub.content.file_models import FileSize, StoredFile
from hub.db import table

FILE, SIZE = table(StoredFile), table(FileSize)


@dataclass(frozen=True, slots=True)
class FileRow:
    """A stored file, as `file_view` shows it."""

    id: UUID
    name: str
    media_type: str
    size: int
    sha256: str
    width: int | None
    height: int | None
    placeholder: str | None


@dataclass(frozen=True, slots=True)
class SizeRow:
    """A smaller size of an image."""

    file_id: UUID
    width: int
    height: int
    media_type: str
    size: int


FILE_COLUMNS = tuple(FILE.c[field.name] for field in fields(FileRow))
SIZE_COLUMNS = tuple(SIZE.c[field.name] for field in fields(SizeRow))
