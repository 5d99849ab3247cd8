"""Tables of sources, their items, runs and list pages, and of web hosts.

The work of a run is the rows of `source_item`, one for each item, so a killed worker loses nothing: the next run finds
the rows that are still due.
"""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, Column, Identity, Index, Integer, Text, text
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlmodel import Field, SQLModel

from hub.db import timestamp_column

_DUE = text("state = 'waiting'")
_QUARANTINED = text("state = 'quarantined'")


class Source(SQLModel, table=True):
    """A source (nguồn): owner, kind of its items, schedule, trust and health."""

    __tablename__ = "source"

    code: str = Field(primary_key=True, max_length=64)
    name: str = Field(max_length=200)
    type: str = Field(max_length=16)
    kind: str = Field(max_length=16)
    """A kind of content; internal kinds that publish nothing may be added."""
    agency: str = Field(foreign_key="agency.code", index=True, max_length=64)
    lang: str = Field(max_length=8)
    trust: str = Field(max_length=8)
    schedule: str | None = Field(default=None, max_length=100)
    config: dict[str, Any] = Field(sa_column=Column(JSONB, nullable=False))
    mapping: dict[str, Any] = Field(sa_column=Column(JSONB, nullable=False))
    state: str = Field(default="active", max_length=8)
    made_by: str = Field(max_length=128)
    changed_by: list[str] = Field(
        default_factory=list, sa_column=Column(ARRAY(Text), nullable=False, server_default=text("'{}'"))
    )
    """Principals that have changed it: what it delivers counts as their work, too."""
    created_at: datetime | None = Field(default=None, sa_column=timestamp_column(now=True))
    next_at: datetime | None = Field(default=None, sa_column=timestamp_column(nullable=True, index=True))
    """Time of the next scheduled run; null: no run is scheduled."""
    overdue_at: datetime | None = Field(default=None, sa_column=timestamp_column(nullable=True))
    """Without a successful run by this time the source counts as dead; null: no run is expected."""
    failures: int = 0
    """Failed runs in a row."""
    rests_until: datetime | None = Field(default=None, sa_column=timestamp_column(nullable=True))
    """After an unforeseen error nothing of the source is processed before this time."""
    last_run_at: datetime | None = Field(default=None, sa_column=timestamp_column(nullable=True))
    last_success_at: datetime | None = Field(default=None, sa_column=timestamp_column(nullable=True))
    last_error: str | None = None


class SourceItem(SQLModel, table=True):
    """An item of a source (mục): a page, a file or a record, with its state."""

    __tablename__ = "source_item"
    __table_args__ = (
        Index("uq_source_item", "source", "external_id", unique=True),
        Index("ix_source_item_due", "source", "next_at", postgresql_where=_DUE),
        Index("ix_source_item_set_aside", "source", "id", postgresql_where=_QUARANTINED),
        Index("ix_source_item_document", "document_id"),
    )

    id: int | None = Field(default=None, sa_column=Column(BigInteger, Identity(always=True), primary_key=True))
    source: str = Field(foreign_key="source.code", max_length=64)
    external_id: str = Field(max_length=500)
    url: str | None = Field(default=None, max_length=2_000)
    hints: dict[str, Any] = Field(sa_column=Column(JSONB, nullable=False))
    """Facts from the source's list: title, day, topics, the time of its last change."""
    state: str = Field(default="waiting", max_length=12)
    outcome: str | None = Field(default=None, max_length=12)
    """Result of the last import: created, updated, unchanged, joined."""
    reason: dict[str, Any] | None = Field(default=None, sa_column=Column(JSONB(none_as_null=True), nullable=True))
    record: dict[str, Any] | None = Field(default=None, sa_column=Column(JSONB(none_as_null=True), nullable=True))
    """A quarantined record as it was delivered, so that it can be retried."""
    pushed_by: str | None = Field(default=None, max_length=128)
    """Key that last pushed it."""
    etag: str | None = None
    last_modified: str | None = None
    sha256: str | None = Field(default=None, max_length=64)
    document_id: UUID | None = Field(default=None, foreign_key="document.id")
    original_id: int | None = Field(default=None, sa_type=BigInteger)
    attempts: int = 0
    next_at: datetime | None = Field(default=None, sa_column=timestamp_column(nullable=True))
    seen_run: int | None = Field(default=None, sa_type=BigInteger)
    found_at: datetime | None = Field(default=None, sa_column=timestamp_column(now=True))
    checked_at: datetime | None = Field(default=None, sa_column=timestamp_column(nullable=True))


class SourceRun(SQLModel, table=True):
    """A run of a source and its report (lượt chạy); `counts` and `position` are committed with the work they count."""

    __tablename__ = "source_run"
    __table_args__ = (
        Index("ix_source_run_source", "source", "id"),
        Index("ix_source_run_open", "source", unique=True, postgresql_where=text("finished_at IS NULL")),
    )

    id: int | None = Field(default=None, sa_column=Column(BigInteger, Identity(always=True), primary_key=True))
    source: str = Field(foreign_key="source.code", max_length=64)
    started_at: datetime | None = Field(default=None, sa_column=timestamp_column(now=True))
    finished_at: datetime | None = Field(default=None, sa_column=timestamp_column(nullable=True))
    found: bool = Field(default=False)
    """True when the source's list was read to its end; a run that was killed before that reads it again."""
    position: int = Field(default=0, sa_type=BigInteger)
    """Last line of a JSONL file that was processed."""
    attempts: int = Field(default=0, sa_column=Column(Integer, nullable=False, server_default="0"))
    """Attempts at what follows the position, counted before it is read."""
    reading_to: int = Field(default=0, sa_column=Column(BigInteger, nullable=False, server_default="0"))
    """Last line of an attempt that may have ended its process; up to it, records are read one by one."""
    file_sha256: str | None = Field(default=None, max_length=64)
    counts: dict[str, Any] = Field(sa_column=Column(JSONB, nullable=False))
    error: str | None = None


class SourceListPage(SQLModel, table=True):
    """Validators of a page that lists items, so that it is downloaded only when it changed."""

    __tablename__ = "source_page"

    source: str = Field(primary_key=True, foreign_key="source.code", max_length=64)
    url: str = Field(primary_key=True, max_length=2_000)
    etag: str | None = None
    last_modified: str | None = None


class WebHost(SQLModel, table=True):
    """A web host with its rate limit and robots.txt, shared by all processes."""

    __tablename__ = "web_host"

    host: str = Field(primary_key=True, max_length=300)
    free_at: datetime | None = Field(default=None, sa_column=timestamp_column(nullable=True))
    """When the next request may begin."""
    robots: str | None = None
    robots_status: int | None = None
    robots_at: datetime | None = Field(default=None, sa_column=timestamp_column(nullable=True))
