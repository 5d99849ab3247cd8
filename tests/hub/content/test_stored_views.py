"""One stored view that cannot be rendered never fails a list: it is shown plainly or left out, logged and alarmed."""

import gzip
from collections.abc import Callable
from typing import Any
from uuid import UUID

import asyncpg
import httpx
import orjson
import pytest

from hub.connections import plain_url
from hub.db import Database
from hub.domain.kinds import KINDS
from hub.ops.checks import Finding, check_views
from hub.settings import Settings
from tests.support import contents
from tests.support.servers import Publish
from tests.support.surfaces import public_addresses, read_contract

GRAPHQL = """{
  policies { edges { node { id title issuers { name } topics { name } } } }
  drafts { edges { node { id title consultation { closesOn } } } }
  bulletins { edges { node { id title priority image { url } body } } }
  statements { edges { node { id title spokesperson { name } } } }
  search(query: "phường") { edges { node { __typename ... on Policy { id } } } }
  changes { items { seq } }
}"""


def broken_bytes(_: dict[str, Any]) -> bytes:
    return b'{"id": "0190'


def of_other_types(item: dict[str, Any]) -> bytes:
    return orjson.dumps(item | {"agency": None, "topics": "moi-truong", "title": 17})


def with_old_addresses(item: dict[str, Any]) -> bytes:
    """As such views were stored before addresses had to parse."""
    file = {"name": "a.pdf", "media_type": "application/pdf", "url": "http://[x", "size": 1, "sha256": None}
    old: dict[str, Any] = {"image": {"url": "http://[x", "alt": "Ảnh", "credit": None}} if "image" in item else {}
    old |= {"attachments": [file]} if "attachments" in item else {}
    old |= {"said_at": "0000-13-01", "origin": {"name": "Cổng cũ", "url": "http://[x"}} if "said_at" in item else {}
    return orjson.dumps(item | old)


BREAKS: list[Callable[[dict[str, Any]], bytes]] = [broken_bytes, of_other_types, with_old_addresses]


async def _break_views(database: Database, ids: list[UUID], broken: Callable[[dict[str, Any]], bytes]) -> None:
    connection = await asyncpg.connect(plain_url(database.url))
    try:
        for row in await connection.fetch(
            'SELECT id, card, "full" FROM published_view WHERE document_id = ANY($1)', ids
        ):
            full = broken(orjson.loads(row["full"]))
            # The database parses the titles of cards for its index, so a card is always JSON.
            card = row["card"] if broken is broken_bytes else broken(orjson.loads(row["card"]))
            await connection.execute(
                'UPDATE published_view SET card = $2, "full" = $3 WHERE id = $1', row["id"], card, full
            )
    finally:
        await connection.close()


@pytest.mark.parametrize("broken", BREAKS, ids=lambda each: each.__name__)
async def test_every_list_answers_with_the_others(
    client: httpx.AsyncClient,
    database: Database,
    publish_edition: Publish,
    broken: Callable[[dict[str, Any]], bytes],
) -> None:
    good = {kind: await publish_edition(kind, contents.MADE[kind](title=f"Văn bản phường {kind}")) for kind in KINDS}
    bad = {kind: await publish_edition(kind, contents.MADE[kind](title=f"Hỏng phường {kind}")) for kind in KINDS}
    related = [{"type": "based_on", "id": str(bad["policy"])}, {"type": "based_on", "id": str(good["draft"])}]
    first = await publish_edition("policy", contents.policy(title="Văn bản phường", relations=related))
    await _break_views(database, list(bad.values()), broken)

    documents = [("policy", str(first)), *((kind, str(id_)) for kind, id_ in bad.items())]
    for path, params in public_addresses(read_contract(), documents, words="phường"):
        answer = await client.get(path, params=params)
        assert answer.status_code < 500, (path, params, answer.text[:300])
        if answer.headers.get("content-type", "").startswith("application/json"):
            orjson.loads(answer.content)

    for kind, id_ in good.items():
        listed = (await client.get(f"/api/v1/{KINDS[kind].plural}")).json()["items"]
        assert str(id_) in [item["id"] for item in listed]
        for form in ("atom", "rss", "json"):
            assert f"urn:uuid:{id_}" in (await client.get(f"/feeds/{KINDS[kind].plural}.{form}")).text
    assert str(good["draft"]) in (await client.get("/feeds/consultations.ics")).text.replace("\r\n ", "")
    relations = (await client.get(f"/api/v1/policies/{first}/relations")).json()["items"]
    assert str(good["draft"]) in [one["document"]["id"] for one in relations]
    for path in ("/", "/embed/feed", f"/d/{first}"):
        assert (await client.get(path, headers={"accept": "text/html"})).status_code == 200, path
    for kind, id_ in bad.items():
        page = await client.get(f"/d/{id_}", headers={"accept": "text/html"})
        assert (page.status_code, page.headers["content-type"][:9]) == (200, "text/html"), kind

    answer = await client.post("/graphql", json={"query": GRAPHQL})
    assert "errors" not in answer.json(), answer.text
    assert str(good["policy"]) in answer.text

    dump = await client.get("/api/v1/dumps/snapshot.ndjson.gz")
    items = [orjson.loads(line) for line in gzip.decompress(dump.content).splitlines()]
    assert str(good["policy"]) in [line["item"]["id"] for line in items[1:]]

    alarms = (await client.get("/health/ready")).json()["alarms"]
    assert alarms["views_broken"] >= 1
    assert "hub_broken_views_total" in (await client.get("/metrics")).text


