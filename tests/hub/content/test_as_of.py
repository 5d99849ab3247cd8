"""Past public states: lists and items as they were on a day or at a moment."""

from datetime import timedelta
from hashlib import sha256
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest

from hub.db import Database
from hub.times import now, today
from tests.support import contents
from tests.support.past_editions import at, done, edition
from tests.support.servers import Publish

Titles = list[str]


@pytest.mark.parametrize(
    ("as_of", "why"),
    [
        ("today", "not ended"),
        ("tomorrow", "not ended"),
        ("soon", "in the future"),
        ("9999-12-31", "out of range"),
        ("0001-01-01", "out of range"),
        ("0001-01-01T00:00:00+07:00", "out of range"),
        ("2026-13-01", "2026-13-01"),
        ("2026-11-01T08:00:00", "expected"),
        ("20261101", "expected"),
        ("1761955200", "expected"),
        ("yesterday", "expected"),
        ("", "expected"),
    ],
)
async def test_a_future_or_malformed_time_is_refused_with_its_field(
    client: httpx.AsyncClient, publish_edition: Publish, as_of: str, why: str
) -> None:
    document = await publish_edition("policy", contents.policy())
    named = {
        "today": str(today()),
        "tomorrow": str(today() + timedelta(days=1)),
        "soon": (now() + timedelta(minutes=1)).isoformat(),
    }

    for path in ("/api/v1/policies", f"/api/v1/policies/{document}", f"/api/v1/drafts/{uuid4()}"):
        answer = await client.get(path, params={"as_of": named.get(as_of, as_of)})
        assert answer.status_code == 422, answer.text
        assert (answer.json()["code"], answer.json()["field"]) == ("invalid_input", "as_of")
        assert why in answer.json()["detail"]


@pytest.mark.parametrize("name", ["in_force_on", "issued_from", "modified_to"])
@pytest.mark.parametrize("value", ["0", "2026-02-30", "20260201", "2026-02-01T00:00:00", "2026-W05-1"])
async def test_a_day_has_one_spelling(client: httpx.AsyncClient, name: str, value: str) -> None:
    answer = await client.get("/api/v1/policies", params={name: value})

    assert (answer.status_code, answer.json()["field"]) == (422, name)


@pytest.mark.parametrize("name", ["in_force_on", "issued_from", "issued_to", "modified_from", "modified_to"])
@pytest.mark.parametrize("value", ["0001-01-01", "9999-12-31"])
async def test_the_first_and_the_last_day_of_the_calendar_are_accepted(
    client: httpx.AsyncClient, name: str, value: str
) -> None:
    assert (await client.get("/api/v1/policies", params={name: value})).status_code == 200


@pytest.fixture
async def past(database: Database) -> dict[str, UUID]:
    """Two policies with several editions, a translation, a withdrawal and a restoration."""
    first = await edition(database, "policy", contents.policy(title="A1"), at("2026-03-01", "09:00"))
    second = await edition(database, "policy", contents.policy(title="B1", topics=["y-te-duoc"]), at("2026-03-02"))
    await edition(database, "policy", contents.policy(title="A2"), at("2026-03-03"), document_id=first)
    await edition(
        database, "policy", contents.policy(title="A in English"), at("2026-03-04"), document_id=first, lang="en"
    )
    await done(database, "withdraw", second, at("2026-03-05"), reason="Chờ rà soát")
    await done(database, "restore", second, at("2026-03-07"))
    await edition(database, "policy", contents.policy(title="B2"), at("2026-03-08"), document_id=second)
    await edition(database, "policy", contents.policy(title="A3"), at("2026-03-09"), document_id=first)
    return {"A": first, "B": second}


