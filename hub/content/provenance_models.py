"""Tables of provenance: the records and claims of each source, and the fingerprints of documents."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Boolean, Column, Index, Integer, Text, text
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlmodel import Field, SQLModel

from hub.db import timestamp_column


class Provenance(SQLModel, table=True):
    """A record of a source in one language, and the document that it became."""

    __tablename__ = "provenance"
    __table_args__ = (Index("ix_provenance_conflicts", "document_id", postgresql_where=text("conflicts IS NOT NULL")),)

    source: str = Field(primary_key=True, max_length=64)
    source_id: str = Field(primary_key=True, max_length=500)
    lang: str = Field(primary_key=True, max_length=8)
    document_id: UUID = Field(foreign_key="document.id", index=True)
    content_sha256: str = Field(max_length=64)
    """SHA-256 of the stored content and the change note, as last taken from the source."""
    seen_at: datetime | None = Field(default=None, sa_column=timestamp_column(now=True))
    leads: bool = Field(default=True, sa_column=Column(Boolean, nullable=False, server_default=text("true")))
    """True if changes of this record become editions; a document delivered first by another source follows that one."""
    pushed_by: str | None = Field(default=None, max_length=128)
    """Key that last pushed it; null if the source was read by the hub."""
    url: str | None = Field(default=None, max_length=2_000)
    fetched_at: datetime | None = Field(default=None, sa_column=timestamp_column(nullable=True))
    sha256: str | None = Field(default=None, max_length=64)
    """SHA-256 of the bytes as delivered."""
    claims: dict[str, Any] | None = Field(default=None, sa_column=Column(JSONB(none_as_null=True), nullable=True))
    """Claims of this source about number, issuers, title and dates: see `hub.domain.source_claims`."""
    conflicts: list[dict[str, Any]] | None = Field(
        default=None, sa_column=Column(JSONB(none_as_null=True), nullable=True)
    )
    """Claims that differ from the document as last saved."""


class TextFingerprint(SQLModel, table=True):
    """Fingerprint of a document as last saved: see `hub.domain.fingerprints`."""

    __tablename__ = "text_mark"
    __table_args__ = (
        Index("ix_text_mark_number", "number", "kind", "lang", "year"),
        # No pending list: every search for duplicates would read all of it.
        Index("ix_text_mark_lows", "lows", postgresql_using="gin", postgresql_with={"fastupdate": "off"}),
    )

    document_id: UUID = Field(primary_key=True, foreign_key="document.id")
    lang: str = Field(primary_key=True, max_length=8)
    kind: str = Field(max_length=16)
    type: str | None = Field(default=None, max_length=80)
    number: str | None = Field(default=None, max_length=120)
    year: int | None = Field(default=None, sa_type=Integer)
    issuers: list[str] = Field(sa_column=Column(ARRAY(Text), nullable=False))
    issued_on: date | None = None
    title: str = Field(max_length=300)
    figures: str = Field(max_length=200)
    shingles: int
    sketch: list[int] = Field(sa_column=Column(ARRAY(Integer), nullable=False))
    numerals: int
    numerals_sketch: list[int] = Field(sa_column=Column(ARRAY(Integer), nullable=False))
    lows: list[int] = Field(sa_column=Column(ARRAY(Integer), nullable=False))
    """`Fingerprint.stored_hashes()`."""
