"""Reindexing without downtime, the nightly check and repair, deletion of old indexes, withdrawn documents."""

import asyncio
import random
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest
from sqlalchemy import text

from hub.content.commands import create_document, publish, save_edition
from hub.domain.lifecycle import Verb
from hub.errors import SetupProblem
from hub.locks.registry import LockClass, hold_lock
from hub.search.filters import SearchSort
from hub.search.port import EngineUnavailable, SearchQuery
from hub.search.queries import search
from search.meilisearch import nightly_check
from search.meilisearch.index_state import STATE_ID
from search.meilisearch.nightly_check import IndexDifference, check_index, remove_orphans
from search.meilisearch.reindex import reindex
from search.nightly_schedule import NightlySchedule
from tests.search.conftest import Hub, make_hub
from tests.support.contents import policy
from tests.support.figures import Figure

Publish = Callable[..., Awaitable[UUID]]


def quiet(_: str, __: int) -> None:
    """Ignore the progress."""


async def withdraw(hub: Hub, document: UUID) -> None:
    async with hub.database.write() as session:
        await session.execute(
            text("UPDATE published_view SET state = 'withdrawn' WHERE document_id = :id"), {"id": document}
        )


@pytest.mark.parametrize("name", ["meilisearch", "postgres"])
async def test_a_withdrawn_document_is_not_shown_by_a_stale_index_nor_in_a_highlight(
    searching: Hub, publish_edition: Publish, name: str
) -> None:
    gone = await publish_edition("policy", policy(title="Chuyện măng cụt bí ẩn", number="1/TB-VP"))
    changed = await publish_edition("policy", policy(title="Chuyện măng cụt cũ kỹ", number="2/TB-VP"))
    await searching.catch_up()
    await withdraw(searching, gone)
    await publish_edition("policy", policy(title="Chuyện măng cụt mới", number="2/TB-VP"), document_id=changed)
    engine = searching.engine.primary if name == "meilisearch" else searching.engine.secondary
    for asked in ("măng cụt", "1/TB-VP", "mang cut bi an", "mang cut cu ky"):
        for sort in SearchSort:
            query = SearchQuery(asked, sort=sort)
            found = await search(engine, searching.database, query)
            assert found.engine == name
            shown = [(item.view.document_id, item.highlight) for item in found.items]
            assert gone not in {document for document, _ in shown}, asked
            assert not [html for _, html in shown if html and ("bí ẩn" in html or "kỹ" in html)], asked


async def documents(hub: Hub) -> set[tuple[str, int]]:
    """Read the views in the index, by id and position."""
    projector = hub.follower.projector
    held = await nightly_check._read_indexed_positions(projector, await projector.index())
    return set(held.items())


async def live(hub: Hub) -> set[tuple[str, int]]:
    async with hub.database.read() as connection:
        rows = (await connection.execute(nightly_check._LIVE, {"after": 0, "most": 100_000})).all()
    return {(f"{row.document_id}_{row.lang}", row.seq_from) for row in rows}


async def test_an_interrupted_reindex_leaves_the_old_index_serving(
    searching: Hub, publish_edition: Publish, monkeypatch: pytest.MonkeyPatch
) -> None:
    await publish_edition("policy", policy())
    await searching.catch_up()
    before = (await searching.ask("kế hoạch")).generation
    projector = searching.follower.projector

    async def killed(*_: object) -> None:
        raise asyncio.CancelledError

    with monkeypatch.context() as patch:
        patch.setattr(projector, "swap", killed)
        with pytest.raises(asyncio.CancelledError):
            await reindex(searching.database, projector, quiet)
    found = await searching.ask("kế hoạch")
    assert (found.engine, found.generation) == ("meilisearch", before)
    await reindex(searching.database, projector, quiet)
    found = await searching.ask("kế hoạch")
    assert found.engine == "meilisearch"
    assert found.generation != before
    names = await projector.client.indexes()
    assert [name for name in names if name.startswith(projector.prefix)] == [await projector.index()]


async def test_a_second_reindex_at_the_same_time_is_refused(searching: Hub, publish_edition: Publish) -> None:
    await publish_edition("policy", policy())
    await searching.catch_up()
    async with hold_lock(searching.database.url, LockClass.search_rebuild):
        with pytest.raises(SetupProblem):
            await reindex(searching.database, searching.follower.projector, quiet)


async def test_a_reindex_without_an_engine_fails_and_searches_go_on(
    searching: Hub, publish_edition: Publish, meilisearch: Any
) -> None:
    await publish_edition("policy", policy())
    await searching.catch_up()
    meilisearch.stop()
    with pytest.raises(EngineUnavailable):
        await reindex(searching.database, searching.follower.projector, quiet)
    assert (await searching.ask("kế hoạch")).engine == "postgres"


async def test_the_check_finds_and_repairs_every_difference(searching: Hub, publish_edition: Publish) -> None:
    one = await publish_edition("policy", policy(number="1/TB-VP"))
    two = await publish_edition("policy", policy(number="2/TB-VP"))
    await publish_edition("policy", policy(number="3/TB-VP"))
    await searching.catch_up()
    projector = searching.follower.projector
    index = await projector.index()
    assert await check_index(searching.database, projector) == IndexDifference()
    await projector.client.wait(
        [
            await projector.client.delete(index, [f"{one}_vi"]),
            await projector.client.merge(index, [{"id": f"{two}_vi", "seq": 1_000}]),
            await projector.client.replace(index, [{"id": f"{uuid4()}_vi", "lang": "vi", "seq": 1, "title": "ma"}]),
        ]
    )
    assert await check_index(searching.database, projector) == IndexDifference(missing=1, stale=1, orphaned=1)
    assert await documents(searching) == await live(searching)
    assert await check_index(searching.database, projector) == IndexDifference()
    assert (await projector.client.document(index, STATE_ID))["whole"] is True


