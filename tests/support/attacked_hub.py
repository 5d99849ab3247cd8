"""A whole hub under attack, and those who work with it meanwhile."""

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import httpx

from hub.times import now
from tests.support.careful_editor import CarefulEditor
from tests.support.door_attacks import Attackers
from tests.support.hub_agreement import read_changes
from tests.support.local_site import Site
from tests.support.memory_watch import MemoryWatch
from tests.support.waiting import eventually
from tests.support.whole_hub import Hub

DUE_SECONDS = 2.0
LIMIT_MEGABYTES = 400


@dataclass
class AttackedHub:
    """A hub with editors who publish, one who plans, and strangers."""

    hub: Hub
    client: httpx.AsyncClient
    editors: list[CarefulEditor]
    planner: CarefulEditor
    attackers: Attackers
    site: Site
    memory: MemoryWatch
    before: list[str]
    """Documents that were public before."""
    stopping: asyncio.Event = field(default_factory=asyncio.Event)
    late: dict[str, float] = field(default_factory=dict)
    """Seconds by which the document that was due in each attack came late."""
    peaks: dict[str, int] = field(default_factory=dict)
    """Megabytes of the API at most, by attack."""

    async def edit(self, number: int) -> None:
        """Publish one bulletin after the other."""
        count = 0
        while not self.stopping.is_set():
            await self.editors[number].publish(f"Tin của biên tập {number} số {count}")
            await asyncio.sleep(0.1)
            count += 1

    @asynccontextmanager
    async def under_attack(self, name: str) -> AsyncIterator[None]:
        """While what the block began goes on, every editor publishes, and the document that is due comes."""
        self.memory.peak = 0
        before = [len(each.published) for each in self.editors]
        title = f"Tin hẹn giờ khi bị tấn công: {name}"
        managed = await self.planner.create(title)
        for verb in ("submit", "approve"):
            managed = await self.planner.act(managed, verb, title)
        due = now() + timedelta(seconds=DUE_SECONDS)
        await self.planner.act(managed, "schedule", title, {"at": due.isoformat()})
        yield

        async def have_published() -> bool:
            return all(len(each.published) > least + 1 for each, least in zip(self.editors, before, strict=True))

        async def has_come() -> bool:
            answer = await self.planner.try_once("GET", f"/api/v1/bulletins/{managed['id']}")
            return answer is not None and answer.status_code == 200

        try:
            await eventually(have_published, every=0.1)
            await eventually(has_come, every=0.1)
        except TimeoutError:
            raise AssertionError(f"{name}: {await self.ready()}") from None
        finally:
            self.attackers.close()
        self.planner.published[title] = managed["id"]
        [change] = [each for each in await read_changes(self.client) if each["id"] == managed["id"]]
        self.late[name] = (datetime.fromisoformat(change["at"]) - due).total_seconds()
        self.memory.measure()
        self.peaks[name] = self.memory.peak
        assert self.memory.peak < LIMIT_MEGABYTES, f"{name}: {self.memory.peak} MB"

    async def ready(self) -> dict[str, Any]:
        """What readiness says."""
        found: dict[str, Any] = (await self.client.get("/health/ready")).json()
        return found

    async def rings(self, alarm: str) -> bool:
        """Tell whether an alarm rings in readiness and in the metrics."""
        metrics = (await self.client.get("/metrics")).text
        count = re.search(rf'^hub_alarm{{alarm="{alarm}"}} ([0-9.]+)$', metrics, re.MULTILINE)
        return alarm in (await self.ready())["alarms"] and count is not None and float(count[1]) > 0

    async def is_up(self) -> bool:
        """Tell whether readiness has nothing to say against the hub."""
        return (await self.ready())["status"] == "ready"

    async def source(self, code: str, type_: str, path: str, **config: Any) -> httpx.Response:
        """Add a source that runs at once."""
        value = {
            "code": code,
            "name": code,
            "type": type_,
            "kind": "policy",
            "agency": self.planner.agency,
            "lang": "vi",
        }
        where = {"url": self.site.url + path} if path else {}
        more = {"trust": "publish", "schedule": "1d" if path else None, "config": where | config, "mapping": {}}
        answer = await self.planner.try_once("POST", "/api/v1/manage/sources", json=value | more)
        assert answer is not None
        return answer

    async def counts(self, code: str) -> dict[str, int]:
        """How many items of a source are in each state."""
        answer = await self.planner.try_once("GET", f"/api/v1/manage/sources/{code}")
        assert answer is not None
        assert answer.status_code == 200, answer.text
        found: dict[str, int] = answer.json()["items"]
        return found
