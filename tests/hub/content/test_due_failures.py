"""Editions and events that cannot be processed when they are due: the others go on, and editors see why."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from uuid import UUID

from sqlalchemy import text

from hub.content.due_failures import list_failing_events
from hub.content.scheduler import append_due_events, publish_due
from hub.db import Database
from hub.times import now
from tests.support import contents
from tests.support.editors import Editor
from tests.support.hub_agreement import read_changes
from tests.support.schedules import SECOND, SOON, Schedule
from tests.support.servers import Publish


async def test_a_publication_that_is_refused_does_not_hold_up_the_others(
    chief: Editor, schedule: Schedule, database: Database, publish_edition: Publish
) -> None:
    at = now() + SOON
    withdrawn = str(await publish_edition("policy", contents.policy()))
    await chief.done(withdrawn, "edition", {"content": contents.policy(), "update_type": "minor"})
    for verb in ("submit", "approve"):
        await chief.done(withdrawn, verb)
    await chief.done(withdrawn, "schedule", {"at": at.isoformat()})
    before = await chief.done(withdrawn, "withdraw", {"reason": "Sai thẩm quyền"})
    damaged = await schedule(at + SECOND)
    async with database.write() as session:
        spoilt = "UPDATE edition SET content = '{\"title\": 7}' WHERE document_id = :id"
        await session.execute(text(spoilt), {"id": UUID(damaged)})
    fine = await schedule(at + 2 * SECOND)

    assert await publish_due(database, at + SOON) == 1

    assert [e["id"] for e in await read_changes(chief.client)][2:] == [fine]
    after = await chief.read(withdrawn)
    assert "withdrawn" in after["working"][0].pop("schedule_problem")
    assert before["working"][0].pop("schedule_problem") is None
    assert after == before
    assert (await chief.client.get(f"/api/v1/bulletins/{damaged}")).status_code == 404


async def test_a_view_that_cannot_be_rebuilt_does_not_hold_up_the_others(
    chief: Editor, database: Database, publish_edition: Publish
) -> None:
    damaged = await publish_edition("bulletin", contents.bulletin(valid_until="2030-01-01T00:00:00Z"))
    await publish_edition("bulletin", contents.bulletin(valid_until="2030-01-02T00:00:00Z"))
    async with database.write() as session:
        await session.execute(text("UPDATE edition SET content = '{}' WHERE document_id = :id"), {"id": damaged})

    assert await append_due_events(database, datetime(2031, 1, 1, tzinfo=UTC)) == 1
    assert [e["event"] for e in await read_changes(chief.client)] == ["published", "published", "expired"]


async def _spoil(database: Database, document: str, valid_until: str) -> None:
    """Store a time that no edition can be published with, as before it was refused when saved."""
    spoilt = "UPDATE edition SET content = content || jsonb_build_object('valid_until', CAST(:until AS text))"
    async with database.write() as session:
        # A published edition is immutable: such rows are older than the rule, not changed.
        await session.execute(text("SET LOCAL session_replication_role = replica"))
        await session.execute(text(f"{spoilt} WHERE document_id = :id"), {"id": UUID(document), "until": valid_until})


async def test_a_publication_that_fails_waits_longer_each_time_raises_an_alarm_and_tells_the_editor(
    chief: Editor, schedule: Schedule, database: Database
) -> None:
    at = now() + SOON
    document = await schedule(at)
    await _spoil(database, document, "9999-12-31T23:59:59Z")

    attempts, moment = [at], at
    assert await publish_due(database, at) == 0
    while len(attempts) < 4:
        moment += timedelta(seconds=2)
        async with database.read() as connection:
            [failing] = await list_failing_events(connection)
        if failing.next_at <= moment:
            attempts.append(moment)
        assert await publish_due(database, moment) == 0
    pauses = [later - earlier for earlier, later in pairwise(attempts)]
    assert pauses == sorted(pauses)
    assert pauses[-1] > 4 * pauses[0]
    async with database.read() as connection:
        [failing] = await list_failing_events(connection)
    assert (str(failing.document_id), failing.attempts, failing.due) == (document, 4, at)

    [edition] = (await chief.read(document))["working"]
    assert edition["state"] == "scheduled"
    assert "valid_until" in edition["schedule_problem"]
    assert (await chief.client.get("/health/ready")).json()["alarms"]["due_events_failing"] == 1

    fine = await schedule(moment + SECOND)
    assert await publish_due(database, moment + SECOND) == 1
    assert [e["id"] for e in await read_changes(chief.client)] == [fine]


async def test_a_publication_that_failed_is_published_at_once_when_it_is_mended_and_scheduled_again(
    chief: Editor, schedule: Schedule, database: Database
) -> None:
    at = now() + SOON
    document = await schedule(at)
    await _spoil(database, document, "9999-12-31T23:59:59Z")
    assert await publish_due(database, at) == 0

    await chief.done(document, "return", {"note": "Ngày không có"})
    await chief.done(document, "edition", {"content": contents.bulletin()})
    for verb in ("submit", "approve"):
        await chief.done(document, verb)
    assert "due_events_failing" not in (await chief.client.get("/health/ready")).json()["alarms"]
    await chief.done(document, "schedule", {"at": (at + SECOND).isoformat()})

    assert await publish_due(database, at + SECOND) == 1
    [edition] = (await chief.read(document))["live"]
    assert edition["schedule_problem"] is None


async def test_a_public_document_with_a_link_that_a_newer_rule_refuses_can_still_be_withdrawn(
    chief: Editor, database: Database, publish_edition: Publish
) -> None:
    document = str(await publish_edition("bulletin", contents.bulletin()))
    await _spoil(database, document, "9999-12-31T23:59:59Z")

    await chief.done(document, "withdraw", {"reason": "Sai thẩm quyền"})

    view = (await chief.client.get(f"/api/v1/bulletins/{document}")).json()
    assert (view["state"], view["valid_until"]) == ("withdrawn", None)


async def test_an_edition_from_before_a_rule_is_refused_by_publish_with_its_field(
    chief: Editor, database: Database
) -> None:
    document = str((await chief.create("bulletin")).json()["id"])
    for verb in ("submit", "approve"):
        await chief.done(document, verb)
    await _spoil(database, document, "9999-12-31T23:59:59Z")

    answer = await chief.do(document, "publish", (await chief.read(document))["version"])

    assert (answer.status_code, answer.json()["field"]) == (422, "content.valid_until")
