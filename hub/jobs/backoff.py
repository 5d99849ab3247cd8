"""Exponential backoff with jitter, pure. The time of the next attempt is stored in Postgres by the caller."""

import random
from datetime import timedelta

FACTOR = 3.0
MAX_DELAY = timedelta(hours=12)
JITTER = 0.25
"""Relative jitter: receivers that failed together are not retried together."""

_random = random.SystemRandom()


def backoff_delay(failures: int, first: float) -> timedelta:
    """Return the delay after a number of consecutive failures (from 1): `first` seconds, tripled each time, ± 25 %."""
    seconds = min(first * FACTOR ** min(failures - 1, 50), MAX_DELAY.total_seconds())
    return timedelta(seconds=seconds * _random.uniform(1 - JITTER, 1 + JITTER))
