"""Lists of the registry in the asked language: its names where an entry has them, else the Vietnamese ones."""

from datetime import date
from typing import Any

import httpx
import pytest
from sqlalchemy import insert

from hub.db import Database, table
from hub.registry.hierarchy import read_registry
from hub.registry.models import Agency, Place


async def names(client: httpx.AsyncClient, path: str, headers: dict[str, str] | None = None) -> dict[str, str]:
    answer = await client.get(f"/api/v1/{path}", headers=headers)
    assert answer.status_code == 200, answer.text
    return {item["code"]: item["name"] for item in answer.json()["items"]}


@pytest.mark.parametrize("name", ["agencies", "topics"])
async def test_names_are_in_the_asked_language(client: httpx.AsyncClient, name: str) -> None:
    answer = await client.get(f"/api/v1/{name}?limit=100")
    entries: list[dict[str, Any]] = answer.json()["items"]
    vietnamese = {entry["code"]: entry["name"] for entry in entries}
    english = {entry["code"]: entry["name_en"] or entry["name"] for entry in entries}

    assert answer.headers["content-language"] == "vi"
    assert "accept-language" in answer.headers["vary"].lower()
    assert vietnamese != english
    assert await names(client, f"{name}?limit=100&lang=en") == english
    assert await names(client, f"{name}?limit=100", {"accept-language": "en-GB, vi;q=0.5"}) == english
    assert await names(client, f"{name}?limit=100&lang=vi", {"accept-language": "en"}) == vietnamese


async def test_a_place_without_an_english_name_keeps_its_own_and_pages_go_on(client: httpx.AsyncClient) -> None:
    first = (await client.get("/api/v1/places?limit=2&lang=en")).json()
    second = (await client.get(f"/api/v1/places?limit=2&lang=en&cursor={first['next']}")).json()
    whole = await client.get("/api/v1/places?limit=4&lang=en")

    assert whole.json()["items"] == first["items"] + second["items"]
    assert all(item["name"] == (item["name_en"] or item["name"]) != "" for item in whole.json()["items"])
    assert whole.headers["content-language"] == "en"


async def test_a_language_that_is_not_served_is_refused_and_persons_have_names_in_none(
    client: httpx.AsyncClient,
) -> None:
    for path in ("agencies", "topics", "places"):
        refused = await client.get(f"/api/v1/{path}?lang=fr")
        assert (refused.status_code, refused.json()["field"]) == (422, "lang"), path
    assert (await client.get("/api/v1/spokespersons?lang=en")).status_code == 422


async def test_graphql_has_the_same(client: httpx.AsyncClient) -> None:
    query = "{ topics(first: 100, lang: %s) { edges { node { code name } } } }"
    for lang, written in (("en", '"en"'), ("vi", "null")):
        found = (await client.post("/graphql", json={"query": query % written})).json()["data"]["topics"]["edges"]
        rest = await names(client, f"topics?limit=100&lang={lang}")
        assert {edge["node"]["code"]: edge["node"]["name"] for edge in found} == rest


async def test_a_language_that_the_registry_has_no_names_in_gets_the_vietnamese_ones(database: Database) -> None:
    unit = {"code": "99754", "valid_from": date(2020, 1, 1), "name": "Phường Hoa", "name_en": "Flower Ward"}
    async with database.write() as session:
        await session.execute(insert(table(Place)), [unit | {"level": "ward", "sort_key": ""}])
        agency = await session.get_one(Agency, "ubnd-hue")
        agency.name_en = "People's Committee"
    registry = await read_registry(database)
    topic = next(code for code in registry.topics if registry.name_in("en", "topic", code) != registry.topics[code])

    for lang in ("lo", "fr", "vi"):
        assert registry.name_in(lang, "place", "99754") == "Phường Hoa"
        assert registry.name_in(lang, "agency", "ubnd-hue") == registry.agencies["ubnd-hue"]
        assert registry.name_in(lang, "topic", topic) == registry.topics[topic]
    assert registry.name_in("en", "place", "99754") == "Flower Ward"
    assert registry.name_in("en", "agency", "ubnd-hue") == "People's Committee"


async def test_a_unit_does_not_have_the_english_name_of_a_former_one_with_its_code(database: Database) -> None:
    both = {"level": "ward", "sort_key": "", "parent": None}
    old = {"code": "99753", "valid_from": date(2020, 1, 1), "valid_to": date(2025, 7, 1), "name": "Phường Cũ"}
    new = {"code": "99753", "valid_from": date(2025, 7, 1), "valid_to": None, "name": "Phường Mới", "name_en": None}
    other = {"code": "99754", "valid_from": date(2020, 1, 1), "valid_to": None, "name": "Phường Hoa"}
    units = [old | {"name_en": "Old Ward"}, new, other | {"name_en": "Flower Ward"}]
    async with database.write() as session:
        await session.execute(insert(table(Place)), [unit | both for unit in units])

    registry = await read_registry(database)

    assert [registry.name_in(lang, "place", "99753") for lang in ("en", "vi")] == ["Phường Mới"] * 2
    assert [registry.name_in(lang, "place", "99754") for lang in ("en", "vi")] == ["Flower Ward", "Phường Hoa"]
    assert registry.name_in("en", "place", "99755") is None
