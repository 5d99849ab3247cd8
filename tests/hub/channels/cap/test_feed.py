"""The feed of warnings over HTTP: from a published bulletin through the outbox to alerts that are valid CAP."""

from typing import Any
from uuid import UUID

import capvalidator
import feedparser
import httpx
import pytest
from lxml import etree

from hub.channels.cap.channel import CAP, NAME
from hub.channels.port import ChannelParts
from hub.channels.queue import ChannelQueue
from hub.channels.switches import OPERATOR, switch_on
from hub.db import Database
from hub.outgoing.client import OutgoingClient
from hub.settings import Settings
from tests.support import contents
from tests.support.editors import Editor, key
from tests.support.servers import Publish

WARNING = {
    "event": "Sạt lở đất",
    "category": "Geo",
    "urgency": "Immediate",
    "severity": "Extreme",
    "certainty": "Observed",
    "instruction": "Rời khỏi chân núi ngay.",
}


@pytest.fixture
async def queue(settings: Settings, database: Database) -> ChannelQueue:
    channel = CAP.build(ChannelParts(settings, database, OutgoingClient(settings)))
    async with database.write() as session:
        await switch_on(session, NAME, OPERATOR)
    return ChannelQueue(database, settings, {NAME: channel})


async def feed(client: httpx.AsyncClient) -> list[Any]:
    answer = await client.get("/feeds/cap.atom")
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == "application/atom+xml"
    parsed = feedparser.parse(answer.content)
    assert not parsed.bozo
    return list(parsed.entries)


def address(entry: Any) -> str:
    return next(link.href for link in entry.links if link.type == "application/cap+xml")


async def alert(client: httpx.AsyncClient, entry: Any) -> dict[str, list[str]]:
    """The members of an entry's alert, each with its texts, after a check by the schema of CAP."""
    answer = await client.get(address(entry))
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == "application/cap+xml"
    assert capvalidator.check_schema(answer.content).passed
    found: dict[str, list[str]] = {}
    for element in etree.fromstring(answer.content).iter():
        found.setdefault(etree.QName(element).localname, []).append((element.text or "").strip())
    return found


async def test_a_warning_its_correction_and_its_withdrawal_are_alerts_and_other_bulletins_are_none(
    client: httpx.AsyncClient, database: Database, queue: ChannelQueue, publish_edition: Publish
) -> None:
    await publish_edition("bulletin", contents.bulletin(channels=["web"]))
    assert await feed(client) == []
    first = contents.bulletin(title="Sạt lở ở A Lưới", channels=["web"], warning=WARNING, priority="urgent")
    document = await publish_edition("bulletin", first)
    await queue.serve(NAME)
    fixed = contents.bulletin(title="Sạt lở ở A Lưới và Nam Đông", channels=["web"], warning=WARNING)
    await publish_edition("bulletin", fixed, document_id=document)
    await queue.serve(NAME)
    english = contents.bulletin(title="Landslides in A Lưới", channels=["web"], warning=WARNING)
    await publish_edition("bulletin", english, document_id=document, lang="en")
    await queue.serve(NAME)
    editor = Editor(client, await key(database))
    await editor.done(str(document), "withdraw", {"reason": "Đã hết nguy hiểm."})
    await queue.serve(NAME)

    entries = await feed(client)
    assert [entry.title.split(":")[0] for entry in entries] == ["Cancel", "Update", "Update", "Alert"]
    alerts = [await alert(client, entry) for entry in entries]
    assert [found["msgType"] for found in alerts] == [["Cancel"], ["Update"], ["Update"], ["Alert"]]
    assert [len(found.get("references", [""])[0].split()) for found in alerts] == [3, 2, 1, 0]
    assert alerts[3]["headline"] == ["Sạt lở ở A Lưới"]
    assert alerts[1]["headline"] == ["Sạt lở ở A Lưới và Nam Đông", "Landslides in A Lưới"]
    assert alerts[1]["language"] == ["vi-VN", "en"]
    assert alerts[0]["note"] == ["Đã hết nguy hiểm."]
    assert "instruction" not in alerts[0]
    assert {found["status"][0] for found in alerts} == {"Actual"}

    shown = (await client.get(f"/api/v1/bulletins/{document}")).json()
    assert shown["warning"] == WARNING | {"onset": None, "expires": None, "is_exercise": False}

    await editor.done(str(document), "gone", {"reason": "Công bố nhầm."})
    await queue.serve(NAME)
    assert await feed(client) == []
    for entry in entries:
        answer = await client.get(address(entry))
        assert answer.status_code == 404
        assert "Sạt lở" not in answer.text


@pytest.mark.parametrize("path", ["/feeds/cap/x/y.xml", f"/feeds/cap/{UUID(int=31)}/{uuid4()}.xml", "/feeds/cap.rss"])
async def test_addresses_without_an_alert_are_refused(client: httpx.AsyncClient, path: str) -> None:
    assert (await client.get(path)).status_code in (404, 422)


async def test_the_contract_of_push_messages_is_public(client: httpx.AsyncClient) -> None:
    schema = (await client.get("/api/v1/channels/push/schema")).json()
    assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    examples = (await client.get("/api/v1/channels/push/examples")).json()
    assert examples["examples"][0]["title"] == "An urgent warning"
    assert {"status": 503, "word": "UNAVAILABLE", "effect": "retry"}.items() <= examples["error_words"][-1].items()
