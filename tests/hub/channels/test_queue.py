"""The queue of channels: intents and outcomes, order, doubt, repetitions with an end, holds."""

import asyncio
from datetime import timedelta

import pytest
from sqlalchemy import select

from hub.channels.items import NewItem, add_item
from hub.channels.port import ChannelReply, ItemHold, ReplyKind, Work
from hub.channels.rows import COPY
from hub.channels.switches import OPERATOR, pause_channel, resume_channel
from hub.times import now
from tests.hub.channels.conftest import Desk
from tests.support import contents
from tests.support.servers import Publish


def zalo_bulletin(title: str, **changes: object) -> dict[str, object]:
    return contents.bulletin(title=title, channels=["zalo"], **changes)


def lost(work: Work) -> ChannelReply:
    return ChannelReply(ReplyKind.unknown, words="the line broke")


async def test_a_published_bulletin_is_sent_once_and_its_copy_is_known(desk: Desk, publish_edition: Publish) -> None:
    await publish_edition("bulletin", zalo_bulletin("Cầu Phú Xuân sửa lan can"))
    await desk.serve()
    await desk.serve()
    [item] = await desk.items()
    assert (item.state, item.event, item.words, item.attempts) == ("live", "published", "ok", 1)
    assert desk.channel.seen == ["Cầu Phú Xuân sửa lan can"]
    assert await desk.calls() == [("publish", "live")]
    async with desk.database.read() as connection:
        [copy] = (await connection.execute(select(COPY))).all()
    assert (copy.state, copy.edition, copy.remote) == ("live", 1, {"id": "a1"})


async def test_a_reply_that_was_lost_after_the_work_is_asked_for_and_nothing_is_sent_again(
    desk: Desk, publish_edition: Publish
) -> None:
    def work_and_lose(work: Work) -> ChannelReply:
        desk.channel.work(work)
        return lost(work)

    desk.channel.script = work_and_lose
    await publish_edition("bulletin", zalo_bulletin("Sạt lở đèo Hải Vân"))
    await desk.serve()
    assert await desk.states() == ["unknown"]
    desk.clock.pass_(minutes=1)
    await desk.serve()
    assert await desk.states() == ["live"]
    assert desk.channel.seen == ["Sạt lở đèo Hải Vân"]
    assert await desk.calls() == [("publish", "unknown"), ("confirm", "live")]


async def test_a_call_that_had_no_effect_is_made_again_once_the_channel_says_so(
    desk: Desk, publish_edition: Publish
) -> None:
    desk.channel.script = lost
    await publish_edition("bulletin", zalo_bulletin("Đóng cửa rừng Bạch Mã"))
    await desk.serve()
    desk.channel.script = lambda _: None
    desk.clock.pass_(minutes=1)
    await desk.serve()
    assert await desk.states() == ["live"]
    assert desk.channel.seen == ["Đóng cửa rừng Bạch Mã"]
    assert [step for step, _ in await desk.calls()] == ["publish", "confirm", "publish"]


async def test_a_channel_that_cannot_be_asked_is_never_called_again(push_desk: Desk, publish_edition: Publish) -> None:
    push_desk.channel.script = lost
    document = await publish_edition("bulletin", contents.bulletin(title="Lũ lên nhanh", channels=["hue_s_push"]))
    await push_desk.serve()
    push_desk.channel.script = lambda _: None
    push_desk.clock.pass_(days=3)
    await push_desk.serve()
    assert await push_desk.states() == ["unknown"]
    assert len(push_desk.channel.calls) == 1
    # A correction reaches those who may have received it.
    await publish_edition(
        "bulletin", contents.bulletin(title="Lũ lên", channels=["hue_s"], priority="urgent"), document_id=document
    )
    await push_desk.serve()
    assert await push_desk.states() == ["unknown", "live"]
    assert push_desk.channel.seen == ["Lũ lên"]


