"""Limits of the server, and the number of open files that they are derived from."""

import resource
from contextlib import suppress
from dataclasses import dataclass

from hub.settings import Settings

WANTED_OPEN_FILES = 65_536
RESERVED_OPEN_FILES = 256
"""File descriptors kept for the database, the search engine, files and logs."""


@dataclass(frozen=True)
class ServerLimits:
    """Limits of one process. Times are in seconds, sizes in bytes."""

    connections: int = 10_000
    connections_per_address: int = 500
    head_bytes: int = 32_768
    """Request line and headers; trailers count as well."""
    address_bytes: int = 8_192
    """Path and query of a request."""
    head_seconds: float = 15
    """From the first moment of a connection, or the first byte of a later request, to the end of the head."""
    body_seconds: float = 20
    """Grace for a body that arrives more slowly than `least_rate`."""
    least_rate: int = 4_000
    """Bytes per second that a body must bring and a client must read, beyond the grace."""
    write_seconds: float = 30
    """Grace for a client that does not read its answer."""
    pressed_write_seconds: float = 3
    """The same while other answers wait for room."""
    linger_seconds: float = 5
    """Time for which a refused client is still listened to, so that it can read why."""
    keep_alive_seconds: int = 65
    """Longer than a reverse proxy keeps its connections (60 by default), so that the proxy closes them first."""

    @classmethod
    def body_seconds_for(cls, size: int) -> float:
        """The longest time that the server waits for a body of so many bytes, by the usual limits."""
        return cls.body_seconds + size / cls.least_rate

    @classmethod
    def from_settings(cls, settings: Settings) -> "ServerLimits":
        """The limits of the settings, lowered to what the process can open."""
        room = max(16, raise_open_files() - RESERVED_OPEN_FILES)
        return cls(
            connections=min(settings.max_connections, room),
            connections_per_address=min(settings.max_connections_per_address, room),
        )


def raise_open_files() -> int:
    """Raise the soft limit of open files as far as the hard limit allows; returns the limit that holds now."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = WANTED_OPEN_FILES if hard == resource.RLIM_INFINITY else min(hard, WANTED_OPEN_FILES)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        with suppress(OSError, ValueError):
            resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
    found = resource.getrlimit(resource.RLIMIT_NOFILE)[0]
    return WANTED_OPEN_FILES if found == resource.RLIM_INFINITY else found
