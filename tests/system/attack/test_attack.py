"""The hub's doors are attacked while four editors publish and documents are due: they come, and writes go on."""

import asyncio
import random
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack
from pathlib import Path
from urllib.parse import quote

import httpx
import pytest

from hub.db import Database
from hub.settings import Settings
from tests.support import contents
from tests.support.attacked_hub import AttackedHub
from tests.support.careful_editor import CarefulEditor
from tests.support.door_attacks import Attackers
from tests.support.editors import key
from tests.support.figures import Figure
from tests.support.hostile_pages import put_hostile_pages, put_unreadable_pages
from tests.support.hub_agreement import (
    assert_log_and_index_agree,
    assert_nobody_waits,
    assert_published_once,
    read_changes,
)
from tests.support.import_samples import write
from tests.support.local_site import local_site
from tests.support.memory_watch import watching_memory
from tests.support.process_faults import hang
from tests.support.served import Served
from tests.support.waiting import eventually
from tests.support.whole_hub import Hub, start, stop

EDITORS = 4
AGENCY = "so-y-te"
LARGE_TEXTS, LARGE_WORDS = 100, 9_000
SETTINGS = {
    "outgoing_private_hosts": "127.0.0.1",
    "source_host_pause": 0,
    "source_dead_after": 1,
    "log_level": "WARNING",
}


@pytest.fixture
def hub(tmp_path: Path) -> Iterator[Hub]:
    running = start(tmp_path / "hub", settings=SETTINGS)
    assert running.command("import", "--publish", large_texts(tmp_path / "large.jsonl")).returncode == 0
    running.wait(running.caught_up)
    yield running
    stop(running)


def large_texts(path: Path) -> Path:
    """Bulletins with long texts, which hardly resemble each other."""
    chance = random.Random(33)  # noqa: S311 - words, not secrets
    words = [f"{a}{b}" for a in ("trồng", "sửa", "khám", "dạy", "xây", "mở") for b in range(500)]
    records = []
    for n in range(LARGE_TEXTS):
        text = " ".join(chance.choices(words, k=LARGE_WORDS))
        content = {"title": f"Bản tin dài số {n}", "lead": "Tin dài.", "body": f"<p>{text}</p>"}
        records.append({"source_id": f"dai-{n}", "kind": "bulletin", "agency": AGENCY, "content": content})
    return write(path, records)


@pytest.fixture
async def scene(hub: Hub) -> AsyncIterator[AttackedHub]:
    database = Database(Settings(database_url=hub.setting("database_url")))
    keys = [await key(database, AGENCY) for _ in range(EDITORS + 1)]
    await database.dispose()
    base = str(hub.client.base_url)
    async with AsyncExitStack() as stack:

        async def open_client() -> httpx.AsyncClient:
            return await stack.enter_async_context(httpx.AsyncClient(base_url=base, timeout=60))

        *editors, planner = [CarefulEditor(await open_client(), each, AGENCY) for each in keys]
        client = await open_client()
        site = await stack.enter_async_context(local_site())
        memory = await stack.enter_async_context(watching_memory(hub.child("serve")))
        attackers = Attackers(Served(int(base.rpartition(":")[2])))
        before = [each["id"] for each in await read_changes(client)]
        yield AttackedHub(hub, client, editors, planner, attackers, site, memory, before)
        attackers.close()


async def attack_by_pages(scene: AttackedHub, size: int) -> None:
    """Row 29: what backtracking patterns would read for hours. Nothing is left undone."""
    count = put_hostile_pages(scene.site, 2_000 * size)
    evil = await scene.source("bieu-thuc", "list", "/van-ban", links="ul.vb a", include="(a+)+$")
    assert evil.status_code in (201, 422), evil.text
    unreadable = put_unreadable_pages(scene.site)
    scene.site.put("/rong.xml", b"")
    async with scene.under_attack("pages"):
        assert (await scene.source("thu-dich", "list", "/van-ban", links="ul.vb a")).status_code == 201
        assert (await scene.source("hong", "list", "/hong", links="ul.vb a")).status_code == 201
        assert (await scene.source("chet", "feed", "/rong.xml")).status_code == 201

    async def all_read() -> bool:
        found = [await scene.counts(code) for code in ("thu-dich", "hong")]
        return all(each.get("waiting", 0) == 0 for each in found) and [sum(each.values()) for each in found] == [
            count,
            unreadable,
        ]

    await eventually(all_read, seconds=240, every=0.5)
    await eventually(lambda: scene.rings("source_items_quarantined"), every=0.5)
    await eventually(lambda: scene.rings("sources_dead"), every=0.5)
    doctor = await asyncio.to_thread(scene.hub.command, "doctor")
    assert doctor.returncode == 1
    assert "chet" in doctor.stdout


async def attack_by_subscriptions(scene: AttackedHub, size: int) -> None:
    """Row 31: names that strangers choose, among them those that once took the hub's own locks."""
    topic = f"{str(scene.hub.client.base_url).rstrip('/')}/feeds/bulletins.atom?topic={quote('moi-truong')}"
    async with scene.under_attack("subscriptions"):
        answers = await scene.attackers.subscribe_many_hosts(100 * size, topic)
    statuses = {answer.status if answer is not None else 0 for answer in answers}
    assert statuses <= {202, 429, 503}, statuses


