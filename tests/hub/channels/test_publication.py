"""Publications write items: who hears of what, and what takes the place of what."""

import asyncio
from uuid import UUID, uuid4

import httpx
import pytest
from sqlalchemy import select

from hub.channels.port import ChannelReply, ReplyKind, Work
from hub.channels.publication import announce_on_channels
from hub.channels.registry import ChannelRegistration
from hub.channels.rows import COPY, ITEM
from hub.channels.switches import OPERATOR, switch_off, switch_on
from hub.content.commands import (
    create_document,
    lock_documents,
    publish,
    redirect,
    remove_document,
    restore,
    save_edition,
    withdraw,
)
from hub.content.publication_registry import PublicChange
from hub.db import Database
from hub.domain.lifecycle import Verb
from hub.log.append import Event
from hub.settings import Settings
from hub.times import now
from tests.hub.channels.conftest import Desk
from tests.support import contents
from tests.support.channel_stand_in import StandInChannel, registered, stand_in
from tests.support.servers import Publish


def bulletin(title: str, *channels: str, **changes: object) -> dict[str, object]:
    return contents.bulletin(title=title, channels=list(channels), **changes)


async def end(database: Database, document_id: UUID, how: str, to: UUID | None = None) -> None:
    async with database.write() as session:
        document = (await lock_documents(session, [document_id]))[document_id]
        if how == "withdrawn":
            await withdraw(session, document, reason="Tin sai.")
        elif how == "restored":
            await restore(session, document)
        elif how == "gone":
            await remove_document(session, document)
        else:
            assert to is not None
            await redirect(session, document, to=to)


async def test_nothing_is_written_for_a_channel_that_is_off_and_nothing_published_before_is_sent(
    settings: Settings, database: Database, publish_edition: Publish
) -> None:
    with stand_in(settings, database) as zalo:
        before = await publish_edition("bulletin", bulletin("Tin trước khi bật", "zalo"))
        async with database.write() as session:
            switched = await switch_on(session, "zalo", OPERATOR)
        assert switched.since_seq == 1
        after = await publish_edition("bulletin", bulletin("Tin sau khi bật", "zalo"))
        await end(database, before, "withdrawn")
        async with database.write() as session:
            await switch_off(session, "zalo", OPERATOR)
        await publish_edition("bulletin", bulletin("Tin sau khi tắt", "zalo"))
        async with database.read() as connection:
            rows = (await connection.execute(select(ITEM))).all()
        assert [(row.document_id, row.state) for row in rows] == [(after, "failed")]
        assert rows[0].words == "The channel was switched off before it was sent."
        assert zalo.calls == []


async def test_a_publication_that_found_a_channel_off_is_before_its_position(
    settings: Settings, database: Database
) -> None:
    async def turn_on() -> int | None:
        async with database.write() as session:
            return (await switch_on(session, "zalo", OPERATOR)).since_seq

    with stand_in(settings, database):
        async with database.write() as session:
            document = await create_document(session, document_id=uuid4(), kind="bulletin", owner="ubnd-hue")
            content = bulletin("Tin cùng lúc", "zalo")
            edition = await save_edition(session, document, lang="vi", content=content, by="test")
            names = ["zalo"]
            change = PublicChange(
                document.id, "bulletin", "ubnd-hue", "vi", 1, Event.published, now(), "major", b"{}", names
            )
            await announce_on_channels(session, [change])  # as the publication does, before the head is locked
            switching = asyncio.create_task(turn_on())
            await asyncio.sleep(0.2)
            assert not switching.done()
            assert edition.id is not None
            await publish(session, [edition.id], verb=Verb.publish_trusted)
        assert await switching == 1
    async with database.read() as connection:
        assert (await connection.execute(select(ITEM))).all() == []


@pytest.mark.parametrize("how", ["withdrawn", "gone", "redirected"])
async def test_what_ends_is_taken_away_where_it_was_received_and_nowhere_else(
    desk: Desk, publish_edition: Publish, how: str
) -> None:
    received = await publish_edition("bulletin", bulletin("Tin đã gửi", "zalo"))
    other = await publish_edition("bulletin", bulletin("Tin chỉ trên web", "web"))
    await desk.serve()
    for document in (received, other):
        target = await publish_edition("bulletin", bulletin("Tin thay", "web")) if how == "redirected" else None
        await end(desk.database, document, how, target)
    await desk.serve()
    published, taken = await desk.items()
    assert (published.state, taken.action, taken.event, taken.state) == ("live", "retract", how, "retracted")
    assert desk.channel.seen == []
    assert desk.channel.calls[-1].payload["title"] == (None if how != "withdrawn" else "Tin đã gửi")
    assert "lead" not in str(desk.channel.calls[-1].payload)


async def test_the_text_of_a_document_that_is_gone_is_erased_from_the_outbox(
    desk: Desk, publish_edition: Publish
) -> None:
    document = await publish_edition("bulletin", bulletin("Tin bí mật lỡ đăng", "zalo"))
    await desk.serve()
    await end(desk.database, document, "gone")
    published, taken = await desk.items()
    assert (published.payload, published.words, published.erased) == (None, None, True)
    await desk.serve()
    _, taken = await desk.items()
    assert taken.state == "retracted"
    assert "bí mật" not in str(taken.payload)


