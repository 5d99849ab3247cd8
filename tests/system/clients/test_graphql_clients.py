"""The three clients that apps are made with, in the versions of the lock file, against the served schema."""

import hashlib
import json
import shutil
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.support.served import Served
from tests.system.clients.conftest import HERE, node, run

RELAY = HERE / "relay"


async def expected(hub: Served) -> tuple[list[str], list[list[str]]]:
    """By REST: the first six policies, and the first five findings with their GraphQL types."""
    async with httpx.AsyncClient(base_url=hub.url) as client:
        policies = (await client.get("/api/v1/policies", params={"limit": 6})).json()["items"]
        words: dict[str, str | int] = {"q": "truyen thong chinh sach", "limit": 5}
        found = (await client.get("/api/v1/search", params=words)).json()["items"]
    return [each["id"] for each in policies], [[each["kind"].capitalize(), each["id"]] for each in found]


@pytest.mark.parametrize("client", ["apollo", "urql"])
async def test_a_client_pages_reads_a_union_by_fragments_and_sees_codes(
    hub: Served, packages: Path, client: str
) -> None:
    ids, found = await expected(hub)

    said: dict[str, Any] = await node(packages, HERE / f"{client}.mjs", hub.url)

    persisted = said.pop("persisted", None)
    assert said == {"ids": ids, "found": found, "codes": ["invalid_cursor"], "refused": ["unauthenticated"]}
    if client == "apollo":
        # The first app's hash is not known, so it sends the text; the hash is enough for whoever comes after it.
        asked, told, known = ["GET", False, 404], ["POST", True, 200], ["GET", False, 200]
        assert persisted == [{"sent": [asked, told], "ids": ids}, {"sent": [known], "ids": ids}]


async def test_relay_compiles_against_the_schema_in_the_tree_and_its_store_pages(
    hub: Served, packages: Path, tmp_path: Path
) -> None:
    ids, found = await expected(hub)
    shutil.copyfile(HERE.parents[2] / "schema" / "schema.graphql", tmp_path / "schema.graphql")
    shutil.copyfile(RELAY / "relay.config.json", tmp_path / "relay.config.json")
    (tmp_path / "src").mkdir()
    shutil.copyfile(RELAY / "lists.js", tmp_path / "src" / "lists.js")
    (tmp_path / "persisted.json").write_text("{}")

    await run(packages / "node_modules" / ".bin" / "relay-compiler", "relay.config.json", cwd=tmp_path)
    said = await node(packages, RELAY / "run.mjs", hub.url, tmp_path / "made")

    first, again = said.pop("opened")
    assert {"legalForce", "number"} < first.keys()
    assert again["number"] == first["number"]
    assert said == {"ids": ids, "errors": [], "found": found}
    persisted: dict[str, str] = json.loads((tmp_path / "persisted.json").read_text("utf-8"))
    assert len(persisted) == 5
    assert all(hashlib.sha256(text.encode()).hexdigest() == name for name, text in persisted.items())