async def attack_by_bodies(scene: AttackedHub, size: int) -> None:
    """Row 32: work before authentication, and bodies that never end."""
    async with scene.under_attack("bodies"):
        await scene.attackers.leave_bodies_unfinished(20 * size)
        answers = await scene.attackers.send_bodies_without_key(4 * size)
    assert {answer.status for answer in answers if answer is not None} <= {401}


async def attack_by_silent_readers(scene: AttackedHub, size: int) -> None:
    """Row 33: streams, lists and queries whose answers nobody reads."""
    async with scene.under_attack("unread answers"):
        await scene.attackers.leave_unread("/api/v1/events?after=0&include=view", 20 * size)
        await scene.attackers.leave_unread("/api/v1/bulletins?include=text&limit=100", 60 * size)
        await scene.attackers.query_texts_many_times(4 * size)


async def attack_by_own_approval(scene: AttackedHub, database: Database) -> None:
    """Row 34: a key pushes what needs a second person, and approves it itself."""
    cunning = CarefulEditor(scene.client, await key(database, AGENCY, "sources", "ingest", "publish"), AGENCY)
    content = contents.policy(high_impact=True, number="3434/KH-UBND", title="Kế hoạch tự duyệt")
    content["issuers"] = [{"name": "Sở Y tế", "code": AGENCY}]
    value = {"code": "tu-duyet", "name": "Tự duyệt", "type": "push", "kind": "policy", "agency": AGENCY}
    async with scene.under_attack("own approval"):
        made = await cunning.try_once("POST", "/api/v1/manage/sources", json=value | {"trust": "publish"})
        assert made is not None
        assert made.status_code == 201, made.text
        batch = {"source": "tu-duyet", "records": [{"id": "td-1", "content": content}]}
        pushed = await cunning.try_once("POST", "/api/v1/ingest", json=batch)
        assert pushed is not None
        [result] = pushed.json()["results"]
        document = result["document_id"]
        path = f"/api/v1/manage/documents/{document}"
        shown = await scene.planner.try_once("GET", path)
        assert shown is not None
        headers = {"if-match": shown.headers["etag"]}
        approved = await cunning.try_once("POST", f"{path}/approve", json={}, headers=headers)
        assert approved is not None
        assert approved.status_code in (403, 409), approved.text
    assert (await scene.client.get(f"/api/v1/policies/{document}")).status_code == 404
    seen = await scene.planner.try_once("GET", path)
    assert seen is not None
    assert seen.json()["live"] == []


async def attack_by_connections(scene: AttackedHub, size: int) -> None:
    """Row 35: many connections that say nothing, and heads of many megabytes."""
    async with scene.under_attack("connections"):
        await scene.attackers.stay_silent(800 * size)
        answers = await scene.attackers.send_endless_heads(2 * size)
    assert {answer.status for answer in answers if answer is not None} <= {431}


async def freeze_the_worker(scene: AttackedHub) -> None:
    """Row 30: a worker that stands still is seen from outside, although everything answers."""
    with hang(scene.hub.child("worker")):
        await eventually(lambda: scene.rings("workers_silent"), seconds=120, every=0.5)
        assert not await scene.is_up()
        doctor = await asyncio.to_thread(scene.hub.command, "doctor")
        assert doctor.returncode == 1
    async with scene.under_attack("after the worker stood still"):
        await eventually(scene.is_up, every=0.5)
    assert "workers_silent" not in (await scene.ready())["alarms"]


@pytest.mark.counts(full=1, soak=5)
async def test_editors_and_the_clock_go_on_under_every_attack(scene: AttackedHub, count: int, figure: Figure) -> None:
    database = Database(Settings(database_url=scene.hub.setting("database_url")))
    api = scene.hub.child("serve").pid
    async with asyncio.TaskGroup() as work:
        for number in range(EDITORS):
            work.create_task(scene.edit(number))
        await attack_by_pages(scene, count)
        await attack_by_subscriptions(scene, count)
        await attack_by_bodies(scene, count)
        await attack_by_silent_readers(scene, count)
        await attack_by_own_approval(scene, database)
        await attack_by_connections(scene, count)
        await freeze_the_worker(scene)
        scene.stopping.set()
    await database.dispose()
    assert scene.hub.child("serve").pid == api
    everybody = [*scene.editors, scene.planner]
    wanted: dict[str, str | None] = {title: id_ for each in everybody for title, id_ in each.published.items()}
    await assert_published_once(scene.client, wanted, "bulletins", before=scene.before)
    await assert_log_and_index_agree(scene.hub)
    await assert_nobody_waits(scene.hub.setting("database_url"))
    figure("publications acknowledged", len(wanted))
    figure("requests repeated by editors", sum(each.repeated for each in everybody))
    figure("longest request of an editor in seconds", max(each.longest for each in everybody))
    for name, megabytes in scene.peaks.items():
        figure(f"{name}: MB of the API at most", megabytes)
        figure(f"{name}: seconds by which the due document was late", round(scene.late[name], 1))
