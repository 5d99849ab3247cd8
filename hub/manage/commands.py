"""Every verb of an editor, in one order of checks: who → version → state → content. A refusal changes nothing.

Each command locks the document, checks, calls `hub.content.commands`, counts the version up and writes the trail, all
in the caller's transaction. Who may do what stands in `SCOPES`, one row for each verb.
"""

from collections.abc import Mapping
from datetime import timedelta
from enum import StrEnum
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import insert, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from hub.auth.principal import Principal, Scope
from hub.content import commands as content
from hub.content.models import Document, Edition
from hub.db import table
from hub.domain.lifecycle import DocumentState, Verb
from hub.domain.types import UpdateType
from hub.errors import (
    FourEyes,
    InvalidInput,
    NotFound,
    TransitionConflict,
    UnknownReference,
    VersionRequired,
    VersionStale,
)
from hub.manage.models import AgencyRule, AuditEntry
from hub.manage.views import Correct, Gone, NewDocument, NewEdition, Redirect, Return, Schedule, Withdraw
from hub.registry.models import Agency
from hub.times import format_rfc3339, now

AUDIT = table(AuditEntry)

MAX_SCHEDULE_AHEAD = timedelta(days=3_653)
"""How far ahead an edition may be scheduled; at the end of the calendar there is no +07:00 any more."""

HIGH_IMPACT_CLEARED = "cleared"
"""What the trail says of a save that took the high-impact flag away."""


class EditorAction(StrEnum):
    """What an editor can do."""

    create = "create"
    save = "save"
    submit = "submit"
    send_back = "return"
    approve = "approve"
    schedule = "schedule"
    publish = "publish"
    withdraw = "withdraw"
    restore = "restore"
    gone = "gone"
    correct = "correct"
    redirect = "redirect"
    discard = "discard"


SCOPES: dict[EditorAction, Scope] = {
    EditorAction.create: Scope.write,
    EditorAction.save: Scope.write,
    EditorAction.submit: Scope.write,
    EditorAction.correct: Scope.write,
    EditorAction.discard: Scope.write,
    EditorAction.send_back: Scope.publish,
    EditorAction.approve: Scope.publish,
    EditorAction.schedule: Scope.publish,
    EditorAction.publish: Scope.publish,
    EditorAction.withdraw: Scope.publish,
    EditorAction.restore: Scope.publish,
    EditorAction.redirect: Scope.publish,
    EditorAction.gone: Scope.admin,
}


class FourEyesRule(StrEnum):
    """When an agency wants a second person to approve."""

    high_impact = "high_impact"
    always = "always"
    never = "never"


async def create(session: AsyncSession, by: Principal, new: NewDocument, languages: tuple[str, ...]) -> Document:
    """A new document with its first working edition."""
    by.require(SCOPES[EditorAction.create], new.agency)
    if await session.get(Agency, new.agency) is None:
        raise UnknownReference(f"The registry holds no agency `{new.agency}`.", field="agency")
    _check_language(new.lang, languages)
    if new.id is not None and await session.get(Document, new.id) is not None:
        raise TransitionConflict("There is a document with this id already.", field="id")
    try:
        async with session.begin_nested():
            document = await content.create_document(
                session, document_id=new.id or uuid4(), kind=new.kind, owner=new.agency
            )
    except IntegrityError as problem:  # another request was quicker with the same id
        raise TransitionConflict("There is a document with this id already.", field="id") from problem
    edition = await content.save_edition(session, document, lang=new.lang, content=new.content, by=by.id)
    await append_audit_entry(session, by, EditorAction.create, document, edition)
    return document


