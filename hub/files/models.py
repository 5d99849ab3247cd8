"""Tables of files: what is stored, which document it belongs to, and which of it the public may read now."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, Boolean, Column, DateTime, ForeignKey, Identity, Index, Uuid, func, text
from sqlmodel import Field, SQLModel


class FileBlob(SQLModel, table=True):
    """Bytes in the store, named by their SHA-256 and shared by all files with the same bytes.

    The row is there before the bytes are, and goes only with them: nothing in the store is without a row.
    """

    __tablename__ = "file_blob"

    sha256: str = Field(primary_key=True, max_length=64)
    size: int = Field(sa_type=BigInteger)
    held_until: datetime | None = Field(default=None, sa_column=Column(DateTime(timezone=True), nullable=True))
    """An upload is putting these bytes; until then they are not swept though no file has them yet."""


class StoredFile(SQLModel, table=True):
    """A file of one document (tệp)."""

    __tablename__ = "stored_file"
    __table_args__ = (
        Index("uq_stored_file", "document_id", "sha256", "name", unique=True),
        Index("ix_stored_file_unused", "uploaded_at", postgresql_where=text("NOT used")),
    )

    id: UUID = Field(primary_key=True)
    document_id: UUID = Field(foreign_key="document.id")
    sha256: str = Field(foreign_key="file_blob.sha256", max_length=64, index=True)
    name: str = Field(max_length=180)
    media_type: str = Field(max_length=100)
    size: int = Field(sa_type=BigInteger)
    width: int | None = None
    height: int | None = None
    used: bool = Field(default=False, sa_column=Column(Boolean, nullable=False, server_default=text("false")))
    """Whether any edition ever referred to it; what nobody used is swept."""
    uploaded_by: str = Field(max_length=128)
    uploaded_at: datetime | None = Field(
        default=None, sa_column=Column(DateTime(timezone=True), nullable=False, server_default=func.now())
    )


class FileSize(SQLModel, table=True):
    """A picture in a smaller size, for mobile."""

    __tablename__ = "file_size"

    file_id: UUID = Field(
        sa_column=Column(Uuid, ForeignKey("stored_file.id", ondelete="CASCADE"), primary_key=True, nullable=False)
    )
    width: int = Field(primary_key=True)
    height: int
    sha256: str = Field(foreign_key="file_blob.sha256", max_length=64, index=True)
    media_type: str = Field(max_length=100)
    size: int = Field(sa_type=BigInteger)


class PublishedFile(SQLModel, table=True):
    """That the open view of a document and language refers to a file; written when views open and close."""

    __tablename__ = "published_file"

    file_id: UUID = Field(primary_key=True, foreign_key="stored_file.id")
    document_id: UUID = Field(primary_key=True, foreign_key="document.id", index=True)
    lang: str = Field(primary_key=True, max_length=8)


class KeptOriginal(SQLModel, table=True):
    """Bytes as a source delivered them, kept as proof of what was read (bản gốc thu thập); never public.

    They go with their document when that is gone, and with the finding when nothing came of it.
    """

    __tablename__ = "kept_original"

    id: int | None = Field(default=None, sa_column=Column(BigInteger, Identity(always=True), primary_key=True))
    sha256: str = Field(foreign_key="file_blob.sha256", max_length=64, index=True)
    media_type: str = Field(max_length=100)
    size: int = Field(sa_type=BigInteger)
    source: str = Field(max_length=64)
    url: str | None = Field(default=None, max_length=2_000)
    document_id: UUID | None = Field(default=None, foreign_key="document.id", index=True)
    kept_at: datetime | None = Field(
        default=None, sa_column=Column(DateTime(timezone=True), nullable=False, server_default=func.now())
    )


class ExportFile(SQLModel, table=True):
    """A file that the hub makes of what is public (snapshot, CSV); one row for each name, the newest.

    It tells the public state at a position of the log. Bytes without a row are swept, like those of any file.
    """

    __tablename__ = "made_file"

    name: str = Field(primary_key=True, max_length=80)
    sha256: str = Field(foreign_key="file_blob.sha256", max_length=64, index=True)
    media_type: str = Field(max_length=100)
    size: int = Field(sa_type=BigInteger)
    rows: int
    """Lines of content: without the header."""
    epoch: UUID
    seq: int = Field(sa_type=BigInteger)
    hash: str = Field(max_length=64)
    """Hash of the log's entry at `seq`."""
    made_at: datetime = Field(sa_column=Column(DateTime(timezone=True), nullable=False))
