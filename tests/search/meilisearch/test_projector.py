"""The follower's work is idempotent, deduplicated, and confirmed before the cursor moves."""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import text

from hub.log import follow
from hub.registry.hierarchy import get_registry
from hub.search.port import EngineUnavailable
from hub.settings import Settings
from ingest.imports.report import SilentReporter
from ingest.imports.run import run_import
from ingest.imports.runs import ImportOptions
from search.meilisearch import projector as module
from search.meilisearch.settings import INDEX_SETTINGS
from tests.search.conftest import Hub, make_hub
from tests.support.contents import bulletin, policy
from tests.support.import_samples import policy as record
from tests.support.import_samples import write

Publish = Callable[..., Awaitable[UUID]]


async def indexed(hub: Hub) -> list[tuple[str, int]]:
    """Read every document of the index with its log position."""
    projector = hub.follower.projector
    query = {"indexUid": await projector.index(), "q": "", "filter": "lang EXISTS", "limit": 1000, "distinct": "id"}
    (answer,) = await projector.client.multi_search([query])
    return sorted((hit["id"], hit["seq"]) for hit in answer["hits"])


async def live(hub: Hub) -> list[tuple[str, int]]:
    statement = (
        "SELECT document_id || '_' || lang, seq_from FROM published_view WHERE seq_to IS NULL AND state = 'live'"
    )
    async with hub.database.read() as connection:
        rows = (await connection.execute(text(statement))).all()
    return sorted((key, seq) for key, seq in rows)


async def test_the_cursor_stays_while_the_engine_does_not_confirm(
    searching: Hub, publish_edition: Publish, monkeypatch: pytest.MonkeyPatch
) -> None:
    await searching.catch_up()
    await publish_edition("policy", policy())

    async def failed(*_: object, **__: object) -> None:
        raise EngineUnavailable("task 7 failed")

    with monkeypatch.context() as patch:
        patch.setattr(searching.follower.projector.client, "wait", failed)
        with pytest.raises(EngineUnavailable):
            await searching.follower.step()
    assert await searching.follower.position() == 0
    await searching.catch_up()
    assert await searching.follower.position() == 1
    assert await indexed(searching) == await live(searching)


async def test_a_failed_task_of_the_engine_is_a_failure_with_its_reason(searching: Hub) -> None:
    client = searching.follower.projector.client
    with pytest.raises(EngineUnavailable, match=r"failed: Index `nowhere` not found"):
        await client.wait([await client.delete("nowhere", ["x"])])


async def test_killed_between_the_work_and_the_cursor_the_batch_is_repeated_without_a_trace(
    searching: Hub, publish_edition: Publish, monkeypatch: pytest.MonkeyPatch
) -> None:
    await searching.catch_up()
    for number in ("41/TB-VP", "42/TB-VP", "43/TB-VP"):
        await publish_edition("policy", policy(number=number))

    async def killed(_: int) -> None:
        raise asyncio.CancelledError

    with monkeypatch.context() as patch:
        patch.setattr(searching.follower, "confirm", killed)
        with pytest.raises(asyncio.CancelledError):
            await searching.follower.step()
    reborn = make_hub(searching.settings, searching.database)
    await reborn.catch_up()
    assert await reborn.follower.position() == 3
    assert await indexed(reborn) == await live(reborn)


async def test_many_editions_of_one_document_are_sent_once(
    searching: Hub, publish_edition: Publish, monkeypatch: pytest.MonkeyPatch
) -> None:
    searching.follower.check_seconds = 3_600.0  # neither a check nor a retry falls due, however slow the machine is
    monkeypatch.setattr(follow, "RETRY_SECONDS", 3_600.0)
    await searching.catch_up()
    document = await publish_edition("policy", policy(summary="Lần 1."))
    for turn in (2, 3, 4):
        await publish_edition("policy", policy(summary=f"Lần {turn}."), document_id=document)
    other = await publish_edition("bulletin", bulletin())
    sent: list[list[str]] = []
    projector = searching.follower.projector
    merge = projector.client.merge

    async def counted(index: str, documents: Any) -> int:
        sent.append([item["id"] for item in documents if "lang" in item])
        return await merge(index, documents)

    monkeypatch.setattr(projector.client, "merge", counted)
    await get_registry(searching.database)
    before = searching.database.statements
    await searching.follower.step()
    assert searching.database.statements - before == 2  # the entries, and all the views they are about
    assert [sorted(lot) for lot in sent if lot] == [sorted([f"{document}_vi", f"{other}_vi"])]
    assert await indexed(searching) == await live(searching)


async def test_documents_that_are_no_longer_live_leave_the_index(searching: Hub, publish_edition: Publish) -> None:
    document = await publish_edition("policy", policy())
    await publish_edition("bulletin", bulletin())
    await searching.catch_up()
    async with searching.database.write() as session:
        await session.execute(
            text("UPDATE published_view SET state = 'withdrawn' WHERE document_id = :id"), {"id": document}
        )
    await searching.follower.confirm(0)
    await searching.catch_up()
    assert len(await indexed(searching)) == 1
    assert await indexed(searching) == await live(searching)


