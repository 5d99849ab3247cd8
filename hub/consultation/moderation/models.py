"""Tables of moderation: each decision on a comment, in batches that can be undone."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ARRAY, BigInteger, Column, Identity, Index, String
from sqlmodel import Field, SQLModel

from hub.db import timestamp_column


class CommentDecision(SQLModel, table=True):
    """A moderator's decision on one comment (quyết định kiểm duyệt); it quotes nothing of the text."""

    __tablename__ = "comment_decision"
    __table_args__ = (Index("ix_comment_decision_batch", "batch_id"),)

    id: int | None = Field(default=None, sa_column=Column(BigInteger, Identity(always=True), primary_key=True))
    batch_id: UUID
    """Decisions of one request, which are undone together."""
    comment_id: UUID = Field(foreign_key="comment.id", index=True)
    before: str = Field(max_length=16)
    after: str = Field(max_length=16)
    reason: str | None = Field(default=None, max_length=64)
    reason_before: str | None = Field(default=None, max_length=64)
    held_before: list[str] = Field(default_factory=list, sa_column=Column(ARRAY(String(32)), nullable=False))
    version: int
    """Version of the comment that this decision made: it is undone while the comment still has it."""
    by: str = Field(max_length=128)
    """Id of the key or person."""
    at: datetime = Field(sa_column=timestamp_column())
    undone_at: datetime | None = Field(default=None, sa_column=timestamp_column(nullable=True))
