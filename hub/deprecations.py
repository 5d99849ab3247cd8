"""What of the contracts is on its way out: the one list that headers, OpenAPI, SDL and a page are made of.

docs/versioning.md says what is promised about the time in between.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

NOTICE = timedelta(days=180)
"""The least time between the announcement and the end."""


@dataclass(frozen=True)
class Deprecation:
    """One part of a contract that has a better one in its place."""

    since: date
    """The day it was announced."""
    sunset: date
    """The first day on which it may be gone; at least `NOTICE` later."""
    instead: str
    """What to use in its place, in English, as a sentence's end: "`/api/v1/changes` with `include=view`"."""

    def __post_init__(self) -> None:
        if self.sunset - self.since < NOTICE:
            raise ValueError(f"between {self.since} and {self.sunset} are fewer than {NOTICE.days} days")

    @property
    def reason(self) -> str:
        """The sentence that readers of the contract see."""
        return f"Use {self.instead}. It may be gone from {self.sunset} on."


REST: Mapping[str, Deprecation] = {}
"""By operation, as in the contract: `GET /api/v1/policies/{id}/history`."""

GRAPHQL: Mapping[str, Deprecation] = {}
"""By field or value of an enum, as in the contract: `Policy.summary`."""
