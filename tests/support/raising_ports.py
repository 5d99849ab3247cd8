"""Ports of the hub that raise at one call: database, HTTP, files, engine and sandbox."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import pytest

import ingest.extraction.pipeline as extraction
import ingest.record_chunks as record_chunks
from hub.db import Database
from hub.files.store import FileStore
from hub.outgoing.client import OutgoingClient
from hub.sandbox.runner import run_in_sandbox
from search.meilisearch.client import EngineClient


class Unforeseen(Exception):
    """An exception that no part of the hub knows."""


@dataclass
class Ports:
    """Counts the calls of all ports, and raises at the call with a number."""

    calls: int = 0
    raise_at: int = 0
    raised: str | None = None

    def arm(self, number: int) -> None:
        """Raise at the call with this number, from now."""
        self.calls, self.raise_at, self.raised = 0, number, None

    def call(self, name: str) -> None:
        self.calls += 1
        if self.calls == self.raise_at:
            self.raised = name
            raise Unforeseen(f"call {self.calls}: {name}")


def raising_ports(patch: pytest.MonkeyPatch) -> Ports:
    """Put counters before every call of every port."""
    ports = Ports()
    for name in ("read", "write", "driver"):
        patch.setattr(Database, name, _before_block(ports, f"database.{name}", getattr(Database, name)))
    for owner, names in (
        (OutgoingClient, ("send", "get")),
        (FileStore, ("put", "delete")),
        (EngineClient, ("_call",)),
    ):
        for name in names:
            patch.setattr(owner, name, _before_call(ports, f"{owner.__name__}.{name}", getattr(owner, name)))
    for module in (extraction, record_chunks):
        patch.setattr(module, "run_in_sandbox", _before_call(ports, "sandbox", run_in_sandbox))
    return ports


def _before_call(ports: Ports, name: str, original: Any) -> Any:
    async def call(*args: Any, **options: Any) -> Any:
        ports.call(name)
        return await original(*args, **options)

    return call


def _before_block(ports: Ports, name: str, original: Any) -> Any:
    @asynccontextmanager
    async def block(*args: Any) -> AsyncIterator[Any]:
        ports.call(name)
        async with original(*args) as opened:
            yield opened

    return block
