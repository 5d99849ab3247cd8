"""Rows of the citation commands: views to extract from, and what was extracted and resolved."""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import date
from typing import Any
from uuid import UUID

from hub.citations.mentions import Mention
from hub.legal.citations.provisions import CitedProvision
from hub.legal.citations.types import Citation, CitationKind


@dataclass(frozen=True, slots=True)
class CitingView:
    """An open view of a listed document: the columns that citations are extracted from."""

    document_id: UUID
    lang: str
    kind: str
    seq_from: int
    issued_on: date
    full: bytes


@dataclass(frozen=True, slots=True)
class ExtractedView:
    """A live view with the mentions in its text and the `ref`s of its own nodes."""

    view: CitingView
    mentions: Sequence[Mention]
    refs: frozenset[str]


@dataclass(frozen=True, slots=True)
class CitableRow:
    """A row of `citable`."""

    document_id: UUID
    number: str | None
    type: str
    title: str
    issuers: list[str]
    issued_on: date
    lookup: list[str]
    refs: list[str]


@dataclass(frozen=True, slots=True)
class CitationTarget:
    """The columns of a citation that depend on the documents that are live now."""

    outcome: str
    confidence: float
    why: str
    target_id: UUID | None
    choices: list[UUID]
    target_refs: list[str]


TARGET_COLUMNS = tuple(field.name for field in fields(CitationTarget))


@dataclass(frozen=True, slots=True)
class DependentCitation:
    """A stored citation with its current target, and the issue date of the text that it was found in."""

    document_id: UUID
    lang: str
    place: int
    kind: str
    begins: int
    ends: int
    text: str
    type: str | None
    number: str | None
    number_key: str | None
    serial: str | None
    year: int | None
    name: str | None
    issuer: str | None
    dates: list[date]
    parts: list[dict[str, Any]]
    attached: str | None
    lookup: list[str]
    reading: float
    outcome: str
    confidence: float
    why: str
    target_id: UUID | None
    choices: list[UUID]
    target_refs: list[str]
    issued_on: date

    def citation(self) -> Citation:
        """The mention as the grammar parsed it."""
        unchanged = ("text", "type", "number", "number_key", "serial", "year", "name", "issuer", "attached")
        return Citation(
            start=self.begins,
            end=self.ends,
            kind=CitationKind(self.kind),
            dates=tuple(self.dates),
            nodes=tuple(CitedProvision(**part) for part in self.parts),
            **{name: getattr(self, name) for name in unchanged},
        )

    def target(self) -> CitationTarget:
        """The current target."""
        return CitationTarget(**{name: getattr(self, name) for name in TARGET_COLUMNS})
