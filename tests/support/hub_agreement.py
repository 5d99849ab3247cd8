"""Comparison of a whole hub's log, live views and index, over its public surface and its own commands."""

import asyncio
from collections import Counter
from collections.abc import Collection, Mapping
from typing import Any

import asyncpg
import httpx

from tests.support.whole_hub import Hub

_LONG_TRANSACTIONS = """
    SELECT pid, application_name, state, query FROM pg_stat_activity
    WHERE backend_type = 'client backend' AND xact_start < now() - interval '5 seconds'
"""


async def read_changes(client: httpx.AsyncClient) -> list[dict[str, Any]]:
    """All entries of the log, in order."""
    found: list[dict[str, Any]] = []
    after: dict[str, Any] = {}
    while True:
        page = (await client.get("/api/v1/changes", params={**after, "limit": 1_000})).raise_for_status().json()
        found += page["items"]
        if not page["items"]:
            return found
        after = {"after": page["next"]}


async def read_live_titles(client: httpx.AsyncClient, kind: str) -> dict[str, str]:
    """Titles of all public documents of a kind, by id; a document that a list shows twice fails."""
    found: dict[str, str] = {}
    cursor: dict[str, str] = {}
    while True:
        params: dict[str, Any] = {**cursor, "limit": 100}
        page = (await client.get(f"/api/v1/{kind}", params=params)).raise_for_status().json()
        for item in page["items"]:
            assert item["id"] not in found, f"listed twice: {item['id']}"
            found[item["id"]] = item["title"]
        if page["next"] is None:
            return found
        cursor = {"cursor": page["next"]}


async def assert_published_once(
    client: httpx.AsyncClient, wanted: Mapping[str, str | None], kind: str, before: Collection[str] = ()
) -> None:
    """Exactly these titles are public and in the log, each once, besides the documents that were public before.

    `wanted` has the id of each title's document; None if it is not known, as of imported ones.
    """
    public = {
        document: title for document, title in (await read_live_titles(client, kind)).items() if document not in before
    }
    titles = Counter(public.values())
    lost, surplus = set(wanted) - set(titles), set(titles) - set(wanted)
    assert not lost, f"{len(lost)} lost: {sorted(lost)[:5]}"
    assert not surplus, f"{len(surplus)} that nobody knows of: {sorted(surplus)[:5]}"
    assert [title for title, count in titles.items() if count > 1] == []
    by_title = {title: document for document, title in public.items()}
    assert [title for title, document in wanted.items() if document not in (None, by_title[title])] == []
    logged = Counter(
        (item["id"], item["event"])
        for item in await read_changes(client)
        if f"{item['kind']}s" == kind and item["id"] not in before
    )
    assert logged == Counter((document, "published") for document in public)


AGREED = ["The index matches the live views.", "The index for questions matches the live views."]
"""What `hub reindex --check` says of indexes that have exactly the live views."""


async def assert_log_and_index_agree(hub: Hub) -> None:
    """The log has no fault, and both indexes have exactly the live views, each at its position."""
    verified = await asyncio.to_thread(hub.command, "verify-log")
    assert verified.returncode == 0, verified.stdout + verified.stderr
    checked = await asyncio.to_thread(hub.command, "reindex", "--check")
    assert checked.stdout.splitlines() == AGREED, checked.stdout + checked.stderr


async def assert_nobody_waits(database_url: str) -> None:
    """No session waits for a lock, and no transaction has been open for seconds."""
    connection = await asyncpg.connect(database_url)
    try:
        assert await connection.fetch("SELECT pid, locktype, mode FROM pg_locks WHERE NOT granted") == []
        assert await connection.fetch(_LONG_TRANSACTIONS) == []
    finally:
        await connection.close()
