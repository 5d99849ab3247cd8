"""The queue of channels: intents and outcomes, order, doubt, retries with an end, holds."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
from sqlalchemy import select

from hub.channels.queue import ChannelQueue
from hub.channels.rows import CALL, COPY, ITEM
from hub.channels.switches import OPERATOR, switch_on
from hub.db import Database
from hub.settings import Settings
from tests.support import contents
from tests.support.channel_stand_in import StandInChannel, stand_in
from tests.support.servers import Publish


@pytest.fixture
async def zalo(settings: Settings, database: Database) -> AsyncIterator[StandInChannel]:
    with stand_in(settings, database) as made:
        async with database.write() as session:
            await switch_on(session, "zalo", OPERATOR)
        yield made


@pytest.fixture
def queue(settings: Settings, database: Database, zalo: StandInChannel) -> ChannelQueue:
    return ChannelQueue(database, settings, {"zalo": zalo})


async def items(database: Database) -> list[Any]:
    async with database.read() as connection:
        return list((await connection.execute(select(ITEM).order_by(ITEM.c.id))).all())


async def test_a_published_bulletin_is_sent_once_and_its_copy_is_known(
    queue: ChannelQueue, zalo: StandInChannel, database: Database, publish_edition: Publish
) -> None:
    await publish_edition("bulletin", contents.bulletin(title="Cầu Phú Xuân sửa lan can", channels=["zalo"]))
    await queue.serve("zalo")
    await queue.serve("zalo")
    [item] = await items(database)
    assert (item.state, item.event, item.words, item.attempts) == ("live", "published", "ok", 1)
    assert zalo.seen == ["Cầu Phú Xuân sửa lan can"]
    async with database.read() as connection:
        [call] = (await connection.execute(select(CALL))).all()
        [copy] = (await connection.execute(select(COPY))).all()
    assert (call.step, call.outcome) == ("publish", "live")
    assert (copy.state, copy.edition, copy.remote) == ("live", 1, {"id": "a1"})
