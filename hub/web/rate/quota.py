"""A quota as the settings write it, and the part of it that one process holds in memory."""

import math
from dataclasses import dataclass
from typing import Final

WINDOWS: Final = {"second": 1, "minute": 60, "hour": 3_600, "day": 86_400}
PREPAID: Final = -1
"""In place of a debt: what is spent is paid for already."""


@dataclass(frozen=True)
class Quota:
    """So many requests in a window: a bucket of `burst` requests that fills again evenly over `window` seconds."""

    name: str
    burst: int
    window: int

    @classmethod
    def parse(cls, name: str, text: str) -> "Quota | None":
        """`600/minute` as a quota; None for `off`."""
        if text == "off":
            return None
        burst, _, unit = text.partition("/")
        return cls(name, int(burst), WINDOWS[unit])

    @property
    def pace(self) -> float:
        """Seconds in which one request comes back."""
        return self.window / self.burst

    @property
    def lease(self) -> int:
        """Requests one process takes from the database at once."""
        return max(1, self.burst // 10)

    @property
    def credit(self) -> int:
        """Requests one process allows before it asks the database at all: whoever reads at a person's pace costs no
        statement. They are paid for with the first lease. None for a small quota, which is kept exactly."""
        return self.burst // 100

    @property
    def policy(self) -> str:
        """The member of `RateLimit-Policy`."""
        return f'"{self.name}";q={self.burst};w={self.window}'

    def available(self, deficit: float) -> int:
        """Requests left in a bucket that will be full again in `deficit` seconds."""
        return max(0, math.floor((self.window - max(0.0, deficit)) / self.pace + 1e-6))


class LocalBucket:
    """What one process may spend of one bucket without asking. Times are those of `time.monotonic`."""

    __slots__ = ("closed_until", "left", "name", "owed", "quota", "remaining", "valid_until")

    def __init__(self, quota: Quota, bucket: str):
        self.quota = quota
        self.name = bucket
        self.closed_until = 0.0
        self.valid_until = 0.0
        self.left = self.owed = self.remaining = 0

    def spend(self, now: float) -> bool:
        """Spend one request; False when the database has to be asked (or has said no: `closed_until`)."""
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
        """Take one request back that was charged to the wrong bucket."""
        self.left += 1
        self.remaining += 1
        if self.owed > 0:
            self.owed -= 1

    def _renew(self, now: float) -> None:
        # The bucket would be full by now without what is left of the old lease, so that is worth nothing any more.
        self.left, self.owed, self.remaining = self.quota.credit, 0, self.quota.burst
        self.valid_until = now + self.quota.window

    @property
    def debt(self) -> int:
        """Requests spent on credit."""
        return max(0, self.owed)

    def apply_lease(self, now: float, granted: int, deficit: float) -> None:
        """Put in what the database granted of `lease + debt`; `deficit` is the time until the bucket is full."""
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
        """Let everything through for a moment: the database does not answer."""
        self.left, self.owed, self.valid_until = self.quota.burst, PREPAID, now + seconds
        self.remaining = self.quota.burst

    def header(self, now: float) -> str:
        """The member of `RateLimit`: what is left, and in how many seconds the bucket is full (or opens) again."""
        if self.closed_until > now:
            return f'"{self.quota.name}";r=0;t={self.retry_after(now)}'
        seconds = self.owed * self.quota.pace if self.owed != PREPAID else self.valid_until - now
        return f'"{self.quota.name}";r={max(0, self.remaining)};t={max(1, math.ceil(seconds))}'

    def retry_after(self, now: float) -> int:
        """Whole seconds until it is worth to come again."""
        return max(1, math.ceil(self.closed_until - now))
