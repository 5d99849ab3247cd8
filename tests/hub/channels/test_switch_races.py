"""Switches and publications at the same time: each publication is before the switch as a whole, or after it."""

import asyncio

from sqlalchemy import select, update

from hub.channels.publication import announce_on_channels
from hub.channels.registry import ChannelRegistration
from hub.channels.rows import ITEM
from hub.channels.switches import OPERATOR, switch_off, switch_on
from hub.content.publication_registry import PublicationHook, add_nothing, allow, register_publication_hook
from hub.db import Database
from hub.settings import Settings
from tests.hub.channels.conftest import Desk
from tests.hub.channels.test_publication import bulletin
from tests.support.channel_stand_in import StandInChannel, registered
from tests.support.servers import Publish


async def states(database: Database, channel: str) -> list[str]:
    async with database.read() as connection:
        query = select(ITEM.c.state).where(ITEM.c.channel == channel).order_by(ITEM.c.id)
        return list((await connection.execute(query)).scalars())


async def test_a_publication_under_way_is_before_the_switch_or_after_it(
    settings: Settings, database: Database, publish_edition: Publish
) -> None:
    fax = StandInChannel("fax")
    registration = ChannelRegistration("fax", lambda _: fax, wants=lambda _: True)
    read, go_on = asyncio.Event(), asyncio.Event()

    async def announce_slowly(session: object, changes: object) -> None:
        await announce_on_channels(session, changes)  # type: ignore[arg-type]
        read.set()
        await go_on.wait()

    def hook(announce: object) -> PublicationHook:
        return PublicationHook("channels", frozenset(), add_nothing, allow, allow, announce=announce)  # type: ignore[arg-type]

    async def switch(how: object) -> int:
        async with database.write() as session:
            row = await how(session, "fax", OPERATOR)  # type: ignore[operator]
        return int(row.since_seq or 0)

    async def race(title: str, how: object) -> int:
        read.clear()
        go_on.clear()
        publishing = asyncio.ensure_future(publish_edition("bulletin", bulletin(title, "web")))
        await read.wait()
        switching = asyncio.create_task(switch(how))
        done, _ = await asyncio.wait([switching], timeout=0.3)
        assert not done, "the switch waits for the publication, which has read it"
        go_on.set()
        await publishing
        return await switching

    with registered(registration, settings, database):
        register_publication_hook(hook(announce_slowly))
        try:
            since = await race("Tin lúc bật", switch_on)
            assert (since, await states(database, "fax")) == (1, []), "its position is before the switch"
            await race("Tin lúc tắt", switch_off)
            assert await states(database, "fax") == ["failed"]
        finally:
            register_publication_hook(hook(announce_on_channels))


async def test_what_was_being_sent_when_the_channel_was_switched_off_is_not_sent_weeks_later(
    desk: Desk, publish_edition: Publish
) -> None:
    await publish_edition("bulletin", bulletin("Tin cũ", "zalo"))
    async with desk.database.write() as session:
        await session.execute(update(ITEM).values(state="sending"))
        await switch_off(session, "zalo", OPERATOR)
        await session.execute(update(ITEM).values(state="queued"))  # it had no effect
        await switch_on(session, "zalo", OPERATOR)
    await desk.serve()
    assert await desk.states() == ["failed"]
    assert desk.channel.calls == []
