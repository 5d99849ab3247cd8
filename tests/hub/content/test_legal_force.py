"""Legal force on a date: which policies are in force, since when, and why."""

from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest

from hub.content.legal_force import LaterDocument, explain_legal_force
from hub.db import Database
from hub.domain.kinds.policy import LegalForce
from hub.domain.types import RelationType
from hub.times import VIETNAM, today
from tests.support import contents
from tests.support.past_editions import at, dates, done, edition, to
from tests.support.servers import Publish

Titles = list[str]


async def test_only_policies_have_legal_force(client: httpx.AsyncClient, publish_edition: Publish) -> None:
    draft = await publish_edition("draft", contents.draft())

    for path in ("drafts", "bulletins", "statements", f"drafts/{draft}"):
        answer = await client.get(f"/api/v1/{path}", params={"in_force_on": "2026-03-01"})
        assert (answer.status_code, answer.json()["code"]) == (422, "unknown_parameter")
    assert (await client.get(f"/api/v1/drafts/{draft}/legal-force")).status_code == 404
    both = await client.get("/api/v1/policies", params={"in_force_on": "2026-03-01", "as_of": "2026-03-01"})
    assert (both.status_code, both.json()["field"]) == (422, "in_force_on")


@pytest.fixture
async def laws(database: Database) -> dict[str, UUID]:
    """Policies with all combinations of dates, one replaced from 1 June, one amended from 1 May."""
    made = {}
    for title, when in {
        "mãi mãi": dates("2026-02-01"),
        "hết hạn": dates("2026-02-01", "2026-04-01"),
        "bị thay": dates("2026-02-01"),
        "được sửa": dates("2026-02-01"),
        "chưa rõ": dates(),
    }.items():
        made[title] = await edition(database, "policy", contents.policy(title=title, dates=when), at("2026-01-10"))
    for title, relation, target, day in (
        ("thay", "replaces", "bị thay", "2026-06-01"),
        ("sửa", "amends", "được sửa", "2026-05-01"),
    ):
        content = contents.policy(
            title=title, dates=dates(day, issued="2026-03-01"), relations=to(relation, made[target])
        )
        made[title] = await edition(database, "policy", content, at("2026-03-10"))
    return made


@pytest.mark.parametrize(
    ("day", "found"),
    [
        ("2026-01-31", []),
        ("2026-02-01", ["bị thay", "được sửa", "hết hạn", "mãi mãi"]),
        ("2026-03-31", ["bị thay", "được sửa", "hết hạn", "mãi mãi"]),
        ("2026-04-01", ["bị thay", "được sửa", "mãi mãi"]),
        ("2026-05-31", ["bị thay", "được sửa", "mãi mãi", "sửa"]),
        ("2026-06-01", ["được sửa", "mãi mãi", "sửa", "thay"]),
        ("2030-01-01", ["được sửa", "mãi mãi", "sửa", "thay"]),
    ],
)
async def test_a_legal_date_selects_the_policies_in_force_on_it(
    client: httpx.AsyncClient, laws: dict[str, UUID], day: str, found: Titles
) -> None:
    items = (await client.get(f"/api/v1/policies?in_force_on={day}")).json()["items"]

    assert sorted(item["title"] for item in items) == sorted(found)
    for title, document in laws.items():
        answer = await client.get(f"/api/v1/policies/{document}?in_force_on={day}")
        assert (answer.status_code == 200) is (title in found), title
        if title not in found:
            assert (answer.status_code, answer.json()["code"]) == (404, "not_in_force")
            assert answer.json()["on"] == day


async def test_not_in_force_names_the_dates_and_the_replacement(
    client: httpx.AsyncClient, laws: dict[str, UUID]
) -> None:
    async def problem_of(title: str, day: str) -> dict[str, Any]:
        found: dict[str, Any] = (await client.get(f"/api/v1/policies/{laws[title]}?in_force_on={day}")).json()
        return found

    expired = await problem_of("hết hạn", "2026-04-01")
    assert (expired["effective_on"], expired["expires_on"]) == ("2026-02-01", "2026-04-01")
    assert "2026-02-01" in (await problem_of("mãi mãi", "2026-01-31"))["detail"]
    replaced = await problem_of("bị thay", "2026-06-01")
    assert replaced["replaced_by"] == str(laws["thay"])
    assert replaced["expected"] == f"/api/v1/policies/{laws['thay']}"


