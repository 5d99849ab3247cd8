"""The scheduler: scheduled editions, entry into force, consultations and expiry are processed on time, once and logged.

Most tests pass a future time to the scheduler; `at` in the log is then before `due`. Tests of late processing use the
present time and a schedule in the past.
"""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any
from uuid import UUID

import httpx
import pytest
from sqlalchemy import text

from hub.content.due_failures import list_failing_events
from hub.content.scheduler import Scheduler, append_due_events, publish_due
from hub.db import Database
from hub.ops.verify import verify
from hub.settings import Settings
from hub.times import format_rfc3339, midnight, now
from tests.support import contents
from tests.support.editors import Editor, key
from tests.support.servers import Publish
from tests.support.surfaces import public_addresses, read_contract
from tests.support.waiting import eventually

SOON = timedelta(hours=1)
SECOND = timedelta(seconds=1)
SECRET = "zqbimatx"

Schedule = Callable[..., Awaitable[str]]


@pytest.fixture
async def chief(client: httpx.AsyncClient, database: Database) -> Editor:
    return Editor(client, await key(database, "ubnd-hue"))


@pytest.fixture
def schedule(chief: Editor) -> Schedule:
    """Schedules a new bulletin, or another kind."""

    async def make(at: datetime, kind: str = "bulletin", **changes: Any) -> str:
        document = str((await chief.create(kind, **changes)).json()["id"])
        for verb in ("submit", "approve"):
            await chief.done(document, verb)
        await chief.done(document, "schedule", {"at": at.isoformat()})
        return document

    return make


async def changes(client: httpx.AsyncClient) -> list[dict[str, Any]]:
    items: list[dict[str, Any]] = (await client.get("/api/v1/changes", params={"limit": 1_000})).json()["items"]
    return items


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
    assert await changes(chief.client) == []
    assert await publish_due(database, at) == 1
    assert await publish_due(database, at) == 0
    assert len(await leaks(chief.client, document, kind)) >= 3
    [entry] = await changes(chief.client)
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
    assert await changes(chief.client) == []


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

    entries = await changes(chief.client)
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

    entries = await eventually(lambda: changes(chief.client), seconds=30)
    await asyncio.sleep(1.5)
    stop.set()
    await asyncio.gather(*tickers)

    assert entries == await changes(chief.client)
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
    entries = await changes(chief.client)
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

    assert [e["id"] for e in await changes(chief.client)] == [free]
    assert await publish_due(database, at) == 1


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

    assert [e["id"] for e in await changes(chief.client)][2:] == [fine]
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
    assert [e["event"] for e in await changes(chief.client)] == ["published", "published", "expired"]


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
    assert [e["id"] for e in await changes(chief.client)] == [fine]


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


async def test_a_bulletin_is_withdrawn_when_its_validity_has_passed(
    chief: Editor, database: Database, publish_edition: Publish
) -> None:
    until = datetime(2030, 5, 6, 7, 8, tzinfo=UTC)
    document = await publish_edition("bulletin", contents.bulletin(valid_until=until.isoformat()))

    assert await append_due_events(database, until - SECOND) == 0
    assert await append_due_events(database, until) == 1
    assert await append_due_events(database, until + SOON) == 0

    view = (await chief.client.get(f"/api/v1/bulletins/{document}")).json()
    assert view["state"] == "withdrawn"
    assert view["withdrawal"]["reason"] == "Hết thời hạn có giá trị đã công bố."
    assert (await chief.client.get("/api/v1/bulletins")).json()["items"] == []
    assert [(e["event"], e["due"]) for e in await changes(chief.client)] == [
        ("published", None),
        ("expired", format_rfc3339(until)),
    ]


DATES = (("issued", "2026-02-03"), ("effective", "2027-08-09"), ("expiry", "2030-10-11"))


