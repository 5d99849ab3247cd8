"""Inquiries of the press: private records whose terms start, are met by a publication, breached, and cancelled."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import httpx
import pytest
from sqlalchemy import select, text, update

from hub.clocks.job import record_breaches
from hub.clocks.queries import CLOCK
from hub.db import Database
from hub.manage.idempotency import KEY
from hub.times import format_rfc3339
from tests.support import contents
from tests.support.editors import key
from tests.support.press_desk import OUTLET, PATH, QUESTION, Desk, body, count_audit
from tests.support.servers import Publish


@pytest.mark.usefixtures("rules")
async def test_without_the_scope_or_the_agency_nothing_is_shown_or_changed(
    client: httpx.AsyncClient, database: Database, desk: Desk
) -> None:
    inquiry = (await desk.create()).json()["id"]
    writer = Desk(client, await key(database, "so-y-te", "write", "read:working"))
    reader = Desk(client, await key(database, "so-y-te", "read:working"))
    stranger = Desk(client, await key(database, "so-giao-duc-va-dao-tao"))
    answer, reason = {"document": str(uuid4())}, {"reason": "Hỏi nhầm cơ quan"}

    for who, call, status in (
        (reader, reader.create(), 403),
        (reader, reader.do(inquiry, "answer", 1, answer), 403),
        (writer, writer.do(inquiry, "close", 1, reason), 403),
        (writer, writer.do(inquiry, "erase", 1), 403),
        (stranger, stranger.create(), 403),
        (stranger, stranger.read(inquiry), 404),
        (stranger, stranger.do(inquiry, "answer", 1, answer), 404),
        (stranger, stranger.do(inquiry, "close", 1, reason), 404),
        (stranger, stranger.do(inquiry, "erase", 1), 404),
    ):
        refused = await call
        assert (refused.status_code, QUESTION in refused.text) == (status, False), who.headers
    assert await stranger.list() == []
    assert (await client.get(PATH, params={"agency": "so-y-te"}, headers=stranger.headers)).status_code == 403
    assert (await client.get(PATH)).status_code == (await client.post(PATH, json=body())).status_code == 401
    assert await reader.list() == [inquiry]
    assert await count_audit(database) == ["inquiry-create"]


@pytest.mark.usefixtures("rules")
@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"agency": "so-khong-co"}, None),
        ({"outlet": " "}, "outlet"),
        ({"question": "x" * 10_001}, "question"),
        ({"asked_at": "2031-01-01T08:00:00+07:00"}, "asked_at"),
        ({"incident_at": "2031-01-01T08:00:00+07:00"}, "incident_at"),
        (
            {"asked_at": "2026-11-10T08:00:00+07:00", "incident_at": "2026-11-10T08:00:01+07:00"},
            "incident_at",
        ),
        ({"contact": "0912"}, "contact"),
    ],
)
async def test_a_record_that_cannot_be_true_is_refused(
    database: Database, desk: Desk, changed: dict[str, Any], field: str | None
) -> None:
    refused = await desk.create(**changed)

    assert refused.status_code in (403, 422)
    assert field is None or refused.json()["field"] == field
    assert (await desk.list(), await count_audit(database)) == ([], [])


@pytest.mark.usefixtures("rules")
async def test_an_inquiry_is_answered_once_by_a_publication_and_its_terms_are_met_at_that_time(
    database: Database, desk: Desk, publish_edition: Publish
) -> None:
    moment = datetime.now(UTC)
    made = await desk.create("once-7", incident_at=format_rfc3339(moment - timedelta(hours=5)))
    again = await desk.create("once-7", incident_at=format_rfc3339(moment - timedelta(hours=5)))
    inquiry = made.json()
    hidden = await publish_edition("statement", contents.statement(), published=False)
    policy = await publish_edition("policy", contents.policy())
    statement = await publish_edition("statement", contents.statement())

    assert (made.status_code, made.headers["etag"], again.json()) == (201, '"1"', inquiry)
    assert (inquiry["state"], inquiry["doubts"], inquiry["question"]) == ("open", [], QUESTION)
    terms = {clock["rule"]: (clock["amount"], clock["effect"], clock["state"]) for clock in inquiry["clocks"]}
    assert terms == {"press.answer": (3, "warn", "running"), "press.first_word": (26, "breach", "running")}
    for version, status in ((None, 428), (7, 412)):
        assert (await desk.do(inquiry["id"], "answer", version, {"document": str(statement)})).status_code == status
    for document in (hidden, policy, uuid4()):
        refused = await desk.do(inquiry["id"], "answer", 1, {"document": str(document)})
        assert (refused.status_code, refused.json()["field"]) == (422, "document")
    answered = (await desk.do(inquiry["id"], "answer", 1, {"document": str(statement)})).json()

    assert (answered["state"], answered["document"], answered["version"]) == ("answered", str(statement), 2)
    assert {clock["state"] for clock in answered["clocks"]} == {"met"}
    assert {clock["met_at"] for clock in answered["clocks"]} == {answered["answered_at"]}
    assert (await desk.do(inquiry["id"], "close", 2, {"reason": "thừa"})).status_code == 409
    assert (await desk.do(inquiry["id"], "answer", 2, {"document": str(statement)})).status_code == 409
    assert (await desk.list(state="answered"), await desk.list(state="open")) == ([inquiry["id"]], [])
    assert await count_audit(database) == ["inquiry-create", "inquiry-answer"]


async def test_without_rules_an_inquiry_is_kept_with_a_doubt(desk: Desk) -> None:
    inquiry = (await desk.create()).json()

    assert (inquiry["clocks"], inquiry["doubts"]) == ([], ["no_rule"])


@pytest.mark.usefixtures("rules")
async def test_a_term_that_is_over_is_found_by_the_worker_and_in_the_list_and_raises_the_alarm(
    client: httpx.AsyncClient, database: Database, desk: Desk
) -> None:
    late = (await desk.create(asked_at="2026-11-03T08:00:00+07:00")).json()["id"]
    fresh = (await desk.create()).json()["id"]

    assert (await desk.list(overdue="true"), await desk.list(overdue="false")) == ([late], [fresh])
    assert await record_breaches(database) == 1
    [clock] = (await desk.read(late)).json()["clocks"]
    assert (clock["state"], clock["due_at"]) == ("overdue", "2026-11-07T00:00:00+07:00")
    assert (await client.get("/health/ready")).json()["alarms"]["clocks_breached"] == 1
    closed = (await desk.do(late, "close", 1, {"reason": "Báo rút câu hỏi"})).json()
    assert (closed["state"], closed["clocks"][0]["state"]) == ("closed", "cancelled")
    assert "clocks_breached" not in (await client.get("/health/ready")).json()["alarms"]
    assert (await desk.list(overdue="true"), await desk.list(state="closed")) == ([], [late])


@pytest.mark.usefixtures("rules")
async def test_the_worker_waits_for_nobody_who_is_answering(database: Database, desk: Desk) -> None:
    inquiry = (await desk.create(asked_at="2026-11-03T08:00:00+07:00")).json()["id"]
    async with database.write() as session:
        await session.execute(text("SELECT 1 FROM press_inquiry WHERE id = :id FOR UPDATE"), {"id": inquiry})
        async with asyncio.timeout(5):
            assert await record_breaches(database) == 0
        await session.execute(update(CLOCK).values(retry_at=None))  # what an editor does next: no deadlock

    assert await record_breaches(database) == 1


@pytest.mark.usefixtures("rules")
async def test_erasing_leaves_times_and_terms_and_no_word(database: Database, desk: Desk) -> None:
    inquiry = (await desk.create("first-4")).json()["id"]
    assert (await desk.do(inquiry, "erase", 1)).status_code == 409
    await desk.do(inquiry, "close", 1, {"reason": f"Đã trả lời {OUTLET} qua điện thoại"})

    erased = await desk.do(inquiry, "erase", 2)
    again = await desk.do(inquiry, "erase", 3)

    assert (erased.status_code, again.json()) == (200, erased.json())
    found = erased.json()
    assert (found["outlet"], found["question"], found["reason"], found["state"]) == (None, None, None, "closed")
    assert (found["erased_at"] is not None, len(found["clocks"]), found["version"]) == (True, 1, 3)
    async with database.read() as connection:
        stored = str((await connection.execute(select(KEY.c.body))).all())
        row = str((await connection.execute(text("SELECT * FROM press_inquiry"))).all())
    assert not any(word in stored + row for word in (QUESTION, OUTLET))
    repeated = await desk.create("first-4")
    assert (repeated.status_code, "inquiry" in repeated.json()["detail"]) == (410, True)
    assert await count_audit(database) == ["inquiry-create", "inquiry-close", "inquiry-erase"]


@pytest.mark.usefixtures("rules")
async def test_the_list_is_paged_by_the_time_of_the_question(desk: Desk) -> None:
    made = [(await desk.create(asked_at=f"2026-11-1{day}T08:00:00+07:00")).json()["id"] for day in (3, 1, 2)]
    first = (await desk.client.get(PATH, params={"limit": 2}, headers=desk.headers)).json()
    second = {"limit": 2, "cursor": first["next"]}
    rest = (await desk.client.get(PATH, params=second, headers=desk.headers)).json()
    other = await desk.client.get(PATH, params=second | {"state": "open"}, headers=desk.headers)

    assert [item["id"] for item in first["items"] + rest["items"]] == [made[0], made[2], made[1]]
    assert (rest["next"], other.status_code) == (None, 422)


@pytest.mark.usefixtures("rules")
async def test_graphql_does_the_same_as_rest(desk: Desk, publish_edition: Publish) -> None:
    async def ask(query: str, **variables: Any) -> Any:
        sent = {"query": query, "variables": variables}
        answer = (await desk.client.post("/graphql", json=sent, headers=desk.headers)).json()
        assert "errors" not in answer, answer
        return answer["data"]

    fields = "id version state document question clocks { rule state effect }"
    shown = f"... on PressInquiry {{ {fields} }} ... on Refusal {{ code }}"
    arguments = 'agency: "so-y-te", outlet: "Báo A", question: $q'
    created = await ask(f"mutation ($q: String!) {{ createPressInquiry({arguments}) {{ {shown} }} }}", q=QUESTION)
    inquiry = created["createPressInquiry"]
    statement = str(await publish_edition("statement", contents.statement()))
    answer = (
        "mutation ($id: ID!, $document: ID!, $version: Int) "
        f"{{ answerPressInquiry(id: $id, document: $document, version: $version) {{ {shown} }} }}"
    )
    stale = await ask(answer, id=inquiry["id"], document=statement, version=5)
    answered = await ask(answer, id=inquiry["id"], document=statement, version=1)
    closed = await ask(
        f'mutation ($id: ID!) {{ closePressInquiry(id: $id, reason: "x", version: 2) {{ {shown} }} }}', id=inquiry["id"]
    )
    erased = await ask(
        f"mutation ($id: ID!) {{ erasePressInquiry(id: $id, version: 2) {{ {shown} }} }}", id=inquiry["id"]
    )
    listed = await ask("{ manage { pressInquiries(state: answered) { edges { node { id question doubts } } } } }")

    assert inquiry["clocks"] == [{"rule": "press.answer", "state": "running", "effect": "warn"}]
    assert stale["answerPressInquiry"] == {"code": "version_stale"}
    assert answered["answerPressInquiry"]["document"] == statement
    assert closed["closePressInquiry"] == {"code": "transition_conflict"}
    assert (erased["erasePressInquiry"]["question"], erased["erasePressInquiry"]["version"]) == (None, 3)
    edges = listed["manage"]["pressInquiries"]["edges"]
    assert edges == [{"node": {"id": inquiry["id"], "question": None, "doubts": []}}]
