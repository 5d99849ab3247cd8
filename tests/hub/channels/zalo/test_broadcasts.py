"""Broadcasts at Zalo: sent once or not at all, after a second person, within quota and hours, with a shown article."""

import asyncio
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import update

from hub.channels.zalo import broadcasts, ledger
from hub.channels.zalo.event_counts import COUNT
from hub.channels.zalo.ledger import SentCounts, compute_ledger, next_opening, read_ledger
from hub.content.publishing import EDITION
from hub.db import Database
from hub.settings import Settings
from hub.times import VIETNAM, now
from tests.support import contents
from tests.support.servers import Publish
from tests.support.zalo import ZaloDesk, ZaloServer

NAME = "zalo_broadcast"


class Bulletins:
    """Publishes bulletins that name the broadcast, approved by a second person."""

    def __init__(self, publish: Publish, database: Database):
        self.publish, self.database = publish, database

    async def make(self, title: str, *, approved_by: str | None = "second") -> UUID:
        channels = ["web", "zalo", NAME]
        document = await self.publish("bulletin", contents.bulletin(title=title, channels=channels))
        async with self.database.write() as session:
            mine = update(EDITION).where(EDITION.c.document_id == document)
            await session.execute(mine.values(approved_by=approved_by))
        return document


@pytest.fixture
def bulletins(publish_edition: Publish, database: Database) -> Bulletins:
    return Bulletins(publish_edition, database)


async def test_a_broadcast_waits_for_its_article_and_is_then_sent_once(
    desk: ZaloDesk, zalo: ZaloServer, bulletins: Bulletins, database: Database
) -> None:
    await bulletins.make("Đóng đập Tả Trạch từ 14 giờ")
    await desk.queue.serve(NAME)
    [waiting] = await desk.items(NAME)
    assert (waiting.state, waiting.hold, zalo.tell()["broadcasts"]) == ("held", "article", [])
    await desk.settle()
    await asyncio.sleep(0.3)
    item = await desk.settle(NAME)
    assert item.state == "in_review", item.words
    [sent] = zalo.tell()["broadcasts"]
    assert sent["title"] == "Đóng đập Tả Trạch từ 14 giờ"
    # An event of its arrival is the proof; without one, nobody says that it is live.
    async with database.write() as session:
        arrived = {"day": now().date(), "name": "user_received_message", "msg_id": sent["message_id"], "count": 2}
        await session.execute(COUNT.insert().values(**arrived, last_at=now()))
        await session.execute(update(ledger.ITEM).where(ledger.ITEM.c.id == item.id).values(next_at=now()))
    assert (await desk.settle(NAME)).state == "live"
    assert len(zalo.tell()["broadcasts"]) == 1


