"""Deprecated parts of the contracts: the one list from which headers, OpenAPI, SDL and a page are made.

The guide `versioning` has the promise about the time between announcement and removal.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

NOTICE = timedelta(days=180)
"""Minimum time between announcement and removal."""


@dataclass(frozen=True)
class Deprecation:
    """A deprecated part of a contract, with its replacement."""

    since: date
    """The day it was announced."""
    sunset: date
    """The first day on which it may be removed; at least `NOTICE` later."""
    instead: str
    """The replacement, in English, as the end of a sentence: "`/api/v1/changes` with `include=view`".

    Its Vietnamese form stands in `hub/problem_texts/vi/deprecations.json`.
    """

    def __post_init__(self) -> None:
        if self.sunset - self.since < NOTICE:
            raise ValueError(f"between {self.since} and {self.sunset} are fewer than {NOTICE.days} days")

    @property
    def reason(self) -> str:
        """The sentence shown in the contracts."""
        return f"Use {self.instead}. It may be removed from {self.sunset} on."


REST: Mapping[str, Deprecation] = {}
"""By operation, as in the contract: `GET /api/v1/policies/{id}/history`."""

GRAPHQL: Mapping[str, Deprecation] = {}
"""By field or value of an enum, as in the contract: `Policy.summary`."""

POSITION_WITHOUT_HASH = Deprecation(
    since=date(2026, 11, 29),
    sunset=date(2027, 6, 1),
    instead="the whole `next` or `position`, which ends with the start of the entry's hash",
)
"""A position of the log that would not notice every restore."""

INPUTS: Mapping[str, Deprecation] = {"after=<epoch>:42, after=42": POSITION_WITHOUT_HASH}
"""By example: values of parameters that are still accepted."""
