"""Targets of comments and their places as JSON, which crosses the pipes of the sandbox."""

from collections.abc import Sequence
from dataclasses import asdict, fields
from typing import Any

import orjson

from hub.consultation.carryover.anchor_targets import CommentTarget, Quote
from hub.consultation.carryover.anchors import carry_between
from hub.consultation.carryover.carried_targets import CarriedTarget
from hub.consultation.carryover.draft_text import Node
from hub.consultation.carryover.redraft import Redraft
from hub.errors import InvalidInput

_MEMBERS = tuple(field.name for field in fields(Quote))


def read_quote(stored: dict[str, Any] | None) -> Quote | None:
    """Read a quotation from the JSON of its column."""
    return Quote(**{name: stored[name] for name in _MEMBERS if name in stored}) if stored else None


def write_quote(quote: Quote | None) -> dict[str, Any] | None:
    """Return the JSON of a quotation."""
    return asdict(quote) if quote else None


def pack_request(old: Sequence[Node], new: Sequence[Node], targets: Sequence[CommentTarget]) -> bytes:
    """Return the request of `carry_packed`."""
    return orjson.dumps({"old": old, "new": new, "targets": [asdict(target) for target in targets]})


def carry_packed(body: bytes) -> list[dict[str, Any] | None]:
    """Carry targets between two versions, for `hub.sandbox`: one `Redraft` for all of them.

    The place of each is in the order of the targets; None for one that does not fit the older version.
    """
    request = orjson.loads(body)
    redraft = Redraft(request["old"], request["new"])
    return [_carry(redraft, target) for target in request["targets"]]


def _carry(redraft: Redraft, packed: dict[str, Any]) -> dict[str, Any] | None:
    target = CommentTarget(packed["ref"], packed["lineage"], read_quote(packed["quote"]))
    try:
        return pack_place(carry_between(redraft, target))
    except InvalidInput:
        return None


def pack_place(found: CarriedTarget) -> dict[str, Any]:
    """Return the columns of `comment_place` that a search fills."""
    place = found.place
    return {
        "status": found.status.value,
        "ref": place and place.ref,
        "lineage": place and place.lineage,
        "quote": write_quote(place.quote) if place else None,
        "doubt": found.doubt and found.doubt.value,
        "score": place and place.score,
    }
