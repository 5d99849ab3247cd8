"""Port of consultations: what the page of a draft shows of its consultation.

`hub/permalinks` stands beside `hub/consultation` and cannot call it by name. Consultations register a reader here;
`hub/rooms.py` puts them together. A reader returns only what everybody may see.
"""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection


@dataclass(frozen=True)
class NodeLink:
    """A node of a version of a draft, in words, and where that version is read."""

    title: str
    document_id: UUID | None
    """None once that version cannot be read any more."""
    lang: str
    draft_version: int
    """Number of the draft, as it states it (lần dự thảo)."""
    ref: str | None
    """None for the whole draft."""


@dataclass(frozen=True)
class PageAnswer:
    """An official answer, to one comment or to a group of near copies."""

    outcome: str
    """In words, in the language of the page."""
    reason: str
    comments: int
    """Public comments that it answers."""
    about: str | None = None
    """The provision that was commented on, in words, if it is smaller than the article."""
    changed: NodeLink | None = None
    """The provision of a later version that changed because of it."""


@dataclass(frozen=True)
class ArticleAnswers:
    """The answers about one article of a version, or about what stands outside of articles."""

    article: NodeLink
    answers: Sequence[PageAnswer]


@dataclass(frozen=True)
class AnswerSummary:
    """The official answers to the comments of a consultation, once they are public."""

    articles: Sequence[ArticleAnswers]
    is_complete: bool
    """False if there are more answers than a page shows."""
    public: int
    """Public comments."""
    answered: int
    """Public comments with an answer."""
    policy: tuple[UUID, str] | None = None
    """Id and title of the policy that came of it, while that one is readable."""
    without_answers: bool = False
    """True if it was adopted before the comments were answered: a breach."""
    adopted_reason: str | None = None
    """Public reason for that."""


@dataclass(frozen=True)
class ConsultationSummary:
    """A consultation on the page of a draft, beside its window."""

    id: UUID
    short_reason: str | None
    """Public reason for a window below the legal minimum."""
    answers: AnswerSummary | None = None
    """None until the answers are public."""


Reader = Callable[[AsyncConnection, UUID, str], Awaitable[ConsultationSummary | None]]
"""Reads the consultation of a document that is public, for a page in a language; None if it has none."""

_registered: list[Reader] = []


def register_consultation_reader(reader: Reader) -> None:
    """Register the reader; it replaces the one before."""
    _registered[:] = [reader]


async def read_consultation_summary(
    connection: AsyncConnection, document_id: UUID, lang: str
) -> ConsultationSummary | None:
    """Read what the page of a public draft shows of its consultation; None if it has none.

    Raises `RuntimeError` when no reader is registered: answers must not be missing by accident.
    """
    if not _registered:
        raise RuntimeError("No reader of consultations is registered; call hub.rooms.register_rooms() at start.")
    return await _registered[0](connection, document_id, lang)
