"""Public reads of consultations: what is listed, in which order, and that nothing unpublished shows."""

from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest

from hub.consultation.clock import turn_due
from hub.consultation.records import consultation_id
from hub.db import Database
from hub.times import format_rfc3339, midnight, today
from tests.support import contents
from tests.support.consultations import window
from tests.support.editors import Editor, key
from tests.support.servers import Publish

LIST = "/api/v1/consultations"


async def listed(client: httpx.AsyncClient, query: str = "") -> list[str]:
    answer = await client.get(f"{LIST}?{query}")
    assert answer.status_code == 200, answer.text
    return [item["title"] for item in answer.json()["items"]]


@pytest.fixture
async def drafts(publish_edition: Publish) -> dict[str, UUID]:
    """Consultations of every state that time makes, and drafts that have none."""
    made: dict[str, dict[str, Any]] = {
        "over": {"consultation": window(-9, -2), "high_impact": False},
        "ends today": {"consultation": window(-9, 0)},
        "ends later": {"consultation": window(-1, 5), "high_impact": False},
        "to come": {"consultation": window(3, 9)},
        "none": {"consultation": None},
    }
    found = {title: await publish_edition("draft", contents.draft(title=title, **more)) for title, more in made.items()}
    found["hidden"] = await publish_edition("draft", contents.draft(consultation=window(-1, 7)), published=False)
    return found


async def test_a_consultation_without_a_public_draft_is_neither_listed_nor_found(
    client: httpx.AsyncClient, database: Database, drafts: dict[str, UUID]
) -> None:
    chief = Editor(client, await key(database, "ubnd-hue"))
    for title in ("hidden", "none"):
        answer = await client.get(f"{LIST}/{consultation_id(drafts[title])}")
        assert (answer.status_code, answer.json()["code"]) == (404, "not_found")
    assert (await client.get(f"{LIST}/{uuid4()}")).status_code == 404
    for title, verb in (("ends later", "withdraw"), ("to come", "gone")):
        await chief.done(str(drafts[title]), verb, {"reason": "Rà soát"})

    assert set(await listed(client)) == {"over", "ends today"}
    withdrawn = await client.get(f"{LIST}/{consultation_id(drafts['ends later'])}")
    assert (withdrawn.status_code, withdrawn.json()["title"]) == (200, "ends later")
    assert (await client.get(f"{LIST}/{consultation_id(drafts['to come'])}")).status_code == 404


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", ["to come", "ends later", "ends today", "over"]),
        ("sort=closes_asc", ["over", "ends today", "ends later", "to come"]),
        ("state=open&sort=closes_asc", ["ends today", "ends later"]),
        ("state=announced", ["to come"]),
        ("state=closed&state=announced", ["to come", "over"]),
        ("state=answered&state=adopted&state=dropped", []),
        (f"open_on={today()}", ["ends later", "ends today"]),
        (f"open_on={today() + timedelta(4)}", ["to come", "ends later"]),
        (f"open_on={today() - timedelta(2)}", ["ends today", "over"]),
        ("open_on=9999-12-31", []),
        (f"closing_before={today()}", ["over"]),
        (f"closing_before={today() + timedelta(1)}", ["ends today", "over"]),
        (f"closing_before={today() + timedelta(6)}&state=open", ["ends later", "ends today"]),
        ("closing_before=9999-12-31&state=announced", ["to come"]),
        ("closing_before=0001-01-01", []),
        ("high_impact=true", ["to come", "ends today"]),
        ("agency=ubnd-hue", ["to come", "ends later", "ends today", "over"]),
        ("agency=so-y-te", []),
    ],
)
async def test_consultations_are_filtered_and_ordered(
    client: httpx.AsyncClient, drafts: dict[str, UUID], query: str, expected: list[str]
) -> None:
    assert await listed(client, query) == expected


@pytest.mark.parametrize(
    "query", ["state=running", "agency=khong-co", "open_on=2026-13-01", "closing_before=now", "sort=title_asc", "q=x"]
)
async def test_a_filter_that_does_not_exist_is_refused(client: httpx.AsyncClient, query: str) -> None:
    assert (await client.get(f"{LIST}?{query}")).status_code == 422


async def test_pages_hold_each_consultation_once(client: httpx.AsyncClient, drafts: dict[str, UUID]) -> None:
    titles: list[str] = []
    query = f"{LIST}?limit=3&sort=closes_asc"
    page = (await client.get(query)).json()
    titles += [item["title"] for item in page["items"]]
    page = (await client.get(f"{query}&cursor={page['next']}")).json()
    titles += [item["title"] for item in page["items"]]

    assert (titles, page["next"]) == (["over", "ends today", "ends later", "to come"], None)
    other = await client.get(f"{LIST}?limit=3&cursor={(await client.get(query)).json()['next']}")
    assert other.json()["code"] == "invalid_cursor"


async def test_the_state_follows_the_instants_before_the_clock_has_logged_them(
    client: httpx.AsyncClient, database: Database, drafts: dict[str, UUID], monkeypatch: pytest.MonkeyPatch
) -> None:
    path = f"{LIST}/{consultation_id(drafts['to come'])}"
    opens, closes = midnight(today() + timedelta(3)), midnight(today() + timedelta(10))

    async def at(moment: Any) -> tuple[str, bool]:
        monkeypatch.setattr("hub.consultation.queries.now", lambda: moment)
        state = (await client.get(path)).json()["state"]
        return state, "to come" in await listed(client, f"state={state}")

    for _ in range(2):
        assert await at(opens - timedelta(milliseconds=1)) == ("announced", True)
        assert await at(opens) == ("open", True)
        assert await at(closes - timedelta(milliseconds=1)) == ("open", True)
        assert await at(closes) == ("closed", True)
        await turn_due(database, opens)
        monkeypatch.setattr("hub.consultation.queries.now", lambda: opens)


async def test_one_consultation_shows_its_life_and_its_drafts_in_both_languages(
    client: httpx.AsyncClient, database: Database, publish_edition: Publish
) -> None:
    document = await publish_edition("draft", contents.draft(title="Dự thảo chợ", consultation=window(-1, 5)))
    english = contents.draft(title="Draft on markets", draft_version=3, consultation=window(-1, 9))
    await publish_edition("draft", english, document_id=document, lang="en")
    await publish_edition("draft", contents.draft(title="Bí mật"), document_id=document, published=False)

    found = (await client.get(f"{LIST}/{consultation_id(document)}", headers={"accept-language": "en"})).json()

    assert (found["title"], found["lang"], found["draft"]) == ("Draft on markets", "en", str(document))
    assert found["closes_at"] == found["announced_closes_at"] == format_rfc3339(midnight(today() + timedelta(10)))
    assert (found["state"], found["policy"], found["dropped_at"]) == ("open", None, None)
    assert found["agency"]["code"] == "ubnd-hue"
    drafts = [(one["position"], one["lang"], one["edition"], one["draft_version"]) for one in found["drafts"]]
    assert drafts == [(1, "vi", 1, 2), (2, "en", 1, 3)]
    assert {one["path"] for one in found["drafts"]} == {f"/api/v1/drafts/{document}"}
    again = await client.get(f"{LIST}/{consultation_id(document)}", headers={"accept-language": "en"})
    assert again.headers["etag"]
    fresh = {"accept-language": "en", "if-none-match": again.headers["etag"]}
    assert (await client.get(f"{LIST}/{consultation_id(document)}", headers=fresh)).status_code == 304
