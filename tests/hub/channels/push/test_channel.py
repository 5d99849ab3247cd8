"""The channel `hue_s_push` against a gateway of the tests' own."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, cast
from uuid import UUID

import pytest

from hub import times
from hub.channels.port import ChannelParts, ItemAction, ItemHold, Material, ReplyKind, Work
from hub.channels.push.channel import PushChannel
from hub.channels.push.error_words import ERROR_WORDS
from hub.db import Database
from hub.outgoing.client import OutgoingClient
from hub.settings import Settings
from hub.times import VIETNAM, parse_moment
from tests.support.push_gateway import SECRET, Mood, PushGateway, push_gateway, refusal
from tests.support.receiver import Says

DOCUMENT = UUID("0192bbbb-6a40-7c1e-8b0a-5d5f0b1c2e3f")


@pytest.fixture
async def gateway() -> AsyncIterator[PushGateway]:
    async with push_gateway() as made:
        yield made


class Sender:
    """The channel with a gateway, and what it sends."""

    def __init__(self, settings: Settings, outgoing: OutgoingClient) -> None:
        # Rendering and sending use no database.
        self.channel = PushChannel(ChannelParts(settings, cast("Database", None), outgoing))

    def work(self, action: ItemAction = ItemAction.publish, at: datetime | None = None, **view: Any) -> Work:
        given = {"title": "Lũ lên", "lead": "Nước sông Hương lên nhanh.", "priority": "urgent"} | view
        material = Material(DOCUMENT, "vi", 1, action, "published", given, at or times.now())
        return Work(7, action, "send", self.channel.render(material), {})


@pytest.fixture
async def sender(gateway: PushGateway) -> AsyncIterator[Sender]:
    settings = Settings(
        public_url="https://hub.example.vn",
        hue_s_push_url=gateway.url,
        hue_s_push_secret=SECRET,
        outgoing_private_hosts=("127.0.0.1",),
    )
    outgoing = OutgoingClient(settings)
    yield Sender(settings, outgoing)
    await outgoing.close()


@pytest.mark.parametrize("row", ERROR_WORDS, ids=lambda row: row.word)
async def test_every_error_word_has_the_effect_that_the_contract_states(
    sender: Sender, gateway: PushGateway, row: Any
) -> None:
    gateway.receiver.behave = lambda _: refusal(row.status, row.word, "vì sao", {"retry-after": "75"})
    reply = await sender.channel.send(sender.work())
    assert reply.kind is row.kind
    assert reply.words == f"{row.status} {row.word} vì sao"
    assert reply.retry_after == (75 if row.kind is ReplyKind.retry else None)
    assert reply.hold is (ItemHold.authorisation if row.kind is ReplyKind.hold else None)


@pytest.mark.parametrize(
    ("says", "kind"),
    [
        (Says(200, b"<h1>OK</h1>"), ReplyKind.unknown),
        (Says(200, b'{"name": ""}'), ReplyKind.unknown),
        (Says(202, b'{"name": "m/1"}'), ReplyKind.live),
        (Says(302, headers={"location": "https://elsewhere.example/"}), ReplyKind.failed),
        (Says(403, b"Forbidden"), ReplyKind.hold),
        (Says(408), ReplyKind.unknown),
        (Says(418, b"[]"), ReplyKind.failed),
        (Says(429, b"slow down"), ReplyKind.retry),
        (Says(502, b"Bad Gateway"), ReplyKind.unknown),
        (Says(503, b"Service Unavailable"), ReplyKind.unknown),
        (Says(500, b'{"error": {"status": "UNAVAILABLE"}}'), ReplyKind.unknown),
        (Says(503, b'{"error": ["UNAVAILABLE"]}'), ReplyKind.unknown),
    ],
    ids=lambda given: f"{given.status}" if isinstance(given, Says) else given.value,
)
async def test_an_answer_outside_the_contract_is_repeated_only_if_nothing_can_have_happened(
    sender: Sender, gateway: PushGateway, says: Says, kind: ReplyKind
) -> None:
    gateway.receiver.behave = lambda _: says
    assert (await sender.channel.send(sender.work())).kind is kind


@pytest.mark.parametrize(
    ("given", "seconds"), [("75", 75), ("0", 1), ("999999", 3_600), ("bald", 60), ("", 60), ("-5", 60)]
)
async def test_retry_after_is_obeyed_within_limits(
    sender: Sender, gateway: PushGateway, given: str, seconds: float
) -> None:
    gateway.receiver.behave = lambda _: refusal(429, "QUOTA_EXCEEDED", headers={"retry-after": given})
    assert (await sender.channel.send(sender.work())).retry_after == seconds


async def test_a_lost_reply_is_unknown_and_a_gateway_that_does_not_listen_is_tried_again(
    sender: Sender, gateway: PushGateway
) -> None:
    gateway.mood = lambda _: Mood.lost
    assert (await sender.channel.send(sender.work())).kind is ReplyKind.unknown
    assert len(gateway.delivered) == 1
    await gateway.receiver.down()
    assert (await sender.channel.send(sender.work())).kind is ReplyKind.retry
    assert gateway.requests == 1


async def test_a_message_and_its_withdrawal_are_signed_valid_and_collapse(sender: Sender, gateway: PushGateway) -> None:
    sent = await sender.channel.send(sender.work())
    gone = await sender.channel.retract(sender.work(ItemAction.retract, withdrawal={"reason": "Nước đã rút."}))
    assert (sent.kind, gone.kind) == (ReplyKind.live, ReplyKind.retracted)
    assert sent.remote == {"name": "projects/hue-s/messages/1"}
    assert gateway.faults == []
    first, second = gateway.messages
    assert first["android"]["collapse_key"] == second["apns"]["headers"]["apns-collapse-id"]
    assert second["notification"] == {"title": "Thu hồi: Lũ lên", "body": "Nước đã rút."}


async def test_nothing_is_sent_in_quiet_hours_but_what_is_urgent(
    sender: Sender, gateway: PushGateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    night = parse_moment("2026-11-30T23:30:00+07:00")
    monkeypatch.setattr(times, "now", lambda: night)
    held = sender.work(at=night, priority="high", valid_until="2026-12-01T06:00:01+07:00")
    reply = await sender.channel.send(held)
    assert (reply.kind, reply.hold, reply.until) == (
        ReplyKind.hold,
        ItemHold.quiet_hours,
        parse_moment("2026-12-01T06:00:00+07:00"),
    )
    over = sender.work(at=night, priority="high", valid_until="2026-12-01T06:00:00+07:00")
    failed = await sender.channel.send(over)
    assert failed.kind is ReplyKind.failed
    assert (failed.words or "").startswith("expired")
    assert gateway.requests == 0

    monkeypatch.setattr(times, "now", lambda: datetime(2026, 12, 1, 6, tzinfo=VIETNAM))
    # The gateway, which knows the real time, would find the signature too old.
    gateway.receiver.behave = lambda _: Says(200, b'{"name": "m"}')
    assert (await sender.channel.send(held)).kind is ReplyKind.live
    assert gateway.receiver.got[0].json()["message"]["android"]["ttl"] == "1s"
    monkeypatch.setattr(times, "now", lambda: night)
    assert (await sender.channel.send(sender.work(at=night, priority="urgent"))).kind is ReplyKind.live


async def test_a_message_after_its_end_fails_and_is_not_sent(sender: Sender, gateway: PushGateway) -> None:
    before = times.now() - timedelta(hours=30)
    reply = await sender.channel.send(sender.work(at=before))
    assert reply.kind is ReplyKind.failed
    assert (reply.words or "").startswith("expired")
    assert gateway.requests == 0


@pytest.mark.parametrize(
    "change",
    [
        {"hue_s_push_url": None},
        {"hue_s_push_secret": None},
        {"hue_s_push_url": "http://gateway.example.vn/"},
        {"hue_s_push_secret": "whsec_không phải Base64"},
    ],
    ids=["no url", "no secret", "plain http", "bad secret"],
)
async def test_a_gateway_that_is_not_set_up_holds_messages(
    sender: Sender, gateway: PushGateway, change: dict[str, Any]
) -> None:
    settings = Settings(**{**sender.channel.settings.model_dump(exclude_unset=True), **change})
    held = PushChannel(ChannelParts(settings, cast("Database", None), sender.channel.outgoing))
    reply = await held.send(sender.work())
    assert (reply.kind, reply.hold) == (ReplyKind.hold, ItemHold.authorisation)
    assert "whsec" not in (reply.words or "")
    assert gateway.requests == 0


async def test_two_secrets_sign_during_a_rotation(sender: Sender, gateway: PushGateway) -> None:
    given = sender.channel.settings.model_dump(exclude_unset=True)
    settings = Settings(**{**given, "hue_s_push_secret": f"whsec_bmV3IHNlY3JldCBvZiB0aGUgaHVi, {SECRET}"})
    rotating = PushChannel(ChannelParts(settings, cast("Database", None), sender.channel.outgoing))
    assert (await rotating.send(sender.work())).kind is ReplyKind.live
    assert len(gateway.receiver.got[0].headers["webhook-signature"].split()) == 2


def test_misfits_name_a_bulletin_that_has_ended_and_a_message_without_room(sender: Sender) -> None:
    at = times.now()
    view = {"title": "Lũ", "lead": "Lên", "priority": "high", "valid_until": times.format_rfc3339(at)}
    material = Material(DOCUMENT, "vi", 1, ItemAction.publish, "published", view, at)
    assert [misfit.code for misfit in sender.channel.check(material)] == ["expired"]
    assert sender.channel.check(replace(material, action=ItemAction.retract)) == []
    far = Settings(public_url=f"https://hub.example.vn/{'x' * 2_000}")
    crowded = PushChannel(ChannelParts(far, cast("Database", None), sender.channel.outgoing))
    misfits = crowded.check(replace(material, view=view | {"valid_until": None}))
    assert [(misfit.code, misfit.limit) for misfit in misfits] == [("too_long", 2_048)]
