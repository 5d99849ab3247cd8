"""Subjects of log entries: a document, or the registry. Each subject has its own events and public members."""

from enum import StrEnum


class LogSubject(StrEnum):
    """Subject of an entry of the publication log (đối tượng): a document, or an entry of the registry."""

    document = "document"
    registry = "registry"


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
