"""Tables of editing: audit trail, idempotency keys, rules of agencies, assignments and notes of editors."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, Column, Identity, Index, LargeBinary, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field, SQLModel

from hub.db import timestamp_column

ALARMING_VERBS = ("key-create", "key-widen", "key-end", "key-rotate", "person-create", "person-end")
"""Verbs of the audit trail that raise the alarm `keys_changed`, unless the operator is the actor."""
SEEN_VERB = "key-seen"
"""Verb of the entry with which the operator ends that alarm."""
_ALARMING = text(f"verb IN ({', '.join(repr(verb) for verb in (*ALARMING_VERBS, SEEN_VERB))})")


class AuditEntry(SQLModel, table=True):
    """An entry of the audit trail (nhật ký nội bộ): private, append-only, separate from the publication log."""

    __tablename__ = "audit_entry"
    __table_args__ = (
        Index("ix_audit_entry_document", "document_id", "id"),
        Index("ix_audit_entry_agency", "agency", "id"),
        Index("ix_audit_entry_keys", "id", postgresql_where=_ALARMING),
    )

    id: int | None = Field(default=None, sa_column=Column(BigInteger, Identity(always=True), primary_key=True))
    at: datetime | None = Field(default=None, sa_column=timestamp_column(now=True))
    actor: str = Field(max_length=128)
    label: str
    agency: str = Field(max_length=64)
    verb: str = Field(max_length=24)
    document_id: UUID | None = None
    lang: str | None = Field(default=None, max_length=8)
    edition: int | None = None
    version: int | None = None
    details: dict[str, Any] = Field(sa_column=Column(JSONB, nullable=False))


class IdempotencyKey(SQLModel, table=True):
    """An idempotency key with the answer to its request, stored for a day."""

    __tablename__ = "idempotency_key"

    principal: str = Field(primary_key=True, max_length=128)
    key: str = Field(primary_key=True, max_length=128)
    request_sha256: str = Field(max_length=64)
    status: int | None = None
    body: bytes | None = Field(default=None, sa_column=Column(LargeBinary))
    version: int | None = None
    made_at: datetime | None = Field(default=None, sa_column=timestamp_column(now=True, index=True))


class AgencyRule(SQLModel, table=True):
    """The four-eyes rule of an agency; an agency without a row has the default rule."""

    __tablename__ = "agency_rule"

    agency: str = Field(primary_key=True, foreign_key="agency.code", max_length=64)
    four_eyes: str = Field(max_length=16)


class Assignment(SQLModel, table=True):
    """The person who is to act on a document, and until when; private."""

    __tablename__ = "assignment"

    document_id: UUID = Field(primary_key=True, foreign_key="document.id")
    person_id: UUID | None = Field(default=None, foreign_key="person.id", index=True)
    due: datetime | None = Field(default=None, sa_column=timestamp_column(nullable=True))
    assigned_by: str = Field(max_length=128)
    assigned_at: datetime | None = Field(default=None, sa_column=timestamp_column(now=True))


class EditorsNote(SQLModel, table=True):
    """A note of an editor about a document, or the reason of a return; private, and erased with the document."""

    __tablename__ = "editors_note"
    __table_args__ = (Index("ix_editors_note_document", "document_id", "id"),)

    id: int | None = Field(default=None, sa_column=Column(BigInteger, Identity(always=True), primary_key=True))
    document_id: UUID = Field(foreign_key="document.id")
    lang: str | None = Field(default=None, max_length=8)
    edition: int | None = None
    type: str = Field(max_length=16)
    text: str | None = None
    """Null when the document is gone."""
    written_by: str = Field(max_length=128)
    label: str
    at: datetime | None = Field(default=None, sa_column=timestamp_column(now=True))
