"""Each part is killed, hung and starved while four editors publish, an import runs and a receiver listens."""

import asyncio
import random
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import pytest

from hub.db import Database
from hub.settings import Settings
from tests.support.careful_editor import CarefulEditor
from tests.support.delivery_record import DeliveryRecord
from tests.support.editors import key
from tests.support.figures import Figure
from tests.support.hub_agreement import (
    assert_log_and_index_agree,
    assert_nobody_waits,
    assert_published_once,
    read_changes,
)
from tests.support.import_loop import ImportLoop
from tests.support.outages import FAULTS, PARTS, Outages
from tests.support.receiver import Got, Receiver, Says, receiver
from tests.support.waiting import eventually
from tests.support.webhooks import Manager
from tests.support.whole_hub import Hub, start, stop

EDITORS = 4
IMPORTED = 60
"""Records of one import; the next one begins when it is done."""
AGENCY = "so-y-te"
CHECKED_ROUNDS = 10
"""After so many rounds, all that was acknowledged so far is compared with what is public."""
SETTINGS = {
    "outgoing_private_hosts": "127.0.0.1",
    "webhook_retry_first": 0.05,
    "rate_anonymous": "off",
    "rate_key": "off",
    "log_level": "WARNING",
}


@dataclass
class Scene:
    """A whole hub, those who use it, and what they were told."""

    hub: Hub
    client: httpx.AsyncClient
    editors: list[CarefulEditor]
    imports: ImportLoop
    outages: Outages
    manager: Manager
    delivery: DeliveryRecord
    endpoint: dict[str, str]
    before: set[str]
    """The documents of the demo, of which lists show only those that are current."""
    stopping: asyncio.Event = field(default_factory=asyncio.Event)

    async def round(self, n: int, chance: random.Random) -> None:
        """Let each part fail in turn, while everybody works; then see that everything has arrived."""
        self.stopping.clear()
        async with asyncio.TaskGroup() as work:
            for number in range(EDITORS):
                work.create_task(self._edit(n, number))
            work.create_task(self._import(n))
            for part in chance.sample(PARTS, len(PARTS)):
                await self.outages.strike(part, FAULTS[(n + PARTS.index(part)) % len(FAULTS)])
            self.stopping.set()
        await eventually(self.all_arrived, seconds=120, every=0.2)
        self.delivery.advance((await self.manager.get(self.endpoint))["position"])

    async def _edit(self, n: int, number: int) -> None:
        count = 0
        while not self.stopping.is_set():
            await self.outages.at_work.wait()
            await self.editors[number].publish(f"Tin đợt {n} của biên tập {number} số {count}")
            await asyncio.sleep(0.2)
            count += 1

    async def _import(self, n: int) -> None:
        count = 0
        while not self.stopping.is_set():
            await self.outages.at_work.wait()
            await self.imports.run(f"{n}.{count}", IMPORTED)
            count += 1

    async def all_arrived(self) -> bool:
        """Tell whether all followers are at the head, and all messages delivered."""
        ready = (await self.client.get("/health/ready")).json()
        found = await self.manager.get(self.endpoint)
        head = (await self.client.get("/api/v1/changes", params={"limit": 1})).json()["head"]
        is_idle = ready["status"] == "ready" and not any(ready["followers"].values())
        return is_idle and found["position"] == head and found["waiting"] == 0

    async def assert_nothing_lost(self) -> None:
        """What was acknowledged is public once; log, views and index say the same; nobody waits or is stuck."""
        wanted: dict[str, str | None] = dict.fromkeys(self.imports.imported)
        for editor in [*self.editors, self.outages.editor]:
            wanted |= editor.published
        await assert_published_once(self.client, wanted, "bulletins", before=self.before)
        await assert_log_and_index_agree(self.hub)
        await assert_nobody_waits(self.hub.setting("database_url"))
        ready = (await self.client.get("/health/ready")).json()
        assert ready["alarms"] == {}
        assert set(ready["followers"].values()) == {0}
        assert await self.manager.messages(self.endpoint, state="parked") == []


@pytest.fixture
def hub(tmp_path: Path) -> Iterator[Hub]:
    running = start(tmp_path / "hub", settings=SETTINGS, restarts_quickly=True)
    yield running
    stop(running)


@pytest.fixture
async def hook() -> AsyncIterator[Receiver]:
    chance = random.Random(16)  # noqa: S311 - moods, not secrets

    async def moody(_: Got) -> Says:
        await asyncio.sleep(chance.uniform(0, 0.005))
        return Says(500 if chance.random() < 0.02 else 204)

    async with receiver(moody) as made:
        yield made


@pytest.fixture
async def scene(hub: Hub, hook: Receiver, tmp_path: Path) -> AsyncIterator[Scene]:
    database = Database(Settings(database_url=hub.setting("database_url")))
    keys = [await key(database, AGENCY) for _ in range(EDITORS + 2)]
    await database.dispose()
    async with AsyncExitStack() as stack:

        async def open_client() -> httpx.AsyncClient:
            return await stack.enter_async_context(httpx.AsyncClient(base_url=hub.client.base_url, timeout=60))

        *editors, observer = [CarefulEditor(await open_client(), each, AGENCY) for each in keys[:-1]]
        client = await open_client()
        manager = Manager(client, keys[-1])
        imports = ImportLoop(hub, tmp_path, AGENCY)
        endpoint = await manager.make(hook)
        yield Scene(
            hub,
            client,
            editors,
            imports,
            Outages(hub, observer, imports, random.Random(29)),  # noqa: S311
            manager,
            DeliveryRecord(hook, endpoint["secret"], endpoint["position"]),
            endpoint,
            {each["id"] for each in await read_changes(client)},
        )


@pytest.mark.long
@pytest.mark.counts(full=3, soak=100)
async def test_no_fault_of_any_part_loses_or_doubles_what_was_acknowledged(
    scene: Scene, count: int, figure: Figure
) -> None:
    chance = random.Random(20_261_129)  # noqa: S311 - moments, not secrets
    for n in range(count):
        await scene.round(n, chance)
        if (n + 1) % CHECKED_ROUNDS == 0 or n + 1 == count:
            await scene.assert_nothing_lost()
            print(f"{n + 1} rounds, {scene.outages.struck} faults, position {scene.delivery.position}", flush=True)
    outages = scene.outages
    figure("rounds", count)
    figure("faults", outages.struck)
    figure("pauses to let the hub catch up", outages.pauses)
    figure("imports struck while they held the head of the log", outages.caught)
    figure(
        "publications acknowledged to editors", sum(len(each.published) for each in [*scene.editors, outages.editor])
    )
    figure("records imported", len(scene.imports.imported))
    figure("attempts of imports", scene.imports.attempts)
    figure("requests repeated by editors", sum(each.repeated for each in scene.editors))
    figure("positions delivered", scene.delivery.position)
    figure("deliveries received", scene.delivery.received)
    figure("longest request in seconds", max(each.longest for each in scene.editors))
    for part, seconds in sorted(outages.waits.items()):
        figure(f"longest wait while {part} hung, in seconds", round(seconds, 1))
