"""Visibility of rows of `published_view` to readers, now or at a past time, according to the matrix `SHOWS`."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, FromClause, Select, case, exists, func, literal, select, tuple_

from hub.content.models import PublishedView
from hub.db import table
from hub.domain.kinds import KINDS
from hub.domain.lifecycle import SHOWS, DocumentState, Surface, Visibility
from hub.errors import DocumentGone, NotFound
from hub.log.models import LogEntry

VIEW, ENTRY = table(PublishedView), table(LogEntry)
OTHER, TARGET = VIEW.alias("other"), VIEW.alias("target")

READABLE = (Visibility.text, Visibility.text_with_reason)

ViewCondition = Callable[[FromClause], ColumnElement[bool]]
"""Builds the condition that a row of `published_view` (or of an alias of it) is the one to read."""

CLOCK_SKEW = 1_000
"""Number of neighbouring log entries whose times may be out of order: entries are numbered at commit, but timestamped a
little earlier."""


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


def currently_open(view: FromClause) -> ColumnElement[bool]:
    """Build the condition for rows that are public now."""
    found: ColumnElement[bool] = view.c.seq_to.is_(None)
    return found


def open_at(as_of: datetime | None) -> ViewCondition:
    """Build the condition for rows that are public now, or that were public at the log position of the time `as_of`."""
    if as_of is None:
        return currently_open
    near = (
        select(ENTRY.c.seq).where(ENTRY.c.at <= as_of).order_by(ENTRY.c.at.desc(), ENTRY.c.seq.desc()).limit(CLOCK_SKEW)
    ).subquery()
    position = select(func.max(near.c.seq).label("seq")).cte("position")
    reached = select(position.c.seq).scalar_subquery()

    def then(view: FromClause) -> ColumnElement[bool]:
        found: ColumnElement[bool] = (view.c.seq_from <= reached) & (
            view.c.seq_to.is_(None) | (view.c.seq_to > reached)
        )
        return found

    return then


def best_language(lang: str, is_open: ViewCondition = currently_open) -> ColumnElement[bool]:
    """Keep one valid view of each document: in `lang`, or else in the alphabetically last other language (vi)."""
    return ~exists(
        select(literal(1)).where(
            OTHER.c.document_id == VIEW.c.document_id,
            is_open(OTHER),
            tuple_(case((OTHER.c.lang == lang, 1), else_=0), OTHER.c.lang)
            > tuple_(case((VIEW.c.lang == lang, 1), else_=0), VIEW.c.lang),
        )
    )


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
            f"This id belongs to a {row.kind}.",
            field="id",
            expected=Pointer(document_id, row.kind).path,
        )
    visibility = SHOWS[row.state][surface]
    if visibility is Visibility.pointer:
        assert row.redirect_to is not None  # noqa: S101 - a redirected row has a target,
        assert row.target_kind is not None  # noqa: S101 - which always has an open row
        return Pointer(row.redirect_to, row.target_kind)
    if visibility not in READABLE:
        raise NotFound("There is no public item with this id.", field="id")
    return None
