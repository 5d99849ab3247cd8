"""Facts that the official table is built from, in clear and in memory only."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

from hub.consultation.answers.models import AnswerOutcome
from hub.consultation.comments.models import AuthorKind, AuthorShown, Stance


@dataclass(frozen=True)
class AnswerFacts:
    """An answer to a comment or to its group; `changed` names the provision that changed, in words."""

    outcome: AnswerOutcome
    reason: str
    changed: str | None = None


@dataclass(frozen=True)
class CommentFacts:
    """A public comment or letter, and its place in the latest draft."""

    number: int
    text: str
    author_kind: AuthorKind
    shown: AuthorShown
    stance: Stance
    ref: str | None = None
    """Node of the latest draft; None if it is about the whole, or has no sure place there."""
    before: str | None = None
    """Its provision in words, with the draft that it was about, if it has no sure place in the latest one."""
    name: str | None = None
    organisation: str | None = None
    letter: str | None = None
    """Number and date of the letter, in words."""
    group: UUID | None = None
    represents: bool = False
    """Its text stands for its group."""
    answer: AnswerFacts | None = None
    has_own_answer: bool = False
    is_late: bool = False


@dataclass(frozen=True)
class BodyFacts:
    """A body that was asked."""

    name: str
    has_answered: bool
    agrees_entirely: bool


@dataclass(frozen=True)
class TableFacts:
    """All that the table tells: the consultation, its latest draft, the bodies, the comments."""

    agency: str
    title: str
    place: str
    day: date
    opens_on: date
    closes_on: date
    nodes: Sequence[Mapping[str, Any]] = ()
    """Nodes of the latest draft, in reading order."""
    bodies: Sequence[BodyFacts] = ()
    comments: Sequence[CommentFacts] = ()
    form_number: str | None = None
    other_states: Mapping[str, int] = field(default_factory=dict)
    """Numbers of comments that are not public, by state."""
