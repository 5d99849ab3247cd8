"""Commands on official answers: write one, change it, delete it. A refusal changes nothing.

Each holds the consultation, so that an answer never comes or goes while "answered" is decided. The audit trail names
the answer and never quotes it.
"""

from uuid import UUID, uuid4

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from hub.auth.principal import Principal, Scope
from hub.consultation.answers.models import CommentAnswer, CommentGroup
from hub.consultation.answers.queries import managed_answer
from hub.consultation.answers.subjects import ANSWER, ANSWERS_PUBLIC, COMMENT
from hub.consultation.answers.views import AnswerText, ManagedAnswerView, NewAnswer
from hub.consultation.comments.models import Comment, CommentState
from hub.consultation.models import Consultation, ConsultationDraft
from hub.consultation.published_nodes import load_nodes
from hub.consultation.records import DRAFT, lock_consultations
from hub.db import database_now
from hub.domain.consultations import ConsultationStage
from hub.errors import InvalidInput, NotFound, TransitionConflict, UnknownReference
from hub.manage.audit_trail import append_entry
from hub.manage.version_check import require_version
from hub.problem_texts.templates import as_words, fill, one_of

_WRITABLE = frozenset(ConsultationStage) - {ConsultationStage.announced, ConsultationStage.dropped}


class AnswerEditor:
    """Commands of one editor, within one transaction."""

    def __init__(self, session: AsyncSession, by: Principal):
        self.session = session
        self.by = by

    async def create(self, consultation: UUID, new: NewAnswer) -> ManagedAnswerView:
        """Answer a public comment, or a group with a public one.

        Raises `NotFound`, `Forbidden`, `UnknownReference`, `InvalidInput`, or `TransitionConflict` if there is an
        answer already.
        """
        own = await self._lock(consultation)
        earliest = await self._check_target(own.id, new.comment, new.group)
        await self._check_change(own.id, new, earliest)
        existing = select(ANSWER.c.id).where(
            ANSWER.c.comment_id == new.comment if new.comment is not None else ANSWER.c.group_id == new.group
        )
        if (await self.session.execute(existing)).first() is not None:
            raise TransitionConflict(
                "There is an answer already.",
                field="comment" if new.comment else "group",
                expected="a change of that answer, from its version",
            )
        answer = CommentAnswer(
            id=uuid4(),
            consultation_id=own.id,
            comment_id=new.comment,
            group_id=new.group,
            outcome=new.outcome,
            reason=new.reason,
            changed_position=new.changed_draft,
            changed_ref=new.changed_ref,
            by=self.by.id,
            written_at=await database_now(self.session),
        )
        self.session.add(answer)
        return await self._finish(own, answer, "create")

    async def change(
        self, answer_id: UUID, version: int | None, text: AnswerText, consultation: UUID | None = None
    ) -> ManagedAnswerView:
        """Change an answer, also after it is public; the audit trail has who did.

        Raises `NotFound`, `Forbidden`, `VersionRequired`, `VersionStale`, `UnknownReference`, `InvalidInput` or
        `TransitionConflict`.
        """
        own, answer = await self._lock_answer(answer_id, version, consultation)
        earliest = await self._find_draft(own.id, answer.comment_id, answer.group_id)
        await self._check_change(own.id, text, earliest)
        answer.outcome, answer.reason = text.outcome, text.reason
        answer.changed_position, answer.changed_ref = text.changed_draft, text.changed_ref
        answer.by, answer.written_at = self.by.id, await database_now(self.session)
        answer.version += 1
        return await self._finish(own, answer, "change")

    async def delete(self, answer_id: UUID, version: int | None, consultation: UUID | None = None) -> ManagedAnswerView:
        """Delete an answer that is not public yet; returns what it was. Raises as `change`."""
        own, answer = await self._lock_answer(answer_id, version, consultation)
        if own.stage in ANSWERS_PUBLIC:
            raise TransitionConflict("The answer is public.", field="state", expected="a change of it")
        view = managed_answer(answer, own.stage, own.id, answer.comment_id)
        await self.session.delete(answer)
        await self._audit(own, answer.id, "delete")
        return view

    async def _lock(self, consultation: UUID) -> Consultation:
        found = (await lock_consultations(self.session, [consultation])).get(consultation)
        if found is None:
            raise NotFound("There is no consultation with this id.", field="id")
        self.by.require(Scope.publish, found.agency)
        if found.stage not in _WRITABLE:
            raise TransitionConflict(
                fill("The consultation is {stage}.", stage=found.stage),
                field="state",
                expected=one_of(sorted(_WRITABLE)),
            )
        return found

    async def _lock_answer(
        self, answer_id: UUID, version: int | None, consultation: UUID | None
    ) -> tuple[Consultation, CommentAnswer]:
        hint = await self.session.get(CommentAnswer, answer_id)
        if hint is None or consultation not in (None, hint.consultation_id):
            raise NotFound("There is no answer with this id.", field="answer")
        own = await self._lock(hint.consultation_id)
        # Read again: another editor may have been faster.
        query = select(CommentAnswer).where(col(CommentAnswer.id) == answer_id)
        again = query.with_for_update().execution_options(populate_existing=True)
        answer = (await self.session.execute(again)).scalar_one_or_none()
        if answer is None:
            raise NotFound("There is no answer with this id.", field="answer")
        require_version(answer.version, version, as_words("answer"))
        return own, answer

    async def _check_target(self, consultation: UUID, comment: UUID | None, group: UUID | None) -> int:
        """Return the earliest version that the target is about. Raises `UnknownReference` or `TransitionConflict`."""
        field = "comment" if comment is not None else "group"
        found: Comment | CommentGroup | None
        if comment is not None:
            found = await self.session.get(Comment, comment, populate_existing=True)
        else:
            found = await self.session.get(CommentGroup, group)
        if found is None or found.consultation_id != consultation:
            raise UnknownReference(fill("The consultation has no {field} with this id.", field=field), field=field)
        is_public = select(COMMENT.c.id).where(
            COMMENT.c.id == comment if comment is not None else COMMENT.c.group_id == group,
            COMMENT.c.state == CommentState.public,
        )
        if (await self.session.execute(is_public.limit(1))).first() is None:
            raise TransitionConflict(
                "Only what is public is answered.", field=field, expected="a public comment, or a group with one"
            )
        return await self._find_draft(consultation, comment, group)

    async def _find_draft(self, consultation: UUID, comment: UUID | None, group: UUID | None) -> int:
        """Find the earliest version that a comment, or the members of a group, are about."""
        target = COMMENT.c.id == comment if comment is not None else COMMENT.c.group_id == group
        query = select(func.coalesce(func.min(COMMENT.c.draft_position), 1)).where(
            COMMENT.c.consultation_id == consultation, target
        )
        return int((await self.session.execute(query)).scalar_one())

    async def _check_change(self, consultation: UUID, text: AnswerText, earliest: int) -> None:
        """Check that the version that changed is a later one, and has the node."""
        if text.changed_draft is None:
            return
        if text.changed_draft <= earliest:
            raise InvalidInput(
                fill("The comment is about version {earliest}.", earliest=earliest),
                field="changed_draft",
                expected=fill("a version after {earliest}", earliest=earliest),
            )
        query = select(ConsultationDraft).where(
            DRAFT.c.consultation_id == consultation, DRAFT.c.position == text.changed_draft
        )
        draft = (await self.session.execute(query)).scalar_one_or_none()
        if draft is None:
            raise UnknownReference("The consultation has no such version.", field="changed_draft")
        nodes = await load_nodes(self.session, draft)
        if text.changed_ref not in {node["ref"] for node in nodes or ()}:
            raise UnknownReference(
                fill(
                    "Version {changed_draft} has no node `{changed_ref}`.",
                    changed_draft=text.changed_draft,
                    changed_ref=text.changed_ref,
                ),
                field="changed_ref",
                expected="the `ref` of one of its nodes",
            )

    async def _finish(self, own: Consultation, answer: CommentAnswer, verb: str) -> ManagedAnswerView:
        if own.stage in ANSWERS_PUBLIC:
            own.comment_changes += 1
        await self.session.flush()
        await self._audit(own, answer.id, verb, version=answer.version)
        return managed_answer(answer, own.stage, own.id, answer.comment_id)

    async def _audit(self, own: Consultation, answer: UUID, verb: str, **details: int) -> None:
        facts = {"consultation": str(own.id), "answer": str(answer), **details}
        await append_entry(self.session, self.by, f"answer-{verb}", own.agency, **facts)
