"""Editors see counts with their headlines, and bursts with their answers; all others are denied."""

import asyncio
import warnings
from collections.abc import AsyncIterator
from datetime import datetime, time, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlalchemy import select, text, update
from typer.testing import CliRunner

from hub.auth.principal import Scope
from hub.cli import app as hub_command
from hub.db import Database
from hub.press.burst_refresh import BURST, refresh_bursts
from hub.press.commands import ITEM, insert_items
from hub.press.items import PressItem
from hub.press.job import PressJob
from hub.press.plot import draw
from hub.press.views import TrendBurst, Trends
from hub.settings import Settings
from hub.times import VIETNAM, now, today
from tests.support import contents
from tests.support.editors import key
from tests.support.newspapers import lexicon
from tests.support.servers import Publish

LEXICON = lexicon()
OUTLETS = ("Báo Một", "Báo Hai", "Báo Ba")
TRENDS = "/api/v1/manage/trends"
WASTE = "rac-thai"


def at(ago: int, hour: int = 8) -> datetime:
    """A time that many days ago; for today, one in the past."""
    return min(datetime.combine(today() - timedelta(days=ago), time(hour, 30), VIETNAM), now() - timedelta(minutes=1))


def paper(n: int, ago: int, matter: str) -> PressItem:
    outlet = OUTLETS[n % 3]
    return PressItem(f"{matter}, tin {n} ngày {ago}", f"https://bao{n % 3}.test/{ago}/{n}", at(ago), None, outlet)


def quiet(days: int) -> list[PressItem]:
    """Twelve headlines a day, one of them about waste elsewhere."""
    matters = ["Thu gom rác ở chợ quê", *["Lịch họp tuần của tổ dân phố"] * 11]
    return [paper(n, ago, matter) for ago in range(1, days) for n, matter in enumerate(matters)]


def heap(ago: int, many: int = 12) -> list[PressItem]:
    """Many headlines about waste in Huế on one day."""
    return [paper(100 + n, ago, "Huế: bãi rác ùn ứ, dân lo lắng") for n in range(many)]


async def take(database: Database, items: list[PressItem]) -> None:
    async with database.write() as session:
        await insert_items(session, None, items, LEXICON)


async def find(database: Database) -> int:
    async with database.write() as session:
        return await refresh_bursts(session)


@pytest.fixture
async def editor(client: httpx.AsyncClient, database: Database) -> AsyncIterator[httpx.AsyncClient]:
    """A client with a key of an agency that has nothing to do with any of it."""
    client.headers["authorization"] = f"Bearer {await key(database, 'so-y-te', Scope.read_working)}"
    yield client
    del client.headers["authorization"]


async def read(editor: httpx.AsyncClient, path: str = "", **params: Any) -> Any:
    answer = await editor.get(f"{TRENDS}{path}", params=params)
    assert answer.status_code == 200, answer.text
    assert answer.headers["cache-control"] == "no-store"
    return answer.json()


async def test_figures_are_counted_by_day_and_week_with_their_headlines(
    editor: httpx.AsyncClient, database: Database
) -> None:
    await take(database, [*quiet(6), *heap(2), PressItem("Rác nửa đêm", None, at(3, 23), None, "Báo Một")])

    days = await read(editor, topic=WASTE)
    [waste] = days["series"]
    figures = {figure["on"]: figure for figure in waste["figures"]}
    heaped = figures[str(today() - timedelta(days=2))]
    assert (waste["code"], waste["items"], len(days["periods"])) == (WASTE, 18, 5)
    assert (heaped["items"], heaped["share"], heaped["negative"], heaped["positive"]) == (13, round(13 / 24, 5), 12, 0)
    assert figures[str(today() - timedelta(days=3))]["items"] == 2  # half past eleven in the evening is that day's

    weeks = await read(editor, step="week", topic=WASTE, **{"from": str(today() - timedelta(days=20))})
    assert sum(figure["items"] for figure in weeks["series"][0]["figures"]) == 18
    assert {datetime.fromisoformat(figure["on"]).weekday() for figure in weeks["series"][0]["figures"]} == {0}

    [place] = (await read(editor, by="place"))["series"]
    assert (place["code"], place["name"], place["items"]) == ("46", "Thành phố Huế", 12)
    assert place["figures"][0]["negative"] is None  # tone is told of topics only

    day = str(today() - timedelta(days=2))
    first = await read(editor, "/items", topic=WASTE, limit=10, to=day, **{"from": day})
    rest = await read(editor, "/items", topic=WASTE, limit=10, to=day, cursor=first["next"], **{"from": day})
    behind = first["items"] + rest["items"]
    assert (len(behind), len({item["id"] for item in behind}), rest["next"]) == (13, 13, None)
    assert set(behind[0]) == {"id", "title", "outlet", "link", "at", "time", "topics", "places"}
    assert {item["at"] for item in behind} == {f"{day}T08:30:00+07:00"}


