"""Damaged rows are one figure for all processes: an alarm of each, until any process can render them again."""

from datetime import timedelta

import httpx
import pytest

from hub.app import create_app
from hub.content import damage
from hub.content.damage import DamageMemory, note_damaged, note_whole, save_damage
from hub.db import Database
from hub.ops.checks import check_views
from hub.settings import Settings
from hub.times import now
from tests.support import contents
from tests.support.asgi import running
from tests.support.import_samples import rows
from tests.support.servers import Publish
from tests.support.waiting import eventually


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
