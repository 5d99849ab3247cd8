"""Searches of articles: in parts, by the mark alone, and never taken for complete when they are not."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

import pytest

from hub.channels.port import ChannelPort, ItemAction, ReplyKind, Work
from hub.channels.rows import COPY, ITEM
from hub.channels.zalo import article_scan, articles
from hub.channels.zalo.articles import ZaloArticles
from hub.db import Database
from hub.times import now
from tests.support import contents
from tests.support.servers import Publish
from tests.support.zalo import ZaloDesk, ZaloServer

ID = UUID("0190a5b2-3c4d-7e5f-8a6b-9c0d1e2f3a4b")
OTHER = UUID("0190a5b2-3c4d-7e5f-8a6b-9c0d1e2f3a4c")


def stored(name: str, document: UUID | None, *, status: str = "show", edition: int = 1) -> dict[str, Any]:
    """An article as the stand-in has it; without a document, one that a person wrote."""
    link = f"https://hub.example.vn/d/{document}?lang=vi#ban-{edition}" if document else "Hẹn gặp lại."
    mark = link.partition("#")[0]
    body = [{"type": "text", "content": f"Xem toàn văn: {link}"}]
    return {"id": name, "title": f"Tiêu đề cũ {name}", "status": status, "body": body, "mark": mark}


def fill(zalo: ZaloServer, oldest: list[dict[str, Any]], others: int) -> None:
    """Give the account articles, of which those of people are the newest."""
    people = [stored(f"p-{number}", None) for number in range(others)]
    zalo.set(articles={each["id"]: each for each in [*oldest, *people]})


def work(step: str, remote: Mapping[str, Any] | None = None, *, item: int = 7) -> Work:
    """Work of an item whose text was erased."""
    action = ItemAction.retract if step in ("sweep", "remove") else ItemAction.publish
    return Work(item, action, step, {}, dict(remote or {}), document_id=ID, lang="vi", edition=2)


async def run(channel: ZaloArticles, step: str) -> tuple[Any, int]:
    """Make a step until it goes on no more; returns the last reply and the number of steps."""
    remote: dict[str, Any] = {}
    for number in range(1, 200):
        make = channel.confirm if step == "create" else channel.send
        reply = await make(work(step, remote))
        remote |= reply.remote
        if not reply.remote.get("scan"):
            return reply, number
    raise AssertionError("the search never ends")


@pytest.fixture
def channel(channels: dict[str, ChannelPort]) -> ZaloArticles:
    found = channels["zalo"]
    assert isinstance(found, ZaloArticles)
    return found


async def test_a_copy_behind_two_dozen_articles_is_found_in_parts_by_its_mark_and_without_its_text(
    channel: ZaloArticles, zalo: ZaloServer
) -> None:
    fill(zalo, [stored("a-1", OTHER), stored("a-2", ID)], others=24)
    channel.reader.seconds = 0.02
    reply, steps = await run(channel, "sweep")
    assert (reply.kind, reply.remote["surplus"], reply.remote["scan"]) == (ReplyKind.next, ["a-2"], None)
    assert steps > 1
    reply, _ = await run(channel, "create")
    assert (reply.kind, reply.remote["id"]) == (ReplyKind.next, "a-2")
    # What was read once is not read again.
    assert zalo.tell()["calls"].count("getdetail") <= 28


async def test_articles_that_are_removed_between_two_steps_hide_no_copy(
    channel: ZaloArticles, zalo: ZaloServer
) -> None:
    fill(zalo, [stored("a-2", ID)], others=14)
    channel.reader.seconds = 0.0
    remote: dict[str, Any] = {}
    for _ in range(6):
        remote |= (await channel.retract(work("sweep", remote))).remote
    articles_now = zalo.tell()["articles"]
    zalo.set(articles={name: each for name, each in articles_now.items() if name not in ("p-12", "p-13")})
    while remote.get("scan"):
        reply = await channel.retract(work("sweep", remote))
        remote |= reply.remote
    assert remote["surplus"] == ["a-2"]


@pytest.mark.parametrize(("step", "kind"), [("sweep", "failed"), ("find", "failed"), ("create", "unknown")])
async def test_an_incomplete_search_says_so_and_concludes_nothing(
    channel: ZaloArticles, zalo: ZaloServer, monkeypatch: pytest.MonkeyPatch, step: str, kind: str
) -> None:
    fill(zalo, [stored("a-2", ID)], others=12)
    monkeypatch.setattr(article_scan, "MAX_ARTICLES", 10)
    for _ in range(3):
        reply, _ = await run(channel, step)
        assert reply.kind == kind
        assert "incomplete" in (reply.words or "")
    assert "create" not in zalo.tell()["calls"]


async def test_searches_that_zalo_does_not_answer_never_lead_to_a_second_creation(
    channel: ZaloArticles, zalo: ZaloServer
) -> None:
    zalo.set(faults=[{"call": "getslice", "kind": "busy", "times": 9}])
    for _ in range(9):
        reply, _ = await run(channel, "create")
        assert reply.kind is ReplyKind.unknown


async def test_of_many_articles_only_the_newest_are_searched_before_one_is_shown(
    channel: ZaloArticles, zalo: ZaloServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(zalo, [stored("a-1", ID)], others=25)
    monkeypatch.setattr(articles, "NEWEST", 10)
    reply = await channel.send(work("reconcile", {"id": "a-9"}))
    assert (reply.kind, reply.remote["id"]) == (ReplyKind.next, "a-9")
    assert "incomplete" in (reply.words or "")


async def test_an_older_database_finds_a_shown_article_whose_title_was_changed_since(
    desk: ZaloDesk, zalo: ZaloServer, publish_edition: Publish, database: Database
) -> None:
    content = contents.bulletin(title="Trước khi khôi phục", channels=["zalo"])
    document = await publish_edition("bulletin", content)
    await desk.settle()
    articles_now = zalo.tell()["articles"]
    zalo.set(articles={name: each | {"title": "Đã sửa sau bản sao lưu"} for name, each in articles_now.items()})
    async with database.write() as session:
        await session.execute(COPY.delete())
        forgotten = {"state": "queued", "step": None, "attempts": 0, "first_sent_at": None, "next_at": now()}
        await session.execute(ITEM.update().values(**forgotten))
    item = await desk.settle()
    assert item.state == "live", item.words
    found = zalo.tell()
    assert found["visible"] == {f"https://hub.example.vn/d/{document}?lang=vi": ["Trước khi khôi phục"]}
    assert (set(found["most_visible"].values()), found["hidden"]) == ({1}, [])


async def test_a_correction_of_the_body_alone_is_not_live_while_zalo_shows_the_old_text(
    desk: ZaloDesk, zalo: ZaloServer, publish_edition: Publish
) -> None:
    content = contents.bulletin(title="Số liệu mưa", channels=["zalo"])
    document = await publish_edition("bulletin", content)
    await desk.settle()
    zalo.set(faults=[{"call": "verify", "kind": "error:-99"}])
    corrected = content | {"body": "<p>Mưa 300 mm.</p>"}
    await publish_edition("bulletin", corrected, document_id=document)
    item = await desk.settle()
    assert item.state == "failed"
    assert "-99" in item.words
    assert "300 mm" not in str(zalo.tell()["articles"])


async def test_what_zalo_still_processes_is_asked_again_by_every_call(
    desk: ZaloDesk, zalo: ZaloServer, publish_edition: Publish
) -> None:
    calls = ("create", "verify", "getslice", "getdetail", "update")
    zalo.set(faults=[{"call": call, "kind": "error:-214"} for call in calls])
    await publish_edition("bulletin", contents.bulletin(title="Đang xử lý", channels=["zalo"]))
    item = await desk.settle()
    assert item.state == "live", item.words
    assert len(zalo.tell()["articles"]) == 1
