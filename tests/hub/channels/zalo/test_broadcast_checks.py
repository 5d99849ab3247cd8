"""Broadcasts that waited: what was withdrawn, expired, replaced or not shown meanwhile is not sent to anybody."""

from datetime import datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from sqlalchemy import update

from hub.channels.port import ChannelReply, ReplyKind
from hub.channels.zalo import broadcasts, ledger
from hub.channels.zalo.broadcast_checks import BroadcastFacts, check_facts
from hub.content.commands import lock_documents, withdraw
from hub.content.publishing import EDITION
from hub.db import Database
from hub.times import VIETNAM, now
from tests.support import contents
from tests.support.servers import Publish
from tests.support.zalo import ZaloDesk, ZaloServer

NAME = "zalo_broadcast"
EVENING = datetime(2026, 12, 1, 20, 30, tzinfo=VIETNAM)
WAIT = timedelta(seconds=30)


def facts(**changes: Any) -> BroadcastFacts:
    """Facts of a broadcast of edition 3 that may be sent."""
    members: dict[str, Any] = {
        "state": "live",
        "edition": 3,
        "valid_until": None,
        "channels": ["zalo", NAME],
        "approved_by": "second",
        "written_by": "first",
        "remote": {"id": "a-9"},
        "copy_state": "live",
        "copy_edition": 3,
        "open": False,
    } | changes
    given = SimpleNamespace(**members)
    copy = SimpleNamespace(remote=given.remote, state=given.copy_state, edition=given.copy_edition)
    return BroadcastFacts(3, given, given, given.open, copy)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"state": "withdrawn"}, "not public any more"),
        ({"edition": 4}, "Edition 4 took the place of edition 3"),
        ({"valid_until": EVENING}, "expired"),
        ({"channels": ["web", "zalo"]}, "does not name"),
        ({"approved_by": None}, "second person"),
        ({"approved_by": "first"}, "second person"),
        ({"copy_state": "retracted"}, "not on Zalo"),
        ({"remote": {}}, "not on Zalo"),
        ({"copy_edition": 2}, "shows edition 2 and not 3"),
        ({"edition": 4, "open": True}, "took the place"),
    ],
)
def test_a_broadcast_whose_bulletin_or_article_changed_fails_and_says_why(changes: dict[str, Any], words: str) -> None:
    reply = check_facts(facts(**changes), EVENING, WAIT)
    assert isinstance(reply, ChannelReply)
    assert reply.kind is ReplyKind.failed
    assert words in (reply.words or "")


def test_it_waits_while_its_article_is_open_and_else_sends_what_is_shown() -> None:
    waiting = check_facts(facts(open=True, copy_edition=2), EVENING, WAIT)
    assert isinstance(waiting, ChannelReply)
    assert (waiting.kind, waiting.hold, waiting.until) == (ReplyKind.hold, "article", EVENING + WAIT)
    assert check_facts(facts(valid_until=EVENING + timedelta(seconds=1)), EVENING, WAIT) == "a-9"


@pytest.mark.parametrize("ending", ["withdrawn", "expired", "dropped"])
async def test_what_is_held_between_its_check_and_its_call_is_checked_again(
    desk: ZaloDesk,
    zalo: ZaloServer,
    publish_edition: Publish,
    database: Database,
    monkeypatch: pytest.MonkeyPatch,
    ending: str,
) -> None:
    end = now() + timedelta(hours=3)
    content = contents.bulletin(title="Lũ lên nhanh", channels=["web", "zalo", NAME], valid_until=end.isoformat())
    document = await publish_edition("bulletin", content)
    async with database.write() as session:
        await session.execute(update(EDITION).where(EDITION.c.document_id == document).values(approved_by="second"))
    await desk.settle()
    zalo.set(faults=[{"call": "broadcast", "kind": "error:-211"}])
    held = await desk.settle(NAME)
    assert (held.state, held.hold, zalo.tell()["calls"].count("broadcast")) == ("held", "quota", 1)
    if ending == "withdrawn":
        async with database.write() as session:
            await withdraw(session, (await lock_documents(session, [document]))[document], reason="Số liệu sai.")
    elif ending == "dropped":
        await publish_edition("bulletin", content | {"channels": ["web", "zalo"]}, document_id=document)
    else:
        monkeypatch.setattr(broadcasts, "now", lambda: end + timedelta(seconds=1))
    async with database.write() as session:
        again = update(ledger.ITEM).where(ledger.ITEM.c.id == held.id, ledger.ITEM.c.state == "held")
        await session.execute(again.values(next_at=now()))
    item = await desk.settle(NAME)
    assert item.state in ("failed", "superseded"), item.words
    assert zalo.tell()["broadcasts"] == []
    assert zalo.tell()["calls"].count("broadcast") == 1


async def test_an_article_whose_correction_zalo_refused_is_not_broadcast_under_the_approval_of_the_correction(
    desk: ZaloDesk, zalo: ZaloServer, publish_edition: Publish, database: Database
) -> None:
    content = contents.bulletin(title="Cầu Trường Tiền cấm xe tải", channels=["web", "zalo"])
    document = await publish_edition("bulletin", content)
    await desk.settle()
    zalo.set(faults=[{"call": "update", "kind": "error:-201"}])
    changed = {"body": "<p>Cấm cả xe khách.</p>", "channels": ["web", "zalo", NAME]}
    await publish_edition("bulletin", content | changed, document_id=document)
    async with database.write() as session:
        await session.execute(update(EDITION).where(EDITION.c.document_id == document).values(approved_by="second"))
    assert (await desk.settle()).state == "failed"
    item = await desk.settle(NAME)
    assert (item.state, zalo.tell()["calls"].count("broadcast")) == ("failed", 0)
    assert "shows edition 1 and not 2" in item.words
