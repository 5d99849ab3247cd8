"""Commands that change content. They check the lifecycle and flush; authorisation and commit belong to the caller at
the edge.

create → save → (submit → approve → schedule) → publish → withdraw, restore, redirect, gone.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select, tuple_, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from hub.content.checked_content import CheckedContent, check_content
from hub.content.edition_storage import EditionInput, save_editions
from hub.content.eraser_registry import erase_documents, lock_erased_rows
from hub.content.fingerprint_store import delete_fingerprints, save_fingerprint
from hub.content.models import Document, Edition
from hub.content.publishing import EDITION, NewView, append_empty_views, append_views, load_view_sources
from hub.db import database_now
from hub.domain.fingerprints import fingerprint
from hub.domain.lifecycle import (
    PUBLISHABLE_STATES,
    WORKING_STATES,
    DocumentState,
    DocumentVerb,
    EditionState,
    Verb,
    next_document_state,
    next_edition_state,
)
from hub.domain.types import Withdrawal
from hub.errors import InvalidInput, NotFound, TransitionConflict, UnknownReference
from hub.log.append import Event, lock_head
from hub.problem_texts.templates import all_of, fill, one_of
from hub.times import now


async def create_document(session: AsyncSession, *, document_id: UUID, kind: str, owner: str) -> Document:
    """Create an unpublished document."""
    document = Document(id=document_id, kind=kind, owner=owner)
    session.add(document)
    await session.flush()
    return document


async def find_working_edition(session: AsyncSession, document_id: UUID, lang: str) -> Edition | None:
    """Return the working edition in a language; None if there is none."""
    query = select(Edition).where(
        col(Edition.document_id) == document_id, col(Edition.lang) == lang, col(Edition.state).in_(WORKING_STATES)
    )
    return (await session.execute(query)).scalar_one_or_none()


async def list_live_editions(session: AsyncSession, document_id: UUID) -> list[Edition]:
    """List the public editions of a document, at most one per language, ordered by language."""
    query = select(Edition).where(col(Edition.document_id) == document_id, col(Edition.state) == EditionState.published)
    return list((await session.execute(query.order_by(col(Edition.lang)))).scalars())


async def save_edition(
    session: AsyncSession,
    document: Document,
    *,
    lang: str,
    content: Mapping[str, Any] | CheckedContent,
    by: str,
    change_note: str | None = None,
    update_type: str = "major",
    correction_of: int | None = None,
) -> Edition:
    """Save the working edition of a document in a language, or start one. The caller holds the document's lock.

    A content that was checked before, for this kind and language, is not read again.
    Raises `TransitionConflict`, `InvalidInput` or `UnknownReference`.
    """
    checked = content if isinstance(content, CheckedContent) else check_content(document.kind, lang, content)
    given = EditionInput(document, checked, by, change_note, update_type, correction_of)
    return (await save_editions(session, [given]))[0]


async def transition_edition(
    session: AsyncSession, edition: Edition, verb: Verb, *, by: str, scheduled_for: datetime | None = None
) -> None:
    """Apply a review action to a working edition: submit, return, approve, schedule or discard.

    Raises `TransitionConflict`.
    """
    edition.state = next_edition_state(verb, edition.state)
    edition.scheduled_for = scheduled_for
    if verb is Verb.approve:
        edition.approved_by = by
    elif verb is Verb.send_back:
        edition.approved_by = None
    edition.changed_at = now()
    await session.flush()
    if verb is Verb.discard:
        await _restore_public_fingerprint(session, edition.document_id, edition.lang)


async def _restore_public_fingerprint(session: AsyncSession, document_id: UUID, lang: str) -> None:
    """Restore the fingerprint of the public edition in a language; delete it if there is no public edition."""
    live = next((one for one in await list_live_editions(session, document_id) if one.lang == lang), None)
    if live is None:
        await delete_fingerprints(session, document_id, lang)
    else:
        document = await session.get_one(Document, document_id)
        await save_fingerprint(session, document_id, fingerprint(document.kind, lang, live.content), live.content)


async def load_editions(session: AsyncSession, ids: Sequence[int]) -> dict[int, Edition]:
    """Load editions by id, as they are now. The caller holds the locks of their documents."""
    if not ids:
        return {}
    query = select(Edition).where(col(Edition.id).in_(ids)).execution_options(populate_existing=True)
    return {row.id: row for row in (await session.execute(query)).scalars() if row.id is not None}


async def lock_documents(session: AsyncSession, ids: Sequence[UUID]) -> dict[UUID, Document]:
    """Lock the rows of documents (`FOR UPDATE`) and return the documents by id.

    Rows are locked in the order of their ids, so two batches cannot deadlock.
    """
    query = select(Document).where(col(Document.id).in_(ids)).order_by(col(Document.id)).with_for_update()
    return {row.id: row for row in (await session.execute(query.execution_options(populate_existing=True))).scalars()}


async def publish(
    session: AsyncSession,
    edition_ids: Sequence[int],
    *,
    verb: Verb,
    at: datetime | None = None,
    due: datetime | None = None,
    is_silent: bool = False,
) -> int:
    """Publish editions, all or none; returns the log position of the last one.

    `is_silent`: no channel sends what changes, because it is nothing to tell people. `at` is the time of publication
    (default: now by the database's clock), `due` the time it was scheduled for. Raises
    `TransitionConflict` if an edition or its document does not allow the action; then nothing has changed.
    """
    at = at or await database_now(session)
    named = select(EDITION.c.document_id).where(EDITION.c.id.in_(edition_ids))
    found = list((await session.execute(named)).scalars())
    if len(found) != len(edition_ids):
        raise NotFound("There is no such edition.")
    documents = await lock_documents(session, found)
    by_id = await load_editions(session, edition_ids)
    editions = [by_id[edition_id] for edition_id in edition_ids]
    return await publish_editions(session, editions, documents, verb=verb, at=at, due=due, is_silent=is_silent)


async def publish_editions(
    session: AsyncSession,
    editions: Sequence[Edition],
    documents: Mapping[UUID, Document],
    *,
    verb: Verb,
    at: datetime | None = None,
    due: datetime | None = None,
    is_silent: bool = False,
) -> int:
    """Publish editions as `publish` does, when the caller has loaded them under the locks of their documents."""
    at = at or await database_now(session)
    for edition in editions:
        require_complete(edition)
        next_edition_state(verb, edition.state)
        if documents[edition.document_id].state not in PUBLISHABLE_STATES:
            raise TransitionConflict(
                fill(
                    "The document is {state}; its editions cannot be published.",
                    state=documents[edition.document_id].state,
                ),
                field="state",
                expected=one_of(sorted(PUBLISHABLE_STATES)),
            )
    await _supersede(session, editions)
    for edition in editions:
        edition.state, edition.published_at = next_edition_state(verb, edition.state), at
        documents[edition.document_id].state = DocumentState.live
    await session.flush()
    published = {edition.document_id: documents[edition.document_id] for edition in editions}
    sources = await load_view_sources(session, editions, published, as_of=at, were_public=False)
    openings = [
        NewView(edition, source, _event_of(edition, is_silent=is_silent), at, due)
        for edition, source in zip(editions, sources, strict=True)
    ]
    return await append_views(session, openings)


def _event_of(edition: Edition, *, is_silent: bool) -> Event:
    if is_silent:
        return Event.republished
    return Event.corrected if edition.correction_of else Event.published


def require_complete(edition: Edition) -> None:
    """Raise `InvalidInput` for an edition that misses what every public document of its kind has."""
    if missing := edition.content.get("missing"):
        raise InvalidInput(
            fill("The edition lacks {missing}: its source does not tell.", missing=all_of(missing)),
            field=f"content.{missing[0]}",
            expected="a content with all that every document of its kind has",
        )


async def _supersede(session: AsyncSession, editions: Sequence[Edition]) -> None:
    places = [(edition.document_id, edition.lang) for edition in editions]
    await session.execute(
        update(EDITION)
        .where(
            tuple_(EDITION.c.document_id, EDITION.c.lang).in_(places),
            EDITION.c.state == EditionState.published,
            EDITION.c.id.not_in([edition.id for edition in editions]),
        )
        .values(state=EditionState.superseded)
    )


async def withdraw(
    session: AsyncSession,
    document: Document,
    *,
    reason: str,
    at: datetime | None = None,
    event: Event = Event.withdrawn,
    due: datetime | None = None,
) -> int:
    """Withdraw a document in all its languages (thu hồi); it stays readable with the reason.

    Returns the log position. Raises `TransitionConflict`.
    """
    document.state = next_document_state(DocumentVerb.withdraw, document.state)
    at = at or await database_now(session)
    return await _republish_views(session, document, event, at, Withdrawal(reason=reason, at=at), due)


async def restore(session: AsyncSession, document: Document, *, at: datetime | None = None) -> int:
    """Undo a withdrawal; returns the log position. Raises `TransitionConflict`."""
    document.state = next_document_state(DocumentVerb.restore, document.state)
    at = at or await database_now(session)
    return await _republish_views(session, document, Event.restored, at, None, None)


async def _republish_views(
    session: AsyncSession,
    document: Document,
    event: Event,
    at: datetime,
    withdrawal: Withdrawal | None,
    due: datetime | None,
) -> int:
    await session.flush()
    editions = await list_live_editions(session, document.id)
    sources = await load_view_sources(session, editions, {document.id: document}, as_of=at, withdrawal=withdrawal)
    openings = [NewView(e, source, event, at, due) for e, source in zip(editions, sources, strict=True)]
    return await append_views(session, openings)


async def redirect(session: AsyncSession, document: Document, *, to: UUID, at: datetime | None = None) -> int:
    """Redirect a document permanently to another one; returns the log position.

    Raises `TransitionConflict`, or `UnknownReference` if the target is not another live document.
    """
    document.state = next_document_state(DocumentVerb.redirect, document.state)
    # Every public change locks the head of the log, so the target cannot change from here on. Without the lock, two
    # documents that are redirected to each other at the same time would both find the other one live.
    await lock_head(session)
    target = await session.get(Document, to, populate_existing=True)
    if target is None or target.id == document.id or target.state != DocumentState.live:
        raise UnknownReference("The target of a redirect must be another document that is live.", field="to")
    await _discard_working_editions(session, document)
    await delete_fingerprints(session, document.id)
    at = at or await database_now(session)
    position = await append_empty_views(session, {document.id: document}, Event.redirected, at, to)
    await erase_documents(session, [document.id], redirected=True)
    return position


async def remove_document(session: AsyncSession, document: Document, *, at: datetime | None = None) -> int:
    """Remove a document for good (410): its text is erased everywhere, log entries and hashes stay.

    Returns the log position. Raises `TransitionConflict`.
    """
    document.state = next_document_state(DocumentVerb.gone, document.state)
    await _discard_working_editions(session, document)
    at = at or await database_now(session)
    await lock_erased_rows(session, [document.id])
    position = await append_empty_views(session, {document.id: document}, Event.gone, at)
    await erase_documents(session, [document.id])
    return position


async def _discard_working_editions(session: AsyncSession, document: Document) -> None:
    await session.flush()
    await session.execute(
        update(EDITION)
        .where(EDITION.c.document_id == document.id, EDITION.c.state.in_(WORKING_STATES))
        .values(state=EditionState.discarded)
    )