async def test_a_burst_keeps_its_id_while_it_grows_and_is_deleted_when_no_longer_significant(
    editor: httpx.AsyncClient, database: Database
) -> None:
    await take(database, quiet(45))
    assert await find(database) == 0
    await take(database, heap(3))
    assert await find(database) > 0
    [before] = (await read(editor, "/bursts", topic=WASTE, by="topic"))["items"]
    await take(database, heap(2))
    both = await asyncio.gather(find(database), find(database))
    [after] = (await read(editor, "/bursts", topic=WASTE, by="topic"))["items"]

    assert list(both) == [0, 0]
    assert (before["first_on"], before["last_on"]) == (str(today() - timedelta(days=3)),) * 2
    assert (after["id"], after["first_on"], after["last_on"]) == (
        before["id"],
        before["first_on"],
        str(today() - timedelta(days=2)),
    )
    assert after["items"] > before["items"] > 3 * before["expected"]
    assert after["places"] == ["46"]
    assert "ùn ứ" in after["phrases"]
    assert after["state"] == "open"
    assert after["open_hours"] > 24

    async with database.write() as session:
        await session.execute(update(ITEM).where(ITEM.c.title.contains("bãi rác")).values(topics=[], places=[]))
    assert await find(database) == 0
    assert (await read(editor, "/bursts"))["items"] == []


async def test_a_later_document_about_the_same_matter_answers_a_burst(
    editor: httpx.AsyncClient, database: Database, publish_edition: Publish
) -> None:
    await take(database, [*quiet(45), *heap(2)])
    await find(database)

    async def told(kind: str, hours: float, **changes: Any) -> str:
        made = await publish_edition(kind, contents.MADE[kind](**changes))
        async with database.write() as session:
            moved = text("UPDATE published_view SET published_at = :at WHERE document_id = :id")
            await session.execute(moved, {"at": at(2) + timedelta(hours=hours), "id": made})
        return str(made)

    async def answer() -> Any:
        [burst] = (await read(editor, "/bursts", by="topic", topic=WASTE))["items"]
        assert (burst["state"] == "answered") == (burst["answer"] is not None) == (burst["open_hours"] is None)
        return burst["answer"]

    await told("bulletin", -1, topics=[WASTE], places=["46"])  # before it began
    await told("bulletin", 5, topics=[WASTE], places=[], title="Tập huấn", lead="Ở trụ sở.")  # the topic alone
    await told("policy", 5, topics=[WASTE])  # nobody speaks
    await publish_edition("statement", contents.statement(topics=[WASTE], places=["46"]), published=False)
    assert await answer() is None

    late = await told("statement", 30, topics=[WASTE], title="Về việc bãi rác ùn ứ")
    first = await answer()
    assert (first["id"], first["kind"], first["after_hours"], first["because"]) == (
        late,
        "statement",
        30.0,
        ["subject", "words"],
    )
    early = await told("bulletin", 6.5, topics=[WASTE], places=["46"])
    assert ((await answer())["id"], (await answer())["because"]) == (early, ["subject", "company"])

    async with database.write() as session:  # taken back: it answers nothing any more
        await session.execute(
            text("UPDATE published_view SET state = 'withdrawn' WHERE document_id = :id"), {"id": early}
        )
    assert (await answer())["id"] == late


@pytest.mark.parametrize(
    ("path", "params", "field"),
    [
        ("", {"from": "2026-02-02", "to": "2026-02-01"}, "from"),
        ("", {"from": "2025-01-01", "to": "2026-02-01"}, "from"),
        ("", {"step": "month"}, "step"),
        ("", {"tone": "1"}, "tone"),
        ("/items", {"to": "today"}, "to"),
        ("/items", {"cursor": "x"}, "cursor"),
        ("/bursts", {"from": "2026-02-02", "to": "2026-02-01"}, "from"),
        ("/bursts", {"cursor": "x"}, "cursor"),
    ],
)
async def test_an_invalid_parameter_of_trends_is_rejected_by_its_name(
    editor: httpx.AsyncClient, path: str, params: dict[str, str], field: str
) -> None:
    refused = await editor.get(f"{TRENDS}{path}", params=params)

    assert refused.status_code == 422
    assert refused.json()["field"] == field


