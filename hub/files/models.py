"""Tables of files: what is stored, which document it belongs to, and which of it the public may read now."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, Column, Identity
from sqlmodel import Field, SQLModel

from hub.db import timestamp_column


class FileBlob(SQLModel, table=True):
    """Bytes in the store, keyed by their SHA-256 and shared by all files with the same bytes.

    The row is created before the bytes and deleted only together with them, so nothing in the store is without a row.
    """

    __tablename__ = "file_blob"

    sha256: str = Field(primary_key=True, max_length=64)
    size: int = Field(sa_type=BigInteger)
    held_until: datetime | None = Field(default=None, sa_column=timestamp_column(nullable=True))
    """Reservation by an upload: until then the bytes are not swept, although no file uses them yet."""


class KeptOriginal(SQLModel, table=True):
    """Bytes as a source delivered them, stored as evidence of what was read (bản gốc thu thập); never public.

    They are deleted when their document is gone, or with their discovered item when no document came of it.
    """

    __tablename__ = "kept_original"

    id: int | None = Field(default=None, sa_column=Column(BigInteger, Identity(always=True), primary_key=True))
    sha256: str = Field(foreign_key="file_blob.sha256", max_length=64, index=True)
    media_type: str = Field(max_length=100)
    size: int = Field(sa_type=BigInteger)
    source: str = Field(max_length=64)
    url: str | None = Field(default=None, max_length=2_000)
    document_id: UUID | None = Field(default=None, foreign_key="document.id", index=True)
    kept_at: datetime | None = Field(default=None, sa_column=timestamp_column(now=True))


class ExportFile(SQLModel, table=True):
    """An export of public data (snapshot, CSV); one row per name, for the newest file.

    It contains the public state at a log position. Bytes without a row are swept, like those of any file.
    """

    __tablename__ = "made_file"

    name: str = Field(primary_key=True, max_length=80)
    sha256: str = Field(foreign_key="file_blob.sha256", max_length=64, index=True)
    media_type: str = Field(max_length=100)
    size: int = Field(sa_type=BigInteger)
    rows: int
    """Number of data rows, without the header."""
    epoch: UUID
    seq: int = Field(sa_type=BigInteger)
    hash: str = Field(max_length=64)
    """Hash of the log entry at `seq`."""
    made_at: datetime = Field(sa_column=timestamp_column())
