"""A channel that is added by one file, this one, and its registration: loudspeakers of wards (loa phường)."""

from collections.abc import AsyncIterator, Mapping, Sequence
from typing import Any

import httpx
import pytest

from hub.channels.port import ChannelParts, ChannelReply, ItemAction, Material, Misfit, ReplyKind, Work
from hub.channels.queue import ChannelQueue
from hub.channels.registry import ChannelRegistration, find_built
from hub.channels.switches import OPERATOR, switch_on
from hub.db import Database
from hub.settings import Settings
from tests.support import contents
from tests.support.channel_stand_in import registered
from tests.support.editors import Editor, key
from tests.support.servers import Publish

NAME, MAX_WORDS = "loa_phuong", 30


class Loudspeakers:
    """Reads titles aloud in the places of a bulletin."""

    name = NAME
    can_confirm = False

    def __init__(self, _: ChannelParts):
        self.heard: list[str] = []

    def check(self, material: Material) -> Sequence[Misfit]:
        words = len(material.view["title"].split())
        if words <= MAX_WORDS:
            return []
        return [Misfit(NAME, "title", "too_long", MAX_WORDS, words, f"At most {MAX_WORDS} words can be read aloud.")]

    def render(self, material: Material) -> Mapping[str, Any]:
        return {"say": material.view.get("title"), "again": material.action is not ItemAction.publish}

    def next_step(self, action: ItemAction, remote: Mapping[str, Any]) -> str:
        return "say"

    async def send(self, work: Work) -> ChannelReply:
        self.heard.append(work.payload["say"])
        return ChannelReply(ReplyKind.live, words="heard")

    async def confirm(self, work: Work) -> ChannelReply:
        return ChannelReply(ReplyKind.unknown)

    async def retract(self, work: Work) -> ChannelReply:
        self.heard.append(f"Không còn hiệu lực: {work.payload['say']}")
        return ChannelReply(ReplyKind.retracted)


REGISTRATION = ChannelRegistration(NAME, Loudspeakers, wants=lambda view: view.get("priority") == "urgent")


@pytest.fixture
async def speakers(client: httpx.AsyncClient, settings: Settings, database: Database) -> AsyncIterator[Loudspeakers]:
    with registered(REGISTRATION, settings, database):
        async with database.write() as session:
            await switch_on(session, NAME, OPERATOR)
        built = find_built(NAME)
        assert isinstance(built, Loudspeakers)
        yield built


async def test_a_channel_of_one_file_is_sent_rehearsed_limited_and_has_receipts(
    client: httpx.AsyncClient, settings: Settings, database: Database, speakers: Loudspeakers, publish_edition: Publish
) -> None:
    editor = Editor(client, await key(database))
    queue = ChannelQueue(database, settings, {NAME: speakers})
    await publish_edition("bulletin", contents.bulletin(title="Lịch gom rác"))
    document = await publish_edition("bulletin", contents.bulletin(title="Sơ tán ngay", priority="urgent"))
    await queue.serve(NAME)
    assert speakers.heard == ["Sơ tán ngay"]
    await editor.done(str(document), "withdraw", {"reason": "Nước đã rút."})
    await queue.serve(NAME)
    assert speakers.heard == ["Sơ tán ngay", "Không còn hiệu lực: Sơ tán ngay"]

    answer = await client.get(f"/api/v1/manage/documents/{document}/receipts", headers=editor.headers)
    own = [item for item in answer.json()["items"] if item["channel"] == NAME]
    assert [(item["action"], item["state"]) for item in own] == [("retract", "retracted"), ("publish", "live")]

    long: dict[str, Any] = {"title": " ".join(["sơ"] * (MAX_WORDS + 1)), "priority": "urgent", "channels": ["web"]}
    working = (await editor.create("bulletin", **long)).json()
    path = f"/api/v1/manage/documents/{working['id']}/editions/vi/1/rehearse"
    rehearsed = (await client.post(path, headers=editor.headers)).json()
    [mine] = [each for each in rehearsed["channels"] if each["channel"] == NAME]
    assert [misfit["actual"] for misfit in mine["misfits"]] == [MAX_WORDS + 1]
    assert mine["payload"]["say"] == long["title"]
    refused = await editor.do(working["id"], "submit", working["version"], {"lang": "vi"})
    assert (refused.status_code, refused.json()["code"]) == (422, "channel_limit")
