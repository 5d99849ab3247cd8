"""A full disk of the database or of the logs: what was acknowledged stays, the rest is refused in words."""

import os
import subprocess
import sys
from pathlib import Path
from uuid import uuid4

import asyncpg
import psutil
import pytest

from hub.app import create_app
from hub.db import Database
from hub.settings import Settings
from tests.support.asgi import running
from tests.support.database_pool import database_at
from tests.support.editors import Editor, key
from tests.support.servers import TEMPLATE
from tests.support.small_disk import small_disk

LOGGING = """
import logging, structlog
from hub.logs import configure_logging
from hub.settings import Settings
configure_logging(Settings(log_json=JSON))
for n in range(3):
    structlog.get_logger().error("a line", n=n)
    logging.getLogger("other").error("a line")
    try:
        raise ValueError("no")
    except ValueError:
        structlog.get_logger().exception("a trace")
print("went on")
"""


@pytest.mark.server
def test_a_log_that_cannot_be_written_fails_nothing() -> None:
    for as_json in ("True", "False"):
        with Path("/dev/full").open("wb") as full:
            argv = [sys.executable, "-c", LOGGING.replace("JSON", as_json)]
            ran = subprocess.run(argv, stdout=subprocess.PIPE, stderr=full, check=False, timeout=60)
        assert ran.stdout == b"went on\n"


async def test_a_full_disk_of_the_database_refuses_writes_and_loses_nothing(
    settings: Settings, template: str, tmp_path: Path
) -> None:
    server = database_at(template, "postgres")
    name = f"full_{uuid4().hex[:8]}"
    admin = await asyncpg.connect(server)
    with small_disk(tmp_path / "disk", 48) as disk:
        disk.chmod(0o777)
        for folder in (tmp_path, *tmp_path.parents[:3]):
            folder.chmod(folder.stat().st_mode | 0o011)
        place = disk / "space"
        place.mkdir(mode=0o777)
        uids = psutil.Process(await admin.fetchval("SELECT pg_backend_pid()")).uids()
        os.chown(place, uids.effective, -1)
        try:
            await admin.execute(f"CREATE TABLESPACE {name} LOCATION '{place}'")
            await admin.execute(f"CREATE DATABASE {name} TEMPLATE {TEMPLATE} TABLESPACE {name}")
            await refused_and_taken_again(settings, database_at(template, name))
        finally:
            await admin.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
            await admin.execute(f"DROP TABLESPACE IF EXISTS {name}")
            await admin.close()


async def refused_and_taken_again(settings: Settings, url: str) -> None:
    database = Database(Settings(database_url=url))
    presented = await key(database)
    await database.dispose()
    changed = Settings(**{**settings.model_dump(exclude_unset=True), "database_url": url})
    async with running(create_app(changed)) as client:
        editor = Editor(client, presented)
        first = await editor.create("bulletin")
        assert first.status_code == 201, first.text
        filler = await asyncpg.connect(url)
        await filler.execute("CREATE TABLE filler (data bytea)")
        await filler.execute("ALTER TABLE filler ALTER data SET STORAGE PLAIN")
        for rows in (500, 50, 5, 1):
            try:
                while True:
                    insert = "INSERT INTO filler SELECT decode(repeat('00', 7900), 'hex') FROM generate_series(1, $1)"
                    await filler.execute(insert, rows)
            except asyncpg.DiskFullError:
                pass
        made, refused = [first.json()["id"]], None
        for _ in range(3_000):
            answer = await editor.create("bulletin")
            if answer.status_code != 201:
                refused = answer
                break
            made.append(answer.json()["id"])
        assert refused is not None
        assert (refused.status_code, refused.json()["code"]) == (507, "storage_full"), refused.text
        assert (await client.get("/api/v1/policies")).status_code == 200
        ready = await client.get("/health/ready")
        assert ready.status_code == 200

        await filler.execute("DROP TABLE filler")
        await filler.close()
        again = await editor.create("bulletin")
        assert again.status_code == 201, again.text
        for document in made:
            assert (await editor.read(document))["id"] == document
