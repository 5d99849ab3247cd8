"""Workers killed between any two steps: one visible article, one broadcast at most, and no claim that is not true."""

import asyncio
import random
from collections.abc import Iterator
from typing import Any

import psutil
import pytest
from sqlalchemy import select, update

from hub.channels.port import ChannelPort
from hub.channels.rows import CALL, ITEM
from hub.content.publishing import EDITION
from hub.db import Database
from hub.settings import Settings
from tests.support import contents
from tests.support.figures import Figure
from tests.support.process_pool import Forks
from tests.support.servers import Publish
from tests.support.waiting import eventually
from tests.support.zalo import ZaloServer, authorise_again, environment_of

MOST_CALLS, PATIENCE = 12, 300
OPEN = ("queued", "held", "sending")


@pytest.fixture
def forks(settings: Settings, channels: dict[str, ChannelPort]) -> Iterator[Forks]:
    given = environment_of(settings) | {"log_level": "ERROR", "outgoing_private_hosts": "127.0.0.1"}
    made = Forks(given)
    yield made
    made.close()


async def _items(database: Database) -> list[Any]:
    async with database.read() as connection:
        return list((await connection.execute(select(ITEM).order_by(ITEM.c.id))).all())


async def _interrupted(database: Database) -> set[int]:
    """Broadcasts whose one call that cannot be repeated was interrupted, or not answered as it should be."""
    async with database.read() as connection:
        broadcasts = select(CALL.c.item_id).where(CALL.c.step == "broadcast")
        lost = broadcasts.where(CALL.c.outcome.in_(("interrupted", "unknown")) | CALL.c.outcome.is_(None))
        return set((await connection.execute(lost)).scalars())


async def _kill_after_calls(forks: Forks, sender: psutil.Process, zalo: ZaloServer, chance: random.Random) -> None:
    """Kill the sender after some more calls of Zalo, at once or in the middle of what follows."""
    until = zalo.count() + chance.randrange(1, MOST_CALLS)
    for _ in range(PATIENCE):
        if zalo.count() >= until:
            break
        await asyncio.sleep(0.01)
    await asyncio.sleep(chance.choice((0, chance.uniform(0, 0.05))))
    forks.kill(sender)


@pytest.mark.long
@pytest.mark.counts(small=10, soak=100)
async def test_workers_killed_between_any_two_steps_leave_one_article_and_one_broadcast_at_most(
    forks: Forks,
    zalo: ZaloServer,
    settings: Settings,
    database: Database,
    publish_edition: Publish,
    count: int,
    figure: Figure,
) -> None:
    chance = random.Random(20_261_130)  # noqa: S311 - moments, not secrets
    zalo.set(
        quota=10 * count,
        chance={"seed": 7, "rate": 0.15, "kinds": ["lose", "twice", "busy", "garbage", "html", "end_token"]},
    )
    figures = {"authorisations": 0}
    for number in range(count):
        sender = forks.start("channels")
        content = contents.bulletin(title=f"Tin số {number}", channels=["web", "zalo", "zalo_broadcast"])
        document = await publish_edition("bulletin", content)
        if number % 3 == 1:
            await publish_edition("bulletin", content | {"title": f"Tin số {number}, đã sửa"}, document_id=document)
        async with database.write() as session:
            mine = update(EDITION).where(EDITION.c.document_id == document)
            await session.execute(mine.values(approved_by="second"))
        await _kill_after_calls(forks, sender, zalo, chance)
        figures["authorisations"] += await authorise_again(database, settings, zalo)
    zalo.set(chance={})
    forks.start("channels")

    async def is_done() -> bool:
        figures["authorisations"] += await authorise_again(database, settings, zalo)
        items = await _items(database)
        return not any(item.state in OPEN or (item.state == "unknown" and item.next_at) for item in items)

    await eventually(is_done, seconds=120 + 20 * count)
    found, items = zalo.tell(), await _items(database)
    articles = [item for item in items if item.channel == "zalo"]
    assert {item.state for item in articles} <= {"live", "superseded"}, [(i.state, i.words) for i in articles]
    assert len(found["visible"]) == count
    assert all(len(titles) == 1 for titles in found["visible"].values())
    assert set(found["most_visible"].values()) == {1}
    for item in articles:
        if item.state == "live":
            mark = f"https://hub.example.vn/d/{item.document_id}?lang=vi"
            newest = max(other.id for other in articles if other.document_id == item.document_id)
            assert item.id < newest or found["visible"][mark] == [item.payload["title"]]
    sent, lost = found["broadcasts_by_mark"], await _interrupted(database)
    assert all(number == 1 for number in sent.values())
    for item in (item for item in items if item.channel == "zalo_broadcast"):
        mark = f"https://hub.example.vn/d/{item.document_id}?lang=vi"
        if item.state == "superseded":
            assert item.id not in lost
            continue
        assert item.state in ("in_review", "unknown"), item.words
        assert (item.state == "unknown") == (item.id in lost)
        assert item.state == "unknown" or sent[mark] == 1
    figure("authorisations after a kill during a refresh", figures["authorisations"])
    figure("broadcasts superseded", sum(item.state == "superseded" for item in items))
    figure("kills between steps at Zalo", count)
    figure("articles visible", len(found["visible"]))
    figure("hidden copies left", len(found["hidden"]))
    figure("broadcasts sent", len(found["broadcasts"]))
    figure("broadcasts unknown", sum(item.state == "unknown" for item in items))
    figure("calls of Zalo", len(found["calls"]))
