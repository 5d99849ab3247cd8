"""HEAD is answered wherever GET is, with the same head: over a real socket, where a body would be seen."""

from collections.abc import AsyncIterator

import httpx
import pytest

from hub.settings import Settings
from tests.support import contents
from tests.support.served import serving_here
from tests.support.servers import Publish
from tests.support.surfaces import STREAMS, public_addresses, read_contract
from tests.support.waiting import eventually

CHANGING = {"date", "content-length", "transfer-encoding", "x-request-id"}
"""`took_ms` of a search is sometimes a digit longer."""


@pytest.fixture
async def policy(publish_edition: Publish) -> str:
    return str(await publish_edition("policy", contents.policy()))


@pytest.fixture
async def hub(settings: Settings, policy: str) -> AsyncIterator[httpx.AsyncClient]:
    async with serving_here(settings) as served, httpx.AsyncClient(base_url=served.url, timeout=60) as client:
        yield client


def kept(answer: httpx.Response) -> dict[str, str]:
    return {name: value for name, value in answer.headers.items() if name not in CHANGING}


async def test_every_public_address_answers_head_as_it_answers_get(hub: httpx.AsyncClient, policy: str) -> None:
    addresses = public_addresses(read_contract(), [("policy", policy)], words="cây xanh")
    pages = ("/", "/docs", "/problems", "/guide", "/llms.txt", "/embed", "/embed.js", "/metrics", "/nothing")
    addresses += [(path, {}) for path in pages]
    once = dict(reversed(addresses))  # parameters are of no matter to the method
    assert len(once) > 50

    for path, query in once.items():
        got = await hub.get(path, params=query)
        head = await hub.head(path, params=query)
        assert (head.status_code, head.content) == (got.status_code, b""), path
        if path != "/health/ready":
            assert kept(head) == kept(got), path


async def test_a_head_tells_the_length_and_the_etag_that_a_get_would(hub: httpx.AsyncClient, policy: str) -> None:
    plain = {"accept-encoding": "identity"}
    got = await hub.get(f"/api/v1/policies/{policy}", headers=plain)

    head = await hub.head(f"/api/v1/policies/{policy}", headers=plain)
    known = await hub.head(f"/api/v1/policies/{policy}", headers=plain | {"if-none-match": got.headers["etag"]})

    assert head.headers["content-length"] == str(len(got.content))
    assert (known.status_code, known.headers["etag"]) == (304, got.headers["etag"])


@pytest.mark.parametrize("path", STREAMS)
async def test_a_head_of_a_stream_without_end_ends(settings: Settings, path: str) -> None:
    async with serving_here(settings) as served, httpx.AsyncClient(base_url=served.url) as client:
        head = await client.head(path)
        assert (head.status_code, head.headers["content-type"].split(";")[0]) == (200, "text/event-stream")

        async def closed() -> bool:
            return "hub_open_streams 0.0" in (await client.get("/metrics")).text

        assert await eventually(closed)


async def test_addresses_that_only_write_refuse_it_and_say_what_they_answer(hub: httpx.AsyncClient) -> None:
    refused = await hub.head("/websub")
    other = await hub.delete("/api/v1/policies")
    shared = await hub.delete("/api/v1/manage/webhooks")

    assert (refused.status_code, refused.content, refused.headers["allow"]) == (405, b"", "POST")
    assert (other.status_code, other.headers["allow"]) == (405, "GET, HEAD")
    assert (shared.status_code, shared.headers["allow"]) == (405, "GET, POST, HEAD")
