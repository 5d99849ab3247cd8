"""The scheduler: scheduled editions are published on time, once, and logged.

Most tests pass a future time to the scheduler; `at` in the log is then before `due`. Tests of late processing use the
present time and a schedule in the past.
"""

import asyncio
from datetime import UTC, datetime, timedelta
from uuid import UUID

import httpx
import pytest
from sqlalchemy import text

from hub.content.scheduler import Scheduler, append_due_events, publish_due
from hub.db import Database
from hub.ops.verify import verify
from hub.settings import Settings
from hub.times import format_rfc3339, now
from tests.support import contents
from tests.support.editors import Editor
from tests.support.hub_agreement import read_changes
from tests.support.schedules import DATES, SECOND, SOON, Schedule
from tests.support.servers import Publish
from tests.support.surfaces import public_addresses, read_contract
from tests.support.waiting import eventually

SECRET = "zqbimatx"


async def overdue(database: Database, document: str, since: timedelta) -> datetime:
    """Move a schedule into the past, as if no worker had run since."""
    due = now() - since
    async with database.write() as session:
        moved = "UPDATE edition SET scheduled_for = :due WHERE document_id = :id AND state = 'scheduled'"
        await session.execute(text(moved), {"due": due, "id": UUID(document)})
    return due


async def leaks(client: httpx.AsyncClient, document: str, kind: str) -> list[str]:
    """List the public URLs whose response contains the secret."""
    found = []
    for path, params in public_addresses(read_contract(), [(kind, document)], words=SECRET):
        answer = await client.get(path, params=params)
        assert answer.status_code < 500, (path, params, answer.text)
        if answer.status_code == 200 and SECRET in answer.text:
            found.append(path)
    found_by_words = f'search(query: "{SECRET}") {{ edges {{ node {{ id title }} highlight }} }}'
    query = f'{{ {found_by_words} node(id: "{document}") {{ id }} }}'
    if (
        SECRET in (answer := await client.post("/graphql", json={"query": query})).text
        and "errors" not in answer.json()
    ):
        found.append("/graphql")
    return found


@pytest.mark.parametrize("kind", list(contents.MADE))
async def test_an_embargoed_text_is_nowhere_public_one_second_before_its_time(
    chief: Editor, schedule: Schedule, database: Database, kind: str
) -> None:
    at = now() + SOON
    document = await schedule(at, kind, title=f"Tin {SECRET}", **({"high_impact": False} if kind == "draft" else {}))

    assert await publish_due(database, at - SECOND) == 0
    assert await leaks(chief.client, document, kind) == []
    assert await read_changes(chief.client) == []
    assert await publish_due(database, at) == 1
    assert await publish_due(database, at) == 0
    assert len(await leaks(chief.client, document, kind)) >= 3
    [entry] = await read_changes(chief.client)
    assert (entry["event"], entry["id"], entry["due"]) == ("published", document, format_rfc3339(at))


async def test_an_embargoed_second_edition_leaves_the_first_one_as_it_is(
    chief: Editor, database: Database, publish_edition: Publish
) -> None:
    document = str(await publish_edition("policy", contents.policy()))
    at = now() + SOON
    second = contents.policy(title=f"Tên mới {SECRET}")
    await chief.done(document, "edition", {"content": second, "change_note": f"Đổi tên {SECRET}."})
    for verb in ("submit", "approve"):
        await chief.done(document, verb)
    await chief.done(document, "schedule", {"at": at.isoformat()})

    await publish_due(database, at - SECOND)
    assert await leaks(chief.client, document, "policy") == []
    await publish_due(database, at)
    assert (await chief.client.get(f"/api/v1/policies/{document}")).json()["title"] == f"Tên mới {SECRET}"


async def test_a_changed_schedule_counts_and_the_first_one_does_not(
    chief: Editor, schedule: Schedule, database: Database
) -> None:
    first, moved = now() + SOON, now() + 2 * SOON
    document = await schedule(first)
    await chief.done(document, "schedule", {"at": moved.isoformat()})

    assert await publish_due(database, moved - SECOND) == 0
    assert await publish_due(database, moved) == 1


async def test_a_returned_or_discarded_edition_is_not_published(
    chief: Editor, schedule: Schedule, database: Database
) -> None:
    at = now() + SOON
    returned, discarded = await schedule(at), await schedule(at)
    await chief.done(returned, "return", {"note": "Khoan đã."})
    await chief.done(discarded, "discard")

    assert await publish_due(database, at + SOON) == 0
    assert await read_changes(chief.client) == []


