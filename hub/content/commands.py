"""What changes content: create a document, save a working edition, publish. Commands flush; only the edge commits.

Publishing is one transaction: lock the documents → check the step → supersede → append the published view → append
to the log. Nothing public exists outside of it.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from hashlib import sha256
from typing import Any
from uuid import UUID

import orjson
from pydantic import ValidationError
from sqlalchemy import bindparam, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from hub.content.kinds import KINDS
from hub.content.lifecycle import PUBLISHABLE_STATES, WORKING_STATES, DocumentState, EditionState, Verb, step
from hub.content.models import Document, Edition, PublishedView
from hub.content.registry import Codes, Registry
from hub.content.views import Built, Source, build
from hub.db import table
from hub.errors import InvalidInput, NotFound, TransitionConflict
from hub.log.append import Event, Happening, append, lock_head
from hub.times import VIETNAM, now

EDITION, VIEW = table(Edition), table(PublishedView)

SEARCHED_CHARACTERS = 400_000
"""How much of a text the Postgres engine indexes: a tsvector holds at most one megabyte."""

_WORDS = ("words_title", "words_summary", "words_body")
_INSERT_VIEW = insert(VIEW).values(words=func.hub_words(*(bindparam(name) for name in _WORDS)))


def validated(kind: str, content: Mapping[str, Any]) -> tuple[dict[str, Any], str]:
    """The content in its stored form (NFC, defaults filled) and its SHA-256; `InvalidInput` lists what is wrong."""
    try:
        stored = KINDS[kind].content.model_validate(content).model_dump(mode="json")
    except ValidationError as problem:
        raise invalid(problem) from problem
    return stored, sha256(orjson.dumps(stored, option=orjson.OPT_SORT_KEYS)).hexdigest()


def invalid(problem: ValidationError, *, within: str = "") -> InvalidInput:
    """Pydantic's findings as one `InvalidInput`."""
    errors = [
        {"field": ".".join(str(part) for part in (within, *found["loc"]) if part != ""), "detail": found["msg"]}
        for found in problem.errors(include_url=False, include_input=False, include_context=False)
    ]
    first = errors[0]
    return InvalidInput(
        f"{first['field'] or 'content'}: {first['detail']}", field=first["field"] or None, errors=errors
    )


async def create_document(session: AsyncSession, *, document_id: UUID, kind: str, owner: str) -> Document:
    """A new, unpublished document."""
    document = Document(id=document_id, kind=kind, owner=owner)
    session.add(document)
    await session.flush()
    return document


async def save_edition(
    session: AsyncSession,
    document: Document,
    *,
    lang: str,
    content: Mapping[str, Any],
    by: str,
    change_note: str | None = None,
    update_type: str = "major",
) -> Edition:
    """Write the working edition of a document and language, or begin one. The caller holds the document's lock."""
    stored, digest = validated(document.kind, content)
    codes = Codes()
    codes.add(document.owner, stored)
    (await Registry.load(session, codes)).require(codes)
    of_language = (col(Edition.document_id) == document.id, col(Edition.lang) == lang)
    query = select(Edition).where(*of_language, col(Edition.state).in_(WORKING_STATES))
    working = (await session.execute(query)).scalar_one_or_none()
    if working is None:
        last = await session.scalar(select(func.max(col(Edition.number))).where(*of_language))
        working = Edition(
            document_id=document.id,
            lang=lang,
            number=(last or 0) + 1,
            state=EditionState.drafting,
            content=stored,
            content_sha256=digest,
            written_by=by,
        )
        session.add(working)
    working.state = step(Verb.save, working.state)
    working.content, working.content_sha256 = stored, digest
    working.change_note, working.update_type = change_note, update_type
    working.written_by, working.changed_at = by, now()
    await session.flush()
    return working


async def lock_documents(session: AsyncSession, ids: Sequence[UUID]) -> dict[UUID, Document]:
    """Documents by id, their rows locked in one order so that two batches cannot wait for each other."""
    query = select(Document).where(col(Document.id).in_(ids)).order_by(col(Document.id)).with_for_update()
    return {row.id: row for row in (await session.execute(query.execution_options(populate_existing=True))).scalars()}


