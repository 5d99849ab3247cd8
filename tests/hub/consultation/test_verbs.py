"""The verbs of editors on consultations: each refusal changes nothing, each change is logged, audited and shown."""

import asyncio
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import httpx
import pytest
from sqlalchemy import select, text, update

from hub.consultation.clock import CLOSING_DELAY, turn_due
from hub.consultation.records import CONSULTATION, consultation_id
from hub.content.publishing import VIEW
from hub.db import Database
from hub.ops.verify import verify
from hub.times import format_rfc3339, midnight, today
from tests.support import contents
from tests.support.consultation_desk import BODIES, Desk, bring_to, end_now
from tests.support.consultations import changes, consultation_of, entries, window
from tests.support.editors import Editor, key
from tests.support.servers import Publish


@pytest.fixture
async def desk(client: httpx.AsyncClient, database: Database) -> Desk:
    return Desk(client, await key(database, "ubnd-hue"))


async def snapshot(database: Database) -> list[Any]:
    """Everything that a verb may change."""
    names = ("consultation", "consultation_document", "consultation_draft", "log_entry", "document", "audit_entry")
    async with database.read() as connection:
        found = [(await connection.execute(text(f"SELECT * FROM {name} ORDER BY 1, 2"))).all() for name in names]
        views = "SELECT id, seq_to, consultation_id, consultation_stage, opens_at, closes_at FROM published_view"
        return [*found, (await connection.execute(text(f"{views} ORDER BY id"))).all()]


@pytest.mark.parametrize("verb", BODIES)
async def test_a_verb_needs_a_key_the_scope_the_agency_and_the_version(
    client: httpx.AsyncClient, database: Database, publish_edition: Publish, desk: Desk, verb: str
) -> None:
    id_ = consultation_id(await publish_edition("draft", contents.draft(consultation=window(-3, 9))))
    before = await snapshot(database)
    writer = Desk(client, await key(database, "ubnd-hue", "write", "read:working"))
    other = Desk(client, await key(database, "so-y-te"))
    path = f"/api/v1/manage/consultations/{id_}/{verb}"

    assert (await client.post(path, json=BODIES[verb])).status_code == 401
    assert (await writer.do(id_, verb, BODIES[verb], 1)).json()["code"] == "forbidden"
    assert (await other.do(id_, verb, BODIES[verb], 1)).json()["code"] == "forbidden"
    assert (await desk.do(id_, verb, BODIES[verb], 0)).json()["code"] == "version_required"
    stale = (await desk.do(id_, verb, BODIES[verb], 7)).json()
    assert (stale["code"], stale["version"]) == ("version_stale", 1)
    assert (await desk.do(uuid4(), verb, BODIES[verb], 1)).status_code == 404
    assert (await desk.do(id_, verb, BODIES[verb] | {"other": 1}, 1)).status_code == 422
    assert await snapshot(database) == before


@pytest.mark.parametrize(
    ("state", "refused"),
    [
        ("open", {"answer", "adopt"}),
        ("closed", {"extend"}),
        ("answered", {"extend", "answer"}),
        ("dropped", {"extend", "answer", "adopt", "drop", "link"}),
    ],
)
async def test_a_verb_in_the_wrong_stage_is_refused_and_changes_nothing(
    database: Database, publish_edition: Publish, desk: Desk, state: str, refused: set[str]
) -> None:
    id_ = consultation_id(await publish_edition("draft", contents.draft(consultation=window(-3, 9))))
    await bring_to(desk, database, id_, state)
    before = await snapshot(database)

    for verb in refused:
        answer = await desk.do(id_, verb, BODIES[verb])
        assert (answer.status_code, answer.json()["code"]) == (409, "transition_conflict"), verb
        assert answer.json()["field"] == "state"
    assert await snapshot(database) == before


