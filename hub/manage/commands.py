"""Commands of editors. Checks always run in the order principal, version, state, content; a refusal changes nothing.

Each command locks the document, runs the checks, calls `hub.content.commands`, increments the version and appends an
audit entry, all in the caller's transaction.
"""

from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from hub.auth.principal import Principal
from hub.content import commands as content
from hub.content.models import Document, Edition
from hub.content.publication_registry import check_publication, warn_of_publication
from hub.db import database_now
from hub.domain.lifecycle import DocumentState, Verb
from hub.domain.types import UpdateType
from hub.errors import InvalidInput, NotFound, TransitionConflict, UnknownReference
from hub.manage.actions import SCOPES, STEPS, EditorAction
from hub.manage.audit_trail import append_audit_entry
from hub.manage.four_eyes import HIGH_IMPACT_CLEARED, require_four_eyes
from hub.manage.notes import NoteType, add_note, clear_assignment
from hub.manage.version_check import require_current_version
from hub.manage.views import Correct, Gone, NewDocument, NewEdition, Redirect, Return, Schedule, Withdraw
from hub.problem_texts.templates import fill, one_of
from hub.registry.models import Agency
from hub.times import format_rfc3339

MAX_SCHEDULE_AHEAD = timedelta(days=3_653)
"""Maximum time until publication of a scheduled edition; the last days of the calendar have no time at +07:00."""


async def create(session: AsyncSession, by: Principal, new: NewDocument, languages: tuple[str, ...]) -> Document:
    """Create a document with its first working edition.

    Raises `Forbidden`, `UnknownReference`, `InvalidInput`, or `TransitionConflict` if the id is taken.
    """
    by.require(SCOPES[EditorAction.create], new.agency)
    if await session.get(Agency, new.agency) is None:
        raise UnknownReference(fill("The registry has no agency `{agency}`.", agency=new.agency), field="agency")
    _check_language(new.lang, languages)
    if new.id is not None and await session.get(Document, new.id) is not None:
        raise TransitionConflict("A document with this id already exists.", field="id")
    try:
        async with session.begin_nested():
            document = await content.create_document(
                session, document_id=new.id or uuid4(), kind=new.kind, owner=new.agency
            )
    except IntegrityError as problem:  # a concurrent request inserted the same id first
        raise TransitionConflict("A document with this id already exists.", field="id") from problem
    edition = await content.save_edition(session, document, lang=new.lang, content=new.content, by=by.id)
    await warn_of_publication(session, document, edition)
    await append_audit_entry(session, by, EditorAction.create, document, edition)
    return document


