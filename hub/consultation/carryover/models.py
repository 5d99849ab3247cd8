"""Table of the places of comments in later versions of their draft."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Column, ForeignKeyConstraint, Index, String
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field, SQLModel

from hub.clocks.models import one_of
from hub.consultation.carryover.carried_targets import CarryStatus
from hub.db import timestamp_column


class CommentPlace(SQLModel, table=True):
    """The place of a comment in a later version: found by the hub, or confirmed by a person."""

    __tablename__ = "comment_place"
    __table_args__ = (
        ForeignKeyConstraint(
            ["consultation_id", "draft_position"],
            ["consultation_draft.consultation_id", "consultation_draft.position"],
            name="fk_comment_place_draft",
        ),
        CheckConstraint(one_of("status", CarryStatus), name="comment_place_status"),
        Index("ix_comment_place_draft", "consultation_id", "draft_position", "status"),
    )

    comment_id: UUID = Field(primary_key=True, foreign_key="comment.id")
    draft_position: int = Field(primary_key=True)
    consultation_id: UUID
    status: CarryStatus = Field(sa_column=Column(String(16), nullable=False))
    ref: str | None = Field(default=None, max_length=200)
    lineage: str | None = Field(default=None, max_length=200)
    quote: dict[str, Any] | None = Field(default=None, sa_column=Column(JSONB(none_as_null=True)))
    doubt: str | None = Field(default=None, max_length=32)
    score: float | None = None
    confirmed_by: str | None = Field(default=None, max_length=64)
    confirmed_at: datetime | None = Field(default=None, sa_column=timestamp_column(nullable=True))
    version: int = 1
    """Incremented by every decision of an editor; compared with `If-Match`."""
