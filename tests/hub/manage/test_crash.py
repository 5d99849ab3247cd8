"""Killed in the middle of publishing, again and again: nobody's 200 is lost, nothing happens twice, and all agree."""

import asyncio
import random
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from uuid import UUID, uuid4

import httpx
import psutil
import pytest

from hub.content.commands import create_document, save_edition, transition_edition
from hub.db import Database
from hub.domain.lifecycle import Verb
from hub.embedded.net import choose_port
from hub.errors import ServiceUnavailable
from hub.ops.verify import verify
from hub.settings import Settings
from hub.times import now
from tests.support import contents
from tests.support.editors import key
from tests.support.figures import Figure
from tests.support.process_pool import Forks
from tests.support.waiting import eventually

EACH, BY_CLOCK, CLIENTS = 16, 4, 6
"""Documents that clients publish in each round, those that the clock publishes, and how many clients there are."""


@dataclass
class Scene:
    """A hub whose processes are killed, and what its clients were told."""

    forks: Forks
    database: Database
    client: httpx.AsyncClient
    editor: dict[str, str]
    api: psutil.Process
    worker: psutil.Process
    titles: dict[UUID, str] = field(default_factory=dict)
    answered: dict[UUID, bytes] = field(default_factory=dict)
    cut: int = 0
    """Requests that were under way when the API was killed."""
    busy: int = 0
    """Refusals because a part did not respond: on a busy machine the API waits too long for its first connection."""

    async def up(self) -> bool:
        try:
            return (await self.client.get("/health/live")).status_code == 200
        except httpx.TransportError:
            return False

    async def begin(self, round_: int) -> list[UUID]:
        """Approved documents for the clients, and scheduled ones for the clock."""
        ids = [uuid4() for _ in range(EACH + BY_CLOCK)]
        async with self.database.write() as session:
            for n, document_id in enumerate(ids):
                self.titles[document_id] = f"Tin đợt{round_}x số {n}"
                document = await create_document(session, document_id=document_id, kind="bulletin", owner="so-y-te")
                content = contents.bulletin(title=self.titles[document_id])
                edition = await save_edition(session, document, lang="vi", content=content, by="test")
                for verb in (Verb.submit, Verb.approve):
                    await transition_edition(session, edition, verb, by="test")
                if n >= EACH:
                    due = now() + timedelta(seconds=0.2)
                    await transition_edition(session, edition, Verb.schedule, by="test", scheduled_for=due)
        return ids[:EACH]

    async def publish(self, document_id: UUID) -> None:
        """Ask until there is an answer, with the same idempotency key: as a careful client does."""
        headers = self.editor | {"if-match": '"1"', "idempotency-key": f"publish {document_id}"}
        while True:
            try:
                answer = await self.client.post(
                    f"/api/v1/manage/documents/{document_id}/publish", json={}, headers=headers
                )
            except httpx.TransportError as problem:
                self.cut += not isinstance(problem, httpx.ConnectError)
                await asyncio.sleep(0.05)
                continue
            if answer.status_code == 503 and answer.json()["code"] == ServiceUnavailable.code:
                self.busy += 1
                await asyncio.sleep(0.05)
                continue
            assert answer.status_code == 200, answer.text
            self.answered[document_id] = answer.content
            return

    async def round(self, n: int, chance: random.Random) -> None:
        """Clients publish, and at a random answer the API is killed, in every other round the worker, too."""
        waiting = await self.begin(n)
        before, until = len(self.answered), chance.randrange(EACH)

        async def client() -> None:
            while waiting:
                await self.publish(waiting.pop())

        clients = [asyncio.create_task(client()) for _ in range(CLIENTS)]
        while len(self.answered) - before < until and not all(task.done() for task in clients):  # noqa: ASYNC110
            await asyncio.sleep(0.001)
        await asyncio.sleep(chance.uniform(0, 0.03))
        if not n % 2:
            self.forks.kill(self.worker)
        self.forks.kill(self.api)
        self.api = self.forks.start("api")
        if not n % 2:
            self.worker = self.forks.start("worker")
        async with asyncio.timeout(60):
            await asyncio.gather(*clients)


@pytest.fixture
def forks(search_settings: Settings, tmp_path: Path) -> Iterator[Forks]:
    given = search_settings.model_dump(exclude_unset=True)
    secret = {name: given[name].get_secret_value() for name in ("database_url", "meilisearch_key")}
    named = given | secret | {"port": choose_port(tmp_path / "port"), "log_level": "ERROR"}
    named |= dict.fromkeys(("rate_anonymous", "rate_key", "rate_failures"), "1000000/second")
    made = Forks(named)
    yield made
    made.close()


@pytest.fixture
async def scene(forks: Forks, database: Database, tmp_path: Path) -> AsyncIterator[Scene]:
    editor = {"authorization": f"Bearer {await key(database, 'so-y-te')}"}
    address = f"http://127.0.0.1:{(tmp_path / 'port').read_text().strip()}"
    async with httpx.AsyncClient(base_url=address, timeout=30) as client:
        made = Scene(forks, database, client, editor, forks.start("api"), forks.start("worker"))
        await eventually(made.up)
        yield made


async def killed(scene: Scene, kills: int, seed: int) -> None:
    chance = random.Random(seed)  # noqa: S311 - moments, not secrets
    for n in range(kills):
        await scene.round(n, chance)
    await eventually(scene.up)

    async def all_public() -> bool:
        items = await changes(scene)
        ready = (await scene.client.get("/health/ready")).json()
        followers = ready["followers"]
        return len(items) >= len(scene.titles) and "search" in followers and not any(followers.values())

    await eventually(all_public, seconds=120, every=0.2)
    assert scene.cut >= kills
    await agrees(scene, kills)


async def changes(scene: Scene) -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    after = 0
    while items := (await scene.client.get("/api/v1/changes", params={"after": after, "limit": 1_000})).json()["items"]:
        found += [(item["id"], item["event"]) for item in items]
        after = items[-1]["seq"]
    return found


async def agrees(scene: Scene, rounds: int) -> None:
    """Clients, views, log and index say the same."""
    assert len(scene.answered) == rounds * EACH
    for document_id, title in scene.titles.items():
        view = await scene.client.get(f"/api/v1/bulletins/{document_id}")
        assert view.status_code == 200, (document_id, view.text)
        assert (view.json()["title"], view.json()["edition"]) == (title, 1)
    assert Counter(await changes(scene)) == Counter((str(d), "published") for d in scene.titles)
    async with scene.database.read() as connection:
        assert [fault async for _, found in verify(connection) for fault in found] == []
    for n in range(rounds):
        answer = (await scene.client.get("/api/v1/search", params={"q": f"đợt{n}x", "limit": 100})).json()
        assert answer["engine"] == "meilisearch"
        wanted = {str(d) for d, title in scene.titles.items() if f" đợt{n}x " in title}
        assert {item["id"] for item in answer["items"]} >= wanted
    for document_id in list(scene.answered)[:20]:
        managed = await scene.client.get(f"/api/v1/manage/documents/{document_id}", headers=scene.editor)
        assert managed.content == scene.answered[document_id]


@pytest.mark.counts(small=1, full=30, soak=1_000)
async def test_publishing_survives_kills(scene: Scene, count: int, figure: Figure) -> None:
    await killed(scene, count, seed=20_261_124)
    figure("kills", count)
    figure("requests cut off", scene.cut)
    figure("refusals because a part did not respond", scene.busy)
    figure("documents published once", len(scene.titles))
