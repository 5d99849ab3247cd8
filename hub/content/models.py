"""Tables of the write side (documents, editions) and of the public side (published views).

Public reads use `published_view` only. Partial unique indexes enforce the lifecycle: a document has at most one working
edition, one live edition and one open view in each language.
"""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    Column,
    Identity,
    Index,
    Integer,
    LargeBinary,
    String,
    Text,
    column,
    func,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB, TSVECTOR
from sqlmodel import Field, SQLModel

from hub.db import timestamp_column
from hub.domain.lifecycle import WORKING_STATES, DocumentState, EditionState

_WORKING = ", ".join(f"'{state}'" for state in sorted(WORKING_STATES))
_WITH_PUBLIC = ", ".join(f"'{state}'" for state in sorted({*WORKING_STATES, EditionState.published}))


class Document(SQLModel, table=True):
    """A document, with all its editions and languages (tài liệu)."""

    __tablename__ = "document"

    id: UUID = Field(primary_key=True)
    kind: str = Field(max_length=16)
    owner: str = Field(foreign_key="agency.code", index=True, max_length=64)
    state: DocumentState = Field(default=DocumentState.unpublished, sa_column=Column(String(16), nullable=False))
    version: int = Field(default=1, sa_column=Column(Integer, nullable=False, server_default="1"))
    """Incremented by every change of an editor; compared with `If-Match`."""
    created_at: datetime | None = Field(default=None, sa_column=timestamp_column(now=True))


class Edition(SQLModel, table=True):
    """One version of a document in one language (phiên bản); its content is immutable once published."""

    __tablename__ = "edition"
    __table_args__ = (
        Index("uq_edition_number", "document_id", "lang", "number", unique=True),
        Index(
            "uq_edition_working",
            "document_id",
            "lang",
            unique=True,
            postgresql_where=text(f"state IN ({_WORKING})"),
        ),
        Index("uq_edition_live", "document_id", "lang", unique=True, postgresql_where=text("state = 'published'")),
        Index(
            "ix_edition_worklist", "changed_at", "document_id", "lang", postgresql_where=text(f"state IN ({_WORKING})")
        ),
        Index(
            "ix_edition_unmapped",
            "id",
            postgresql_where=text(f"content ? 'unmapped' AND state IN ({_WITH_PUBLIC})"),
        ),
        Index("ix_edition_scheduled_for", "scheduled_for", postgresql_where=text("state = 'scheduled'")),
    )

    id: int | None = Field(default=None, sa_column=Column(BigInteger, Identity(always=True), primary_key=True))
    document_id: UUID = Field(foreign_key="document.id")
    lang: str = Field(max_length=8)
    number: int
    state: EditionState = Field(default=EditionState.drafting, sa_column=Column(String(16), nullable=False))
    content: dict[str, Any] = Field(sa_column=Column(JSONB, nullable=False))
    content_sha256: str = Field(max_length=64)
    update_type: str = Field(default="major", max_length=8)
    change_note: str | None = None
    correction_of: int | None = None
    """Number of the public edition that this one corrects."""
    scheduled_for: datetime | None = Field(default=None, sa_column=timestamp_column(nullable=True))
    written_by: str = Field(max_length=128)
    approved_by: str | None = Field(default=None, max_length=128)
    created_at: datetime | None = Field(default=None, sa_column=timestamp_column(now=True))
    changed_at: datetime | None = Field(default=None, sa_column=timestamp_column(now=True))
    published_at: datetime | None = Field(default=None, sa_column=timestamp_column(nullable=True))


_OPEN = text("seq_to IS NULL")
_LISTED = text("seq_to IS NULL AND state = 'live'")
_LISTED_DRAFTS = text("seq_to IS NULL AND state = 'live' AND kind = 'draft'")
_WITHOUT_CONSULTATION = text("seq_to IS NULL AND state = 'live' AND consultation_id IS NULL AND closes_at IS NOT NULL")
_HIGH_IMPACT = text("seq_to IS NULL AND state = 'live' AND high_impact")
_BULLETINS = text("seq_to IS NULL AND state = 'live' AND priority IS NOT NULL")
_NEWEST = (text("published_at DESC"), text("document_id DESC"))
_DAYS = ("issued_on", "effective_on")
_TAKEN_AWAY = text("seq_to IS NULL AND state <> 'live'")
_ENDED = text("seq_to IS NOT NULL AND state = 'live'")


