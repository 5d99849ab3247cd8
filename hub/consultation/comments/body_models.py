"""Tables of the bodies that are asked for their opinion."""

from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import CheckConstraint, Column, Index, String
from sqlmodel import Field, SQLModel

from hub.clocks.models import one_of
from hub.db import timestamp_column


class BodyKind(StrEnum):
    """Kind of a body that is asked: an agency, an association, or the Fatherland Front."""

    agency = "agency"
    association = "association"
    front = "front"


class ConsultationBody(SQLModel, table=True):
    """A body that is asked (cơ quan, tổ chức được lấy ý kiến): the letter to it, its term, and its answer."""

    __tablename__ = "consultation_body"
    __table_args__ = (
        CheckConstraint(one_of("kind", BodyKind), name="consultation_body_kind"),
        Index("uq_consultation_body", "consultation_id", "name", unique=True),
    )

    id: UUID = Field(primary_key=True)
    consultation_id: UUID = Field(foreign_key="consultation.id")
    kind: BodyKind = Field(sa_column=Column(String(16), nullable=False))
    name: str = Field(max_length=300)
    agency: str | None = Field(default=None, foreign_key="agency.code", max_length=64)
    """Code of the agency, if the registry knows it."""
    asked_on: date
    letter_number: str | None = Field(default=None, max_length=100)
    """Number of the letter that asks (số công văn)."""
    due_on: date | None = None
    answered_on: date | None = None
    reply_number: str | None = Field(default=None, max_length=100)
    replied_on: date | None = None
    """Number and date of the letter that answers."""
    agrees_entirely: bool = Field(default=False, sa_column_kwargs={"server_default": "false"})
    """It answered that it agrees with the whole draft (thống nhất với dự thảo)."""
    file_sha256: str | None = Field(default=None, foreign_key="file_blob.sha256", max_length=64, index=True)
    """Its letter, byte for byte, with its signatures."""
    file_name: str | None = Field(default=None, max_length=255)
    reminded_at: datetime | None = Field(default=None, sa_column=timestamp_column(nullable=True))
    version: int = 1
