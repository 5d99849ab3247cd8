"""Workers killed repeatedly during delivery: no losses, order preserved, repeated messages identical."""

import asyncio
import random
from collections.abc import Iterator

import pytest

from hub.settings import Settings
from tests.support import contents
from tests.support.figures import Figure
from tests.support.process_pool import Forks
from tests.support.receiver import Got, Receiver, Says
from tests.support.servers import Publish
from tests.support.waiting import eventually
from tests.support.webhooks import Manager, first_seqs, verified


@pytest.fixture
def forks(settings: Settings) -> Iterator[Forks]:
    given = {
        "database_url": settings.require_database_url(),
        "data": settings.data,
        "outgoing_private_hosts": "127.0.0.1",
        "webhook_retry_first": 0.02,
        "log_level": "ERROR",
    }
    made = Forks(given)
    yield made
    made.close()


async def killed_while_delivering(
    forks: Forks, manager: Manager, hook: Receiver, publish: Publish, kills: int, each: int, seed: int
) -> None:
    chance = random.Random(seed)  # noqa: S311 - moments, not secrets

    async def moody(_: Got) -> Says:
        await asyncio.sleep(chance.uniform(0, 0.01))
        return Says(500 if chance.random() < 0.05 else 204)

    hook.behave = moody
    endpoint = await manager.make(hook)
    workers = [forks.start("worker"), forks.start("worker")]
    for n in range(kills):
        before = len(hook.got)
        for m in range(each):
            await publish("bulletin", contents.bulletin(title=f"Tin {n}.{m}"))
        until = before + chance.randrange(1, each)
        await eventually(lambda: asyncio.sleep(0, len(hook.got) >= until))  # noqa: B023 - awaited in this round
        for _ in workers:
            forks.kill(workers.pop(0))
            workers.append(forks.start("worker"))
    total = kills * each

    async def all_delivered() -> bool:
        found = await manager.get(endpoint)
        return found["position"] == total and found["waiting"] == 0

    await eventually(all_delivered, seconds=120)
    assert first_seqs(hook) == list(range(1, total + 1))
    bytes_of: dict[str, set[bytes]] = {}
    for got in hook.got:
        verified(got, endpoint["secret"])
        bytes_of.setdefault(got.id, set()).add(got.body)
    assert len(bytes_of) == total
    assert all(len(bodies) == 1 for bodies in bytes_of.values())
    # What came again came before anything later did: an endpoint is never ahead of a message that waits.
    order = [got.json()["data"]["seq"] for got in hook.got]
    assert order == sorted(order)
    assert hook.most_open == 1


@pytest.mark.counts(small=(2, 8), full=(15, 40), soak=(300, 40))
async def test_every_message_is_delivered_in_order_through_kills_of_two_workers(
    forks: Forks,
    manager: Manager,
    hook: Receiver,
    publish_edition: Publish,
    count: tuple[int, int],
    figure: Figure,
) -> None:
    kills, each = count
    await killed_while_delivering(forks, manager, hook, publish_edition, kills=kills, each=each, seed=20_261_124)
    figure("kills of two workers", kills)
    figure("messages", kills * each)
    figure("requests received", len(hook.got))