async def test_health_and_metrics_report_the_last_check(
    searching: Hub, publish_edition: Publish, client: httpx.AsyncClient
) -> None:
    one = await publish_edition("policy", policy(number="1/TB-VP"))
    await searching.catch_up()
    projector = searching.follower.projector
    index = await projector.index()
    assert (await client.get("/health/ready")).json()["search_check"] is None
    await projector.client.wait([await projector.client.delete(index, [f"{one}_vi"])])
    await check_index(searching.database, projector)
    told = (await client.get("/health/ready")).json()["search_check"]
    assert told.pop("checked_at").endswith("+07:00")
    assert told == {"missing": 1, "stale": 0, "extra": 0, "healed": 1}
    await check_index(searching.database, projector)
    lines = (await client.get("/metrics")).text.splitlines()
    assert 'hub_search_index_differences{kind="missing"} 0.0' in lines
    assert "hub_search_index_healed 1.0" in lines
    assert 'hub_follower_lag_seconds{follower="search"} 0.0' in lines


async def test_entries_newer_than_the_index_are_no_difference(searching: Hub, publish_edition: Publish) -> None:
    await publish_edition("policy", policy(number="1/TB-VP"))
    await searching.catch_up()
    await publish_edition("policy", policy(number="2/TB-VP"))
    assert await check_index(searching.database, searching.follower.projector) == IndexDifference()


async def test_only_old_indexes_of_this_prefix_are_deleted(searching: Hub, publish_edition: Publish) -> None:
    await publish_edition("policy", policy())
    await searching.catch_up()
    projector = searching.follower.projector
    former, foreign = f"{projector.prefix}_0123456789ab", f"{projector.prefix}x_0123456789ab"
    await projector.client.wait([await projector.client.create_index(name) for name in (former, foreign)])
    assert await remove_orphans(projector) == []
    later = datetime.now(UTC) + timedelta(days=8)
    assert await remove_orphans(projector, now=lambda: later) == [former]
    names = await projector.client.indexes()
    assert {foreign, await projector.index()} <= names
    await projector.client.wait([await projector.client.drop_index(foreign)])


def test_the_nightly_check_is_due_once_a_day() -> None:
    night = NightlySchedule()
    assert not night.claim_if_due()
    night._next -= timedelta(days=1)
    assert night.claim_if_due()
    assert not night.claim_if_due()


async def publish_many(hub: Hub, numbers: range) -> None:
    """Publish policies in transactions of fifty."""
    for start in range(numbers.start, numbers.stop, 50):
        async with hub.database.write() as session:
            editions = []
            for number in range(start, min(start + 50, numbers.stop)):
                document = await create_document(session, document_id=uuid4(), kind="policy", owner="ubnd-hue")
                content = policy(title=f"Kế hoạch thứ {number}", number=f"{number}/TB-VP", nodes=[], topics=[])
                edition = await save_edition(session, document, lang="vi", content=content, by="test")
                editions.append(edition.id)
            await publish(session, editions, verb=Verb.publish_trusted)  # type: ignore[arg-type]


async def rebuilt_under_load(hub: Hub, count: int) -> dict[str, int]:
    """Reindex during publishing and searches, and count these."""
    await publish_many(hub, range(1, count + 1))
    await hub.catch_up()
    stop = asyncio.Event()
    following = asyncio.create_task(hub.follower.run(stop))
    done = {"searches": 0, "by_postgres": 0, "published": 0}
    wanted = random.Random(4)  # noqa: S311 - only for a load

    async def searches() -> None:
        while not stop.is_set():
            number = wanted.randrange(1, count + 1)
            found = await hub.ask(f"{number}/TB-VP")
            assert found.hits, number
            done["searches"] += 1
            done["by_postgres"] += found.engine == "postgres"
            await asyncio.sleep(0.05)

    async def publishes() -> None:
        while not stop.is_set():
            number = count + 1 + done["published"]
            await publish_many(hub, range(number, number + 1))
            done["published"] += 1
            await asyncio.sleep(0.6)

    loads = [asyncio.create_task(searches()), asyncio.create_task(publishes())]
    try:
        done["documents"] = await reindex(hub.database, hub.follower.projector, quiet)
        await asyncio.sleep(2)
    finally:
        stop.set()
        await asyncio.gather(*loads)
        await following
    return done


@pytest.mark.counts(small=200, full=5_000, soak=100_000)
async def test_a_rebuild_under_publishing_and_searching_loses_nothing(
    searching: Hub, count: int, figure: Figure
) -> None:
    done = await rebuilt_under_load(searching, count)
    for name, value in done.items():
        figure(name.replace("_", " "), value)
    hub = make_hub(searching.settings, searching.database)
    try:
        await hub.catch_up()
        assert await documents(hub) == await live(hub)
        assert len(await live(hub)) == count + done["published"]
        assert done["searches"] > 5
        assert done["published"] >= 1
    finally:
        hub.engine.close()
        hub.follower.projector.client.close()
