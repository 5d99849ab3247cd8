"""Publication hook of consultations: a published draft begins its consultation, extends it, or joins it.

The hook runs in the transaction that publishes, before the head of the log is locked; a refusal there changes nothing.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

import structlog
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from hub.consultation.answer_term import cancel_answer_term, start_answer_term
from hub.consultation.entries import new_entry
from hub.consultation.minimum import check_minimum, short_reason_of
from hub.consultation.models import Consultation, ConsultationDocument, ConsultationDraft
from hub.consultation.records import (
    DRAFT,
    VIEW_COLUMNS,
    consultation_id,
    find_memberships,
    list_documents,
    lock_consultations,
    next_position,
    sync_views,
    view_columns,
    window_of,
)
from hub.consultation.windows import Window, merge_window, shortens
from hub.content.commands import list_live_editions
from hub.content.models import Document, Edition
from hub.content.publication_registry import PublicationAddition, PublicationHook
from hub.content.publishing import NewView
from hub.domain.consultations import FINISHED, RUNNING, ConsultationStage, last_day
from hub.domain.kinds.draft import DRAFT as DRAFT_KIND
from hub.domain.view_builder import ViewSource
from hub.errors import ConsultationShortened
from hub.log.append import NewSubjectEntry
from hub.log.subjects import ConsultationEvent
from hub.problem_texts.templates import as_data, fill

log = structlog.get_logger()

FIELD = "content.consultation.closes_on"
SOURCE_LANG = "vi"
"""Language of the reason that counts, where translations give one, too."""


@dataclass(frozen=True, slots=True)
class PublishedDraft:
    """An edition of a draft that becomes public, or that was public before it had a consultation."""

    document_id: UUID
    owner: str
    lang: str
    edition: int
    draft_version: int
    window: Window | None
    short_reason: str | None
    at: datetime

    @property
    def key(self) -> tuple[UUID, str, int]:
        """Key of the edition."""
        return self.document_id, self.lang, self.edition


def read_window(content: Mapping[str, Any]) -> Window | None:
    """Read the window that the content of a draft states."""
    if not (stated := content.get("consultation")):
        return None
    return Window.of_days(date.fromisoformat(stated["opens_on"]), date.fromisoformat(stated["closes_on"]))


def published_draft(source: ViewSource, at: datetime) -> PublishedDraft:
    """Return the facts of an edition that a view is built from."""
    content = source.content
    return PublishedDraft(
        source.document_id,
        source.owner,
        source.lang,
        source.edition,
        content.get("draft_version", 1),
        read_window(content),
        short_reason_of(content),
        at,
    )


async def _add_consultations(session: AsyncSession, openings: Sequence[NewView]) -> PublicationAddition:
    openings = [opening for opening in openings if opening.source.kind == DRAFT_KIND.name]
    if not openings:
        return PublicationAddition()
    drafts = [published_draft(opening.source, opening.at) for opening in openings if opening.source.withdrawal is None]
    opened = {(opening.source.document_id, opening.source.lang) for opening in openings}
    entries = await record_drafts(session, drafts, opened)
    # After that: the publication may have begun or changed them.
    documents = {document for document, _ in opened}
    members = await find_memberships(session, documents)
    consultations = await lock_consultations(session, set(members.values()))
    columns = {document: view_columns(consultations[of]) for document, of in members.items()}
    # A draft without a consultation of its own here is withdrawn; its days are found as they always were.
    for opening in openings:
        window = read_window(opening.source.content)
        if opening.source.document_id not in columns and window is not None:
            days = {"opens_at": window.opens_at, "closes_at": window.closes_at}
            columns[opening.source.document_id] = days  # type: ignore[assignment]
    return PublicationAddition(columns, entries)


async def record_drafts(
    session: AsyncSession, drafts: Sequence[PublishedDraft], opened: set[tuple[UUID, str]]
) -> list[NewSubjectEntry]:
    """Record editions of drafts that are public, and return the entries to append. The caller holds their documents.

    Views in `opened` are about to be replaced: they keep what they had.
    """
    ids = {draft.document_id for draft in drafts}
    members = await find_memberships(session, ids)
    consultations = await lock_consultations(session, set(members.values()))
    query = select(DRAFT.c.document_id, DRAFT.c.lang, DRAFT.c.edition).where(DRAFT.c.document_id.in_(ids))
    known = {(row.document_id, row.lang, row.edition) for row in await session.execute(query)}
    entries: list[NewSubjectEntry] = []
    for draft in drafts:
        of = members.get(draft.document_id)
        if of is None:
            if draft.window is None:
                continue
            consultation = await begin(session, draft)
            members[draft.document_id] = consultation.id
            consultations[consultation.id] = consultation
            entries += announce(consultation, draft)
        elif draft.key not in known:
            consultation = consultations[of]
            await _add_draft(session, consultation, draft)
            _take_reason(consultation, draft)
            entries += await _extend(session, consultation, draft, opened)
    await session.flush()
    return entries


async def begin(session: AsyncSession, draft: PublishedDraft, stage: ConsultationStage | None = None) -> Consultation:
    """Begin the consultation of a draft that states a window, in the stage that its window is in."""
    assert draft.window is not None  # noqa: S101 - the callers have looked
    window = draft.window
    if stage is None:
        stage = ConsultationStage.open if window.opens_at <= draft.at else ConsultationStage.announced
        stage = ConsultationStage.closed if window.closes_at <= draft.at else stage
    consultation = Consultation(
        id=consultation_id(draft.document_id),
        agency=draft.owner,
        state=stage,
        opens_at=window.opens_at,
        closes_at=window.closes_at,
        announced_closes_at=window.closes_at,
        announced_at=draft.at,
        opened_at=draft.at if stage is ConsultationStage.open else None,
        closed_at=draft.at if stage is ConsultationStage.closed else None,
        short_reason=draft.short_reason,
    )
    session.add(consultation)
    await session.flush()
    member = ConsultationDocument(document_id=draft.document_id, consultation_id=consultation.id, position=1)
    session.add(member)
    await _add_draft(session, consultation, draft)
    return consultation


def announce(consultation: Consultation, draft: PublishedDraft) -> list[NewSubjectEntry]:
    """Build the entries of a consultation that begins: one for each stage that it has reached."""
    documents, stage = [draft.document_id], consultation.stage
    consultation.state = ConsultationStage.announced
    entries = [new_entry(ConsultationEvent.announced, consultation, documents, draft.at)]
    consultation.state = stage
    if stage is ConsultationStage.open:
        due = consultation.opens_at
        entries.append(new_entry(ConsultationEvent.opened, consultation, documents, draft.at, due=due))
    elif stage is ConsultationStage.closed:
        due = consultation.closes_at
        entries.append(new_entry(ConsultationEvent.closed, consultation, documents, draft.at, due=due))
    return entries


async def _add_draft(session: AsyncSession, consultation: Consultation, draft: PublishedDraft) -> None:
    position = await next_position(session, ConsultationDraft, consultation.id)
    session.add(
        ConsultationDraft(
            consultation_id=consultation.id,
            position=position,
            document_id=draft.document_id,
            lang=draft.lang,
            edition=draft.edition,
            draft_version=draft.draft_version,
            published_at=draft.at,
        )
    )
    await session.flush()


def _take_reason(consultation: Consultation, draft: PublishedDraft) -> None:
    """Take the reason for a short window from a later edition; that of a translation only if there is none."""
    is_first = draft.lang == SOURCE_LANG or consultation.short_reason is None
    if draft.short_reason is not None and is_first and draft.short_reason != consultation.short_reason:
        consultation.short_reason = draft.short_reason
        consultation.version += 1


async def _extend(
    session: AsyncSession, consultation: Consultation, draft: PublishedDraft, opened: set[tuple[UUID, str]]
) -> list[NewSubjectEntry]:
    """Apply the window of a later edition; it is opened, if its start has come, by the clock a moment later."""
    if draft.window is None:
        return []
    change = merge_window(consultation.stage, window_of(consultation), draft.window, draft.at)
    if shortens(consultation.stage, consultation.announced_closes_at, draft.window):
        stated, stands = str(draft.window.closes_at), str(consultation.announced_closes_at)
        log.warning("consultation_window_stands", document=str(draft.document_id), stated=stated, announced=stands)
    if not change.is_changed:
        return []
    apply_window(consultation, change.window, change.stage)
    await session.flush()
    if await cancel_answer_term(session, consultation) and change.stage is ConsultationStage.closed:
        await start_answer_term(session, consultation)
    await sync_views(session, consultation, without=opened)
    documents = await list_documents(session, consultation.id)
    return [new_entry(ConsultationEvent.extended, consultation, documents, draft.at)]


def apply_window(consultation: Consultation, window: Window, stage: ConsultationStage) -> None:
    """Set another window and the stage that follows from it; what has not happened again is forgotten."""
    consultation.opens_at, consultation.closes_at = window.opens_at, window.closes_at
    consultation.announced_closes_at = max(consultation.announced_closes_at, window.closes_at)
    consultation.state = stage
    consultation.version += 1
    if stage is not ConsultationStage.closed:
        consultation.closed_at = None
        consultation.closing_counts = consultation.comments_root = None
    if stage is ConsultationStage.announced:
        consultation.opened_at = None


async def _check_edition(session: AsyncSession, document: Document, edition: Edition) -> None:
    """Refuse an edition that shortens what was announced, or announces less than the law asks without a reason."""
    if document.kind != DRAFT_KIND.name:
        return
    consultation = await _find_consultation(session, document)
    if consultation is not None:
        await _check_window(session, document, edition, consultation)
    content = edition.content
    await check_minimum(session, read_window(content), short_reason_of(content), consultation)


async def _warn_of_edition(session: AsyncSession, document: Document, edition: Edition) -> None:
    if document.kind != DRAFT_KIND.name:
        return
    content, consultation = edition.content, await _find_consultation(session, document)
    await check_minimum(session, read_window(content), short_reason_of(content), consultation, refuse=False)


async def _find_consultation(session: AsyncSession, document: Document) -> Consultation | None:
    of = (await find_memberships(session, [document.id])).get(document.id)
    return None if of is None else await session.get_one(Consultation, of, populate_existing=True)


async def _check_window(
    session: AsyncSession, document: Document, edition: Edition, consultation: Consultation
) -> None:
    """Refuse an edition whose author wrote an earlier end than announced, or left it out.

    Raises `ConsultationShortened`. Days that a public edition of the document states too were not written to shorten
    anything: they are older than an extension, and the announced window stands.
    """
    window, live = read_window(edition.content), await list_live_editions(session, document.id)
    if window is None:
        had_window = any(each.lang == edition.lang and read_window(each.content) for each in live)
        if consultation.stage not in RUNNING or not had_window:
            return
    elif not shortens(consultation.stage, consultation.announced_closes_at, window):
        return
    ends = [stated.closes_at for each in live if (stated := read_window(each.content))]
    if window is not None and window.closes_at in ends:
        return
    announced = last_day(consultation.announced_closes_at)
    finished = consultation.stage in (ConsultationStage.answered, *FINISHED)
    raise ConsultationShortened(
        fill(
            "This consultation was announced until the end of {announced}; this edition states another day, or none.",
            announced=announced,
        ),
        field=FIELD,
        expected=as_data(announced) if finished else fill("{announced} or later", announced=announced),
    )


HOOK = PublicationHook("consultation", VIEW_COLUMNS, _add_consultations, _check_edition, _warn_of_edition)
