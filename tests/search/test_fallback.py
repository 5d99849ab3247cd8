"""Search answers within its time-out whatever happens to Meilisearch, and the index is repaired automatically."""

import asyncio
import shutil
import threading
import time
from collections.abc import Awaitable, Callable
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any
from uuid import UUID

import orjson
import pytest
from sqlalchemy import text

from hub.app import create_app
from hub.db import Database
from hub.log.epochs import begin_epoch
from hub.search.port import EngineUnavailable, SearchQuery
from hub.settings import Settings
from search import build_follower
from search.factory import BREAKER_PAUSE_SECONDS
from search.log_state import read_log_state
from search.meilisearch.client import EngineClient, EngineRequestError
from search.meilisearch.documents import SHAPE_VERSION
from search.meilisearch.engine import MeiliSearch
from search.meilisearch.index_state import IndexState
from search.meilisearch.projector import Projector
from search.meilisearch.settings import settings_fingerprint
from search.question_index.answerer import QuestionAnswerer
from tests.search.conftest import Hub, make_hub
from tests.support.asgi import running
from tests.support.contents import bulletin, policy
from tests.support.figures import Figure
from tests.support.servers import Meilisearch
from tests.support.waiting import eventually

Publish = Callable[..., Awaitable[UUID]]


async def answered_by(hub: Hub, words: str = "rác cồng kềnh") -> str:
    found = await hub.ask(words)
    assert len(found.hits) == 1
    return found.engine


async def following(hub: Hub, until: str, seconds: float = 60) -> None:
    """Run the follower as the worker does until this engine answers."""
    stop = asyncio.Event()
    follower = build_follower(hub.settings, hub.database)
    assert follower is not None
    running = asyncio.create_task(follower.run(stop))

    async def answers() -> bool:
        return await answered_by(hub) == until

    try:
        await eventually(answers, seconds=seconds)
    finally:
        stop.set()
        await running


async def test_before_the_first_index_postgres_answers(searching: Hub, publish_edition: Publish) -> None:
    await publish_edition("bulletin", bulletin())
    assert await answered_by(searching) == "postgres"
    assert await searching.engine.engine() == "postgres"
    await searching.catch_up()
    assert await answered_by(searching) == "meilisearch"
    assert await searching.engine.engine() == "meilisearch"


async def test_answers_of_the_second_engine_are_not_cached(searching: Hub, publish_edition: Publish) -> None:
    await publish_edition("bulletin", bulletin())
    async with running(create_app(searching.settings)) as client:
        asked = ("/api/v1/search", {"q": "rác cồng kềnh"})
        answer = await client.get(asked[0], params=asked[1])
        assert (answer.json()["engine"], answer.headers["cache-control"]) == ("postgres", "no-store")
        await searching.catch_up()
        answer = await client.get(asked[0], params=asked[1])
        assert (answer.json()["engine"], answer.headers["cache-control"]) == ("meilisearch", "public, no-cache")


async def test_a_killed_engine_costs_nothing_and_catches_up_when_it_is_back(
    searching: Hub, publish_edition: Publish, meilisearch: Meilisearch
) -> None:
    await publish_edition("bulletin", bulletin())
    await searching.catch_up()
    meilisearch.process.kill()
    assert await answered_by(searching) == "postgres"
    meilisearch.stop()
    missed = await publish_edition("policy", policy(title="Công bố lúc máy tìm kiếm nghỉ"))
    meilisearch.start()
    await following(searching, "meilisearch")
    found = await searching.ask("máy tìm kiếm nghỉ")
    assert (found.engine, [hit.document_id for hit in found.hits]) == ("meilisearch", [missed])


async def test_a_frozen_engine_costs_one_time_out_and_then_nothing_for_a_while(
    searching: Hub, publish_edition: Publish, meilisearch: Meilisearch
) -> None:
    await publish_edition("bulletin", bulletin())
    await searching.catch_up()
    limit = searching.settings.search_timeout
    meilisearch.pause()

    async def timed() -> float:
        began = time.monotonic()
        assert await answered_by(searching) == "postgres"
        return time.monotonic() - began

    threads = threading.active_count()
    crowd = await asyncio.gather(*(timed() for _ in range(40)))
    assert max(crowd) < limit + 10
    assert await timed() < limit
    assert threading.active_count() <= threads + 8
    meilisearch.resume()
    await asyncio.sleep(BREAKER_PAUSE_SECONDS)

    async def back() -> bool:
        return await answered_by(searching) == "meilisearch"

    await eventually(back, seconds=20)


