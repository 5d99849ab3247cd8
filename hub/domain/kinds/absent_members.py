"""Members that every public document of its kind has, and that a source may not tell (`missing`)."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any, Protocol, TypeVar

from pydantic import Field

from hub.domain.types import is_absent
from hub.problem_texts.templates import as_words, fill


class MissingMember(StrEnum):
    """Member that every document of its kind has and that its source does not tell; an editor adds it before the
    publication."""

    issuers = "issuers"
    dates = "dates"
    spokesperson = "spokesperson"
    form = "form"
    said_at = "said_at"


class _MayMiss(Protocol):
    @property
    def missing(self) -> tuple[MissingMember, ...]: ...
    @property
    def absent_members(self) -> frozenset[MissingMember]: ...
    def model_copy(self, *, update: Mapping[str, Any] | None = None) -> Any: ...


_C = TypeVar("_C", bound=_MayMiss)


def missing_field(*members: MissingMember) -> Any:
    """Return the field `missing` of a kind, which names some of these members."""
    return Field(
        (),
        max_length=len(members),
        description="Members that the source does not tell. The edition can be worked on, and not published.",
        exclude_if=is_absent,
    )


def settle_missing(content: _C, rules: Mapping[MissingMember, str]) -> _C:
    """Return the content with only those members in `missing` that it does not have.

    `rules` has each member that may be missing, with the rule that its absence breaks. Raises `ValueError` for the
    first one that is absent and not named.
    """
    absent = tuple(name for name in MissingMember if name in content.absent_members)
    for name, rule in rules.items():
        if name in absent and name not in content.missing:
            raise ValueError(fill("{name}: {rule}", name=name, rule=as_words(rule)))
    return content if absent == content.missing else content.model_copy(update={"missing": absent})