async def test_legal_force_follows_the_dates_with_an_event_each(
    chief: Editor, database: Database, publish_edition: Publish
) -> None:
    dates = [{"role": role, "on": on, "source": "Văn bản gốc"} for role, on in DATES]
    document = await publish_edition("policy", contents.policy(dates=dates))

    async def force() -> str:
        found: str = (await chief.client.get(f"/api/v1/policies/{document}")).json()["legal_force"]
        return found

    effective, expiry = (midnight(datetime.fromisoformat(on).date()) for _, on in DATES[1:])
    assert await force() == "not_yet"
    assert await append_due_events(database, effective - SECOND) == 0
    assert await force() == "not_yet"
    assert await append_due_events(database, effective) == 1
    assert await force() == "in_force"
    assert await append_due_events(database, expiry - SECOND) == 0
    assert await append_due_events(database, expiry) == 1
    assert await force() == "expired"
    listed = (await chief.client.get("/api/v1/policies")).json()["items"]
    assert [item["legal_force"] for item in listed] == ["expired"]
    view = (await chief.client.get(f"/api/v1/policies/{document}")).json()
    assert view["modified_at"] == view["published_at"]


async def test_a_consultation_opens_and_closes_in_the_log(
    chief: Editor, database: Database, publish_edition: Publish
) -> None:
    window = {"opens_on": "2027-03-04", "closes_on": "2027-05-06", "contact": "Văn phòng Sở"}
    document = await publish_edition("draft", contents.draft(consultation=window))

    opens, closed = midnight(datetime(2027, 3, 4).date()), midnight(datetime(2027, 5, 7).date())
    assert await append_due_events(database, opens - SECOND) == 0
    assert await append_due_events(database, opens) == 1
    assert await append_due_events(database, closed - SECOND) == 0
    assert await append_due_events(database, closed) == 1
    assert [(e["event"], e["id"], e["due"]) for e in await changes(chief.client)] == [
        ("published", str(document), None),
        ("consultation_opened", str(document), format_rfc3339(opens)),
        ("consultation_closed", str(document), format_rfc3339(closed)),
    ]


async def test_events_that_became_due_during_a_pause_get_an_entry_each_in_their_order(
    chief: Editor, database: Database, publish_edition: Publish
) -> None:
    dates = [{"role": role, "on": on, "source": "Văn bản gốc"} for role, on in DATES]
    window = {"opens_on": "2027-03-04", "closes_on": "2028-05-06", "contact": "Văn phòng Sở"}
    policy = await publish_edition("policy", contents.policy(dates=dates))
    await publish_edition("policy", contents.policy(dates=dates), document_id=policy, lang="en")
    draft = await publish_edition("draft", contents.draft(consultation=window))

    assert await append_due_events(database, datetime(2035, 1, 1, tzinfo=UTC)) == 6

    entries = (await changes(chief.client))[3:]
    assert [(e["event"], e["id"], e["lang"]) for e in entries] == [
        ("consultation_opened", str(draft), "vi"),
        ("in_force", str(policy), "vi"),
        ("in_force", str(policy), "en"),
        ("consultation_closed", str(draft), "vi"),
        ("expired", str(policy), "vi"),
        ("expired", str(policy), "en"),
    ]
    assert [e["due"] for e in entries] == sorted(e["due"] for e in entries)


async def test_a_law_already_in_force_when_published_gives_no_entry_for_the_past(
    chief: Editor, database: Database, publish_edition: Publish
) -> None:
    await publish_edition("policy", contents.policy())

    assert await append_due_events(database, datetime(2035, 1, 1, tzinfo=UTC)) == 0
    assert [e["event"] for e in await changes(chief.client)] == ["published"]


async def test_events_that_became_due_while_a_document_was_withdrawn_count_once_it_is_restored(
    chief: Editor, database: Database, publish_edition: Publish
) -> None:
    dates = [{"role": role, "on": on, "source": "Văn bản gốc"} for role, on in DATES]
    document = str(await publish_edition("policy", contents.policy(dates=dates)))
    await chief.done(document, "withdraw", {"reason": "Rà soát"})

    assert await append_due_events(database, datetime(2028, 1, 1, tzinfo=UTC)) == 0
    await chief.done(document, "restore")
    assert await append_due_events(database, datetime(2028, 1, 1, tzinfo=UTC)) == 1
    assert [e["event"] for e in await changes(chief.client)] == ["published", "withdrawn", "restored", "in_force"]
