"""The term for answers: a public clock from the end of a consultation, met by its answers and breached without them."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import httpx
import pytest
from sqlalchemy import insert, update

from hub.clocks.figures import count_clocks
from hub.clocks.job import record_breaches
from hub.clocks.queries import CLOCK, RULE
from hub.consultation.clock import CLOSING_DELAY, turn_due
from hub.consultation.records import consultation_id
from hub.db import Database
from hub.times import VIETNAM, midnight, now, today
from tests.support import contents
from tests.support.clock_rows import rule_row
from tests.support.consultation_desk import Desk, bring_to
from tests.support.consultations import entries, window
from tests.support.editors import key
from tests.support.servers import Publish


@pytest.fixture(autouse=True)
async def rule(database: Database) -> None:
    """A term of eight days, which is not confirmed."""
    row = rule_row("consultation.answers", "2020-01-01", None, 8, "days", certainty="assumed")
    async with database.write() as session:
        await session.execute(insert(RULE), [row])


@pytest.fixture
async def desk(client: httpx.AsyncClient, database: Database) -> Desk:
    return Desk(client, await key(database, "ubnd-hue"))


@pytest.fixture
async def id_(publish_edition: Publish) -> UUID:
    return consultation_id(await publish_edition("draft", contents.draft(consultation=window(-3, 9))))


async def clocks(client: httpx.AsyncClient, id_: UUID) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = (await client.get(f"/api/v1/consultations/{id_}")).json()["clocks"]
    return found


async def make_overdue(database: Database) -> None:
    async with database.write() as session:
        ago = {"started_at": now() - timedelta(days=30), "due_at": now() - timedelta(days=2)}
        await session.execute(update(CLOCK).values(**ago))


def last_working(day: datetime) -> datetime:
    return day + timedelta(days={5: 2, 6: 1}.get(day.weekday(), 0))


async def test_the_term_runs_from_the_last_day_of_the_window_and_everyone_reads_it(
    client: httpx.AsyncClient, database: Database, id_: UUID
) -> None:
    assert await clocks(client, id_) == []
    closes = midnight(today() + timedelta(10))

    assert await turn_due(database, closes + CLOSING_DELAY) == 1

    [clock] = await clocks(client, id_)
    assert (clock["rule"], clock["state"], clock["effect"]) == ("consultation.answers", "running", "warn")
    last_day = (closes - timedelta(days=1)).astimezone(VIETNAM)
    assert datetime.fromisoformat(clock["started_at"]).date() == last_day.date()
    # Eight days after the last day, not after the midnight that follows it; then the next working day.
    due = last_working(last_day + timedelta(days=8)) + timedelta(days=1)
    assert datetime.fromisoformat(clock["due_at"]) == due


async def test_answers_meet_the_term_and_late_ones_are_late(
    client: httpx.AsyncClient, database: Database, publish_edition: Publish, desk: Desk, id_: UUID
) -> None:
    await bring_to(desk, database, id_, "answered")
    assert [clock["state"] for clock in await clocks(client, id_)] == ["met"]

    other = consultation_id(await publish_edition("draft", contents.draft(title="Khác", consultation=window(-3, 9))))
    await bring_to(desk, database, other, "closed")
    async with database.write() as session:
        ago = {"started_at": now() - timedelta(days=30), "due_at": now() - timedelta(days=2)}
        await session.execute(update(CLOCK).where(CLOCK.c.subject_id == other).values(**ago))
    assert await record_breaches(database) == 1
    assert [clock["state"] for clock in await clocks(client, other)] == ["overdue"]

    await desk.done(other, "answer")

    [late] = await clocks(client, other)
    assert (late["state"], late["breached_at"] is not None) == ("late", True)


@pytest.mark.parametrize("is_over", [False, True])
async def test_a_policy_without_answers_breaches_the_term_even_before_its_end(
    client: httpx.AsyncClient, database: Database, publish_edition: Publish, desk: Desk, id_: UUID, is_over: bool
) -> None:
    policy = str(await publish_edition("policy", contents.policy()))
    await bring_to(desk, database, id_, "closed")
    if is_over:
        await make_overdue(database)
    refused = await desk.do(id_, "adopt", {"policy": policy})
    assert refused.status_code == 422
    assert [clock["state"] for clock in await clocks(client, id_)] == ["overdue" if is_over else "running"]

    await desk.done(id_, "adopt", {"policy": policy, "without_answers": True, "reason": "Bão đến gần."})

    [clock] = await clocks(client, id_)
    assert (clock["state"], clock["breached_at"] is not None) == ("cancelled", True)
    since = now() - timedelta(days=60)
    async with database.read() as connection:
        [figure] = await count_clocks(connection, since=since, until=now() + timedelta(days=1))
    assert (figure.owner, figure.breached, figure.cancelled, figure.met) == ("ubnd-hue", 1, 1, 0)


async def test_dropping_it_cancels_the_term_without_a_breach(
    client: httpx.AsyncClient, database: Database, desk: Desk, id_: UUID
) -> None:
    await bring_to(desk, database, id_, "closed")

    await desk.done(id_, "drop")

    [clock] = await clocks(client, id_)
    assert (clock["state"], clock["breached_at"]) == ("cancelled", None)


async def test_a_later_day_after_the_end_cancels_the_term_and_the_next_end_starts_another(
    client: httpx.AsyncClient, database: Database, publish_edition: Publish, desk: Desk
) -> None:
    document = await publish_edition("draft", contents.draft(consultation=window(-9, -1)))
    id_ = consultation_id(document)
    assert await clocks(client, id_) == [], "it was over before the hub knew it"
    await publish_edition("draft", contents.draft(consultation=window(-9, 6)), document_id=document)
    await bring_to(desk, database, id_, "closed")

    await publish_edition("draft", contents.draft(consultation=window(-9, 12)), document_id=document)
    assert [clock["state"] for clock in await clocks(client, id_)] == ["cancelled"]
    assert await turn_due(database, midnight(today() + timedelta(13)) + CLOSING_DELAY) == 1

    assert [clock["state"] for clock in await clocks(client, id_)] == ["cancelled", "running"]
    assert [event for event, _ in await entries(client)].count("closed") == 3


async def test_the_term_is_that_of_the_row_that_is_valid_at_the_end_and_a_running_one_keeps_it(
    client: httpx.AsyncClient, database: Database, publish_edition: Publish
) -> None:
    change = today() + timedelta(4)
    early = await publish_edition("draft", contents.draft(consultation=window(-3, 3)))
    late = await publish_edition("draft", contents.draft(consultation=window(-3, 4)))
    new = rule_row("consultation.answers", str(change), None, 96, "hours", certainty="reported")
    async with database.write() as session:
        await session.execute(update(RULE).values(valid_to=change))
        await session.execute(insert(RULE), [new])

    assert await turn_due(database, midnight(today() + timedelta(5)) + CLOSING_DELAY) == 2

    [[old], [other]] = [await clocks(client, consultation_id(document)) for document in (early, late)]
    assert (old["amount"], old["unit"], old["certainty"]) == (8, "days", "assumed")
    assert (other["amount"], other["unit"], other["certainty"]) == (96, "hours", "reported")
    last_day = datetime.fromisoformat(old["started_at"])
    due = last_working(last_day.astimezone(VIETNAM) + timedelta(days=8)).date() + timedelta(days=1)
    assert datetime.fromisoformat(old["due_at"]) == midnight(due)
    async with database.write() as session:
        await session.execute(update(RULE).where(RULE.c.unit == "days").values(amount=11))
    assert [one["due_at"] for one in await clocks(client, consultation_id(early))] == [old["due_at"]]
    again = contents.draft(consultation=window(-3, 6))
    await publish_edition("draft", again, document_id=early)
    assert await turn_due(database, midnight(today() + timedelta(7)) + CLOSING_DELAY) == 1
    states = [(one["state"], one["unit"]) for one in await clocks(client, consultation_id(early))]
    assert states == [("cancelled", "days"), ("running", "hours")]


async def test_without_a_row_of_the_rule_a_consultation_closes_all_the_same(
    client: httpx.AsyncClient, database: Database, desk: Desk, id_: UUID
) -> None:
    async with database.write() as session:
        await session.execute(RULE.delete())

    await bring_to(desk, database, id_, "answered")

    found = (await client.get(f"/api/v1/consultations/{id_}")).json()
    assert (found["state"], found["clocks"]) == ("answered", [])