class DocumentEditor:
    """One editor at one document, which is locked until the transaction ends."""

    def __init__(self, session: AsyncSession, by: Principal, document: Document):
        self.session = session
        self.by = by
        self.document = document

    @classmethod
    async def open(
        cls, session: AsyncSession, by: Principal, action: EditorAction, document_id: UUID, version: int | None
    ) -> "DocumentEditor":
        """Lock the document and check who acts and on which version."""
        document = (await content.lock_documents(session, [document_id])).get(document_id)
        if document is None:
            raise NotFound("There is no document with this id.", field="id")
        by.require(SCOPES[action], document.owner)
        if version is None:
            raise VersionRequired(
                "Say which version this change was made from.",
                field="If-Match",
                expected=f'If-Match: "{document.version}"',
            )
        if version != document.version:
            raise VersionStale(
                f"The document is at version {document.version}; this change was made from version {version}.",
                field="If-Match",
                expected="the version of the document as read anew",
                version=document.version,
            )
        return cls(session, by, document)

    async def _finish(self, action: EditorAction, edition: Edition | None = None, **details: Any) -> Document:
        self.document.version += 1
        await append_audit_entry(self.session, self.by, action, self.document, edition, **details)
        return self.document

    async def _working_edition(self, lang: str) -> Edition:
        edition = await content.find_working_edition(self.session, self.document.id, lang)
        if edition is None:
            raise TransitionConflict(
                f"No edition in `{lang}` is being worked on.", field="lang", expected="save or correct an edition first"
            )
        return edition

    async def save(self, new: NewEdition, languages: tuple[str, ...]) -> Document:
        """Write the working edition, or begin one."""
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
        return await self._finish(EditorAction.save, edition, **cleared)

    async def submit(self, lang: str) -> Document:
        """Give the working edition to review."""
        edition = await self._working_edition(lang)
        await self._require_change_note(edition)
        await content.transition_edition(self.session, edition, Verb.submit, by=self.by.id)
        return await self._finish(EditorAction.submit, edition)

    async def _require_change_note(self, edition: Edition) -> None:
        live = [e for e in await content.list_live_editions(self.session, self.document.id) if e.lang == edition.lang]
        if live and edition.update_type == UpdateType.major and not edition.change_note:
            raise InvalidInput(
                "A major change of a public document needs a note for the public.",
                field="change_note",
                expected="what changes, in a sentence; or update_type `minor`",
            )

    async def send_back(self, body: Return) -> Document:
        """Send the working edition back to its writers, also from approval or schedule."""
        edition = await self._working_edition(body.lang)
        await content.transition_edition(self.session, edition, Verb.send_back, by=self.by.id)
        return await self._finish(EditorAction.send_back, edition, note=body.note)

    async def approve(self, lang: str) -> Document:
        """Approve what was submitted; four eyes where the rule wants them."""
        edition = await self._working_edition(lang)
        await self._require_four_eyes(edition)
        await content.transition_edition(self.session, edition, Verb.approve, by=self.by.id)
        return await self._finish(EditorAction.approve, edition)

    async def _require_four_eyes(self, edition: Edition) -> None:
        if edition.written_by != self.by.id:
            return
        row = await self.session.get(AgencyRule, self.document.owner)
        rule = FourEyesRule(row.four_eyes) if row else FourEyesRule.high_impact
        # Taking the flag away is as weighty as the flag: the public editions count, too, and what was saved before.
        editions = [edition, *await content.list_live_editions(self.session, self.document.id)]
        high = any(e.content.get("high_impact") for e in editions) or await self._has_cleared_flag(edition)
        if rule is FourEyesRule.always or (rule is FourEyesRule.high_impact and high):
            raise FourEyes(
                "You wrote the last change of this edition; somebody else has to approve it.",
                expected="the approval of another key or staff member",
                rule=rule.value,
            )

    async def _has_cleared_flag(self, edition: Edition) -> bool:
        query = select(AUDIT.c.id).where(
            AUDIT.c.document_id == edition.document_id,
            AUDIT.c.lang == edition.lang,
            AUDIT.c.edition == edition.number,
            AUDIT.c.details.contains({"high_impact": HIGH_IMPACT_CLEARED}),
        )
        return (await self.session.execute(query.limit(1))).scalar_one_or_none() is not None

    async def schedule(self, body: Schedule) -> Document:
        """Set when the approved edition becomes public; again to move it."""
        edition = await self._working_edition(body.lang)
        if body.at <= now():
            raise InvalidInput(
                f"{format_rfc3339(body.at)} has passed.", field="at", expected="a moment to come, or the verb publish"
            )
        if body.at > now() + MAX_SCHEDULE_AHEAD:
            raise InvalidInput(
                f"{body.at.isoformat()} is too far ahead.", field="at", expected="a moment of the next ten years"
            )
        await content.transition_edition(self.session, edition, Verb.schedule, by=self.by.id, scheduled_for=body.at)
        return await self._finish(EditorAction.schedule, edition, at=format_rfc3339(body.at))

    async def publish(self, lang: str) -> Document:
        """Make the approved edition public now."""
        edition = await self._working_edition(lang)
        assert edition.id is not None  # noqa: S101 - it was read from the database
        position = await content.publish(self.session, [edition.id], verb=Verb.publish)
        return await self._finish(EditorAction.publish, edition, position=position)

    async def discard(self, lang: str) -> Document:
        """Give the working edition up; what is public stays."""
        edition = await self._working_edition(lang)
        await content.transition_edition(self.session, edition, Verb.discard, by=self.by.id)
        return await self._finish(EditorAction.discard, edition)

    async def correct(self, body: Correct) -> Document:
        """Begin a correction of the public edition, with the public note and the corrected content."""
        if await content.find_working_edition(self.session, self.document.id, body.lang) is not None:
            raise TransitionConflict(
                f"An edition in `{body.lang}` is being worked on already.",
                field="lang",
                expected="publish or discard it first",
            )
        live = [e for e in await content.list_live_editions(self.session, self.document.id) if e.lang == body.lang]
        if not live or self.document.state != DocumentState.live:
            raise TransitionConflict(f"No edition in `{body.lang}` is public.", field="lang")
        edition = await content.save_edition(
            self.session,
            self.document,
            lang=body.lang,
            content=body.content or live[0].content,
            by=self.by.id,
            change_note=body.note,
            correction_of=live[0].number,
        )
        return await self._finish(EditorAction.correct, edition, correction_of=live[0].number)

    async def withdraw(self, body: Withdraw) -> Document:
        """Take the document back; it stays readable with the reason."""
        await content.withdraw(self.session, self.document, reason=body.reason)
        return await self._finish(EditorAction.withdraw, reason=body.reason)

    async def restore(self) -> Document:
        """Undo the withdrawal."""
        await content.restore(self.session, self.document)
        return await self._finish(EditorAction.restore)

    async def redirect(self, body: Redirect) -> Document:
        """Send readers to another document for good."""
        await content.redirect(self.session, self.document, to=body.to)
        return await self._finish(EditorAction.redirect, to=str(body.to))

    async def remove(self, body: Gone) -> Document:
        """Remove the document for good."""
        await content.remove_document(self.session, self.document)
        return await self._finish(EditorAction.gone, reason=body.reason)


def _check_language(lang: str, languages: tuple[str, ...]) -> None:
    if lang not in languages:
        raise InvalidInput(f"The hub does not serve `{lang}`.", field="lang", expected=" or ".join(languages))


async def append_audit_entry(
    session: AsyncSession,
    by: Principal,
    action: EditorAction,
    document: Document,
    edition: Edition | None = None,
    **details: Any,
) -> None:
    """Write down who did what, in the transaction that does it."""
    row: Mapping[str, Any] = {
        "actor": by.id,
        "label": by.label,
        "agency": document.owner,
        "verb": action.value,
        "document_id": document.id,
        "lang": edition.lang if edition else None,
        "edition": edition.number if edition else None,
        "version": document.version,
        "details": details,
    }
    await session.flush()
    await session.execute(insert(AUDIT).values(**row))
