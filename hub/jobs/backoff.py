"""How long to wait before the next try: growing pauses with jitter, pure. What is due stands in Postgres."""

import random
from datetime import timedelta

FACTOR = 3.0
LONGEST = timedelta(hours=12)
JITTER = 0.25
"""Receivers that failed together are not asked together again."""

_chance = random.SystemRandom()


def pause(failures: int, first: float) -> timedelta:
    """The wait after so many failures in a row (from 1): `first` seconds, then thrice as long each, ± a quarter."""
    seconds = min(first * FACTOR ** min(failures - 1, 50), LONGEST.total_seconds())
    return timedelta(seconds=seconds * _chance.uniform(1 - JITTER, 1 + JITTER))
