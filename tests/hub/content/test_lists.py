"""Lists that an app needs: filters and orders of drafts and bulletins, ties, chosen members, and the facts of today."""

import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from datetime import UTC, date, datetime, timedelta
from hashlib import blake2s, sha256
from typing import Any
from uuid import UUID

import httpx
import orjson
import pytest
from pydantic import Field
from sqlalchemy import text

from hub.content import queries
from hub.db import Database
from hub.domain.filters import Filters, SharedFilters, cursor_filters
from hub.domain.types import is_absent
from hub.paging import list_digest
from hub.times import midnight, now, today
from tests.support import contents
from tests.support.import_samples import rows
from tests.support.servers import Publish


def window(opens: int, closes: int) -> dict[str, str]:
    """Build a consultation window, in days from today."""
    return {"opens_on": str(today() + timedelta(opens)), "closes_on": str(today() + timedelta(closes))}


async def titles(client: httpx.AsyncClient, path: str) -> list[str]:
    answer = await client.get(path)
    assert answer.status_code == 200, answer.text
    return [item["title"] for item in answer.json()["items"]]


async def paged(client: httpx.AsyncClient, path: str, limit: int = 1) -> list[dict[str, Any]]:
    found, cursor = [], ""
    while True:
        page = (await client.get(f"{path}&limit={limit}{cursor}")).json()
        found += page["items"]
        if page["next"] is None:
            return found
        cursor = f"&cursor={page['next']}"


@pytest.fixture
async def drafts(publish_edition: Publish) -> None:
    wanted: dict[str, dict[str, Any]] = {
        "over": {"consultation": window(-9, -1), "high_impact": False},
        "last day": {"consultation": window(-2, 0)},
        "no window": {"consultation": None, "high_impact": False},
        "first day": {"consultation": window(0, 5), "high_impact": False},
        "soon": {"consultation": window(1, 9)},
        "also last day": {"consultation": window(-7, 0), "high_impact": False},
    }
    for title, more in wanted.items():
        await publish_edition("draft", contents.draft(title=title, **more))


@pytest.mark.usefixtures("drafts")
async def test_drafts_are_filtered_by_the_state_of_their_consultation_and_by_impact(client: httpx.AsyncClient) -> None:
    for query, expected in {
        "consultation=open": {"last day", "first day", "also last day"},
        "consultation=upcoming": {"soon"},
        "consultation=closed": {"over"},
        "consultation=open&high_impact=true": {"last day"},
        f"closing_before={today() + timedelta(1)}": {"over", "last day", "also last day"},
        f"closing_before={today() + timedelta(6)}&consultation=open": {"last day", "first day", "also last day"},
        "closing_before=1000-01-01": set(),
        "high_impact=false": {"over", "no window", "first day", "also last day"},
    }.items():
        assert set(await titles(client, f"/api/v1/drafts?{query}")) == expected, query
        arguments = query.replace("=", ": ").replace("&", ", ").replace("high_impact", "highImpact")
        arguments = re.sub(r"closing_before: (\S{10})", r'closingBefore: "\1"', arguments)
        answer = await client.post(
            "/graphql", json={"query": f"{{ drafts({arguments}) {{ edges {{ node {{ title }} }} }} }}"}
        )
        assert {edge["node"]["title"] for edge in answer.json()["data"]["drafts"]["edges"]} == expected, query


@pytest.mark.usefixtures("drafts")
async def test_drafts_are_ordered_by_closing_with_ties_newest_first_and_no_window_last(
    client: httpx.AsyncClient,
) -> None:
    soonest = ["over", "also last day", "last day", "first day", "soon", "no window"]
    latest = ["soon", "first day", "also last day", "last day", "over", "no window"]
    for sort, expected in (("closes_asc", soonest), ("closes_desc", latest)):
        for limit in (1, 2, 5):
            found = await paged(client, f"/api/v1/drafts?sort={sort}", limit)
            assert [item["title"] for item in found] == expected, (sort, limit)
    opened = await paged(client, "/api/v1/drafts?sort=closes_asc&consultation=open", 2)
    assert [item["title"] for item in opened] == ["also last day", "last day", "first day"]
    query = "{ drafts(sort: closes_desc, first: 2) { edges { node { title } } } }"
    answer = (await client.post("/graphql", json={"query": query})).json()
    assert [edge["node"]["title"] for edge in answer["data"]["drafts"]["edges"]] == latest[:2]


