"""Server-sent events from a real server, over real sockets."""

import asyncio
import signal
import time
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import orjson
import pytest
from pydantic import SecretStr
from sqlalchemy import text

from hub.changes import tail
from hub.db import Database
from hub.domain.card_fields import BESIDE
from hub.settings import Settings
from tests.support import contents, past_editions
from tests.support.consultations import window
from tests.support.figures import Figure
from tests.support.process_pool import wait_for_exit
from tests.support.served import EventSource, Served, opened, serving, serving_here, stream
from tests.support.servers import Publish
from tests.support.waiting import eventually


@pytest.fixture
async def hub(settings: Settings) -> AsyncIterator[Served]:
    async with serving_here(settings, max_streams=6, max_streams_per_address=4) as served:
        yield served


async def ask(hub: Served, path: str, **params: Any) -> httpx.Response:
    async with httpx.AsyncClient(base_url=hub.url, timeout=60) as client:
        return await client.get(path, params=params)


async def seqs(source: EventSource, count: int) -> list[int]:
    return [event.json()["seq"] for event in await source.take(count)]


async def test_what_cannot_be_followed_is_refused_before_a_stream_begins(hub: Served, publish_edition: Publish) -> None:
    await publish_edition("policy", contents.policy())

    for query, headers, status, code in (
        ("", {"Last_Event_ID": "x"}, 422, "invalid_input"),
        ("after=x", {}, 422, "invalid_input"),
        ("agency=khong-co", {}, 422, "unknown_reference"),
        ("kind=law", {}, 422, "invalid_input"),
        ("page=2", {}, 422, "unknown_parameter"),
    ):
        async with stream(hub, f"/api/v1/events?{query}", **headers) as source:
            assert source.status == status, query
            assert source.headers["content-type"] == "application/problem+json"
            assert code in (await source.reader.read(2_000)).decode()
    limits = [await opened(hub, "/api/v1/events") for _ in range(5)]
    assert [source.status for source in limits] == [200] * 4 + [429]
    answer = await ask(hub, "/api/v1/changes", after=1, wait=5)
    assert (answer.status_code, answer.json()["code"]) == (429, "too_many_streams")
    for source in limits:
        await source.close()

    async def free() -> bool:
        source = await opened(hub, "/api/v1/events")
        await source.close()
        return source.status == 200

    assert await eventually(free)


@pytest.mark.parametrize("lost", ["ahead", "other log", "fork", "in the address"])
async def test_a_browser_whose_position_is_lost_gets_resync_and_goes_on(
    hub: Served, publish_edition: Publish, lost: str
) -> None:
    await publish_edition("policy", contents.policy())
    epoch = (await ask(hub, "/api/v1/changes")).json()["epoch"]
    positions = {"ahead": f"{epoch}:2", "other log": f"{uuid4()}:0", "fork": f"{epoch}:1:{'0' * 16}"}
    query, headers = ("?after=2", {}) if lost == "in the address" else ("", {"Last_Event_ID": positions[lost]})

    async with stream(hub, f"/api/v1/events{query}", **headers) as source:
        (event,) = await source.take(1)
        assert (source.status, event.name, event.json()["code"]) == (200, "resync", "resync")
        assert event.id == event.json()["next"]
        assert [event async for event in source.events()] == []
    async with stream(hub, f"/api/v1/events{query}", Last_Event_ID=event.id or "") as source:
        await publish_edition("bulletin", contents.bulletin())
        assert await seqs(source, 1) == [2]


async def test_a_browser_that_reconnects_while_the_database_is_down_is_told_to_try_again(
    settings: Settings, database_url: str
) -> None:
    nobody = database_url.rpartition("/")[0] + "/nobody"
    unreachable = settings.model_copy(update={"database_url": SecretStr(nobody)})
    async with (
        serving_here(unreachable) as hub,
        stream(hub, "/api/v1/events", Last_Event_ID=f"{uuid4()}:1") as source,
    ):
        assert (source.status, await source.reader.readline()) == (200, b"d\r\n")
        assert await source.reader.readline() == b"retry: 3000\n"


