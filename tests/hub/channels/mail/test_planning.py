"""Planning from the log: each subscriber gets each item once, and is told of what is taken back."""

import asyncio
from collections import Counter
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import delete, select, update

from hub.channels.mail.digests import make_digests
from hub.channels.mail.management import SubscriptionManager
from hub.channels.mail.planner import plan_at_once
from hub.channels.mail.rows import DIGEST, PROGRESS, RUN, SUBSCRIPTION, MailMode
from hub.channels.mail.schedule import last_due, next_due
from hub.channels.receipts import read_receipts
from hub.channels.rows import ITEM
from hub.content.commands import lock_documents, remove_document, withdraw
from hub.db import Database
from hub.log.epochs import begin_epoch
from hub.times import VIETNAM, now
from tests.support import contents
from tests.support.figures import Figure
from tests.support.mails import DAY, MailHub
from tests.support.servers import Publish

LAN, MINH, HOA = "lan@vidu.vn", "minh@vidu.vn", "hoa@vidu.vn"


async def publish_some(publish: Publish, count: int, name: str = "Tin") -> list[UUID]:
    return [await publish("bulletin", contents.bulletin(title=f"{name} {n}")) for n in range(count)]


async def ranges(database: Database) -> dict[UUID, list[tuple[int, int]]]:
    async with database.read() as connection:
        rows = await connection.execute(select(DIGEST).order_by(DIGEST.c.subscription_id, DIGEST.c.id))
        found: dict[UUID, list[tuple[int, int]]] = {}
        for row in rows:
            found.setdefault(row.subscription_id, []).append((row.from_seq, row.to_seq))
        return found


def assert_ranges_meet(found: dict[UUID, list[tuple[int, int]]]) -> None:
    for of_one in found.values():
        for (_, end), (start, _) in pairwise(of_one):
            assert end == start


@pytest.mark.parametrize(
    ("mode", "hour", "moment", "last", "following"),
    [
        ("daily", 7, "2026-11-30T07:00:00+07:00", "2026-11-30T07:00:00+07:00", "2026-12-01T07:00:00+07:00"),
        ("daily", 7, "2026-11-30T06:59:59+07:00", "2026-11-29T07:00:00+07:00", "2026-11-30T07:00:00+07:00"),
        ("daily", 0, "2026-11-30T17:00:00+00:00", "2026-12-01T00:00:00+07:00", "2026-12-02T00:00:00+07:00"),
        ("weekly", 7, "2026-11-30T06:00:00+07:00", "2026-11-23T07:00:00+07:00", "2026-11-30T07:00:00+07:00"),
        ("weekly", 7, "2026-12-03T06:00:00+07:00", "2026-11-30T07:00:00+07:00", "2026-12-07T07:00:00+07:00"),
    ],
)
def test_digests_are_due_at_a_fixed_local_hour(mode: str, hour: int, moment: str, last: str, following: str) -> None:
    at = datetime.fromisoformat(moment)
    assert last_due(MailMode(mode), hour, at) == datetime.fromisoformat(last)
    assert next_due(MailMode(mode), hour, at) == datetime.fromisoformat(following)
    assert next_due(MailMode.at_once, hour, at) is None


async def test_a_burst_reaches_each_subscriber_once_and_nobody_gets_what_came_before(
    mails: MailHub, publish_edition: Publish
) -> None:
    await publish_some(publish_edition, 3, "Tin cũ")
    await mails.subscribe(LAN)
    await mails.subscribe(MINH, kind=["policy"])
    await publish_some(publish_edition, 7)
    await publish_edition("policy", contents.policy())
    await asyncio.gather(*(mails.plan() for _ in range(3)))
    await mails.plan()
    await mails.send()
    assert Counter(mail.recipients[0] for mail in mails.server.mails) == {LAN: 8, MINH: 1}
    assert sorted(str(mail.message["subject"]) for mail in mails.server.to(LAN)) == sorted(
        [*(f"Mới công bố: Tin {n}" for n in range(7)), "Mới công bố: Kế hoạch không gian xanh ven sông Hương"]
    )
    assert len({item.key for item in await mails.items()}) == 8


