"""What comments leave is erased when the row of its rule says so: not a day before, and nothing else with it."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import insert, select, text, update

from hub.auth.proof_of_work import SPENT
from hub.clocks.load import load_records
from hub.clocks.models import ClockRule
from hub.clocks.record_files import bundle_records
from hub.consultation import retention
from hub.consultation.comments.erasure import COMMENT, FILE
from hub.consultation.comments.keys import KEY
from hub.consultation.comments.quotas import QUOTA, QUOTA_KEY
from hub.consultation.comments.sealed_content import SealedContact, SealedContent
from hub.consultation.records import CONSULTATION
from hub.consultation.retention import (
    DECISION,
    RECEIPT,
    CommentRetention,
    delete_old_receipts,
    delete_technical_rows,
    erase_hidden_files,
    erase_old_contacts,
    find_expired,
)
from hub.db import Database, table
from hub.settings import Settings
from hub.times import VIETNAM, midnight
from tests.support import contents
from tests.support.clock_rows import rule_row
from tests.support.consultations import consultation_of, window
from tests.support.sealed_comments import keys_of, store_comment
from tests.support.servers import Publish

CONTENT, CONTACT = SealedContent(text="Đồng ý."), SealedContact(phone="+842343821234")
MOMENT = timedelta(milliseconds=1)
END = datetime(2026, 3, 2, tzinfo=VIETNAM)
"""A Monday; with the amounts below, every term ends on a working day."""


@pytest.fixture
async def consultation(database: Database, publish_edition: Publish) -> UUID:
    """A consultation that ended at `END`, and rules with amounts unlike those that come with the hub."""
    document = await publish_edition("draft", contents.draft(consultation=window(-9, -3)))
    found: UUID = (await consultation_of(database, document)).id
    rules = [
        rule_row("comment.contact", "2026-01-01", "2026-03-02", 1, "days"),
        rule_row("comment.contact", "2026-03-02", None, 10, "days"),
        rule_row("comment.hidden_files", "2026-01-01", None, 3, "days"),
        rule_row("comment.receipt", "2026-01-01", "2026-02-01", 60, "days"),
        rule_row("comment.receipt", "2026-02-01", None, 8, "days"),
    ]
    async with database.write() as session:
        await session.execute(insert(table(ClockRule)), rules)
        ended = {"opens_at": END - timedelta(20), "closes_at": END, "announced_closes_at": END, "state": "closed"}
        await session.execute(update(CONSULTATION).values(**ended))
    return found


async def contacts(database: Database) -> set[UUID]:
    async with database.read() as connection:
        query = select(COMMENT.c.id).where(COMMENT.c.contact_sealed.is_not(None))
        found = set((await connection.execute(query)).scalars())
        keys = select(KEY.c.comment_id).where(KEY.c.purpose == "contact")
        assert set((await connection.execute(keys)).scalars()) == found
    return found


async def test_contacts_go_when_the_term_after_the_end_is_over_and_texts_stay(
    database: Database, settings: Settings, consultation: UUID
) -> None:
    with_contact, _ = await store_comment(database, settings, consultation, CONTENT, CONTACT)
    await store_comment(database, settings, consultation, CONTENT)
    over = midnight((END + timedelta(days=11)).date())

    assert await erase_old_contacts(database, keys_of(settings), over - MOMENT) == 0
    assert await contacts(database) == {with_contact}
    assert await erase_old_contacts(database, keys_of(settings), over) == 1
    assert await contacts(database) == set()
    async with database.read() as connection:
        texts = (await connection.execute(select(COMMENT.c.content_sealed, COMMENT.c.version))).all()
        keys = (await connection.execute(select(KEY.c.purpose))).scalars().all()
    assert all(row.content_sealed is not None and row.version == 1 for row in texts)
    assert keys == ["content", "content"]


@pytest.mark.parametrize("state", ["open", "announced"])
async def test_a_consultation_that_runs_again_keeps_its_contacts(
    database: Database, settings: Settings, consultation: UUID, state: str
) -> None:
    await store_comment(database, settings, consultation, CONTENT, CONTACT)
    async with database.write() as session:
        await session.execute(update(CONSULTATION).values(state=state))
    assert await erase_old_contacts(database, keys_of(settings), END + timedelta(days=400)) == 0
    assert len(await contacts(database)) == 1


async def test_a_consultation_that_is_extended_while_the_job_runs_keeps_its_contacts(
    database: Database, settings: Settings, consultation: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    await store_comment(database, settings, consultation, CONTENT, CONTACT)

    async def find_and_extend(*given: Any) -> set[datetime]:
        found = await find_expired(*given)
        later = {"closes_at": END + timedelta(days=90), "announced_closes_at": END + timedelta(days=90)}
        async with database.write() as session:
            await session.execute(update(CONSULTATION).values(**later, state="open"))
        return found

    monkeypatch.setattr(retention, "find_expired", find_and_extend)
    assert await erase_old_contacts(database, keys_of(settings), END + timedelta(days=40)) == 0
    assert len(await contacts(database)) == 1


async def test_without_a_row_nothing_is_erased_and_it_is_told(
    database: Database, settings: Settings, consultation: UUID, capsys: pytest.CaptureFixture[str]
) -> None:
    await store_comment(database, settings, consultation, CONTENT, CONTACT)
    async with database.write() as session:
        await session.execute(table(ClockRule).delete())
    assert await erase_old_contacts(database, keys_of(settings), END + timedelta(days=400)) == 0
    assert len(await contacts(database)) == 1
    said = "".join(capsys.readouterr())
    assert "comment_term_missing" in said
    assert "2026-03-02" in said


async def hide(database: Database, id_: UUID, at: datetime, **other: Any) -> None:
    row = {"batch_id": uuid4(), "comment_id": id_, "before": "public", "after": "hidden", "by": "key", "at": at}
    row |= {"held_before": [], "version": 2}
    async with database.write() as session:
        hidden = {"state": "hidden", "hidden_reason": "insult"}
        await session.execute(update(COMMENT).where(COMMENT.c.id == id_).values(**hidden))
        await session.execute(insert(DECISION).values(**(row | other)))


async def test_files_of_hidden_comments_go_when_their_term_after_the_last_decision_is_over(
    database: Database, settings: Settings, consultation: UUID
) -> None:
    hidden, public, undone = [
        (await store_comment(database, settings, consultation, CONTENT, file_name=f"tệp {number}.pdf"))[0]
        for number in range(3)
    ]
    async with database.write() as session:
        long_ago = update(COMMENT).where(COMMENT.c.id == public).values(received_at=END - timedelta(days=40))
        await session.execute(long_ago)
    await hide(database, hidden, END)
    await hide(database, hidden, END + timedelta(days=30), undone_at=END + timedelta(days=31))
    await hide(database, hidden, END + timedelta(days=1))
    await hide(database, undone, END - timedelta(days=9), undone_at=END - timedelta(days=8))
    await hide(database, undone, END + timedelta(days=20))
    over = midnight((END + timedelta(days=5)).date())

    assert await erase_hidden_files(database, over - MOMENT) == 0
    assert await erase_hidden_files(database, over) == 1
    assert await erase_hidden_files(database, over) == 0
    async with database.read() as connection:
        files = {row.comment_id: row for row in await connection.execute(select(FILE))}
        states = (await connection.execute(select(COMMENT.c.state, COMMENT.c.version))).all()
    erased = files.pop(hidden)
    assert (erased.blob_sha256, erased.name_sealed, erased.state, erased.reason) == (None, b"", "refused", "term_ended")
    assert files.keys() == {public, undone}
    assert all(row.blob_sha256 and row.name_sealed and row.state == "clean" for row in files.values())
    assert sorted(states) == [("hidden", 1), ("hidden", 1), ("public", 1)]


async def test_receipts_go_by_the_row_of_the_day_of_their_consent(database: Database, consultation: UUID) -> None:
    days = {1: "2026-01-05T23:59:59+07:00", 2: "2026-02-02T00:00:00+07:00", 3: "2026-03-31T12:00:00+07:00"}
    rows = [
        {"comment_id": UUID(int=number), "wording": "comment", "wording_version": 1, "lang": "vi"}
        | {"accepted_at": datetime.fromisoformat(day)}
        for number, day in days.items()
    ]
    async with database.write() as session:
        await session.execute(insert(RECEIPT), rows)

    async def left(at: datetime) -> tuple[int, list[int]]:
        deleted = await delete_old_receipts(database, at)
        async with database.read() as connection:
            ids = (await connection.execute(select(RECEIPT.c.comment_id).order_by(RECEIPT.c.id))).scalars()
            return deleted, [one.int for one in ids]

    assert await left(datetime(2026, 2, 11, tzinfo=VIETNAM)) == (1, [1, 3])
    assert await left(datetime(2026, 3, 7, tzinfo=VIETNAM) - MOMENT) == (0, [1, 3])
    assert await left(datetime(2026, 3, 7, tzinfo=VIETNAM)) == (1, [3])
    assert await left(datetime(2036, 3, 7, tzinfo=VIETNAM)) == (1, [])
    assert await left(datetime(2036, 3, 7, tzinfo=VIETNAM)) == (0, [])


async def test_technical_rows_go_after_an_hour_and_two_days(database: Database) -> None:
    at = datetime(2026, 5, 14, 0, 30, tzinfo=VIETNAM)
    async with database.write() as session:
        ends = {b"old": at - timedelta(hours=1) - MOMENT, b"new": at - timedelta(hours=1)}
        await session.execute(insert(SPENT), [{"id": id_, "expires_at": end} for id_, end in ends.items()])
        starts = {b"old": "2026-05-12T23:00:00+07:00", b"new": "2026-05-13T00:00:00+07:00"}
        windows = [
            {"key": key, "window_start": datetime.fromisoformat(start), "used": 1} for key, start in starts.items()
        ]
        await session.execute(insert(QUOTA), windows)
        days = ("2026-05-12", "2026-05-13", "2026-05-14")
        await session.execute(insert(QUOTA_KEY), [{"day": day, "key_sealed": b"key"} for day in days])
    await delete_technical_rows(database, at)
    async with database.read() as connection:
        assert (await connection.execute(select(SPENT.c.id))).scalars().all() == [b"new"]
        assert (await connection.execute(select(QUOTA.c.key))).scalars().all() == [b"new"]
        kept = (await connection.execute(select(QUOTA_KEY.c.day).order_by(QUOTA_KEY.c.day))).scalars().all()
    assert kept == ["2026-05-13", "2026-05-14"]


async def test_the_rules_that_come_with_the_hub_have_all_three_terms_as_assumed(database: Database) -> None:
    async with database.write() as session:
        await load_records(session, bundle_records(), apply=True)
    query = "SELECT rule, amount, unit, certainty, effect FROM clock_rule WHERE rule LIKE 'comment.%' ORDER BY rule"
    async with database.read() as connection:
        rows = [tuple(row) for row in await connection.execute(text(query))]
    assert rows == [
        ("comment.contact", 90, "days", "assumed", "warn"),
        ("comment.hidden_files", 30, "days", "assumed", "warn"),
        ("comment.receipt", 1826, "days", "assumed", "warn"),
    ]


async def test_one_run_of_the_job_does_all_of_it_by_the_clock_of_the_database(
    database: Database, settings: Settings, consultation: UUID
) -> None:
    id_, _ = await store_comment(database, settings, consultation, CONTENT, CONTACT, file_name="tệp.pdf")
    await hide(database, id_, datetime(2026, 1, 2, tzinfo=UTC))
    async with database.write() as session:
        await session.execute(update(RECEIPT).values(accepted_at=datetime(2026, 1, 2, tzinfo=UTC)))
        await session.execute(insert(SPENT).values(id=b"old", expires_at=datetime(2026, 1, 2, tzinfo=UTC)))
    job = CommentRetention(database, settings)
    await job.run_once()
    await job.run_once()

    assert await contacts(database) == set()
    async with database.read() as connection:
        assert (await connection.execute(select(FILE.c.blob_sha256))).scalars().all() == [None]
        assert (await connection.execute(select(RECEIPT.c.id))).scalars().all() == []
        assert (await connection.execute(select(SPENT.c.id))).scalars().all() == []
