"""Editing of the registry by REST: verbs, rights, versions, uses, and what readers and followers then see."""

from collections.abc import Mapping
from typing import Any

import httpx
import pytest

from hub.auth.principal import Scope
from hub.db import Database
from hub.ops.verify import verify
from tests.support import contents
from tests.support.editors import key
from tests.support.servers import Publish

MANAGE = "/api/v1/manage/registry"
WARD = {"name": "Phường Kim Long Mới", "valid_from": "2026-11-01", "note": "Nghị quyết số 9/NQ-HĐND"}


@pytest.fixture
async def admin(database: Database) -> dict[str, str]:
    return await bearer(database, "ubnd-hue", Scope.admin)


async def bearer(database: Database, agency: str, *scopes: Scope) -> dict[str, str]:
    return {"authorization": f"Bearer {await key(database, agency, *scopes)}"}


async def send(
    client: httpx.AsyncClient, headers: Mapping[str, str], method: str, path: str, body: Any = None, version: int = 1
) -> httpx.Response:
    return await client.request(method, f"{MANAGE}/{path}", json=body, headers={**headers, "if-match": f'"{version}"'})


async def units(client: httpx.AsyncClient) -> list[dict[str, Any]]:
    found, cursor = [], ""
    while cursor is not None:
        page = (await client.get(f"/api/v1/places?limit=100{cursor and '&cursor=' + cursor}")).json()
        found += page["items"]
        cursor = page["next"]
    return sorted(found, key=lambda unit: unit["valid_from"] or "")


async def logged(client: httpx.AsyncClient) -> list[tuple[str, str]]:
    found = (await client.get("/api/v1/changes?subject=registry&limit=1000")).json()["items"]
    return [(item["event"], item["subject_id"]) for item in found]


async def test_a_new_agency_is_known_everywhere_and_told_in_the_log(
    client: httpx.AsyncClient, database: Database, admin: dict[str, str]
) -> None:
    body = {"code": "so-moi", "name": "Sở Mới", "level": "department", "parent": "ubnd-hue"}
    made = await send(client, admin, "PUT", "agencies/so-moi", body)

    assert (made.status_code, made.json()["version"], made.headers["etag"]) == (200, 1, '"1"')
    assert (await client.get("/api/v1/policies?agency=so-moi")).status_code == 200
    assert await logged(client) == [("created", "agency:so-moi")]
    trail = (
        await client.get("/api/v1/manage/audit", headers=await bearer(database, "ubnd-hue", Scope.read_working))
    ).json()
    assert (trail["items"][0]["verb"], trail["items"][0]["agency"]) == ("registry_put", "so-moi")
    async with database.read() as connection:
        assert [faults async for _, faults in verify(connection)][-1] == []


async def test_changes_need_the_version_that_they_were_made_from(
    client: httpx.AsyncClient, admin: dict[str, str]
) -> None:
    path = f"{MANAGE}/topics/truyen-thong"
    missing = await client.patch(path, json={"name_en": "Media"}, headers=admin)
    stale = await send(client, admin, "PATCH", "topics/truyen-thong", {"name_en": "Media"}, 7)
    done = await send(client, admin, "PATCH", "topics/truyen-thong", {"name_en": "Media"})

    assert (missing.status_code, missing.json()["code"]) == (428, "version_required")
    assert (stale.status_code, stale.json()["code"], stale.json()["version"]) == (412, "version_stale", 1)
    assert (done.json()["version"], done.json()["entry"]["name_en"]) == (2, "Media")
    assert await logged(client) == [("updated", "topic:truyen-thong")]


async def test_a_repeated_request_with_its_key_changes_nothing_again(
    client: httpx.AsyncClient, admin: dict[str, str]
) -> None:
    headers = admin | {"idempotency-key": "doi-ten-1"}
    body = {"name": "Truyền thông mới", "valid_from": "2026-01-01"}
    first = await send(client, headers, "POST", "topics/truyen-thong/rename", body)
    again = await send(client, headers, "POST", "topics/truyen-thong/rename", body)

    assert (first.status_code, again.content) == (200, first.content)
    assert await logged(client) == [("renamed", "topic:truyen-thong")]