class PublishedView(SQLModel, table=True):
    """The published view of one edition, valid for log positions from `seq_from` (inclusive) to `seq_to` (exclusive).

    `card` and `full` are the exact UTF-8 JSON that is served; the other columns repeat facts from them for filtering
    and sorting. `body` and `words` (plain text and its tsvector) are stored on open rows only.
    """

    __tablename__ = "published_view"
    __table_args__ = (
        Index("uq_published_view_open", "document_id", "lang", unique=True, postgresql_where=_OPEN),
        Index("ix_published_view_history", "document_id", "lang", "seq_from"),
        # `as_of` reads closed rows too; rows with a later `seq_from` are skipped inside the index.
        Index("ix_published_view_then", "kind", "published_at", "document_id", "seq_from"),
        # Days stand last, so that a filter by day looks for its first items within the index, however far down.
        Index("ix_published_view_published", "kind", "published_at", "document_id", *_DAYS, postgresql_where=_LISTED),
        # Ties are listed by publication, newest first: read backwards, or forwards with columns of both directions.
        Index(
            "ix_published_view_modified",
            *("kind", "modified_at", "published_at", "document_id", *_DAYS),
            postgresql_where=_LISTED,
        ),
        Index(
            "ix_published_view_issued",
            *("kind", "issued_on", "published_at", "document_id", "effective_on"),
            postgresql_where=_LISTED,
        ),
        Index("ix_published_view_title", "kind", "title_key", *_NEWEST, postgresql_where=_LISTED),
        Index(
            "ix_published_view_closes_at",
            text("COALESCE(closes_at, '9999-12-31 00:00:00+00'::timestamptz)"),
            *_NEWEST,
            postgresql_where=_LISTED_DRAFTS,
        ),
        Index(
            "ix_published_view_closed_at",
            text("COALESCE(closes_at, '0001-01-02 00:00:00+00'::timestamptz)"),
            "published_at",
            "document_id",
            postgresql_where=_LISTED_DRAFTS,
        ),
        # Drafts that a process without consultations published; the clock begins one for each.
        Index("ix_published_view_no_consultation", "document_id", postgresql_where=_WITHOUT_CONSULTATION),
        Index("ix_published_view_high_impact", "kind", "published_at", "document_id", postgresql_where=_HIGH_IMPACT),
        Index("ix_published_view_priority", "priority", "published_at", "document_id", postgresql_where=_BULLETINS),
        Index("ix_published_view_channels", "channels", postgresql_using="gin", postgresql_where=_BULLETINS),
        # Feeds list the latest changes and removals, and items that no longer match a filter after a later edition.
        Index("ix_published_view_changed", "kind", "seq_from", postgresql_where=_LISTED),
        Index("ix_published_view_taken_away", "kind", "seq_from", postgresql_where=_TAKEN_AWAY),
        Index("ix_published_view_ended", "kind", "seq_to", postgresql_where=_ENDED),
        Index("ix_published_view_agency", "agency", "modified_at", postgresql_where=_LISTED),
        # Facets read the spelling of a type from its newest document.
        Index("ix_published_view_type", "doc_type", "published_at", postgresql_where=_LISTED),
        # Lists by type in the order of publication, whatever the type: few documents may have it, or none.
        Index("ix_published_view_of_type", "kind", "doc_type", "published_at", "document_id", postgresql_where=_LISTED),
        Index("ix_published_view_effective", "kind", "effective_on", postgresql_where=_LISTED),
        # Sitemaps are pages of this index.
        Index("ix_published_view_documents", "kind", "document_id", "modified_at", postgresql_where=_LISTED),
        Index("ix_published_view_topics", "topics", postgresql_using="gin", postgresql_where=_LISTED),
        Index("ix_published_view_places", "places", postgresql_using="gin", postgresql_where=_LISTED),
        Index("ix_published_view_issuers", "issuers", postgresql_using="gin", postgresql_where=_LISTED),
        # URLs made from a number also lead to withdrawn documents, and report gone ones.
        Index("ix_published_view_number_open", "number_key", postgresql_where=_OPEN),
        Index("ix_published_view_number", "number_key", postgresql_where=_LISTED),
        Index("ix_published_view_next_due", "next_due", postgresql_where=_OPEN),
        Index("ix_published_view_words", "words", postgresql_using="gin", postgresql_where=_LISTED),
        Index(
            "ix_published_view_beginning",
            func.left(func.hub_title(column("card")), text("60")).label("beginning"),
            postgresql_ops={"beginning": "text_pattern_ops"},
            postgresql_where=_LISTED,
        ),
        Index(
            "ix_published_view_suggest",
            func.hub_title(column("card")).label("title"),
            postgresql_using="gin",
            postgresql_ops={"title": "gin_trgm_ops"},
            postgresql_where=_LISTED,
        ),
    )

    id: int | None = Field(default=None, sa_column=Column(BigInteger, Identity(always=True), primary_key=True))
    document_id: UUID = Field(foreign_key="document.id")
    edition_id: int = Field(sa_type=BigInteger, foreign_key="edition.id")
    kind: str = Field(max_length=16)
    lang: str = Field(max_length=8)
    state: str = Field(max_length=16)
    seq_from: int = Field(sa_type=BigInteger)
    seq_to: int | None = Field(default=None, sa_type=BigInteger)
    schema_version: int
    card: bytes | None = Field(default=None, sa_column=Column(LargeBinary))
    full: bytes | None = Field(default=None, sa_column=Column(LargeBinary))
    sha256: str = Field(max_length=64)
    redirect_to: UUID | None = None
    agency: str = Field(max_length=64)
    issuers: list[str] = Field(sa_column=Column(ARRAY(Text), nullable=False))
    topics: list[str] = Field(sa_column=Column(ARRAY(Text), nullable=False))
    places: list[str] = Field(sa_column=Column(ARRAY(Text), nullable=False))
    doc_type: str | None = None
    number_key: str | None = None
    title_key: str
    issued_on: date
    effective_on: date | None = None
    expires_on: date | None = None
    opens_on: date | None = None
    closes_on: date | None = None
    """Days of the consultation as the text states them; the instants below are those that hold."""
    consultation_id: UUID | None = None
    consultation_stage: str | None = Field(default=None, max_length=16)
    consultation_version: int | None = None
    opens_at: datetime | None = Field(default=None, sa_column=timestamp_column(nullable=True))
    closes_at: datetime | None = Field(default=None, sa_column=timestamp_column(nullable=True))
    """Consultation of a draft: of open rows as it is now, of others as it was when they were closed."""
    high_impact: bool = False
    impact_stated: bool = Field(default=False, sa_column_kwargs={"server_default": "false"})
    channels: list[str] = Field(sa_column=Column(ARRAY(Text), nullable=False, server_default="{}"))
    priority: str | None = Field(default=None, max_length=16)
    valid_until: datetime | None = Field(default=None, sa_column=timestamp_column(nullable=True))
    edition: int
    update_type: str = Field(max_length=8)
    change_note: str | None = None
    correction_of: int | None = None
    next_due: datetime | None = Field(default=None, sa_column=timestamp_column(nullable=True))
    """Next time at which a date alone changes this view: entry into force, start or end of its consultation, expiry."""
    published_at: datetime = Field(sa_column=timestamp_column())
    modified_at: datetime = Field(sa_column=timestamp_column())
    body: str | None = None
    words: str | None = Field(default=None, sa_column=Column(TSVECTOR))


