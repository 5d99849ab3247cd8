"""Visibility of rows of `published_view` to readers, now or at a past time, according to the matrix `SHOWS`."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Select, select

from hub.content.as_of import ViewCondition, currently_open
from hub.content.language_fallback import best_language
from hub.content.models import PublishedView
from hub.db import table
from hub.domain.kinds import KINDS
from hub.domain.lifecycle import SHOWS, DocumentState, Surface, Visibility
from hub.errors import DocumentGone, NotFound
from hub.problem_texts.templates import as_data, fill

VIEW = table(PublishedView)
TARGET = VIEW.alias("target")

READABLE = (Visibility.text, Visibility.text_with_reason)


def states_showing_text(*surfaces: Surface) -> list[str]:
    """List the document states in which all of the surfaces show the text."""
    return [state for state in DocumentState if all(SHOWS[state][surface] is Visibility.text for surface in surfaces)]


LISTED_STATES = states_showing_text(Surface.list)
SEARCHED_STATES = states_showing_text(Surface.search)
LISTED_AS_OF_STATES = states_showing_text(Surface.list, Surface.as_of)


@dataclass(frozen=True, slots=True)
class ViewRow:
    """One public view: its JSON bytes and its identity."""

    document_id: UUID
    kind: str
    lang: str
    seq: int
    json: bytes
    cursor: str = ""
    beside: Mapping[str, Any] = field(default_factory=dict)
    """Members that stand beside the stored ones: what is true today, computed when the view is read."""
    eli: str | None = None
    """Path of the URL by type, year and number (`hub.domain.eli`)."""
    window: tuple[datetime, datetime] | None = None
    """Instants between which people may comment on a draft, whatever days its text states."""


@dataclass(frozen=True)
class Pointer:
    """Target of a permanent redirect of a document."""

    document_id: UUID
    kind: str

    @property
    def path(self) -> str:
        """Path of the target document."""
        return f"/api/v1/{KINDS[self.kind].plural}/{self.document_id}"


@dataclass(frozen=True, slots=True)
class VisibilityRow:
    """Facts about a document that `check_visible` needs."""

    kind: str
    lang: str
    state: DocumentState
    redirect_to: UUID | None
    target_kind: str | None

    @classmethod
    def first_of(cls, rows: Sequence[Sequence[Any]]) -> "VisibilityRow | None":
        """Build it from the first row of `select_visibility`, ignoring added columns; None without rows."""
        if not rows:
            return None
        kind, lang, state, redirect_to, target_kind, *_ = rows[0]
        return cls(kind, lang, DocumentState(state), redirect_to, target_kind)


def select_visibility(document_id: UUID, lang: str, is_open: ViewCondition = currently_open) -> Select[Any]:
    """Select the columns of `VisibilityRow` for a document: one row, or none if it was not public."""
    target_kind = (
        select(TARGET.c.kind)
        .where(TARGET.c.document_id == VIEW.c.redirect_to, currently_open(TARGET))
        .limit(1)
        .scalar_subquery()
    )
    return select(
        VIEW.c.kind.label("own_kind"),
        VIEW.c.lang.label("own_lang"),
        VIEW.c.state.label("own_state"),
        VIEW.c.redirect_to,
        target_kind.label("target_kind"),
    ).where(VIEW.c.document_id == document_id, is_open(VIEW), best_language(lang, is_open))


def check_visible(
    row: VisibilityRow | None, document_id: UUID, kind: str | None, surface: Surface = Surface.detail
) -> Pointer | None:
    """Check that a surface shows the text of a document; returns a `Pointer` if the document redirects permanently.

    Raises `NotFound` (not public, or of another kind: then with its path) or `DocumentGone`.
    """
    if row is None:
        raise NotFound("There is no public item with this id.", field="id")
    if row.state is DocumentState.gone:
        raise DocumentGone
    if kind is not None and row.kind != kind:
        raise NotFound(
            fill("This id belongs to a {kind}.", kind=row.kind),
            field="id",
            expected=as_data(Pointer(document_id, row.kind).path),
        )
    visibility = SHOWS[row.state][surface]
    if visibility is Visibility.pointer:
        assert row.redirect_to is not None  # noqa: S101 - a redirected row has a target,
        assert row.target_kind is not None  # noqa: S101 - which always has an open row
        return Pointer(row.redirect_to, row.target_kind)
    if visibility not in READABLE:
        raise NotFound("There is no public item with this id.", field="id")
    return None
