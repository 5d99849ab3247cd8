"""Forks of the log: a database restored from a copy that was made earlier."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any
from uuid import uuid4

import asyncpg

from hub.content.commands import create_document, publish, save_edition
from hub.db import Database
from hub.domain.lifecycle import Verb
from hub.settings import Settings
from tests.support import contents
from tests.support.database_pool import database_at


@asynccontextmanager
async def restored_copy(database: Database, settings: Settings) -> AsyncIterator[Settings]:
    """Settings of a hub over a copy of this database as it is now. Nobody else may be connected to it."""
    await database.dispose()
    url, name = settings.require_database_url(), f"restored_{uuid4().hex}"
    admin = await asyncpg.connect(database_at(url, "postgres"))
    try:
        await admin.execute(f"CREATE DATABASE {name} TEMPLATE {url.rpartition('/')[2]} STRATEGY FILE_COPY")
        changes = {"database_url": database_at(url, name)}
        yield Settings(**{**settings.model_dump(exclude_unset=True), **changes})
        await admin.execute(f"DROP DATABASE {name} WITH (FORCE)")
    finally:
        await admin.close()


async def publish_policies(database: Database, *titles: str) -> None:
    """Publish a new policy with each title."""
    for title in titles:
        await publish_now(database, "policy", contents.policy(title=title))


async def publish_now(database: Database, kind: str, content: dict[str, Any]) -> None:
    """Publish a new document."""
    async with database.write() as session:
        document = await create_document(session, document_id=uuid4(), kind=kind, owner="ubnd-hue")
        edition = await save_edition(session, document, lang="vi", content=content, by="test")
        assert edition.id is not None
        await publish(session, [edition.id], verb=Verb.publish_trusted)
