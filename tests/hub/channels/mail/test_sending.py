"""Sending over SMTP: refused, retried, lost; headers that no text breaks; one connection."""

from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select, update

from hub.channels.mail.rows import ADDRESS, MailMode
from hub.channels.mail.suppression import hide_addresses, read_failure
from hub.channels.rows import ITEM
from hub.times import now
from tests.support import contents
from tests.support.mail_server import LOST
from tests.support.mails import MailHub
from tests.support.servers import Publish

LAN, MINH, HOA = "lan@vidu.vn", "minh@vidu.vn", "hoa@vidu.vn"


async def states(mails: MailHub) -> list[tuple[str, str, int]]:
    return [(item.action, item.state, item.attempts) for item in await mails.items()]


async def announce(mails: MailHub, publish: Publish, **changes: Any) -> UUID:
    document = await publish("bulletin", contents.bulletin(**changes))
    await mails.plan()
    return document


async def end_waits(mails: MailHub) -> None:
    """Make the next try of every mail that waits due now."""
    async with mails.database.write() as session:
        await session.execute(update(ITEM).where(ITEM.c.state == "queued").values(next_at=now()))


async def test_a_mail_that_is_refused_for_a_time_is_sent_again_with_the_same_message_id(
    mails: MailHub, publish_edition: Publish
) -> None:
    seen: list[Any] = []

    def later(mail: Any) -> str:
        seen.append(mail)
        return "451 4.3.0 later" if len(seen) < 3 else "250 taken"

    mails.server.on_text = later
    await mails.subscribe(LAN)
    await announce(mails, publish_edition, title="Nước sông Hương lên")
    for _ in range(3):
        await mails.send()
        await end_waits(mails)
    assert len(seen) == 3
    assert len({mail.message["message-id"] for mail in seen}) == 1
    assert [mail.recipients for mail in mails.server.mails] == [(LAN,)]
    assert await states(mails) == [("publish", "live", 3)]


async def test_a_mail_whose_reply_is_lost_is_unknown_and_never_sent_again(
    mails: MailHub, publish_edition: Publish
) -> None:
    mails.server.on_text = lambda _: LOST
    await mails.subscribe(LAN)
    await announce(mails, publish_edition)
    for _ in range(3):
        await mails.send()
    assert len(mails.server.mails) == 1
    assert await states(mails) == [("publish", "unknown", 1)]


async def test_a_server_that_hangs_before_the_text_has_sent_nothing(mails: MailHub, publish_edition: Publish) -> None:
    mails.server.slow, mails.channel.smtp.timeout = 0.4, 0.5
    await mails.subscribe(LAN)
    await announce(mails, publish_edition)
    await mails.send()
    [item] = await mails.items()
    assert item.state == "queued"
    assert "Timeout" in item.words
    assert mails.server.mails == []
    mails.server.slow = 0
    mails.channel.smtp.timeout = 20
    await end_waits(mails)
    await mails.send()
    assert [mail.recipients for mail in mails.server.mails] == [(LAN,)]


async def test_an_address_that_does_not_exist_gets_nothing_more_and_its_words_name_nobody(
    mails: MailHub, publish_edition: Publish
) -> None:
    mails.server.on_recipient = lambda to: f"550 5.1.1 <{to}> unknown" if to == LAN else "250 ok"
    await mails.subscribe(LAN)
    await mails.subscribe(LAN, kind=["bulletin"])
    await mails.subscribe(MINH)
    await announce(mails, publish_edition)
    await mails.send()
    items = await mails.items()
    assert sorted(item.state for item in items) == ["failed", "live", "superseded"]
    assert all("@" not in (item.words or "") for item in items)
    async with mails.database.read() as connection:
        found = (await connection.execute(select(ADDRESS.c.state, ADDRESS.c.suppressed_reason))).all()
    assert sorted(row.state for row in found) == ["active", "suppressed"]
    assert all("@" not in (row.suppressed_reason or "") for row in found)
    await announce(mails, publish_edition, title="Tin thứ hai")
    await mails.send()
    assert [mail.recipients for mail in mails.server.mails] == [(MINH,), (MINH,)]