async def test_an_extension_moves_the_end_on_every_surface_and_is_logged_once(
    client: httpx.AsyncClient, database: Database, publish_edition: Publish, desk: Desk
) -> None:
    document = await publish_edition("draft", contents.draft(consultation=window(-3, 0)))
    await publish_edition("draft", contents.draft(consultation=window(-3, 2)))
    id_, end = consultation_id(document), f"{today() + timedelta(20)}T17:00:00+07:00"

    body = {"closes_at": end, "reason": "Nhiều người đề nghị."}
    first = await desk.do(id_, "extend", body, 1, "gia-han-1")
    again = await desk.do(id_, "extend", body, 1, "gia-han-1")

    assert (first.status_code, first.json()["closes_at"], first.headers["etag"]) == (200, end, '"2"')
    assert again.content == first.content
    [entry] = [each for each in await changes(client) if each["event"] == "extended"]
    assert (entry["data"]["closes_at"], entry["data"]["reason"]) == (end, "Nhiều người đề nghị.")
    assert (await client.get(f"/api/v1/drafts/{document}")).json()["now"]["consultation"]["closes_at"] == end
    ordered = (await client.get("/api/v1/drafts?sort=closes_asc&consultation=open")).json()["items"]
    assert [item["id"] for item in ordered][-1] == str(document)
    assert (await client.get(f"/api/v1/consultations/{id_}")).json()["closes_at"] == end
    audit = (await client.get("/api/v1/manage/audit?agency=ubnd-hue", headers=desk.headers)).json()["items"]
    line = next(each for each in audit if each["verb"] == "consultation-extended")
    assert line["details"]["consultation"] == str(id_)
    async with database.read() as connection:
        assert [fault async for _, faults in verify(connection) for fault in faults] == []


@pytest.mark.parametrize(
    ("body", "code", "field"),
    [
        ({"closes_on": str(today() + timedelta(8))}, "consultation_shortened", "closes_on"),
        ({"closes_on": str(today() + timedelta(9))}, "consultation_shortened", "closes_on"),
        ({"closes_at": f"{today() + timedelta(9)}T23:59:59+07:00"}, "consultation_shortened", "closes_at"),
        ({}, "invalid_input", "body.closes_on"),
        ({"closes_on": "2031-01-01", "closes_at": "2031-01-01T00:00:00+07:00"}, "invalid_input", "body.closes_on"),
        ({"closes_at": "2031-01-01T00:00:00"}, "invalid_input", "closes_at"),
    ],
)
async def test_an_end_that_is_not_later_is_refused(
    database: Database, publish_edition: Publish, desk: Desk, body: dict[str, Any], code: str, field: str
) -> None:
    id_ = consultation_id(await publish_edition("draft", contents.draft(consultation=window(-3, 9))))
    before = await snapshot(database)

    answer = await desk.do(id_, "extend", body)

    assert (answer.status_code, answer.json()["code"], answer.json()["field"]) == (422, code, field)
    assert await snapshot(database) == before


async def test_a_window_whose_end_has_come_is_not_extended_although_the_clock_is_late(
    database: Database, publish_edition: Publish, desk: Desk
) -> None:
    id_ = consultation_id(await publish_edition("draft", contents.draft(consultation=window(-3, 9))))
    await end_now(database)
    assert (await desk.do(id_, "extend", BODIES["extend"])).status_code == 409


async def test_a_policy_that_comes_after_the_answers_is_linked(
    client: httpx.AsyncClient, database: Database, publish_edition: Publish, desk: Desk
) -> None:
    id_ = consultation_id(await publish_edition("draft", contents.draft(consultation=window(-3, 9))))
    policy = await publish_edition("policy", contents.policy(title="Quyết định đã ban hành"))
    await bring_to(desk, database, id_, "answered")

    await desk.done(id_, "adopt", {"policy": str(policy)})

    found = (await client.get(f"/api/v1/consultations/{id_}")).json()
    assert (found["state"], found["without_answers"]) == ("adopted", False)
    assert found["policy"]["title"] == "Quyết định đã ban hành"
    assert [event for event, _ in await entries(client)] == ["announced", "opened", "closed", "answered", "adopted"]
    assert (await changes(client))[-1]["data"]["policy"] == str(policy)


