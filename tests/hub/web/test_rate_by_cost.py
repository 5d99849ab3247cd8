"""Rate limits count what a request costs: bytes of its answer, points of a query, messages of a WebSocket."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx
import orjson
import pytest
import websockets
from websockets.typing import Subprotocol

from hub.app import create_app
from hub.db import Database
from hub.settings import Settings
from hub.web.rate import limiter as limiter_module
from tests.support import contents
from tests.support.asgi import running
from tests.support.editors import key
from tests.support.served import serving_here
from tests.support.servers import Publish

PROTOCOL = Subprotocol("graphql-transport-ws")
TEXT = "<p>" + "Nội dung của một bản tin dài. " * 6_000 + "</p>"
"""Several times 64 KB."""


@pytest.fixture(autouse=True)
def patient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limiter_module, "LEASE_TIMEOUT", 20)


@asynccontextmanager
async def hub(settings: Settings, rate: str) -> AsyncIterator[httpx.AsyncClient]:
    changes = {"rate_anonymous": rate, "rate_key": "off", "rate_failures": "5/hour"}
    async with running(create_app(Settings(**{**settings.model_dump(exclude_unset=True), **changes}))) as client:
        yield client


async def left(client: httpx.AsyncClient) -> int:
    """Requests that are left after one more small one."""
    answer = await client.get("/api/v1/topics?limit=1")
    return int(answer.headers["ratelimit"].split(";")[1].removeprefix("r="))


async def test_a_large_answer_counts_by_its_bytes(settings: Settings, publish_edition: Publish) -> None:
    document = await publish_edition("bulletin", contents.bulletin(body=TEXT))
    async with hub(settings, "90/hour") as client:
        before = await left(client)
        answer = await client.get(f"/api/v1/bulletins/{document}")
        spent = before - 1 - await left(client)

    assert answer.status_code == 200
    assert spent == 1 + len(answer.content) // 65_536


async def test_a_query_counts_by_its_cost_and_is_refused_before_it_runs(settings: Settings) -> None:
    fields = " ".join(f"a{n}: topics(first: 5) {{ edges {{ cursor }} }}" for n in range(20))
    query = {"query": f"{{ {fields} }}", "extensions": {"cost": True}}
    async with hub(settings, "20/hour") as client:
        before = await left(client)
        answer = await client.post("/graphql", json=query)
        spent = before - 1 - await left(client)
        points = answer.json()["extensions"]["cost"]["points"]
        for _ in range(3):
            refused = await client.post("/graphql", json=query)

    assert spent == 1 + points // 1_000
    assert refused.json()["errors"][0]["extensions"]["code"] == "rate_limited"
    assert "data" not in refused.json()


async def test_files_and_dumps_count_as_one_request_each(settings: Settings, publish_edition: Publish) -> None:
    await publish_edition("bulletin", contents.bulletin(body=TEXT))
    async with hub(settings, "90/hour") as client:
        manifest = (await client.get("/api/v1/dumps")).json()
        before = await left(client)
        name = next(each["name"] for each in manifest["items"] if each["name"].endswith(".csv"))
        answer = await client.get(f"/api/v1/dumps/{name}")
        spent = before - 1 - await left(client)

    assert answer.status_code == 200
    assert spent == 1


async def test_handshakes_and_messages_of_sockets_count_and_a_socket_beyond_its_limit_is_closed(
    settings: Settings,
) -> None:
    async with serving_here(settings, rate_anonymous="5/hour", rate_failures="5/hour") as served:
        address = f"ws://{served.host}:{served.port}/graphql"
        async with websockets.connect(address, subprotocols=[PROTOCOL]) as socket:
            await socket.send(orjson.dumps({"type": "connection_init"}).decode())
            assert orjson.loads(await socket.recv())["type"] == "connection_ack"
            for _ in range(3):
                await socket.send('{"type": "ping"}')
                assert orjson.loads(await socket.recv())["type"] == "pong"
            await socket.send('{"type": "ping"}')
            with pytest.raises(websockets.ConnectionClosed) as closed:
                await socket.recv()
        with pytest.raises(websockets.InvalidStatus) as refused:
            await websockets.connect(address, subprotocols=[PROTOCOL])

    assert closed.value.rcvd is not None
    assert (closed.value.rcvd.code, closed.value.rcvd.reason) == (1008, "rate_limited")
    assert refused.value.response.status_code == 429
    assert "retry-after" in refused.value.response.headers


async def test_a_wrong_key_is_refused_at_the_handshake_and_counts_as_a_failure(
    settings: Settings, database: Database
) -> None:
    right = await key(database)
    async with serving_here(settings, rate_failures="3/hour", rate_key="9/hour", rate_anonymous="off") as served:
        address = f"ws://{served.host}:{served.port}/graphql"

        async def connect(presented: str) -> websockets.ClientConnection:
            headers = {"authorization": f"Bearer {presented}"}
            return await websockets.connect(address, subprotocols=[PROTOCOL], additional_headers=headers)

        async with asyncio.timeout(30):
            good = await connect(right)
        refused = []
        for _ in range(4):
            with pytest.raises(websockets.InvalidStatus) as wrong:
                await connect("hub_0123456789ab_no")
            refused.append(wrong.value.response.status_code)
        await (await connect(right)).close()
        await good.close()

    assert refused == [401, 401, 401, 429]