async def test_a_withdrawal_reaches_those_who_received_the_document_and_nobody_else(
    mails: MailHub, publish_edition: Publish
) -> None:
    await mails.subscribe(LAN)
    digest = await mails.subscribe(HOA, MailMode.daily)
    document = await publish_edition("bulletin", contents.bulletin(title="Bãi rác Thủy Phương nhận thêm xe"))
    await mails.plan()
    await mails.send()
    await mails.subscribe(MINH)
    async with mails.database.write() as session:
        found = (await lock_documents(session, [document]))[document]
        await withdraw(session, found, reason="Công bố nhầm")
    await mails.plan()
    await mails.send()
    assert [str(mail.message["subject"]) for mail in mails.server.to(LAN)] == [
        "Mới công bố: Bãi rác Thủy Phương nhận thêm xe",
        "Đã thu hồi: Bãi rác Thủy Phương nhận thêm xe",
    ]
    assert "Lý do thu hồi: Công bố nhầm" in mails.server.to(LAN)[1].text
    assert mails.server.to(MINH) == []
    states = [(item.action, item.state) for item in await mails.items()]
    assert states == [("publish", "live"), ("retract", "retracted")]
    async with mails.database.read() as connection:
        receipts = await read_receipts(connection, None, document)
    counts = [(each.channel, each.state, each.items) for each in receipts.addressed]
    assert sorted(counts) == [("email", "live", 1), ("email", "retracted", 1)]
    assert [item for item in receipts.items if item.channel == "email"] == []
    # What was published and withdrawn before a digest is no news of that digest.
    assert await mails.digest(now() + 2 * DAY) == 1
    assert len(await mails.items()) == 2
    async with mails.database.read() as connection:
        [row] = (await connection.execute(select(DIGEST))).all()
    assert (row.subscription_id, row.item_id) == (digest, None)


async def test_a_mail_that_waits_is_dropped_when_its_document_is_withdrawn(
    mails: MailHub, publish_edition: Publish
) -> None:
    await mails.subscribe(LAN)
    document = await publish_edition("bulletin", contents.bulletin())
    await mails.plan()
    async with mails.database.write() as session:
        found = (await lock_documents(session, [document]))[document]
        await withdraw(session, found, reason="Công bố nhầm")
    await mails.plan()
    await mails.send()
    assert mails.server.mails == []
    assert [item.state for item in await mails.items()] == ["superseded"]


async def test_a_removed_document_leaves_no_text_in_any_mail(mails: MailHub, publish_edition: Publish) -> None:
    await mails.subscribe(LAN)
    await mails.subscribe(HOA, MailMode.daily)
    document = await publish_edition("bulletin", contents.bulletin(title="Có dữ liệu cá nhân"))
    await publish_edition("bulletin", contents.bulletin(title="Tin khác"))
    await mails.plan()
    await mails.send()
    await mails.digest(now() + 2 * DAY)
    async with mails.database.write() as session:
        found = (await lock_documents(session, [document]))[document]
        await remove_document(session, found)
    assert "Có dữ liệu cá nhân" not in str([item.payload for item in await mails.items()])
    await mails.plan()
    await mails.send()
    last = mails.server.mails[-1]
    assert last.recipients == (LAN,)
    assert "Một văn bản bạn từng nhận qua thư đã được gỡ bỏ" in last.text
    assert "Có dữ liệu cá nhân" not in last.content.decode()
    digests = [item for item in await mails.items() if item.key.startswith("digest:")]
    assert [(item.state, item.payload, item.erased) for item in digests] == [("held", None, True)]


