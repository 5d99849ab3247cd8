"""Tables of official answers, and of the groups of near copies that get one answer together."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import CheckConstraint, Column, Index, String, text
from sqlmodel import Field, SQLModel

from hub.clocks.models import one_of
from hub.db import timestamp_column


class AnswerOutcome(StrEnum):
    """Outcome of a comment: accepted (tiếp thu), partly, rejected with reasons (giải trình), or noted."""

    accepted = "accepted"
    partly = "partly"
    rejected = "rejected"
    noted = "noted"


class CommentGroup(SQLModel, table=True):
    """Comments that are near copies of one another; every text stays readable."""

    __tablename__ = "comment_group"

    id: UUID = Field(primary_key=True)
    consultation_id: UUID = Field(foreign_key="consultation.id", index=True)
    representative_id: UUID
    """Comment whose text stands for the group."""
    made_at: datetime = Field(sa_column=timestamp_column())
    changed_at: datetime = Field(sa_column=timestamp_column())
    """Time at which comments last joined it, moved or left; an older answer was written for others."""


class CommentAnswer(SQLModel, table=True):
    """The official answer to one comment or one group. It becomes public when the consultation is answered."""

    __tablename__ = "comment_answer"
    __table_args__ = (
        CheckConstraint("(comment_id IS NULL) <> (group_id IS NULL)", name="comment_answer_of_one"),
        CheckConstraint(one_of("outcome", AnswerOutcome), name="comment_answer_outcome"),
        CheckConstraint("(changed_ref IS NULL) = (changed_position IS NULL)", name="comment_answer_change"),
        Index("uq_comment_answer", "comment_id", unique=True, postgresql_where=text("comment_id IS NOT NULL")),
        Index("uq_comment_answer_group", "group_id", unique=True, postgresql_where=text("group_id IS NOT NULL")),
    )

    id: UUID = Field(primary_key=True)
    consultation_id: UUID = Field(foreign_key="consultation.id", index=True)
    comment_id: UUID | None = Field(default=None, foreign_key="comment.id")
    group_id: UUID | None = Field(default=None, foreign_key="comment_group.id")
    outcome: AnswerOutcome = Field(sa_column=Column(String(16), nullable=False))
    reason: str
    changed_position: int | None = None
    """Version of the draft that changed because of it: `consultation_draft.position`."""
    changed_ref: str | None = Field(default=None, max_length=200)
    """Node of that version."""
    by: str = Field(max_length=64)
    written_at: datetime = Field(sa_column=timestamp_column())
    version: int = 1
