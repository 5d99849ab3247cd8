"""Quotas as written in the settings, and the local part of a bucket that one process holds in memory."""

import math
from dataclasses import dataclass
from functools import cached_property
from typing import Final

WINDOWS: Final = {"second": 1, "minute": 60, "hour": 3_600, "day": 86_400}
PREPAID: Final = -1
"""Value of `owed` for requests that are covered by a lease."""


@dataclass(frozen=True)
class Quota:
    """A token bucket of `burst` requests that refills evenly over `window` seconds."""

    name: str
    burst: int
    window: int

    @classmethod
    def parse(cls, name: str, text: str) -> "Quota | None":
        """Parse `600/minute`; None for `off`."""
        if text == "off":
            return None
        burst, _, unit = text.partition("/")
        return cls(name, int(burst), WINDOWS[unit])

    @cached_property
    def pace(self) -> float:
        """Seconds in which one request is refilled."""
        return self.window / self.burst

    @cached_property
    def label(self) -> bytes:
        """The name, as headers have it."""
        return self.name.encode()

    @property
    def lease(self) -> int:
        """Number of requests that a process leases from the database at once."""
        return max(1, self.burst // 10)

    @property
    def credit(self) -> int:
        """Requests that a process allows on credit before it leases from the database, so that a client at the pace of
        a person costs no statement. The first lease pays for them. 0 for a small quota, which is enforced exactly."""
        return self.burst // 100

    @cached_property
    def policy(self) -> bytes:
        """The quota as a member of the `RateLimit-Policy` header."""
        return f'"{self.name}";q={self.burst};w={self.window}'.encode()

    def available(self, deficit: float) -> int:
        """Requests left in a bucket that will be full again in `deficit` seconds."""
        return max(0, math.floor((self.window - max(0.0, deficit)) / self.pace + 1e-6))


class LocalBucket:
    """The requests of one bucket that a process may spend without the database. Times are of `time.monotonic`."""

    __slots__ = ("closed_until", "left", "name", "owed", "quota", "remaining", "valid_until")

    def __init__(self, quota: Quota, bucket: str):
        self.quota = quota
        self.name = bucket
        self.closed_until = 0.0
        self.valid_until = 0.0
        self.left = self.owed = self.remaining = 0

    def spend(self, now: float) -> bool:
        """Spend one request; False if a lease is needed first (or was refused: `closed_until`)."""
        if now >= self.valid_until:
            self._renew(now)
        if self.left <= 0:
            return False
        self.left -= 1
        self.remaining -= 1
        if self.owed != PREPAID:
            self.owed += 1
        return True

    def refund(self) -> None:
        """Give back one request that was charged to the wrong bucket."""
        self.left += 1
        self.remaining += 1
        if self.owed > 0:
            self.owed -= 1

    def _renew(self, now: float) -> None:
        # Without the rest of the old lease the bucket would be full by now, so the rest is worth nothing.
        self.left, self.owed, self.remaining = self.quota.credit, 0, self.quota.burst
        self.valid_until = now + self.quota.window

    @property
    def debt(self) -> int:
        """Requests spent on credit."""
        return max(0, self.owed)

    def apply_lease(self, now: float, granted: int, deficit: float) -> None:
        """Add the `granted` part of `lease + debt`; `deficit` is the time in seconds until the bucket is full."""
        left = granted - self.debt
        if left <= 0:
            self.closed_until = now + max(1.0, deficit + self.quota.pace - self.quota.window)
            self.left, self.owed, self.remaining = 0, self.debt - granted, 0
            self.valid_until = now + max(deficit, self.quota.pace)
            return
        self.left, self.owed = left, PREPAID
        self.remaining = self.quota.available(deficit) + left
        self.valid_until = now + deficit

    def fail_open(self, now: float, seconds: float) -> None:
        """Allow a full burst for some seconds, because the database does not respond."""
        self.left, self.owed, self.valid_until = self.quota.burst, PREPAID, now + seconds
        self.remaining = self.quota.burst

    def header(self, now: float) -> bytes:
        """The member of the `RateLimit` header: remaining requests, and seconds until the bucket is full or opens."""
        if self.closed_until > now:
            return b'"%b";r=0;t=%d' % (self.quota.label, self.retry_after(now))
        seconds = self.owed * self.quota.pace if self.owed != PREPAID else self.valid_until - now
        return b'"%b";r=%d;t=%d' % (self.quota.label, max(0, self.remaining), max(1, math.ceil(seconds)))

    def retry_after(self, now: float) -> int:
        """Whole seconds until the next request can succeed."""
        return max(1, math.ceil(self.closed_until - now))
