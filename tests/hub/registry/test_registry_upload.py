"""A file of the registry by REST: a difference first, then all of it or nothing, within the rights of the key."""

import json
from typing import Any

import httpx
import pytest

from hub.auth.keys import create_key
from hub.auth.principal import Scope
from hub.db import Database
from hub.registry.entries import RegistryList
from hub.registry.record_files import MAX_BYTES
from hub.registry.workbook import write_workbook
from tests.support.editors import key

LOAD = "/api/v1/manage/registry/load"
TOPIC = {"kind": "topic", "code": "nuoc-sach", "name": "Nước sạch", "name_en": "Clean water"}
RENAMED = {"kind": "agency", "code": "ubnd-hue", "name_en": "Huế City"}


@pytest.fixture
async def admin(database: Database) -> dict[str, str]:
    return await bearer(database, "ubnd-hue", Scope.admin)


async def bearer(database: Database, agency: str, *scopes: Scope) -> dict[str, str]:
    return {"authorization": f"Bearer {await key(database, agency, *scopes)}"}


def lines(*records: dict[str, Any]) -> bytes:
    return "\n".join(json.dumps(record, ensure_ascii=False) for record in records).encode()


async def load(client: httpx.AsyncClient, headers: dict[str, str], body: bytes, **params: str) -> httpx.Response:
    sent = {"content-type": "application/octet-stream"} | headers
    return await client.post(LOAD, content=body, params=params, headers=sent)


async def events(client: httpx.AsyncClient) -> list[tuple[str, str]]:
    found = (await client.get("/api/v1/changes?subject=registry&limit=1000")).json()["items"]
    return [(item["event"], item["subject_id"]) for item in found]


async def test_a_file_is_shown_as_a_difference_and_changes_nothing_until_it_is_applied(
    client: httpx.AsyncClient, database: Database, admin: dict[str, str]
) -> None:
    file = lines(TOPIC, RENAMED)

    shown = await load(client, admin, file)

    assert shown.status_code == 200, shown.text
    assert shown.headers["cache-control"] == "no-store"
    found = shown.json()
    assert (found["applied"], found["faults"]) == (False, [])
    assert [(one["event"], one["list"], one["code"]) for one in found["changes"]] == [
        ("created", "topics", "nuoc-sach"),
        ("updated", "agencies", "ubnd-hue"),
    ]
    [member] = found["changes"][1]["members"]
    assert (member["name"], member["before"], member["after"]) == (
        "name_en",
        "People's Committee of Huế City",
        "Huế City",
    )
    assert await events(client) == []

    once = admin | {"idempotency-key": "lan-1"}
    for _ in range(2):
        applied = await load(client, once, file, apply="true")
        assert (applied.status_code, applied.json()["applied"]) == (200, True), applied.text
        assert len(applied.json()["changes"]) == 2
    assert await events(client) == [("created", "topic:nuoc-sach"), ("updated", "agency:ubnd-hue")]
    assert (await load(client, admin, file, apply="true")).json()["changes"] == []
    trail = await client.get("/api/v1/manage/audit", headers=await bearer(database, "ubnd-hue", Scope.read_working))
    assert [(entry["verb"], entry["agency"]) for entry in trail.json()["items"]] == [("registry_load", "ubnd-hue")]


async def test_a_workbook_is_loaded_alike(client: httpx.AsyncClient, admin: dict[str, str]) -> None:
    row = {"code": "nuoc-sach", "name": "Nước sạch", "name_en": "Clean water"}
    blank: dict[str, Any] = {"parent": None, "valid_to": None, "former_names": []}
    file = write_workbook({RegistryList.topics: [row | blank]})

    found = (await load(client, admin, file, apply="true")).json()

    assert [(one["event"], one["code"]) for one in found["changes"]] == [("created", "nuoc-sach")]
    topics = (await client.get("/api/v1/topics?limit=100")).json()["items"]
    assert "Nước sạch" in {topic["name"] for topic in topics}


@pytest.mark.parametrize(
    ("body", "where"),
    [
        (lines(TOPIC, {"kind": "agency", "code": "moi", "name": "Mới", "level": "làng"}), "line 2"),
        (lines(TOPIC, {"kind": "agency", "code": "ubnd-hue", "remove": True}), "ubnd-hue"),
    ],
)
async def test_a_fault_is_shown_and_stops_everything(
    client: httpx.AsyncClient, admin: dict[str, str], body: bytes, where: str
) -> None:
    shown = await load(client, admin, body)
    refused = await load(client, admin, body, apply="true")

    fault = shown.json()["faults"][0]
    assert where in fault["entry"]
    assert fault["expected"]
    assert (refused.status_code, refused.json()["code"]) == (422, "invalid_input"), refused.text
    assert where in refused.json()["errors"][0]["detail"]
    assert await events(client) == []


