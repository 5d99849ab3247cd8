"""Changes of consultations by editors. Checks run in the order principal, version, stage, content; a refusal changes
nothing.

Each command holds the drafts' documents and the consultation, in this order, writes its entry of the log and of the
audit trail, and keeps the open views of the drafts in step, all in the caller's transaction.
"""

from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from hub.auth.principal import Principal, Scope
from hub.consultation.answer_term import cancel_answer_term, forfeit_answer_term, meet_answer_term
from hub.consultation.answers.completeness import require_answers
from hub.consultation.answers.subjects import ANSWERS_PUBLIC
from hub.consultation.bodies.queries import has_bodies
from hub.consultation.comments.closing_counts import count_at_closing, has_comments
from hub.consultation.entries import new_entry
from hub.consultation.models import Consultation, ConsultationDocument
from hub.consultation.publication import apply_window, published_draft, record_drafts
from hub.consultation.records import (
    DRAFT,
    MEMBER,
    find_memberships,
    list_documents,
    lock_consultations,
    next_position,
    sync_views,
    window_of,
)
from hub.consultation.views import Adopt, Drop, Extend, LinkDraft
from hub.consultation.windows import Window
from hub.content.commands import list_live_editions, lock_documents
from hub.content.due_failures import DueWork, delete_due_failure
from hub.content.models import Document
from hub.content.publishing import NewView, append_views, load_view_sources
from hub.db import database_now
from hub.domain.consultations import RUNNING, ConsultationStage, ConsultationVerb, next_stage, stage_at
from hub.domain.kinds.draft import DRAFT as DRAFT_KIND
from hub.domain.kinds.policy import POLICY
from hub.domain.lifecycle import DocumentState
from hub.errors import (
    ConsultationShortened,
    InvalidInput,
    NotFound,
    TransitionConflict,
    UnknownReference,
    VersionRequired,
    VersionStale,
)
from hub.log.append import Event, append_entries, lock_head
from hub.log.subjects import ConsultationEvent
from hub.manage.audit_trail import append_entry
from hub.problem_texts.templates import fill
from hub.times import format_rfc3339

LINKED = "linked"
"""Reason of a consultation that was dropped because its draft belongs to another one now."""


