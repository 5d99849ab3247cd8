"""Quotas count real comments per network, consultation and in all; addresses stand nowhere, and wrong codes end."""

import asyncio
from datetime import datetime, timedelta
from ipaddress import IPv4Address, IPv6Address, ip_address
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select, text, update

from hub.auth.encryption import SecretCipher
from hub.consultation.comments.quotas import QUOTA, QUOTA_KEY, WINDOW, CommentQuotas, network_of
from hub.db import Database
from hub.errors import RateLimited
from hub.settings import Settings
from hub.times import midnight, today

AT = midnight(today()) + timedelta(hours=9, minutes=59, seconds=59)
FIRST, SECOND = UUID(int=3), UUID(int=5)
HOME, NEIGHBOUR, AWAY = map(ip_address, ("203.0.113.7", "203.0.113.250", "203.0.114.7"))


def quotas(settings: Settings, **limits: int) -> CommentQuotas:
    wide = {"network": 1_000, "consultation": 1_000, "all": 1_000, "factor": 3}
    given = {f"comment_quota_{name}": limit for name, limit in (wide | limits).items()}
    return CommentQuotas(SecretCipher(settings), Settings(**given))  # type: ignore[arg-type]


async def count(
    database: Database,
    counted: CommentQuotas,
    times: int = 1,
    *,
    address: IPv4Address | IPv6Address | None = HOME,
    on: UUID = FIRST,
    at: object = AT,
    has_key: bool = False,
) -> list[bool]:
    found = []
    for _ in range(times):
        async with database.write() as session:
            day_key = await counted.load_day_key(session, at)  # type: ignore[arg-type]
            found.append(await counted.count(session, day_key, on, address, at, has_key=has_key))  # type: ignore[arg-type]
    return found


@pytest.mark.parametrize(
    ("first", "second"),
    [("203.0.113.7", "203.0.113.250"), ("2001:db8:1:2::1", "2001:db8:1:2:ffff::9")],
)
def test_a_network_is_a_24_or_a_64(first: str, second: str) -> None:
    beyond = "203.0.114.7" if "." in first else "2001:db8:1:3::1"
    assert network_of(ip_address(first)) == network_of(ip_address(second)) != network_of(ip_address(beyond))


async def test_beyond_its_network_s_quota_a_comment_waits_while_other_networks_go_on(
    database: Database, settings: Settings
) -> None:
    counted = quotas(settings, network=3)

    assert await count(database, counted, 2) == [True, True]
    assert await count(database, counted, 3, address=NEIGHBOUR, on=SECOND) == [True, False, False]
    assert await count(database, counted, address=AWAY) == [True]
    assert await count(database, counted, address=None) == [True]
    assert await count(database, counted, at=AT + timedelta(seconds=2)) == [True], "a new hour has begun"


async def test_what_waits_for_its_network_s_quota_uses_up_nobody_else_s(database: Database, settings: Settings) -> None:
    counted = quotas(settings, network=2, consultation=4, all=6)

    await count(database, counted, 50)
    assert await count(database, counted, 3, address=AWAY) == [True, True, False], "four on this consultation"
    other = ip_address("198.51.100.1")
    assert await count(database, counted, 3, address=other, on=SECOND) == [True, True, False]


async def test_all_consultations_together_have_a_quota(database: Database, settings: Settings) -> None:
    counted = quotas(settings, all=3)
    found = [(await count(database, counted, on=uuid4()))[0] for _ in range(5)]
    assert found == [True, True, True, False, False]


async def test_a_key_raises_the_limits_by_its_factor_over_the_same_counters(
    database: Database, settings: Settings
) -> None:
    counted = quotas(settings, network=2)
    assert await count(database, counted, 4, has_key=True) == [True] * 4
    assert await count(database, counted) == [False]
    assert await count(database, counted, 2, has_key=True) == [True, False]


