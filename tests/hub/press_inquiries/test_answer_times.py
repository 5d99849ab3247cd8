"""Publications that answer an inquiry, and when: new and old ones, corrected, withdrawn, said before the question."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select, text, update

from hub.db import Database
from hub.press_inquiries.answer_times import VIEW
from hub.times import format_rfc3339
from tests.support import contents
from tests.support.past_editions import done
from tests.support.press_desk import Desk, count_audit
from tests.support.servers import Publish
from tests.support.waiting import eventually

Edited = Callable[[datetime, datetime, datetime], Awaitable[str]]


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