async def test_faults_are_told_in_the_language_of_who_loads_the_file_shown_or_refused(
    client: httpx.AsyncClient, admin: dict[str, str]
) -> None:
    body = lines({"kind": "agency", "code": "moi", "name": "Mới", "level": "province", "parent": "chua-co"})
    for language, detail, expected in (
        ("vi-VN", "Danh mục `agencies` không có mã `chua-co`.", "một mã của `agencies`"),
        ("en", "The registry has no `chua-co` in `agencies`.", "a code of `agencies`"),
    ):
        headers = admin | {"accept-language": language}
        shown = await load(client, headers, body)
        [fault] = shown.json()["faults"]
        assert (fault["field"], fault["detail"], fault["expected"]) == ("parent", detail, expected)
        assert shown.headers["vary"] == "Accept-Language"
        refused = (await load(client, headers, body, apply="true")).json()
        assert refused["errors"][0]["detail"].endswith(detail)
        assert refused["expected"] == expected


async def test_a_body_that_is_no_registry_is_refused_with_its_place(
    client: httpx.AsyncClient, admin: dict[str, str]
) -> None:
    for body, code in (
        (b"", "invalid_input"),
        (b"PK\x03\x04 no workbook", "broken_file"),
        (lines(TOPIC) + b"\n{", "invalid_input"),
        (lines({"kind": "law", "code": "x"}), "invalid_input"),
    ):
        answer = await load(client, admin, body)
        assert (answer.status_code, answer.json()["code"]) == (422, code), answer.text
    large = await client.post(LOAD, content=b"x", headers=admin | {"content-length": str(MAX_BYTES + 1)})
    assert large.status_code == 413


async def test_a_file_changes_nothing_beyond_the_rights_of_the_key(
    client: httpx.AsyncClient, database: Database, admin: dict[str, str]
) -> None:
    health = await bearer(database, "so-y-te", Scope.admin)
    others = lines({"kind": "agency", "code": "so-du-lich", "name_en": "Tourism"})
    for headers, body, status in (
        (health, lines(TOPIC), 403),
        (health, others, 403),
        (await bearer(database, "ubnd-hue", Scope.write), lines(TOPIC), 403),
        ({}, lines(TOPIC), 401),
    ):
        for params in ({}, {"apply": "true"}):
            answer = await load(client, headers, body, **params)
            assert answer.status_code == status, answer.text
    assert await events(client) == []
    below = {"kind": "agency", "code": "tram-y-te", "name": "Trạm Y tế", "level": "other", "parent": "so-y-te"}
    assert (await load(client, health, lines(below), apply="true")).status_code == 200


async def test_an_agency_is_loaded_together_with_what_belongs_to_it(
    client: httpx.AsyncClient, database: Database
) -> None:
    """In any order of the lines; only what is below the key's own agency, and not for a key of some agencies alone."""
    health = await bearer(database, "so-y-te", Scope.admin)
    async with database.write() as session:
        made = await create_key(
            session, agency="so-y-te", scopes=["admin"], label="", person="Ai", agencies=["so-y-te"]
        )
    limited = {"authorization": f"Bearer {made[1]}"}
    team = {"kind": "agency", "code": "to-tiem", "name": "Tổ Tiêm chủng", "level": "other", "parent": "tram-y-te"}
    speaker = {"kind": "spokesperson", "code": "nguoi-tram", "name": "Lê Cường", "title": "Trạm trưởng"}
    below = {"kind": "agency", "code": "tram-y-te", "name": "Trạm Y tế", "level": "other", "parent": "so-y-te"}
    file = [team, speaker | {"agency": "tram-y-te"}, below]
    elsewhere = [team, below | {"parent": "so-du-lich"}]
    too_high = [team, below | {"level": "province"}]

    for headers, records in ((health, elsewhere), (health, too_high), (limited, file)):
        for params in ({}, {"apply": "true"}):
            refused = await load(client, headers, lines(*records), **params)
            assert refused.status_code == 403, refused.text
    shown = await load(client, health, lines(*file))
    assert (shown.status_code, shown.json()["faults"]) == (200, [])
    applied = await load(client, health, lines(*file), apply="true")
    assert (applied.status_code, len(applied.json()["changes"])) == (200, 3), applied.text
