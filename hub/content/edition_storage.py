"""Storage of working editions, of one document or of many, by the same few statements.

The caller holds the locks of the documents. A batch has each document and language once.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import func, select, tuple_
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from hub.content.checked_content import CheckedContent
from hub.content.fingerprint_store import refresh_conflicts, save_fingerprints
from hub.content.models import Document, Edition
from hub.content.reference_check import ReferringContent, check_all_references
from hub.db import table
from hub.domain.lifecycle import WORKING_STATES, DocumentState, EditionState, Verb, next_edition_state
from hub.errors import TransitionConflict
from hub.problem_texts.templates import fill
from hub.times import now

EDITION = table(Edition)

_Place = tuple[UUID, str]
"""A document and a language."""


@dataclass(frozen=True)
class EditionInput:
    """A checked content that becomes the working edition of its document in its language."""

    document: Document
    checked: CheckedContent
    by: str
    change_note: str | None = None
    update_type: str = "major"
    correction_of: int | None = None

    @property
    def place(self) -> _Place:
        return self.document.id, self.checked.lang


async def save_editions(
    session: AsyncSession, inputs: Sequence[EditionInput], *, new: Sequence[Document] = ()
) -> list[Edition]:
    """Save working editions, or start them, and return them in the order of the inputs.

    `new` are documents that are not stored yet: they are created here, after all references were checked; a content
    may refer to the documents of inputs before it. Raises `TransitionConflict`, `InvalidInput` or `UnknownReference`;
    then nothing was written.
    """
    for each in inputs:
        if each.document.state in (DocumentState.gone, DocumentState.redirected):
            raise TransitionConflict(
                fill("The document is {state}; it is final.", state=each.document.state), field="state"
            )
    await check_all_references(
        session, [ReferringContent(each.document.id, each.document.owner, each.checked.stored) for each in inputs]
    )
    if new:
        session.add_all(new)
        await session.flush()
    created = {document.id for document in new}
    working, numbers = await _load_earlier(session, [each.place for each in inputs if each.document.id not in created])
    editions = [_fill(working.get(each.place), each, numbers.get(each.place, 0)) for each in inputs]
    session.add_all(editions)
    await session.flush()
    await save_fingerprints(session, [(each.document.id, each.checked.fingerprint) for each in inputs])
    for each in inputs:
        # A document without an earlier content in this language cannot have claims.
        if each.place in working or numbers.get(each.place):
            await refresh_conflicts(session, *each.place, each.checked.stored)
    return editions


async def _load_earlier(
    session: AsyncSession, places: Sequence[_Place]
) -> tuple[Mapping[_Place, Edition], Mapping[_Place, int]]:
    """Load the working editions of documents in languages; of those without one, the number of the last edition."""
    if not places:
        return {}, {}
    query = select(Edition).where(
        tuple_(col(Edition.document_id), col(Edition.lang)).in_(places), col(Edition.state).in_(WORKING_STATES)
    )
    working = {(one.document_id, one.lang): one for one in (await session.execute(query)).scalars()}
    if not (others := [place for place in places if place not in working]):
        return working, {}
    numbers = (
        select(EDITION.c.document_id, EDITION.c.lang, func.max(EDITION.c.number))
        .where(tuple_(EDITION.c.document_id, EDITION.c.lang).in_(others))
        .group_by(EDITION.c.document_id, EDITION.c.lang)
    )
    return working, {(row[0], row[1]): row[2] for row in (await session.execute(numbers)).all()}


def _fill(working: Edition | None, given: EditionInput, last: int) -> Edition:
    checked = given.checked
    facts: dict[str, Any] = {
        "state": next_edition_state(Verb.save, EditionState.drafting if working is None else working.state),
        "content": checked.stored,
        "content_sha256": checked.sha256,
        "change_note": given.change_note,
        "update_type": given.update_type,
        "written_by": given.by,
        "changed_at": now(),
        "approved_by": None,
    }
    if working is None:
        return Edition(
            document_id=given.document.id,
            lang=checked.lang,
            number=last + 1,
            correction_of=given.correction_of,
            **facts,
        )
    for name, value in facts.items():
        setattr(working, name, value)
    return working
