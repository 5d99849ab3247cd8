"""Tables of the files of documents: uploads, the sizes of pictures, and which of them the open views refer to."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, Boolean, Column, ForeignKey, Index, Uuid, text
from sqlmodel import Field, SQLModel

from hub.db import timestamp_column


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
    placeholder: str | None = Field(default=None, max_length=7)
    """Mean colour of a picture, as `#rrggbb`; null for other files, and until the file sweeper has filled it in."""
    used: bool = Field(default=False, sa_column=Column(Boolean, nullable=False, server_default=text("false")))
    """True once any edition has referred to it; unused files are deleted by the sweeper."""
    uploaded_by: str = Field(max_length=128)
    uploaded_at: datetime | None = Field(default=None, sa_column=timestamp_column(now=True))


class FileSize(SQLModel, table=True):
    """A smaller size of an image, for mobile."""

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
    """A reference from the open view of a document in a language to a file; written when views open and close."""

    __tablename__ = "published_file"

    file_id: UUID = Field(primary_key=True, foreign_key="stored_file.id")
    document_id: UUID = Field(primary_key=True, foreign_key="document.id", index=True)
    lang: str = Field(primary_key=True, max_length=8)
