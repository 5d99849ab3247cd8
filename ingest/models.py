"""Tables of ingest: where each document came from, and how far each import has come."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, Boolean, Column, DateTime, Identity, Index, func, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field, SQLModel


class Provenance(SQLModel, table=True):
    """One record of one source in one language, and the document it became."""

    __tablename__ = "provenance"
    __table_args__ = (Index("ix_provenance_conflicts", "document_id", postgresql_where=text("conflicts IS NOT NULL")),)

    source: str = Field(primary_key=True, max_length=64)
    source_id: str = Field(primary_key=True, max_length=500)
    lang: str = Field(primary_key=True, max_length=8)
    document_id: UUID = Field(foreign_key="document.id", index=True)
    content_sha256: str = Field(max_length=64)
    """Of the stored content and the change note, as last taken from the source."""
    seen_at: datetime | None = Field(
        default=None, sa_column=Column(DateTime(timezone=True), nullable=False, server_default=func.now())
    )
    leads: bool = Field(default=True, sa_column=Column(Boolean, nullable=False, server_default=text("true")))
    """Whether its changes become editions; a document that another source brought first follows that one."""
    url: str | None = Field(default=None, max_length=2_000)
    fetched_at: datetime | None = Field(default=None, sa_column=Column(DateTime(timezone=True), nullable=True))
    sha256: str | None = Field(default=None, max_length=64)
    """Of the bytes as they were delivered."""
    claims: dict[str, Any] | None = Field(default=None, sa_column=Column(JSONB(none_as_null=True), nullable=True))
    """The dates that this source gives, by role."""
    conflicts: list[dict[str, Any]] | None = Field(
        default=None, sa_column=Column(JSONB(none_as_null=True), nullable=True)
    )
    """Dates that another source, or the document itself, gives otherwise."""


class ImportRun(SQLModel, table=True):
    """One import of one file with its options; every number is committed together with the batch it counts.

    `position` is the number of the last line whose fate is decided. A run without `finished_at` was interrupted, and
    the next import of the same file and options goes on behind its position; there is at most one such run.
    """

    __tablename__ = "import_run"
    __table_args__ = (
        Index(
            "uq_import_run_open",
            "file_sha256",
            "format",
            "publish",
            "agency",
            unique=True,
            postgresql_where=text("finished_at IS NULL"),
        ),
    )

    id: int | None = Field(default=None, sa_column=Column(BigInteger, Identity(always=True), primary_key=True))
    file_sha256: str = Field(max_length=64)
    file_name: str
    format: str = Field(max_length=16)
    publish: bool
    agency: str = Field(max_length=64)
    position: int = Field(default=0, sa_type=BigInteger)
    created: int = 0
    changed: int = 0
    unchanged: int = 0
    rejected: int = 0
    published: int = 0
    started_at: datetime | None = Field(
        default=None, sa_column=Column(DateTime(timezone=True), nullable=False, server_default=func.now())
    )
    finished_at: datetime | None = Field(default=None, sa_column=Column(DateTime(timezone=True), nullable=True))