async def test_a_renamed_place_becomes_a_unit_of_its_own_and_filters_find_both(
    client: httpx.AsyncClient, admin: dict[str, str], publish_edition: Publish
) -> None:
    await publish_edition("bulletin", contents.bulletin(title="Tin cũ", places=["19753"]))
    before = (await client.get("/api/v1/bulletins")).content

    done = await send(client, admin, "POST", "places/19753/rename", WARD)

    assert done.status_code == 200, done.text
    assert done.json()["entry"]["successors"] == [{"code": "19753", "valid_from": "2026-11-01", "whole": True}]
    names = [unit["name"] for unit in await units(client) if unit["code"] == "19753"]
    assert names == ["Phường Thuận Lộc", "Phường Phú Xuân", "Phường Kim Long Mới"]
    assert (await client.get("/api/v1/bulletins")).content == before
    assert len((await client.get("/api/v1/bulletins?place=19753")).json()["items"]) == 1
    assert await logged(client) == [("renamed", "place:19753"), ("created", "place:19753")]


async def test_search_finds_what_was_published_under_the_former_name_by_the_new_one(
    client: httpx.AsyncClient, admin: dict[str, str], publish_edition: Publish
) -> None:
    await publish_edition("bulletin", contents.bulletin(title="Họp tại phường Phú Xuân", places=["19753"]))
    await send(client, admin, "POST", "places/19753/rename", WARD)

    found = (await client.get("/api/v1/search", params={"q": "phường kim long mới"})).json()

    assert [hit["document"]["title"] for hit in found["items"]] == ["Họp tại phường Phú Xuân"]
    assert (await client.get("/feeds/bulletins.json", params={"place": "19753"})).json()["items"]


async def test_an_agency_with_a_new_code_is_succeeded_and_what_is_below_it_moves(
    client: httpx.AsyncClient, admin: dict[str, str]
) -> None:
    body = {"name": "Ủy ban nhân dân thành phố Huế 2", "valid_from": "2027-01-01", "code": "ubnd-hue-2"}
    done = await send(client, admin, "POST", "agencies/ubnd-hue/rename", body)

    assert done.status_code == 200, done.text
    assert (done.json()["entry"]["valid_to"], done.json()["entry"]["successors"]) == ("2027-01-01", ["ubnd-hue-2"])
    moved = [change["code"] for change in done.json()["changes"] if change["event"] == "updated"]
    assert len(moved) > 10
    assert {"pn-ubnd-hue"} < set(moved)


@pytest.mark.parametrize(
    ("verb", "path", "body"),
    [
        ("remove", "agencies/ubnd-hue", {}),
        ("close", "agencies/ubnd-hue", {"valid_to": "2026-12-01"}),
        ("close", "places/46", {"valid_to": "2026-12-01"}),
        ("remove", "topics/moi-truong", {}),
        ("remove", "places/482", {}),
        ("remove", "spokespersons/pn-ubnd-hue", {}),
    ],
)
async def test_a_code_in_use_is_never_orphaned(
    client: httpx.AsyncClient, admin: dict[str, str], publish_edition: Publish, verb: str, path: str, body: Any
) -> None:
    shared = {"topics": ["moi-truong"], "places": ["482"]}
    await publish_edition("bulletin", contents.bulletin(title="Tin", **shared))
    await publish_edition("statement", contents.statement(title="Phát ngôn", spokesperson="pn-ubnd-hue"))

    refused = await send(client, admin, "POST", f"{path}/{verb}", body)

    assert (refused.status_code, refused.json()["code"]) == (409, "code_in_use"), refused.text
    assert refused.json()["uses"][0]["examples"]


