"""Payloads of push messages: bytes, graphemes, keys, lives."""

from datetime import datetime
from typing import Any
from uuid import UUID

import orjson
import pytest

from hub.channels.port import ItemAction, Material
from hub.channels.push.graphemes import split_graphemes
from hub.channels.push.payload import MAX_BYTES, build_payload, collapse_key, encode, message_id, with_life
from hub.times import parse_moment

AT = parse_moment("2026-11-30T09:00:00+07:00")
DOCUMENT = UUID("0192aaaa-6a40-7c1e-8b0a-5d5f0b1c2e3f")
FAMILY = "👨‍👩‍👧‍👦"
MARKED = "ề"
"""Ê with a grave accent, decomposed: three code points, one letter."""


def material(action: ItemAction = ItemAction.publish, event: str = "published", **view: Any) -> Material:
    given = {
        "title": "Cảnh báo mưa lớn",
        "lead": "Mưa rất to ở A Lưới.",
        "priority": "high",
        "places": [],
        "topics": [],
    }
    return Material(DOCUMENT, "vi", 3, action, event, given | view, AT)


def built(of: Material) -> dict[str, Any]:
    return build_payload(of, base="https://hub.example.vn", topic="hue-s")


def room_for_text() -> int:
    """Bytes that the text of `material()` may have."""
    return MAX_BYTES - len(encode(built(material(lead=""))))


@pytest.mark.parametrize("letter", ["a", "ề", MARKED, FAMILY, "🇻🇳", '"'])
def test_a_payload_of_exactly_the_limit_is_whole_and_one_byte_more_is_cut_at_a_grapheme(letter: str) -> None:
    size = len(orjson.dumps(letter)) - 2
    room = room_for_text()
    whole = letter * (room // size)
    whole += "x" * (room - size * (room // size))
    payload = built(material(lead=whole))
    assert payload["message"]["notification"]["body"] == whole
    assert len(encode(payload)) == MAX_BYTES == 2_048

    longer = "y" + whole
    payload = built(material(lead=longer))
    text = payload["message"]["notification"]["body"]
    assert len(encode(payload)) <= MAX_BYTES
    assert text.endswith("…")
    parts = split_graphemes(longer)
    assert text[:-1] == "".join(parts[: len(split_graphemes(text)) - 1])
    # One more would not have fitted.
    assert len(encode(payload)) + len(orjson.dumps(parts[len(split_graphemes(text)) - 1])) - 2 > MAX_BYTES


def test_a_title_places_and_topics_of_any_length_leave_room() -> None:
    many = [{"code": f"{n:05}"} for n in range(60)]
    long = [{"code": f"chu-de-{'x' * 50}-{n}"} for n in range(20)]
    payload = built(material(title=FAMILY * 300, lead="Đ" * 2_000, places=many, topics=long))
    message = payload["message"]
    assert 2_040 < len(encode(payload)) <= MAX_BYTES
    assert set(split_graphemes(message["notification"]["title"])) == {FAMILY, "…"}
    assert message["data"]["places"].startswith("00000,00001,")
    assert message["data"]["places"].endswith(",*")
    assert len(message["data"]["topics"]) <= 240
    assert len(message["notification"]["body"]) > 100


def test_one_grapheme_without_end_becomes_an_ellipsis() -> None:
    payload = built(material(title="o" + "\u0301" * 3_000, lead="e" + "\u0302" * 3_000))
    assert payload["message"]["notification"] == {"title": "…", "body": "…"}


def test_every_message_of_a_document_has_the_same_collapse_key_and_an_id_of_its_own() -> None:
    first = material()
    fixed = material(ItemAction.update, "corrected", change_note="Sửa giờ: 17 giờ.")
    gone = material(ItemAction.retract, "withdrawn", withdrawal={"reason": "Đã hết nguy hiểm."})
    keys = {built(one)["message"]["android"]["collapse_key"] for one in (first, fixed, gone)}
    assert keys == {collapse_key(first)}
    assert len(collapse_key(first).encode()) <= 64
    assert len({message_id(one) for one in (first, fixed, gone)}) == 3
    assert built(fixed)["message"]["notification"] == {
        "title": "Đính chính: Cảnh báo mưa lớn",
        "body": "Sửa giờ: 17 giờ.",
    }
    assert built(gone)["message"]["notification"] == {
        "title": "Thu hồi: Cảnh báo mưa lớn",
        "body": "Đã hết nguy hiểm.",
    }


def test_a_drill_is_marked_and_has_an_id_of_its_own() -> None:
    real = material()
    drill = Material(DOCUMENT, "vi", 3, ItemAction.publish, "published", real.view, AT, is_exercise=True)
    message = built(drill)["message"]
    assert message["notification"]["title"] == "[DIỄN TẬP] Cảnh báo mưa lớn"
    assert message["data"]["exercise"] == "true"
    assert "exercise" not in built(real)["message"]["data"]
    assert message_id(drill) != message_id(real)


@pytest.mark.parametrize(
    ("action", "valid_until", "seconds"),
    [
        (ItemAction.publish, "2026-11-30T10:30:00+07:00", 5_400),
        (ItemAction.publish, None, 86_400),
        (ItemAction.publish, "2027-11-30T09:00:00+07:00", 28 * 86_400),
        (ItemAction.publish, "2026-11-30T08:00:00+07:00", 0),
        (ItemAction.retract, "2026-11-30T08:00:00+07:00", 86_400),
    ],
)
def test_a_message_lives_until_its_bulletin_ends(action: ItemAction, valid_until: str | None, seconds: int) -> None:
    message = built(material(action, "withdrawn", valid_until=valid_until))["message"]
    assert message["android"]["ttl"] == f"{seconds}s"
    end = parse_moment(message["data"]["valid_until"])
    assert int(message["apns"]["headers"]["apns-expiration"]) == int(end.timestamp())


def test_the_life_that_is_left_counts_from_the_sending_and_never_grows() -> None:
    payload = built(material(valid_until="2026-11-30T10:30:00+07:00"))
    later = with_life(payload, parse_moment("2026-11-30T10:29:30+07:00"))
    assert later["message"]["android"]["ttl"] == "30s"
    earlier = with_life(payload, datetime.fromisoformat("2026-11-30T08:00:00+07:00"))
    assert earlier == payload


@pytest.mark.parametrize(
    ("priority", "android", "apns"), [("urgent", "HIGH", "10"), ("high", "HIGH", "10"), ("normal", "NORMAL", "5")]
)
def test_priorities_are_those_of_both_systems(priority: str, android: str, apns: str) -> None:
    message = built(material(priority=priority))["message"]
    assert message["android"]["priority"] == android
    assert message["apns"]["headers"]["apns-priority"] == apns
    assert message["data"]["priority"] == priority
