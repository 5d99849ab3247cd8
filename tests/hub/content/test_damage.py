"""Damaged rows are one figure for all processes: an alarm of each, until any process can render them again."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any
from uuid import uuid4

import httpx
import pytest
from sqlalchemy import insert

from hub.app import create_app
from hub.content import damage
from hub.content.damage import DamageJob, DamageMemory, note_damaged, note_whole, read_damaged_rows, save_damage
from hub.content.stored_views import parse_object
from hub.db import Database
from hub.manage.idempotency import KEY, delete_expired
from hub.ops.checks import check_views
from hub.settings import Settings
from hub.times import now
from tests.support import contents
from tests.support.asgi import running
from tests.support.import_samples import rows
from tests.support.servers import Publish
from tests.support.waiting import eventually


@pytest.fixture(autouse=True)
def _reads_at_the_start(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(damage, "FIRST_READ_SECONDS", 0.0)


class Processes:
    """Several processes of a hub, each with a memory of its own, of which one is at work."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, database: Database) -> None:
        self.monkeypatch = monkeypatch
        self.database = database
        self.memories: dict[str, DamageMemory] = {}

    def work_in(self, name: str) -> None:
        self.monkeypatch.setattr(damage, "_memory", self.memories.setdefault(name, DamageMemory()))

    async def save(self) -> None:
        await save_damage(self.database)


@pytest.fixture
def processes(monkeypatch: pytest.MonkeyPatch, database: Database) -> Processes:
    return Processes(monkeypatch, database)


async def broken(client: httpx.AsyncClient) -> int:
    found: int = (await client.get("/health/ready")).json()["alarms"].get("views_broken", 0)
    assert f'hub_alarm{{alarm="views_broken"}} {found}.0' in (await client.get("/metrics")).text
    return found


async def test_what_one_process_cannot_render_is_an_alarm_of_all_until_another_can(
    client: httpx.AsyncClient, database: Database, processes: Processes, publish_edition: Publish
) -> None:
    document = await publish_edition("bulletin", contents.bulletin(title="Bản tin"))
    [(whole,)] = await rows(database, 'SELECT "full" FROM published_view')

    async def store(stored: bytes) -> None:
        async with database.write() as session:
            await (await session.connection()).exec_driver_sql(
                'UPDATE published_view SET "full" = $1 WHERE document_id = $2', (stored, document)
            )

    await store(b"{")
    processes.work_in("first")
    assert await broken(client) == 0
    assert (await client.get(f"/api/v1/bulletins/{document}")).status_code == 409
    assert await broken(client) == 1, "before it is stored"
    await processes.save()
    assert await broken(client) == 1

    processes.work_in("second")
    assert await broken(client) == 1
    await store(whole)
    assert (await client.get(f"/api/v1/bulletins/{document}")).status_code == 200
    assert await broken(client) == 0
    await processes.save()
    assert await rows(database, "SELECT name, surface FROM damaged_row") == []

    processes.work_in("first")
    assert await broken(client) == 0, "what another process has rendered since"
    await store(b"{")
    assert (await client.get(f"/api/v1/bulletins/{document}")).status_code == 409
    await processes.save()
    processes.work_in("second")
    assert await broken(client) == 1, "damaged again is news again"


async def test_the_doctor_names_rows_that_other_processes_could_not_show(
    database: Database, settings: Settings, processes: Processes
) -> None:
    processes.work_in("first")
    note_damaged("webhook 0190", "row")
    note_damaged("webhook 0190", "list")
    await processes.save()
    processes.work_in("doctor")

    [finding] = await check_views(database, settings)

    assert (finding.part, finding.is_problem) == ("rows", True)
    assert "1 rows" in finding.text
    assert "webhook 0190" in finding.text


async def test_reading_writes_nothing_and_an_outage_loses_no_news(
    database: Database, processes: Processes, monkeypatch: pytest.MonkeyPatch
) -> None:
    processes.work_in("first")
    note_damaged("webhook 0190", "row")
    assert await rows(database, "SELECT 1 FROM damaged_row") == []

    with monkeypatch.context() as lost:
        lost.setattr(database, "write", lambda: (_ for _ in ()).throw(ConnectionError("gone")))
        with pytest.raises(ConnectionError):
            await processes.save()
    note_whole("webhook 0191", "row")
    await processes.save()
    assert await rows(database, "SELECT name, surface FROM damaged_row") == [("webhook 0190", "row")]
    before = database.statements
    await processes.save()
    assert database.statements == before, "without news, no statement"


async def test_a_row_that_nobody_met_for_a_week_no_longer_counts_and_one_met_again_does(
    client: httpx.AsyncClient, database: Database, processes: Processes, monkeypatch: pytest.MonkeyPatch
) -> None:
    processes.work_in("first")
    for name in ("webhook 0190", "webhook 0191"):
        note_damaged(name, "row")
    await processes.save()
    async with database.write() as session:
        await (await session.connection()).exec_driver_sql(
            "UPDATE damaged_row SET seen_at = $1", (now() - timedelta(days=8),)
        )
    monkeypatch.setattr(damage, "REFRESH_SECONDS", -1.0)
    note_damaged("webhook 0191", "row")

    assert await broken(client) == 1
    await processes.save()
    assert await rows(database, "SELECT name FROM damaged_row") == [("webhook 0191",)]


