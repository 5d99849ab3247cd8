"""Texts of comments as JSON for the sandbox, and their groups as numbers: no text comes back. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import orjson

from hub.consultation.campaigns.near_copies import CopyFinder


@dataclass(frozen=True)
class NumberedGroup:
    """A group of near copies, by the places of its comments in the request."""

    representative: int
    members: tuple[int, ...]


def pack_texts(texts: Sequence[str], draft_texts: Sequence[str]) -> bytes:
    """Return the request of `group_packed`; the texts are in the order of arrival."""
    return orjson.dumps({"draft": draft_texts, "comments": texts})


def group_packed(body: bytes) -> list[list[int]]:
    """Group texts, for `hub.sandbox`: each group as the place of its representative, then those of its members."""
    request = orjson.loads(body)
    finder = CopyFinder(request["draft"])
    for place, text in enumerate(request["comments"]):
        finder.add(f"{place:09d}", text)
    return [[int(group.representative), *(int(member.key) for member in group.members)] for group in finder.groups()]


def unpack_groups(answer: Iterable[Sequence[int]]) -> list[NumberedGroup]:
    """Read what `group_packed` returned."""
    return [NumberedGroup(representative, tuple(members)) for representative, *members in answer]
