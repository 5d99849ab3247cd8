"""Events of Zalo: the signature is a plain SHA-256, each event counts once, and no private text is kept."""

import hmac
from datetime import timedelta
from typing import Any

import httpx
import orjson
import pytest
from sqlalchemy import select, text

from hub.app import create_app
from hub.auth.encryption import SecretCipher
from hub.channels.zalo.alerts import build_zalo_alarms
from hub.channels.zalo.event_counts import COUNT, EVENT, handle_events
from hub.channels.zalo.events import SIGNATURE, read_event, sign_event
from hub.channels.zalo.job import ZaloEventJob
from hub.db import Database
from hub.errors import Forbidden
from hub.settings import Settings
from hub.times import now
from hub.web.rate import limiter
from tests.support.asgi import running
from tests.support.zalo import APP_ID, OA_SECRET

PATH = "/api/v1/zalo/events"
FIRST = "d7907fa250f0c4bd3ea8f3f5d2a0015de23587ea294f9a34307a3d0da391d81b"
SECOND = "2027fb999e8d929deb8fcc7cff8fd7742b32dfef62be7d1e3ec91880a1de83f9"
PRIVATE = "Tôi tên Nguyễn Thị Bưởi, số 0905 000 111"


def event(name: str = "user_send_text", *, at: int | None = None, **message: Any) -> bytes:
    """An event as Zalo writes it."""
    stamp = str(at if at is not None else int(now().timestamp() * 1_000))
    return orjson.dumps(
        {
            "app_id": APP_ID,
            "sender": {"id": "9102837465"},
            "recipient": {"id": "2491302944280861639"},
            "event_name": name,
            "message": {"msg_id": "m-31", "text": PRIVATE} | message,
            "timestamp": stamp,
        }
    )


def signed(body: bytes) -> dict[str, str]:
    return {SIGNATURE: sign_event(APP_ID, body, orjson.loads(body)["timestamp"], OA_SECRET)}


async def counts(database: Database) -> dict[tuple[str, str], int]:
    async with database.read() as connection:
        rows = await connection.execute(select(COUNT))
        return {(row["name"], row["msg_id"]): row["count"] for row in rows.mappings()}


@pytest.mark.parametrize(
    ("app_id", "body", "stamp", "secret", "digest"),
    [
        (
            "3291547",
            b'{"a":1}',
            "1764000000000",
            "s3cret",
            FIRST,
        ),
        (
            "42",
            '{"text":"chào"}'.encode(),
            "1764000000123",
            "khóa",
            SECOND,
        ),
    ],
)
def test_the_signature_is_the_plain_digest_of_app_body_timestamp_and_secret(
    app_id: str, body: bytes, stamp: str, secret: str, digest: str
) -> None:
    assert sign_event(app_id, body, stamp, secret) == f"mac={digest}"


async def test_wrong_signatures_store_nothing(client: httpx.AsyncClient, database: Database) -> None:
    body = event()
    stamp = orjson.loads(body)["timestamp"].encode()
    keyed = hmac.digest(OA_SECRET.encode(), APP_ID.encode() + body + stamp, "sha256").hex()
    right = signed(body)[SIGNATURE]
    wrong: list[dict[str, str]] = [
        {},
        {SIGNATURE: f"mac={keyed}"},
        {SIGNATURE: right.removeprefix("mac=")},
        {SIGNATURE: right[:-1] + ("0" if right[-1] != "0" else "1")},
        signed(event("follow")),
    ]
    for headers in wrong:
        assert (await client.post(PATH, content=body, headers=headers)).status_code == 403
    for odd in (b"", b"[]", b"null", b'{"timestamp":', b"\xff" * 40):
        assert (await client.post(PATH, content=odd, headers={SIGNATURE: "mac=" + "0" * 64})).status_code == 403
    large = await client.post(PATH, content=b"{" + b" " * 70_000 + b"}", headers={SIGNATURE: right})
    assert large.status_code in (403, 413, 422)
    async with database.read() as connection:
        assert (await connection.execute(select(EVENT))).all() == []


