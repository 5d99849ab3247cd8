"""The table of inquiries of the press. Nothing here is ever public; contacts of journalists are not stored."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, Index
from sqlmodel import Field, SQLModel

from hub.db import timestamp_column


class PressInquiry(SQLModel, table=True):
    """A question of an outlet to an agency; it ends with a published answer, or with a reason."""

    __tablename__ = "press_inquiry"
    __table_args__ = (
        CheckConstraint("answered_at IS NULL OR closed_at IS NULL", name="press_inquiry_end"),
        CheckConstraint("(answered_at IS NULL) = (document_id IS NULL)", name="press_inquiry_answer"),
        CheckConstraint("(erased_at IS NULL) = (question IS NOT NULL)", name="press_inquiry_erased"),
        Index("ix_press_inquiry_agency", "agency", "asked_at", "id"),
    )

    id: UUID = Field(primary_key=True)
    agency: str = Field(foreign_key="agency.code", max_length=64)
    outlet: str | None = None
    question: str | None = None
    """Outlet, question and reason are null after erasing."""
    asked_at: datetime = Field(sa_column=timestamp_column())
    incident_at: datetime | None = Field(default=None, sa_column=timestamp_column(nullable=True))
    created_by: str = Field(max_length=128)
    created_at: datetime | None = Field(default=None, sa_column=timestamp_column(now=True))
    version: int = Field(default=1, sa_column_kwargs={"server_default": "1"})
    document_id: UUID | None = Field(default=None, foreign_key="document.id", index=True)
    """The statement or bulletin that answered it."""
    answered_at: datetime | None = Field(default=None, sa_column=timestamp_column(nullable=True))
    closed_at: datetime | None = Field(default=None, sa_column=timestamp_column(nullable=True))
    reason: str | None = None
    erased_at: datetime | None = Field(default=None, sa_column=timestamp_column(nullable=True))