async def test_a_key_without_the_scope_is_denied_and_sees_nothing(
    client: httpx.AsyncClient, database: Database
) -> None:
    await take(database, heap(1))
    headers = {"authorization": f"Bearer {await key(database, 'ubnd-hue', Scope.write, Scope.sources)}"}
    for path in ("", "/items", "/bursts"):
        refused = await client.get(f"{TRENDS}{path}", headers=headers)
        assert (refused.status_code, refused.json()["code"]) == (403, "forbidden")
        assert "ùn ứ" not in refused.text
    for asked in ("trends { series { code } }", "trendItems { edges { node { title } } }"):
        answer = await client.post("/graphql", json={"query": f"{{ manage {{ {asked} }} }}"}, headers=headers)
        assert answer.json()["errors"][0]["extensions"]["code"] == "forbidden"


async def test_graphql_returns_the_same_as_rest(editor: httpx.AsyncClient, database: Database) -> None:
    await take(database, [*quiet(45), *heap(2)])
    await find(database)
    query = """{ manage {
      trends(topic: "rac-thai", step: week) { by step series { code items figures { on items share negative } } }
      trendItems(topic: "rac-thai", first: 2) { edges { node { title time } } pageInfo { hasNextPage endCursor } }
      trendBursts(by: topic) { edges { node { code firstOn state phrases answer { title } } } }
    } }"""
    found = (await editor.post("/graphql", json={"query": query})).json()["data"]["manage"]

    rest = await read(editor, step="week", topic=WASTE)
    items, bursts = await read(editor, "/items", topic=WASTE, limit=2), await read(editor, "/bursts", by="topic")
    [series] = found["trends"]["series"]
    assert [figure["share"] for figure in series["figures"]] == [f["share"] for f in rest["series"][0]["figures"]]
    assert [edge["node"]["title"] for edge in found["trendItems"]["edges"]] == [
        item["title"] for item in items["items"]
    ]
    assert found["trendItems"]["pageInfo"] == {"hasNextPage": True, "endCursor": items["next"]}
    assert [(e["node"]["code"], e["node"]["firstOn"], e["node"]["state"]) for e in found["trendBursts"]["edges"]] == [
        (burst["code"], burst["first_on"], burst["state"]) for burst in bursts["items"]
    ]


async def test_the_worker_updates_bursts_classifies_again_and_deletes_expired(database: Database) -> None:
    ticker = PressJob(database, keep_days=40)
    await take(database, [*quiet(45), *heap(2)])
    async with database.write() as session:
        await session.execute(update(ITEM).values(topics=[], places=[], lexicon="older"))
    await ticker.detect()
    async with database.read() as connection:
        assert (await connection.execute(select(BURST.c.subject))).all() == []

    await ticker.maintain()
    await ticker.detect()
    async with database.read() as connection:
        assert (WASTE,) in (await connection.execute(select(BURST.c.subject))).all()
        assert (await connection.execute(select(ITEM.c.at).order_by(ITEM.c.at).limit(1))).scalar_one() > at(41)


async def test_the_chart_has_glyphs_for_every_name_and_the_command_writes_it(
    editor: httpx.AsyncClient, database: Database, settings: Settings, tmp_path: Path, publish_edition: Publish
) -> None:
    await take(database, [*quiet(45), *heap(2)])
    await find(database)
    await publish_edition("bulletin", contents.bulletin(topics=[WASTE], places=["46"]))
    trends = Trends.model_validate(await read(editor))
    bursts = [TrendBurst.model_validate(each) for each in (await read(editor, "/bursts"))["items"]]
    with warnings.catch_warnings():
        warnings.filterwarnings("error", message="Glyph ")  # a letter that the font has not
        assert draw(tmp_path / "a.png", trends, bursts)[0] == WASTE
        draw(tmp_path / "empty.png", trends.model_copy(update={"series": []}), [])

    environment = {"HUB_DATABASE_URL": settings.require_database_url(), "COLUMNS": "200"}
    for command in (["plot", str(tmp_path / "b.png"), "--by", "place"], ["list"], ["find"]):
        ran = await asyncio.to_thread(CliRunner().invoke, hub_command, ["trends", *command], env=environment)
        assert ran.exit_code == 0, ran.output
        assert command[0] != "list" or "lo lắng" in ran.output
    assert (tmp_path / "b.png").read_bytes()[:8] == b"\x89PNG\r\n\x1a\n" == (tmp_path / "a.png").read_bytes()[:8]