class PublishedRelation(SQLModel, table=True):
    """A relation that an open view states to an earlier document; rows are replaced together with the view."""

    __tablename__ = "published_relation"

    document_id: UUID = Field(primary_key=True, foreign_key="document.id")
    lang: str = Field(primary_key=True, max_length=8)
    type: str = Field(primary_key=True, max_length=16)
    target_id: UUID = Field(primary_key=True, foreign_key="document.id", index=True)
    note: str | None = None


class SearchPassage(SQLModel, table=True):
    """A part of an open live view's text that search ranks on its own; rows are replaced together with the view."""

    __tablename__ = "search_passage"
    # The index contains the document's id too, so the passages of a document that contain some words are found without
    # reading (and decompressing) the words of each. The pending list is short because every search reads all of it.
    __table_args__ = (
        Index(
            "ix_search_passage_words",
            text("(ARRAY[document_id])"),
            "words",
            postgresql_using="gin",
            postgresql_with={"gin_pending_list_limit": 512},
        ),
    )

    document_id: UUID = Field(primary_key=True, foreign_key="document.id")
    lang: str = Field(primary_key=True, max_length=8)
    part: int = Field(primary_key=True)
    """Position in reading order, starting at 1."""
    ref: str | None = None
    label: str | None = None
    heading: str
    text: str
    words: str | None = Field(default=None, sa_column=Column(TSVECTOR))


class SearchTerm(SQLModel, table=True):
    """Number of passages that contain a term, which is no longer written.

    Processes of the release before read it while an upgrade rolls, so the next release drops it.
    """

    __tablename__ = "search_term"

    term: str = Field(primary_key=True)
    passages: float


class DamagedRow(SQLModel, table=True):
    """A stored view, or another row, that a surface of some process could not render (hàng dữ liệu hỏng)."""

    __tablename__ = "damaged_row"

    name: str = Field(primary_key=True, max_length=200)
    """UUID of the document, or the name of the row."""
    surface: str = Field(primary_key=True, max_length=64)
    seen_at: datetime | None = Field(default=None, sa_column=timestamp_column(now=True))


class LiveCount(SQLModel, table=True):
    """Number of the documents of a kind with a live view; triggers on `published_view` keep it."""

    __tablename__ = "live_count"

    kind: str = Field(primary_key=True, max_length=16)
    documents: int = Field(sa_type=BigInteger)
