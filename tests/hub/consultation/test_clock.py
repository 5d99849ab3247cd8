"""The clock of consultations: each opens and closes once, at its instant, with the entries that old clients know."""

import asyncio
import json
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import httpx
import pytest
from sqlalchemy import text, update

from hub.consultation.clock import CLOSING_DELAY, ConsultationClock, begin_missing, turn_due
from hub.consultation.records import CONSULTATION
from hub.content.due_failures import list_failing_events
from hub.content.publishing import VIEW
from hub.content.scheduler import append_due_events
from hub.db import Database
from hub.ops.verify import verify
from hub.settings import Settings
from hub.times import format_rfc3339, midnight, today
from tests.support import contents
from tests.support.consultations import changes, consultation_of, window
from tests.support.editors import Editor, key
from tests.support.servers import Publish
from tests.support.waiting import eventually

MOMENT = timedelta(milliseconds=1)
FUTURE = datetime(2035, 1, 1, tzinfo=UTC)


async def log(client: httpx.AsyncClient) -> list[tuple[str, str | None, str | None]]:
    """Event, language and due time of every entry."""
    found = await changes(client, "document", "consultation")
    return [(entry["event"], entry.get("lang"), entry["due"]) for entry in found]


async def extend(database: Database, document: UUID, closes_at: datetime) -> None:
    async with database.write() as session:
        later = {"closes_at": closes_at, "announced_closes_at": closes_at}
        await session.execute(update(CONSULTATION).values(**later))
        await session.execute(update(VIEW).where(VIEW.c.document_id == document).values(closes_at=closes_at))


async def test_a_consultation_opens_at_its_instant_and_closes_once_comments_on_their_way_have_come(
    client: httpx.AsyncClient, database: Database, publish_edition: Publish
) -> None:
    document = await publish_edition("draft", contents.draft(consultation=window(3, 9)))
    await publish_edition("draft", contents.draft(consultation=window(3, 9)), document_id=document, lang="en")
    opens, closes = midnight(today() + timedelta(3)), midnight(today() + timedelta(10))
    before = (await client.get(f"/api/v1/drafts/{document}")).json()["modified_at"]

    assert await turn_due(database, opens - MOMENT) == 0
    assert await turn_due(database, opens) == 1
    assert (await consultation_of(database, document)).state == "open"
    assert await turn_due(database, closes + CLOSING_DELAY - MOMENT) == 0
    assert await turn_due(database, closes + CLOSING_DELAY) == 1
    assert await turn_due(database, FUTURE) == 0
    assert await append_due_events(database, FUTURE) == 0

    opened, closed = format_rfc3339(opens), format_rfc3339(closes)
    assert (await log(client))[3:] == [
        ("consultation_opened", "en", opened),
        ("consultation_opened", "vi", opened),
        ("opened", None, opened),
        ("consultation_closed", "en", closed),
        ("consultation_closed", "vi", closed),
        ("closed", None, closed),
    ]
    found = await consultation_of(database, document)
    assert (found.state, found.version) == ("closed", 3)
    assert found.opened_at <= found.closed_at
    assert (await client.get(f"/api/v1/drafts/{document}")).json()["modified_at"] == before
    async with database.read() as connection:
        assert [fault async for _, faults in verify(connection) for fault in faults] == []


async def test_after_an_extension_the_old_day_passes_without_an_event(
    client: httpx.AsyncClient, database: Database, publish_edition: Publish
) -> None:
    document = await publish_edition("draft", contents.draft(consultation=window(-3, 2)))
    later = midnight(today() + timedelta(20)) + timedelta(hours=17)
    await extend(database, document, later)

    assert await turn_due(database, later - MOMENT) == 0
    assert await turn_due(database, later + CLOSING_DELAY) == 1

    assert [entry["due"] for entry in (await changes(client, "document", "consultation"))[-2:]] == [
        format_rfc3339(later)
    ] * 2


async def test_a_window_that_passed_during_a_pause_is_opened_and_then_closed_the_earliest_first(
    client: httpx.AsyncClient, database: Database, publish_edition: Publish
) -> None:
    for days in ((5, 8), (2, 6)):
        await publish_edition("draft", contents.draft(consultation=window(*days)))

    assert await turn_due(database, FUTURE) == 4

    turns = (await changes(client))[2:]
    assert [entry["event"] for entry in turns] == ["opened", "opened", "closed", "closed"]
    assert [entry["due"] for entry in turns] == sorted(entry["due"] for entry in turns)