class ConsultationEditor:
    """Changes by one editor of one consultation, whose row and documents are locked until the transaction ends."""

    def __init__(
        self, session: AsyncSession, by: Principal, consultation: Consultation, documents: list[Document], at: datetime
    ):
        self.session = session
        self.by = by
        self.consultation = consultation
        self.documents = documents
        self.at = at

    @classmethod
    async def open(
        cls, session: AsyncSession, by: Principal, id_: UUID, version: int | None, others: tuple[UUID, ...] = ()
    ) -> "ConsultationEditor":
        """Lock a consultation with its documents, and `others`; then check scope and version.

        Raises `NotFound`, `Forbidden`, `VersionRequired`, `VersionStale` or `TransitionConflict`.
        """
        members = select(MEMBER.c.document_id).where(MEMBER.c.consultation_id == id_)
        ids = set((await session.execute(members)).scalars())
        locked = await lock_documents(session, sorted(ids | set(others)))
        found = (await lock_consultations(session, [id_])).get(id_)
        if found is None:
            raise NotFound("There is no consultation with this id.", field="id")
        by.require(Scope.publish, found.agency)
        _require_version(found, version)
        if set((await session.execute(members)).scalars()) != ids:
            raise TransitionConflict("Its drafts were changed at the same time.", expected="the same request again")
        documents = [locked[one] for one in sorted(ids)]
        return cls(session, by, found, documents, await database_now(session))

    async def extend(self, body: Extend) -> None:
        """Move the end of an announced or open window further away. Raises `ConsultationShortened`."""
        own = self.consultation
        next_stage(ConsultationVerb.extend, stage_at(own.stage, own.opens_at, own.closes_at, self.at))
        field = "closes_on" if body.closes_on is not None else "closes_at"
        closes_at = body.end()
        if closes_at <= own.closes_at:
            raise ConsultationShortened(
                fill("The consultation was announced until {closes_at}.", closes_at=format_rfc3339(own.closes_at)),
                field=field,
                expected=fill("an end after {closes_at}", closes_at=format_rfc3339(own.closes_at)),
            )
        apply_window(own, Window(own.opens_at, closes_at), own.stage)
        own.short_reason = body.short_reason or own.short_reason
        await self._finish(ConsultationEvent.extended, reason=body.reason)

    async def answer(self) -> None:
        """Record that the comments were answered, which makes the answers public. Raises `AnswersMissing`."""
        own, stage = self.consultation, next_stage(ConsultationVerb.answer, self.consultation.stage)
        await require_answers(self.session, own.id)
        own.state, own.answered_at = stage, self.at
        own.comment_changes += 1
        own.version += 1
        await meet_answer_term(self.session, own)
        await self._finish(ConsultationEvent.answered)

    async def adopt(self, body: Adopt) -> None:
        """Record the policy that came of it; before the comments were answered only as a breach, with a reason."""
        own = self.consultation
        is_answered = own.stage is ConsultationStage.answered
        stage = next_stage(ConsultationVerb.adopt, own.stage)
        if not is_answered and not body.without_answers:
            raise InvalidInput(
                "The comments are not answered.",
                field="without_answers",
                expected="`answer` first; or true, with a reason: a breach on record",
            )
        if is_answered and body.without_answers:
            raise InvalidInput("The comments are answered.", field="without_answers", expected="false")
        if body.without_answers and body.reason is None:
            raise InvalidInput("A public reason is required.", field="reason", expected="a sentence")
        # Every public change locks the head of the log, so the policy cannot change from here on.
        await lock_head(self.session)
        policy = await self.session.get(Document, body.policy, populate_existing=True)
        if policy is None or policy.kind != POLICY.name or policy.state != DocumentState.live:
            raise UnknownReference("What comes of a consultation must be a policy that is live.", field="policy")
        own.state, own.adopted_at, own.policy_id = stage, self.at, policy.id
        own.without_answers, own.adopted_reason = body.without_answers, body.reason
        if body.without_answers:
            # Those that were written become public now.
            own.comment_changes += 1
        own.version += 1
        if body.without_answers:
            await forfeit_answer_term(self.session, own)
        await self._finish(ConsultationEvent.adopted, reason=body.reason)

    async def drop(self, body: Drop) -> None:
        """End it for good, with a public reason; a window that runs ends now."""
        await self._drop(body.reason)
        await self._finish(ConsultationEvent.dropped, reason=body.reason)

    async def _drop(self, reason: str) -> None:
        own = self.consultation
        # Its end, which may have come a moment ago, is not logged yet.
        has_begun = own.stage in RUNNING and own.opens_at <= self.at
        ended_at = own.closes_at if own.closes_at <= self.at else None
        if own.stage in ANSWERS_PUBLIC:
            own.comment_changes += 1
        stage, window = next_stage(ConsultationVerb.drop, own.stage), window_of(own).ended_at(self.at)
        own.state, own.dropped_at, own.dropped_reason = stage, self.at, reason
        own.opens_at, own.closes_at = window.opens_at, window.closes_at
        own.version += 1
        await cancel_answer_term(self.session, own)
        if has_begun:
            await count_at_closing(self.session, own)
            await self.session.flush()
            await append_document_events(self.session, self.documents, Event.consultation_closed, self.at, ended_at)

    async def link(self, body: LinkDraft) -> None:
        """Make a draft document the next draft; a consultation of its own that is not used is merged into this one."""
        own = self.consultation
        next_stage(ConsultationVerb.link, own.stage)
        document = await self.session.get(Document, body.document)
        if document is None or document.kind != DRAFT_KIND.name:
            raise UnknownReference("There is no draft with this id.", field="document")
        is_public = document.state != DocumentState.unpublished
        self.by.require_for_document(Scope.publish, document.owner, is_public=is_public)
        if document.state not in (DocumentState.unpublished, DocumentState.live):
            raise TransitionConflict(
                fill("The draft is {state}.", state=document.state), field="document", expected="a live draft"
            )
        before = (await find_memberships(self.session, [document.id])).get(document.id)
        if before == own.id:
            raise TransitionConflict("The draft belongs to this consultation already.", field="document")
        if before is not None:
            await self._merge(before)
        position = await next_position(self.session, ConsultationDocument, own.id)
        member = ConsultationDocument(document_id=document.id, consultation_id=own.id, position=position)
        self.session.add(member)
        own.version += 1
        await self.session.flush()
        entries = []
        if is_public:
            editions = await list_live_editions(self.session, document.id)
            sources = await load_view_sources(self.session, editions, {document.id: document}, as_of=self.at)
            drafts = [published_draft(source, self.at) for source in sources]
            entries = await record_drafts(self.session, drafts, set())
        await sync_views(self.session, own)
        await self._audit("link", document=str(document.id))
        if is_public and not entries:
            # Without another window too: its drafts are public.
            documents = await list_documents(self.session, own.id)
            entries = [new_entry(ConsultationEvent.extended, own, documents, self.at)]
        if entries:
            await append_entries(self.session, await lock_head(self.session), entries)

    async def _merge(self, other_id: UUID) -> None:
        """Drop the consultation that a draft began alone, so that the draft can belong to this one."""
        [other] = (await lock_consultations(self.session, [other_id])).values()
        others = await ConsultationEditor._members(self.session, other_id)
        is_used = other.comment_changes or await has_comments(self.session, other_id)
        if len(others) > 1 or is_used or await has_bodies(self.session, other_id):
            raise TransitionConflict(
                "The draft belongs to another consultation that has comments, bodies that were asked, or more drafts.",
                field="document",
                expected="a draft whose consultation has none of them",
            )
        self.by.require(Scope.publish, other.agency)
        documents = await list_documents(self.session, other_id)
        editor = ConsultationEditor(self.session, self.by, other, [], self.at)
        await editor._drop(LINKED)
        await self.session.flush()
        await self.session.execute(DRAFT.delete().where(DRAFT.c.consultation_id == other_id))
        await self.session.execute(MEMBER.delete().where(MEMBER.c.consultation_id == other_id))
        await editor._audit("drop", reason=LINKED)
        entry = new_entry(ConsultationEvent.dropped, other, documents, self.at, reason=LINKED)
        await append_entries(self.session, await lock_head(self.session), [entry])

    @staticmethod
    async def _members(session: AsyncSession, id_: UUID) -> list[UUID]:
        query = select(MEMBER.c.document_id).where(MEMBER.c.consultation_id == id_)
        return list((await session.execute(query)).scalars())

    async def _finish(self, event: ConsultationEvent, reason: str | None = None) -> None:
        """Write the views, the audit trail and the log."""
        own = self.consultation
        await self.session.flush()
        await sync_views(self.session, own)
        if own.number is not None:
            await delete_due_failure(self.session, DueWork.window, own.number)
        await self._audit(event.value, reason=reason, closes_at=format_rfc3339(own.closes_at))
        documents = await list_documents(self.session, own.id)
        entry = new_entry(event, own, documents, self.at, reason=reason)
        await append_entries(self.session, await lock_head(self.session), [entry])

    async def _audit(self, verb: str, **details: str | None) -> None:
        own = self.consultation
        given = {name: value for name, value in details.items() if value is not None}
        details_ = {"consultation": str(own.id), "version": own.version, **given}
        await append_entry(self.session, self.by, f"consultation-{verb}", own.agency, **details_)


async def append_document_events(
    session: AsyncSession, documents: list[Document], event: Event, at: datetime, due: datetime | None
) -> None:
    """Append the entries that a consultation causes for its live drafts; the views describe the due time.

    The caller holds the documents. An editor who read one before must read it again.
    """
    openings = []
    for document in documents:
        if document.state != DocumentState.live:
            continue
        editions = await list_live_editions(session, document.id)
        sources = await load_view_sources(session, editions, {document.id: document}, as_of=due or at)
        openings += [
            NewView(edition, source, event, at, due)
            for edition, source in zip(editions, sources, strict=True)
            if source.content.get("consultation")
        ]
        document.version += 1
    if openings:
        await append_views(session, openings)


def _require_version(found: Consultation, version: int | None) -> None:
    if version is None:
        raise VersionRequired(
            "Send the version that this change was made from.",
            field="If-Match",
            expected=fill('If-Match: "{version}"', version=found.version),
        )
    if version != found.version:
        raise VersionStale(
            fill(
                "The consultation has version {version}; this change was made from version {given}.",
                version=found.version,
                given=version,
            ),
            field="If-Match",
            expected="the current version, after reading the consultation again",
            version=found.version,
        )
