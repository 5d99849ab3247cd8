"""Tables of editing: audit trail, idempotency keys, and rules of agencies."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, Column, Identity, Index, LargeBinary
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field, SQLModel

from hub.db import timestamp_column


class AuditEntry(SQLModel, table=True):
    """An entry of the audit trail (nhật ký nội bộ): private, append-only, separate from the publication log."""

    __tablename__ = "audit_entry"
    __table_args__ = (
        Index("ix_audit_entry_document", "document_id", "id"),
        Index("ix_audit_entry_agency", "agency", "id"),
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
