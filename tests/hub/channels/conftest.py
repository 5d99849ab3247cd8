"""A hub with one stand-in channel that is switched on, and a queue that a test serves by hand."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from hub.channels.queue import ChannelQueue
from hub.channels.rows import CALL, ITEM
from hub.channels.switches import OPERATOR, switch_on
from hub.db import Database
from hub.settings import Settings
from hub.times import now
from tests.support.channel_stand_in import StandInChannel, stand_in


@dataclass
class Clock:
    """The present as the queue sees it; a test moves it on."""

    ahead: timedelta = timedelta()

    def __call__(self) -> datetime:
        return now() + self.ahead

    def pass_(self, **time: float) -> None:
        self.ahead += timedelta(**time)


@dataclass
class Desk:
    """A queue with its stand-in, and its items as they are stored."""

    database: Database
    channel: StandInChannel
    queue: ChannelQueue
    clock: Clock

    async def serve(self) -> None:
        await self.queue.serve(self.channel.name)

    async def items(self) -> list[Any]:
        async with self.database.read() as connection:
            return list((await connection.execute(select(ITEM).order_by(ITEM.c.id))).all())

    async def states(self) -> list[str]:
        return [item.state for item in await self.items()]

    async def calls(self) -> list[tuple[str, str | None]]:
        async with self.database.read() as connection:
            rows = (await connection.execute(select(CALL).order_by(CALL.c.id))).all()
        return [(row.step, row.outcome) for row in rows]


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    made = Clock(timedelta(seconds=1))
    monkeypatch.setattr("hub.channels.queue.now", made)
    return made


@pytest.fixture
async def zalo(settings: Settings, database: Database) -> AsyncIterator[StandInChannel]:
    """A channel that can be asked what became of a call."""
    with stand_in(settings, database) as made:
        async with database.write() as session:
            await switch_on(session, made.name, OPERATOR)
        yield made


@pytest.fixture
async def push(settings: Settings, database: Database) -> AsyncIterator[StandInChannel]:
    """A channel that cannot be asked."""
    with stand_in(settings, database, name="hue_s_push", can_confirm=False) as made:
        async with database.write() as session:
            await switch_on(session, made.name, OPERATOR)
        yield made


@pytest.fixture
def desk(settings: Settings, database: Database, zalo: StandInChannel, clock: Clock) -> Desk:
    return Desk(database, zalo, ChannelQueue(database, settings, {zalo.name: zalo}), clock)


@pytest.fixture
def push_desk(settings: Settings, database: Database, push: StandInChannel, clock: Clock) -> Desk:
    return Desk(database, push, ChannelQueue(database, settings, {push.name: push}), clock)