async def test_a_web_process_stores_what_it_meets_by_itself(
    settings: Settings, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(damage.DamageJob, "interval", 0.05)
    async with running(create_app(settings)):
        note_damaged("webhook 0190", "row")
        await eventually(lambda: rows(database, "SELECT 1 FROM damaged_row"))


async def test_a_process_whose_alarms_nobody_reads_ends_the_damage_that_an_earlier_one_met(
    database: Database, processes: Processes
) -> None:
    processes.work_in("worker before its restart")
    for surface in ("exports_text", "search"):
        note_damaged("webhook 0190", surface)
    await processes.save()
    processes.work_in("worker")
    job = DamageJob(database)
    await job.run_once()

    note_whole("webhook 0190", "exports_text")
    await job.run_once()
    assert await rows(database, "SELECT surface FROM damaged_row") == [("search",)]

    processes.work_in("another process")
    note_damaged("webhook 0191", "row")
    await processes.save()
    processes.work_in("worker")
    before = database.statements
    await job.run_once()
    assert database.statements == before, "read from time to time only"
    job.next_read = 0.0
    await job.run_once()
    note_whole("webhook 0191", "row")
    await job.run_once()
    assert await rows(database, "SELECT name FROM damaged_row") == [("webhook 0190",)]


async def test_an_alarm_that_is_read_while_news_are_stored_counts_them_and_forgets_none(
    database: Database, processes: Processes, monkeypatch: pytest.MonkeyPatch
) -> None:
    processes.work_in("first")
    counted: list[list[str]] = []
    write = database.write

    @asynccontextmanager
    async def write_and_read() -> AsyncIterator[Any]:
        async with write() as session:
            yield session
            async with database.read() as connection:
                counted.append(await read_damaged_rows(connection))

    note_damaged("webhook 0190", "row")
    with monkeypatch.context() as meanwhile:
        meanwhile.setattr(database, "write", write_and_read)
        await processes.save()
    assert set(map(tuple, counted)) == {("webhook 0190",)}
    note_whole("webhook 0190", "row")
    assert await rows(database, "SELECT 1 FROM damaged_row") == [(1,)]
    await processes.save()
    assert await rows(database, "SELECT 1 FROM damaged_row") == []


async def test_news_that_change_while_they_are_stored_are_stored_again(
    database: Database, processes: Processes, monkeypatch: pytest.MonkeyPatch
) -> None:
    processes.work_in("first")
    write = database.write

    @asynccontextmanager
    async def write_and_repair() -> AsyncIterator[Any]:
        async with write() as session:
            yield session
            note_whole("webhook 0190", "row")

    note_damaged("webhook 0190", "row")
    with monkeypatch.context() as meanwhile:
        meanwhile.setattr(database, "write", write_and_repair)
        await processes.save()
    await processes.save()
    assert await rows(database, "SELECT 1 FROM damaged_row") == []


@pytest.mark.parametrize("note", [note_damaged, note_whole])
async def test_processes_that_store_the_same_rows_lock_them_in_one_order(
    database: Database, processes: Processes, monkeypatch: pytest.MonkeyPatch, note: Any
) -> None:
    names = ["webhook 0192", "webhook 0190", "webhook 0191"]
    processes.work_in("first")
    for name in names:
        note_damaged(name, "row")
    await processes.save()
    monkeypatch.setattr(damage, "REFRESH_SECONDS", -1.0)
    for name in names:
        note(name, "row")
    waiting = "SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
    lock = "SELECT 1 FROM damaged_row WHERE name = $1 FOR UPDATE NOWAIT"
    async with database.write() as session:
        other = await session.connection()
        await other.exec_driver_sql(lock, ("webhook 0190",))
        saving = asyncio.create_task(processes.save())
        await eventually(lambda: rows(database, waiting))
        for name in names[0], names[2]:
            await other.exec_driver_sql(lock, (name,))
    await saving


async def test_a_deleted_row_takes_its_damage_with_it(database: Database, processes: Processes) -> None:
    processes.work_in("first")
    old, new = "the answer to idempotency key cũ of key 7", "the answer to idempotency key mới of key 7"
    for name in (old, new):
        note_damaged(name, "row")
    await processes.save()
    for key, hours in (("cũ", 25), ("mới", 23)):
        values = {"principal": "key 7", "key": key, "request_sha256": "0" * 64}
        async with database.write() as session:
            await session.execute(insert(KEY).values(**values, made_at=now() - timedelta(hours=hours)))

    async with database.write() as session:
        await delete_expired(session)

    assert await rows(database, "SELECT name FROM damaged_row") == [(new,)]


async def test_comparing_whole_editions_ends_no_alarm_of_a_damaged_one_until_it_is_whole(
    database: Database, processes: Processes
) -> None:
    processes.work_in("first")
    document = uuid4()
    parse_object(b"{", document, "diff", part="vi 1")
    parse_object(b"{}", document, "diff", part="vi 2")
    async with database.read() as connection:
        assert await read_damaged_rows(connection) == [str(document)]
    parse_object(b"{}", document, "diff", part="vi 1")
    async with database.read() as connection:
        assert await read_damaged_rows(connection) == []