async def test_a_fault_of_the_hub_before_a_mail_leaves_it_is_no_doubt(
    mails: MailHub, publish_edition: Publish, monkeypatch: pytest.MonkeyPatch
) -> None:
    await mails.subscribe(LAN)
    await announce(mails, publish_edition)
    with monkeypatch.context() as patch:
        patch.setattr(mails.channel.book, "open", lambda _: 1 / 0)
        await mails.send()
    [item] = await mails.items()
    assert item.state == "queued"
    assert "ZeroDivisionError" in item.words
    async with mails.database.write() as session:
        await session.execute(update(ITEM).values(next_at=item.made_at))
    await mails.send()
    assert [mail.recipients for mail in mails.server.mails] == [(LAN,)]


async def test_a_server_that_refuses_the_hub_costs_no_subscriber(mails: MailHub, publish_edition: Publish) -> None:
    mails.server.on_mail = lambda _: "550 5.7.1 not you"
    await mails.subscribe(LAN)
    await announce(mails, publish_edition)
    await mails.send()
    [item] = await mails.items()
    assert (item.state, item.words) == ("queued", "550 5.7.1 not you")
    assert item.next_at is not None


async def test_mails_use_one_connection_and_headers_hold_what_mail_programs_need(
    mails: MailHub, publish_edition: Publish
) -> None:
    await mails.subscribe(LAN)
    await mails.subscribe(MINH)
    title = "Cảnh báo lũ\r\nBcc: ke-gian@vidu.vn\u2028 trên sông Hương, cấp nước dâng rất cao " + "ở vùng trũng " * 20
    await announce(mails, publish_edition, title=title)
    await announce(mails, publish_edition, title="Tin thứ hai")
    await mails.send()
    assert len(mails.server.mails) == 4
    assert mails.server.connections == 1
    first = mails.server.to(LAN)[0]
    message, raw = first.message, first.content.decode("ascii")
    assert message["bcc"] is None
    assert message["from"] == "Cổng chính sách Huế <tin@hub.example.vn>"
    assert str(message["subject"]).startswith("Mới công bố: Cảnh báo lũ Bcc: ke-gian@vidu.vn")
    assert message["auto-submitted"] == "auto-generated"
    assert message["list-id"] == "<tin.hub.example.vn>"
    assert message["list-unsubscribe-post"] == "List-Unsubscribe=One-Click"
    [line] = [line for line in raw.splitlines() if line.startswith("List-Unsubscribe:")]
    assert line.startswith("List-Unsubscribe: <https://hub.example.vn/s/")
    assert line.endswith(">")
    assert max(map(len, raw.splitlines())) <= 998
    assert first.sender.startswith("bounces+")
    assert first.sender.endswith("@hub.example.vn")
    assert len(first.sender.partition("@")[0]) <= 64
    assert "____" not in raw
    assert "/end" in first.text
    assert mails.server.to(MINH)[0].message["list-unsubscribe"] != message["list-unsubscribe"]


async def test_what_a_payload_keeps_lets_nobody_unsubscribe_another(mails: MailHub, publish_edition: Publish) -> None:
    id_ = await mails.subscribe(LAN)
    await announce(mails, publish_edition)
    [item] = await mails.items()
    stored = str(item.payload)
    assert mails.link(id_).removeprefix("/s/") not in stored
    assert LAN not in stored
    assert item.recipient == str(id_)


async def test_a_subscription_that_ended_before_its_mail_was_sent_gets_none(
    mails: MailHub, publish_edition: Publish, client: Any
) -> None:
    id_ = await mails.subscribe(LAN)
    await mails.subscribe(HOA, MailMode.at_once)
    await announce(mails, publish_edition)
    answer = await client.post(mails.link(id_), content=b"List-Unsubscribe=One-Click")
    assert answer.status_code == 200
    await mails.send()
    assert [mail.recipients for mail in mails.server.mails] == [(HOA,)]


@pytest.mark.parametrize(
    ("words", "failure"),
    [
        ("550 5.1.1 no such user", "gone"),
        ("554 5.2.1 mailbox disabled", "gone"),
        ("5.1.10", "gone"),
        ("550 no such user", "soft"),
        ("550 relay not permitted", "soft"),
        ("552 5.2.2 mailbox full", "soft"),
        ("450 4.1.1 try later", "soft"),
        ("550 5.7.515 access denied", "policy"),
        ("553 5.1.8 sender rejected", "policy"),
    ],
)
def test_only_an_enhanced_code_about_the_address_ends_a_subscription(words: str, failure: str) -> None:
    assert read_failure(words) == failure


def test_addresses_in_the_words_of_a_server_are_hidden() -> None:
    assert hide_addresses("550 <Lan.Anh+x@vidu.vn>: nobody lan@a.b") == "550 <<…>>: nobody <…>"
