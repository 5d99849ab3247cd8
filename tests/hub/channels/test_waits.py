"""Waits: what repeats fills no table, and what the other side refuses raises the alarm."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from sqlalchemy import select, update

from hub.channels.alerts import read_channel_alarms
from hub.channels.items import resume_authorised
from hub.channels.port import ChannelReply, ItemHold, ReplyKind
from hub.channels.receipts import MAX_CALLS, read_calls
from hub.channels.registry import ChannelRegistration
from hub.channels.rows import CALL, ITEM
from hub.channels.switches import OPERATOR, switch_on
from hub.db import Database
from hub.settings import Settings
from hub.times import now
from tests.hub.channels.conftest import Desk
from tests.hub.channels.test_publication import bulletin
from tests.support import contents
from tests.support.channel_stand_in import StandInChannel, registered
from tests.support.servers import Publish


async def read_rows(desk: Desk) -> list[tuple[str, str | None, int]]:
    async with desk.database.read() as connection:
        rows = (await connection.execute(select(CALL).order_by(CALL.c.id))).all()
    return [(row.step, row.outcome, row.times) for row in rows]


async def test_waits_that_repeat_are_one_row_and_still_end(desk: Desk, publish_edition: Publish) -> None:
    desk.channel.script = lambda _: ChannelReply(ReplyKind.hold, hold=ItemHold.article)
    await publish_edition("bulletin", bulletin("Tin chờ bài", "zalo"))
    for _ in range(3):
        await desk.serve()
        desk.clock.pass_(minutes=6)
    assert await read_rows(desk) == [("publish", "hold", 3)]
    desk.channel.script = lambda _: ChannelReply(ReplyKind.retry, retry_after=3_600)
    for _ in range(26):
        await desk.serve()
        desk.clock.pass_(hours=1)
    assert await desk.states() == ["failed"]
    assert await read_rows(desk) == [("publish", "hold", 3), ("publish", "retry", 25)]
    [item] = await desk.items()
    many = [{"item_id": item.id, "step": "publish", "attempt": n, "at": now()} for n in range(MAX_CALLS)]
    async with desk.database.write() as session:
        await session.execute(CALL.insert(), many)
        shown = (await read_calls(session, [item.id]))[item.id]
    assert (len(shown), shown[0].attempt, shown[-1].attempt) == (MAX_CALLS, 0, MAX_CALLS - 1)


async def test_questions_that_repeat_are_one_row(desk: Desk, publish_edition: Publish) -> None:
    desk.channel.script = lambda _: ChannelReply(ReplyKind.unknown)
    desk.channel.answer = lambda _: ChannelReply(ReplyKind.unknown, words="not yet")
    await publish_edition("bulletin", bulletin("Tin không rõ", "zalo"))
    for _ in range(4):
        await desk.serve()
        desk.clock.pass_(hours=6)
    assert await read_rows(desk) == [("publish", "unknown", 1), ("confirm", "unknown", 3)]


async def test_a_question_that_cannot_be_asked_waits_for_minutes_only_and_for_nothing_once_the_hub_is_authorised(
    desk: Desk, publish_edition: Publish
) -> None:
    desk.channel.script = lambda _: ChannelReply(ReplyKind.unknown)
    desk.channel.answer = lambda _: ChannelReply(ReplyKind.hold, hold=ItemHold.authorisation, words="-216")
    await publish_edition("bulletin", bulletin("Tin không hỏi được", "zalo"))
    for _ in range(7):
        await desk.serve()
        desk.clock.pass_(minutes=6)
    assert await read_rows(desk) == [("publish", "unknown", 1), ("confirm", "hold", 6)]
    await desk.serve()
    async with desk.database.write() as session:
        await resume_authorised(session, ("zalo_broadcast",), desk.clock())
    await desk.serve()
    assert await read_rows(desk) == [("publish", "unknown", 1), ("confirm", "hold", 7)]
    async with desk.database.write() as session:
        await resume_authorised(session, ("zalo",), desk.clock())
    desk.channel.answer = lambda _: ChannelReply(ReplyKind.live)
    await desk.serve()
    assert await desk.states() == ["live"]


async def test_what_is_held_for_an_authorisation_is_sent_at_once_with_a_new_one(
    desk: Desk, publish_edition: Publish
) -> None:
    holds = iter((ItemHold.authorisation, ItemHold.article))
    desk.channel.script = lambda _: ChannelReply(ReplyKind.hold, hold=next(holds))
    await publish_edition("bulletin", bulletin("Tin chờ cấp quyền", "zalo"))
    await publish_edition("bulletin", bulletin("Tin chờ bài", "zalo"))
    await desk.serve()
    desk.channel.script = lambda _: ChannelReply(ReplyKind.live)
    async with desk.database.write() as session:
        await resume_authorised(session, ("zalo",), desk.clock())
    await desk.serve()
    assert await desk.states() == ["live", "held"]


async def test_a_refusal_of_the_hub_is_an_alarm_and_that_of_one_address_is_none(
    desk: Desk, publish_edition: Publish
) -> None:
    desk.channel.script = lambda _: ChannelReply(ReplyKind.hold, hold=ItemHold.authorisation, words="401")
    await publish_edition("bulletin", bulletin("Tin bị chặn", "zalo"))
    await desk.serve()
    ago = now() - timedelta(minutes=31)
    async with desk.database.write() as session:
        assert (await read_channel_alarms(await session.connection()))["channels_silent"] == 0
        await session.execute(update(CALL).values(at=ago))
        assert (await read_channel_alarms(await session.connection()))["channels_silent"] == 1
        await session.execute(update(ITEM).values(hold="article"))
        assert (await read_channel_alarms(await session.connection()))["channels_silent"] == 0
        await session.execute(update(ITEM).values(made_at=now() - timedelta(hours=25)))
        assert (await read_channel_alarms(await session.connection()))["channels_silent"] == 1
        await session.execute(update(ITEM).values(state="failed", settled_at=now()))
        assert (await read_channel_alarms(await session.connection()))["channel_items_failed"] == 1
        await session.execute(update(ITEM).values(resolved_by="k7"))
        assert (await read_channel_alarms(await session.connection()))["channel_items_failed"] == 0
        await session.execute(update(ITEM).values(resolved_by=None, recipient="r9"))
        assert (await read_channel_alarms(await session.connection()))["channel_items_failed"] == 0


async def test_a_channel_that_names_its_kinds_reads_no_other_view(
    settings: Settings, database: Database, publish_edition: Publish
) -> None:
    read: list[str] = []

    def wants(view: Mapping[str, Any]) -> bool:
        read.append(view["kind"])
        return False

    fax = StandInChannel("fax")
    with registered(
        ChannelRegistration("fax", lambda _: fax, wants=wants, kinds=frozenset({"statement"})), settings, database
    ):
        async with database.write() as session:
            await switch_on(session, "fax", OPERATOR)
        await publish_edition("bulletin", bulletin("Tin", "web"))
        await publish_edition("statement", contents.statement(title="Phát ngôn"))
    assert read == ["statement"]
