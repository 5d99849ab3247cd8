"""Faults around a mail: wrong settings, a relay that refuses everybody, a removed document, a stop in the middle."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest
from pydantic import SecretStr
from sqlalchemy import func, select, update
from sqlalchemy.exc import OperationalError

from hub.channels.mail.alarms import build_mail_alarms
from hub.channels.mail.channel import MailChannel
from hub.channels.mail.digest_rewrites import rewrite_digest
from hub.channels.mail.management import SubscriptionManager
from hub.channels.mail.retention import clean_mails
from hub.channels.mail.rows import ADDRESS, MAIL_CHANNEL, RECEIVED, SUBSCRIPTION, MailMode
from hub.channels.mail.suppression import AddressFailure, record_failure
from hub.channels.port import ChannelParts
from hub.channels.rows import CALL, ITEM
from hub.channels.switches import OPERATOR, read_switch, resume_channel
from hub.content.commands import lock_documents, remove_document
from hub.ops.checks import check_mail
from hub.outgoing.client import OutgoingClient
from hub.settings import Settings
from hub.times import now
from tests.support import contents
from tests.support.mails import DAY, MailHub
from tests.support.servers import Publish

LAN, MINH = "lan@vidu.vn", "minh@vidu.vn"


async def announce(mails: MailHub, publish: Publish, title: str = "Tin") -> Any:
    document = await publish("bulletin", contents.bulletin(title=title))
    await mails.plan()
    return document


async def call_outcomes(mails: MailHub) -> list[str | None]:
    async with mails.database.read() as connection:
        return list((await connection.execute(select(CALL.c.outcome).order_by(CALL.c.id))).scalars())


@pytest.mark.parametrize(
    ("change", "name"),
    [
        ({"mail_from": None}, "HUB_MAIL_FROM"),
        ({"mail_from": "tin@@hub"}, "HUB_MAIL_FROM"),
        ({"smtp_url": "smpt://mat-khau@localhost"}, "HUB_SMTP_URL"),
    ],
)
async def test_a_wrong_setting_holds_every_mail_and_says_which_one_it_is(
    mails: MailHub, publish_edition: Publish, change: dict[str, Any], name: str
) -> None:
    await mails.subscribe(LAN)
    await announce(mails, publish_edition)
    right, given = mails.channel, dict(change)
    if "smtp_url" in given:
        given["smtp_url"] = SecretStr(given["smtp_url"])
    wrong = Settings(**{**mails.settings.model_dump(exclude_unset=True), **given})
    mails.channel = MailChannel(ChannelParts(wrong, mails.database, OutgoingClient(wrong)))
    await mails.send()
    [item] = await mails.items()
    assert (item.state, item.hold, item.attempts) == ("held", "authorisation", 0)
    assert name in item.words
    assert "mat-khau" not in item.words
    async with mails.database.read() as connection:
        assert (await build_mail_alarms(wrong)(connection))["mail_setup_wrong"] == 1
        assert (await build_mail_alarms(mails.settings)(connection))["mail_setup_wrong"] == 0
    [finding] = await check_mail(mails.database, wrong)
    assert (finding.is_problem, name in finding.text) == (True, True)
    assert await check_mail(mails.database, mails.settings) == []
    assert mails.server.mails == []
    mails.channel = right


async def test_a_database_that_fails_before_the_mail_is_sent_repeats_it_and_after_it_changes_no_verdict(
    mails: MailHub, publish_edition: Publish, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def fail(*_: Any, **__: Any) -> None:
        raise OperationalError("select", {}, Exception("deadlock"))

    await mails.subscribe(LAN)
    await announce(mails, publish_edition)
    real = mails.channel._find_recipient
    monkeypatch.setattr(mails.channel, "_find_recipient", fail)
    await mails.send()
    [item] = await mails.items()
    assert item.state == "queued"
    assert item.attempts >= 1
    monkeypatch.setattr(mails.channel, "_find_recipient", real)
    monkeypatch.setattr("hub.channels.mail.channel.record_failure", fail)
    mails.server.on_recipient = lambda _: "550 5.1.1 nobody"
    async with mails.database.write() as session:
        await session.execute(update(ITEM).values(next_at=None))
    await mails.send()
    [item] = await mails.items()
    assert (item.state, item.words) == ("failed", "550 5.1.1 nobody")


async def test_a_relay_that_refuses_everybody_suppresses_nobody_and_pauses_the_channel(
    mails: MailHub, publish_edition: Publish
) -> None:
    for n in range(12):
        await mails.subscribe(f"nguoi@vidu{n}.vn")
    mails.server.on_recipient = lambda _: "550 relay not permitted"
    await announce(mails, publish_edition)
    await mails.send()
    states = [item.state for item in await mails.items()]
    assert (states.count("failed"), states.count("queued")) == (9, 3)
    async with mails.database.read() as connection:
        assert set((await connection.execute(select(ADDRESS.c.state))).scalars()) == {"active"}
        switch = await read_switch(connection, MAIL_CHANNEL)
        assert (await build_mail_alarms(mails.settings)(connection))["mail_paused_itself"] == 1
    assert "10 recipients in a row: 550 relay not permitted" in str(switch.paused_reason)
    [finding] = await check_mail(mails.database, mails.settings)
    assert "hub channels resume email" in finding.text
    mails.server.on_recipient = lambda _: "250 ok"
    async with mails.database.write() as session:
        await resume_channel(session, MAIL_CHANNEL, OPERATOR)
    await mails.send()
    assert len(mails.server.mails) == 3


async def test_an_address_is_suppressed_on_its_fifth_day_of_failures_in_a_row(mails: MailHub) -> None:
    id_ = str(await mails.subscribe(LAN))

    async def fail(days: int, failure: AddressFailure = AddressFailure.soft) -> tuple[str, int]:
        async with mails.database.write() as session:
            back = timedelta(days=days)
            await session.execute(update(ADDRESS).values(soft_bounce_day=ADDRESS.c.soft_bounce_day - back))
            await record_failure(session, id_, failure, "550 no")
        async with mails.database.read() as connection:
            row = (await connection.execute(select(ADDRESS.c.state, ADDRESS.c.soft_bounces))).one()
            return row.state, row.soft_bounces

    assert await fail(0, AddressFailure.policy) == ("active", 0)
    assert [await fail(0), await fail(0), await fail(1)] == [("active", 1), ("active", 1), ("active", 2)]
    assert [await fail(2), await fail(2)] == [("active", 3), ("active", 4)]
    assert await fail(40) == ("active", 1)
    for _ in range(3):
        await fail(1)
    assert await fail(1) == ("suppressed", 5)


async def test_a_digest_that_waits_is_written_anew_without_the_document_that_was_removed(
    mails: MailHub, publish_edition: Publish
) -> None:
    await mails.subscribe(LAN, MailMode.daily)
    await mails.subscribe(MINH, MailMode.daily, kind=["policy"])
    secret = await publish_edition("policy", contents.policy(title="Có dữ liệu cá nhân"))
    await publish_edition("bulletin", contents.bulletin(title="Tin khác"))
    await mails.digest(now() + DAY)
    async with mails.database.write() as session:
        await remove_document(session, (await lock_documents(session, [secret]))[secret])
    assert [(item.state, item.payload) for item in await mails.items()] == [("queued", None)] * 2
    await mails.send()  # before the planner came: nothing is sent, and nothing fails
    assert [item.state for item in await mails.items()] == ["held", "held"]
    while await rewrite_digest(mails.database, mails.settings):
        pass
    await mails.send()
    [mail] = mails.server.mails
    assert mail.recipients == (LAN,)
    assert [line for line in mail.text.splitlines() if line.startswith("* ")] == ["* Tin khác"]
    assert "1 mục" in mail.message["subject"]
    by_state = {item.state: item.words for item in await mails.items()}
    assert by_state["superseded"] == "Nothing that it told of is public any more."
    assert by_state.keys() == {"live", "superseded"}
    async with mails.database.read() as connection:
        assert secret not in set((await connection.execute(select(RECEIVED.c.document_id))).scalars())


async def test_an_address_with_a_subscription_that_waits_for_its_confirmation_is_not_erased(mails: MailHub) -> None:
    old = await mails.subscribe(LAN, kind=["policy"])
    async with mails.database.write() as session:
        await SubscriptionManager(session, old).end()
        await session.execute(update(ADDRESS).values(ended_at=now() - 30 * DAY))
        values = {"state": "pending", "created_at": now() - DAY, "ended_at": None}
        await session.execute(update(SUBSCRIPTION).values(**values))
    await clean_mails(mails.database)
    async with mails.database.read() as connection:
        assert (await connection.execute(select(func.count(ADDRESS.c.key)))).scalar_one() == 1
    async with mails.database.write() as session:
        await SubscriptionManager(session, old).confirm()
        assert (await session.execute(select(ADDRESS.c.ended_at))).scalar_one() is None


async def test_unsubscribing_and_suppressing_at_the_same_moment_never_wait_for_each_other(mails: MailHub) -> None:
    for n in range(6):
        ids = [await mails.subscribe(f"nguoi{n}@vidu.vn", kind=[kind]) for kind in ("policy", "draft", "bulletin")]

        async def end(id_: Any) -> None:
            async with mails.database.write() as session:
                await SubscriptionManager(session, id_).end()

        async def bounce(id_: Any) -> None:
            async with mails.database.write() as session:
                await record_failure(session, str(id_), AddressFailure.gone, "5.1.1")

        await asyncio.gather(*(each(id_) for id_ in ids for each in (end, bounce)))
    async with mails.database.read() as connection:
        assert set((await connection.execute(select(SUBSCRIPTION.c.state))).scalars()) <= {"ended", "suppressed"}


async def test_a_rate_of_one_mail_in_a_minute_holds_the_next_one_and_leaves_no_doubt(
    mails: MailHub, publish_edition: Publish
) -> None:
    await mails.subscribe(LAN)
    await mails.subscribe(MINH)
    await announce(mails, publish_edition)
    mails.channel.smtp.timeout = 0.5
    mails.channel.smtp._pause = 60.0
    await mails.send()
    assert [(item.state, item.hold) for item in await mails.items()] == [("live", None), ("held", "quota")]
    assert len(mails.server.mails) == 1


@pytest.mark.parametrize("has_begun", [False, True])
async def test_a_worker_that_is_stopped_doubts_only_mails_whose_text_had_begun(
    mails: MailHub, publish_edition: Publish, *, has_begun: bool
) -> None:
    await mails.subscribe(LAN)
    await announce(mails, publish_edition)
    reached = asyncio.Event()
    loop = asyncio.get_running_loop()

    def linger(_: Any) -> str:
        loop.call_soon_threadsafe(reached.set)
        return "250 ok"

    async def wait(*_: Any) -> Any:
        await asyncio.sleep(60)

    if has_begun:
        mails.channel.smtp._send_text = wait  # type: ignore[method-assign, assignment]
        mails.server.on_recipient = linger
    else:
        mails.server.on_mail, mails.server.slow = linger, 5
    sending = asyncio.create_task(mails.send())
    await reached.wait()
    await asyncio.sleep(0.2)
    sending.cancel()
    await asyncio.gather(sending, return_exceptions=True)
    [item] = await mails.items()
    assert item.state == ("sending" if has_begun else "queued")
    assert await call_outcomes(mails) == [None if has_begun else "not_made"]
    mails.server.slow = 0
    await mails.send()
    [item] = await mails.items()
    assert item.state == ("unknown" if has_begun else "live")
    assert len(mails.server.mails) == (0 if has_begun else 1)