async def publish(session: AsyncSession, edition_ids: Sequence[int], *, verb: Verb, at: datetime | None = None) -> int:
    """Make editions public, all or none, and give the log position of the last one.

    `at` is the public moment (default: now). Raises `TransitionConflict` when an edition or its document does not
    allow the step; then nothing has changed.
    """
    at = at or now()
    named = select(EDITION.c.document_id).where(EDITION.c.id.in_(edition_ids))
    found = list((await session.execute(named)).scalars())
    if len(found) != len(edition_ids):
        raise NotFound("There is no such edition.")
    documents = await lock_documents(session, found)
    query = select(Edition).where(col(Edition.id).in_(edition_ids)).execution_options(populate_existing=True)
    by_id = {edition.id: edition for edition in (await session.execute(query)).scalars()}
    editions = [by_id[edition_id] for edition_id in edition_ids]
    for edition in editions:
        step(verb, edition.state)
        if documents[edition.document_id].state not in PUBLISHABLE_STATES:
            raise TransitionConflict(
                f"The document is {documents[edition.document_id].state}; nothing of it can be published again.",
                field="state",
            )
    await _supersede(session, editions)
    for edition in editions:
        edition.state, edition.published_at = step(verb, edition.state), at
        documents[edition.document_id].state = DocumentState.live
    await session.flush()
    sources = await sources_of(session, editions, documents)
    return await append_views(session, sources, Event.published, at)


async def _supersede(session: AsyncSession, editions: Sequence[Edition]) -> None:
    for edition in editions:
        await session.execute(
            update(EDITION)
            .where(
                EDITION.c.document_id == edition.document_id,
                EDITION.c.lang == edition.lang,
                EDITION.c.state == EditionState.published,
                EDITION.c.id != edition.id,
            )
            .values(state=EditionState.superseded)
        )


async def sources_of(
    session: AsyncSession, editions: Sequence[Edition], documents: Mapping[UUID, Document]
) -> list[tuple[Edition, Source]]:
    """What the views of public editions are made from; a document keeps the moment of its first publication."""
    query = (
        select(EDITION.c.document_id, func.min(EDITION.c.published_at))
        .where(EDITION.c.document_id.in_(documents), EDITION.c.published_at.is_not(None))
        .group_by(EDITION.c.document_id)
    )
    first: dict[UUID, datetime] = dict((await session.execute(query)).all())
    return [
        (
            edition,
            Source(
                document_id=edition.document_id,
                kind=documents[edition.document_id].kind,
                owner=documents[edition.document_id].owner,
                lang=edition.lang,
                edition=edition.number,
                update_type=edition.update_type,
                change_note=edition.change_note,
                content=edition.content,
                published_at=first[edition.document_id],
                modified_at=edition.published_at or first[edition.document_id],
            ),
        )
        for edition in editions
    ]


async def append_views(
    session: AsyncSession, sources: Sequence[tuple[Edition, Source]], event: Event, at: datetime
) -> int:
    """Close the open views of these editions' languages, open new ones, and log it; gives the last position."""
    codes = Codes()
    for _, source in sources:
        codes.add(source.owner, source.content)
    registry = await Registry.load(session, codes)
    built = [(edition, source, built_view(source, registry)) for edition, source in sources]
    head = await lock_head(session)
    rows = []
    for seq, (edition, source, view) in enumerate(built, start=head.seq + 1):
        await session.execute(
            update(VIEW)
            .where(VIEW.c.document_id == source.document_id, VIEW.c.lang == source.lang, VIEW.c.seq_to.is_(None))
            .values(seq_to=seq, body=None, words=None)
        )
        rows.append(
            view.columns(source)
            | {
                "document_id": source.document_id,
                "edition_id": edition.id,
                "kind": source.kind,
                "lang": source.lang,
                "state": "withdrawn" if source.withdrawal else "live",
                "seq_from": seq,
            }
            | dict(zip(_WORDS, searched_words(source, view), strict=True))
        )
    await session.execute(_INSERT_VIEW, rows)
    happenings = [
        Happening(
            event=event,
            at=at,
            kind=source.kind,
            document_id=source.document_id,
            lang=source.lang,
            edition=source.edition,
            view_sha256=view.sha256,
        )
        for _, source, view in built
    ]
    await append(session, head, happenings)
    return head.seq + len(rows)


def built_view(source: Source, registry: Registry) -> Built:
    """The view of a source, with the names that were valid on the item's own date."""
    kind = KINDS[source.kind]
    first_day = source.published_at.astimezone(VIETNAM).date()
    content = kind.content.model_validate(source.content)
    names = registry.names(
        source.lang,
        on=kind.index(content, first_day).issued_on,
        first_day=first_day,
        today=source.modified_at.astimezone(VIETNAM).date(),
    )
    return build(source, names)


def searched_words(source: Source, view: Built) -> tuple[str, str, str]:
    """Title with number, summary and text, as the Postgres engine weighs them."""
    title = f"{source.content['title']} {source.content.get('number') or ''}"
    return title, source.content.get("summary") or "", view.body[:SEARCHED_CHARACTERS]
