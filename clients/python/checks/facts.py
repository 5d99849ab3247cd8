"""What both Python clients do with a hub, as JSON: run by test_python_client.py, checked by mypy --strict."""

import asyncio
import json
import sys
from typing import Any

import httpx
from policyhub import AsyncHub, Hub, MemoryStore, Refused, SyncPage, __version__

POLICIES = "/api/v1/policies"
LOST = "00000000-0000-7000-8000-000000000000:1:0000000000000000"
"""A position of another log."""


class AsyncMemory:
    """A copy in memory, with asyncio."""

    def __init__(self) -> None:
        self.kept = MemoryStore()

    async def get_position(self) -> str | None:
        """Return the position stored last."""
        return self.kept.get_position()

    async def apply(self, page: SyncPage) -> None:
        """Store a page."""
        self.kept.apply(page)


def blocking(url: str, limited: str) -> dict[str, Any]:
    """Return the facts of the blocking client."""
    statuses: list[int] = []
    http = httpx.Client(event_hooks={"response": [lambda answer: statuses.append(answer.status_code)]}, timeout=90)
    with Hub(url, http=http) as hub:
        first, again = hub.get(POLICIES, {"limit": 2}), hub.get(POLICIES, {"limit": 2})
        seen = list(statuses)
        store = MemoryStore()
        hub.sync(store, kind=["policy", "draft"])
        copied = len(store.items)
        more = hub.sync(store, kind=["policy", "draft"])
        store.position = LOST
        store.items[next(iter(store.items))._replace(lang="xx")] = next(iter(store.items.values()))
        hub.sync(store, kind=["policy", "draft"])
        ids = [policy["id"] for policy in hub.policies(limit=2)]
        data = hub.graphql("query ($n: Int!) { policies(first: $n) { edges { node { id } } } }", {"n": 3})
    waits: list[float] = []
    with Hub(limited, sleep=waits.append, retries=2) as hub:
        code = refusal_of(hub)
    return {
        "version": __version__,
        "statuses": seen,
        "same": first == again,
        "copied": copied,
        "more": more,
        "after_resync": len(store.items),
        "ids": ids,
        "graphql": len(data["policies"]["edges"]),
        "waits": waits,
        "code": code,
    }


def refusal_of(hub: Hub) -> str:
    """Read until the hub refuses, and return its code."""
    try:
        for number in range(30):
            hub.get(POLICIES, {"limit": number + 1})
    except Refused as refused:
        return refused.code if refused.retry_after else "no time"
    return "none"


async def with_asyncio(url: str) -> dict[str, Any]:
    """Return the facts of the client with asyncio."""
    statuses: list[int] = []

    async def note(answer: httpx.Response) -> None:
        statuses.append(answer.status_code)

    async with AsyncHub(url, http=httpx.AsyncClient(event_hooks={"response": [note]}, timeout=90)) as hub:
        first, again = await hub.get(POLICIES, {"limit": 2}), await hub.get(POLICIES, {"limit": 2})
        seen = list(statuses)
        store = AsyncMemory()
        await hub.sync(store, kind=["policy", "draft"])
        copied = len(store.kept.items)
        more = await hub.sync(store, kind=["policy", "draft"])
        store.kept.position = LOST
        await hub.sync(store, kind=["policy", "draft"])
        ids = [policy["id"] async for policy in hub.policies(limit=2)]
        data = await hub.graphql("query ($n: Int!) { policies(first: $n) { edges { node { id } } } }", {"n": 3})
    return {
        "statuses": seen,
        "same": first == again,
        "copied": copied,
        "more": more,
        "after_resync": len(store.kept.items),
        "ids": ids,
        "graphql": len(data["policies"]["edges"]),
    }


if __name__ == "__main__":
    found = blocking(*sys.argv[1:])
    print(json.dumps({"blocking": found, "asyncio": asyncio.run(with_asyncio(sys.argv[1]))}))
