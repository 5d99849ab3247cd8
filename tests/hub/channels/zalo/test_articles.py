"""Articles at Zalo: one visible copy of each document, whatever answers are lost, doubled or wrong."""

from typing import Any

import pytest

from hub.channels.rows import CALL, COPY, ITEM
from hub.content.commands import lock_documents, withdraw
from hub.db import Database
from hub.times import now
from tests.support import contents
from tests.support.servers import Publish
from tests.support.zalo import ZaloDesk, ZaloServer

TITLE = "Mực nước sông Hương lên báo động hai"


def flood(**changes: Any) -> dict[str, Any]:
    return (
        contents.bulletin(title=TITLE, lead="Người dân vùng trũng Phú Vang kê cao đồ đạc.", channels=["zalo"]) | changes
    )


async def test_an_article_is_created_hidden_reconciled_and_then_shown(
    desk: ZaloDesk, zalo: ZaloServer, publish_edition: Publish
) -> None:
    document = await publish_edition("bulletin", flood())
    item = await desk.settle()
    assert item.state == "live", item.words
    mark = f"https://hub.example.vn/d/{document}?lang=vi"
    found = zalo.tell()
    assert found["visible"] == {mark: [TITLE]}
    assert found["most_visible"] == {mark: 1}
    [article] = found["articles"].values()
    assert article["author"] == "Ủy ban nhân dân thành phố Huế"
    assert [part["content"] for part in article["body"]] == [
        "Người dân vùng trũng Phú Vang kê cao đồ đạc.",
        "Người dân đặt lịch trên Hue-S.",
        f"Xem toàn văn: {mark}#ban-1",
    ]
    steps = await desk.steps()
    assert list(dict.fromkeys(steps)) == ["create", "verify", "reconcile", "show", "verify_shown", "look"]


async def test_an_update_and_a_withdrawal_reach_the_same_article(
    desk: ZaloDesk, zalo: ZaloServer, publish_edition: Publish, database: Database
) -> None:
    document = await publish_edition("bulletin", flood())
    await desk.settle()
    [first] = zalo.tell()["articles"]
    await publish_edition("bulletin", flood(title="Nước sông Hương đang rút"), document_id=document)
    assert (await desk.settle()).state == "live"
    [(id_, article)] = zalo.tell()["articles"].items()
    assert (id_, article["title"], article["status"]) == (first, "Nước sông Hương đang rút", "show")
    async with database.write() as session:
        await withdraw(session, (await lock_documents(session, [document]))[document], reason="Số liệu sai.")
    assert (await desk.settle()).state == "retracted"
    assert zalo.tell()["articles"] == {}


@pytest.mark.parametrize(
    "faults",
    [
        [{"call": "create", "kind": "lose", "after": 6}],
        [{"call": "create", "kind": "html"}],
        [{"call": "create", "kind": "garbage"}],
        [{"call": "create", "kind": "busy"}],
        [{"call": "create", "kind": "lose", "after": 0}, {"call": "getslice", "kind": "busy", "times": 3}],
        [{"call": "update", "kind": "lose", "after": 0}],
        [{"call": "verify", "kind": "busy", "times": 2}, {"call": "getdetail", "kind": "garbage"}],
        [{"call": "create", "kind": "late_down"}, {"call": "update", "kind": "error:-216"}],
    ],
    ids=lambda faults: "+".join(f"{fault['call']}-{fault['kind']}" for fault in faults),
)
async def test_a_lost_or_wrong_answer_ends_in_one_visible_article(
    desk: ZaloDesk, zalo: ZaloServer, publish_edition: Publish, faults: list[dict[str, Any]]
) -> None:
    zalo.set(faults=faults)
    await publish_edition("bulletin", flood())
    item = await desk.settle()
    assert item.state == "live", item.words
    found = zalo.tell()
    assert list(found["visible"].values()) == [[TITLE]]
    assert list(found["most_visible"].values()) == [1]
    assert found["hidden"] == []


async def test_a_second_hidden_copy_is_removed_before_the_article_is_shown(
    desk: ZaloDesk, zalo: ZaloServer, publish_edition: Publish
) -> None:
    zalo.set(faults=[{"call": "create", "kind": "twice"}], asks_before_done=0)
    await publish_edition("bulletin", flood())
    assert (await desk.settle()).state == "live"
    assert "remove_surplus" in await desk.steps()
    found = zalo.tell()
    assert (len(found["articles"]), list(found["most_visible"].values())) == (1, [1])


@pytest.mark.parametrize(
    ("fault", "words"),
    [("error:-224", "package"), ("error:-201", "too long"), ("error:-99", "-99")],
)
async def test_what_zalo_refuses_fails_with_advice_and_is_not_repeated(
    desk: ZaloDesk, zalo: ZaloServer, publish_edition: Publish, fault: str, words: str
) -> None:
    zalo.set(faults=[{"call": "create", "kind": fault, "times": 9}])
    await publish_edition("bulletin", flood())
    item = await desk.settle()
    assert item.state == "failed"
    assert words in item.words
    assert await desk.steps() == ["create"]
    assert zalo.tell()["articles"] == {}


async def test_an_article_that_zalo_accepts_and_hides_is_never_live(
    desk: ZaloDesk, zalo: ZaloServer, publish_edition: Publish
) -> None:
    zalo.set(keeps_hidden=True)
    await publish_edition("bulletin", flood())
    item = await desk.settle()
    assert item.state == "failed"
    assert "does not show it" in item.words
    assert zalo.tell()["visible"] == {}


async def test_a_database_from_before_the_sending_finds_the_articles_and_makes_no_second_ones(
    desk: ZaloDesk, zalo: ZaloServer, publish_edition: Publish, database: Database
) -> None:
    for number in range(3):
        await publish_edition("bulletin", flood(title=f"Tin trước khi khôi phục {number}"))
    await desk.settle()
    before = zalo.tell()
    assert len(before["visible"]) == 3
    async with database.write() as session:
        await session.execute(COPY.delete())
        await session.execute(CALL.delete())
        forgotten = {"state": "unknown", "step": None, "attempts": 0, "first_sent_at": None, "next_at": now()}
        await session.execute(ITEM.update().values(**forgotten))
    await desk.settle()
    assert [item.state for item in await desk.items("zalo")] == ["live"] * 3
    after = zalo.tell()
    assert after["articles"].keys() == before["articles"].keys()
    assert set(after["most_visible"].values()) == {1}
    assert after["calls"].count("create") == 3


async def test_an_article_that_somebody_removed_at_zalo_is_not_created_again_by_an_update(
    desk: ZaloDesk, zalo: ZaloServer, publish_edition: Publish
) -> None:
    document = await publish_edition("bulletin", flood())
    await desk.settle()
    zalo.set(articles={})
    await publish_edition("bulletin", flood(title="Nước rút"), document_id=document)
    item = await desk.settle()
    assert (item.state, zalo.tell()["articles"]) == ("failed", {})
    assert "Somebody removed the article" in item.words
