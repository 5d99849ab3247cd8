"""Inquiries of the press: private records whose terms start, are met by a publication, breached, and cancelled."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import httpx
import pytest
from sqlalchemy import insert, select, text, update

from hub.clocks.job import record_breaches
from hub.clocks.queries import CLOCK, DAY, RULE
from hub.db import Database
from hub.manage.audit_trail import AUDIT
from hub.manage.idempotency import KEY
from hub.press_inquiries.answer_times import VIEW
from hub.times import format_rfc3339
from tests.support import contents
from tests.support.clock_rows import day_row, rule_row
from tests.support.editors import key
from tests.support.past_editions import done
from tests.support.servers import Publish
from tests.support.waiting import eventually

PATH = "/api/v1/manage/press-inquiries"
QUESTION = "Vì sao cầu Sông Mây bị đóng từ hôm qua?"
OUTLET = "Báo Sông Mây"
Edited = Callable[[datetime, datetime, datetime], Awaitable[str]]


@pytest.fixture
async def rules(database: Database) -> None:
    async with database.write() as session:
        answer = rule_row("press.answer", "2020-01-01", None, 3, "working_days", certainty="assumed")
        await session.execute(insert(RULE), [answer, rule_row("press.first_word", "2020-01-01", None, 26, "hours")])
        await session.execute(insert(DAY), [day_row("2026-11-24")])


def body(**other: Any) -> dict[str, Any]:
    return {"agency": "so-y-te", "outlet": OUTLET, "question": QUESTION} | other


class Desk:
    """An editor of an agency."""

    def __init__(self, client: httpx.AsyncClient, secret: str):
        self.client = client
        self.headers = {"authorization": f"Bearer {secret}"}

    async def create(self, once: str | None = None, **other: Any) -> httpx.Response:
        headers = self.headers | ({"idempotency-key": once} if once else {})
        return await self.client.post(PATH, json=body(**other), headers=headers)

    async def do(self, inquiry: str, verb: str, version: int | None, sent: Any = None) -> httpx.Response:
        headers = self.headers | ({"if-match": f'"{version}"'} if version is not None else {})
        return await self.client.post(f"{PATH}/{inquiry}/{verb}", json=sent or {}, headers=headers)

    async def read(self, inquiry: str) -> httpx.Response:
        return await self.client.get(f"{PATH}/{inquiry}", headers=self.headers)

    async def list(self, **params: Any) -> list[str]:
        answer = await self.client.get(PATH, params=params, headers=self.headers)
        assert answer.status_code == 200, answer.text
        assert answer.headers["cache-control"] == "no-store"
        return [item["id"] for item in answer.json()["items"]]


@pytest.fixture
async def desk(client: httpx.AsyncClient, database: Database) -> Desk:
    return Desk(client, await key(database, "so-y-te"))


async def count_audit(database: Database) -> list[str]:
    async with database.read() as connection:
        rows = await connection.execute(select(AUDIT.c.verb, AUDIT.c.details).order_by(AUDIT.c.id))
        found = [(verb, str(details)) for verb, details in rows if verb.startswith("inquiry")]
    assert all(QUESTION not in details and OUTLET not in details for _, details in found)
    return [verb for verb, _ in found]


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


@pytest.mark.usefixtures("rules")
async def test_a_document_that_is_older_than_question_and_incident_answers_nothing(
    desk: Desk, publish_edition: Publish
) -> None:
    bulletin = str(await publish_edition("bulletin", contents.bulletin()))
    now = format_rfc3339(datetime.now(UTC))
    for inquiry in ((await desk.create()).json(), (await desk.create(asked_at=now, incident_at=now)).json()):
        refused = await desk.do(inquiry["id"], "answer", 1, {"document": bulletin})

        assert (refused.status_code, refused.json()["field"]) == (422, "document")
        assert (await desk.read(inquiry["id"])).json() == inquiry


@pytest.mark.usefixtures("rules")
async def test_a_withdrawn_statement_answers_nothing_until_it_is_restored(
    database: Database, desk: Desk, publish_edition: Publish
) -> None:
    inquiry = (await desk.create()).json()
    statement = await publish_edition("statement", contents.statement())
    await done(database, "withdraw", statement, reason="Nhầm số liệu")

    refused = await desk.do(inquiry["id"], "answer", 1, {"document": str(statement)})

    assert (refused.status_code, refused.json()["field"]) == (422, "document")
    assert (await desk.read(inquiry["id"])).json() == inquiry
    assert await count_audit(database) == ["inquiry-create"]
    await done(database, "restore", statement)
    assert (await desk.do(inquiry["id"], "answer", 1, {"document": str(statement)})).status_code == 200


@pytest.mark.usefixtures("rules")
async def test_of_two_answers_to_the_same_version_at_once_one_is_taken(
    database: Database, desk: Desk, publish_edition: Publish
) -> None:
    inquiry = (await desk.create()).json()["id"]
    statements = [str(await publish_edition("statement", contents.statement(title=f"Tuyên bố {n}"))) for n in (1, 2)]
    waiting = "SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"

    async def both_wait() -> bool:
        async with database.read() as connection:
            return len((await connection.execute(text(waiting))).all()) == 2

    async with database.write() as session:  # neither ends before the other has begun
        await session.execute(text("SELECT 1 FROM press_inquiry WHERE id = :id FOR UPDATE"), {"id": inquiry})
        asking = [asyncio.create_task(desk.do(inquiry, "answer", 1, {"document": one})) for one in statements]
        await eventually(both_wait)
    answers = await asyncio.gather(*asking)

    assert sorted(answer.status_code for answer in answers) == [200, 412]
    [taken] = [answer.json() for answer in answers if answer.status_code == 200]
    assert (await desk.read(inquiry)).json() == taken
    assert taken["document"] == statements[[answer.status_code for answer in answers].index(200)]
    assert await count_audit(database) == ["inquiry-create", "inquiry-answer"]


@pytest.mark.usefixtures("rules")
async def test_an_old_document_answers_with_the_edition_that_became_public_after_the_question(
    database: Database, desk: Desk, publish_edition: Publish
) -> None:
    bulletin = await publish_edition("bulletin", contents.bulletin())
    asked_at = datetime.now(UTC)
    inquiry = (await desk.create(asked_at=format_rfc3339(asked_at))).json()
    await publish_edition("bulletin", contents.bulletin(title="Cầu Sông Mây mở lại"), document_id=bulletin)
    async with database.read() as connection:
        changed = (await connection.execute(select(VIEW.c.modified_at).where(VIEW.c.seq_to.is_(None)))).scalar_one()

    answered = (await desk.do(inquiry["id"], "answer", 1, {"document": str(bulletin)})).json()

    assert answered["answered_at"] == format_rfc3339(changed)
    assert [(clock["state"], clock["met_at"]) for clock in answered["clocks"]] == [("met", format_rfc3339(changed))]


@pytest.fixture
async def corrected_statement(database: Database, publish_edition: Publish) -> Edited:
    """An old statement that answers with its second edition; the third, days later, corrects a word."""
    made = await publish_edition("statement", contents.statement())
    for title in ("Cầu Sông Mây đóng đến thứ Sáu", "Cầu Sông Mây đóng đến hết thứ Sáu"):
        await publish_edition("statement", contents.statement(title=title), document_id=made)

    async def set_times(first: datetime, answered: datetime, corrected: datetime) -> str:
        async with database.write() as session:
            await session.execute(update(VIEW).values(published_at=first))
            ids = (await session.execute(select(VIEW.c.id).order_by(VIEW.c.seq_from))).scalars().all()
            for view, moment in zip(ids, (first, answered, corrected), strict=True):
                await session.execute(update(VIEW).where(VIEW.c.id == view).values(modified_at=moment))
        return str(made)

    return set_times


@pytest.mark.usefixtures("rules")
async def test_an_old_document_answers_with_the_edition_that_answered_however_often_it_was_corrected_since(
    desk: Desk, corrected_statement: Edited
) -> None:
    asked_at = datetime.now(UTC) - timedelta(days=9)
    said = asked_at + timedelta(hours=20)
    document = await corrected_statement(asked_at - timedelta(days=70), said, asked_at + timedelta(days=8))
    incident = asked_at - timedelta(hours=3)
    made = await desk.create(asked_at=format_rfc3339(asked_at), incident_at=format_rfc3339(incident))

    answered = (await desk.do(made.json()["id"], "answer", 1, {"document": document})).json()

    assert {clock["met_at"] for clock in answered["clocks"]} == {answered["answered_at"]} == {format_rfc3339(said)}
    assert [clock["state"] for clock in answered["clocks"]] == ["met", "met"]


@pytest.mark.usefixtures("rules")
async def test_what_a_document_said_answers_nobody_once_it_is_withdrawn(
    database: Database, desk: Desk, corrected_statement: Edited
) -> None:
    asked_at = datetime.now(UTC) - timedelta(days=9)
    days = (asked_at + timedelta(days=day) for day in (-70, 1, 3))
    document = await corrected_statement(*days)
    inquiry = (await desk.create(asked_at=format_rfc3339(asked_at))).json()["id"]
    async with database.write() as session:
        await session.execute(update(VIEW).where(VIEW.c.seq_to.is_(None)).values(state="withdrawn"))

    refused = await desk.do(inquiry, "answer", 1, {"document": document})

    assert (refused.status_code, refused.json()["field"]) == (422, "document")


@pytest.mark.usefixtures("rules")
async def test_a_correction_after_a_new_answer_makes_neither_the_answer_nor_the_first_word_late(
    database: Database, desk: Desk, publish_edition: Publish
) -> None:
    asked_at = datetime.now(UTC) - timedelta(days=12)
    incident = asked_at - timedelta(hours=3)
    made = await desk.create(asked_at=format_rfc3339(asked_at), incident_at=format_rfc3339(incident))
    statement = await publish_edition("statement", contents.statement())
    first = asked_at + timedelta(hours=2)
    async with database.write() as session:  # published then, corrected now
        await session.execute(update(VIEW).values(published_at=first))

    answered = (await desk.do(made.json()["id"], "answer", 1, {"document": str(statement)})).json()

    assert {clock["met_at"] for clock in answered["clocks"]} == {answered["answered_at"]} == {format_rfc3339(first)}
    assert [clock["state"] for clock in answered["clocks"]] == ["met", "met"]


@pytest.mark.usefixtures("rules")
async def test_a_first_word_that_was_said_before_the_question_is_in_time_however_late_the_question_came(
    database: Database, desk: Desk, publish_edition: Publish
) -> None:
    asked_at = datetime.now(UTC)
    incident = asked_at - timedelta(hours=40)
    statement = await publish_edition("statement", contents.statement())
    said = incident + timedelta(hours=7)
    async with database.write() as session:
        await session.execute(update(VIEW).values(published_at=said, modified_at=said))
    made = await desk.create(asked_at=format_rfc3339(asked_at), incident_at=format_rfc3339(incident))

    answered = (await desk.do(made.json()["id"], "answer", 1, {"document": str(statement)})).json()

    found = {clock["rule"]: (clock["state"], clock["met_at"], clock["breached_at"]) for clock in answered["clocks"]}
    assert found == {
        "press.answer": ("met", made.json()["asked_at"], None),
        "press.first_word": ("met", format_rfc3339(said), None),
    }
    assert answered["answered_at"] == made.json()["asked_at"]


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
