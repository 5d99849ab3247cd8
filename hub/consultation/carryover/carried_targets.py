"""Results of carrying a comment to a later version of its draft. Pure."""

from dataclasses import dataclass
from enum import StrEnum

from hub.consultation.carryover.anchor_targets import Quote


class CarryStatus(StrEnum):
    """Result of carrying a comment to a later version."""

    exact = "exact"
    """The same words in the same node."""
    moved = "moved"
    """The same words in a node with another ref."""
    reworded = "reworded"
    """Other words for the same provision."""
    uncertain = "uncertain"
    """A likely place that a person has to confirm."""
    orphaned = "orphaned"
    """No place."""


class CarryDoubt(StrEnum):
    """Reason for which a place is uncertain, or why there is none."""

    deleted = "deleted"
    other_provision = "other_provision"
    facts = "facts"
    look_alike = "look_alike"
    second_place = "second_place"
    few_words = "few_words"
    context = "context"
    elsewhere = "elsewhere"
    unsearched = "unsearched"


@dataclass(frozen=True)
class CarriedPlace:
    """A place in the newer version, with its score from 0 to 1."""

    ref: str
    lineage: str | None
    quote: Quote | None
    score: float


@dataclass(frozen=True)
class CarriedTarget:
    """The place of a comment in the newer version: as it counts, or as it is proposed when `uncertain`."""

    status: CarryStatus
    place: CarriedPlace | None = None
    """None for the whole draft, and when orphaned."""
    doubt: CarryDoubt | None = None
    runner_up: CarriedPlace | None = None
    margin: float | None = None
    """Score of the place minus that of the runner-up."""