class DocumentEditor:
    """Actions of one editor on one document, whose row is locked until the transaction ends.

    Every action returns the document with its incremented version, and has appended an audit entry.
    """

    def __init__(self, session: AsyncSession, by: Principal, document: Document):
        self.session = session
        self.by = by
        self.document = document

    @classmethod
    async def open(
        cls, session: AsyncSession, by: Principal, action: EditorAction, document_id: UUID, version: int | None
    ) -> "DocumentEditor":
        """Lock the document, then check scope and version.

        Raises `NotFound`, `Forbidden`, `VersionRequired` or `VersionStale`.
        """
        document = (await content.lock_documents(session, [document_id])).get(document_id)
        if document is None:
            raise NotFound("There is no document with this id.", field="id")
        is_public = document.state != DocumentState.unpublished
        by.require_for_document(SCOPES[action], document.owner, is_public=is_public)
        require_current_version(document, version)
        return cls(session, by, document)

    async def _finish(self, action: EditorAction, edition: Edition | None = None, **details: Any) -> Document:
        self.document.version += 1
        if action in STEPS:  # the next step is somebody else's
            await clear_assignment(self.session, self.document.id)
        await append_audit_entry(self.session, self.by, action, self.document, edition, **details)
        return self.document

    async def _working_edition(self, lang: str) -> Edition:
        edition = await content.find_working_edition(self.session, self.document.id, lang)
        if edition is None:
            raise TransitionConflict(
                fill("There is no working edition in `{lang}`.", lang=lang),
                field="lang",
                expected="save or correct an edition first",
            )
        return edition

    async def save(self, new: NewEdition, languages: tuple[str, ...]) -> Document:
        """Save the working edition, or create one."""
        _check_language(new.lang, languages)
        working = await content.find_working_edition(self.session, self.document.id, new.lang)
        note = new.change_note
        flagged = working is not None and bool(working.content.get("high_impact"))
        if working is not None and working.correction_of is not None:
            note = note or working.change_note
        edition = await content.save_edition(
            self.session,
            self.document,
            lang=new.lang,
            content=new.content,
            by=self.by.id,
            change_note=note,
            update_type=new.update_type,
        )
        cleared = {"high_impact": HIGH_IMPACT_CLEARED} if flagged and not edition.content.get("high_impact") else {}
        await warn_of_publication(self.session, self.document, edition)
        return await self._finish(EditorAction.save, edition, **cleared)

    async def submit(self, lang: str) -> Document:
        """Submit the working edition for review. A major change of a public edition requires a public note."""
        edition = await self._working_edition(lang)
        await self._require_change_note(edition)
        await check_publication(self.session, self.document, edition)
        await content.transition_edition(self.session, edition, Verb.submit, by=self.by.id)
        return await self._finish(EditorAction.submit, edition)

    async def _require_change_note(self, edition: Edition) -> None:
        live = [e for e in await content.list_live_editions(self.session, self.document.id) if e.lang == edition.lang]
        if live and edition.update_type == UpdateType.major and not edition.change_note:
            raise InvalidInput(
                "A major change of a public document requires a public note.",
                field="change_note",
                expected="a sentence about the change, or the update_type `minor`",
            )

    async def send_back(self, body: Return) -> Document:
        """Return the working edition to drafting with a private note, also after approval or scheduling."""
        edition = await self._working_edition(body.lang)
        await content.transition_edition(self.session, edition, Verb.send_back, by=self.by.id)
        await add_note(self.session, self.by, self.document.id, NoteType.returned, body.note, edition=edition)
        return await self._finish(EditorAction.send_back, edition, note=body.note)

    async def approve(self, lang: str) -> Document:
        """Approve the submitted edition. Raises `FourEyes` if the agency's rule requires a second person."""
        edition = await self._working_edition(lang)
        await require_four_eyes(self.session, self.by, self.document, edition)
        content.require_complete(edition)
        await check_publication(self.session, self.document, edition)
        await content.transition_edition(self.session, edition, Verb.approve, by=self.by.id)
        return await self._finish(EditorAction.approve, edition)

    async def schedule(self, body: Schedule) -> Document:
        """Schedule the publication of the approved edition, or change its time. Raises `InvalidInput`."""
        edition = await self._working_edition(body.lang)
        present = await database_now(self.session)
        if body.at <= present:
            raise InvalidInput(
                fill("{at} is in the past.", at=format_rfc3339(body.at)),
                field="at",
                expected="a future time, or the action publish",
            )
        if body.at > present + MAX_SCHEDULE_AHEAD:
            raise InvalidInput(
                fill("{at} is too far ahead.", at=body.at.isoformat()), field="at", expected="a time within ten years"
            )
        await check_publication(self.session, self.document, edition)
        await content.transition_edition(self.session, edition, Verb.schedule, by=self.by.id, scheduled_for=body.at)
        return await self._finish(EditorAction.schedule, edition, at=format_rfc3339(body.at))

    async def publish(self, lang: str) -> Document:
        """Publish the approved edition now."""
        edition = await self._working_edition(lang)
        assert edition.id is not None  # noqa: S101 - it was read from the database
        await check_publication(self.session, self.document, edition)
        position = await content.publish(self.session, [edition.id], verb=Verb.publish)
        return await self._finish(EditorAction.publish, edition, position=position)

    async def discard(self, lang: str) -> Document:
        """Discard the working edition; public editions stay."""
        edition = await self._working_edition(lang)
        await content.transition_edition(self.session, edition, Verb.discard, by=self.by.id)
        return await self._finish(EditorAction.discard, edition)

    async def correct(self, body: Correct) -> Document:
        """Create a working edition that corrects the public one, with a public note and the corrected content."""
        if await content.find_working_edition(self.session, self.document.id, body.lang) is not None:
            raise TransitionConflict(
                fill("There already is a working edition in `{lang}`.", lang=body.lang),
                field="lang",
                expected="publish or discard it first",
            )
        live = [e for e in await content.list_live_editions(self.session, self.document.id) if e.lang == body.lang]
        if not live or self.document.state != DocumentState.live:
            raise TransitionConflict(fill("There is no public edition in `{lang}`.", lang=body.lang), field="lang")
        edition = await content.save_edition(
            self.session,
            self.document,
            lang=body.lang,
            content=body.content or live[0].content,
            by=self.by.id,
            change_note=body.note,
            correction_of=live[0].number,
        )
        await warn_of_publication(self.session, self.document, edition)
        return await self._finish(EditorAction.correct, edition, correction_of=live[0].number)

    async def withdraw(self, body: Withdraw) -> Document:
        """Withdraw the document; it stays readable with the public reason."""
        await content.withdraw(self.session, self.document, reason=body.reason)
        return await self._finish(EditorAction.withdraw, reason=body.reason)

    async def restore(self) -> Document:
        """Undo the withdrawal."""
        await content.restore(self.session, self.document)
        return await self._finish(EditorAction.restore)

    async def redirect(self, body: Redirect) -> Document:
        """Redirect readers to another document permanently."""
        await content.redirect(self.session, self.document, to=body.to)
        return await self._finish(EditorAction.redirect, to=str(body.to))

    async def remove(self, body: Gone) -> Document:
        """Remove the document permanently and erase its text, also from stored answers."""
        await content.remove_document(self.session, self.document)
        return await self._finish(EditorAction.gone, reason=body.reason)


def _check_language(lang: str, languages: tuple[str, ...]) -> None:
    if lang not in languages:
        raise InvalidInput(
            fill("The hub does not serve `{lang}`.", lang=lang), field="lang", expected=one_of(languages)
        )