async def test_adopting_without_answers_needs_to_be_said_with_a_reason_and_stays_on_record(
    client: httpx.AsyncClient, database: Database, publish_edition: Publish, desk: Desk
) -> None:
    id_ = consultation_id(await publish_edition("draft", contents.draft(consultation=window(-3, 9))))
    policy, bulletin = (
        await publish_edition("policy", contents.policy()),
        await publish_edition("bulletin", contents.bulletin()),
    )
    hidden = await publish_edition("policy", contents.policy(number="9/KH-UBND"), published=False)
    await bring_to(desk, database, id_, "closed")
    before = await snapshot(database)
    breach = {"without_answers": True, "reason": "Bão đến gần."}

    for body, field in (
        ({"policy": str(policy)}, "without_answers"),
        ({"policy": str(policy), "without_answers": True}, "reason"),
        ({"policy": str(bulletin)} | breach, "policy"),
        ({"policy": str(hidden)} | breach, "policy"),
        ({"policy": str(uuid4())} | breach, "policy"),
    ):
        answer = await desk.do(id_, "adopt", body)
        assert (answer.status_code, answer.json()["field"]) == (422, field), body
    assert await snapshot(database) == before

    await desk.done(id_, "adopt", {"policy": str(policy)} | breach)
    found = (await client.get(f"/api/v1/consultations/{id_}")).json()
    assert (found["state"], found["without_answers"], found["adopted_reason"]) == ("adopted", True, "Bão đến gần.")
    assert (await changes(client))[-1]["data"]["without_answers"] is True


async def test_dropping_an_open_consultation_ends_its_window_now_also_for_old_clients(
    client: httpx.AsyncClient, database: Database, publish_edition: Publish, desk: Desk
) -> None:
    document = await publish_edition("draft", contents.draft(consultation=window(-3, 9)))
    id_ = consultation_id(document)

    await desk.done(id_, "drop")

    assert (await client.get("/api/v1/drafts?consultation=open")).json()["items"] == []
    shown = (await client.get(f"/api/v1/drafts/{document}")).json()["now"]["consultation"]
    assert (shown["state"], shown["stage"]) == ("closed", "dropped")
    found = (await client.get(f"/api/v1/consultations/{id_}")).json()
    assert found["dropped_reason"] == BODIES["drop"]["reason"]
    assert found["announced_closes_at"] == format_rfc3339(midnight(today() + timedelta(10)))
    assert found["closes_at"] == found["dropped_at"]
    events = [entry["event"] for entry in await changes(client, "document", "consultation")]
    assert events == ["published", "announced", "opened", "consultation_closed", "dropped"]
    assert await turn_due(database, datetime.fromisoformat(found["announced_closes_at"]) + timedelta(1)) == 0


async def test_a_consultation_that_was_dropped_before_its_start_never_opens(
    client: httpx.AsyncClient, database: Database, publish_edition: Publish, desk: Desk
) -> None:
    document = await publish_edition("draft", contents.draft(consultation=window(3, 9)))
    await desk.done(consultation_id(document), "drop")

    shown = (await client.get(f"/api/v1/drafts/{document}")).json()["now"]["consultation"]
    assert (shown["state"], shown["stage"]) == ("closed", "dropped")
    assert await turn_due(database, midnight(today() + timedelta(99))) == 0
    assert [event for event, _ in await entries(client)] == ["announced", "dropped"]


async def test_a_linked_draft_becomes_the_next_one_once_it_is_public_and_shows_nowhere_before(
    client: httpx.AsyncClient, database: Database, publish_edition: Publish, desk: Desk
) -> None:
    first = await publish_edition("draft", contents.draft(title="Lần một", consultation=window(-9, -3)))
    second = await publish_edition(
        "draft", contents.draft(title="Lần hai", consultation=window(-1, 5)), published=False
    )
    id_ = consultation_id(first)

    linked = await desk.done(id_, "link", {"document": str(second)})

    assert linked["documents"] == [str(first), str(second)]
    async with database.read() as connection:
        views = (await connection.execute(select(VIEW.c.document_id, VIEW.c.consultation_version))).all()
    assert views == [(first, linked["version"])], "the open view of the first draft keeps in step"
    public = (await client.get(f"/api/v1/consultations/{id_}")).text
    assert str(second) not in public + (await client.get("/api/v1/changes?subject=consultation")).text
    chief = Editor(client, desk.key)
    async with database.write() as session:
        await session.execute(text("UPDATE edition SET state = 'approved' WHERE document_id = :id"), {"id": second})
    await chief.done(str(second), "publish")

    found = (await client.get(f"/api/v1/consultations/{id_}")).json()
    assert (found["title"], found["state"]) == ("Lần hai", "open")
    assert [one["id"] for one in found["drafts"]] == [str(first), str(second)]
    last = (await changes(client))[-1]
    assert (last["event"], last["data"]["drafts"]) == ("extended", [str(first), str(second)])
    for document in (first, second):
        shown = (await client.get(f"/api/v1/drafts/{document}")).json()["now"]["consultation"]
        assert (shown["id"], shown["stage"]) == (str(id_), "open")


