"""The example of nginx in front of a hub: streams are not held back, the hub judges bodies, clients are known."""

import json
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import orjson
import pytest
import websockets
from websockets import Subprotocol

from hub.db import Database
from hub.settings import Settings
from tests.support import contents
from tests.support.editors import Editor, key
from tests.support.file_samples import pdf
from tests.support.nginx import HOST, Nginx, nginx_before
from tests.support.served import Served, serving_here
from tests.support.servers import Publish

pytestmark = pytest.mark.server

SUBSCRIPTION = "subscription { changes(after: 0) { event } }"
CLIENT, OTHER = "127.0.0.2", "127.0.0.3"
"""Addresses of this machine; the proxy's is 127.0.0.1."""
FORGED = {"x-forwarded-for": "203.0.113.9", "x-real-ip": "203.0.113.9", "forwarded": "for=203.0.113.9"}
MAX_FILE = 3_000_000


@dataclass(frozen=True)
class Behind:
    """A hub, and nginx in front of it."""

    hub: Served
    nginx: Nginx


@pytest.fixture
async def behind(settings: Settings, tmp_path: Path) -> AsyncIterator[Behind]:
    changes: dict[str, Any] = {
        "public_url": f"https://{HOST}",
        "trusted_proxies": "127.0.0.1",
        "access_log": True,
        "max_file_bytes": MAX_FILE,
    }
    async with serving_here(settings, **changes) as served:
        with nginx_before(served.port, tmp_path) as nginx:
            yield Behind(served, nginx)


@pytest.fixture
async def client(behind: Behind) -> AsyncIterator[httpx.AsyncClient]:
    async with behind.nginx.client(CLIENT) as opened:
        yield opened


def clients_of(capsys: pytest.CaptureFixture[str]) -> list[Any]:
    lines = (json.loads(line) for line in capsys.readouterr().out.splitlines() if line.startswith('{"time"'))
    return [line["client"] for line in lines]


async def test_no_client_chooses_its_address_or_the_id_of_its_request(
    behind: Behind, client: httpx.AsyncClient, capsys: pytest.CaptureFixture[str]
) -> None:
    forged = FORGED | {"x-request-id": "chosen-by-the-client"}
    through = await client.get("/api/v1/topics", headers=forged)
    async with behind.nginx.client(OTHER) as other:
        await other.get("/api/v1/topics", headers=forged)
    transport = httpx.AsyncHTTPTransport(local_address=OTHER)
    async with httpx.AsyncClient(transport=transport, base_url=behind.hub.url) as direct:
        past = await direct.get("/api/v1/topics", headers=forged)

    assert (through.status_code, past.status_code) == (200, 200)
    assert clients_of(capsys) == [CLIENT, OTHER, OTHER]
    assert len(through.headers["x-request-id"]) == 32, "the proxy's own"
    assert len(past.headers["x-request-id"]) == 16, "the hub's own"


async def test_metrics_and_details_of_readiness_are_not_for_clients(client: httpx.AsyncClient) -> None:
    metrics, ready = await client.get("/metrics"), await client.get("/health/ready")

    assert metrics.status_code == 404
    assert (ready.json()["status"], ready.json()["alarms"]) == ("ready", {})


async def test_a_body_that_is_too_large_gets_the_problem_of_the_hub(
    client: httpx.AsyncClient, database: Database
) -> None:
    editor = Editor(client, await key(database))
    document = (await editor.create()).json()["id"]
    path = f"/api/v1/manage/documents/{document}/files?name=a.pdf"
    headers = editor.headers | {"content-type": "application/pdf"}

    async def in_pieces() -> AsyncIterator[bytes]:
        for _ in range(80):
            yield pdf(size=100_000)

    declared = await client.post(path, content=pdf(size=2 * MAX_FILE), headers=headers)
    undeclared = await client.post(path, content=in_pieces(), headers=headers)
    anonymous = await client.post("/graphql", content=b" " * 1_500_000, headers={"content-type": "application/json"})
    after = await client.get("/api/v1/topics")

    for refused in (declared, undeclared):
        assert (refused.status_code, refused.json()["code"]) == (413, "file_too_large"), refused.text
        assert refused.headers["content-type"] == "application/problem+json"
    assert (anonymous.status_code, anonymous.json()["errors"][0]["extensions"]["code"]) == (413, "body_too_large")
    assert after.status_code == 200