@pytest.mark.parametrize("at", ["2020-01-01T00:00:00Z", "9999-12-31T23:59:59Z", "2045-01-01T00:00:00+07:00"])
async def test_a_schedule_in_the_past_or_too_far_in_the_future_is_refused(chief: Editor, at: str) -> None:
    document = (await chief.create("bulletin")).json()["id"]
    for verb in ("submit", "approve"):
        await chief.done(document, verb)

    answer = await chief.do(document, "schedule", 3, {"at": at})

    assert (answer.status_code, answer.json()["code"], answer.json()["field"]) == (422, "invalid_input", "at")
    assert (await chief.read(document))["version"] == 3


async def test_after_a_pause_everything_due_is_published_late_and_the_log_says_so(
    chief: Editor, schedule: Schedule, database: Database
) -> None:
    documents = [await schedule(now() + SOON) for _ in range(3)]
    dues = [await overdue(database, d, timedelta(days=3 - n)) for n, d in enumerate(documents)]

    assert await publish_due(database) == 3

    entries = await read_changes(chief.client)
    assert [(e["id"], e["due"]) for e in entries] == [
        (d, format_rfc3339(due)) for d, due in zip(documents, dues, strict=True)
    ]
    assert all(datetime.fromisoformat(e["at"]) > datetime.fromisoformat(e["due"]) for e in entries)


async def test_the_worker_publishes_at_the_scheduled_time_and_not_before(
    chief: Editor, schedule: Schedule, database: Database
) -> None:
    due = now() + timedelta(seconds=3)
    document = await schedule(due)
    stop = asyncio.Event()
    tickers = [asyncio.create_task(Scheduler(database).run(stop)) for _ in range(2)]

    entries = await eventually(lambda: read_changes(chief.client), seconds=30)
    await asyncio.sleep(1.5)
    stop.set()
    await asyncio.gather(*tickers)

    assert entries == await read_changes(chief.client)
    [entry] = entries
    assert (entry["id"], entry["due"]) == (document, format_rfc3339(due))
    assert timedelta() <= datetime.fromisoformat(entry["at"]) - due < timedelta(seconds=20)


async def raced(settings: Settings, chief: Editor, schedule: Schedule, workers: int, documents: int) -> None:
    at = now() + SOON
    policy = {"dates": [{"role": role, "on": on, "source": "x"} for role, on in DATES]}
    made = [await schedule(at, "policy", **policy) if n % 3 == 0 else await schedule(at) for n in range(documents)]
    policies = made[::3]
    databases = [Database(settings) for _ in range(workers)]

    published = await asyncio.gather(*(publish_due(database, at) for database in databases))
    appended = await asyncio.gather(
        *(append_due_events(database, datetime(2029, 1, 1, tzinfo=UTC)) for database in databases)
    )

    assert sum(published) == documents
    entries = await read_changes(chief.client)
    assert sorted(e["id"] for e in entries if e["event"] == "published") == sorted(made)
    expected = sorted((d, "in_force" if d in policies else "expired") for d in made)
    assert sorted((e["id"], e["event"]) for e in entries if e["event"] != "published") == expected
    assert sum(appended) == len(expected)
    async with databases[0].read() as connection:
        assert [fault async for _, found in verify(connection) for fault in found] == []
    for database in databases:
        await database.dispose()


async def test_two_concurrent_workers_publish_each_edition_once(
    settings: Settings, chief: Editor, schedule: Schedule
) -> None:
    await raced(settings, chief, schedule, 2, 12)


@pytest.mark.full
async def test_four_concurrent_workers_publish_each_of_two_hundred_editions_once(
    settings: Settings, chief: Editor, schedule: Schedule
) -> None:
    await raced(settings, chief, schedule, 4, 200)


async def test_a_document_locked_by_an_editor_is_left_for_the_next_poll(
    chief: Editor, schedule: Schedule, database: Database
) -> None:
    at = now() + SOON
    document, free = await schedule(at), await schedule(at)

    async with database.write() as session:
        await session.execute(text("SELECT FROM document WHERE id = :id FOR UPDATE"), {"id": UUID(document)})
        async with asyncio.timeout(10):
            assert await publish_due(database, at) == 1

    assert [e["id"] for e in await read_changes(chief.client)] == [free]
    assert await publish_due(database, at) == 1


async def test_an_editor_who_read_before_a_scheduled_change_must_read_again(
    chief: Editor, schedule: Schedule, database: Database
) -> None:
    at = now() + SOON
    document = await schedule(at)
    read = (await chief.read(document))["version"]
    await publish_due(database, at)

    answer = await chief.do(document, "withdraw", read, {"reason": "Nhầm"})

    assert (answer.status_code, answer.json()["code"]) == (412, "version_stale")
    assert (await chief.client.get(f"/api/v1/bulletins/{document}")).json()["state"] == "live"