async def test_lists_and_details_are_answered_while_all_searches_wait_for_a_frozen_engine(
    searching: Hub, publish_edition: Publish, meilisearch: Meilisearch, figure: Figure
) -> None:
    document = await publish_edition("bulletin", bulletin())
    await searching.catch_up()
    patient = Settings(**{**searching.settings.model_dump(exclude_unset=True), "search_timeout": 30})
    paths = ("/api/v1/bulletins", f"/api/v1/bulletins/{document}", "/api/v1/changes", "/feeds/all.atom")
    async with running(create_app(patient)) as client:

        async def read_all() -> float:
            began = time.perf_counter()
            for path in paths * 5:
                assert (await client.get(path)).status_code == 200
            return time.perf_counter() - began

        await read_all()
        before = min([await read_all() for _ in range(3)])
        meilisearch.pause()
        searches = [
            asyncio.create_task(client.get("/api/v1/search", params={"q": f"rác cồng kềnh {n}"})) for n in range(40)
        ]
        await read_all()  # meanwhile all of them have begun to wait
        beside = min([await read_all() for _ in range(3)])
        waiting = sum(not search.done() for search in searches)
        meilisearch.resume()
        answers = await asyncio.gather(*searches)

    assert waiting == 40
    assert {answer.status_code for answer in answers} == {200}
    figure("lists and details beside 40 waiting searches, to the same without them", f"{beside / before:.1f} ×")


async def test_an_index_lost_on_disk_is_not_trusted_and_is_built_again(
    searching: Hub, publish_edition: Publish, meilisearch: Meilisearch
) -> None:
    await publish_edition("bulletin", bulletin())
    await searching.catch_up()
    shutil.rmtree(meilisearch.server.data_dir / "index")
    await answered_by(searching)
    meilisearch.process.kill()
    assert await answered_by(searching) == "postgres"
    meilisearch.stop()
    meilisearch.start()
    await asyncio.sleep(BREAKER_PAUSE_SECONDS)
    assert await answered_by(searching) == "postgres"
    await following(searching, "meilisearch")


async def test_documents_sent_to_a_lost_index_do_not_make_it_whole(searching: Hub, publish_edition: Publish) -> None:
    await publish_edition("policy", policy())
    await searching.catch_up()
    projector = searching.follower.projector
    index = await projector.index()
    await projector.client.wait([await projector.client.drop_index(index)])
    await publish_edition("bulletin", bulletin())
    await searching.catch_up()
    assert await answered_by(searching) == "postgres"
    searching.follower._check_at = 0
    await searching.catch_up()
    assert await answered_by(searching) == "meilisearch"
    assert (await searching.ask("không gian xanh")).total == 1


async def test_another_databases_index_under_our_name_is_not_trusted_and_is_replaced(
    searching: Hub, publish_edition: Publish
) -> None:
    await publish_edition("bulletin", bulletin())
    await searching.catch_up()
    projector = searching.follower.projector
    index = await projector.index()
    stranger = {"id": "marker", "epoch": str(UUID(int=7))}
    alien = {"id": "x_vi", "document_id": str(UUID(int=8)), "lang": "vi", "seq": 1, "title": "rác cồng kềnh"}
    await projector.client.wait([await projector.client.merge(index, [stranger, alien])])
    assert await answered_by(searching) == "postgres"
    searching.follower._check_at = 0
    await searching.catch_up()
    assert await answered_by(searching) == "meilisearch"


async def test_a_new_epoch_of_the_database_gets_an_index_of_its_own(
    searching: Hub, publish_edition: Publish, database: Database
) -> None:
    await publish_edition("bulletin", bulletin())
    await searching.catch_up()
    assert await answered_by(searching) == "meilisearch"
    async with database.write() as session:
        await session.execute(text("UPDATE log_head SET epoch = gen_random_uuid()"))
    await asyncio.sleep(1.1)
    assert await answered_by(searching) == "postgres"
    searching.follower._check_at = 0
    await searching.catch_up()
    assert await answered_by(searching) == "meilisearch"


async def generation_of(hub: Hub) -> str:
    """The generation of the index that a new process finds and keeps."""
    hub.follower._check_at = 0
    await hub.catch_up()
    projector = hub.follower.projector
    document = await projector.client.document(await projector.index(), "marker")
    return str(document["generation"])


async def test_the_index_of_an_earlier_epoch_is_adopted_and_not_built_again(
    searching: Hub, publish_edition: Publish, database: Database
) -> None:
    await publish_edition("bulletin", bulletin())
    built = await generation_of(searching)
    for _ in range(2):
        async with database.write() as session:
            await begin_epoch(session, "restored from a backup")
    assert await generation_of(searching) == built
    await publish_edition("policy", policy())
    assert await generation_of(searching) == built
    assert await answered_by(searching) == "meilisearch"
    assert (await searching.ask("không gian xanh")).total == 1


