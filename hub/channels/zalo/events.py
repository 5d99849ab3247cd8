"""Events that Zalo reports: the signature is verified, and what the hub needs is stored, without any text.

The signature is the plain SHA-256 of app id, raw body, timestamp of the body and the account's secret key, one after
the other. It is no HMAC.
"""

import hmac
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any

import orjson
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from hub.auth.encryption import SecretCipher
from hub.channels.zalo.event_counts import EVENT
from hub.errors import Forbidden, InvalidInput
from hub.problem_texts.templates import fill
from hub.settings import Settings
from hub.times import now

SIGNATURE = "X-ZEvent-Signature"
PREFIX = "mac="
MAX_BYTES = 65_536
MAX_NAME, MAX_ID = 64, 128
MAX_AGE = timedelta(days=1)
"""Age of an event that is still taken: Zalo repeats one for about two hours."""
MAX_AHEAD = timedelta(minutes=10)


@dataclass(frozen=True)
class ZaloNotice:
    """The facts of an event that are stored."""

    key: str
    name: str
    msg_id: str | None
    tracking_id: str | None
    person: str | None
    happened_at: datetime


def sign_event(app_id: str, body: bytes, timestamp: str, secret: str) -> str:
    """Compute the value of the header for a body: `mac=` and 64 hexadecimal digits."""
    return PREFIX + sha256(app_id.encode() + body + timestamp.encode() + secret.encode()).hexdigest()


def read_event(body: bytes, signature: str | None, settings: Settings, cipher: SecretCipher) -> ZaloNotice | None:
    """Verify and read an event; None for one that is too old to be a repetition.

    Raises `Forbidden` for a wrong signature or while no secret is set, and `InvalidInput` for a body that is no event.
    """
    if settings.zalo_app_id is None or settings.zalo_oa_secret is None:
        raise Forbidden("The hub takes no events of Zalo.", expected="`HUB_ZALO_APP_ID` and `HUB_ZALO_OA_SECRET`")
    if len(body) > MAX_BYTES:
        raise InvalidInput(
            fill("An event has at most {max_bytes:,} bytes.", max_bytes=MAX_BYTES), expected="an event of Zalo"
        )
    try:
        event = orjson.loads(body)
    except orjson.JSONDecodeError:
        event = None
    timestamp = str(event.get("timestamp", "")) if isinstance(event, dict) else ""
    right = sign_event(settings.zalo_app_id, body, timestamp, settings.zalo_oa_secret.get_secret_value())
    if not hmac.compare_digest(right.encode(), (signature or "").strip().encode("utf-8", "surrogateescape")):
        raise Forbidden("The signature of the event is wrong.", field=SIGNATURE, expected="mac=…: SHA-256, not HMAC")
    if not isinstance(event, dict) or not isinstance(event.get("event_name"), str):
        raise InvalidInput("The body is no event.", field="event_name", expected="an event of Zalo")
    happened_at = _parse_milliseconds(timestamp)
    if not now() - MAX_AGE <= happened_at <= now() + MAX_AHEAD:
        return None
    return _read_facts(event, timestamp, happened_at, cipher)


async def store_event(session: AsyncSession, notice: ZaloNotice) -> bool:
    """Store an event; returns False for one that was stored before."""
    values = {
        "key": notice.key,
        "name": notice.name,
        "msg_id": notice.msg_id,
        "tracking_id": notice.tracking_id,
        "person": notice.person,
        "happened_at": notice.happened_at,
        "received_at": now(),
    }
    adding = insert(EVENT).values(values).on_conflict_do_nothing().returning(EVENT.c.key)
    return (await session.execute(adding)).scalar_one_or_none() is not None


def _read_facts(event: dict[str, Any], timestamp: str, happened_at: datetime, cipher: SecretCipher) -> ZaloNotice:
    message = event.get("message") if isinstance(event.get("message"), dict) else {}
    assert isinstance(message, dict)  # noqa: S101 - for the types
    sender = event.get("sender") or event.get("follower") or event.get("user") or {}
    person = str(sender.get("id", "")) if isinstance(sender, dict) else ""
    recipient = event.get("recipient")
    other = str(recipient.get("id", "")) if isinstance(recipient, dict) else ""
    name = str(event["event_name"])[:MAX_NAME]
    msg_id, tracking_id = _find_id(message, event, "msg_id"), _find_id(message, event, "tracking_id")
    key = cipher.derive("zalo-events")[0]
    # Repetitions have the same members; `num_retry` is a header.
    named = "\n".join((name, timestamp, person, other, msg_id or "", tracking_id or ""))
    return ZaloNotice(
        hmac.digest(key, b"event\n" + named.encode(), "sha256").hex(),
        name,
        msg_id,
        tracking_id,
        hmac.digest(key, b"person\n" + person.encode(), "sha256").hex() if person else None,
        happened_at,
    )


def _find_id(message: dict[str, Any], event: dict[str, Any], name: str) -> str | None:
    found = message.get(name, event.get(name))
    if found is None and name == "msg_id" and isinstance(message.get("msg_ids"), list) and message["msg_ids"]:
        found = message["msg_ids"][0]
    return str(found).replace("\x00", "")[:MAX_ID] if isinstance(found, str | int) else None


def _parse_milliseconds(text: str) -> datetime:
    if not (text.isascii() and text.isdecimal() and 10 <= len(text) <= 14):
        raise InvalidInput("The timestamp is no number of milliseconds.", field="timestamp", expected="1764000000000")
    return datetime.fromtimestamp(int(text) / 1_000, UTC)