async def test_a_large_file_passes_up_and_down(client: httpx.AsyncClient, database: Database) -> None:
    editor, body = Editor(client, await key(database)), pdf(size=MAX_FILE - 100)
    document = (await editor.create()).json()["id"]

    uploaded = await client.post(
        f"/api/v1/manage/documents/{document}/files?name=a.pdf",
        content=body,
        headers=editor.headers | {"content-type": "application/pdf"},
    )
    read = await client.get(uploaded.json()["url"], headers=editor.headers)

    assert uploaded.status_code == 201, uploaded.text
    assert uploaded.json()["url"].startswith(f"https://{HOST}/") or uploaded.json()["url"].startswith("/")
    assert read.content == body


async def test_events_arrive_while_the_stream_is_open(client: httpx.AsyncClient, publish_edition: Publish) -> None:
    async with client.stream("GET", "/api/v1/events?after=0") as stream:
        chunks = stream.aiter_raw()
        begin = await anext(chunks)
        document = await publish_edition("policy", contents.policy())
        event = await anext(chunks)
        while b"data:" not in event:
            event += await anext(chunks)

    assert stream.headers["content-type"].startswith("text/event-stream")
    assert begin.startswith(b": subjects")
    assert str(document).encode() in event


async def test_subscriptions_arrive_over_both_transports(
    behind: Behind, client: httpx.AsyncClient, publish_edition: Publish
) -> None:
    async with websockets.connect(
        f"wss://{HOST}/graphql",
        host="127.0.0.1",
        port=behind.nginx.port,
        ssl=behind.nginx.trust,
        subprotocols=[Subprotocol("graphql-transport-ws")],
    ) as socket:
        await socket.send('{"type": "connection_init"}')
        acknowledged = orjson.loads(await socket.recv())
        await socket.send(orjson.dumps({"id": "1", "type": "subscribe", "payload": {"query": SUBSCRIPTION}}).decode())
        events = {"accept": "text/event-stream"}
        async with client.stream("GET", "/graphql", params={"query": SUBSCRIPTION}, headers=events) as stream:
            chunks, heard = stream.aiter_raw(), b""
            await publish_edition("policy", contents.policy())
            said = orjson.loads(await socket.recv())
            while b'"published"' not in heard:
                heard += await anext(chunks)

    assert acknowledged["type"] == "connection_ack"
    assert said["payload"]["data"] == {"changes": {"event": "published"}} or said["payload"]["data"]["changes"]


async def test_what_is_not_encrypted_leads_to_the_same_address_with_tls(behind: Behind) -> None:
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{behind.nginx.plain_port}") as plain:
        answer = await plain.get("/api/v1/policies?limit=1", headers={"host": HOST})

    assert (answer.status_code, answer.headers["location"]) == (301, f"https://{HOST}/api/v1/policies?limit=1")


async def test_answers_over_tls_are_the_hubs_with_its_headers_and_its_own_compression(
    behind: Behind, client: httpx.AsyncClient
) -> None:
    page = await client.get("/", headers={"accept-encoding": "gzip"})
    async with httpx.AsyncClient(base_url=behind.hub.url) as direct:
        own = await direct.get("/", headers={"host": HOST, "accept-encoding": "gzip"})

    changing = ("date", "x-request-id", "connection", "server", "ratelimit")
    told = {name: value for name, value in page.headers.items() if name not in changing}
    assert told == {name: value for name, value in own.headers.items() if name not in changing}
    assert page.headers["strict-transport-security"]
    assert page.content == own.content
