"""Tables of consultations: the consultation, its documents, and the editions of their drafts that became public."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, Column, Identity, Index, Integer, String, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field, SQLModel

from hub.db import timestamp_column
from hub.domain.consultations import ConsultationStage

_STAGES = ", ".join(f"'{stage}'" for stage in ConsultationStage)


class Consultation(SQLModel, table=True):
    """A consultation (lấy ý kiến): its window and where its life stands.

    `closes_at` is exclusive. Both instants stand on the open views of its drafts too, kept in step by every change.
    """

    __tablename__ = "consultation"
    __table_args__ = (
        CheckConstraint(f"state IN ({_STAGES})", name="consultation_state"),
        CheckConstraint("opens_at <= closes_at AND closes_at <= announced_closes_at", name="consultation_window"),
        CheckConstraint("(state = 'dropped') = (dropped_at IS NOT NULL)", name="consultation_dropped"),
        CheckConstraint("(state = 'adopted') = (adopted_at IS NOT NULL)", name="consultation_adopted"),
        Index("ix_consultation_opens", "opens_at", postgresql_where=text("state = 'announced'")),
        Index("ix_consultation_closing", "closes_at", postgresql_where=text("state IN ('announced', 'open')")),
        Index("ix_consultation_closes", "closes_at", "id"),
    )

    id: UUID = Field(primary_key=True)
    number: int | None = Field(default=None, sa_column=Column(BigInteger, Identity(always=True), unique=True))
    """Number of the row, under which failures of the clock are counted."""
    agency: str = Field(foreign_key="agency.code", index=True, max_length=64)
    state: ConsultationStage = Field(sa_column=Column(String(16), nullable=False))
    opens_at: datetime = Field(sa_column=timestamp_column())
    closes_at: datetime = Field(sa_column=timestamp_column())
    announced_closes_at: datetime = Field(sa_column=timestamp_column())
    """The furthest end that was ever announced; later than `closes_at` only after it was dropped."""
    announced_at: datetime = Field(sa_column=timestamp_column())
    opened_at: datetime | None = Field(default=None, sa_column=timestamp_column(nullable=True))
    closed_at: datetime | None = Field(default=None, sa_column=timestamp_column(nullable=True))
    answered_at: datetime | None = Field(default=None, sa_column=timestamp_column(nullable=True))
    adopted_at: datetime | None = Field(default=None, sa_column=timestamp_column(nullable=True))
    dropped_at: datetime | None = Field(default=None, sa_column=timestamp_column(nullable=True))
    dropped_reason: str | None = None
    short_reason: str | None = None
    """Published reason for a window that is shorter than the legal minimum."""
    policy_id: UUID | None = Field(default=None, foreign_key="document.id", index=True)
    """The policy that came of it."""
    without_answers: bool = Field(default=False, sa_column_kwargs={"server_default": "false"})
    """Adopted before the comments were answered: a breach on record."""
    adopted_reason: str | None = None
    """Published reason for an adoption without answers."""
    version: int = Field(default=1, sa_column=Column(Integer, nullable=False, server_default="1"))
    """Incremented by every change; compared with `If-Match`."""
    comment_changes: int = Field(default=0, sa_column=Column(BigInteger, nullable=False, server_default="0"))
    """Number of public changes of comments, for whoever keeps copies."""
    grouped_changes: int = Field(default=0, sa_column=Column(BigInteger, nullable=False, server_default="0"))
    """Value of `comment_changes` up to which the groups of near copies were computed."""
    review_first: bool = Field(default=False, sa_column_kwargs={"server_default": "false"})
    """True if each comment waits for a moderator before it is public."""
    closing_counts: dict[str, int] | None = Field(default=None, sa_column=Column(JSONB(none_as_null=True)))
    """Comments by state at its end, as the log tells them."""
    closing_soon_for: datetime | None = Field(default=None, sa_column=timestamp_column(nullable=True))
    """The end that was logged as coming soon; another end is logged again."""
    comments_root: bytes | None = None
    """Root of the Merkle tree over the commitments of the comments that were counted at its end."""

    @property
    def stage(self) -> ConsultationStage:
        """Stage of its life; a loaded row has it as text."""
        return ConsultationStage(self.state)


class ConsultationDocument(SQLModel, table=True):
    """A draft document that belongs to a consultation; it may be linked before it becomes public."""

    __tablename__ = "consultation_document"
    __table_args__ = (Index("uq_consultation_document", "consultation_id", "position", unique=True),)

    document_id: UUID = Field(primary_key=True, foreign_key="document.id")
    consultation_id: UUID = Field(foreign_key="consultation.id")
    position: int
    """Order of the documents, starting at 1."""


class ConsultationDraft(SQLModel, table=True):
    """An edition of a draft that became public in a consultation."""

    __tablename__ = "consultation_draft"
    __table_args__ = (Index("uq_consultation_draft", "document_id", "lang", "edition", unique=True),)

    consultation_id: UUID = Field(primary_key=True, foreign_key="consultation.id")
    position: int = Field(primary_key=True)
    """Order in which the editions became public, starting at 1."""
    document_id: UUID = Field(foreign_key="document.id")
    lang: str = Field(max_length=8)
    edition: int
    draft_version: int
    """Number of the draft, as the edition states it (lần dự thảo)."""
    published_at: datetime = Field(sa_column=timestamp_column())
    carried_changes: int = Field(default=0, sa_column=Column(BigInteger, nullable=False, server_default="0"))
    """Value of the consultation's `comment_changes` up to which comments on earlier versions were carried here."""
