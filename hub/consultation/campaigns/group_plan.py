"""Plan of a change of groups when near copies are grouped anew: ids that stay, comments that join or leave. Pure.

1. A group that was answered keeps its id, and with it the answer, in the new group that has most of its members;
   then the others keep theirs, the largest overlap first. What continues no group gets a new id and is unanswered.
2. An answered group that is none any more, because too few of it are left, keeps those members that were not changed
   since the answer was written and are in no other group: an answer is not lost because a neighbour withdrew.
3. A comment that is hidden or waits stays in its group, uncounted, so that it finds the group again when it comes back.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID


@dataclass(frozen=True)
class GroupedComment:
    """A comment as it is stored."""

    id: UUID
    group: UUID | None
    changed_at: datetime | None = None
    is_compared: bool = True
    """True if its text was compared, and is still the same and public."""
    is_gone: bool = False
    """True if it was withdrawn or erased."""


@dataclass(frozen=True)
class GroupPlan:
    """Changes of groups."""

    moves: Mapping[UUID, UUID | None]
    """Comments that change their group, by the new one; None for those that leave."""
    ids: Sequence[UUID]
    """For each group that was found its id: the one that it keeps, or a new one."""


def match_groups(
    old: Mapping[UUID, Collection[UUID]], new: Sequence[Collection[UUID]], answered: Collection[UUID]
) -> list[UUID | None]:
    """Return for each new group the id of the old one that it continues, or None."""
    home = {member: group for group, members in old.items() for member in members}
    overlaps: dict[tuple[UUID, int], int] = defaultdict(int)
    for place, members in enumerate(new):
        for member in members:
            if member in home:
                overlaps[home[member], place] += 1
    rated = sorted(overlaps.items(), key=lambda one: (one[0][0] not in answered, -one[1], one[0][0], one[0][1]))
    found: list[UUID | None] = [None] * len(new)
    used = set[UUID]()
    for (group, place), _ in rated:
        if found[place] is None and group not in used:
            found[place] = group
            used.add(group)
    return found


def plan_groups(
    comments: Sequence[GroupedComment],
    found: Sequence[Collection[UUID]],
    answers: Mapping[UUID, datetime],
    new_ids: Sequence[UUID],
) -> GroupPlan:
    """Plan the change from the groups as they are stored to those found, with the times of the answers to groups.

    `new_ids` has an id for each group that was found, used if the group is new.
    """
    old: dict[UUID, set[UUID]] = defaultdict(set)
    for comment in comments:
        if comment.group is not None and not comment.is_gone:
            old[comment.group].add(comment.id)
    matched = match_groups(old, found, answers)
    ids = [kept or new for kept, new in zip(matched, new_ids, strict=True)]
    wanted = {member: id_ for id_, members in zip(ids, found, strict=True) for member in members}
    moves: dict[UUID, UUID | None] = {}
    for comment in comments:
        group = wanted.get(comment.id)
        if not comment.is_compared:
            group = None if comment.is_gone else comment.group
        elif group is None and comment.group is not None and comment.group not in matched:
            group = comment.group if _is_answered(comment, answers.get(comment.group)) else None
        if group != comment.group:
            moves[comment.id] = group
    return GroupPlan(moves, ids)


def _is_answered(comment: GroupedComment, written_at: datetime | None) -> bool:
    return written_at is not None and (comment.changed_at is None or comment.changed_at <= written_at)