async def test_an_index_with_entries_of_a_lost_part_of_the_log_is_built_again(
    searching: Hub, publish_edition: Publish, database: Database
) -> None:
    await publish_edition("bulletin", bulletin())
    built = await generation_of(searching)
    async with database.write() as session:
        await session.execute(text("ALTER TABLE log_entry DISABLE TRIGGER ALL"))
        await session.execute(text("UPDATE log_entry SET hash = repeat('0', 64)"))
    assert await generation_of(searching) != built


async def test_an_index_behind_the_log_lets_postgres_answer_and_is_followed_again(
    searching: Hub, publish_edition: Publish, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("search.log_state.MAX_LAG_SECONDS", 0.0)
    await publish_edition("policy", policy())
    await searching.catch_up()
    await publish_edition("bulletin", bulletin())
    # The cursor is at the end, but the index, restored from an old copy of its files, is behind.
    await searching.follower.confirm(2)
    await asyncio.sleep(1.1)
    assert await answered_by(searching) == "postgres"
    searching.follower._check_at = 0
    await searching.catch_up()
    assert await answered_by(searching) == "meilisearch"


class _Broken(BaseHTTPRequestHandler):
    """Gives invalid answers; with a marker it counts correctly and returns the marker, and invalid hits."""

    marker: bytes | None = None
    status, body = 200, b""

    def do_GET(self) -> None:
        self._answer(self.status, self.body)

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        if self.marker is None:
            self._answer(self.status, self.body)
        elif self.path.endswith("/documents/fetch"):
            self._answer(200, b'{"total": 3}')
        else:
            self._answer(self.status, b'{"results": [{"hits": [%s]}, %s]}' % (self.marker, self.body))

    def _answer(self, status: int, body: bytes) -> None:
        self.send_response(status)
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: Any) -> None: ...


NONSENSE = [(500, b"{}"), (502, b"<html>"), (200, b"not json"), (200, b"{}"), (200, b"[]"), (200, b'{"results": []}')]


@pytest.mark.parametrize("marked", [False, True], ids=["all", "searches"])
@pytest.mark.parametrize(("status", "body"), NONSENSE)
async def test_an_engine_with_invalid_answers_is_treated_as_unavailable(
    marked: bool, status: int, body: bytes, search_settings: Settings, database: Database, publish_edition: Publish
) -> None:
    await publish_edition("bulletin", bulletin())
    head = await read_log_state(database)
    whole = orjson.dumps(
        IndexState(str(head.epoch), SHAPE_VERSION, settings_fingerprint(), "g1", head.seq).to_index_document()
    )
    handler = type("Handler", (_Broken,), {"status": status, "body": body, "marker": whole if marked else None})
    server = HTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    url = f"http://127.0.0.1:{server.server_address[1]}"
    hub = make_hub(
        Settings(**{**search_settings.model_dump(exclude_unset=True), "meilisearch_url": url, "search_timeout": 5}),
        database,
    )
    try:
        for words in ("rác cồng kềnh", "rac cong kenh"):
            assert await answered_by(hub, words) == "postgres"
    finally:
        hub.engine.close()
        hub.follower.projector.client.close()
        server.shutdown()
        server.server_close()


async def test_postgres_answers_if_the_engine_refuses_the_key(
    searching: Hub, publish_edition: Publish, meilisearch: Meilisearch, database: Database
) -> None:
    await publish_edition("bulletin", bulletin())
    await searching.catch_up()
    client = EngineClient(meilisearch.url, "wrong", timeout=5)
    with pytest.raises(EngineRequestError):
        await client.indexes()
    engine = MeiliSearch(
        client,
        database,
        searching.settings.meilisearch_index,
        QuestionAnswerer(database, searching.settings.question_index_folder),
    )
    with pytest.raises(EngineUnavailable):
        await engine.search(SearchQuery("rác"))
    client.close()


async def test_an_interrupted_rebuild_leaves_the_old_index_serving(
    searching: Hub, publish_edition: Publish, monkeypatch: pytest.MonkeyPatch
) -> None:
    await publish_edition("bulletin", bulletin())
    await searching.catch_up()
    projector: Projector = searching.follower.projector
    generation = (await searching.ask("rác cồng kềnh")).generation

    async def killed(*_: object, **__: object) -> int:
        raise asyncio.CancelledError

    with monkeypatch.context() as patch:
        patch.setattr(projector.client, "swap", killed)
        with pytest.raises(asyncio.CancelledError):
            await projector.rebuild()
    found = await searching.ask("rác cồng kềnh")
    assert (found.engine, found.generation) == ("meilisearch", generation)
    await projector.rebuild()
    again = await searching.ask("rác cồng kềnh")
    assert again.engine == "meilisearch"
    assert again.generation != generation
    assert {name for name in await projector.client.indexes() if name.startswith(projector.prefix)} == {
        await projector.index()
    }
