"""Odd requests by the thousand: each is answered in time and without an error, and a refusal changes nothing."""

import asyncio
import random
from collections import Counter
from collections.abc import Callable

import httpx
import pytest

from hub.db import Database
from hub.settings import Settings
from schema.build import build_schema
from tests.support import contents
from tests.support.database_digest import DatabaseDigest
from tests.support.editors import key
from tests.support.figures import Figure
from tests.support.fuzz_graphql import QueryMaker
from tests.support.fuzz_requests import FuzzRequest, RequestMaker
from tests.support.served import serving_here
from tests.support.servers import Publish
from tests.support.surfaces import read_contract

PATIENCE = 30.0
"""Seconds after which a request counts as hanging."""
ENOUGH = 200_000
"""Bytes of an answer that are read; an endless stream is left after its head."""
FILES = {"attachments": [{"url": "https://hue.vn/kem.pdf", "title": "Phụ lục"}]}


class Findings:
    """What went wrong, told by the request, and how often each status came."""

    def __init__(self) -> None:
        self.statuses: Counter[int] = Counter()
        self.faults: list[str] = []

    def add(self, request: FuzzRequest, problem: str) -> None:
        """Add a fault."""
        self.faults.append(f"{problem}: {request}")


async def send(client: httpx.AsyncClient, request: FuzzRequest, headers: dict[str, str]) -> tuple[int, bytes]:
    """Send a request and read the beginning of its answer."""
    body = b""
    sent = httpx.Headers(headers | request.headers, "latin-1")
    async with (
        asyncio.timeout(PATIENCE),
        client.stream(request.method, request.address, headers=sent, content=request.body) as got,
    ):
        if not got.headers.get("content-type", "").startswith("text/event-stream"):
            async for chunk in got.aiter_raw():
                body += chunk
                if len(body) > ENOUGH:
                    break
        return got.status_code, body


async def fuzz(
    client: httpx.AsyncClient,
    digest: DatabaseDigest,
    make: Callable[[random.Random], FuzzRequest],
    headers: dict[str, str],
    count: int,
    seed: int,
) -> Findings:
    """Send so many requests one after the other, and collect what went wrong."""
    found, chance = Findings(), random.Random(seed)  # noqa: S311 - cases, not secrets
    for _ in range(count):
        request = make(chance)
        before = await digest.take() if request.is_write else {}
        try:
            status, body = await send(client, request, headers if chance.random() < 0.8 else {})
        except TimeoutError:
            found.add(request, "no answer in time")
            continue
        except (httpx.InvalidURL, httpx.LocalProtocolError):
            continue  # the client's own refusal: nothing was sent
        except httpx.TransportError as problem:
            found.add(request, f"no whole answer ({problem!r})")
            continue
        found.statuses[status] += 1
        if status >= 500 and status not in (501, 503, 507):
            found.add(request, f"{status} {body[:300]!r}")
        elif b'"internal_error"' in body:
            found.add(request, f"an internal error in {body[:500]!r}")
        if request.is_write and status >= 400 and (after := await digest.take()) != before:
            found.add(request, f"{status}, and {[name for name in after if after[name] != before[name]]} changed")
    return found


@pytest.fixture
async def known(publish_edition: Publish) -> dict[str, list[str]]:
    """Values of parameters that lead to what is stored."""
    ids = [str(await publish_edition(kind, make())) for kind, make in contents.MADE.items()]
    secret = str(await publish_edition("policy", contents.policy(number="99/KH-MAT"), published=False))
    return {
        "id": [*ids, secret, "00000000-0000-4000-8000-000000000000"],
        "code": ["nguon-a", "ubnd-hue"],
        "agency": ["ubnd-hue", "so-y-te"],
        "topic": ["moi-truong"],
        "lang": ["vi", "en"],
        "name": ["policies", "all", "drafts", "snapshot.ndjson.gz"],
        "form": ["atom", "rss", "json"],
        "q": ["cây xanh", "17/KH-UBND", "bao giờ cầu thông xe"],
        "query": ["cây xanh", "ven sông Hương là gì"],
        "url": ["http://127.0.0.1/d/" + ids[0]],
        "number": ["1", "17/KH-UBND"],
        "kind": ["policy", "bulletin"],
        "after": ["0", "1"],
        "as_of": ["2026-11-29", "2030-01-01T00:00:00Z"],
        "if-match": ['"1"', '"2"', "*"],
    }


@pytest.mark.counts(small=120, full=1_500, soak=100_000)
@pytest.mark.parametrize("door", ["rest", "graphql"])
async def test_odd_requests_are_answered_and_a_refusal_changes_nothing(
    settings: Settings, database: Database, known: dict[str, list[str]], door: str, count: int, figure: Figure
) -> None:
    count = count if door == "rest" else count // 2
    async with serving_here(settings) as served, httpx.AsyncClient(base_url=served.url, timeout=PATIENCE) as client:
        headers = {"authorization": f"Bearer {await key(database, 'ubnd-hue')}"}
        digest = await DatabaseDigest.open(settings.require_database_url())
        stored = [make() for make in contents.MADE.values()] + [contents.policy(**FILES)]
        rest = door == "rest"
        odd = RequestMaker(read_contract(), known, stored) if rest else QueryMaker(build_schema()._schema, known)

        found = await fuzz(client, digest, odd.make, headers, count, seed=20_261_129)

        await digest.connection.close()
    figure(f"requests by {door}", count)
    figure("answers by status", ", ".join(f"{status}: {n}" for status, n in sorted(found.statuses.items())))
    assert found.faults == [], "\n\n".join(found.faults[:30])