async def test_a_withdrawn_draft_gets_no_entry_of_its_own_and_its_consultation_closes(
    client: httpx.AsyncClient, database: Database, publish_edition: Publish
) -> None:
    document = str(await publish_edition("draft", contents.draft(consultation=window(-2, 6))))
    chief = Editor(client, await key(database, "ubnd-hue"))
    await chief.done(document, "withdraw", {"reason": "Rà soát"})

    assert await turn_due(database, FUTURE) == 1

    assert [event for event, *_ in await log(client)][-2:] == ["withdrawn", "closed"]
    await chief.done(document, "restore")
    async with database.read() as connection:
        query = text("SELECT consultation_stage FROM published_view WHERE seq_to IS NULL")
        assert (await connection.execute(query)).scalars().all() == ["closed"]


async def raced(settings: Settings, client: httpx.AsyncClient, publish_edition: Publish, workers: int, n: int) -> None:
    made = [await publish_edition("draft", contents.draft(consultation=window(2, 4))) for _ in range(n)]
    databases = [Database(settings) for _ in range(workers)]

    turned = await asyncio.gather(*(turn_due(each, FUTURE) for each in databases))

    assert sum(turned) == 2 * n
    found = await changes(client)
    for event in ("opened", "closed"):
        assert sorted(entry["data"]["drafts"][0] for entry in found if entry["event"] == event) == sorted(
            map(str, made)
        )
    for database in databases:
        await database.dispose()


async def test_two_workers_at_once_turn_each_consultation_once(
    settings: Settings, client: httpx.AsyncClient, publish_edition: Publish
) -> None:
    await raced(settings, client, publish_edition, 2, 6)


@pytest.mark.full
async def test_four_workers_at_once_turn_each_of_a_hundred_consultations_once(
    settings: Settings, client: httpx.AsyncClient, publish_edition: Publish
) -> None:
    await raced(settings, client, publish_edition, 4, 100)


async def test_a_draft_that_an_editor_holds_is_left_for_the_next_poll(
    database: Database, publish_edition: Publish
) -> None:
    held = await publish_edition("draft", contents.draft(consultation=window(2, 4)))
    await publish_edition("draft", contents.draft(consultation=window(2, 4)))

    async with database.write() as session:
        await session.execute(text("SELECT FROM document WHERE id = :id FOR UPDATE"), {"id": held})
        async with asyncio.timeout(60):  # against waiting for the lock, not for a busy machine
            assert await turn_due(database, FUTURE) == 2
    assert await turn_due(database, FUTURE) == 2


async def test_one_that_cannot_be_turned_holds_up_no_other_and_raises_an_alarm(
    client: httpx.AsyncClient, database: Database, publish_edition: Publish
) -> None:
    damaged = await publish_edition("draft", contents.draft(consultation=window(2, 4)))
    await publish_edition("draft", contents.draft(consultation=window(3, 5)))
    stored = await _content(database, damaged, None)

    assert await turn_due(database, FUTURE) == 2

    async with database.read() as connection:
        [failing] = await list_failing_events(connection)
    assert (failing.document_id, failing.due) == (damaged, midnight(today() + timedelta(2)))
    assert (await client.get("/health/ready")).json()["alarms"]["due_events_failing"] == 1
    assert (await consultation_of(database, damaged)).state == "announced"
    assert await turn_due(database, FUTURE) == 0

    await _content(database, damaged, stored)
    assert await turn_due(database, failing.next_at) == 2
    async with database.read() as connection:
        assert await list_failing_events(connection) == []


async def _content(database: Database, document: UUID, content: str | None) -> str:
    """Store a content of a published edition, which nothing else may change, or damage it; returns the one before."""
    async with database.write() as session:
        await session.execute(text("SET LOCAL session_replication_role = replica"))
        before = text("SELECT content::text FROM edition WHERE document_id = :id")
        found: str = (await session.execute(before, {"id": document})).scalar_one()
        stored = content or json.dumps(json.loads(found) | {"title": 7})
        change = text("UPDATE edition SET content = CAST(:content AS jsonb) WHERE document_id = :id")
        await session.execute(change, {"id": document, "content": stored})
    return found


