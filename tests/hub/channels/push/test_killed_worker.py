"""Workers killed at random while they push: no message twice, and never `live` without the gateway."""

import asyncio
import random
from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import func, select

from hub.channels.push.channel import NAME
from hub.channels.rows import CALL, ITEM
from hub.channels.switches import OPERATOR, switch_on
from hub.db import Database
from hub.settings import Settings
from tests.support import contents
from tests.support.figures import Figure
from tests.support.process_pool import Forks
from tests.support.push_gateway import SECRET, Mood, PushGateway, push_gateway
from tests.support.receiver import Got, Says
from tests.support.servers import Publish
from tests.support.waiting import eventually

INTERRUPTED = "The worker was interrupted during this call."
CERTAIN = (Mood.well, Mood.slow, Mood.busy, Mood.unavailable)
"""Moods in which the hub learns what became of a message."""


@pytest.fixture
def forks(settings: Settings) -> Iterator[Forks]:
    made = Forks(
        {
            "database_url": settings.require_database_url(),
            "data": settings.data,
            "outgoing_private_hosts": "127.0.0.1",
            "public_url": "https://hub.example.vn",
            "hue_s_push_secret": SECRET,
            "hue_s_push_quiet_hours": "off",
            "channel_retry_first": 0.02,
            "log_level": "ERROR",
        }
    )
    yield made
    made.close()


async def items(database: Database) -> list[Any]:
    async with database.read() as connection:
        return list((await connection.execute(select(ITEM).where(ITEM.c.channel == NAME).order_by(ITEM.c.id))).all())


async def pushed_through_kills(
    forks: Forks, part: str, database: Database, gateway: PushGateway, publish: Publish, kills: int, each: int
) -> Counter[str]:
    chance = random.Random(20_261_130)  # noqa: S311 - moments, not secrets
    moods: dict[str, list[Mood]] = {}

    async def behave(got: Got) -> Says:
        await asyncio.sleep(chance.uniform(0, 0.02))
        says = await gateway.behave(got)
        await asyncio.sleep(chance.uniform(0, 0.02))
        return says

    def mood(message: str) -> Mood:
        drawn = Mood.well if chance.random() < 0.6 else chance.choice(list(Mood))
        moods.setdefault(message, []).append(drawn)
        return drawn

    gateway.mood, gateway.receiver.behave = mood, behave
    gateway.retry_after, gateway.pause = "0", 0.02
    async with database.write() as session:
        await switch_on(session, NAME, OPERATOR)
    for n in range(kills):
        for m in range(each):
            await publish("bulletin", contents.bulletin(title=f"Lũ {n}.{m}", priority="urgent", channels=["hue_s"]))
        before = gateway.requests
        worker = forks.start(part, HUB_HUE_S_PUSH_URL=gateway.url)
        await eventually(lambda: asyncio.sleep(0, gateway.requests > before), every=0.002)  # noqa: B023
        await asyncio.sleep(chance.uniform(0, 0.06))
        forks.kill(worker)
    forks.start(part, HUB_HUE_S_PUSH_URL=gateway.url)

    async def nothing_waits() -> bool:
        return not [item for item in await items(database) if item.state in ("queued", "held", "sending")]

    await eventually(nothing_waits, seconds=120 + kills * each)
    found = await items(database)
    assert len(found) == kills * each
    assert gateway.faults == []
    handed_on = Counter(gateway.delivered)
    assert max(handed_on.values()) == 1
    for item in found:
        message = item.payload["message"]["data"]["id"]
        assert item.state in ("live", "unknown")
        if item.state == "live":
            assert handed_on[message] == 1
        asked = moods.get(message, [])
        if item.state == "unknown" and asked and asked[-1] in CERTAIN:
            # Only a kill between intent and outcome leaves these in doubt.
            assert item.words == INTERRUPTED
        # Whatever was sent again had not been handed on.
        assert all(one in (Mood.busy, Mood.unavailable) for one in asked[:-1])
    async with database.read() as connection:
        open_calls = select(func.count()).select_from(CALL).where(CALL.c.outcome.is_(None))
        assert (await connection.execute(open_calls)).scalar_one() == 0
    return Counter(item.state for item in found) + Counter(interrupted=sum(item.words == INTERRUPTED for item in found))


@pytest.mark.counts(small=(10, 2, "channels"), full=(12, 4, "worker"), soak=(100, 10, "worker"))
async def test_no_push_is_sent_twice_through_kills_and_moods(
    forks: Forks, database: Database, publish_edition: Publish, count: tuple[int, int, str], figure: Figure
) -> None:
    kills, each, part = count
    async with push_gateway() as gateway:
        states = await pushed_through_kills(forks, part, database, gateway, publish_edition, kills, each)
        figure("kills", kills)
        figure("messages", kills * each)
        figure("requests", gateway.requests)
        figure("handed on once", len(gateway.delivered))
        figure("live", states["live"])
        figure("unknown", states["unknown"])
        figure("interrupted", states["interrupted"])
    assert states["interrupted"] > 0