async def test_an_edition_that_was_not_sent_yet_is_replaced_by_the_next(desk: Desk, publish_edition: Publish) -> None:
    document = await publish_edition("bulletin", bulletin("Lần một", "zalo"))
    await publish_edition("bulletin", bulletin("Lần hai", "zalo"), document_id=document)
    await desk.serve()
    first, second = await desk.items()
    assert (first.state, second.state, second.action, second.edition) == ("superseded", "live", "publish", 2)
    assert "later edition" in first.words
    assert [call.payload["title"] for call in desk.channel.calls] == ["Lần hai"]
    # What waits and is withdrawn is never sent, and nothing has to be taken away.
    waiting = await publish_edition("bulletin", bulletin("Lần đầu và cuối", "zalo"))
    await end(desk.database, waiting, "withdrawn")
    await desk.serve()
    assert await desk.states() == ["superseded", "live", "superseded"]
    assert len(desk.channel.calls) == 1


async def test_a_later_edition_updates_the_copy_and_one_that_no_longer_names_the_channel_takes_it_away(
    desk: Desk, publish_edition: Publish
) -> None:
    document = await publish_edition("bulletin", bulletin("Giá vé cũ", "zalo"))
    await desk.serve()
    await publish_edition("bulletin", bulletin("Giá vé mới", "zalo"), document_id=document)
    await desk.serve()
    assert desk.channel.seen == ["Giá vé mới"]
    await publish_edition("bulletin", bulletin("Giá vé thôi", "web"), document_id=document)
    await desk.serve()
    assert desk.channel.seen == []
    facts = [(item.action, item.event, item.state) for item in await desk.items()]
    assert facts == [
        ("publish", "published", "live"),
        ("update", "updated", "live"),
        ("retract", "updated", "retracted"),
    ]


async def test_a_restored_bulletin_is_published_again_and_can_be_withdrawn_again(
    desk: Desk, publish_edition: Publish
) -> None:
    document = await publish_edition("bulletin", bulletin("Cấm đường", "zalo"))
    for how in ("withdrawn", "restored", "withdrawn", "restored"):
        await desk.serve()
        await end(desk.database, document, how)
    await desk.serve()
    assert [item.action for item in await desk.items()] == ["publish", "retract", "publish", "retract", "publish"]
    assert desk.channel.seen == ["Cấm đường"]


@pytest.mark.parametrize("moment", ["during a call", "between two calls"])
async def test_what_is_withdrawn_before_its_last_step_is_never_shown(
    desk: Desk, publish_edition: Publish, monkeypatch: pytest.MonkeyPatch, moment: str
) -> None:
    steps: list[str] = []

    async def send(work: Work) -> ChannelReply:
        steps.append(work.step)
        if moment == "during a call":
            await end(desk.database, document, "withdrawn")
        return ChannelReply(ReplyKind.next, {"token": "t7"}, retry_after=4)

    async def retract(work: Work) -> ChannelReply:
        steps.append(f"retract {work.remote}")
        return ChannelReply(ReplyKind.retracted, {"token": None})

    monkeypatch.setattr(desk.channel, "send", send)
    monkeypatch.setattr(desk.channel, "retract", retract)
    document = await publish_edition("bulletin", bulletin("Tin rút ngay", "zalo"))
    await desk.serve()
    if moment == "between two calls":
        assert await desk.states() == ["queued"]
        await end(desk.database, document, "withdrawn")
        desk.clock.pass_(seconds=5)
        await desk.serve()
    assert steps == ["publish", "retract {'token': 't7'}"]
    assert await desk.states() == ["superseded", "retracted"]
    async with desk.database.read() as connection:
        [copy] = (await connection.execute(select(COPY))).all()
    assert (copy.state, copy.remote) == ("retracted", {})


async def test_a_text_that_does_not_fit_is_public_and_fails_on_the_channel_with_the_reason(
    desk: Desk, publish_edition: Publish, client: httpx.AsyncClient
) -> None:
    title = "Thông báo rất dài " * 5
    document = await publish_edition("bulletin", bulletin(title.strip(), "zalo"))
    [item] = await desk.items()
    assert (item.state, item.words) == ("failed", "title: the title has 89 characters, at most 60 are right")
    await desk.serve()
    assert desk.channel.calls == []
    assert (await client.get(f"/api/v1/bulletins/{document}")).status_code == 200


async def test_radio_is_not_connected_and_the_list_of_the_app_needs_no_item(
    database: Database, publish_edition: Publish
) -> None:
    await publish_edition("bulletin", bulletin("Tin loa", "web", "hue_s", "radio", priority="urgent"))
    async with database.read() as connection:
        rows = (await connection.execute(select(ITEM))).all()
    assert [(row.channel, row.state) for row in rows] == [("radio", "not_connected")]


async def test_a_channel_is_one_file_and_one_registration(
    settings: Settings, database: Database, publish_edition: Publish, desk: Desk
) -> None:
    fax = StandInChannel("fax")
    registration = ChannelRegistration("fax", lambda _: fax, wants=lambda view: view["kind"] == "statement")
    with registered(registration, settings, database):
        desk.queue.channels = {"fax": fax}
        async with database.write() as session:
            await switch_on(session, "fax", OPERATOR)
        await publish_edition("bulletin", bulletin("Không phải phát ngôn", "web"))
        statement = await publish_edition("statement", contents.statement(title="Phát ngôn về cầu"))
        await desk.queue.serve("fax")
        await end(database, statement, "withdrawn")
        await desk.queue.serve("fax")
    assert [(item.channel, item.action, item.state) for item in await desk.items()] == [
        ("fax", "publish", "live"),
        ("fax", "retract", "retracted"),
    ]
