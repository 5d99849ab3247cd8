"""A part that hangs is not dead: it is stopped (SIGSTOP), and everybody who waits for it gets an answer."""

import asyncio
import os
import signal
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from dataclasses import replace
from uuid import UUID

import httpx
import psutil
import pytest

from hub import db
from hub.app import create_app
from hub.connections import WRITES
from hub.db import Database
from hub.embedded.postgres import EmbeddedPostgres
from hub.settings import Settings
from tests.support.asgi import running
from tests.support.editors import Editor, key
from tests.support.waiting import eventually

BOUND = 12.0
"""Seconds in which whatever waits must have ended, on a busy machine; on an idle one it takes two."""

HOLDER = """
import asyncio, os, signal, sys
from dataclasses import replace
from hub import db
from hub.log.append import lock_head
from hub.settings import Settings

async def main():
    db.BACKGROUND = replace(db.BACKGROUND, idle_transaction_seconds=float(sys.argv[1]))
    database = db.Database(Settings(), background=True)
    async with database.write() as session:
        await lock_head(session)
        print("held", flush=True)
        os.kill(os.getpid(), signal.SIGSTOP)

asyncio.run(main())
"""
"""An import that is stopped while it holds the head of the log."""


@contextmanager
def stopped(server: EmbeddedPostgres) -> Iterator[None]:
    """The server and all its processes stand still."""
    assert server.process is not None
    parent = psutil.Process(server.process.pid)
    processes = [parent, *parent.children(recursive=True)]
    for process in processes:
        process.send_signal(signal.SIGSTOP)
    try:
        yield
    finally:
        for process in processes:
            process.send_signal(signal.SIGCONT)


@pytest.fixture
async def client(settings: Settings, database: Database) -> AsyncIterator[httpx.AsyncClient]:
    """A client of the app, which has connections to the database."""
    async with running(create_app(settings)) as opened:
        opened.headers["authorization"] = f"Bearer {await key(database)}"
        assert (await opened.get("/health/ready")).status_code == 200
        yield opened


async def test_a_database_that_stands_still_is_answered_with_503_and_used_again_when_it_goes_on(
    postgres: EmbeddedPostgres, client: httpx.AsyncClient
) -> None:
    editor = Editor(client, client.headers["authorization"].removeprefix("Bearer "))
    made = await editor.create("bulletin")
    assert made.status_code == 201
    with stopped(postgres):
        began = time.monotonic()
        by_graphql, *answers = await asyncio.gather(
            client.post("/graphql", json={"query": "{ policies { edges { cursor } } }"}),
            client.get("/health/ready"),
            client.get("/api/v1/policies"),
            client.get("/api/v1/search", params={"q": "kế hoạch"}),
            client.get("/feeds/all.atom"),
            editor.create("bulletin"),
            *[client.get("/api/v1/bulletins") for _ in range(20)],
        )
        took = time.monotonic() - began
        at_once = time.monotonic()
        later = await client.get("/api/v1/policies")
        later_took = time.monotonic() - at_once

    assert [answer.status_code for answer in answers] == [503] * len(answers)
    assert "service_unavailable" in by_graphql.text
    assert took < BOUND
    assert answers[1].json()["code"] == "service_unavailable"
    assert answers[1].headers["retry-after"] == "5"
    assert later.status_code == 503
    assert later_took < 1

    async def is_ready() -> bool:
        return (await client.get("/health/ready")).status_code == 200

    await eventually(is_ready, seconds=30)
    assert (await client.get("/api/v1/policies")).status_code == 200
    assert (await editor.create("bulletin")).status_code == 201


async def test_a_stopped_holder_of_the_log_is_ended_and_publishing_goes_on(
    settings: Settings, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(db, "WRITES", replace(WRITES, lock_seconds=0.3))
    environment = os.environ | {"HUB_DATABASE_URL": database.url}
    holder = start_holder(environment)
    try:
        async with running(create_app(settings)) as client:
            editor = Editor(client, await key(database))
            document = (await editor.create("bulletin")).json()["id"]
            await editor.done(document, "submit")
            version = (await editor.done(document, "approve"))["version"]
            assert holder.stdout is not None
            assert await asyncio.to_thread(holder.stdout.readline) == "held\n"

            refused = await editor.do(document, "publish", version)
            again = await eventually(lambda: published(editor, document, version), seconds=60, every=0.2)
    finally:
        holder.kill()
        holder.wait(20)

    assert (refused.status_code, refused.json()["code"]) == (503, "service_unavailable")
    assert "retry-after" in refused.headers
    assert UUID(again["id"]) == UUID(document)


def start_holder(environment: dict[str, str]) -> subprocess.Popen[str]:
    return subprocess.Popen([sys.executable, "-c", HOLDER, "3"], env=environment, stdout=subprocess.PIPE, text=True)


async def published(editor: Editor, document: str, version: int) -> dict[str, object] | None:
    answer = await editor.do(document, "publish", version)
    return answer.json() if answer.status_code == 200 else None


async def test_readiness_sees_that_nothing_can_be_written(settings: Settings, database: Database) -> None:
    """Reads still answer, but every connection for writing is taken and waits."""
    async with running(create_app(settings)) as client:
        assert (await client.get("/health/ready")).status_code == 200
        parts = client._transport.app.state.hub  # type: ignore[attr-defined]
        taken = [parts.database.writer.connect() for _ in range(settings.database_pool_size)]
        for connection in taken:
            await connection.start()
        refused = await client.get("/health/ready")
        assert (await client.get("/api/v1/policies")).status_code == 200
        for connection in taken:
            await connection.close()
        again = await client.get("/health/ready")

    assert (refused.status_code, refused.json()["status"]) == (503, "unavailable")
    assert again.status_code == 200
