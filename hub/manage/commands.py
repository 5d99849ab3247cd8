"""Commands of editors. Checks always run in the order principal, version, state, content; a refusal changes nothing.

Each command locks the document, runs the checks, calls `hub.content.commands`, increments the version and appends an
audit entry, all in the caller's transaction. `SCOPES` has the scope that each action requires.
"""

from collections.abc import Mapping
from datetime import timedelta
from enum import StrEnum
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import insert, select
from sqlalchemy.dialects.postgresql import insert as upsert
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

AUDIT, RULE = table(AuditEntry), table(AgencyRule)

MAX_SCHEDULE_AHEAD = timedelta(days=3_653)
"""Maximum time until publication of a scheduled edition; the last days of the calendar have no time at +07:00."""

HIGH_IMPACT_CLEARED = "cleared"
"""Value of `high_impact` in the audit entry of a save that cleared the flag."""


class EditorAction(StrEnum):
    """An action on a document, as named in URLs and in the audit trail."""

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
    """Rule of an agency for when a second person must approve."""

    high_impact = "high_impact"
    always = "always"
    never = "never"


async def create(session: AsyncSession, by: Principal, new: NewDocument, languages: tuple[str, ...]) -> Document:
    """Create a document with its first working edition.

    Raises `Forbidden`, `UnknownReference`, `InvalidInput`, or `TransitionConflict` if the id is taken.
    """
    by.require(SCOPES[EditorAction.create], new.agency)
    if await session.get(Agency, new.agency) is None:
        raise UnknownReference(f"The registry has no agency `{new.agency}`.", field="agency")
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
        by.require(SCOPES[action], document.owner)
        if version is None:
            raise VersionRequired(
                "Send the version that this change was made from.",
                field="If-Match",
                expected=f'If-Match: "{document.version}"',
            )
        if version != document.version:
            raise VersionStale(
                f"The document has version {document.version}; this change was made from version {version}.",
                field="If-Match",
                expected="the current version, after reading the document again",
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
                f"There is no working edition in `{lang}`.", field="lang", expected="save or correct an edition first"
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
        return await self._finish(EditorAction.save, edition, **cleared)

    async def submit(self, lang: str) -> Document:
        """Submit the working edition for review. A major change of a public edition requires a public note."""
        edition = await self._working_edition(lang)
        await self._require_change_note(edition)
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
        return await self._finish(EditorAction.send_back, edition, note=body.note)

    async def approve(self, lang: str) -> Document:
        """Approve the submitted edition. Raises `FourEyes` if the agency's rule requires a second person."""
        edition = await self._working_edition(lang)
        await self._require_four_eyes(edition)
        await content.transition_edition(self.session, edition, Verb.approve, by=self.by.id)
        return await self._finish(EditorAction.approve, edition)

    async def _require_four_eyes(self, edition: Edition) -> None:
        if edition.written_by != self.by.id:
            return
        row = await self.session.get(AgencyRule, self.document.owner)
        rule = FourEyesRule(row.four_eyes) if row else FourEyesRule.high_impact
        # Clearing the flag matters as much as the flag: the public editions and earlier saves count, too.
        editions = [edition, *await content.list_live_editions(self.session, self.document.id)]
        high = any(e.content.get("high_impact") for e in editions) or await self._has_cleared_flag(edition)
        if rule is FourEyesRule.always or (rule is FourEyesRule.high_impact and high):
            raise FourEyes(
                "You wrote the last change of this edition; a second person must approve it.",
                expected="approval by another key or staff member",
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
        """Schedule the publication of the approved edition, or change its time. Raises `InvalidInput`."""
        edition = await self._working_edition(body.lang)
        if body.at <= now():
            raise InvalidInput(
                f"{format_rfc3339(body.at)} is in the past.",
                field="at",
                expected="a future time, or the action publish",
            )
        if body.at > now() + MAX_SCHEDULE_AHEAD:
            raise InvalidInput(
                f"{body.at.isoformat()} is too far ahead.", field="at", expected="a time within ten years"
            )
        await content.transition_edition(self.session, edition, Verb.schedule, by=self.by.id, scheduled_for=body.at)
        return await self._finish(EditorAction.schedule, edition, at=format_rfc3339(body.at))

    async def publish(self, lang: str) -> Document:
        """Publish the approved edition now."""
        edition = await self._working_edition(lang)
        assert edition.id is not None  # noqa: S101 - it was read from the database
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
                f"There already is a working edition in `{body.lang}`.",
                field="lang",
                expected="publish or discard it first",
            )
        live = [e for e in await content.list_live_editions(self.session, self.document.id) if e.lang == body.lang]
        if not live or self.document.state != DocumentState.live:
            raise TransitionConflict(f"There is no public edition in `{body.lang}`.", field="lang")
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
        raise InvalidInput(f"The hub does not serve `{lang}`.", field="lang", expected=" or ".join(languages))


async def append_audit_entry(
    session: AsyncSession,
    by: Principal,
    action: EditorAction,
    document: Document,
    edition: Edition | None = None,
    **details: Any,
) -> None:
    """Append an entry to the audit trail, in the transaction of the action."""
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


async def set_four_eyes(session: AsyncSession, agency: str, rule: FourEyesRule) -> None:
    """Set the four-eyes rule of an agency, and append the change to its audit trail. Raises `UnknownReference`."""
    if await session.get(Agency, agency) is None:
        raise UnknownReference(f"The registry has no agency `{agency}`.", field="agency")
    row = upsert(RULE).values(agency=agency, four_eyes=rule.value)
    await session.execute(
        row.on_conflict_do_update(index_elements=[RULE.c.agency], set_={"four_eyes": row.excluded.four_eyes})
    )
    entry = {"actor": "operator", "label": "hub agency four-eyes", "agency": agency, "verb": "four-eyes"}
    await session.execute(insert(AUDIT).values(**entry, details={"rule": rule.value}))
