"""Calendar of consultations: events for consultations that open, move and are cancelled."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID

import httpx
import icalendar
import pytest

from hub.db import Database
from hub.times import today
from tests.support import contents, past_editions
from tests.support.servers import Publish

PATH = "/feeds/consultations.ics"


def window(first: int, last: int) -> dict[str, Any]:
    """Return a consultation that starts and ends a number of days from today."""
    day = today()
    return {
        "opens_on": str(day + timedelta(days=first)),
        "closes_on": str(day + timedelta(days=last)),
        "contact": "Văn phòng Sở; tầng 2",
    }


async def events(client: httpx.AsyncClient, query: str = "") -> dict[str, Any]:
    answer = await client.get(f"{PATH}?{query}")
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == "text/calendar; charset=utf-8"
    assert all(len(line) <= 75 for line in answer.content.split(b"\r\n"))
    return {str(event["uid"]): event for event in icalendar.Calendar.from_ical(answer.content).walk("VEVENT")}


def uid(document: UUID) -> str:
    return f"urn:uuid:{document}"


async def test_a_calendar_with_a_filter_that_there_is_not_is_refused(client: httpx.AsyncClient) -> None:
    for query in ("lang=fr", "issued_from=soon", "topic=khong-co", "agency=khong-co"):
        answer = await client.get(f"{PATH}?{query}")
        assert (answer.status_code, answer.headers["content-type"]) == (422, "application/problem+json"), query


async def test_a_calendar_ignores_parameters_that_there_are_not(
    client: httpx.AsyncClient, publish_edition: Publish
) -> None:
    await publish_edition("draft", contents.draft(consultation=window(-3, 10)))
    plain = await events(client)
    for query in ("page=1", "cursor=x"):
        assert plain.keys() == (await events(client, query)).keys() != set(), query


async def test_a_consultation_is_whole_days_with_its_last_one_included(
    client: httpx.AsyncClient, publish_edition: Publish
) -> None:
    document = await publish_edition("draft", contents.draft(consultation=window(-3, 10), summary="Tóm tắt"))
    await publish_edition("draft", contents.draft(consultation=None))
    await publish_edition("draft", contents.draft(consultation=window(-500, -400)))
    (event,) = (await events(client)).values()

    assert event["uid"] == uid(document)
    assert event.start == today() - timedelta(days=3)
    assert event.end == today() + timedelta(days=11)
    assert type(event.start) is date
    assert event["status"] == "CONFIRMED"
    assert event["summary"] == "Lấy ý kiến: Dự thảo Quyết định về giờ xe tải vào nội thành"
    assert "Tóm tắt" in event["description"]
    assert event["contact"] == "Văn phòng Sở; tầng 2"
    assert event["url"] == f"http://hub.test/d/{document}"


@pytest.mark.parametrize("how", ["withdraw", "gone", "redirect", "another topic"])
async def test_what_no_longer_takes_place_is_cancelled_under_the_same_uid(
    client: httpx.AsyncClient, publish_edition: Publish, database: Database, how: str
) -> None:
    made = contents.draft(consultation=window(1, 20), topics=["y-te-duoc"])
    other = await publish_edition("draft", contents.draft(consultation=None))
    document = await publish_edition("draft", made)
    before = (await events(client, "topic=y-te-duoc"))[uid(document)]
    if how == "another topic":
        await publish_edition("draft", made | {"topics": ["moi-truong"]}, document_id=document)
    else:
        bodies: dict[str, dict[str, Any]] = {"withdraw": {"reason": "Lý do"}, "redirect": {"to": other}}
        reason = bodies.get(how, {})
        await past_editions.done(database, how, document, **reason)
    after = (await events(client, "topic=y-te-duoc"))[uid(document)]

    assert (before["status"], after["status"]) == ("CONFIRMED", "CANCELLED")
    assert after["sequence"] > before["sequence"]
    assert (after.start, after.end) == (before.start, before.end)
    assert "giờ xe tải" not in str(after.to_ical().decode())
    assert "Lý do" not in str(after.to_ical().decode())
    assert (how == "another topic") == ((await events(client, "topic=moi-truong")).get(uid(document)) is not None)


async def test_a_window_that_moves_and_a_draft_that_comes_back_are_told_anew(
    client: httpx.AsyncClient, publish_edition: Publish, database: Database
) -> None:
    document = await publish_edition("draft", contents.draft(consultation=window(0, 5)))
    first = (await events(client))[uid(document)]
    await publish_edition("draft", contents.draft(consultation=window(0, 15)), document_id=document)
    moved = (await events(client))[uid(document)]
    await past_editions.done(database, "withdraw", document, reason="Nhầm")
    await past_editions.done(database, "restore", document)
    back = (await events(client))[uid(document)]

    assert moved.end == first.end + timedelta(days=10)
    assert back["status"] == "CONFIRMED"
    assert first["sequence"] < moved["sequence"] < back["sequence"]


async def test_an_unchanged_calendar_is_not_sent_again(client: httpx.AsyncClient, publish_edition: Publish) -> None:
    await publish_edition("draft", contents.draft(consultation=window(0, 5)))
    etag = (await client.get(PATH)).headers["etag"]

    assert (await client.get(PATH, headers={"if-none-match": etag})).status_code == 304
