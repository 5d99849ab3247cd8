"""Facts of stored views that are sent as they are: the same bytes are parsed and checked once, then known by a digest.

What is remembered is of the bytes alone: a row that was changed by hand, or damaged, has others and is checked anew.
"""

from hashlib import blake2b
from typing import NamedTuple
from uuid import UUID

from hub.content.stored_views import forget_broken_view, parse_view
from hub.domain.eli import eli_path
from hub.domain.kinds.policy import POLICY, LegalForce

MAX_REMEMBERED = 10_000
"""Contents that a process remembers as whole: about 3 MB."""


class ViewFacts(NamedTuple):
    """The members of a whole view by which what stands beside it is chosen."""

    kind: str
    legal_force: LegalForce | None
    """As the edition states it; None for kinds that have none."""
    eli: str | None
    """Path of the URL by type, year and number; None for kinds and policies without a number."""


_whole: dict[bytes, ViewFacts] = {}


def read_facts(json: bytes | None, document_id: UUID, surface: str, *, full: bool = False) -> ViewFacts | None:
    """Return the facts of a stored card, or with `full` of a full view; None, after a report, if it is broken."""
    digest = blake2b(json or b"", digest_size=16, key=b"full" if full else b"card").digest()
    facts = _whole.get(digest)
    if facts is not None:
        forget_broken_view(document_id, f"{surface}_text" if full else f"{surface}_card")
        return facts
    item = parse_view(json, document_id, surface, full=full)
    if item is None:
        return None
    is_policy = item["kind"] == POLICY.name
    force = LegalForce(item["legal_force"]) if is_policy else None
    facts = ViewFacts(item["kind"], force, eli_path(item) if is_policy else None)
    if len(_whole) >= MAX_REMEMBERED:
        del _whole[next(iter(_whole))]
    _whole[digest] = facts
    return facts
