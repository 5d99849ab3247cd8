"""What was taken back, ended, erased or never received: nothing of it is sent again, and nobody hears of its end."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import update

from hub.channels.decisions import resolve_item, resolve_unknown
from hub.channels.port import ChannelReply, ItemHold, ReplyKind, Work
from hub.channels.rows import ITEM
from hub.channels.views import ItemResolution, ItemVerdict
from hub.content.commands import lock_documents, publish, save_edition
from hub.db import Database
from hub.domain.lifecycle import Verb
from hub.errors import TransitionConflict
from hub.times import now
from tests.hub.channels.conftest import Desk
from tests.hub.channels.test_publication import bulletin, end
from tests.support.servers import Publish

AGAIN = ItemResolution(verdict=ItemVerdict.not_arrived, send_again=True, reason="Không máy nào nhận.")


def lost(_: Work) -> ChannelReply:
    return ChannelReply(ReplyKind.unknown, words="502")


async def revise(database: Database, document_id: UUID, content: dict[str, object], **facts: Any) -> None:
    async with database.write() as session:
        document = (await lock_documents(session, [document_id]))[document_id]
        edition = await save_edition(session, document, lang="vi", content=content, by="test", **facts)
        assert edition.id is not None
        await publish(session, [edition.id], verb=Verb.publish_trusted)


async def test_what_was_withdrawn_meanwhile_is_not_sent_again(push_desk: Desk, publish_edition: Publish) -> None:
    push_desk.channel.script = lost
    document = await publish_edition("bulletin", bulletin("Sơ tán ngay", "hue_s_push", priority="urgent"))
    await push_desk.serve()
    await end(push_desk.database, document, "withdrawn")
    push_desk.channel.script = lambda _: None
    await push_desk.serve()
    assert await push_desk.states() == ["unknown", "retracted"]
    first, _ = await push_desk.items()
    with pytest.raises(TransitionConflict):
        async with push_desk.database.write() as session:
            await resolve_item(session, None, "hue_s_push", first.id, AGAIN)
    async with push_desk.database.write() as session:
        assert await resolve_unknown(session, "hue_s_push", AGAIN) == 1
    await push_desk.serve()
    assert await push_desk.states() == ["failed", "retracted"]
    assert len(push_desk.channel.calls) == 2


async def test_what_is_sent_again_says_what_is_public_now(push_desk: Desk, publish_edition: Publish) -> None:
    push_desk.channel.script = lost
    document = await publish_edition("bulletin", bulletin("Mưa lớn", "hue_s_push"))
    await push_desk.serve()
    push_desk.channel.script = lambda _: None
    # A minor change rings no telephone, but what rings says it.
    later = bulletin("Mưa rất lớn", "hue_s_push")
    await revise(push_desk.database, document, later, update_type="minor", change_note="Sửa chữ.")
    async with push_desk.database.write() as session:
        await resolve_unknown(session, "hue_s_push", AGAIN)
    await push_desk.serve()
    assert push_desk.channel.seen == ["Mưa rất lớn"]


async def test_a_fixed_text_whose_time_has_passed_is_not_sent(push_desk: Desk, publish_edition: Publish) -> None:
    push_desk.channel.script = lambda _: ChannelReply(ReplyKind.hold, hold=ItemHold.quiet_hours)
    until = (now() + timedelta(hours=2)).isoformat()
    await publish_edition("bulletin", bulletin("Cắt điện tối nay", "hue_s_push", valid_until=until))
    await push_desk.serve()
    push_desk.channel.script = lambda _: None
    push_desk.clock.pass_(hours=3)
    await push_desk.serve()
    [item] = await push_desk.items()
    assert item.state == "failed"
    assert item.words.startswith("The bulletin ended at ")
    assert len(push_desk.channel.calls) == 1


async def test_what_was_only_prepared_counts_as_not_sent(
    push_desk: Desk, publish_edition: Publish, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(push_desk.channel, "harmless_steps", {"publish"}, raising=False)
    push_desk.channel.script = lambda _: ChannelReply(ReplyKind.next, {"ready": True}, retry_after=60)
    document = await publish_edition("bulletin", bulletin("Tin mới soạn", "hue_s_push"))
    await push_desk.serve()
    [item] = await push_desk.items()
    assert (item.state, item.first_sent_at) == ("queued", None)
    await end(push_desk.database, document, "withdrawn")
    assert await push_desk.states() == ["superseded"]


async def test_an_erased_item_in_doubt_lets_its_own_removal_go_on(desk: Desk, publish_edition: Publish) -> None:
    desk.channel.script = lost
    document = await publish_edition("bulletin", bulletin("Tin lộ bí mật", "zalo"))
    await desk.serve()
    await end(desk.database, document, "gone")
    asked: list[Work] = []

    def ask(work: Work) -> ChannelReply:
        asked.append(work)
        raise KeyError("key")

    desk.channel.answer, desk.channel.script = ask, lambda _: ChannelReply(ReplyKind.retracted)
    desk.clock.pass_(minutes=5)
    await desk.serve()
    assert {(work.document_id, work.lang, work.edition) for work in asked} <= {(document, "vi", 1)}
    erased, removed = await desk.items()
    assert (erased.state, erased.payload) == ("superseded", None)
    assert removed.state == "retracted"


@pytest.mark.parametrize("reply", [ReplyKind.failed, ReplyKind.retry])
async def test_nobody_hears_of_the_end_of_what_nobody_received(
    push_desk: Desk, publish_edition: Publish, reply: ReplyKind, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def send(work: Work) -> ChannelReply:
        push_desk.channel.calls.append(work)
        await end(push_desk.database, document, "withdrawn")
        return ChannelReply(reply, words="400 no such topic")

    monkeypatch.setattr(push_desk.channel, "send", send)
    document = await publish_edition("bulletin", bulletin("Tin bị từ chối", "hue_s_push"))
    await push_desk.serve()
    assert [item.action for item in await push_desk.items()] == ["publish", "retract"]
    assert (await push_desk.states())[1] == "superseded"
    assert len(push_desk.channel.calls) == 1


async def test_the_end_of_an_urgent_push_is_as_urgent_as_the_push(push_desk: Desk, publish_edition: Publish) -> None:
    document = await publish_edition("bulletin", bulletin("Vỡ đê", "hue_s_push", priority="urgent"))
    await push_desk.serve()
    calmer = bulletin("Đê an toàn", "hue_s_push", priority="normal")
    await revise(push_desk.database, document, calmer, correction_of=1, change_note="Đính chính.")
    await push_desk.serve()
    await end(push_desk.database, document, "gone")
    await push_desk.serve()
    found = [(item.action, item.priority, item.rank) for item in await push_desk.items()]
    assert found == [("publish", "urgent", 0), ("update", "urgent", 0), ("retract", "urgent", 0)]


async def test_a_call_is_not_made_once_its_item_waits_for_another(push_desk: Desk, publish_edition: Publish) -> None:
    class Slow:
        """A gate that is slow: meanwhile a person resolves the item, which another worker had found interrupted."""

        async def is_open(self) -> bool:
            return True

        async def covers(self, seq: int) -> bool:
            return True

        async def covers_call(self, number: int) -> bool:
            async with push_desk.database.write() as session:
                await session.execute(update(ITEM).values(state="queued"))
            return True

    push_desk.queue.gate = Slow()
    await publish_edition("bulletin", bulletin("Tin của hai người", "hue_s_push"))
    await push_desk.serve()
    assert push_desk.channel.calls == []
    assert await push_desk.calls() == [("publish", "not_made")]
