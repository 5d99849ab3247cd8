"""Quotas of comments: per network, per consultation and in all, in fixed windows of one hour.

They drop nothing: a comment beyond a quota waits for a moderator. Counters are rows that are updated in the comment's
own transaction, so what is rolled back does not count. The key of a network is an HMAC with a key of the day, so that
nobody finds an address in the table, and from the day after tomorrow on nobody can even compare one.
"""

import hmac
import secrets
from datetime import datetime, timedelta
from enum import StrEnum
from ipaddress import IPv4Address, IPv6Address, ip_network
from uuid import UUID

from sqlalchemy import CTE, ColumnElement, exists, literal, select, true
from sqlalchemy.dialects.postgresql import Insert, insert
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession
from sqlalchemy.sql.dml import ReturningInsert

from hub.auth.encryption import SecretCipher, SecretUnreadable
from hub.consultation.comments.models import CommentQuota, QuotaKey
from hub.db import table
from hub.errors import RateLimited
from hub.problem_texts.templates import fill
from hub.settings import Settings
from hub.times import VIETNAM

QUOTA, QUOTA_KEY = table(CommentQuota), table(QuotaKey)

WINDOW = timedelta(hours=1)
PREFIX_BITS = {4: 24, 6: 64}
"""Leading bits of an address that name its network: about one neighbourhood, or one subscriber."""


class CounterKind(StrEnum):
    """Kind of thing that a counter counts."""

    network = "network"
    consultation = "consultation"
    everything = "all"
    wrong_codes = "wrong codes"


class CommentQuotas:
    """Counts comments, and wrong codes, inside the transaction of the caller."""

    def __init__(self, cipher: SecretCipher, settings: Settings):
        self._cipher = cipher
        self.settings = settings

    async def count(
        self,
        session: AsyncSession,
        day_key: bytes,
        consultation_id: UUID,
        address: IPv4Address | IPv6Address | None,
        at: datetime,
        *,
        has_key: bool = False,
    ) -> bool:
        """Count one comment; False if it is beyond a quota, so that it waits for a moderator (`HoldReason.quota`).

        With `has_key`, a valid key of a partner or of an embedding website, the limits are higher by the factor of the
        settings. What is beyond its network's quota does not count for the others: one network must not send the
        comments of all others to a moderator. Call it after the consultation is locked; the counters stay locked until
        the transaction ends, always in this order. One statement, because everybody else waits for it; the key of the
        day (`load_day_key`) is read before.
        """
        factor = self.settings.comment_quota_factor if has_key else 1
        counters = (
            (CounterKind.network, network_of(address), self.settings.comment_quota_network * factor),
            (CounterKind.consultation, consultation_id.bytes, self.settings.comment_quota_consultation * factor),
            (CounterKind.everything, b"", self.settings.comment_quota_all * factor),
        )
        steps: list[CTE] = []
        within: ColumnElement[bool] = true()
        for kind, name, limit in counters:
            row = [literal(_counter_key(day_key, kind, name), QUOTA.c.key.type), literal(_window_start(at)), literal(1)]
            source = select(*row).select_from(*steps[-1:]).where(within) if steps else select(*row)
            steps.append(_add_one(insert(QUOTA).from_select(["key", "window_start", "used"], source)).cte(kind.name))
            within = steps[-1].c.used <= limit
        return (await session.execute(select(exists().select_from(steps[-1]).where(within)))).scalar_one()

    async def require_tries(
        self, connection: AsyncConnection | AsyncSession, address: IPv4Address | IPv6Address | None, at: datetime
    ) -> None:
        """Raise `RateLimited` if the network of an address has tried too many wrong codes in this hour."""
        _, key = await self._read_day_key(connection, at)
        if not key:
            return
        counter = _counter_key(key, CounterKind.wrong_codes, network_of(address))
        used = select(QUOTA.c.used).where(QUOTA.c.key == counter, QUOTA.c.window_start == _window_start(at))
        if ((await connection.execute(used)).scalar_one_or_none() or 0) >= self.settings.comment_code_tries:
            seconds = int((_window_start(at) + WINDOW - at).total_seconds()) + 1
            raise RateLimited(
                "Too many wrong codes were tried from this network.",
                field="Comment-Code",
                expected=fill(
                    "the right code, which is let through at any time; others in {seconds} seconds", seconds=seconds
                ),
                retry_after=seconds,
            )

    async def count_wrong_code(
        self, session: AsyncSession, address: IPv4Address | IPv6Address | None, at: datetime
    ) -> None:
        """Count a wrong code. In a transaction of its own: that of the refused request is rolled back."""
        key = await self.load_day_key(session, at)
        await self._increment(session, _counter_key(key, CounterKind.wrong_codes, network_of(address)), at)

    async def _increment(self, session: AsyncSession, key: bytes, at: datetime) -> None:
        await session.execute(_add_one(insert(QUOTA).values(key=key, window_start=_window_start(at), used=1)))

    async def _read_day_key(self, connection: AsyncConnection | AsyncSession, at: datetime) -> tuple[str | None, bytes]:
        """Return the key of a day as it is stored and in clear; empty if there is none that can be read."""
        query = select(QUOTA_KEY.c.key_sealed).where(QUOTA_KEY.c.day == _day_of(at))
        sealed = (await connection.execute(query)).scalar_one_or_none()
        try:
            return sealed, b"" if sealed is None else bytes.fromhex(self._cipher.decrypt(sealed))
        except SecretUnreadable:
            return sealed, b""  # sealed under another HUB_SECRETS_KEY: counting starts again

    async def load_day_key(self, session: AsyncSession, at: datetime) -> bytes:
        """Return the HMAC key of a day, made by whoever needs it first.

        It is not cached: the transaction that made it may be rolled back.
        """
        stored, key = await self._read_day_key(session, at)
        while not key:
            sealed = self._cipher.encrypt(secrets.token_hex(32))
            made = insert(QUOTA_KEY).values(day=_day_of(at), key_sealed=sealed)
            # Only the row that was found unreadable is replaced: another request may have made one in the meantime.
            made = made.on_conflict_do_update(
                index_elements=[QUOTA_KEY.c.day],
                set_={"key_sealed": sealed},
                where=QUOTA_KEY.c.key_sealed == stored,
            )
            await session.execute(made)
            stored, key = await self._read_day_key(session, at)
        return key


def network_of(address: IPv4Address | IPv6Address | None) -> bytes:
    """Return the /24 or /64 of an address as bytes; empty for a client without one."""
    if address is None:
        return b""
    return ip_network((address, PREFIX_BITS[address.version]), strict=False).network_address.packed


def _add_one(first: Insert) -> ReturningInsert[tuple[int]]:
    """Complete the insert of a counter's first count by adding one to the counter that is there; returns `used`."""
    key = [QUOTA.c.key, QUOTA.c.window_start]
    counted = first.on_conflict_do_update(index_elements=key, set_={"used": QUOTA.c.used + 1})
    return counted.returning(QUOTA.c.used)


def _day_of(at: datetime) -> str:
    """Return the day in Việt Nam to which a key of `quota_key` belongs, `YYYY-MM-DD`."""
    return at.astimezone(VIETNAM).date().isoformat()


def _window_start(at: datetime) -> datetime:
    return at.astimezone(VIETNAM).replace(minute=0, second=0, microsecond=0)


def _counter_key(day_key: bytes, counted: CounterKind, name: bytes) -> bytes:
    return hmac.digest(day_key, counted.encode() + b"\0" + name, "sha256")