async def test_a_stream_tells_what_happens_and_resumes_where_it_was_cut(
    hub: Served, database: Database, publish_edition: Publish
) -> None:
    before = await publish_edition("policy", contents.policy(title="Trước khi có ai nghe"))
    async with stream(hub, "/api/v1/events") as source:
        first = await publish_edition("policy", contents.policy(title="Khi đang nghe"))
        (event,) = await source.take(1)
        assert (source.headers["content-type"], source.headers["cache-control"]) == (
            "text/event-stream; charset=utf-8",
            "no-store",
        )
        assert event.json()["id"] == str(first)
        assert event.json()["position"] == event.id
    await past_editions.done(database, "withdraw", before, reason="Có sai sót")
    await past_editions.done(database, "gone", first)
    async with stream(hub, "/api/v1/events", Last_Event_ID=event.id or "") as source:
        again = [event.json() for event in await source.take(2)]
    assert [(change["seq"], change["event"]) for change in again] == [(3, "withdrawn"), (4, "gone")]
    page = (await ask(hub, "/api/v1/changes", after=event.id)).json()
    assert page["items"] == again


async def test_a_stream_with_filters_tells_what_left_and_carries_views(hub: Served, publish_edition: Publish) -> None:
    query = "/api/v1/events?after=0&topic=moi-truong&kind=policy&include=view"
    document = await publish_edition("policy", contents.policy(topics=["moi-truong"]))
    await publish_edition("bulletin", contents.bulletin(topics=["moi-truong"]))
    async with stream(hub, query) as source:
        (event,) = await source.take(1)
        detail = (await ask(hub, event.json()["path"])).json()
        assert event.json()["view"]["item"] == {name: value for name, value in detail.items() if name not in BESIDE}
        await publish_edition("policy", contents.policy(topics=["truyen-thong"]), document_id=document)
        (event,) = await source.take(1)
        assert (event.json()["seq"], event.json()["event"], event.json()["view"]) == (3, "left", None)


async def test_a_reader_behind_what_is_remembered_gets_everything_from_the_log(
    monkeypatch: pytest.MonkeyPatch, hub: Served, publish_edition: Publish
) -> None:
    monkeypatch.setattr(tail, "CACHED_ENTRIES", 3)
    document = await publish_edition("policy", contents.policy())
    async with stream(hub, "/api/v1/events?after=0") as source:
        assert await seqs(source, 1) == [1]
        for n in range(20):
            await publish_edition("policy", contents.policy(title=f"Kế hoạch {n}"), document_id=document)
        async with stream(hub, "/api/v1/events?after=0&lang=vi") as late:
            assert await seqs(late, 21) == list(range(1, 22))
        assert await seqs(source, 20) == list(range(2, 22))


async def test_streams_outlive_the_connection_that_listens(
    hub: Served, database: Database, publish_edition: Publish
) -> None:
    async with stream(hub, "/api/v1/events?after=0") as source:
        await publish_edition("policy", contents.policy())
        assert await seqs(source, 1) == [1]
        async with database.write() as session:
            ended = await session.execute(
                text(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'hub-listen'"
                    " AND datname = current_database()"
                )
            )
            assert ended.scalars().all() == [True]
        await publish_edition("policy", contents.policy(title="Sau khi mất kết nối"))
        assert await seqs(source, 1) == [2]


