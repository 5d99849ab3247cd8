"""Bounces: known by the return path alone, counted once a mail, and only those about the address end it."""

import mailbox
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select, update

from hub.auth.encryption import SecretCipher
from hub.channels.mail.bounce_commands import BounceCounts, record_bounces
from hub.channels.mail.bounces import MAX_BYTES, BounceReport, parse_bounce, read_messages
from hub.channels.mail.rows import ADDRESS, BOUNCE, SUBSCRIPTION
from hub.channels.mail.tokens import LinkTokens, ReturnPaths
from hub.settings import Settings
from tests.support import contents
from tests.support.mails import RETURN_PATH, MailHub
from tests.support.servers import Publish

KEY = "k" * 40


def bounce(to: str, status: str, action: str = "failed") -> bytes:
    """A report as Postfix writes it (RFC 3464)."""
    return (
        f"Return-Path: <>\r\nDelivered-To: {to}\r\nFrom: MAILER-DAEMON@mx.vidu.vn\r\nTo: {to}\r\n"
        "Subject: Undelivered Mail Returned to Sender\r\nMIME-Version: 1.0\r\n"
        'Content-Type: multipart/report; report-type=delivery-status;\r\n\tboundary="b1"\r\n\r\n'
        "--b1\r\nContent-Type: text/plain; charset=us-ascii\r\n\r\nThis is the mail system.\r\n\r\n"
        "--b1\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx.vidu.vn\r\n\r\n"
        f"Final-Recipient: rfc822; ai.do@vidu.vn\r\nAction: {action}\r\nStatus: {status}\r\n"
        "Diagnostic-Code: smtp; 550 no\r\n\r\n"
        "--b1\r\nContent-Type: message/rfc822\r\n\r\nSubject: x\r\n\r\nbody\r\n\r\n--b1--\r\n"
    ).encode()


@pytest.fixture
def paths() -> ReturnPaths:
    return ReturnPaths(SecretCipher(Settings(secrets_key=KEY, data=Path("/nowhere"))), RETURN_PATH)


def test_a_return_path_that_the_hub_did_not_make_is_about_no_mail(paths: ReturnPaths) -> None:
    right = paths.make(4_711)
    local, _, domain = right.partition("@")
    other = "b" if local[-1] == "a" else "a"
    for wrong in (
        f"{local[:-3]}{other}{local[-2:]}@{domain}",
        f"{local}@vidu.vn",
        RETURN_PATH,
        "bounces+x@hub.example.vn",
        f"bounces+{'a' * 300}@hub.example.vn",
        "",
        "bounces+ệ@hub.example.vn",
    ):
        assert paths.read(wrong) is None, wrong
    assert paths.read(right) == paths.read(f"<{right.upper()}>") == 4_711


@pytest.mark.parametrize(
    ("status", "action", "expected"),
    [
        ("5.1.1", "failed", True),
        ("5.2.1", "failed", True),
        ("5.2.2 (mailbox full)", "failed", False),
        ("4.4.7", "failed", False),
        ("5.7.1", "failed", False),
        ("4.4.1", "delayed", None),
        ("2.0.0", "delivered", None),
    ],
)
def test_a_report_tells_whether_the_address_is_gone(
    paths: ReturnPaths, status: str, action: str, expected: bool | None
) -> None:
    found = parse_bounce(bounce(paths.make(7), status, action), paths)
    assert found == (None if expected is None else BounceReport(7, expected, status.split(" ")[0]))


def test_what_is_no_report_or_too_large_says_nothing(paths: ReturnPaths) -> None:
    to = paths.make(7)
    absent = f"To: {to}\r\nSubject: Vắng mặt\r\n\r\n5.1.1 Status: 5.1.1\r\nAction: failed\r\n".encode()
    for message in (
        b"",
        b"\xff\xfe\x00",
        absent,
        bounce("ai@vidu.vn", "5.1.1"),
        bounce(to, "5.1.1") + b"x" * MAX_BYTES,
    ):
        assert parse_bounce(message, paths) is None
    deep = bounce(to, "5.1.1").replace(b"multipart/report", b"multipart/mixed", 1)
    assert parse_bounce(deep, paths) is None


