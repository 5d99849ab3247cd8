"""Search for the places of many comments in the sandbox: texts of strangers, and seconds of computing."""

from collections.abc import Sequence
from typing import Any

import structlog

from hub.consultation.carryover.anchor_targets import CommentTarget
from hub.consultation.carryover.carried_targets import CarryDoubt, CarryStatus
from hub.consultation.carryover.packed_targets import pack_request
from hub.consultation.published_nodes import Nodes
from hub.sandbox.errors import UnreadableFile
from hub.sandbox.runner import DEFAULT_LIMITS, run_in_sandbox

log = structlog.get_logger()

CARRY_FUNCTION = "hub.consultation.carryover.packed_targets.carry_packed"
MAX_TARGETS = 1_000
"""Targets of one call; most comments share theirs with others."""
UNSEARCHED: dict[str, Any] = {
    "status": CarryStatus.orphaned.value,
    "ref": None,
    "lineage": None,
    "quote": None,
    "doubt": CarryDoubt.unsearched.value,
    "score": None,
}
"""Place of a comment that the hub could not look for."""


async def find_places(old: Nodes | None, new: Nodes, targets: Sequence[CommentTarget]) -> list[dict[str, Any]]:
    """Find the places of targets in a newer version, as columns of `comment_place` in the same order.

    If a call fails, halves of it are tried; a target that fails alone, or whose version has no text any more, is
    orphaned as `unsearched`, and a person decides.
    """
    if old is None:
        return [UNSEARCHED] * len(targets)
    found = []
    for first in range(0, len(targets), MAX_TARGETS):
        found += await _find(old, new, targets[first : first + MAX_TARGETS])
    return found


async def _find(old: Nodes, new: Nodes, targets: Sequence[CommentTarget]) -> list[dict[str, Any]]:
    body = pack_request(old, new, targets)
    try:
        answers = await run_in_sandbox(CARRY_FUNCTION, body, {}, DEFAULT_LIMITS, {})
    except UnreadableFile as problem:
        if len(targets) == 1:
            log.warning("comment_unsearched", ref=targets[0].ref, problem=problem.detail)
            return [UNSEARCHED]
        half = len(targets) // 2
        return [*await _find(old, new, targets[:half]), *await _find(old, new, targets[half:])]
    return [answer or UNSEARCHED for answer in answers]