async def forget_consultation(database: Database, next_due: datetime | None) -> None:
    """Make drafts as a process of the version before leaves them, with what it has yet to log."""
    async with database.write() as session:
        for name in ("consultation_draft", "consultation_document", "consultation"):
            await session.execute(text(f"DELETE FROM {name}"))
        values: dict[str, Any] = {"consultation_id": None, "consultation_stage": None, "next_due": next_due}
        await session.execute(update(VIEW).where(VIEW.c.seq_to.is_(None)).values(**values))


@pytest.mark.parametrize(
    ("days", "pending", "begun", "turned"),
    [
        ((4, 9), 4, [("announced", "announced")], ["consultation_opened", "opened", "consultation_closed", "closed"]),
        # An older worker logged the start, or had no time to.
        ((-4, 9), 10, [("announced", "announced"), ("opened", "open")], ["consultation_closed", "closed"]),
        ((0, 9), 0, [("announced", "announced")], ["consultation_opened", "opened", "consultation_closed", "closed"]),
        ((-9, -1), None, [("announced", "announced"), ("closed", "closed")], []),
    ],
)
async def test_the_consultation_of_an_older_draft_begins_where_its_log_ends(
    client: httpx.AsyncClient,
    database: Database,
    publish_edition: Publish,
    days: tuple[int, int],
    pending: int | None,
    begun: list[tuple[str, str]],
    turned: list[str],
) -> None:
    document = await publish_edition("draft", contents.draft(consultation=window(*days)))
    await publish_edition("draft", contents.draft(consultation=window(*days)), document_id=document, lang="en")
    id_ = (await consultation_of(database, document)).id
    await forget_consultation(database, None if pending is None else midnight(today() + timedelta(pending)))
    before = len(await changes(client, "document", "consultation"))

    assert await begin_missing(database) == 1
    assert await begin_missing(database) == 0
    assert await append_due_events(database, FUTURE) == 0

    found = (await changes(client, "document", "consultation"))[before:]
    assert [(entry["event"], entry["data"]["state"]) for entry in found] == begun
    assert {entry["subject_id"] for entry in found} == {str(id_)}
    async with database.read() as connection:
        query = text("SELECT lang, edition FROM consultation_draft ORDER BY position")
        assert [tuple(row) for row in await connection.execute(query)] == [("en", 1), ("vi", 1)]
    await turn_due(database, FUTURE)
    events = [event for event, lang, _ in (await log(client))[before + len(found) :] if lang != "en"]
    assert events == turned


async def test_an_older_process_that_publishes_again_leaves_the_window_that_holds(
    client: httpx.AsyncClient, database: Database, publish_edition: Publish
) -> None:
    document = await publish_edition("draft", contents.draft(consultation=window(-2, 4)))
    later = midnight(today() + timedelta(30))
    await extend(database, document, later)
    new = {"id", "opens_at", "closes_at", *(f"consultation_{name}" for name in ("id", "stage", "version"))}
    older = ", ".join(f'"{column.name}"' for column in VIEW.c if column.name not in new)
    async with database.write() as session:
        await session.execute(text("CREATE TEMP TABLE kept AS SELECT * FROM published_view"))
        await session.execute(text("DELETE FROM published_file"))
        await session.execute(text("DELETE FROM published_view"))
        await session.execute(text(f"INSERT INTO published_view ({older}) SELECT {older} FROM kept"))

    shown = (await client.get(f"/api/v1/drafts/{document}")).json()["now"]["consultation"]
    assert (shown["closes_at"], shown["stage"]) == (format_rfc3339(later), "open")
    assert await begin_missing(database) == 0


async def test_a_worker_opens_a_consultation_within_a_second(
    settings: Settings, client: httpx.AsyncClient, database: Database, publish_edition: Publish
) -> None:
    document = await publish_edition("draft", contents.draft(consultation=window(1, 5)))
    async with database.write() as session:
        soon = text("UPDATE consultation SET opens_at = clock_timestamp() + interval '0.3 seconds'")
        await session.execute(soon)
    stop = asyncio.Event()
    clocks = [asyncio.create_task(ConsultationClock(Database(settings)).run(stop)) for _ in range(2)]

    await eventually(lambda: _is_open(database, document), seconds=20)
    stop.set()
    await asyncio.gather(*clocks)

    events = [event for event, *_ in await log(client)]
    assert events == ["published", "announced", "consultation_opened", "opened"]


async def _is_open(database: Database, document: UUID) -> bool:
    return bool((await consultation_of(database, document)).state == "open")