def test_a_link_that_the_hub_did_not_make_belongs_to_no_subscription() -> None:
    tokens = LinkTokens(SecretCipher(Settings(secrets_key=f"{'n' * 40},{KEY}", data=Path("/nowhere"))))
    old = LinkTokens(SecretCipher(Settings(secrets_key=KEY, data=Path("/nowhere"))))
    id_ = UUID(int=77)
    token = old.make(id_)
    assert len(token) == 36
    assert tokens.read(token) == id_
    assert old.read(tokens.make(id_)) is None
    for wrong in ("", "x", token[:-1], token[::-1], "ệ" * 36, token + "AAAA"):
        assert old.read(wrong) is None


def test_messages_are_read_from_a_maildir_an_mbox_and_a_file(tmp_path: Path) -> None:
    one, two = bounce("a@vidu.vn", "5.1.1"), bounce("b@vidu.vn", "4.4.7")
    box = mailbox.Maildir(tmp_path / "maildir")
    box.add(one)
    box.add(two)
    joined = mailbox.mbox(tmp_path / "mbox")
    joined.add(one)
    joined.add(two)
    joined.close()
    (tmp_path / "one.eml").write_bytes(one)
    assert len(list(read_messages(tmp_path / "maildir"))) == 2
    assert len(list(read_messages(tmp_path / "mbox"))) == 2
    assert list(read_messages(tmp_path / "one.eml")) == [one]


async def test_a_permanent_bounce_ends_the_mails_of_an_address_and_the_fifth_day_of_others_does(
    mails: MailHub, publish_edition: Publish
) -> None:
    await mails.subscribe("gone@vidu.vn")
    await mails.subscribe("full@vidu.vn")
    for n in range(6):
        await publish_edition("bulletin", contents.bulletin(title=f"Tin {n}"))
    await mails.plan()
    await mails.send()

    def of(address: str) -> list[str]:
        return [mail.sender for mail in mails.server.to(address)]

    async def record(*messages: bytes) -> BounceCounts:
        return await record_bounces(mails.database, mails.settings, messages)

    async def states() -> list[Any]:
        async with mails.database.read() as connection:
            query = select(ADDRESS.c.state, ADDRESS.c.soft_bounces, SUBSCRIPTION.c.state)
            query = query.join(SUBSCRIPTION, SUBSCRIPTION.c.address_id == ADDRESS.c.id).order_by(ADDRESS.c.created_at)
            return [tuple(row) for row in await connection.execute(query)]

    async def pass_day() -> None:
        async with mails.database.write() as session:
            await session.execute(update(ADDRESS).values(soft_bounce_day=ADDRESS.c.soft_bounce_day - 1))

    full = [bounce(path, "5.2.2") for path in of("full@vidu.vn")]
    for message in full[:4]:
        assert await record(message) == BounceCounts(temporary=1)
        await pass_day()
    assert await record(*full[:4], b"spam") == BounceCounts(repeated=4, others=1)
    assert await states() == [("active", 0, "active"), ("active", 4, "active")]
    gone = bounce(of("gone@vidu.vn")[0], "5.1.1")
    assert await record(gone, gone, full[4]) == BounceCounts(permanent=1, repeated=1, temporary=1)
    assert await states() == [("suppressed", 0, "suppressed"), ("suppressed", 5, "suppressed")]
    await publish_edition("bulletin", contents.bulletin(title="Tin cuối"))
    await mails.plan()
    await mails.send()
    assert len(mails.server.mails) == 12
    async with mails.database.read() as connection:
        assert len((await connection.execute(select(BOUNCE))).all()) == 6