async def test_a_broadcast_of_which_no_arrival_is_known_becomes_unknown_for_a_person(
    desk: ZaloDesk, zalo: ZaloServer, bulletins: Bulletins, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    await bulletins.make("Lịch tiêm chủng tháng mười hai")
    await desk.settle()
    item = await desk.settle(NAME)
    assert item.state == "in_review"
    monkeypatch.setattr(broadcasts, "GIVE_UP", timedelta(0))
    async with database.write() as session:
        await session.execute(update(ledger.ITEM).where(ledger.ITEM.c.id == item.id).values(next_at=now()))
    item = await desk.settle(NAME)
    assert (item.state, item.next_at) == ("unknown", None)
    assert "manager of the account" in item.words
    assert len(zalo.tell()["broadcasts"]) == 1


@pytest.mark.parametrize("kind", ["lose", "html", "busy"])
async def test_a_broadcast_whose_answer_was_lost_is_never_repeated(
    desk: ZaloDesk, zalo: ZaloServer, bulletins: Bulletins, kind: str
) -> None:
    await bulletins.make("Cấm đường Lê Lợi sáng chủ nhật")
    await desk.settle()
    zalo.set(faults=[{"call": "broadcast", "kind": kind, "after": 0}])
    item = await desk.settle(NAME)
    assert (item.state, item.next_at) == ("unknown", None)
    for _ in range(3):
        await desk.queue.serve(NAME)
    assert zalo.tell()["calls"].count("broadcast") == 1


@pytest.mark.parametrize("approved_by", [None, "test"])
async def test_without_a_second_person_nothing_is_broadcast(
    desk: ZaloDesk, zalo: ZaloServer, bulletins: Bulletins, approved_by: str | None
) -> None:
    await bulletins.make("Tin của một người", approved_by=approved_by)
    await desk.settle()
    item = await desk.settle(NAME)
    assert item.state == "failed"
    assert "second person" in item.words
    assert zalo.tell()["calls"].count("broadcast") == 0


async def test_without_its_article_nothing_is_broadcast(desk: ZaloDesk, zalo: ZaloServer, bulletins: Bulletins) -> None:
    zalo.set(faults=[{"call": "create", "kind": "error:-224"}])
    await bulletins.make("Bài không lên được Zalo")
    await desk.settle()
    item = await desk.settle(NAME)
    assert item.state == "failed"
    assert "article is not on Zalo" in item.words
    assert zalo.tell()["broadcasts"] == []


async def test_a_used_quota_holds_the_broadcast_until_it_begins_anew(
    desk: ZaloDesk, zalo: ZaloServer, bulletins: Bulletins
) -> None:
    zalo.set(quota=0)
    await bulletins.make("Thông báo lịch cắt nước Thuận Hòa")
    await desk.settle()
    item = await desk.settle(NAME)
    assert (item.state, item.hold) == ("held", "quota")
    assert item.next_at > now()
    assert zalo.tell()["calls"].count("broadcast") == 0


@pytest.mark.parametrize("kind", ["busy", "html"])
async def test_a_lost_answer_about_the_quota_is_asked_for_again_and_not_taken_for_a_used_one(
    desk: ZaloDesk, zalo: ZaloServer, bulletins: Bulletins, kind: str
) -> None:
    for title in ("Tin thứ nhất trong ngày", "Tin thứ hai trong ngày"):
        await bulletins.make(title)
        await desk.settle()
        zalo.set(faults=[{"call": "quota", "kind": kind, "times": 2}])
        assert (await desk.settle(NAME)).state == "in_review"
    assert len(zalo.tell()["broadcasts"]) == 2


async def test_at_night_a_broadcast_waits_for_six_o_clock(
    desk: ZaloDesk, zalo: ZaloServer, bulletins: Bulletins, monkeypatch: pytest.MonkeyPatch
) -> None:
    tomorrow = now().astimezone(VIETNAM).date() + timedelta(days=1)
    night = datetime.combine(tomorrow, datetime.min.time(), VIETNAM).replace(hour=4, minute=12)
    await bulletins.make("Thông báo lúc nửa đêm")
    await desk.settle()
    monkeypatch.setattr(broadcasts, "now", lambda: night)
    channel = desk.queue.channels[NAME]
    assert isinstance(channel, broadcasts.ZaloBroadcasts)
    channel.settings = channel.settings.model_copy(update={"zalo_hours": "06-20"})
    item = await desk.settle(NAME)
    assert (item.state, item.hold) == ("held", "quiet_hours")
    assert item.next_at == night.replace(hour=6, minute=0)
    assert zalo.tell()["broadcasts"] == []


def test_the_ledger_trusts_zalo_and_else_counts_by_the_table() -> None:
    settings = Settings(zalo_app_id="1")
    noon = datetime(2026, 12, 24, 12, tzinfo=VIETNAM)
    known: dict[str, Any] = {"package": "Gói Nâng cao (Advanced)", "remaining": None, "followers": 5}
    by_table = compute_ledger(settings, known, SentCounts(0, 3), noon)
    assert (by_table.allowed_per_month, by_table.remaining, by_table.is_from_zalo) == (4, 1, False)
    used = compute_ledger(settings, known, SentCounts(0, 4), noon)
    assert (used.remaining, used.next_at) == (0, datetime(2027, 1, 1, 6, tzinfo=VIETNAM))
    today = compute_ledger(settings, known, SentCounts(1, 1), noon)
    assert (today.remaining, today.next_at) == (0, datetime(2026, 12, 25, 6, tzinfo=VIETNAM))
    assert compute_ledger(settings, known | {"remaining": 9}, SentCounts(1, 4), noon).remaining == 9
    assert compute_ledger(settings, None, SentCounts(0, 0), noon).allowed_per_month == 1


@pytest.mark.parametrize(
    ("hours", "at", "opens"),
    [
        ("06-20", "05:59", "06:00"),
        ("06-20", "06:00", "06:00"),
        ("06-20", "19:59", "19:59"),
        ("06-20", "20:00", "+06:00"),
        ("22-04", "23:30", "23:30"),
        ("22-04", "03:59", "03:59"),
        ("22-04", "04:00", "22:00"),
        ("00-24", "02:00", "02:00"),
    ],
)
def test_the_hours_open_at_their_first_and_end_before_their_last(hours: str, at: str, opens: str) -> None:
    day = datetime(2026, 12, 31, tzinfo=VIETNAM)
    moment = day.replace(hour=int(at[:2]), minute=int(at[3:]))
    found = next_opening(hours, moment)
    expected = day.replace(hour=int(opens[-5:-3]), minute=int(opens[-2:])) + timedelta(days=opens.startswith("+"))
    assert found == expected


async def test_what_was_sent_counts_in_the_ledger(
    desk: ZaloDesk, zalo: ZaloServer, bulletins: Bulletins, database: Database, settings: Settings
) -> None:
    await bulletins.make("Tin đã gửi cho người quan tâm")
    await desk.settle()
    await desk.settle(NAME)
    async with database.read() as connection:
        found = await read_ledger(connection, settings)
    assert (found.sent_today, found.sent_this_month, found.followers, found.package) == (1, 1, 48_213, "Premium")
    assert (found.remaining, found.is_from_zalo) == (5, True)
