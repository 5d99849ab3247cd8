"""Openness by REST and GraphQL: counted from public data alone, with items, as CSV and as a chart."""

import csv
import io
from datetime import date, timedelta
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest
from lxml import etree
from sqlalchemy import event, select, update

from hub.clocks.models import ClockRule
from hub.clocks.queries import read_minimum, read_minimums
from hub.consultation.answers.models import CommentAnswer
from hub.consultation.comments.body_models import ConsultationBody
from hub.consultation.comments.models import Comment
from hub.consultation.minimum import WINDOW_RULE
from hub.consultation.records import CONSULTATION, consultation_id
from hub.content.models import PublishedView
from hub.db import Database, table
from hub.openness import facts
from hub.times import midnight, now, today
from tests.support import contents
from tests.support.clock_rows import rule_row
from tests.support.consultation_desk import Desk
from tests.support.consultations import window
from tests.support.editors import Editor, key
from tests.support.servers import Publish

OPENNESS = "/api/v1/openness"


def comment(consultation: UUID, state: str = "public", **facts: Any) -> Comment:
    made: dict[str, Any] = {
        "stance": "suggests",
        "author_kind": "person",
        "shown": "nothing",
        "received_at": now(),
    } | facts
    reason = "spam" if state == "hidden" else None
    made |= {"consultation_id": consultation, "draft_position": 1, "state": state, "hidden_reason": reason}
    return Comment(id=uuid4(), **made)


async def read(client: httpx.AsyncClient, query: str = "") -> dict[str, Any]:
    answer = await client.get(f"{OPENNESS}?{query}")
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def items(client: httpx.AsyncClient, figure: str, query: str = "") -> list[tuple[str, int]]:
    found = (await client.get(f"{OPENNESS}/items?figure={figure}&{query}")).json()
    assert found["total"] == sum(item["count"] for item in found["items"])
    return [(item["title"], item["count"]) for item in found["items"]]


@pytest.fixture
async def answered(database: Database, publish_edition: Publish) -> UUID:
    """A consultation of six days that was answered nine days after its end: three public comments, two answered."""
    draft = await publish_edition("draft", contents.draft(title="Dự thảo giá nước", consultation=window(-20, -15)))
    id_ = consultation_id(draft)
    public, other, unanswered = comment(id_), comment(id_), comment(id_)
    async with database.write() as session:
        session.add_all([public, other, unanswered, comment(id_, "waiting"), comment(id_, "hidden")])
        for number in range(3):
            replied: dict[str, Any] = {"answered_on": today(), "reply_number": "3/CV"} if number == 2 else {}
            asked: dict[str, Any] = {"kind": "agency", "name": f"Sở {number}", "asked_on": today() - timedelta(days=20)}
            session.add(ConsultationBody(id=uuid4(), consultation_id=id_, **asked, **replied))
        await session.flush()
        for one, ref in ((public, "dieu-4"), (other, None)):
            changed: dict[str, Any] = {"changed_ref": ref, "changed_position": ref and 2}
            written: dict[str, Any] = {"outcome": "accepted", "reason": "Tiếp thu.", "by": "key", "written_at": now()}
            own: dict[str, Any] = {"id": uuid4(), "consultation_id": id_, "comment_id": one.id}
            session.add(CommentAnswer(**own, **written, **changed))
        row = update(CONSULTATION).where(CONSULTATION.c.id == id_)
        closes_at = CONSULTATION.c.closes_at
        await session.execute(row.values(state="answered", answered_at=closes_at + timedelta(days=9)))
    return draft


async def test_what_is_not_public_is_counted_nowhere(
    client: httpx.AsyncClient, database: Database, answered: UUID, publish_edition: Publish
) -> None:
    await publish_edition("draft", contents.draft(consultation=window(1, 9)), published=False)
    await publish_edition("policy", contents.policy(), published=False)
    before = (await read(client))["total"]
    assert (before["drafts_announced"], before["opinions"], before["policies_high_impact"]) == (1, 3, 0)

    await Editor(client, await key(database, "ubnd-hue")).done(str(answered), "gone", {"reason": "Nhầm lẫn"})

    assert (await read(client))["total"]["drafts_announced"] == 0
    assert await items(client, "opinions") == []


async def test_the_figures_of_a_consultation_lead_to_it(client: httpx.AsyncClient, answered: UUID) -> None:
    [agency] = (await read(client))["agencies"]
    wanted = {
        "drafts_high_impact": 1,
        "opinions": 3,
        "opinions_answered": 2,
        "answers_changed": 1,
        "consultations_answered": 1,
        "bodies_asked": 3,
        "bodies_answered": 1,
    }
    assert {name: agency[name] for name in wanted} == wanted
    assert (agency["days_open"], agency["days_to_answer"], agency["answered_percent"]) == (6, 9, None)
    for figure, count in wanted.items():
        assert await items(client, figure) == [("Dự thảo giá nước", count)], figure
    [item] = (await client.get(f"{OPENNESS}/items?figure=opinions")).json()["items"]
    assert (await client.get(item["path"])).json()["id"] == str(consultation_id(answered))


