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

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

from hub.auth.encryption import SecretCipher, SecretUnreadable
from hub.consultation.comments.models import CommentQuota, QuotaKey
from hub.db import table
from hub.errors import RateLimited
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
        the transaction ends, always in this order.
        """
        factor = self.settings.comment_quota_factor if has_key else 1
        day_key = await self._day_key(session, at)
        limits = (
            (CounterKind.network, network_of(address), self.settings.comment_quota_network),
            (CounterKind.consultation, consultation_id.bytes, self.settings.comment_quota_consultation),
            (CounterKind.everything, b"", self.settings.comment_quota_all),
        )
        for counted, name, limit in limits:
            if await self._increment(session, _counter_key(day_key, counted, name), at) > limit * factor:
                return False
        return True

    async def require_tries(
        self, connection: AsyncConnection | AsyncSession, address: IPv4Address | IPv6Address | None, at: datetime
    ) -> None:
        """Raise `RateLimited` if the network of an address has tried too many wrong codes in this hour."""
        key = await self._find_day_key(connection, at)
        if key is None:
            return
        counter = _counter_key(key, CounterKind.wrong_codes, network_of(address))
        used = select(QUOTA.c.used).where(QUOTA.c.key == counter, QUOTA.c.window_start == _window_start(at))
        if ((await connection.execute(used)).scalar_one_or_none() or 0) >= self.settings.comment_code_tries:
            seconds = int((_window_start(at) + WINDOW - at).total_seconds()) + 1
            raise RateLimited(
                "Too many wrong codes were tried from this network.",
                field="Comment-Code",
                expected=f"the right code, which is let through at any time; others in {seconds} seconds",
                retry_after=seconds,
            )

    async def count_wrong_code(
        self, session: AsyncSession, address: IPv4Address | IPv6Address | None, at: datetime
    ) -> None:
        """Count a wrong code. In a transaction of its own: that of the refused request is rolled back."""
        key = await self._day_key(session, at)
        await self._increment(session, _counter_key(key, CounterKind.wrong_codes, network_of(address)), at)

    async def _increment(self, session: AsyncSession, key: bytes, at: datetime) -> int:
        first = insert(QUOTA).values(key=key, window_start=_window_start(at), used=1)
        counted = first.on_conflict_do_update(
            index_elements=[QUOTA.c.key, QUOTA.c.window_start], set_={"used": QUOTA.c.used + 1}
        )
        used: int = (await session.execute(counted.returning(QUOTA.c.used))).scalar_one()
        return used

    async def _find_day_key(self, connection: AsyncConnection | AsyncSession, at: datetime) -> bytes | None:
        query = select(QUOTA_KEY.c.key_sealed).where(QUOTA_KEY.c.day == _day_of(at))
        sealed = (await connection.execute(query)).scalar_one_or_none()
        try:
            return None if sealed is None else bytes.fromhex(self._cipher.decrypt(sealed))
        except SecretUnreadable:
            return None  # sealed under another HUB_SECRETS_KEY: counting starts again

    async def _day_key(self, session: AsyncSession, at: datetime) -> bytes:
        """Return the HMAC key of a day, made by whoever needs it first.

        It is not cached: the transaction that made it may be rolled back.
        """
        found = await self._find_day_key(session, at)
        while found is None:
            sealed = self._cipher.encrypt(secrets.token_hex(32))
            made = insert(QUOTA_KEY).values(day=_day_of(at), key_sealed=sealed)
            # Only a row that is unreadable here is replaced: another request may have made one in the meantime.
            unreadable = await session.execute(select(QUOTA_KEY.c.key_sealed).where(QUOTA_KEY.c.day == _day_of(at)))
            made = made.on_conflict_do_update(
                index_elements=[QUOTA_KEY.c.day],
                set_={"key_sealed": sealed},
                where=QUOTA_KEY.c.key_sealed == unreadable.scalar_one_or_none(),
            )
            await session.execute(made)
            found = await self._find_day_key(session, at)
        return found


def network_of(address: IPv4Address | IPv6Address | None) -> bytes:
    """Return the /24 or /64 of an address as bytes; empty for a client without one."""
    if address is None:
        return b""
    return ip_network((address, PREFIX_BITS[address.version]), strict=False).network_address.packed


def _day_of(at: datetime) -> str:
    """Return the day in Việt Nam to which a key of `quota_key` belongs, `YYYY-MM-DD`."""
    return at.astimezone(VIETNAM).date().isoformat()


def _window_start(at: datetime) -> datetime:
    return at.astimezone(VIETNAM).replace(minute=0, second=0, microsecond=0)


def _counter_key(day_key: bytes, counted: CounterKind, name: bytes) -> bytes:
    return hmac.digest(day_key, counted.encode() + b"\0" + name, "sha256")
