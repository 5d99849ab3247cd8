"""Subjects of log entries: a document, the registry, or a consultation, each with its own events and public members."""

from collections.abc import Mapping
from enum import StrEnum


class LogSubject(StrEnum):
    """Subject of a log entry (đối tượng): a document, an entry of the registry, or a consultation."""

    document = "document"
    registry = "registry"
    consultation = "consultation"


DOCUMENT_VERSION = 1
"""Version of the entries of documents: their members and hashes never change."""
SUBJECT_VERSION = 2
"""Version of the entries of every other subject, which name their subject."""


class RegistryEvent(StrEnum):
    """Public event of an entry of the registry (sự kiện danh mục)."""

    created = "created"
    updated = "updated"
    renamed = "renamed"
    merged = "merged"
    closed = "closed"
    succeeded = "succeeded"
    removed = "removed"


class ConsultationEvent(StrEnum):
    """Public event of a consultation (sự kiện lấy ý kiến)."""

    announced = "announced"
    opened = "opened"
    extended = "extended"
    closing_soon = "closing_soon"
    closed = "closed"
    answered = "answered"
    adopted = "adopted"
    dropped = "dropped"


SubjectEvent = RegistryEvent | ConsultationEvent
"""Event of an entry about another subject than a document."""

SUBJECT_EVENTS: Mapping[LogSubject, type[RegistryEvent] | type[ConsultationEvent]] = {
    LogSubject.registry: RegistryEvent,
    LogSubject.consultation: ConsultationEvent,
}
"""Events of each subject other than documents; two subjects may have events of the same name."""