async def test_a_repeated_event_is_stored_once_counted_once_and_keeps_no_text(
    client: httpx.AsyncClient, database: Database
) -> None:
    body = event("user_received_message")
    for retry in range(3):
        answer = await client.post(PATH, content=body, headers=signed(body) | {"num_retry": str(retry)})
        assert (answer.status_code, answer.content) == (200, b"")
    other = event("user_received_message", msg_id="m-32", tracking_id="t-8")
    await client.post(PATH, content=other, headers=signed(other))
    async with database.read() as connection:
        stored = (await connection.execute(text("SELECT string_agg(e::text, ' ') FROM zalo_event e"))).scalar_one()
    assert PRIVATE not in stored
    assert "Bưởi" not in stored
    assert "9102837465" not in stored
    assert await handle_events(database) == 2
    assert await handle_events(database) == 0
    await client.post(PATH, content=body, headers=signed(body))
    assert await handle_events(database) == 0
    assert await counts(database) == {("user_received_message", "m-31"): 1, ("user_received_message", "m-32"): 1}
    async with database.read() as connection:
        assert set((await connection.execute(select(EVENT.c.person))).scalars()) == {None}


async def test_an_old_event_with_a_right_signature_is_answered_and_not_stored(
    client: httpx.AsyncClient, database: Database
) -> None:
    body = event(at=int((now() - timedelta(days=2)).timestamp() * 1_000))
    assert (await client.post(PATH, content=body, headers=signed(body))).status_code == 200
    async with database.read() as connection:
        assert (await connection.execute(select(EVENT))).all() == []


async def test_the_alarm_tells_of_events_that_stay_away_once_they_have_come(
    client: httpx.AsyncClient, database: Database, settings: Settings
) -> None:
    read_alarms = build_zalo_alarms(settings)
    async with database.read() as connection:
        assert (await read_alarms(connection))["zalo_events_silent"] == 0
    body = event("follow")
    await client.post(PATH, content=body, headers=signed(body))
    async with database.write() as session:
        await session.execute(EVENT.update().values(received_at=now() - timedelta(hours=80)))
    async with database.read() as connection:
        assert (await read_alarms(connection))["zalo_events_silent"] == 80


async def test_what_people_write_is_counted_by_day_and_old_days_go(
    client: httpx.AsyncClient, database: Database, settings: Settings
) -> None:
    for number in range(3):
        body = event(msg_id=f"own-{number}")
        await client.post(PATH, content=body, headers=signed(body))
    arrived = event("user_seen_message", msg_id="b-1")
    await client.post(PATH, content=arrived, headers=signed(arrived))
    assert await handle_events(database) == 4
    assert await counts(database) == {("user_send_text", ""): 3, ("user_seen_message", "b-1"): 1}
    async with database.read() as connection:
        assert set((await connection.execute(select(EVENT.c.msg_id))).scalars()) == {None}
    await ZaloEventJob(database).run_once()
    assert len(await counts(database)) == 2
    async with database.write() as session:
        past = {"day": COUNT.c.day - 31, "last_at": COUNT.c.last_at - timedelta(days=31)}
        await session.execute(COUNT.update().values(**past))
        await session.execute(EVENT.update().values(received_at=EVENT.c.received_at - timedelta(days=3)))
    await ZaloEventJob(database).run_once()
    assert await counts(database) == {("user_send_text", ""): 3}
    async with database.read() as connection:
        assert (await connection.execute(select(EVENT))).all() == []
        assert (await build_zalo_alarms(settings)(connection))["zalo_events_silent"] == 31 * 24
    async with database.write() as session:
        await session.execute(COUNT.update().values(day=COUNT.c.day - 370))
    await ZaloEventJob(database).run_once()
    assert await counts(database) == {}


async def test_events_with_a_right_signature_are_taken_beyond_the_limit_of_their_address_and_others_are_not(
    settings: Settings, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limiter, "LEASE_TIMEOUT", 20)
    given = settings.model_dump(exclude_unset=True) | {"rate_anonymous": "2/hour", "rate_failures": "off"}
    async with running(create_app(Settings(**given))) as strict:
        for number in range(5):
            body = event("user_received_message", msg_id=f"r-{number}")
            assert (await strict.post(PATH, content=body, headers=signed(body))).status_code == 200
        forged = [await strict.post(PATH, content=event(), headers={SIGNATURE: "mac=" + "0" * 64}) for _ in range(4)]
        assert [answer.status_code for answer in forged] == [403, 403, 429, 429]
        assert "retry-after" in forged[-1].headers
        assert (await strict.get(PATH)).status_code == 429
        body = event("user_received_message", msg_id="r-5")
        assert (await strict.post(PATH, content=body, headers=signed(body))).status_code == 200
    async with database.read() as connection:
        assert len((await connection.execute(select(EVENT))).all()) == 6


async def test_a_hub_without_the_secret_takes_no_events(settings: Settings, database: Database) -> None:
    bare = Settings(**{**settings.model_dump(exclude_unset=True), "zalo_oa_secret": None})
    body = event()
    with pytest.raises(Forbidden):
        read_event(body, signed(body)[SIGNATURE], bare, SecretCipher(bare))