async def test_a_replacement_counts_while_it_is_live(
    client: httpx.AsyncClient, database: Database, laws: dict[str, UUID]
) -> None:
    path = f"/api/v1/policies/{laws['bị thay']}?in_force_on=2026-07-01"

    assert (await client.get(path)).status_code == 404
    await done(database, "withdraw", laws["thay"], reason="Sai")
    assert (await client.get(path)).status_code == 200
    await done(database, "restore", laws["thay"])
    assert (await client.get(path)).status_code == 404
    await done(database, "gone", laws["thay"])
    assert (await client.get(path)).status_code == 200


@pytest.mark.parametrize(
    ("title", "day", "force", "because"),
    [
        ("mãi mãi", "2026-01-31", "not_yet", [("dates", None, "2026-02-01")]),
        ("mãi mãi", "2026-02-01", "in_force", [("dates", None, "2026-02-01")]),
        ("hết hạn", "2026-04-01", "expired", [("dates", None, "2026-04-01")]),
        ("bị thay", "2026-05-31", "in_force", [("dates", None, "2026-02-01")]),
        ("bị thay", "2026-06-01", "expired", [("replaced", "thay", "2026-06-01")]),
        ("được sửa", "2026-04-30", "in_force", [("dates", None, "2026-02-01")]),
        ("được sửa", "2026-05-01", "partly_expired", [("dates", None, "2026-02-01"), ("amended", "sửa", "2026-05-01")]),
        ("chưa rõ", "2026-05-01", "unknown", []),
    ],
)
async def test_legal_force_lists_its_reasons(
    client: httpx.AsyncClient, laws: dict[str, UUID], title: str, day: str, force: str, because: list[Any]
) -> None:
    found = (await client.get(f"/api/v1/policies/{laws[title]}/legal-force?on={day}")).json()

    assert (found["on"], found["legal_force"]) == (day, force)
    assert [(one["reason"], one["title"], one["since"]) for one in found["because"]] == because
    assert [one["id"] for one in found["because"]] == [
        None if name is None else str(laws[name]) for _, name, _ in because
    ]


async def test_legal_force_is_that_of_today_unless_a_date_is_given(
    client: httpx.AsyncClient, laws: dict[str, UUID]
) -> None:
    found = (await client.get(f"/api/v1/policies/{laws['bị thay']}/legal-force")).json()

    assert (found["on"], found["legal_force"]) == (str(today()), "expired")


def test_stated_legal_force_counts_from_its_edition_and_only_if_dates_do_not_determine_it() -> None:
    def force(
        day: str, stated: LegalForce, effective: str | None = "2026-02-01", expires: str | None = None, **more: Any
    ):
        found = explain_legal_force(
            at(day).date(),
            effective=at(effective).date() if effective else None,
            expires=at(expires).date() if expires else None,
            stated=stated,
            stated_since=at("2026-03-01").astimezone(VIETNAM).date(),
            **more,
        )
        return found.legal_force.value, [reason.reason.value for reason in found.because]

    amending = [LaterDocument(RelationType.amends, uuid4(), "Sửa", at("2026-02-02").date())]
    assert force("2026-02-28", LegalForce.suspended) == ("in_force", ["dates"])
    assert force("2026-03-01", LegalForce.suspended) == ("suspended", ["stated"])
    assert force("2026-03-01", LegalForce.suspended, later=amending) == ("suspended", ["stated"])
    assert force("2026-03-01", LegalForce.suspended, expires="2026-03-01") == ("expired", ["dates"])
    assert force("2026-03-01", LegalForce.expired) == ("in_force", ["dates"])
    assert force("2026-03-01", LegalForce.in_force, effective=None) == ("in_force", ["stated"])
    assert force("2026-02-01", LegalForce.in_force, effective=None) == ("unknown", [])
    assert force("2026-03-01", LegalForce.expired, effective=None, expires="2026-05-01") == ("unknown", [])
    assert force("2026-03-02", LegalForce.in_force, later=amending) == ("partly_expired", ["dates", "amended"])
