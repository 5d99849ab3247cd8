"""Entries of the log as followers read them: those of documents, and those of every other subject."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any
from uuid import UUID

from hub.log.subjects import LogSubject


@dataclass(frozen=True, slots=True)
class DocumentEntry:
    """An entry about a document in one language."""

    seq: int
    event: str
    at: datetime
    due: datetime | None
    kind: str
    document_id: UUID
    lang: str
    edition: int
    view_sha256: str
    hash: str


@dataclass(frozen=True, slots=True)
class SubjectEntry:
    """An entry about another subject than a document."""

    seq: int
    event: str
    at: datetime
    due: datetime | None
    subject: LogSubject
    subject_id: str
    data: Mapping[str, Any]
    hash: str


def parse_entry(row: Mapping[str, Any]) -> DocumentEntry | SubjectEntry:
    """Build the entry of a row of `log_entry`."""
    if row["subject"] == LogSubject.document:
        return DocumentEntry(**{field.name: row[field.name] for field in fields(DocumentEntry)})
    members = {field.name: row[field.name] for field in fields(SubjectEntry)}
    return SubjectEntry(**members | {"subject": LogSubject(row["subject"])})
