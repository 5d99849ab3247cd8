"""The entry `closing_soon`: once for each end, three days before it, and never of a window too short for it."""

import asyncio
from datetime import timedelta
from typing import Any

import httpx
import pytest
from sqlalchemy import update

from hub.consultation.clock import ConsultationClock, turn_due
from hub.consultation.closing_soon import CLOSING_SOON, log_closing_soon
from hub.consultation.entries import new_entry
from hub.consultation.records import CONSULTATION
from hub.content.due_failures import list_failing_events
from hub.db import Database
from hub.ops.verify import verify
from hub.settings import Settings
from hub.times import format_rfc3339, midnight, now, today
from tests.support import contents
from tests.support.consultations import changes, consultation_of, window
from tests.support.servers import Publish

MOMENT = timedelta(milliseconds=1)


async def notices(client: httpx.AsyncClient) -> list[dict[str, Any]]:
    return [entry for entry in await changes(client) if entry["event"] == "closing_soon"]


async def test_a_consultation_is_logged_as_closing_soon_once_three_days_before_its_end(
    client: httpx.AsyncClient, database: Database, publish_edition: Publish
) -> None:
    document = await publish_edition("draft", contents.draft(consultation=window(-4, 9)))
    closes = midnight(today() + timedelta(10))
    before = await consultation_of(database, document)

    assert await log_closing_soon(database, closes - CLOSING_SOON - MOMENT) == 0
    assert await log_closing_soon(database, closes - CLOSING_SOON) == 1
    assert await log_closing_soon(database, closes - MOMENT) == 0

    [entry] = await notices(client)
    assert entry["due"] == format_rfc3339(closes - CLOSING_SOON)
    assert (entry["subject_id"], entry["data"]["state"], entry["data"]["drafts"]) == (
        str(before.id),
        "open",
        [str(document)],
    )
    assert entry["data"]["closes_at"] == format_rfc3339(closes)
    after = await consultation_of(database, document)
    assert (after.version, after.state) == (before.version, "open")
    async with database.read() as connection:
        assert [fault async for _, faults in verify(connection) for fault in faults] == []


async def test_an_extension_makes_the_notice_again_for_the_new_end(
    client: httpx.AsyncClient, database: Database, publish_edition: Publish
) -> None:
    document = await publish_edition("draft", contents.draft(consultation=window(-4, 9)))
    closes = midnight(today() + timedelta(10))
    assert await log_closing_soon(database, closes - timedelta(days=1)) == 1

    # Shorter than three days: the new end is near as well.
    for later in (closes + timedelta(hours=7), closes + timedelta(days=40)):
        async with database.write() as session:
            ends = {"closes_at": later, "announced_closes_at": later}
            await session.execute(update(CONSULTATION).values(**ends))
        assert await log_closing_soon(database, later - timedelta(days=2)) == 1
        assert await log_closing_soon(database, later - timedelta(days=1)) == 0

    assert (await consultation_of(database, document)).closing_soon_for == later
    assert len({entry["due"] for entry in await notices(client)}) == 3


@pytest.mark.parametrize(
    ("days", "why"),
    [((-1, 1), "the window has three days"), ((-9, 2), "it was announced with less than three days left")],
)
async def test_a_window_without_more_than_three_days_gets_no_notice(
    client: httpx.AsyncClient, database: Database, publish_edition: Publish, days: tuple[int, int], why: str
) -> None:
    await publish_edition("draft", contents.draft(consultation=window(*days)))
    closes = midnight(today() + timedelta(days[1] + 1))

    assert await log_closing_soon(database, closes - MOMENT) == 0, why
    assert await notices(client) == []


async def test_no_notice_comes_after_the_end_or_before_the_opening_or_of_one_that_was_dropped(
    client: httpx.AsyncClient, database: Database, publish_edition: Publish
) -> None:
    document = await publish_edition("draft", contents.draft(consultation=window(2, 9)))
    closes = midnight(today() + timedelta(10))

    assert await log_closing_soon(database, closes - MOMENT) == 0
    assert await turn_due(database, midnight(today() + timedelta(2))) == 1
    assert await log_closing_soon(database, closes) == 0
    async with database.write() as session:
        ended = {"state": "dropped", "dropped_at": now(), "dropped_reason": "Gộp"}
        await session.execute(update(CONSULTATION).values(**ended))
    assert await log_closing_soon(database, closes - MOMENT) == 0

    assert await notices(client) == []
    assert (await consultation_of(database, document)).closing_soon_for is None


async def test_two_workers_at_once_log_each_notice_once(
    settings: Settings, client: httpx.AsyncClient, publish_edition: Publish
) -> None:
    made = [await publish_edition("draft", contents.draft(consultation=window(-2, 7))) for _ in range(6)]
    moment = midnight(today() + timedelta(6))
    databases = [Database(settings) for _ in range(2)]

    logged = await asyncio.gather(*(log_closing_soon(each, moment) for each in databases))
    logged += [await log_closing_soon(each, moment) for each in databases]

    assert sum(logged) == 6
    assert sorted(entry["data"]["drafts"][0] for entry in await notices(client)) == sorted(map(str, made))
    for each in databases:
        await each.dispose()


async def test_a_notice_that_fails_is_counted_and_holds_up_no_other(
    client: httpx.AsyncClient, database: Database, publish_edition: Publish, monkeypatch: pytest.MonkeyPatch
) -> None:
    bad = await publish_edition("draft", contents.draft(consultation=window(-3, 6)))
    good = await publish_edition("draft", contents.draft(consultation=window(-3, 7)))
    ids = {document: (await consultation_of(database, document)).id for document in (bad, good)}

    def refuse_one(event: Any, consultation: Any, *args: Any, **kwargs: Any) -> Any:
        if consultation.id == ids[bad]:
            raise ValueError("not this one")
        return new_entry(event, consultation, *args, **kwargs)

    monkeypatch.setattr("hub.consultation.closing_soon.new_entry", refuse_one)
    moment = midnight(today() + timedelta(6))
    assert await log_closing_soon(database, moment) == 1
    async with database.read() as connection:
        [failing] = await list_failing_events(connection)
    assert (failing.document_id, failing.attempts) == (bad, 1)
    assert (await consultation_of(database, bad)).closing_soon_for is None
    assert [entry["subject_id"] for entry in await notices(client)] == [str(ids[good])]

    monkeypatch.undo()
    assert await log_closing_soon(database, moment) == 0
    assert await log_closing_soon(database, moment + timedelta(hours=1)) == 1
    async with database.read() as connection:
        assert await list_failing_events(connection) == []


async def test_the_worker_logs_the_notice(
    client: httpx.AsyncClient, database: Database, publish_edition: Publish
) -> None:
    await publish_edition("draft", contents.draft(consultation=window(-30, 1)))
    async with database.write() as session:
        await session.execute(update(CONSULTATION).values(announced_at=now() - timedelta(days=30)))

    await ConsultationClock(database).run_once()

    assert len(await notices(client)) == 1
