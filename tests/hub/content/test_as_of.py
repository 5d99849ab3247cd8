"""Past public states, legal force on a date, and the visibility of each document state."""

from datetime import timedelta
from hashlib import sha256
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest

from hub.content.legal_force import LaterDocument, explain_legal_force
from hub.db import Database
from hub.domain.kinds.policy import LegalForce
from hub.domain.types import RelationType
from hub.paging import encode_cursor, list_digest
from hub.times import VIETNAM, now, today
from tests.support import contents
from tests.support.past_editions import at, dates, done, edition, to
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
        ("2026-13-01", "month"),
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


async def test_only_policies_have_legal_force(client: httpx.AsyncClient, publish_edition: Publish) -> None:
    draft = await publish_edition("draft", contents.draft())

    for path in ("drafts", "bulletins", "statements", f"drafts/{draft}"):
        answer = await client.get(f"/api/v1/{path}", params={"in_force_on": "2026-03-01"})
        assert (answer.status_code, answer.json()["code"]) == (422, "unknown_parameter")
    assert (await client.get(f"/api/v1/drafts/{draft}/legal-force")).status_code == 404
    both = await client.get("/api/v1/policies", params={"in_force_on": "2026-03-01", "as_of": "2026-03-01"})
    assert (both.status_code, both.json()["field"]) == (422, "in_force_on")


async def test_a_gone_document_is_410_at_every_url_and_at_every_time(
    client: httpx.AsyncClient, database: Database
) -> None:
    document = await edition(database, "policy", contents.policy(title="Gỡ hẳn"), at("2026-03-01"))
    await edition(database, "policy", contents.policy(title="Gỡ hẳn 2"), at("2026-03-05"), document_id=document)
    await done(database, "gone", document, at("2026-04-01"))

    for below in ("", "?as_of=2026-03-02", "?as_of=2026-04-02", "/diff?from=1&to=2", "/relations", "/legal-force"):
        answer = await client.get(f"/api/v1/policies/{document}{below}")
        assert (answer.status_code, answer.json()["code"]) == (410, "document_gone"), below
    never = await client.get(f"/api/v1/policies/{document}?as_of=2026-02-01")
    assert never.status_code == 404
    for query in ("", "?as_of=2026-03-02", "?as_of=2026-03-02&include=text", "?as_of=2026-04-02"):
        assert (await client.get(f"/api/v1/policies{query}")).json()["items"] == []
    history = await client.get(f"/api/v1/policies/{document}/history")
    assert [entry["event"] for entry in history.json()["items"]] == ["gone", "published", "published"]
    assert "Gỡ" not in history.text


async def test_a_redirected_document_leads_its_readers_to_its_target(
    client: httpx.AsyncClient, database: Database
) -> None:
    target = await edition(database, "bulletin", contents.bulletin(title="Bản mới"), at("2026-03-01"))
    document = await edition(database, "policy", contents.policy(title="Bản cũ"), at("2026-03-01"))
    await done(database, "redirect", document, at("2026-03-10"), to=target)

    for below in ("", "/relations"):
        answer = await client.get(f"/api/v1/policies/{document}{below}?lang=vi")
        assert answer.status_code == 308
        assert answer.headers["location"] == f"/api/v1/bulletins/{target}{below}?lang=vi"
        assert (await client.get(answer.headers["location"])).status_code == 200
    wrong = await client.get(f"/api/v1/drafts/{document}")
    assert (wrong.status_code, wrong.json()["expected"]) == (404, f"/api/v1/policies/{document}")
    assert (await client.get("/api/v1/policies")).json()["items"] == []
    assert (await client.get(f"/api/v1/policies/{document}?as_of=2026-03-09")).json()["title"] == "Bản cũ"
    assert (await client.get(f"/api/v1/policies/{document}?as_of=2026-03-10")).status_code == 404


async def test_a_withdrawn_document_is_readable_with_its_reason_and_in_no_list(
    client: httpx.AsyncClient, database: Database
) -> None:
    document = await edition(database, "policy", contents.policy(), at("2026-03-01"))
    await done(database, "withdraw", document, at("2026-03-10"), reason="Ban hành sai thẩm quyền")

    found = (await client.get(f"/api/v1/policies/{document}")).json()

    assert (found["state"], found["withdrawal"]["reason"]) == ("withdrawn", "Ban hành sai thẩm quyền")
    assert found["nodes"]
    assert (await client.get("/api/v1/policies")).json()["items"] == []


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


async def test_history_lists_editions_corrections_and_states_newest_first(
    client: httpx.AsyncClient, database: Database
) -> None:
    document = await edition(database, "policy", contents.policy(), at("2026-03-01"), change_note="Bản đầu")
    about: dict[str, Any] = {"change_note": "Sửa số", "update_type": "minor", "correction_of": 1}
    await edition(database, "policy", contents.policy(number="71/KH"), at("2026-03-02"), document_id=document, **about)
    await edition(database, "policy", contents.policy(title="EN"), at("2026-03-03"), document_id=document, lang="en")
    await done(database, "withdraw", document, at("2026-03-04"), reason="Rà soát")
    await edition(database, "draft", contents.draft(), at("2026-03-05"))
    path = f"/api/v1/policies/{document}/history"

    items = (await client.get(path)).json()["items"]

    shape = [(e["event"], e["lang"], e["edition"], e["state"], e["correction_of"], e["corrected_by"]) for e in items]
    assert shape == [
        ("withdrawn", "vi", 2, "withdrawn", 1, []),
        ("withdrawn", "en", 1, "withdrawn", None, []),
        ("published", "en", 1, "live", None, []),
        ("corrected", "vi", 2, "live", 1, []),
        ("published", "vi", 1, "live", None, [2]),
    ]
    assert [e["seq"] for e in items] == [5, 4, 3, 2, 1]
    assert (items[3]["change_note"], items[3]["update_type"]) == ("Sửa số", "minor")
    assert items[4]["at"] == "2026-03-01T12:00:00+07:00"
    assert [e["lang"] for e in (await client.get(f"{path}?lang=en")).json()["items"]] == ["en", "en"]
    seen, cursor = [], ""
    while cursor is not None:
        page = (await client.get(f"{path}?limit=2{cursor and f'&cursor={cursor}'}")).json()
        seen += [e["seq"] for e in page["items"]]
        cursor = page["next"]
    assert seen == [5, 4, 3, 2, 1]


async def test_history_of_nothing_public_or_with_a_forged_cursor_is_refused(
    client: httpx.AsyncClient, publish_edition: Publish
) -> None:
    hidden = await publish_edition("policy", contents.policy(), published=False)
    public = await publish_edition("policy", contents.policy())
    name = list_digest("history", public, None)

    for path in (f"policies/{hidden}", f"policies/{uuid4()}", f"drafts/{public}"):
        assert (await client.get(f"/api/v1/{path}/history")).status_code == 404
    for position in ("x", None, 2**63, [1]):
        forged = await client.get(f"/api/v1/policies/{public}/history?cursor={encode_cursor(name, position)}")
        assert (forged.status_code, forged.json()["code"]) == (422, "invalid_cursor")
    assert (await client.get(f"/api/v1/policies/{public}/history?lang=fr")).json()["field"] == "lang"