async def test_a_draft_that_began_a_consultation_of_its_own_is_merged_unless_people_have_commented(
    client: httpx.AsyncClient, database: Database, publish_edition: Publish, desk: Desk
) -> None:
    first = await publish_edition("draft", contents.draft(consultation=window(-9, 3)))
    second = await publish_edition("draft", contents.draft(consultation=window(-1, 8)))
    id_, other = consultation_id(first), consultation_id(second)
    async with database.write() as session:
        await session.execute(update(CONSULTATION).where(CONSULTATION.c.id == other).values(comment_changes=1))
    before = await snapshot(database)
    refused = await desk.do(id_, "link", {"document": str(second)})
    assert (refused.status_code, refused.json()["field"]) == (409, "document")
    assert await snapshot(database) == before
    async with database.write() as session:
        await session.execute(update(CONSULTATION).where(CONSULTATION.c.id == other).values(comment_changes=0))

    await desk.done(id_, "link", {"document": str(second)})

    found = [(each["subject_id"], each["event"], each["data"]["reason"]) for each in await changes(client)]
    assert found[-2:] == [(str(other), "dropped", "linked"), (str(id_), "extended", None)]
    assert (await client.get(f"/api/v1/consultations/{other}")).status_code == 404
    assert (await consultation_of(database, second)).id == id_
    assert (await consultation_of(database, second)).closes_at == midnight(today() + timedelta(9))
    shown = (await client.get(f"/api/v1/drafts/{second}")).json()["now"]["consultation"]
    assert (shown["id"], shown["stage"]) == (str(id_), "open")


@pytest.mark.parametrize("what", ["policy", "unknown", "own", "withdrawn", "of others"])
async def test_what_is_no_draft_of_ones_own_is_not_linked(
    client: httpx.AsyncClient, database: Database, publish_edition: Publish, desk: Desk, what: str
) -> None:
    first = await publish_edition("draft", contents.draft(consultation=window(-9, 3)))
    second = await publish_edition("draft", contents.draft(consultation=None))
    hidden = await publish_edition("draft", contents.draft(consultation=None), published=False)
    if what == "withdrawn":
        await Editor(client, desk.key).done(str(second), "withdraw", {"reason": "Rà soát"})
    if what == "of others":
        async with database.write() as session:
            moved = "UPDATE document SET owner = 'thuan-hoa-cu-khac' WHERE id = :id"
            made = "INSERT INTO agency (code, name, level, sort_key) SELECT 'thuan-hoa-cu-khac', 'Khác', level, 'khac'"
            await session.execute(text(f"{made} FROM agency WHERE code = 'ubnd-hue'"))
            await session.execute(text(moved), {"id": hidden})
    chosen = {
        "policy": await publish_edition("policy", contents.policy()),
        "unknown": uuid4(),
        "own": first,
        "withdrawn": second,
        "of others": hidden,
    }[what]
    before = await snapshot(database)

    answer = await desk.do(consultation_id(first), "link", {"document": str(chosen)})

    expected = {"policy": 422, "unknown": 422, "own": 409, "withdrawn": 409, "of others": 404}[what]
    assert answer.status_code == expected, answer.text
    assert await snapshot(database) == before


async def test_of_an_extension_and_the_clock_at_once_exactly_one_wins(
    client: httpx.AsyncClient, database: Database, publish_edition: Publish, desk: Desk
) -> None:
    ids = [
        consultation_id(await publish_edition("draft", contents.draft(consultation=window(-3, 9)))) for _ in range(6)
    ]
    closed_at = midnight(today() + timedelta(10)) + CLOSING_DELAY

    answers, *_ = await asyncio.gather(
        asyncio.gather(*(desk.do(id_, "extend", BODIES["extend"], 2 if n % 2 else 1) for n, id_ in enumerate(ids))),
        turn_due(database, closed_at),
    )

    found = await changes(client)
    for id_, answer in zip(ids, answers, strict=True):
        events = [each["event"] for each in found if each["subject_id"] == str(id_)][2:]
        row = await desk.read(id_)
        assert events == (["extended"] if answer.status_code == 200 else (events and ["closed"]) or []), answer.text
        assert (row["closes_at"][:4] == "2031") is (answer.status_code == 200)
    async with database.read() as connection:
        assert [fault async for _, faults in verify(connection) for fault in faults] == []