async def test_a_long_poll_answers_when_something_happens_and_when_nothing_does(
    hub: Served, publish_edition: Publish
) -> None:
    async with httpx.AsyncClient(base_url=hub.url, timeout=60) as client:
        nothing = (await client.get("/api/v1/changes?after=0&wait=1")).json()
        assert (nothing["items"], nothing["head"]) == ([], 0)
        waiting = [
            asyncio.create_task(client.get("/api/v1/changes", params={"after": nothing["next"], "wait": 60, "kind": k}))
            for k in ("policy", "policy", "bulletin")
        ]
        await asyncio.sleep(0)
        await publish_edition("draft", contents.quiet_draft())
        await publish_edition("policy", contents.policy())
        found = [answer.json()["items"] for answer in await asyncio.gather(*waiting[:2])]
        assert [[item["seq"] for item in items] for items in found] == [[2], [2]]
        await publish_edition("bulletin", contents.bulletin())
        last = (await waiting[2]).json()
        assert ([item["seq"] for item in last["items"]], last["next"]) == ([3], last["items"][0]["position"])


async def test_a_server_ends_at_once_with_streams_open(
    settings: Settings, tmp_path: Path, publish_edition: Publish
) -> None:
    with serving(settings, tmp_path) as hub:
        code = await _ended_with_streams_open(hub, publish_edition)
    log = await asyncio.to_thread((tmp_path / "serve.log").read_text)
    assert code == -signal.SIGTERM, log  # uvicorn raises the signal again when all is closed
    assert "Traceback" not in log, log


async def three_are_open(client: httpx.AsyncClient) -> bool:
    return "hub_open_streams 3.0" in (await client.get("/metrics")).text


async def _ended_with_streams_open(hub: Served, publish_edition: Publish) -> int:
    assert hub.process is not None
    async with (
        stream(hub, "/api/v1/events") as first,
        stream(hub, "/api/v1/events") as second,
        httpx.AsyncClient(base_url=hub.url, timeout=60) as client,
    ):
        waiting = asyncio.create_task(client.get("/api/v1/changes?after=0&wait=60"))
        await publish_edition("policy", contents.policy())
        assert await seqs(first, 1) == [1]
        answered = (await waiting).json()
        waiting = asyncio.create_task(client.get("/api/v1/changes", params={"after": answered["next"], "wait": 60}))
        await eventually(lambda: three_are_open(client))
        hub.process.send_signal(signal.SIGTERM)
        assert [event async for event in first.events()] == []
        assert len([event async for event in second.events()]) == 1
        assert (await waiting).json()["items"] == []
        return await asyncio.to_thread(wait_for_exit, hub.process)


@pytest.mark.counts(small=50, full=1_000, soak=5_000)
async def test_a_publish_reaches_every_open_stream(
    settings: Settings, tmp_path: Path, publish_edition: Publish, count: int, figure: Figure
) -> None:
    limits = {"max_streams_per_address": count, "max_connections_per_address": count + 8}
    with serving(settings, tmp_path, **limits) as hub:
        sources = []
        for start in range(0, count, 50):
            sources += await asyncio.gather(*(opened(hub, "/api/v1/events") for _ in range(min(50, count - start))))
        assert {source.status for source in sources} == {200}
        # The position comes first: from then on nothing is missed.
        for source in sources:
            await source.reader.readuntil(b"\n")
        document = await publish_edition("policy", contents.policy())
        began = time.monotonic()
        async with asyncio.timeout(120):
            found = await asyncio.gather(*(_told(source) for source in sources))
        figure("open streams", count)
        figure("seconds until the last one heard", f"{time.monotonic() - began:.1f}")
        for source in sources:
            await source.close()
    assert found == [str(document)] * count


async def _told(source: EventSource) -> str:
    async for line in source.reader:
        if line.startswith(b"data: "):
            return str(orjson.loads(line[6:])["id"])
    raise AssertionError("the stream ended")


async def test_a_stream_of_consultations_has_their_events_alone(hub: Served, publish_edition: Publish) -> None:
    async with stream(hub, "/api/v1/events?subject=consultation") as source:
        await publish_edition("policy", contents.policy())
        await publish_edition("draft", contents.draft(consultation=window(-2, 5)))
        found = [event.json() for event in await source.take(2)]

    assert [(one["event"], one["subject"], one["data"]["state"]) for one in found] == [
        ("announced", "consultation", "announced"),
        ("opened", "consultation", "open"),
    ]