@pytest.mark.parametrize(
    ("as_of", "listed", "first", "second"),
    [
        ("2026-02-28", [], None, None),
        ("2026-03-01T08:59:59+07:00", [], None, None),
        ("2026-03-01T09:00:00+07:00", ["A1"], "A1", None),
        ("2026-03-01T02:00:00Z", ["A1"], "A1", None),
        ("2026-03-01T02:00:00.000001Z", ["A1"], "A1", None),
        ("2026-03-01", ["A1"], "A1", None),
        ("2026-03-02", ["A1", "B1"], "A1", "B1"),
        ("2026-03-03", ["A2", "B1"], "A2", "B1"),
        ("2026-03-04", ["A2", "B1"], "A2", "B1"),
        ("2026-03-05", ["A2"], "A2", "B1"),
        ("2026-03-06", ["A2"], "A2", "B1"),
        ("2026-03-07", ["A2", "B1"], "A2", "B1"),
        ("2026-03-08", ["A2", "B2"], "A2", "B2"),
        ("2026-03-09", ["A3", "B2"], "A3", "B2"),
        ("2026-11-01", ["A3", "B2"], "A3", "B2"),
    ],
)
async def test_a_past_time_shows_the_public_state_of_that_time(
    client: httpx.AsyncClient,
    past: dict[str, UUID],
    as_of: str,
    listed: Titles,
    first: str | None,
    second: str | None,
) -> None:
    for include in ({}, {"include": "text"}):
        items = (await client.get("/api/v1/policies", params={"as_of": as_of, "sort": "title_asc", **include})).json()[
            "items"
        ]
        assert [item["title"] for item in items] == listed
        assert all(("nodes" in item) is bool(include) for item in items)
    for name, title in (("A", first), ("B", second)):
        answer = await client.get(f"/api/v1/policies/{past[name]}", params={"as_of": as_of})
        assert answer.json().get("title") == (title or "There is nothing at this address")
        assert answer.status_code == (404 if title is None else 200)


async def test_an_item_withdrawn_at_that_time_has_its_reason_and_the_bytes_of_that_time(
    client: httpx.AsyncClient, past: dict[str, UUID]
) -> None:
    path = f"/api/v1/policies/{past['B']}"
    withdrawn = (await client.get(f"{path}?as_of=2026-03-06")).json()
    history = (await client.get(f"{path}/history")).json()["items"]

    assert (withdrawn["state"], withdrawn["withdrawal"]["reason"]) == ("withdrawn", "Chờ rà soát")
    assert (await client.get(f"{path}?as_of=2026-03-07")).json()["withdrawal"] is None
    for day, entry in (("2026-03-02", 3), ("2026-03-05", 2), ("2026-03-07", 1), ("2026-03-08", 0)):
        then = await client.get(f"{path}?as_of={day}")
        assert sha256(then.content).hexdigest() == history[entry]["view_sha256"]


async def test_languages_filters_orders_and_cursors_work_in_the_past_too(
    client: httpx.AsyncClient, past: dict[str, UUID]
) -> None:
    async def titles(query: str) -> Titles:
        return [item["title"] for item in (await client.get(f"/api/v1/policies?{query}")).json()["items"]]

    assert await titles("as_of=2026-03-03&lang=en") == ["B1", "A2"]
    assert await titles("as_of=2026-03-04&lang=en") == ["B1", "A in English"]
    assert await titles("as_of=2026-03-04&topic=y-te-duoc") == ["B1"]
    assert await titles("as_of=2026-03-08&topic=y-te-duoc") == []
    assert await titles("as_of=2026-03-08&sort=published_asc") == ["A2", "B2"]
    assert await titles("as_of=2026-03-08&modified_from=2026-03-08") == ["B2"]

    page = (await client.get("/api/v1/policies?as_of=2026-03-03&limit=1")).json()
    assert await titles(f"as_of=2026-03-03&limit=1&cursor={page['next']}") == ["A2"]
    for other in ("", "as_of=2026-03-04&"):
        refused = await client.get(f"/api/v1/policies?{other}limit=1&cursor={page['next']}")
        assert refused.json()["code"] == "invalid_cursor"


async def test_a_plus_sign_that_became_a_space_is_understood(client: httpx.AsyncClient, past: dict[str, UUID]) -> None:
    answer = await client.get("/api/v1/policies?as_of=2026-03-02T13:00:00+07:00")

    assert len(answer.json()["items"]) == 2


async def test_entries_with_times_out_of_order_count_by_their_position(
    client: httpx.AsyncClient, database: Database
) -> None:
    """A transaction gets its time before its position, so the times of neighbours may be in reverse order."""
    late = await edition(database, "policy", contents.policy(title="muộn"), at("2026-03-02", "12:01"))
    early = await edition(database, "policy", contents.policy(title="sớm"), at("2026-03-02", "12:00"))

    async def seen(clock: str) -> list[Any]:
        items = (await client.get(f"/api/v1/policies?as_of=2026-03-02T{clock}:00%2B07:00")).json()["items"]
        return sorted(item["id"] for item in items)

    assert await seen("11:59") == []
    assert await seen("12:01") == sorted(map(str, (late, early)))
