"""Headlines are inserted once, their times are classified, and expired ones are deleted."""

import gzip
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import orjson
import pytest
from sqlalchemy import select, update

from hub.db import Database, table
from hub.errors import InvalidInput
from hub.press.commands import ITEM, InsertResult, delete_expired, insert_items, reclassify_items
from hub.press.headlines import ClockCheck, parse_shifts, read_file
from hub.press.items import PressItem
from hub.press.publication_times import PressTime, time_kinds
from hub.press.urls import article_url
from hub.registry.models import Topic
from hub.times import VIETNAM, now
from ingest.sources.commands import validate_source
from ingest.sources.pipeline.press import add_entries
from tests.support.newspapers import lexicon

LEXICON = lexicon()
TOPIC = table(Topic)
AT = datetime(2026, 11, 2, 8, 0, tzinfo=VIETNAM)
ITEMS = [
    PressItem("Huế thu gom rác ban đêm", "https://www.bao.test/a-1.html?utm_source=x#top", AT, None, "Báo Một"),
    PressItem("Sạt lở ở A Lưới", None, AT, AT, "Báo Hai"),
]


async def _all(database: Database) -> list[Any]:
    async with database.read() as connection:
        return list((await connection.execute(select(ITEM).order_by(ITEM.c.title))).all())


async def test_an_item_is_inserted_once_under_every_variant_of_its_url(database: Database) -> None:
    again = [
        replace(ITEMS[0], title="Tít đã sửa", link="http://bao.test/a-1.html"),
        replace(ITEMS[1], title="SẠT LỞ ở A Lưới", published_at=AT + timedelta(hours=3)),
    ]
    bad = [
        replace(ITEMS[0], title="  "),
        replace(ITEMS[0], title="x" * 501),
        replace(ITEMS[0], published_at=now() + timedelta(days=3)),
        replace(ITEMS[0], published_at=AT.replace(year=1970)),
    ]
    async with database.write() as session:
        assert await insert_items(session, "bao-mot", ITEMS, LEXICON) == InsertResult(new=2)
        assert await insert_items(session, None, again + bad, LEXICON) == InsertResult(known=2, refused=4)
        assert await insert_items(session, None, [replace(ITEMS[1], published_at=AT + timedelta(days=1))], LEXICON) == (
            InsertResult(new=1)
        )
    first, *_ = await _all(database)

    assert (first.title, first.link, first.source) == (
        "Huế thu gom rác ban đêm",
        "https://bao.test/a-1.html",
        "bao-mot",
    )
    assert (first.topics, first.places, first.tone, first.at) == (["rac-thai"], ["46"], None, AT)


async def test_a_time_without_a_zone_is_rejected_and_nothing_is_stored(database: Database) -> None:
    with pytest.raises(InvalidInput) as refused:
        async with database.write() as session:
            await insert_items(session, None, [ITEMS[0], replace(ITEMS[1], published_at=datetime(2026, 1, 1))], LEXICON)

    assert refused.value.field == "published_at"
    assert await _all(database) == []


def test_a_timestamp_with_fractions_or_shared_by_many_items_is_a_time_of_collection() -> None:
    odd, planned = AT.replace(second=43), AT.replace(minute=0)
    items = [
        *[PressItem(f"Một {n}", None, odd, None, "Báo Một") for n in range(3)],
        *[PressItem(f"Hai {n}", None, planned, None, "Báo Một") for n in range(5)],
        PressItem("Ba", None, odd, None, "Báo Hai"),
        PressItem("Bốn", None, AT.replace(microsecond=12), None, "Báo Hai"),
        PressItem("Năm", None, None, AT, "Báo Hai"),
    ]
    collected, published = PressTime.collected, PressTime.published

    assert time_kinds(items) == [*[collected] * 3, *[published] * 6, collected, collected]


async def test_a_changed_lexicon_classifies_all_headlines_again(database: Database) -> None:
    async with database.write() as session:
        await insert_items(session, None, ITEMS, LEXICON)
        await session.execute(update(ITEM).values(topics=[], places=["1"], tone=1, lexicon="older"))
        assert (await reclassify_items(session, LEXICON), await reclassify_items(session, LEXICON)) == (2, 0)

    assert [(row.topics, row.places, row.tone) for row in await _all(database)] == [
        (["rac-thai"], ["46"], None),
        (["phong-chong-thien-tai"], ["481"], -1),
    ]


async def test_items_older_than_the_setting_are_deleted(database: Database) -> None:
    old, young = now() - timedelta(days=41), now() - timedelta(days=39)
    async with database.write() as session:
        items = [replace(ITEMS[0], published_at=old), replace(ITEMS[1], published_at=young)]
        await insert_items(session, None, items, LEXICON)
        assert await delete_expired(session, 40) == 1

    assert [row.title for row in await _all(database)] == [ITEMS[1].title]


async def test_entries_of_a_press_feed_are_classified_by_the_current_registry(database: Database) -> None:
    config = {"url": "https://bao.test/rss"}
    source = validate_source(
        {"code": "bao-mot", "name": "Báo Một", "type": "feed", "kind": "press", "agency": "ubnd-hue", "config": config}
    )
    async with database.write() as session:
        await session.execute(update(TOPIC).where(TOPIC.c.code == "rac-thai").values(name="Đêm hội chợ phiên"))
        entries = [PressItem("Đêm hội chợ phiên ở A Lưới, Huế", None, AT, None, source.name)]
        assert await add_entries(session, source.code, entries) == InsertResult(new=1)
    [item] = await _all(database)

    assert (item.source, item.outlet, item.topics, item.places) == ("bao-mot", "Báo Một", ["rac-thai"], ["46", "481"])


def test_a_file_is_read_item_by_item_with_shifted_times_and_none_for_invalid_lines(tmp_path: Path) -> None:
    path = tmp_path / "press.jsonl.gz"
    good = {"title": "Tin mới", "source": "Báo = Ba", "published": "2026-10-01T17:30:00+07:00"}
    lines = [orjson.dumps(good), b"{", b'{"title": 3}', b"[]", b"x" * 100_002, b"", orjson.dumps(good | {"link": 1})]
    path.write_bytes(gzip.compress(b"\n".join(lines)))

    first, *rest = read_file(path, parse_shifts(["Báo = Ba=7"]))

    assert first is not None
    assert first.published_at == datetime(2026, 10, 2, 0, 30, tzinfo=VIETNAM)
    assert set(rest) == {None}
    with pytest.raises(InvalidInput):
        parse_shifts(["Báo Ba"])


def test_an_outlet_with_quiet_hours_in_the_evening_is_reported() -> None:
    clocks = ClockCheck()
    for n in range(600):
        awake = AT.replace(hour=(6 + n % 17), minute=n % 60)
        clocks.add(PressItem(f"Tin {n}", None, awake, None, "Đúng giờ"))
        clocks.add(PressItem(f"Tin {n}", None, awake - timedelta(hours=7), None, "Giờ UTC"))

    assert [outlet for outlet, _, _ in clocks.find_shifted_outlets()] == ["Giờ UTC"]


@pytest.mark.parametrize(
    ("link", "form"),
    [
        ("HTTP://WWW.Bao.test:80/a/?b=2&a=1&fbclid=9#x", "https://bao.test/a?a=1&b=2"),
        ("https://m.bao.test", "https://bao.test/"),
        ("javascript:alert(1)", None),
        ("https://[::1", None),
    ],
)
def test_variants_of_an_article_url_are_one(link: str, form: str | None) -> None:
    assert article_url(link) == form