async def test_answers_that_are_written_but_not_public_count_as_none(
    client: httpx.AsyncClient, database: Database, answered: UUID
) -> None:
    async with database.write() as session:
        row = update(CONSULTATION).where(CONSULTATION.c.id == consultation_id(answered))
        await session.execute(row.values(state="closed", answered_at=None))
    total = (await read(client))["total"]
    assert (total["opinions_closed"], total["opinions_answered"], total["answers_changed"]) == (3, 0, 0)


async def test_policies_are_counted_by_what_their_agency_states(
    client: httpx.AsyncClient, database: Database, answered: UUID, publish_edition: Publish
) -> None:
    dates = [{"role": "issued", "on": str(today()), "source": "Văn bản gốc"}]
    stated = {"Có": {"high_impact": True}, "Không": {"high_impact": False, "impact_stated": True}, "Chưa nêu": {}}
    made = {}
    for number, (title, impact) in enumerate(stated.items()):
        content = {"title": title, "dates": dates, "number": f"{number + 3}/KH-UBND", "high_impact": False} | impact
        made[title] = await publish_edition("policy", contents.policy(**content))
    async with database.write() as session:
        row = update(CONSULTATION).where(CONSULTATION.c.id == consultation_id(answered))
        await session.execute(row.values(state="adopted", adopted_at=now(), policy_id=made["Có"]))

    for figure, titles in {
        "policies_high_impact": ["Có"],
        "policies_consulted": ["Có"],
        "policies_no_impact": ["Không"],
        "policies_not_stated": ["Chưa nêu"],
    }.items():
        assert [title for title, _ in await items(client, figure)] == titles, figure
    for wanted, title in (("yes", "Có"), ("no", "Không"), ("not_stated", "Chưa nêu")):
        [listed] = (await client.get(f"/api/v1/policies?impact={wanted}")).json()["items"]
        assert (listed["title"], listed["impact_stated"]) == (title, wanted != "not_stated")
    earlier = f"first_on={today() - timedelta(days=90)}&last_on={today() - timedelta(days=1)}"
    assert (await read(client, earlier))["total"]["policies_high_impact"] == 0


async def test_a_view_of_before_the_statement_was_known_says_nothing_of_it(
    client: httpx.AsyncClient, database: Database, publish_edition: Publish
) -> None:
    await publish_edition("policy", contents.policy(high_impact=False))
    view = table(PublishedView)
    async with database.write() as session:
        [card] = (await session.execute(select(view.c.card))).scalars()
        older = card.replace(b',"impact_stated":false', b"")
        assert older != card
        await session.execute(update(view).values(card=older))
    asked = {"query": "{ policies { edges { node { impactStated } } } }"}
    [edge] = (await client.post("/graphql", json=asked)).json()["data"]["policies"]["edges"]
    assert edge["node"]["impactStated"] is False
    assert "impact_stated" not in (await client.get("/api/v1/policies")).json()["items"][0]


async def test_a_window_is_too_short_where_its_consultation_says_so(
    client: httpx.AsyncClient, database: Database, publish_edition: Publish
) -> None:
    windows = {"Công bố muộn": (-9, 14), "Đủ ngày, đã dừng": (-1, 24), "Ngắn": (1, 8)}
    async with database.write() as session:
        session.add(ClockRule(**rule_row(WINDOW_RULE, "2024-01-01", None, 20, "days")))
    ids = {
        title: consultation_id(await publish_edition("draft", contents.draft(title=title, consultation=window(*days))))
        for title, days in windows.items()
    }
    desk = Desk(client, await key(database, "ubnd-hue"))
    await desk.done(ids["Đủ ngày, đã dừng"], "drop", {"reason": "Không cần nữa."})

    found = {title: (await client.get(f"/api/v1/consultations/{id_}")).json() for title, id_ in ids.items()}

    assert [found[title]["minimum"]["is_kept"] for title in windows] == [False, True, False]
    assert sorted(await items(client, "windows_below_minimum")) == [("Công bố muộn", 1), ("Ngắn", 1)]


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("agency=so-la", "agency"),
        ("first_on=2026-02-30", "first_on"),
        ("first_on=2026-03-01&last_on=2026-02-01", "last_on"),
        ("first_on=2021-01-01&last_on=2026-01-04", "first_on"),
        ("first_on=0001-01-01", "first_on"),
        ("x=1", "x"),
    ],
)
async def test_a_wrong_question_is_refused_with_its_field(client: httpx.AsyncClient, query: str, field: str) -> None:
    for path in ("", ".csv", ".svg"):
        answer = await client.get(f"{OPENNESS}{path}?{query}")
        assert (answer.status_code, answer.json()["field"]) == (422, field), (path, answer.text)