async def test_the_plain_card_is_shown_where_only_the_full_view_is_broken(
    client: httpx.AsyncClient, database: Database, publish_edition: Publish
) -> None:
    document = await publish_edition("bulletin", contents.bulletin(title="Bản tin còn thẻ"))
    async with database.write() as session:
        connection = await session.connection()
        await connection.exec_driver_sql("UPDATE published_view SET \"full\" = '{'::bytea")

    for form in ("atom", "rss", "json"):
        assert "Bản tin còn thẻ" in (await client.get(f"/feeds/all.{form}")).text
    page = await client.get(f"/d/{document}", headers={"accept": "text/html"})
    assert (page.status_code, "Bản tin còn thẻ" in page.text) == (200, True)
    assert (await client.get(f"/d/{document}.jsonld")).json()["name"] == "Bản tin còn thẻ"
    assert (await client.get("/oembed", params={"url": f"http://hub.test/d/{document}"})).status_code == 200


@pytest.mark.parametrize("broken", [broken_bytes, of_other_types], ids=lambda each: each.__name__)
@pytest.mark.parametrize("kind", KINDS)
async def test_the_detail_of_a_broken_view_is_a_problem_with_what_is_left_of_it(
    client: httpx.AsyncClient,
    database: Database,
    publish_edition: Publish,
    kind: str,
    broken: Callable[[dict[str, Any]], bytes],
) -> None:
    id_ = await publish_edition(kind, contents.MADE[kind](title="Tiêu đề còn lại"))
    await _break_views(database, [id_], broken)
    own = f"/api/v1/{KINDS[kind].plural}/{id_}"

    for path, params in ((own, {}), (own, {"lang": "en"}), (f"{own}/diff", {"from": 1, "to": 1})):
        if path != own and broken is not broken_bytes:
            continue  # members that differ are compared as the texts that they are
        answer = await client.get(path, params=params)
        problem = answer.json()
        assert (answer.status_code, problem["code"]) == (409, "view_broken"), (path, problem)
        assert answer.headers["content-type"] == "application/problem+json"
        assert answer.headers["cache-control"] == "no-store"
        assert f"/d/{id_}" in problem["expected"]

    card = (await client.get(own)).json().get("card", {})
    assert card.get("title") == ("Tiêu đề còn lại" if broken is broken_bytes else None)
    query = f'{{ item(id: "{id_}") {{ __typename }} node(id: "{id_}") {{ id }} }}'
    found = (await client.post("/graphql", json={"query": query})).json()
    assert found["data"] == {"item": None, "node": None}
    assert [error["extensions"]["code"] for error in found["errors"]] == ["view_broken", "view_broken"]
    assert (await client.get("/health/ready")).json()["alarms"]["views_broken"] == 1
    query = f'{{ diff(id: "{id_}", from: 1, to: 1) {{ id }} }}'
    if broken is not broken_bytes:
        return
    [error] = (await client.post("/graphql", json={"query": query})).json()["errors"]
    assert error["extensions"]["code"] == "view_broken"


async def test_a_part_is_found_in_a_view_of_which_another_member_is_broken(
    client: httpx.AsyncClient, database: Database, publish_edition: Publish
) -> None:
    id_ = await publish_edition("policy", contents.policy(number="17/KH-UBND"))
    await _break_views(database, [id_], lambda item: orjson.dumps(item | {"topics": "moi-truong"}))

    found = await client.get("/eli/vn/hue/ke-hoach/2026/17/kh-ubnd/dieu/1", headers={"accept": "text/html"})
    assert (found.status_code, found.headers.get("location", "")[-6:]) == (303, "dieu-1")
    assert (await client.get("/eli/vn/hue/ke-hoach/2026/17/kh-ubnd/dieu/9")).status_code == 404
    await _break_views(database, [id_], lambda item: orjson.dumps(item | {"nodes": "Điều 1"}))
    found = await client.get("/eli/vn/hue/ke-hoach/2026/17/kh-ubnd/dieu/1", headers={"accept": "text/html"})
    assert found.status_code == 303


async def test_the_doctor_finds_damaged_views_that_nobody_has_read(
    database: Database, settings: Settings, publish_edition: Publish
) -> None:
    good = await publish_edition("bulletin", contents.bulletin(title="Lành"))
    bad = await publish_edition("bulletin", contents.bulletin(title="Hỏng"))
    assert await check_views(database, settings) == [Finding("views", "all public views can be read")]

    await _break_views(database, [bad], of_other_types)
    [finding] = await check_views(database, settings)
    assert (finding.is_problem, str(bad) in finding.text, str(good) in finding.text) == (True, True, False)
    assert "hub verify-log" in finding.text
