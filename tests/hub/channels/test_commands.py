"""`hub channels …` and `hub sending release`, and how long what is settled is kept."""

import asyncio
import json
from datetime import timedelta

import pytest
from sqlalchemy import text

from hub.channels.port import ChannelReply, ReplyKind
from hub.channels.retention import ChannelCleanup
from hub.channels.rows import ITEM
from hub.cli import app
from hub.settings import Settings
from tests.hub.channels.conftest import Desk
from tests.support import contents
from tests.support.commands import Run, runner
from tests.support.servers import Publish


@pytest.fixture
def run(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Run:
    words = runner(app, settings.require_database_url(), settings.data, monkeypatch)

    async def in_thread(*given: object) -> str:
        result = await asyncio.to_thread(words, *given)
        return f"{result.exit_code}: {result.output}{result.exception or ''}"

    return in_thread


async def test_the_operator_switches_pauses_and_resolves_by_commands(
    push_desk: Desk, publish_edition: Publish, run: Run
) -> None:
    push_desk.channel.script = lambda _: ChannelReply(ReplyKind.unknown, words="504 Gateway Timeout")
    documents = [
        await publish_edition("bulletin", contents.bulletin(title=f"Tin {n}", channels=["hue_s_push"])) for n in (1, 2)
    ]
    await push_desk.serve()
    first, second = await push_desk.items()
    assert "There is no channel `fax`" in await run("channels", "on", "fax")
    assert await run("channels", "pause", "hue_s_push", "--reason", "bảo trì") == "0: hue_s_push is paused.\n"
    switches = json.loads((await run("channels", "list", "--json")).removeprefix("0: "))["items"]
    assert {each["channel"]: each["paused_reason"] for each in switches}["hue_s_push"] == "bảo trì"
    assert await run("channels", "resume", "hue_s_push") == "0: hue_s_push is on.\n"
    assert [item["id"] for item in json.loads((await run("channels", "unknown", "--json")).removeprefix("0: "))] == [
        first.id,
        second.id,
    ]
    receipts = await run("channels", "receipts", documents[0])
    assert "unknown" in receipts
    assert "504 Gateway Timeout" in receipts
    refused = await run("channels", "retry", "hue_s_push", first.id)
    assert refused.startswith("1: ")
    resolved = await run("channels", "resolve", "hue_s_push", first.id, "arrived", "--reason", "đã gọi tổng đài")
    assert resolved.startswith("0: ")
    rest = await run("channels", "resolve-all", "hue_s_push", "not_arrived", "--reason", "đã gọi tổng đài")
    assert rest == "0: 1 items of hue_s_push are resolved: not_arrived.\n"
    assert await push_desk.states() == ["live", "failed"]
    assert await run("channels", "off", "hue_s_push") == "0: hue_s_push is off.\n"


async def test_release_refuses_while_a_schedule_is_long_overdue_and_leaves_what_waits_in_doubt(
    push_desk: Desk, publish_edition: Publish, run: Run
) -> None:
    await publish_edition("bulletin", contents.bulletin(title="Tin chờ", channels=["hue_s_push"]))
    await publish_edition("bulletin", contents.bulletin(title="Tin hẹn giờ"), published=False)
    async with push_desk.database.write() as session:
        late = "UPDATE edition SET state = 'scheduled', scheduled_for = now() - interval '2 days'"
        await session.execute(text(f"{late} WHERE state = 'drafting'"))
        await session.execute(text("UPDATE send_lease SET held = 'restored', instance = gen_random_uuid()"))
    refused = await run("sending", "release")
    assert refused.startswith("1: ")
    assert "1 scheduled editions are overdue by more than 24 hours" in refused
    assert await push_desk.states() == ["queued"]
    released = await run("sending", "release", "--publish-overdue")
    assert released.startswith("0: Sending is allowed")
    assert "1 items of channels may have been sent before" in released
    assert await push_desk.states() == ["unknown"]
    await push_desk.serve()
    assert push_desk.channel.calls == []
    # Released without a reason, nothing is in doubt.
    await publish_edition("bulletin", contents.bulletin(title="Tin mới", channels=["hue_s_push"]))
    assert "may have been sent" not in await run("sending", "release")
    assert await push_desk.states() == ["unknown", "queued"]


async def test_settled_items_are_deleted_when_they_are_old_and_open_ones_never(
    push_desk: Desk, publish_edition: Publish
) -> None:
    for title in ("Tin cũ", "Tin mới", "Tin chờ"):
        await publish_edition("bulletin", contents.bulletin(title=title, channels=["hue_s_push"]))
        if title != "Tin chờ":
            await push_desk.serve()
    old, _, waiting = await push_desk.items()
    async with push_desk.database.write() as session:
        long_ago = old.made_at - timedelta(days=401)
        await session.execute(ITEM.update().where(ITEM.c.id == old.id).values(settled_at=long_ago))
        await session.execute(ITEM.update().where(ITEM.c.id == waiting.id).values(made_at=long_ago))
    await ChannelCleanup(push_desk.database, 400).run_once()
    assert await push_desk.states() == ["live", "queued"]
    assert await push_desk.calls() == [("publish", "live")]
