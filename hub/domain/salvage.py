"""Content without the optional parts that are invalid, so that one bad link does not cost the whole document. Pure.

For texts that the hub did not write and must not turn away: what sources deliver, and what was public before a rule.
"""

from collections.abc import Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError

from hub.domain.kinds import KINDS
from hub.domain.kinds.policy import DateRole
from hub.problem_texts.validation import explain_finding, explain_shortly

_MEMBERS = frozenset(
    {"image", "origin", "signed_original", "valid_until", "drafted_on", "asked_at", "consultation", "warning"}
)
"""Optional members that are left out as a whole."""
_INNER_MEMBERS = frozenset(
    {
        ("origin", "url"),
        ("origin", "posted_on"),
        ("origin", "file"),
        ("consultation", "url"),
        ("signed_original", "signed_at"),
    }
)
"""Optional members of members, which are left out alone."""
_LISTS = frozenset({"attachments", "links", "dates"})
"""Lists whose invalid items are left out."""
_MAX_ROUNDS = 5


@dataclass(frozen=True)
class DroppedPart:
    """A part that was left out: its path, and the reason for which it is invalid."""

    field: str
    detail: str
    expected: str | None


@dataclass(frozen=True)
class SalvagedContent:
    """A content without the parts that were left out. One that is not valid is as it was given: it is refused."""

    content: dict[str, Any]
    dropped: list[DroppedPart]
    is_valid: bool


def drop_invalid_parts(kind: str, content: Mapping[str, Any]) -> tuple[dict[str, Any], list[DroppedPart]]:
    """Return the content without invalid optional parts, and those parts.

    A content with any other error is returned as it is: it is refused as a whole. Unknown members are such errors.
    """
    found = salvage(kind, content)
    return found.content, found.dropped


def salvage(kind: str, content: Mapping[str, Any], *, everything: bool = False) -> SalvagedContent:
    """Leave out invalid optional parts; with `everything` all that no content needs, also unknown members."""
    kept: dict[str, Any] = deepcopy(dict(content))
    dropped: list[DroppedPart] = []
    for _ in range(_MAX_ROUNDS):
        try:
            KINDS[kind].content.model_validate(kept)
        except ValidationError as problem:
            findings = problem.errors(include_url=False, include_input=False)
        else:
            return SalvagedContent(kept, dropped, is_valid=True)
        paths = [_part_to_drop(kind, kept, each, everything=everything) for each in findings]
        if any(path is None for path in paths):
            break
        for path, each in zip(paths, findings, strict=True):
            field = ".".join(map(str, each["loc"]))
            explained = explain_finding(each)
            dropped.append(DroppedPart(field, explain_shortly(each), explained.expected))
            _remove(kept, path or ())
        for name, value in kept.items():
            if isinstance(value, list | tuple):
                kept[name] = [item for item in value if item is not _REMOVED]
    return SalvagedContent(dict(content), [], is_valid=False)


_REMOVED = object()


def _part_to_drop(
    kind: str, content: Mapping[str, Any], finding: Mapping[str, Any], *, everything: bool
) -> tuple[int | str, ...] | None:
    """Return the path of the part that goes because of an error; None if the content needs it."""
    place = finding["loc"]
    path = None if finding["type"] == "extra_forbidden" else _optional_part(content, place)
    if path is not None or not everything or not place:
        return path
    name = str(place[0])
    field = KINDS[kind].content.model_fields.get(name)
    if len(place) > 1 and isinstance(place[1], int) and isinstance(content[name], list | tuple):
        return (name, place[1])
    return (name,) if field is None or not field.is_required() else None


def _optional_part(content: Mapping[str, Any], place: Sequence[int | str]) -> tuple[int | str, ...] | None:
    """Return the path of the smallest optional part around an error; None if there is none."""
    if tuple(place[:2]) in _INNER_MEMBERS:
        return tuple(place[:2])
    if not place or place[0] not in _MEMBERS | _LISTS:
        return None
    if place[0] in _MEMBERS:
        return (place[0],)
    if len(place) < 2 or not isinstance(place[1], int) or not isinstance(content[str(place[0])], list | tuple):
        return None
    item = content[str(place[0])][place[1]]
    if place[0] == "dates" and (not isinstance(item, Mapping) or item.get("role") == DateRole.issued):
        return None
    return (place[0], place[1])


def _remove(content: dict[str, Any], path: Sequence[int | str]) -> None:
    name = str(path[0])
    if len(path) == 1:
        content.pop(name, None)
    elif isinstance(path[1], int):
        # Marked first, so that the places of the other findings stay right.
        content[name] = [_REMOVED if place == path[1] else item for place, item in enumerate(content[name])]
    elif isinstance(content.get(name), Mapping):
        content[name] = {key: value for key, value in content[name].items() if key != path[1]}