async def test_bulletins_are_filtered_by_channel_and_priority(
    client: httpx.AsyncClient, publish_edition: Publish
) -> None:
    for title, channels, priority in (
        ("a", ["web"], "urgent"),
        ("b", ["web", "zalo"], "normal"),
        ("c", ["radio", "zalo"], "urgent"),
    ):
        await publish_edition("bulletin", contents.bulletin(title=title, channels=channels, priority=priority))
    for query, expected in {
        "channel=zalo": {"b", "c"},
        "priority=urgent": {"a", "c"},
        "channel=zalo&priority=urgent": {"c"},
        "channel=hue_s": set(),
    }.items():
        assert set(await titles(client, f"/api/v1/bulletins?{query}")) == expected, query
        feed = (await client.get(f"/feeds/bulletins.json?{query}")).json()
        assert {item["title"] for item in feed["items"]} == expected, query
        assert {item["title"] for item in (await client.get(f"/feeds/all.json?{query}")).json()["items"]} == expected


async def test_filters_and_orders_of_another_kind_are_refused(client: httpx.AsyncClient) -> None:
    for path, field in (
        ("/api/v1/policies?channel=zalo", "channel"),
        ("/api/v1/statements?high_impact=true", "high_impact"),
        ("/api/v1/bulletins?consultation=open", "consultation"),
        ("/api/v1/policies?sort=closes_asc", "sort"),
        ("/api/v1/drafts?consultation=now", "consultation"),
        ("/api/v1/bulletins?priority=top", "priority"),
        ("/feeds/policies.atom?channel=zalo", "channel"),
        ("/feeds/drafts.atom?consultation=open", "consultation"),
        ("/api/v1/drafts?fields=title,nodes", "fields"),
        ("/api/v1/drafts?fields=title&include=text", "fields"),
    ):
        answer = await client.get(path)
        assert answer.status_code == 422, (path, answer.text)
        assert answer.json()["field"] == field, (path, answer.text)


async def test_a_list_by_consultation_names_no_feed_and_one_by_impact_does(client: httpx.AsyncClient) -> None:
    assert 'rel="alternate"' not in (await client.get("/api/v1/drafts?consultation=open")).headers.get("link", "")
    assert (
        "/feeds/drafts.atom?high_impact=true" in (await client.get("/api/v1/drafts?high_impact=true")).headers["link"]
    )


@pytest.mark.parametrize("sort", ["issued_desc", "issued_asc", "modified_desc", "title_asc"])
async def test_ties_are_broken_by_publication_newest_first(
    client: httpx.AsyncClient, publish_edition: Publish, database: Database, sort: str
) -> None:
    made = [str(await publish_edition("policy", contents.policy(number=f"{n}/KH-UBND"))) for n in range(1, 6)]
    # The ids run another way than publication, which alone decides.
    order = [made[n] for n in (3, 0, 4, 1, 2)]
    async with database.write() as session:
        await session.execute(text("UPDATE published_view SET modified_at = '2026-01-01'"))
        for place, document in enumerate(order):
            moment = datetime(2026, 2, 20, 12 - place, tzinfo=UTC)
            of_document = text("UPDATE published_view SET published_at = :at WHERE document_id = :id")
            await session.execute(of_document, {"at": moment, "id": UUID(document)})
    for limit in (1, 2, 100):
        assert [item["id"] for item in await paged(client, f"/api/v1/policies?sort={sort}", limit)] == order


def old_cursor(kind: str, sort: str, *position: str, **filters: Any) -> str:
    """Make the cursor of a list as the hub made it before lists had other filters, and before ties were ordered."""
    facts = (kind, dict.fromkeys(SharedFilters.model_fields) | filters, sort, "vi", None, None)
    name = blake2s(orjson.dumps(facts, default=str, option=orjson.OPT_SORT_KEYS), digest_size=6).hexdigest()
    return urlsafe_b64encode(orjson.dumps([name, *position])).rstrip(b"=").decode()


async def test_cursors_from_before_lose_nothing(client: httpx.AsyncClient, publish_edition: Publish) -> None:
    made = [await publish_edition("draft", contents.draft(title=str(n), topics=["moi-truong"])) for n in range(4)]
    items = (await client.get("/api/v1/drafts")).json()["items"]
    second = items[1]
    cursor = old_cursor("draft", "published_desc", second["published_at"], second["id"])
    assert [item["id"] for item in (await client.get(f"/api/v1/drafts?cursor={cursor}")).json()["items"]] == [
        str(made[1]),
        str(made[0]),
    ]
    cursor = old_cursor("draft", "published_desc", second["published_at"], second["id"], topic="moi-truong")
    assert len(await titles(client, f"/api/v1/drafts?topic=moi-truong&cursor={cursor}")) == 2
    cursor = old_cursor("draft", "issued_desc", second["issued_on"], second["id"])
    found = await titles(client, f"/api/v1/drafts?sort=issued_desc&cursor={cursor}")
    assert {"0", "1"} <= set(found)


