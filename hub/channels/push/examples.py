"""Signed examples of the contract of push messages, built by the code that builds the real ones. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from importlib.resources import files
from typing import Any
from uuid import UUID

import orjson

from hub.channels.port import ItemAction, Material
from hub.channels.push.channel import sign
from hub.channels.push.payload import build_payload, encode, with_life
from hub.times import parse_moment

EXAMPLE_SECRET = "whsec_VsOtIGThu6UgY2hvIGPhu5VuZyBIdWUtUywga2jDtG5nIGTDuW5nIMSR4buDIGvDvSB0aOG6rXQ="  # noqa: S105 - published with the contract
EXAMPLE_BASE = "https://chinhsach.hue.gov.vn"
EXAMPLE_TOPIC = "hue-s"
_PUBLISHED = parse_moment("2026-10-28T15:30:00+07:00")
_DOCUMENT = UUID("01929f2c-6a40-7c1e-8b0a-5d5f0b1c2e3f")
_FLOOD: dict[str, Any] = {
    "title": "Lũ trên sông Hương lên trên báo động 3, người dân vùng thấp trũng sơ tán trước 18 giờ",
    "lead": "Mực nước sông Hương tại trạm Kim Long dự báo đạt 3,9 m lúc 19 giờ hôm nay. Các hộ ở vùng thấp trũng đến "
    "điểm sơ tán của phường trước 18 giờ. Cần giúp đỡ, gọi 19001075.",
    "priority": "urgent",
    "agency": {"code": "bch-pctt"},
    "places": [{"code": "19774"}, {"code": "19777"}],
    "topics": [{"code": "thien-tai"}],
    "valid_until": "2026-10-29T06:00:00+07:00",
}


@dataclass(frozen=True)
class SignedExample:
    """One example: what it shows, and the request as it is sent."""

    title: str
    headers: Mapping[str, str]
    body: str


@cache
def signed_examples() -> tuple[SignedExample, ...]:
    """Return an urgent warning, its correction, and its withdrawal."""
    corrected = {"change_note": "Đính chính giờ sơ tán: trước 17 giờ, không phải 18 giờ."}
    withdrawn = {"withdrawal": {"reason": "Nước sông Hương đã xuống dưới báo động 2, người dân có thể trở về nhà."}}
    return (
        _example("An urgent warning", ItemAction.publish, "published", 1, timedelta(), {}),
        _example("Its correction", ItemAction.update, "corrected", 2, timedelta(minutes=20), corrected),
        _example("Its withdrawal", ItemAction.retract, "withdrawn", 2, timedelta(hours=11), withdrawn),
    )


def _example(
    title: str, action: ItemAction, event: str, edition: int, after: timedelta, more: Mapping[str, Any]
) -> SignedExample:
    at = _PUBLISHED + after
    payload = build_payload(_material(action, event, edition, at, more), base=EXAMPLE_BASE, topic=EXAMPLE_TOPIC)
    sent_at = at + timedelta(seconds=2)
    body = encode(with_life(payload, sent_at))
    return SignedExample(title, sign(EXAMPLE_SECRET, payload["message"]["data"]["id"], sent_at, body), body.decode())


def _material(action: ItemAction, event: str, edition: int, at: datetime, more: Mapping[str, Any]) -> Material:
    return Material(_DOCUMENT, "vi", edition, action, event, {**_FLOOD, **more}, at)


@cache
def message_schema() -> dict[str, Any]:
    """Read the JSON Schema (2020-12) of messages."""
    found: dict[str, Any] = orjson.loads((files(__package__) / "data/message.schema.json").read_bytes())
    return found
