"""Commands on inquiries of the press: record, answer, close, erase. They start, meet and cancel the clocks.

The audit trail, which nobody can erase, names the inquiry and never quotes it.
"""

from uuid import UUID, uuid4

from sqlalchemy import insert, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from hub.auth.principal import Principal, Scope
from hub.clocks.commands import cancel_clock, meet_clock, start_clock
from hub.clocks.queries import ClockSubject
from hub.clocks.subject_registry import ClockSubjectKind
from hub.db import database_now
from hub.errors import InvalidInput, NotFound, TransitionConflict, UnknownReference
from hub.manage.audit_trail import append_entry
from hub.manage.idempotency import erase_responses
from hub.manage.version_check import require_version
from hub.press_inquiries.answer_times import answer_time, first_word_time, read_publications
from hub.press_inquiries.models import PressInquiry
from hub.press_inquiries.queries import (
    ANSWER_RULE,
    FIRST_WORD_RULE,
    INQUIRY,
    KIND,
    read_inquiry_unchecked,
)
from hub.press_inquiries.views import InquiryAnswer, InquiryClosing, NewPressInquiry, PressInquiryView
from hub.problem_texts.templates import as_words, fill
from hub.registry.models import Agency
from hub.times import format_rfc3339


class InquiryEditor:
    """Commands of one editor, within one transaction."""

    def __init__(self, session: AsyncSession, by: Principal):
        self.session = session
        self.by = by

    async def create(self, new: NewPressInquiry) -> PressInquiryView:
        """Record an inquiry and start its clocks. Raises `Forbidden`, `UnknownReference` or `InvalidInput`."""
        self.by.require(Scope.write, new.agency)
        if await self.session.get(Agency, new.agency) is None:
            raise UnknownReference(fill("The registry has no agency `{agency}`.", agency=new.agency), field="agency")
        moment = await database_now(self.session)
        asked_at = new.asked_at or moment
        for name, value in (("asked_at", asked_at), ("incident_at", new.incident_at)):
            if value is not None and value > moment:
                raise InvalidInput(
                    fill("{value} has not come yet.", value=format_rfc3339(value)),
                    field=name,
                    expected="a time in the past",
                )
        if new.incident_at is not None and new.incident_at > asked_at:
            raise InvalidInput(
                "Nobody asks about an incident before it has happened.",
                field="incident_at",
                expected="a time that is not after `asked_at`",
            )
        inquiry = uuid4()
        row = new.model_dump(exclude={"asked_at"}) | {"id": inquiry, "asked_at": asked_at, "created_by": self.by.id}
        await self.session.execute(insert(INQUIRY).values(row))
        subject = ClockSubject(KIND, inquiry, new.agency)
        await start_clock(self.session, ANSWER_RULE, subject, asked_at)
        if new.incident_at is not None:
            await start_clock(self.session, FIRST_WORD_RULE, subject, new.incident_at)
        await append_entry(self.session, self.by, "inquiry-create", new.agency, inquiry=str(inquiry))
        return await read_inquiry_unchecked(self.session, self.by, inquiry)

    async def answer(self, inquiry: UUID, version: int | None, answer: InquiryAnswer) -> PressInquiryView:
        """Answer an open inquiry by a public document, and meet its clocks at the times of its publication.

        Raises `NotFound`, `Forbidden`, `VersionRequired`, `VersionStale`, `TransitionConflict` or `InvalidInput`.
        """
        found = await self._lock(inquiry, Scope.write, version)
        self._require_open(found)
        published = await read_publications(self.session, answer.document)
        answered_at = answer_time(published, found.asked_at, found.incident_at)
        subject = ClockSubject(KIND, found.id, found.agency)
        await meet_clock(self.session, ANSWER_RULE, subject, answered_at)
        if found.incident_at is not None:
            await meet_clock(self.session, FIRST_WORD_RULE, subject, first_word_time(published, found.incident_at))
        return await self._change(found, "inquiry-answer", document_id=answer.document, answered_at=answered_at)

    async def close(self, inquiry: UUID, version: int | None, closing: InquiryClosing) -> PressInquiryView:
        """Close an open inquiry without an answer, and cancel its clocks.

        Raises `NotFound`, `Forbidden`, `VersionRequired`, `VersionStale` or `TransitionConflict`.
        """
        found = await self._lock(inquiry, Scope.publish, version)
        self._require_open(found)
        for rule in (ANSWER_RULE, FIRST_WORD_RULE):
            await cancel_clock(self.session, rule, ClockSubject(KIND, found.id, found.agency))
        closed_at = await database_now(self.session)
        return await self._change(found, "inquiry-close", closed_at=closed_at, reason=closing.reason)

    async def erase(self, inquiry: UUID, version: int | None) -> PressInquiryView:
        """Erase outlet, question and reason of an inquiry that has ended; its times and clocks stay.

        Answers that were stored for repeated requests are erased, too. Raises `NotFound`, `Forbidden`,
        `VersionRequired`, `VersionStale` or `TransitionConflict`.
        """
        found = await self._lock(inquiry, Scope.admin, version)
        if found.answered_at is None and found.closed_at is None:
            raise TransitionConflict("The inquiry is open.", field="state", expected="to answer or close it first")
        if found.erased_at is not None:
            return await read_inquiry_unchecked(self.session, self.by, inquiry)
        await erase_responses(self.session, [inquiry])
        nothing = dict.fromkeys(("outlet", "question", "reason"))
        return await self._change(found, "inquiry-erase", **nothing, erased_at=await database_now(self.session))

    async def _lock(self, inquiry: UUID, scope: Scope, version: int | None) -> PressInquiry:
        query = select(PressInquiry).where(INQUIRY.c.id == inquiry).with_for_update()
        found = (await self.session.execute(query)).scalar_one_or_none()
        if found is None or found.agency not in self.by.agencies:
            raise NotFound("There is no inquiry with this id.", field="id")
        self.by.require(scope, found.agency)
        require_version(found.version, version, as_words("inquiry"))
        return found

    def _require_open(self, found: PressInquiry) -> None:
        if found.answered_at is not None or found.closed_at is not None:
            state = "answered" if found.answered_at is not None else "closed"
            raise TransitionConflict(
                fill("The inquiry is {state}.", state=state), field="state", expected="an open inquiry"
            )

    async def _change(self, found: PressInquiry, verb: str, **values: object) -> PressInquiryView:
        changed = update(INQUIRY).where(INQUIRY.c.id == found.id).values(**values, version=INQUIRY.c.version + 1)
        await self.session.execute(changed)
        details = {"document": str(values["document_id"])} if "document_id" in values else {}
        await append_entry(self.session, self.by, verb, found.agency, inquiry=str(found.id), **details)
        return await read_inquiry_unchecked(self.session, self.by, found.id)


async def _try_lock(session: AsyncSession, inquiry: UUID) -> bool:
    query = select(INQUIRY.c.id).where(INQUIRY.c.id == inquiry).with_for_update(skip_locked=True)
    return (await session.execute(query)).one_or_none() is not None


CLOCK_SUBJECT = ClockSubjectKind(KIND, (ANSWER_RULE, FIRST_WORD_RULE), try_lock=_try_lock)
"""Inquiries as subjects of clocks: a breach is the mark on the clock, with its alarm, and no public event."""
