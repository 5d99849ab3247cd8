"""History of a document (lịch sử): its entries in the publication log, and its public editions for comparison."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any
from uuid import UUID

from pydantic import Field
from sqlalchemy import ARRAY, Integer, case, cast, func, null, select, true
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.ext.asyncio import AsyncConnection

from hub.content.as_of import ENTRY
from hub.content.stored_views import decode_object, forget_broken_view, is_reported, report_broken_view
from hub.content.visibility import VIEW, VisibilityRow, check_visible, select_visibility, states_showing_text
from hub.domain.diff import DiffView, diff_editions
from hub.domain.lifecycle import Surface
from hub.domain.scalars import Moment
from hub.domain.types import UpdateType, View
from hub.errors import NotFound, ViewBroken
from hub.log.append import Event
from hub.paging import decode_cursor, encode_cursor, list_digest, position_part
from hub.problem_texts.templates import fill, list_names
from hub.web.public_urls import page_path

SURFACE = "diff"
"""Name of the comparison in reports of broken views."""
PAST_VIEW, CORRECTION = VIEW.alias("then"), VIEW.alias("correction")


class PublicState(StrEnum):
    """Public state of a document from a history entry on (trạng thái)."""

    live = "live"
    withdrawn = "withdrawn"
    gone = "gone"
    redirected = "redirected"


class HistoryEntryView(View):
    """An entry of the publication log about a document (mục lịch sử)."""

    seq: int = Field(description="Position in the publication log.", examples=[42])
    event: Event = Field(description="Event that happened.")
    at: Moment = Field(description="Time at which it became public, with the offset +07:00.")
    due: Moment | None = Field(
        None, description="Time for which it was due, if it was scheduled or follows from a date."
    )
    lang: str = Field(description="Language of the edition.")
    edition: int = Field(description="Number of the edition, starting at 1 in each language (phiên bản).")
    update_type: UpdateType = Field(description="Size of the change that this edition made: major or minor.")
    change_note: str | None = Field(
        None, description="Note on the changes in this edition (ghi chú thay đổi); also null if the document is gone."
    )
    correction_of: int | None = Field(None, description="Number of the edition that this one corrects (đính chính).")
    corrected_by: list[int] = Field(description="Numbers of the editions that correct this one (được đính chính bởi).")
    state: PublicState = Field(description="The document's state from this entry on.")
    view_sha256: str = Field(description="SHA-256 of the item's JSON as published.")


@dataclass(frozen=True)
class HistoryPage:
    """A page of entries, with the cursor after each entry."""

    items: Sequence[HistoryEntryView]
    cursors: Sequence[str]
    next: str | None


async def list_history(
    connection: AsyncConnection,
    document_id: UUID,
    *,
    kind: str | None = None,
    lang: str | None = None,
    limit: int,
    cursor: str | None = None,
) -> HistoryPage:
    """Return the log entries about a document, newest first, in one statement.

    Entries stay when the document is gone or redirected. Raises `NotFound` or `InvalidCursor`.
    """
    name = list_digest("history", document_id, lang)
    corrected_by = (
        select(func.coalesce(func.array_agg(CORRECTION.c.edition.distinct()), cast([], ARRAY(Integer))))
        .where(
            CORRECTION.c.document_id == PAST_VIEW.c.document_id,
            CORRECTION.c.lang == PAST_VIEW.c.lang,
            CORRECTION.c.correction_of == PAST_VIEW.c.edition,
        )
        .correlate(PAST_VIEW)
        .scalar_subquery()
    )
    entries = (
        select(
            *(ENTRY.c[field] for field in ("seq", "event", "at", "due", "lang", "edition", "view_sha256")),
            *(PAST_VIEW.c[field] for field in ("update_type", "change_note", "correction_of", "state")),
            corrected_by.label("corrected_by"),
        )
        .join(
            PAST_VIEW,
            (PAST_VIEW.c.document_id == ENTRY.c.document_id)
            & (PAST_VIEW.c.lang == ENTRY.c.lang)
            & (PAST_VIEW.c.seq_from == ENTRY.c.seq),
        )
        .where(ENTRY.c.document_id == document_id)
        .order_by(ENTRY.c.seq.desc())
        .limit(limit + 1)
    )
    if lang is not None:
        entries = entries.where(ENTRY.c.lang == lang)
    if cursor is not None:
        entries = entries.where(ENTRY.c.seq < _decode_seq(name, cursor))
    found = entries.subquery("entries")
    query = select_visibility(document_id, lang or "").add_columns(found).select_from(VIEW.outerjoin(found, true()))
    rows = (await connection.execute(query.order_by(found.c.seq.desc()))).all()
    own = VisibilityRow.first_of(rows)
    if own is None or (kind is not None and own.kind != kind):
        check_visible(own, document_id, kind)
    kept = [row for row in rows if row.seq is not None]
    fields = HistoryEntryView.model_fields
    items = [HistoryEntryView(**{field: row._mapping[field] for field in fields}) for row in kept[:limit]]
    cursors = [encode_cursor(name, item.seq) for item in items]
    return HistoryPage(items, cursors, cursors[-1] if len(kept) > limit else None)


def _decode_seq(name: str, cursor: str) -> int:
    seq: int
    (seq,) = decode_cursor(name, cursor, position_part)
    return seq


@dataclass(frozen=True)
class EditionPair:
    """The JSON of two editions, ready for `compare`."""

    kind: str
    document_id: UUID
    lang: str
    before: tuple[int, dict[str, Any]]
    after: tuple[int, dict[str, Any]]

    def compare(self) -> DiffView:
        """Compute the difference. CPU-bound and slow for long texts: do not call it on the event loop.

        Raises `ViewBroken` if a stored edition cannot be compared.
        """
        try:
            found = self._diff(self.before, self.after)
        except Exception as problem:  # whatever is wrong with a stored view, its reader is told
            for number, fault in (self._find_faults() or dict.fromkeys(self._editions(), problem)).items():
                words = f"{type(fault).__name__}: {fault}"
                report_broken_view(self.document_id, SURFACE, words, part=_part(self.lang, number))
            raise _broken_edition(self.document_id) from problem
        parts = {number: _part(self.lang, number) for number in self._editions()}
        if any(is_reported(self.document_id, SURFACE, part=part) for part in parts.values()):
            for number in parts.keys() - self._find_faults():
                forget_broken_view(self.document_id, SURFACE, part=parts[number])
        return found

    def _editions(self) -> dict[int, dict[str, Any]]:
        return dict((self.before, self.after))

    def _diff(self, before: tuple[int, dict[str, Any]], after: tuple[int, dict[str, Any]]) -> DiffView:
        return diff_editions(self.kind, self.document_id, self.lang, before, after)

    def _find_faults(self) -> dict[int, Exception]:
        """Find the faults that editions have by themselves: a pair meets no fault that is in both of them."""
        found: dict[int, Exception] = {}
        for edition in self._editions().items():
            try:
                self._diff((0, {}), edition)
            except Exception as fault:  # as above
                found[edition[0]] = fault
        return found


def _part(lang: str, edition: int) -> str:
    """Name an edition in reports. One damaged edition is one report, however many others it is compared with."""
    return f"{lang} {edition}"


def _broken_edition(document_id: UUID) -> ViewBroken:
    return ViewBroken(
        "One of these editions is stored damaged, so they cannot be compared.",
        field="id",
        expected=fill("other editions; {page} shows what is left of the document", page=page_path(document_id)),
    )


async def load_edition_pair(
    connection: AsyncConnection, document_id: UUID, *, kind: str | None = None, lang: str, before: int, after: int
) -> EditionPair:
    """Load two public editions in one language, each as it was last public, in one statement.

    Raises `NotFound` with the available editions, `DocumentGone` or `ViewBroken`. Editions of a redirected document can
    still be compared, because `as_of` still shows them.
    """
    wanted = PAST_VIEW.c.edition.in_((before, after))
    editions = (
        select(
            PAST_VIEW.c.edition.label("edition"),
            case((wanted, PAST_VIEW.c.full), else_=null()).label("full"),
        )
        .where(
            PAST_VIEW.c.document_id == VIEW.c.document_id,
            PAST_VIEW.c.lang == VIEW.c.lang,
            PAST_VIEW.c.state.in_(states_showing_text(Surface.as_of)),
            PAST_VIEW.c.full.is_not(None),
        )
        .ext(distinct_on(PAST_VIEW.c.edition))
        .order_by(PAST_VIEW.c.edition, PAST_VIEW.c.seq_from.desc())
        .correlate(VIEW)
        .lateral("editions")
    )
    query = (
        select_visibility(document_id, lang)
        .add_columns(editions)
        .select_from(VIEW.outerjoin(editions, true()))
        .order_by(editions.c.edition)
    )
    rows = (await connection.execute(query)).all()
    own = VisibilityRow.first_of(rows)
    check_visible(own, document_id, kind)
    assert own is not None  # noqa: S101 - `check_visible` has raised
    full = {row.edition: row.full for row in rows}
    for field, number in (("from", before), ("to", after)):
        if full.get(number) is None:
            raise NotFound(
                fill("There is no public edition {number} in `{lang}`.", number=number, lang=own.lang),
                field=field,
                expected=list_names(str(edition) for edition in full),
            )
    read = {
        number: decode_object(full[number], document_id, SURFACE, part=_part(own.lang, number))
        for number in {before, after}
    }
    old, new = read[before], read[after]
    if old is None or new is None:
        raise _broken_edition(document_id)
    return EditionPair(own.kind, document_id, own.lang, (before, old), (after, new))


__all__ = ["EditionPair", "HistoryEntryView", "HistoryPage", "PublicState", "list_history", "load_edition_pair"]