def test_a_later_filter_that_is_not_set_does_not_count_in_a_cursor() -> None:
    class GrownFilters(Filters):
        colour: bool | None = Field(None, exclude_if=is_absent)

    def digest(**given: Any) -> str:
        first, later = cursor_filters(GrownFilters(**given), GrownFilters)
        return list_digest("draft", first, "vi", **later)

    first, later = cursor_filters(Filters(agency="so-y-te", high_impact=False), Filters)
    before = list_digest("draft", first, "vi", **later)

    assert first == dict.fromkeys(SharedFilters.model_fields) | {"agency": "so-y-te"}
    assert later == {"high_impact": False}
    assert digest(agency="so-y-te", high_impact=False) == before
    assert digest(agency="so-y-te", high_impact=False, colour=False) != before
    assert digest(agency="so-y-te", high_impact=True) != before
    assert digest(agency="so-y-te") != before


async def test_fields_leave_only_the_named_members_of_cards(
    client: httpx.AsyncClient, publish_edition: Publish
) -> None:
    document = await publish_edition("draft", contents.draft())
    [item] = (await client.get("/api/v1/drafts?fields=title,now,consultation")).json()["items"]
    assert item.keys() == {"id", "title", "now", "consultation"}
    assert item["id"] == str(document)
    whole = (await client.get("/api/v1/drafts")).json()["items"][0]
    assert item == {name: whole[name] for name in item}


async def test_now_tells_what_depends_on_today_beside_the_stored_bytes(
    client: httpx.AsyncClient, publish_edition: Publish, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    about = window(-3, 2)
    draft = await publish_edition("draft", contents.draft(consultation=about))
    policy = await publish_edition("policy", contents.policy())
    bulletin = await publish_edition("bulletin", contents.bulletin())
    path, opens = f"/api/v1/drafts/{draft}", date.fromisoformat(about["opens_on"])

    async def state(day: date) -> str | None:
        monkeypatch.setattr(queries, "now", lambda: midnight(day))
        [listed] = (await client.get("/api/v1/drafts")).json()["items"]
        detail = (await client.get(path)).json()
        asked = {
            "query": f'{{ item(id: "{draft}") {{ now {{ consultation {{ state opensAt closesAt }} legalForce }} }} }}'
        }
        told = (await client.post("/graphql", json=asked)).json()["data"]["item"]["now"]
        assert listed["now"] == detail["now"]
        assert told["consultation"]["state"] == detail["now"]["consultation"]["state"]
        assert told["legalForce"] is detail["now"]["legal_force"] is None
        found: str = detail["now"]["consultation"]["state"]
        return found

    first = await client.get(path)
    assert [await state(opens + timedelta(days)) for days in (-1, 0, 5, 6)] == ["upcoming", "open", "open", "closed"]
    # A copy of yesterday is not taken for today's.
    assert (await client.get(path, headers={"if-none-match": first.headers["etag"]})).status_code == 200
    closes = date.fromisoformat(about["closes_on"]) + timedelta(1)
    assert first.json()["now"]["consultation"]["closes_at"] == f"{closes}T00:00:00+07:00"

    for day, force in ((date(2026, 2, 13), "not_yet"), (date(2026, 2, 14), "in_force")):
        monkeypatch.setattr(queries, "now", lambda day=day: midnight(day))
        assert (await client.get(f"/api/v1/policies/{policy}")).json()["now"] == {
            "legal_force": force,
            "consultation": None,
        }
    assert (await client.get(f"/api/v1/bulletins/{bulletin}")).json()["now"] is None

    changes = (await client.get("/api/v1/changes")).json()
    assert '"now"' not in orjson.dumps(changes).decode()
    [[digest]] = await rows(database, "SELECT sha256 FROM published_view WHERE document_id = :id", id=draft)
    past = await client.get(path, params={"as_of": now().isoformat()})
    assert sha256(past.content).hexdigest() == digest


async def test_now_follows_a_document_that_replaces_or_amends_a_policy(
    client: httpx.AsyncClient, publish_edition: Publish
) -> None:
    made = {}
    for name in ("replaced", "amended", "untouched"):
        made[name] = await publish_edition("policy", contents.policy(title=name))
    for relation, target in (("replaces", "replaced"), ("amends", "amended")):
        relations = [{"type": relation, "id": str(made[target])}]
        await publish_edition("policy", contents.policy(title=relation, relations=relations))
    listed = {
        item["title"]: item["now"]["legal_force"] for item in (await client.get("/api/v1/policies")).json()["items"]
    }
    assert listed == {
        "replaced": "expired",
        "amended": "partly_expired",
        "untouched": "in_force",
        "replaces": "in_force",
        "amends": "in_force",
    }
    for name, document in made.items():
        on = (await client.get(f"/api/v1/policies/{document}/legal-force")).json()["legal_force"]
        assert on == listed[name]
    found = (await client.get("/api/v1/search?q=replaced")).json()["items"][0]["document"]
    assert found["now"]["legal_force"] == "expired"


def test_old_cursors_are_what_they_were() -> None:
    name, *_ = orjson.loads(urlsafe_b64decode(old_cursor("draft", "published_desc", "x") + "=="))
    assert name == list_digest("draft", dict.fromkeys(SharedFilters.model_fields), "published_desc", "vi", None, None)
