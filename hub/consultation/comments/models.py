"""Tables of comments. What a person wrote stands in them sealed with the comment's own data keys, never in clear."""

from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    BigInteger,
    CheckConstraint,
    Column,
    DateTime,
    ForeignKeyConstraint,
    Identity,
    Index,
    String,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field, SQLModel

from hub.clocks.models import one_of
from hub.db import timestamp_column


class Stance(StrEnum):
    """Stance of a comment on what it is about (quan điểm)."""

    agrees = "agrees"
    agrees_in_part = "agrees_in_part"
    against = "against"
    suggests = "suggests"
    asks = "asks"


class AuthorKind(StrEnum):
    """Kind of an author (chủ thể góp ý). The last two answer by official letter only."""

    person = "person"
    organisation = "organisation"
    business = "business"
    anonymous = "anonymous"
    body = "body"
    """An agency or association that was asked."""
    front = "front"
    """The Fatherland Front (Mặt trận Tổ quốc Việt Nam), whose critique (phản biện xã hội) is a kind of its own."""


class AuthorShown(StrEnum):
    """Name that an author lets be shown: their own, their kind only, or none at all."""

    name = "name"
    kind = "kind"
    nothing = "nothing"


class CommentState(StrEnum):
    """State of a comment: it waits for a moderator, is public, or was hidden, withdrawn or erased."""

    waiting = "waiting"
    public = "public"
    hidden = "hidden"
    withdrawn = "withdrawn"
    erased = "erased"


class HoldReason(StrEnum):
    """Reason for which a comment waits for a moderator."""

    quota = "quota"
    private_data = "private_data"
    review_first = "review_first"
    moderator = "moderator"


class KeyPurpose(StrEnum):
    """Use of a data key: for text and author, or for the contact, which is kept for a shorter time."""

    content = "content"
    contact = "contact"


class Comment(SQLModel, table=True):
    """A comment on a version of a draft (ý kiến góp ý). Only public facts stand in clear."""

    __tablename__ = "comment"
    __table_args__ = (
        ForeignKeyConstraint(
            ["consultation_id", "draft_position"],
            ["consultation_draft.consultation_id", "consultation_draft.position"],
            name="fk_comment_draft",
        ),
        CheckConstraint(one_of("state", CommentState), name="comment_state"),
        CheckConstraint(one_of("stance", Stance), name="comment_stance"),
        CheckConstraint(one_of("author_kind", AuthorKind), name="comment_author_kind"),
        CheckConstraint(one_of("shown", AuthorShown), name="comment_shown"),
        CheckConstraint("(state = 'hidden') = (hidden_reason IS NOT NULL)", name="comment_hidden"),
        Index("ix_comment_list", "consultation_id", "state", "number"),
        Index("ix_comment_waiting", "consultation_id", postgresql_where=text("state = 'waiting'")),
        Index("ix_comment_group", "group_id", postgresql_where=text("group_id IS NOT NULL")),
        Index("ix_comment_code", "code_sha256", unique=True, postgresql_where=text("code_sha256 IS NOT NULL")),
    )

    id: UUID = Field(primary_key=True)
    number: int | None = Field(default=None, sa_column=Column(BigInteger, Identity(always=True), unique=True))
    """Order of arrival."""
    consultation_id: UUID = Field(foreign_key="consultation.id")
    draft_position: int
    """Version of the draft that it is about: `consultation_draft.position`."""
    ref: str | None = Field(default=None, max_length=200)
    """Node of that version; None: the whole draft."""
    lineage: str | None = Field(default=None, max_length=200)
    quote: dict[str, Any] | None = Field(default=None, sa_column=Column(JSONB(none_as_null=True)))
    """Quoted words of the draft: exact, prefix, suffix, start, end."""
    stance: Stance = Field(sa_column=Column(String(16), nullable=False))
    author_kind: AuthorKind = Field(sa_column=Column(String(16), nullable=False))
    shown: AuthorShown = Field(sa_column=Column(String(16), nullable=False))
    state: CommentState = Field(sa_column=Column(String(16), nullable=False))
    held_for: list[str] = Field(
        default_factory=list, sa_column=Column(ARRAY(String(32)), nullable=False, server_default="{}")
    )
    """Reasons for which it waits for a moderator."""
    hidden_reason: str | None = Field(default=None, max_length=64)
    """Code of the public list of reasons."""
    content_sealed: bytes | None = None
    """JSON of text, name and details of the author, sealed with the content key; None when erased."""
    contact_sealed: bytes | None = None
    """JSON of the contact for the answer's notice, sealed with the contact key; None without one and after its term."""
    code_sha256: bytes | None = None
    """SHA-256 of the code with which the author changes it; None for letters and when erased."""
    commitment: bytes | None = None
    """Salted commitment to the text: SHA-256 of salt, id and SHA-256 of the text."""
    is_counted: bool = Field(default=False, sa_column_kwargs={"server_default": "false"})
    """True if it was counted at the end of its consultation: its commitment is a leaf of the tree."""
    group_id: UUID | None = Field(default=None, foreign_key="comment_group.id")
    """Group of near copies that it belongs to."""
    body_id: UUID | None = Field(default=None, foreign_key="consultation_body.id", index=True)
    """Body whose letter it is."""
    received_at: datetime = Field(sa_column=timestamp_column())
    """Arrival of the request's headers, by the clock of the database."""
    changed_at: datetime | None = Field(default=None, sa_column=timestamp_column(nullable=True))
    version: int = 1