async def test_private_records_forbid_a_removal_and_tell_neither_their_number_nor_their_ids(
    client: httpx.AsyncClient, database: Database, admin: dict[str, str]
) -> None:
    own = await bearer(database, "so-y-te")
    body = {"agency": "so-y-te", "outlet": "Báo Sông Mây", "question": "Vì sao cầu đóng?"}
    made = [(await client.post("/api/v1/manage/press-inquiries", json=body, headers=own)).json() for _ in range(2)]

    read = {
        who: (await client.get(f"{MANAGE}/agencies/so-y-te", headers=headers)).json()["uses"]
        for who, headers in (("stranger", await bearer(database, "so-giao-duc-va-dao-tao")), ("own", own))
    }
    refused = await send(client, admin, "POST", "agencies/so-y-te/remove", {})

    sorts = {who: {use["sort"]: use["count"] for use in uses} for who, uses in read.items()}
    assert (sorts["own"]["press inquiries"], "press inquiries" in sorts["stranger"]) == (2, False)
    assert (refused.status_code, refused.json()["code"]) == (409, "code_in_use")
    assert "press inquiries" in refused.json()["detail"]
    assert "2 press inquiries" not in refused.json()["detail"]
    assert all(one["id"] not in refused.text for one in made)
    assert "press inquiries" not in {use["sort"] for use in refused.json()["uses"]}


async def test_what_was_created_by_mistake_is_removed(client: httpx.AsyncClient, admin: dict[str, str]) -> None:
    await send(client, admin, "PUT", "topics/nham", {"code": "nham", "name": "Nhầm", "name_en": "Mistake"})

    done = await send(client, admin, "POST", "topics/nham/remove", {})

    assert (done.status_code, done.json()["version"], done.json()["entry"]) == (200, 0, None)
    assert (await client.get(f"{MANAGE}/topics/nham", headers=admin)).status_code == 404
    assert await logged(client) == [("created", "topic:nham"), ("removed", "topic:nham")]


async def test_an_agency_changes_itself_and_what_is_below_it_and_nothing_else(
    client: httpx.AsyncClient, database: Database
) -> None:
    agencies = (await client.get("/api/v1/agencies?limit=100")).json()["items"]
    ward = next(one for one in agencies if one["level"] == "commune" and one["parent"] == "ubnd-hue")
    own = await bearer(database, ward["code"], Scope.admin)
    path = f"agencies/{ward['code']}"
    below = {"code": "to-moi", "name": "Tổ mới", "level": "other", "parent": ward["code"]}

    assert (await send(client, own, "PATCH", path, {"name_en": "Ward"})).status_code == 200
    assert (await send(client, own, "PUT", "agencies/to-moi", below)).status_code == 200
    for method, forbidden, body in (
        ("PATCH", path, {"level": "province"}),
        ("PATCH", path, {"parent": "thanh-uy-hue"}),
        ("PATCH", "agencies/ubnd-hue", {"name_en": "Mine"}),
        ("PUT", "agencies/la", below | {"code": "la", "parent": "ubnd-hue"}),
        ("PUT", "agencies/la", below | {"code": "la", "level": "central"}),
        ("PUT", "topics/la", {"code": "la", "name": "Lạ", "name_en": "Odd"}),
        ("PATCH", "spokespersons/pn-ubnd-hue", {"phone": "1"}),
    ):
        refused = await send(client, own, method, forbidden, body, 2 if forbidden == path else 1)
        assert (refused.status_code, refused.json()["code"]) == (403, "forbidden"), (forbidden, body, refused.text)
    writer = await bearer(database, "ubnd-hue", Scope.write)
    assert (await send(client, writer, "PATCH", path, {"name_en": "W"}, 2)).status_code == 403


async def test_a_merged_topic_goes_under_the_one_that_took_it(
    client: httpx.AsyncClient, admin: dict[str, str], publish_edition: Publish
) -> None:
    await publish_edition("bulletin", contents.bulletin(title="Tin môi trường", topics=["moi-truong"]))

    done = await send(
        client, admin, "POST", "topics/moi-truong/merge", {"into": "truyen-thong", "valid_from": "2026-11-01"}
    )

    assert done.status_code == 200, done.text
    found = (await client.get("/api/v1/bulletins?topic=truyen-thong")).json()["items"]
    assert [item["title"] for item in found] == ["Tin môi trường"]