@pytest.mark.counts(small=(8, 2), full=(60, 8), soak=(2_000, 30))
async def test_digests_meet_without_gap_or_overlap_whatever_clocks_and_schedulers_do(
    mails: MailHub, publish_edition: Publish, count: tuple[int, int], figure: Figure
) -> None:
    people, days = count
    for n in range(people):
        await mails.subscribe(f"nguoi{n}@vidu.vn", MailMode.weekly if n % 7 == 0 else MailMode.daily, hour=7)
    start = datetime.now(VIETNAM).replace(hour=6, minute=50, second=0, microsecond=0) + DAY
    for day in range(days):
        await publish_some(publish_edition, 2, f"Ngày {day} tin")
        due = start + day * DAY + timedelta(minutes=15)
        # Two schedulers at once, the clock an hour back, and forward again.
        await asyncio.gather(mails.digest(due), mails.digest(due))
        await publish_some(publish_edition, 1, f"Ngày {day} sau")
        await mails.digest(due - timedelta(hours=1))
        await mails.digest(due + timedelta(minutes=1))
    found = await ranges(mails.database)
    assert_ranges_meet(found)
    assert max(len(of_one) for of_one in found.values()) == days
    for _ in range(people * days // 200 + 1):
        await mails.send()
    titles: dict[str, list[str]] = {}
    for mail in mails.server.mails:
        lines = [line[2:] for line in mail.text.splitlines() if line.startswith("* ")]
        titles.setdefault(mail.recipients[0], []).extend(lines)
    daily = titles["nguoi1@vidu.vn"]
    assert len(daily) == len(set(daily)) == days * 3 - 1  # all but what came after the last digest
    assert all(sorted(titles[f"nguoi{n}@vidu.vn"]) == sorted(daily) for n in range(people) if n % 7)
    assert all(len(each) == len(set(each)) for each in titles.values())
    figure("digests sent", len(mails.server.mails))


async def test_a_run_that_was_interrupted_is_taken_up_by_the_next_scheduler(
    mails: MailHub, publish_edition: Publish, monkeypatch: pytest.MonkeyPatch
) -> None:
    from hub.channels.mail import digests

    monkeypatch.setattr(digests, "SUBSCRIPTIONS", 2)
    for n in range(7):
        await mails.subscribe(f"nguoi{n}@vidu.vn", MailMode.daily)
    await publish_some(publish_edition, 1)
    real, calls = digests.settle_ranges, 0

    async def die(*args: Any) -> None:
        nonlocal calls
        calls += 1
        await real(*args)
        if calls == 3:
            raise ConnectionError("killed")

    monkeypatch.setattr(digests, "settle_ranges", die)
    # Half an hour after the hour of the digests, so that three hours later no other run is due.
    due = (now().astimezone(VIETNAM) + DAY).replace(hour=7, minute=30)
    with pytest.raises(ConnectionError):
        await mails.digest(due)
    assert len(await ranges(mails.database)) == 4
    monkeypatch.setattr(digests, "settle_ranges", real)
    await publish_some(publish_edition, 1, "Tin sau")
    await mails.digest(due + timedelta(hours=3))
    found = await ranges(mails.database)
    assert len(found) == 7
    assert len({of_one[0][1] for of_one in found.values()}) == 1
    async with mails.database.read() as connection:
        [run] = (await connection.execute(select(RUN))).all()
    assert run.finished_at is not None
    await mails.send()
    assert Counter(mail.recipients[0] for mail in mails.server.mails) == {f"nguoi{n}@vidu.vn": 1 for n in range(7)}


async def test_an_empty_digest_is_no_mail_and_several_events_of_a_document_are_one_item(
    mails: MailHub, publish_edition: Publish
) -> None:
    await mails.subscribe(LAN, MailMode.daily)
    await mails.digest(now() + DAY)
    assert await mails.items() == []
    document = await publish_edition("bulletin", contents.bulletin(title="Bản một"))
    await publish_edition("bulletin", contents.bulletin(title="Bản hai"), document_id=document)
    await publish_edition("bulletin", contents.bulletin(title="Tin khác"))
    await mails.digest(now() + 2 * DAY)
    await mails.send()
    [mail] = mails.server.mails
    assert [line for line in mail.text.splitlines() if line.startswith("* ")] == ["* Tin khác", "* Bản hai"]
    assert "2 mục" in mail.message["subject"]


async def test_changing_the_rhythm_loses_nothing_and_repeats_nothing(mails: MailHub, publish_edition: Publish) -> None:
    id_ = await mails.subscribe(LAN, MailMode.daily)
    expected = []

    async def change(mode: MailMode) -> None:
        async with mails.database.write() as session:
            await SubscriptionManager(session, id_).change(mode, 7, "vi")

    for step, mode in enumerate((MailMode.at_once, MailMode.weekly, MailMode.at_once, MailMode.daily)):
        await publish_some(publish_edition, 1, f"Trước {step}")
        if step % 2:
            await mails.plan()
        await publish_some(publish_edition, 1, f"Sau {step}")
        expected += [f"Trước {step} 0", f"Sau {step} 0"]
        await change(mode)
        await mails.plan()
        await mails.digest(now())
        await mails.plan()
    await mails.digest(now() + 2 * DAY)
    await mails.send()
    lines = [line for mail in mails.server.mails for line in mail.text.splitlines()]
    in_digests = [line[2:] for line in lines if line.startswith("* ")]
    subjects = [str(mail.message["subject"]).partition(": ") for mail in mails.server.mails]
    at_once = [title for news, _, title in subjects if news == "Mới công bố"]  # a mail at once has one title, no list
    assert at_once == ["Trước 1 0", "Trước 3 0"]
    assert sorted(in_digests + at_once) == sorted(expected)
    [of_digests] = (await ranges(mails.database)).values()
    assert all(end <= start for (_, end), (start, _) in pairwise(of_digests))


async def test_after_a_restore_nothing_is_planned_until_it_is_released_and_nothing_of_before_is_mailed(
    mails: MailHub, publish_edition: Publish
) -> None:
    await mails.subscribe(LAN)
    await mails.subscribe(HOA, MailMode.daily)
    await publish_some(publish_edition, 2, "Đã gửi")
    async with mails.database.write() as session:
        await begin_epoch(session, "restored")
    await mails.plan()
    await mails.digest(now() + DAY)
    assert await mails.items() == []
    await publish_some(publish_edition, 1, "Mới")
    await mails.plan()
    await mails.digest(now() + 2 * DAY)
    await mails.send()
    assert sorted((mail.recipients[0], mail.message["subject"].split(":")[0]) for mail in mails.server.mails) == [
        (HOA, "Tin trong ngày " + mails.server.to(HOA)[0].message["subject"].split(" ")[3].rstrip(":")),
        (LAN, "Mới công bố"),
    ]
    assert "Đã gửi" not in mails.server.to(HOA)[0].text
    # Another right to send: this database was restored, and released.
    async with mails.database.write() as session:
        await session.execute(update(PROGRESS).values(instance=UUID(int=7)))
        await session.execute(delete(ITEM))
        await session.execute(update(PROGRESS).values(seq=0))
        await session.execute(update(SUBSCRIPTION).values(seq=0))
    await mails.plan()
    await mails.digest(now() + 3 * DAY)
    assert await mails.items() == []


async def test_a_scheduler_without_the_right_to_send_plans_nothing(mails: MailHub, publish_edition: Publish) -> None:
    class Held:
        async def is_open(self) -> bool:
            return False

        async def covers(self, seq: int) -> bool:
            return False

        async def covers_call(self, number: int) -> bool:
            return False

    await mails.subscribe(LAN)
    await mails.subscribe(HOA, MailMode.daily)
    await publish_some(publish_edition, 2)
    assert await plan_at_once(mails.database, mails.settings, Held()) == 0
    assert await make_digests(mails.database, mails.settings, Held(), now() + DAY) == 0
    assert await mails.items() == []
    async with mails.database.read() as connection:
        assert (await connection.execute(select(RUN))).all() == []


async def test_a_subscription_in_english_gets_one_mail_in_the_best_language(
    mails: MailHub, publish_edition: Publish
) -> None:
    await mails.subscribe(LAN, lang="en")
    document = await publish_edition("bulletin", contents.bulletin(title="Chỉ có tiếng Việt"))
    await mails.plan()
    await publish_edition("bulletin", contents.bulletin(title="Vietnamese and English"), lang="en")
    await publish_edition("bulletin", contents.bulletin(title="English"), lang="en", document_id=document)
    await mails.plan()
    await mails.send()
    assert [mail.message["subject"] for mail in mails.server.mails] == [
        "Newly published: Chỉ có tiếng Việt",
        "Newly published: Vietnamese and English",
        "Newly published: English",
    ]


async def test_a_digest_lists_as_many_as_fit_and_counts_the_rest(
    mails: MailHub, publish_edition: Publish, monkeypatch: pytest.MonkeyPatch
) -> None:
    from hub.channels.mail import composition

    monkeypatch.setattr(composition, "MAX_DIGEST_ITEMS", 2)
    await mails.subscribe(LAN, MailMode.daily)
    await publish_some(publish_edition, 5)
    await mails.digest(now().astimezone(UTC) + DAY)
    await mails.send()
    [mail] = mails.server.mails
    assert len([line for line in mail.text.splitlines() if line.startswith("* ")]) == 2
    assert "Còn 3 mục nữa" in mail.text
