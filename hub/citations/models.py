"""Tables of citations: the mentions in open live views, and the documents that a mention can mean.

Both are derived from `published_view` and can be rebuilt at any time (`hub rebuild-citations`). Reads join them with
the views that are public now, so an outdated row shows nothing.
"""

from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, Column, Date, Index, Text, Uuid
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlmodel import Field, SQLModel


def _texts() -> Any:
    return Column(ARRAY(Text), nullable=False)


class PublishedCitation(SQLModel, table=True):
    """One mention in the text of an open live view."""

    __tablename__ = "published_citation"
    __table_args__ = (
        Index("ix_published_citation_target", "target_id", "document_id"),
        Index("ix_published_citation_lookup", "lookup", postgresql_using="gin"),
        Index("ix_published_citation_choices", "choices", postgresql_using="gin"),
    )

    document_id: UUID = Field(primary_key=True)
    lang: str = Field(primary_key=True, max_length=8)
    place: int = Field(primary_key=True)
    """Position in reading order, from 1."""
    seq: int = Field(sa_type=BigInteger)
    """`seq_from` of the view that it was extracted from; it is shown only with that view."""
    kind: str = Field(max_length=8)
    field: str = Field(max_length=40)
    """The text of the view that holds it: `title`, `text`, `answers.2.answer` …"""
    ref: str | None = None
    """`ref` of the node that holds it."""
    begins: int
    ends: int
    text: str
    type: str | None = None
    number: str | None = None
    number_key: str | None = None
    serial: str | None = None
    year: int | None = None
    name: str | None = None
    issuer: str | None = None
    dates: list[date] = Field(sa_column=Column(ARRAY(Date), nullable=False))
    parts: list[dict[str, Any]] = Field(sa_column=Column(JSONB, nullable=False))
    """Cited parts as the sentence names them: `{ref, to, below}`."""
    attached: str | None = None
    amends: int | None = None
    """`place` of the mention whose document was changed by this one, as the sentence says."""
    lookup: list[str] = Field(sa_column=_texts())
    """Keys to find its document by (`hub.legal.citations.resolver`)."""
    reading: float
    """Confidence of the parser, from 0 to 1."""
    outcome: str = Field(max_length=12)
    confidence: float
    why: str
    target_id: UUID | None = None
    target_refs: list[str] = Field(sa_column=_texts())
    """The cited nodes of the target, as deep as it has them."""
    choices: list[UUID] = Field(sa_column=Column(ARRAY(Uuid), nullable=False))


class Citable(SQLModel, table=True):
    """A live policy: the columns that resolving a citation needs."""

    __tablename__ = "citable"
    __table_args__ = (Index("ix_citable_lookup", "lookup", postgresql_using="gin"),)

    document_id: UUID = Field(primary_key=True)
    number: str | None = None
    type: str
    title: str
    issuers: list[str] = Field(sa_column=_texts())
    issued_on: date
    lookup: list[str] = Field(sa_column=_texts())
    """Keys that it is found by (`hub.legal.citations.resolver`)."""
    refs: list[str] = Field(sa_column=_texts())
    """`ref`s of its nodes, in reading order."""