async def test_five_years_are_counted_and_more_items_than_a_request_may_read_are_refused(
    client: httpx.AsyncClient, answered: UUID, publish_edition: Publish, monkeypatch: pytest.MonkeyPatch
) -> None:
    await publish_edition("draft", contents.draft(title="Dự thảo khác", consultation=window(-2, 9)))
    assert (await read(client, "first_on=2024-01-01&last_on=2028-12-31"))["total"]["drafts_announced"] == 2
    monkeypatch.setattr(facts, "MAX_ITEMS", 1)

    refused = await client.get(OPENNESS)

    assert (refused.status_code, refused.json()["code"], refused.json()["field"]) == (422, "invalid_input", "first_on")


async def test_minimum_terms_of_many_starts_are_those_of_each_in_two_statements(database: Database) -> None:
    starts = [midnight(date(2024, 12, 30)) + timedelta(days=97 * number) for number in range(9)]
    rules = [("2025-01-03", "2025-10-01", 20, "days"), ("2025-10-01", "2027-01-01", 9, "working_days")]
    async with database.write() as session:
        session.add_all([ClockRule(**rule_row(WINDOW_RULE, *rule)) for rule in rules])
    seen: list[str] = []
    async with database.read() as connection:
        event.listen(connection.sync_connection, "before_cursor_execute", lambda *given: seen.append(given[2]))
        found = {start: term.ends_at for start, term in (await read_minimums(connection, WINDOW_RULE, starts)).items()}
        statements = len(seen)
        each = {start: (await read_minimum(connection, WINDOW_RULE, start)).ends_at for start in starts}

    assert found == each
    assert [end is None for end in found.values()] == [True, *[False] * 7, True]
    assert statements == 2


async def test_items_come_in_pages_whose_counts_add_up(client: httpx.AsyncClient, publish_edition: Publish) -> None:
    dates = [{"role": "issued", "on": str(today()), "source": "Văn bản gốc"}]
    made = []
    for number in ("4/KH-UBND", "5/KH-UBND", "6/KH-UBND"):
        content = contents.policy(dates=dates, number=number, high_impact=True)
        made.append(await publish_edition("policy", content))
    path, seen = f"{OPENNESS}/items?figure=policies_high_impact&limit=2", []
    first = (await client.get(path)).json()
    second = await client.get(path, params={"figure": "policies_high_impact", "limit": 2, "cursor": first["next"]})
    for page in (first, second.json()):
        assert page["total"] == 3
        seen += [item["id"] for item in page["items"]]
    assert (seen, second.json()["next"]) == (sorted(map(str, made)), None)
    other = await client.get(f"{OPENNESS}/items?figure=opinions&cursor={first['next']}")
    assert (other.status_code, other.json()["field"]) == (422, "cursor")


async def test_the_csv_has_a_line_for_each_agency_and_one_for_all(client: httpx.AsyncClient, answered: UUID) -> None:
    answer = await client.get(f"{OPENNESS}.csv")
    rows = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert [(row["agency_code"], row["opinions"], row["answered_percent"]) for row in rows] == [
        ("ubnd-hue", "3", ""),
        ("", "3", ""),
    ]
    assert (await client.get(f"{OPENNESS}.csv", headers={"if-none-match": answer.headers["etag"]})).status_code == 304


async def test_the_chart_tells_few_cases_as_a_count(client: httpx.AsyncClient, answered: UUID) -> None:
    vi = etree.fromstring((await client.get(f"{OPENNESS}.svg")).content)
    text = " ".join("".join(vi.itertext()).split())
    assert "dưới 5 trường hợp: 2 / 3" in text
    assert "66.7" not in text
    en = (await client.get(f"{OPENNESS}.svg?lang=en")).text
    assert "fewer than 5 cases: 2 / 3" in en
    empty = (await client.get(f"{OPENNESS}.svg?first_on=2020-01-01&last_on=2020-12-31&lang=en")).text
    assert "No figures in this period." in empty


async def test_graphql_tells_the_same(client: httpx.AsyncClient, answered: UUID) -> None:
    query = "{ openness { agencies { agency { code } opinions daysToAnswer } total { opinions } }"
    query += " opennessItems(figure: opinions) { edges { node { id subject count } } } }"
    found = (await client.post("/graphql", json={"query": query})).json()["data"]
    assert found == {
        "openness": {
            "agencies": [{"agency": {"code": "ubnd-hue"}, "opinions": 3, "daysToAnswer": 9}],
            "total": {"opinions": 3},
        },
        "opennessItems": {
            "edges": [{"node": {"id": str(consultation_id(answered)), "subject": "consultation", "count": 3}}],
        },
    }