async def test_an_exception_and_a_silence_of_a_channel_leave_doubt(
    desk: Desk, publish_edition: Publish, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def raise_it(_: Work) -> ChannelReply:
        raise KeyError("data")

    monkeypatch.setattr(desk.channel, "send", raise_it)
    await publish_edition("bulletin", zalo_bulletin("Tin một"))
    await desk.serve()

    async def keep_silent(_: Work) -> ChannelReply:
        await asyncio.sleep(60)
        raise AssertionError

    monkeypatch.setattr(desk.channel, "send", keep_silent)
    desk.queue.call_seconds = 0.01
    await publish_edition("bulletin", zalo_bulletin("Tin hai"))
    await desk.serve()
    assert await desk.states() == ["unknown", "unknown"]
    first, second = [item.words for item in await desk.items()]
    assert "KeyError" in first
    assert second == "No answer within 0.01 seconds."


async def test_repetitions_end_after_the_hours_that_are_set(desk: Desk, publish_edition: Publish) -> None:
    desk.channel.script = lambda _: ChannelReply(ReplyKind.retry, words="503 busy")
    await publish_edition("bulletin", zalo_bulletin("Tin mãi không đi"))
    for _ in range(20):
        await desk.serve()
        desk.clock.pass_(hours=13)
    [item] = await desk.items()
    assert (item.state, item.words) == ("failed", "It was tried for 24 hours: 503 busy")
    assert item.attempts == len(desk.channel.calls) == 3
    assert item.settled_at is not None


async def test_a_short_retry_after_ends_no_sooner(desk: Desk, publish_edition: Publish) -> None:
    desk.channel.script = lambda _: ChannelReply(ReplyKind.retry, retry_after=0)
    desk.queue.policy = type(desk.queue.policy)(0.01, 24)
    await publish_edition("bulletin", zalo_bulletin("Tin chờ xử lý"))
    await desk.serve()
    assert await desk.states() == ["queued"]
    assert len(desk.channel.calls) == 200


async def test_a_hold_is_no_attempt_and_ends_at_its_time(desk: Desk, publish_edition: Publish) -> None:
    until = now() + timedelta(hours=8)
    desk.channel.script = lambda _: ChannelReply(
        ReplyKind.hold, hold=ItemHold.quiet_hours, until=until, words="giờ yên tĩnh"
    )
    await publish_edition("bulletin", zalo_bulletin("Tin đêm"))
    await desk.serve()
    [item] = await desk.items()
    assert (item.state, item.hold, item.next_at, item.attempts, item.first_sent_at) == (
        "held",
        "quiet_hours",
        until,
        0,
        None,
    )
    desk.channel.script = lambda _: None
    desk.clock.pass_(hours=7)
    await desk.serve()
    assert await desk.states() == ["held"]
    desk.clock.pass_(hours=1.1)
    await desk.serve()
    assert await desk.states() == ["live"]


async def test_what_the_other_side_reviews_is_asked_for_until_it_is_decided(
    desk: Desk, publish_edition: Publish
) -> None:
    desk.channel.script = lambda _: ChannelReply(ReplyKind.in_review, {"message_id": "m5"}, retry_after=1_800)
    desk.channel.answer = lambda _: ChannelReply(ReplyKind.in_review, words="still reviewed", retry_after=1_800)
    await publish_edition("bulletin", zalo_bulletin("Tin chờ duyệt"))
    await desk.serve()
    await desk.serve()
    assert await desk.states() == ["in_review"]
    assert desk.channel.questions == []
    desk.clock.pass_(minutes=31)
    await desk.serve()
    [item] = await desk.items()
    assert (item.state, item.words) == ("in_review", "still reviewed")
    desk.channel.answer = lambda work: ChannelReply(ReplyKind.live, words=str(work.remote))
    desk.clock.pass_(minutes=31)
    await desk.serve()
    [item] = await desk.items()
    assert (item.state, item.words) == ("live", "{'message_id': 'm5'}")
    assert len(desk.channel.calls) == 1


async def test_questions_about_what_is_reviewed_delay_nothing_that_is_sent(
    desk: Desk, publish_edition: Publish, monkeypatch: pytest.MonkeyPatch
) -> None:
    done: list[str] = []

    async def send(work: Work) -> ChannelReply:
        done.append(f"send {work.payload['title']}")
        is_first = work.payload["title"] == "Tin một"
        return ChannelReply(ReplyKind.in_review, retry_after=60) if is_first else ChannelReply(ReplyKind.live)

    async def confirm(work: Work) -> ChannelReply:
        done.append(f"ask {work.payload['title']}")
        return ChannelReply(ReplyKind.in_review, retry_after=60)

    monkeypatch.setattr(desk.channel, "send", send)
    monkeypatch.setattr(desk.channel, "confirm", confirm)
    await publish_edition("bulletin", zalo_bulletin("Tin một"))
    await desk.serve()
    desk.clock.pass_(minutes=2)
    await publish_edition("bulletin", zalo_bulletin("Tin hai"))
    await publish_edition("bulletin", zalo_bulletin("Tin ba"))
    await desk.serve()
    assert done == ["send Tin một", "send Tin hai", "send Tin ba", "ask Tin một"]


async def test_steps_follow_one_another_and_an_urgent_item_goes_between_them(
    desk: Desk, publish_edition: Publish, monkeypatch: pytest.MonkeyPatch
) -> None:
    steps: list[tuple[str, str]] = []

    async def send(work: Work) -> ChannelReply:
        steps.append((work.payload["title"], work.step))
        if work.step == "create":
            if len(steps) == 1:
                await publish_edition("bulletin", zalo_bulletin("Tin khẩn", priority="urgent"))
            return ChannelReply(ReplyKind.next, {"token": "t"})
        return ChannelReply(ReplyKind.live, {"token": None, "id": "a"})

    monkeypatch.setattr(desk.channel, "send", send)
    monkeypatch.setattr(desk.channel, "next_step", lambda _, remote: "show" if "token" in remote else "create")
    await publish_edition("bulletin", zalo_bulletin("Tin thường"))
    await publish_edition("bulletin", zalo_bulletin("Tin quan trọng", priority="high"))
    await desk.serve()
    assert steps == [
        ("Tin quan trọng", "create"),
        ("Tin khẩn", "create"),
        ("Tin khẩn", "show"),
        ("Tin quan trọng", "show"),
        ("Tin thường", "create"),
        ("Tin thường", "show"),
    ]
    assert await desk.states() == ["live", "live", "live"]


async def test_a_text_that_cannot_be_rendered_fails_alone(
    desk: Desk, publish_edition: Publish, monkeypatch: pytest.MonkeyPatch
) -> None:
    render = desk.channel.render

    def broken(material: object) -> object:
        if material.view["title"] == "Tin hỏng":  # type: ignore[attr-defined]
            raise ValueError("no cover")
        return render(material)  # type: ignore[arg-type]

    monkeypatch.setattr(desk.channel, "render", broken)
    await publish_edition("bulletin", zalo_bulletin("Tin hỏng"))
    await publish_edition("bulletin", zalo_bulletin("Tin lành"))
    await desk.serve()
    broken_one, whole = await desk.items()
    assert (broken_one.state, whole.state) == ("failed", "live")
    assert "no cover" in broken_one.words


async def test_nothing_is_sent_while_a_channel_is_paused(desk: Desk, publish_edition: Publish) -> None:
    async with desk.database.write() as session:
        await pause_channel(session, "zalo", "bảo trì", OPERATOR)
    await publish_edition("bulletin", zalo_bulletin("Tin trong giờ bảo trì"))
    await desk.serve()
    assert await desk.queue.list_due(9, []) == []
    assert desk.channel.calls == []
    async with desk.database.write() as session:
        await resume_channel(session, "zalo", OPERATOR)
    assert [due.key for due in await desk.queue.list_due(9, [])] == ["zalo"]
    await desk.serve()
    assert await desk.states() == ["live"]


async def test_an_item_with_a_payload_of_its_own_is_written_once_for_each_recipient(desk: Desk) -> None:
    item = NewItem("zalo", "digest:5", "digest", now(), recipient="r1", payload={"key": "r1", "title": "Bản tin tuần"})
    async with desk.database.write() as session:
        assert await add_item(session, item) is not None
        assert await add_item(session, item) is None
        assert await add_item(session, NewItem("unknown", "digest:5", "digest", now())) is None
    await desk.serve()
    [sent] = desk.channel.calls
    assert (sent.recipient, sent.payload["title"], dict(sent.remote)) == ("r1", "Bản tin tuần", {})
    assert await desk.states() == ["live"]


async def test_an_intent_without_an_outcome_is_in_doubt_and_a_late_outcome_still_counts(
    desk: Desk, publish_edition: Publish
) -> None:
    arrived, go_on = asyncio.Event(), asyncio.Event()

    async def slow(work: Work) -> ChannelReply:
        arrived.set()
        await go_on.wait()
        return desk.channel.work(work)

    desk.channel.send = slow  # type: ignore[method-assign]
    await publish_edition("bulletin", zalo_bulletin("Tin chậm"))
    hung = asyncio.create_task(desk.serve())
    await arrived.wait()
    assert await desk.calls() == [("publish", None)]
    desk.channel.answer = lambda _: ChannelReply(ReplyKind.unknown, words="not yet")
    await desk.serve()  # another worker, which took over
    assert await desk.states() == ["unknown"]
    go_on.set()
    await hung
    assert await desk.states() == ["live"]
    assert desk.channel.seen == ["Tin chậm"]