async def test_a_rebuild_holds_every_live_view_and_no_other(
    searching: Hub, publish_edition: Publish, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "BATCH", 3)
    monkeypatch.setattr(module, "PAYLOAD_BYTES", 5_000)
    documents = [await publish_edition("policy", policy(number=f"{number}/TB-VP")) for number in range(81, 88)]
    await publish_edition("policy", policy(title="In English"), lang="en", document_id=documents[2])
    await publish_edition("policy", policy(summary="Thay bản đầu."), document_id=documents[4])
    await publish_edition("policy", policy(title="Chưa công bố"), published=False)
    assert await searching.follower.projector.rebuild() == 9
    assert await indexed(searching) == await live(searching)
    assert len(await indexed(searching)) == 8


async def test_changed_settings_are_applied_without_a_rebuild(
    searching: Hub, publish_edition: Publish, monkeypatch: pytest.MonkeyPatch
) -> None:
    await publish_edition("bulletin", bulletin())
    await searching.catch_up()
    generation = (await searching.ask("rác")).generation
    changed = {**INDEX_SETTINGS, "stopWords": ["zzz"]}
    monkeypatch.setattr(module, "INDEX_SETTINGS", changed)
    for name in (
        "search.meilisearch.projector.settings_fingerprint",
        "search.meilisearch.index_state.settings_fingerprint",
    ):
        monkeypatch.setattr(name, lambda: "another one")
    assert (await searching.ask("rác")).engine == "postgres"
    searching.follower._check_at = 0
    await searching.catch_up()
    found = await searching.ask("rác")
    assert (found.engine, found.generation) == ("meilisearch", generation)


async def test_two_hubs_on_one_server_do_not_affect_each_other(
    searching: Hub, search_settings: Settings, publish_edition: Publish
) -> None:
    changes = {"meilisearch_index": f"{search_settings.meilisearch_index}b"}
    other = make_hub(Settings(**{**search_settings.model_dump(exclude_unset=True), **changes}), searching.database)
    await publish_edition("bulletin", bulletin())
    await searching.catch_up()
    await searching.follower.confirm(0)
    await other.catch_up()
    assert (await searching.ask("rác")).engine == (await other.ask("rác")).engine == "meilisearch"
    other.engine.close()


async def imported(hub: Hub, folder: Path, count: int, name: str = "bulk") -> None:
    """Run a real import of this many records, in transactions of fifty."""
    file = write(folder / f"{name}.jsonl", (record(f"{name}:{n}", title=f"Bản nhập {n}") for n in range(count)))
    await run_import(hub.database, [file], ImportOptions(publish=True, data=folder), SilentReporter())


async def position_of(hub: Hub, document: UUID) -> int:
    async with hub.database.read() as connection:
        query = "SELECT seq_from FROM published_view WHERE document_id = :id AND seq_to IS NULL"
        seq: int = (await connection.execute(text(query), {"id": document})).scalar_one()
        return seq


async def test_what_editors_publish_after_an_import_is_indexed_before_its_turn(
    searching: Hub, publish_edition: Publish, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    await searching.catch_up()
    changed = await publish_edition("bulletin", bulletin(title="Bản tin trước khi nhập"))
    await searching.catch_up()
    monkeypatch.setattr(searching.follower, "batch", 30)
    importing = asyncio.create_task(imported(searching, tmp_path, 150))
    fresh = await publish_edition("policy", policy(title="Công bố giữa lúc nhập"))
    await importing
    await publish_edition("bulletin", bulletin(title="Bản tin sửa sau khi nhập"), document_id=changed)

    await searching.follower.step()
    last = await position_of(searching, changed)
    assert await searching.follower.position() < last
    held = dict(await indexed(searching))
    assert held[f"{changed}_vi"] == last
    assert held[f"{fresh}_vi"] == await position_of(searching, fresh)
    assert len(held) < 60

    reborn = make_hub(searching.settings, searching.database)
    await reborn.catch_up()
    assert await indexed(reborn) == await live(reborn)
    assert len(await indexed(reborn)) == 152
    reborn.engine.close()
    reborn.follower.projector.client.close()


async def test_an_index_with_later_entries_does_not_claim_the_earlier_ones(
    searching: Hub, publish_edition: Publish, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    await searching.catch_up()
    await imported(searching, tmp_path, 60)
    await publish_edition("policy", policy())
    monkeypatch.setattr(searching.follower, "batch", 30)
    projector = searching.follower.projector

    async def killed(_: Any) -> None:
        raise asyncio.CancelledError

    with monkeypatch.context() as patch:
        patch.setattr(projector, "project", killed)
        with pytest.raises(asyncio.CancelledError):
            await searching.follower.step()
    assert len(await indexed(searching)) == 1
    assert (await projector.client.document(await projector.index(), "marker"))["applied"] == 0
    assert await searching.follower.position() == 0
    await searching.catch_up()
    assert await indexed(searching) == await live(searching)


async def found_by_engine(hub: Hub, number: str) -> bool:
    found = await hub.ask(number)
    return found.engine == "meilisearch" and any(hit.highlight and number in hit.highlight for hit in found.hits[:1])
