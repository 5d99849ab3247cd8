"""Versions of public state at one moment, and those that the request at work has seen."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import NamedTuple
from uuid import UUID


class PublicVersions(NamedTuple):
    """The position of the log, and a counter for each part of public state that changes without an entry."""

    epoch: UUID
    seq: int
    registry_entries: int
    files: int
    views: int
    consultations: int
    citations: int
    queries: int
    indexed: int
    """Position up to which all indexes that searches ask have confirmed the log; -1 if one has never."""


_SEEN: ContextVar[PublicVersions | None] = ContextVar("versions", default=None)


def seen_versions() -> PublicVersions | None:
    """Return the versions that were read after the request at work arrived; None if nobody has looked."""
    return _SEEN.get()


@contextmanager
def having_seen(versions: PublicVersions) -> Iterator[None]:
    """Run the block as a request that has seen these versions: memories of the process must not be older."""
    token = _SEEN.set(versions)
    try:
        yield
    finally:
        _SEEN.reset(token)