async def test_of_comments_at_once_exactly_the_quota_is_within_it_and_what_is_rolled_back_does_not_count(
    database: Database, settings: Settings
) -> None:
    counted = quotas(settings, network=7)

    async def refuse() -> None:
        with pytest.raises(RuntimeError):
            async with database.write() as session:
                await counted.count(session, await counted.load_day_key(session, AT), FIRST, HOME, AT)
                raise RuntimeError("refused")

    async def accept(on: UUID) -> bool:
        return (await count(database, counted, on=on))[0]

    made = await asyncio.gather(
        *(accept(on) for on in (FIRST, SECOND) * 6), *(refuse() for _ in range(8)), return_exceptions=True
    )
    within = [one for one in made if isinstance(one, bool)]
    assert len(within) == 12, made
    # A comment counts while it is in progress, so at most the refused ones push others beyond the quota.
    assert sum(within) <= 7
    async with database.read() as connection:
        used = (await connection.execute(select(QUOTA.c.used))).scalars().all()
    assert max(used) == 12
    assert await count(database, counted) == [False]


async def test_the_tables_have_no_address_and_no_day_s_key_in_clear_and_two_days_cannot_be_compared(
    database: Database, settings: Settings
) -> None:
    counted = quotas(settings)
    await count(database, counted)
    async with database.read() as connection:
        first = set((await connection.execute(select(QUOTA.c.key))).scalars())
        [sealed] = (await connection.execute(select(QUOTA_KEY.c.key_sealed))).scalars()
        rows = (await connection.execute(text("SELECT to_jsonb(t)::text FROM comment_quota t"))).scalars().all()
    await count(database, counted, at=AT + timedelta(days=1))
    async with database.read() as connection:
        both = set((await connection.execute(select(QUOTA.c.key))).scalars())
        days = (await connection.execute(select(QUOTA_KEY.c.day).order_by(QUOTA_KEY.c.day))).scalars().all()

    assert (len(first), len(both)) == (3, 6)
    assert days == [today().isoformat(), (today() + timedelta(1)).isoformat()]
    assert SecretCipher(settings).decrypt(sealed).encode() not in sealed
    for clear in (b"203.0.113", HOME.packed[:3], FIRST.bytes):
        assert not any(clear in key for key in first)
        assert clear.hex() not in "".join(rows)


async def test_a_day_has_one_key_for_all_processes_and_gets_a_new_one_when_it_is_unreadable(
    database: Database, settings: Settings
) -> None:
    counted = [quotas(settings, network=5) for _ in range(10)]
    found = await asyncio.gather(*(count(database, one) for one in counted))
    assert sum(one[0] for one in found) == 5
    async with database.write() as session:
        await session.execute(update(QUOTA_KEY).values(key_sealed=b"lost"))

    again = await asyncio.gather(*(count(database, one) for one in counted))
    assert sum(one[0] for one in again) == 5


async def test_wrong_codes_of_a_network_end_until_the_next_hour_and_others_go_on(
    database: Database, settings: Settings
) -> None:
    counted = CommentQuotas(SecretCipher(settings), Settings(comment_code_tries=2))

    async def fail() -> None:
        async with database.write() as session:
            await counted.require_tries(session, HOME, AT)
            await counted.count_wrong_code(session, NEIGHBOUR, AT)

    await fail()
    await fail()
    with pytest.raises(RateLimited) as refused:
        await fail()
    assert refused.value.extra["retry_after"] == 2
    async with database.write() as session:
        await counted.require_tries(session, AWAY, AT)
        await counted.require_tries(session, HOME, AT + WINDOW)
        assert await counted.count(session, await counted.load_day_key(session, AT), FIRST, HOME, AT), (
            "comments are counted apart"
        )


async def test_a_key_of_the_day_that_another_request_makes_at_the_same_moment_is_not_replaced(
    database: Database, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = quotas(settings), quotas(settings)
    reading = first._read_day_key
    made: list[bytes] = []

    async def read_before_the_other(session: Any, at: datetime) -> tuple[str | None, bytes]:
        found = await reading(session, at)
        if not made:
            async with database.write() as other:
                made.append(await second.load_day_key(other, AT))
        return found

    monkeypatch.setattr(first, "_read_day_key", read_before_the_other)
    async with database.write() as session:
        assert await first.load_day_key(session, AT) == made[0]
