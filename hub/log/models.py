"""Tables of the publication log: head, epochs, entries, right to send, and the cursors and failures of followers."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, Column, Index, SmallInteger, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field, SQLModel

from hub.db import timestamp_column


class LogHead(SQLModel, table=True):
    """The single row of the head; its lock serializes appends in commit order."""

    __tablename__ = "log_head"
    __table_args__ = (CheckConstraint("id = 1", name="one_row"),)

    id: int = Field(default=1, primary_key=True)
    epoch: UUID
    seq: int = Field(sa_type=BigInteger)
    hash: str = Field(max_length=64)
    at: datetime | None = Field(default=None, sa_column=timestamp_column(nullable=True))
    """Time of the last entry: times in the log never run backwards."""


class LogEpoch(SQLModel, table=True):
    """An epoch of the log: it follows the last entry of the previous one, which `previous_hash` covers."""

    __tablename__ = "log_epoch"

    epoch: UUID = Field(primary_key=True)
    first_seq: int = Field(sa_type=BigInteger)
    """Position of its first entry."""
    previous_epoch: UUID | None = Field(default=None, foreign_key="log_epoch.epoch", unique=True)
    previous_hash: str | None = Field(default=None, max_length=64)
    reason: str
    at: datetime | None = Field(default=None, sa_column=timestamp_column(now=True))


class LogEntry(SQLModel, table=True):
    """A public event; `hash` covers the entry and the previous hash (see `hub.log.chain`).

    Entries of documents have version 1 and the columns from `kind` to `view_sha256`; those of every other subject have
    version 2, `subject_id` and `data`.
    """

    __tablename__ = "log_entry"
    __table_args__ = (
        Index("ix_log_entry_at", "at", "seq"),
        CheckConstraint(
            "CASE WHEN subject = 'document' THEN num_nonnulls(kind, document_id, lang, edition, view_sha256) = 5"
            " ELSE num_nonnulls(subject_id, data) = 2 AND version >= 2 END",
            name="log_entry_subject_members",
        ),
    )

    seq: int = Field(sa_column=Column(BigInteger, primary_key=True, autoincrement=False))
    event: str = Field(max_length=32)
    at: datetime = Field(sa_column=timestamp_column())
    due: datetime | None = Field(default=None, sa_column=timestamp_column(nullable=True))
    """Intended time of an event that was scheduled or follows from a date; `at` is later if it was processed late."""
    version: int = Field(default=1, sa_column=Column(SmallInteger, nullable=False, server_default="1"))
    subject: str = Field(default="document", max_length=16, sa_column_kwargs={"server_default": "document"})
    subject_id: str | None = Field(default=None, max_length=128)
    data: dict[str, Any] | None = Field(default=None, sa_column=Column(JSONB(none_as_null=True)))
    kind: str | None = Field(default=None, max_length=16)
    document_id: UUID | None = Field(default=None, foreign_key="document.id", index=True)
    lang: str | None = Field(default=None, max_length=8)
    edition: int | None = None
    view_sha256: str | None = Field(default=None, max_length=64)
    hash: str = Field(max_length=64)


class SendLease(SQLModel, table=True):
    """The single row of the right to send, as the database knows it; see `hub.log.send_lease`."""

    __tablename__ = "send_lease"
    __table_args__ = (CheckConstraint("id = 1", name="one_row"),)

    id: int = Field(default=1, primary_key=True)
    instance: UUID | None = None
    """None until something is sent for the first time."""
    seq: int = Field(sa_type=BigInteger)
    """Position up to which something may have been sent."""
    calls: int = Field(default=0, sa_type=BigInteger, sa_column_kwargs={"server_default": "0"})
    """Number of outside calls that may have been made; see `hub.log.call_count`."""
    held: str | None = None
    """Reason why nothing is sent."""
    held_at: datetime | None = Field(default=None, sa_column=timestamp_column(nullable=True))


class LogVerification(SQLModel, table=True):
    """The single row of the last verification: up to `seq`, whose entry has `hash`, the log was found intact."""

    __tablename__ = "log_verification"
    __table_args__ = (CheckConstraint("id = 1", name="one_row"),)

    id: int = Field(default=1, primary_key=True)
    epoch: UUID
    seq: int = Field(sa_type=BigInteger)
    hash: str = Field(max_length=64)
    at: datetime | None = Field(default=None, sa_column=timestamp_column(now=True))


class Follower(SQLModel, table=True):
    """Cursor of a follower: entries up to `seq` are processed."""

    __tablename__ = "follower"

    name: str = Field(primary_key=True, max_length=64)
    seq: int = Field(sa_type=BigInteger)
    moved_at: datetime | None = Field(default=None, sa_column=timestamp_column(now=True))


class FollowerFailure(SQLModel, table=True):
    """A log entry that a follower could not process: retried with growing pauses, then parked."""

    __tablename__ = "follower_failure"
    __table_args__ = (
        Index("ix_follower_failure_due", "follower", "next_at", postgresql_where=text("parked_at IS NULL")),
    )

    follower: str = Field(primary_key=True, max_length=64)
    seq: int = Field(sa_column=Column(BigInteger, primary_key=True, autoincrement=False))
    attempts: int
    problem: str
    first_at: datetime | None = Field(default=None, sa_column=timestamp_column(now=True))
    next_at: datetime | None = Field(default=None, sa_column=timestamp_column(now=True))
    parked_at: datetime | None = Field(default=None, sa_column=timestamp_column(nullable=True))
