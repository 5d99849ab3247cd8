"""How long to wait before the next try: growing pauses with jitter, pure. What is due stands in Postgres."""

import random
from datetime import timedelta

FACTOR = 3.0
MAX_DELAY = timedelta(hours=12)
JITTER = 0.25
"""Receivers that failed together are not asked together again."""

_random = random.SystemRandom()


def backoff_delay(failures: int, first: float) -> timedelta:
    """The wait after so many failures in a row (from 1): `first` seconds, then thrice as long each, ± a quarter."""
    seconds = min(first * FACTOR ** min(failures - 1, 50), MAX_DELAY.total_seconds())
    return timedelta(seconds=seconds * _random.uniform(1 - JITTER, 1 + JITTER))
