"""Backups of a hub and their restores by PostgreSQL's own programs."""

import asyncio
import subprocess
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from uuid import uuid4

import asyncpg
import httpx

from hub.embedded.programs import find_programs
from hub.settings import Settings
from tests.support.database_pool import database_at
from tests.support.process_pool import Forks
from tests.support.served import UNLIMITED
from tests.support.waiting import eventually


def dump(url: str, to: Path) -> None:
    """`pg_dump` of a database, while it is in use or not."""
    subprocess.run([find_programs(None) / "pg_dump", "--format=custom", f"--file={to}", url], check=True)


def _restore(url: str, dumped: Path) -> None:
    subprocess.run([find_programs(None) / "pg_restore", "--no-owner", f"--dbname={url}", dumped], check=True)


@asynccontextmanager
async def empty_database(server: str) -> AsyncIterator[str]:
    """The address of a new database without a table."""
    name = f"restored_{uuid4().hex}"
    admin = await asyncpg.connect(database_at(server, "postgres"))
    await admin.execute(f"CREATE DATABASE {name} TEMPLATE template0")
    yield database_at(server, name)
    await admin.execute(f"DROP DATABASE {name} WITH (FORCE)")
    await admin.close()


@asynccontextmanager
async def restored(server: str, dumped: Path) -> AsyncIterator[str]:
    """The address of a new database that `pg_restore` made from a dump."""
    async with empty_database(server) as url:
        await asyncio.to_thread(_restore, url, dumped)
        yield url


@contextmanager
def whole_hub(settings: Settings) -> Iterator[str]:
    """API and worker in processes of their own, which are killed at the end; the address of the API."""
    given = {
        "database_url": settings.require_database_url(),
        "data": settings.data,
        "port": settings.port,
        "secrets_key": "khóa bí mật dùng chung cho các bản sao",
        "outgoing_private_hosts": "127.0.0.1",
        "webhook_retry_first": 0.02,
        "log_level": "ERROR",
        **UNLIMITED,
    }
    forks = Forks(given)
    running = [forks.start("api"), forks.start("worker")]
    try:
        yield f"http://127.0.0.1:{settings.port}"
    finally:
        for process in running:
            forks.kill(process)
        forks.close()


async def answering(client: httpx.AsyncClient) -> None:
    """Wait until the API answers."""

    async def live() -> bool:
        try:
            return (await client.get("/health/live")).status_code == 200
        except httpx.TransportError:
            return False

    await eventually(live)