class CommentKey(SQLModel, table=True):
    """A data key of a comment, sealed with the key of the hub. Excluded from exports and from the usual backup.

    Deleting the row makes what it sealed unreadable for ever, in older backups, too.
    """

    __tablename__ = "comment_key"

    comment_id: UUID = Field(primary_key=True, foreign_key="comment.id")
    purpose: KeyPurpose = Field(sa_column=Column(String(16), primary_key=True))
    key_sealed: bytes
    salt: bytes | None = None
    """Salt of the commitment, beside the content key: whoever erases it makes the commitment prove nothing."""


class CommentReceipt(SQLModel, table=True):
    """Receipt of a consent: which wording, in which version, was accepted when. It names nobody."""

    __tablename__ = "comment_receipt"

    id: int | None = Field(default=None, sa_column=Column(BigInteger, Identity(always=True), primary_key=True))
    comment_id: UUID = Field(index=True)
    """No foreign key: a receipt is kept longer than its comment."""
    wording: str = Field(max_length=64)
    wording_version: int
    lang: str = Field(max_length=8)
    accepted_at: datetime = Field(sa_column=timestamp_column())


class CommentFile(SQLModel, table=True):
    """A file of a comment. Its bytes are stored sealed with the content key; never public before a verdict."""

    __tablename__ = "comment_file"
    __table_args__ = (
        CheckConstraint("state IN ('waiting', 'clean', 'refused')", name="comment_file_state"),
        Index("uq_comment_file", "comment_id", "position", unique=True),
    )

    id: UUID = Field(primary_key=True)
    comment_id: UUID = Field(foreign_key="comment.id")
    position: int
    media_type: str = Field(max_length=100)
    size: int = Field(sa_type=BigInteger)
    """Bytes of the cleaned file."""
    state: str = Field(max_length=16)
    reason: str | None = Field(default=None, max_length=64)
    """Code for which it was refused."""
    name_sealed: bytes
    blob_sha256: str | None = Field(default=None, foreign_key="file_blob.sha256", max_length=64, index=True)
    """The sealed bytes in the file store; None when refused or erased."""


class CommentQuota(SQLModel, table=True):
    """Comments counted in a window of time, per network, consultation, or in all.

    The key of a network is an HMAC with a key that is made anew each day and kept in memory and in `quota_key` only.
    """

    __tablename__ = "comment_quota"

    key: bytes = Field(primary_key=True)
    window_start: datetime = Field(sa_column=Column(DateTime(timezone=True), primary_key=True))
    used: int = 0


class QuotaKey(SQLModel, table=True):
    """The HMAC key of a day, sealed with the key of the hub; deleted two days later."""

    __tablename__ = "quota_key"

    day: str = Field(primary_key=True, max_length=10)
    key_sealed: bytes
