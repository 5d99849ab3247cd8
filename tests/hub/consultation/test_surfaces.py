"""Every surface that knows the days of a consultation follows its instants, without a new edition of the draft."""

import re
from datetime import timedelta
from typing import Any

import httpx
import pytest
from icalendar import Calendar

from hub.auth.principal import Principal, Scope
from hub.consultation.commands import ConsultationEditor
from hub.consultation.records import consultation_id
from hub.consultation.views import Drop, Extend
from hub.db import Database
from hub.domain.scalars import Moment
from hub.times import VIETNAM, midnight, today
from tests.support import contents
from tests.support.consultations import window
from tests.support.servers import Publish

TITLE = "Dự thảo về chợ đêm"
EDITOR = Principal("key:x", "Chánh Văn phòng", "ubnd-hue", frozenset({"ubnd-hue"}), frozenset({Scope.publish}))


async def change(database: Database, document: object, version: int, body: Extend | Drop) -> None:
    async with database.write() as session:
        editor = await ConsultationEditor.open(session, EDITOR, consultation_id(document), version)  # type: ignore[arg-type]
        await (editor.extend(body) if isinstance(body, Extend) else editor.drop(body))


async def calendar_event(client: httpx.AsyncClient) -> Any:
    [event] = Calendar.from_ical((await client.get("/feeds/consultations.ics")).text).events
    return event


async def front_page(client: httpx.AsyncClient) -> str:
    return (await client.get("/", headers={"accept": "text/html", "accept-language": "en"})).text


async def test_an_extension_and_the_end_of_a_consultation_reach_pages_calendar_and_front_page(
    client: httpx.AsyncClient, database: Database, publish_edition: Publish
) -> None:
    document = await publish_edition("draft", contents.draft(title=TITLE, consultation=window(-3, 0)))
    end: Moment = midnight(today() + timedelta(21)) + timedelta(hours=17)
    first = await calendar_event(client)
    assert TITLE in await front_page(client)

    await change(database, document, 1, Extend(closes_at=end))

    day = end.astimezone(VIETNAM).date()
    page = (await client.get(f"/d/{document}", headers={"accept": "text/html", "accept-language": "en"})).text
    assert f"17:00, {day.day} " in page or f"17:00, {day:%d}" in page, re.findall(r"17:00[^<]*", page)
    described = (await client.get(f"/d/{document}.jsonld")).json()
    assert str(end.astimezone(VIETNAM).isoformat()) in str(described)
    event = await calendar_event(client)
    assert (event["uid"], event["status"]) == (first["uid"], "CONFIRMED")
    assert event["dtend"].dt == day + timedelta(1)
    assert int(event["sequence"]) > int(first["sequence"])
    assert str(day.day) in await front_page(client)
    frame = "/embed/feed?kind=draft&lang=en"
    assert f'datetime="{day}"' in (await client.get(frame)).text

    await change(database, document, 2, Drop(reason="Không còn cần ban hành."))

    event = await calendar_event(client)
    assert event["status"] == "CANCELLED"
    assert 'class="until"' not in (await client.get(frame)).text
    assert (
        "Drafts open" not in await front_page(client) or TITLE not in (await front_page(client)).split("Drafts open")[1]
    )


async def test_the_front_page_names_no_consultation_that_has_just_ended(
    client: httpx.AsyncClient, publish_edition: Publish, monkeypatch: pytest.MonkeyPatch
) -> None:
    await publish_edition("draft", contents.draft(title=TITLE, consultation=window(-3, 0)))
    closes = midnight(today() + timedelta(1))

    monkeypatch.setattr("hub.home.queries.now", lambda: closes - timedelta(milliseconds=1))
    before = await front_page(client)
    # Nothing is logged yet, and the cached page is another one.
    monkeypatch.setattr("hub.home.queries.now", lambda: closes)
    after = await front_page(client)

    assert before.count(TITLE) == after.count(TITLE) + 1
