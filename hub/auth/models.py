"""Tables of persons and their API keys."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import Column, Index, Text, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlmodel import Field, SQLModel

from hub.db import timestamp_column


class Person(SQLModel, table=True):
    """A person of an agency (người của cơ quan), to whom keys belong; never deleted: old entries name it."""

    __tablename__ = "person"
    __table_args__ = (Index("ix_person_subject", "subject", postgresql_where=text("subject IS NOT NULL")),)

    id: UUID = Field(primary_key=True)
    agency: str = Field(foreign_key="agency.code", index=True, max_length=64)
    name: str = Field(max_length=200)
    subject: str | None = Field(default=None, max_length=128)
    """Subject (`sub`) of the staff tokens of this person."""
    email: str | None = Field(default=None, max_length=254)
    known_as: list[str] = Field(sa_column=Column(ARRAY(Text), nullable=False))
    """All names and subjects that the person has had, folded: a new name makes nobody a second person."""
    created_by: str | None = Field(default=None, max_length=128)
    """Principal that created the person; null for the operator."""
    created_at: datetime | None = Field(default=None, sa_column=timestamp_column(now=True))
    ended_at: datetime | None = Field(default=None, sa_column=timestamp_column(nullable=True))
    """Time from which all keys of the person are refused."""


class ApiKey(SQLModel, table=True):
    """An API key of an agency; only the SHA-256 of its secret is stored."""

    __tablename__ = "api_key"

    id: str = Field(primary_key=True, max_length=32)
    secret_sha256: str = Field(max_length=64)
    label: str
    person: str | None = Field(default=None, max_length=200)
    """Name of the person when the key was made; `person_id` counts."""
    person_id: UUID | None = Field(default=None, foreign_key="person.id", index=True)
    """The person who answers for it; a key without one is nobody's second pair of eyes."""
    agency: str = Field(foreign_key="agency.code", index=True, max_length=64)
    agencies: list[str] | None = Field(default=None, sa_column=Column(ARRAY(Text), nullable=True))
    """The only agencies it acts for; null for its agency and all below."""
    scopes: list[str] = Field(sa_column=Column(ARRAY(Text), nullable=False))
    created_at: datetime | None = Field(default=None, sa_column=timestamp_column(now=True))
    expires_at: datetime | None = Field(default=None, sa_column=timestamp_column(nullable=True))
    revoked_at: datetime | None = Field(default=None, sa_column=timestamp_column(nullable=True))
    created_by: str | None = Field(default=None, max_length=128)
    """Principal that created it, and has seen it; null for the operator."""
    vouched_at: datetime | None = Field(default=None, sa_column=timestamp_column(nullable=True))
    """Time at which the operator declared that the key is in the hands of its person alone."""
    rotated_from: str | None = Field(default=None, max_length=32)
    """The first key of the chain of rotations; all its successors act as this principal."""
    last_used_at: datetime | None = Field(default=None, sa_column=timestamp_column(nullable=True))


class SpentChallenge(SQLModel, table=True):
    """A proof of work that was used; kept until its challenge would have ended anyway."""

    __tablename__ = "spent_challenge"

    id: bytes = Field(primary_key=True)
    expires_at: datetime = Field(sa_column=timestamp_column())
