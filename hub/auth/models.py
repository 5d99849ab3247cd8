"""The table of API keys."""

from datetime import datetime

from sqlalchemy import Column, Text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlmodel import Field, SQLModel

from hub.db import timestamp_column


class ApiKey(SQLModel, table=True):
    """An API key of an agency; only the SHA-256 of its secret is stored."""

    __tablename__ = "api_key"

    id: str = Field(primary_key=True, max_length=32)
    secret_sha256: str = Field(max_length=64)
    label: str
    person: str | None = Field(default=None, max_length=200)
    """The person who answers for it; a key without one is nobody's second pair of eyes."""
    agency: str = Field(foreign_key="agency.code", index=True, max_length=64)
    scopes: list[str] = Field(sa_column=Column(ARRAY(Text), nullable=False))
    created_at: datetime | None = Field(default=None, sa_column=timestamp_column(now=True))
    expires_at: datetime | None = Field(default=None, sa_column=timestamp_column(nullable=True))
    revoked_at: datetime | None = Field(default=None, sa_column=timestamp_column(nullable=True))
    rotated_from: str | None = Field(default=None, max_length=32)
    """The first key of the chain of rotations; all its successors act as this principal."""
    last_used_at: datetime | None = Field(default=None, sa_column=timestamp_column(nullable=True))
