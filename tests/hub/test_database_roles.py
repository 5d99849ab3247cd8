"""The role that docs/database-roles.md describes for the API and the worker can do their work, and owns nothing."""

import re
from pathlib import Path
from uuid import uuid4

import asyncpg
import pytest

from hub.content.commands import create_document, publish, save_edition
from hub.content.scheduler import publish_due
from hub.db import Database
from hub.domain.lifecycle import Verb
from hub.locks.leases import open_leases
from hub.migrations import require_current_revision
from hub.ops.verify import verify
from hub.settings import Settings
from tests.support import contents

DOCUMENT = Path(__file__).parents[2] / "docs" / "database-roles.md"


def documented_statements(role: str, database: str) -> str:
    [statements] = re.findall(r"```sql\n(.*?)```", DOCUMENT.read_text("utf-8"), re.DOTALL)
    return statements.replace("hub_app", role).replace("DATABASE hub ", f"DATABASE {database} ")


async def test_the_api_and_the_worker_need_no_rights_of_an_owner(database_url: str) -> None:
    role, name = f"app_{uuid4().hex[:12]}", database_url.rpartition("/")[2]
    owner = await asyncpg.connect(database_url)
    await owner.execute(documented_statements(role, name))
    url = re.sub(r"//[^@]+@", f"//{role}:secret@", database_url)
    await owner.execute("CREATE TABLE made_later (id int)")
    database = Database(Settings(database_url=url))
    try:
        await require_current_revision(url)
        async with database.write() as session:
            document = await create_document(session, document_id=uuid4(), kind="bulletin", owner="ubnd-hue")
            edition = await save_edition(session, document, lang="vi", content=contents.bulletin(), by="test")
            assert edition.id is not None
            await publish(session, [edition.id], verb=Verb.publish_trusted)
        assert await publish_due(database) == 0
        async with open_leases(url, "sources") as leases:
            assert await leases.try_acquire("a")
        async with database.read() as connection:
            assert [fault async for _, found in verify(connection) for fault in found] == []
        user = await asyncpg.connect(url)
        assert await user.fetchval("SELECT count(*) FROM made_later") == 0
        for refused in (
            "ALTER TABLE log_entry DISABLE TRIGGER ALL",
            "DROP TABLE log_entry",
            "TRUNCATE log_entry",
            "CREATE TABLE mine (id int)",
            "DROP TRIGGER log_is_append_only ON log_entry",
            "CREATE OR REPLACE FUNCTION hub_refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN OLD; END $$",
        ):
            with pytest.raises(asyncpg.InsufficientPrivilegeError):
                await user.execute(refused)
        await user.close()
    finally:
        await database.dispose()
        await owner.execute(f"DROP TABLE made_later; DROP OWNED BY {role}; DROP ROLE {role}")
        await owner.close()
