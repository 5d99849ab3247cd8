"""The servers of a test run, and the types of the fixtures that use them."""

import signal
from collections.abc import Awaitable, Callable
from urllib.parse import urlsplit
from uuid import UUID

import asyncpg

from hub.embedded.meilisearch import EmbeddedMeilisearch

TEMPLATE = "hub_template"

Publish = Callable[..., Awaitable[UUID]]


async def hash_password_once(admin: asyncpg.Connection, url: str) -> None:
    """Store the role's password with one round of hashing: each connection of a test repeats them at both ends."""
    parts = urlsplit(url)
    await admin.execute("SET scram_iterations = 1")
    await admin.execute(f"ALTER ROLE {parts.username} PASSWORD '{parts.password}'")


class Meilisearch:
    """The run's Meilisearch, which a test may stop, start, freeze and thaw."""

    def __init__(self, server: EmbeddedMeilisearch) -> None:
        self.server = server
        self.process = server.start()

    @property
    def url(self) -> str:
        return self.server.url

    @property
    def key(self) -> str:
        return self.server.key

    def stop(self) -> None:
        self.server.stop()

    def start(self) -> None:
        self.process = self.server.start()

    def pause(self) -> None:
        self.process.send_signal(signal.SIGSTOP)

    def resume(self) -> None:
        self.process.send_signal(signal.SIGCONT)

    def heal(self) -> None:
        """Running and thawed, whatever was done to it."""
        if self.process.poll() is None:
            self.resume()
        else:
            self.start()
