"""Workers killed between any two steps: one visible copy of each edition, no push twice, doubt where nobody knows."""

import asyncio
import random
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from uuid import UUID

import pytest
from sqlalchemy import func, select

from hub.channels.decisions import resolve_item
from hub.channels.port import ChannelParts, ChannelPort
from hub.channels.queue import ChannelQueue
from hub.channels.rows import CALL, ITEM
from hub.channels.switches import OPERATOR, switch_on
from hub.channels.views import ItemResolution, ItemVerdict
from hub.db import Database
from hub.jobs.dispatcher import Dispatcher
from hub.outgoing.client import OutgoingClient
from hub.settings import Settings
from tests.support import contents
from tests.support.channel_stand_in import replaced
from tests.support.figures import Figure
from tests.support.process_pool import Forks
from tests.support.receiver import Receiver, receiver
from tests.support.served_channels import OtherSide, ServedArticles, ServedPushes, served_registrations
from tests.support.servers import Publish
from tests.support.waiting import eventually

NAMES = ("zalo", "hue_s_push")


@pytest.fixture
def settings(settings: Settings) -> Settings:
    return settings.model_copy(update={"channel_retry_first": 0.05, "outgoing_private_hosts": ("127.0.0.1",)})


@pytest.fixture
def other_side() -> OtherSide:
    return OtherSide(20_261_130)


@pytest.fixture
async def server(other_side: OtherSide, database: Database) -> AsyncIterator[Receiver]:
    """The server, with both channels registered here and switched on."""
    async with receiver(other_side.behave) as made:
        with replaced(*served_registrations(made.url)):
            async with database.write() as session:
                for name in NAMES:
                    await switch_on(session, name, OPERATOR)
            yield made


@pytest.fixture
def forks(settings: Settings) -> Iterator[Forks]:
    given = {
        "database_url": settings.require_database_url(),
        "data": settings.data,
        "outgoing_private_hosts": "127.0.0.1",
        "channel_retry_first": 0.05,
        "log_level": "ERROR",
    }
    made = Forks(given)
    yield made
    made.close()


async def count_open(database: Database) -> int:
    """Items that the machine still has something to do for."""
    waits = ITEM.c.state.in_(("queued", "held", "sending", "in_review"))
    asks = (ITEM.c.state == "unknown") & ITEM.c.next_at.is_not(None)
    async with database.read() as connection:
        found: int = (await connection.execute(select(func.count()).where(waits | asks))).scalar_one()
    return found


async def states_of(database: Database, channel: str) -> dict[UUID, list[str]]:
    async with database.read() as connection:
        rows = await connection.execute(select(ITEM).where(ITEM.c.channel == channel).order_by(ITEM.c.id))
        found: dict[UUID, list[str]] = {}
        for row in rows:
            found.setdefault(row.document_id, []).append(row.state)
    return found


@pytest.mark.counts(small=2, full=6, soak=100)
async def test_workers_killed_at_any_moment_send_nothing_twice_and_claim_nothing(
    forks: Forks,
    server: Receiver,
    other_side: OtherSide,
    database: Database,
    publish_edition: Publish,
    count: int,
    figure: Figure,
) -> None:
    chance = random.Random(7)  # noqa: S311 - moments, not secrets
    titles: dict[UUID, str] = {}
    workers = [forks.start("worker", STAND_IN_URL=server.url) for _ in range(2)]
    for n in range(count):
        before = len(server.got)
        for m in range(4):
            title = f"Tin {n}.{m}"
            bulletin = contents.bulletin(title=title, channels=["zalo", "hue_s_push"])
            titles[await publish_edition("bulletin", bulletin)] = title
        until = before + chance.randrange(1, 8)
        await eventually(lambda: asyncio.sleep(0, len(server.got) >= until), seconds=600)  # noqa: B023 - awaited here
        await asyncio.sleep(chance.uniform(0, 0.02))
        for _ in workers:
            forks.kill(workers.pop(0))
            workers.append(forks.start("worker", STAND_IN_URL=server.url))

    async def all_done() -> bool:
        return await count_open(database) == 0

    # Each round waits for fewer calls than its bulletins take: what is left grows with the rounds.
    await eventually(all_done, seconds=120 + 10 * count)
    assert other_side.visible() == sorted(titles.values()), "one visible copy of each"
    assert len(other_side.copies) == len(titles), "and no hidden one besides"
    assert set(await states_of(database, "zalo")) == set(titles)
    assert {state for states in (await states_of(database, "zalo")).values() for state in states} == {"live"}
    rung = Counter(other_side.rung)
    assert max(rung.values()) == 1, "no telephone rang twice"
    pushes = await states_of(database, "hue_s_push")
    for document, title in titles.items():
        [state] = pushes[document]
        assert state in ("live", "unknown")
        if state == "live":
            assert rung[title] == 1, "live, and nothing was there"
    async with database.read() as connection:
        outcomes = select(CALL.c.outcome, func.count()).group_by(CALL.c.outcome)
        figure("calls by outcome", str(dict((await connection.execute(outcomes)).all())))
    figure("items that nobody knows of", sum(states == ["unknown"] for states in pushes.values()))
    figure("kills of two workers", count)


async def test_ten_senders_at_once_make_one_call_at_a_time_on_each_channel(
    settings: Settings, server: Receiver, other_side: OtherSide, database: Database, publish_edition: Publish
) -> None:
    other_side.loss = 0
    outgoing = OutgoingClient(settings)
    parts = ChannelParts(settings, database, outgoing)
    channels: dict[str, ChannelPort] = {
        "zalo": ServedArticles(parts, server.url),
        "hue_s_push": ServedPushes(parts, server.url),
    }
    stop = asyncio.Event()
    senders = [Dispatcher(database, ChannelQueue(database, settings, channels), poll=0.05) for _ in range(10)]
    running = [asyncio.create_task(sender.run(stop)) for sender in senders]
    for n in range(6):
        await publish_edition("bulletin", contents.bulletin(title=f"Tin {n}", channels=list(NAMES)))

    async def all_done() -> bool:
        return await count_open(database) == 0

    await eventually(all_done, seconds=60)
    stop.set()
    await asyncio.gather(*running)
    await outgoing.close()
    assert other_side.visible() == sorted(other_side.rung) == [f"Tin {n}" for n in range(6)]
    assert len(other_side.copies) == 6
    assert other_side.most_at_work <= 2, "one call on each channel"
    unknown = {
        state for channel in NAMES for states in (await states_of(database, channel)).values() for state in states
    }
    assert unknown == {"live"}
    async with database.write() as session:
        with pytest.raises(Exception, match="The item is live"):
            verdict = ItemResolution(verdict=ItemVerdict.not_arrived, reason="thử")
            await resolve_item(session, None, "hue_s_push", 2, verdict)
