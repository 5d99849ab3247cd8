"""Addresses of what the clients read."""

from collections.abc import Mapping
from typing import Any

POLICIES, DRAFTS, BULLETINS, STATEMENTS = (
    f"/api/v1/{name}" for name in ("policies", "drafts", "bulletins", "statements")
)
SEARCH, CHANGES, CONSULTATIONS = "/api/v1/search", "/api/v1/changes", "/api/v1/consultations"
AGENCIES, TOPICS, PLACES, SPOKESPERSONS = (
    f"/api/v1/{name}" for name in ("agencies", "topics", "places", "spokespersons")
)

BEGINNING = "0"
"""Position before the first entry of the log."""
RESYNC = "resync"
"""Code of the refusal of a position that the log does not have: the hub was restored from a backup."""


def following(params: Mapping[str, Any], after: str, wait: int) -> dict[str, Any]:
    """Return the parameters of the changes after a position, with what is public now."""
    return {**params, "after": after, "include": "view", "wait": wait or None}
