"""One hub inside this process, spoken to without a socket: as fast as real requests can be, for thousands of them."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode
from uuid import uuid4

import asyncpg
import orjson

from hub.app import HubApp, create_app
from hub.connections import plain_url
from hub.db import Database
from hub.log.chain import start_hash
from hub.settings import Settings

TRAFFIC = ("audit_entry", "consultation", "document", "edition", "log_entry", "published_relation", "published_view")
"""The tables that editors' work fills; a refused request leaves every row of them as it was."""


def _facts(name: str) -> str:
    return f"(SELECT md5(coalesce(string_agg(t::text, '|' ORDER BY t::text), '')) FROM {name} AS t) AS {name}"


SNAPSHOT = f"SELECT {', '.join(map(_facts, TRAFFIC))}, (SELECT (seq, hash)::text FROM log_head) AS log_head"


async def snapshot(connection: asyncpg.Connection) -> dict[str, str]:
    """A digest of every row of the tables that an editor's request could change."""
    return dict(await connection.fetchrow(SNAPSHOT))


async def begin_log(connection: asyncpg.Connection, emptying: str) -> None:
    """Empty tables by some statements and begin a log: one of its own epoch, as kept answers hold for a past."""
    await connection.execute(f"{emptying} SET session_replication_role = replica; DELETE FROM log_epoch")
    epoch = uuid4()
    await connection.execute("INSERT INTO log_epoch (epoch, first_seq, reason) VALUES ($1, 1, 'the first')", epoch)
    await connection.execute("SET session_replication_role = DEFAULT")
    await connection.execute("UPDATE log_head SET epoch = $1, seq = 0, at = NULL, hash = $2", epoch, start_hash(epoch))


@dataclass(frozen=True)
class Answer:
    """What the hub answered."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def text(self) -> str:
        return self.body.decode("utf-8", "replace")

    def json(self) -> Any:
        return orjson.loads(self.body)


@dataclass
class InProcess:
    """The app, its database, and a connection that looks at the tables themselves."""

    app: HubApp
    database: Database
    tables: asyncpg.Connection

    async def ask(
        self,
        method: str,
        path: str,
        body: Any = None,
        *,
        key: str | None = None,
        headers: Mapping[str, str] | None = None,
        params: Mapping[str, Any] | None = None,
    ) -> Answer:
        """One request through the whole ASGI app, middleware included."""
        sent = b"" if body is None else orjson.dumps(body)
        given = {"host": "hub.test", "content-length": str(len(sent)), **(headers or {})}
        if body is not None:
            given["content-type"] = "application/json"
        if key is not None:
            given["authorization"] = f"Bearer {key}"
        scope = {
            "type": "http",
            "asgi": {"version": "3.0"},
            "http_version": "1.1",
            "method": method,
            "scheme": "http",
            "path": path,
            "raw_path": path.encode(),
            "query_string": urlencode(params or {}, doseq=True).encode(),
            "root_path": "",
            "headers": [(name.encode(), value.encode("latin-1")) for name, value in given.items()],
            "client": ("127.0.0.1", 50_000),
            "server": ("hub.test", 80),
            "state": {},
        }
        messages = [{"type": "http.request", "body": sent, "more_body": False}]
        status, found, parts = 0, dict[str, str](), list[bytes]()

        ended = asyncio.Event()

        async def receive() -> dict[str, Any]:
            if messages:
                return messages.pop(0)
            await ended.wait()  # the client stays until it has the whole answer
            return {"type": "http.disconnect"}

        async def send(message: Any) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                found.update({name.decode(): value.decode("latin-1") for name, value in message["headers"]})
            elif message["type"] == "http.response.body":
                parts.append(message.get("body", b""))
                if not message.get("more_body", False):
                    ended.set()

        try:
            await self.app(scope, receive, send)
        except Exception:  # Starlette answers 500 first and then raises again, for the server's log
            if status != 500:
                raise
        return Answer(status, found, b"".join(parts))


@asynccontextmanager
async def in_process(settings: Settings) -> AsyncIterator[InProcess]:
    """A started hub over a database."""
    app = create_app(settings)
    async with app.router.lifespan_context(app):
        database = Database(settings)
        tables = await asyncpg.connect(plain_url(settings.require_database_url()))
        try:
            yield InProcess(app, database, tables)
        finally:
            await tables.close()
            await database.dispose()
