"""Decisions of moderators on comments, in batches that can be undone. A refusal changes nothing.

The consultation is locked first, then the comments by id: decisions of two moderators come one after the other, and the
second finds for each comment that it was changed. Comments are read from their rows by everybody, so the commit of a
batch is the moment at which all of it is public or hidden.
"""

from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID, uuid4

from sqlalchemy import Row, insert, select, tuple_, update
from sqlalchemy.ext.asyncio import AsyncSession

from hub.auth.principal import Principal, Scope
from hub.consultation.answers.subjects import select_unanswered
from hub.consultation.comments.models import Comment, CommentState, HoldReason
from hub.consultation.models import Consultation
from hub.consultation.moderation.models import CommentDecision
from hub.consultation.moderation.reasons import require_reason
from hub.consultation.moderation.views import (
    CommentDecisions,
    DecidedBatchView,
    DecidedCommentView,
    DecisionResult,
    ModerationDecision,
    ReviewSetting,
)
from hub.consultation.records import CONSULTATION
from hub.db import database_now, table
from hub.errors import InvalidInput, NotFound
from hub.manage.audit_trail import append_entry

COMMENT, DECISION = table(Comment), table(CommentDecision)

_FACTS = ("id", "state", "hidden_reason", "held_for", "version")
_ENDED = (CommentState.withdrawn, CommentState.erased)
_AFTER = {
    ModerationDecision.publish: CommentState.public,
    ModerationDecision.hide: CommentState.hidden,
    ModerationDecision.hold: CommentState.waiting,
}


class _Standing(NamedTuple):
    """State of a comment with its reasons."""

    state: str
    reason: str | None
    held_for: tuple[str, ...]

    @classmethod
    def of(cls, row: Row[Any]) -> "_Standing":
        return cls(row.state, row.hidden_reason, tuple(row.held_for))


class Moderator:
    """Decisions by one moderator on comments of one consultation, which is locked until the transaction ends."""

    def __init__(self, session: AsyncSession, by: Principal, consultation: Consultation, at: datetime):
        self.session = session
        self.by = by
        self.consultation = consultation
        self.at = at

    @classmethod
    async def open(cls, session: AsyncSession, by: Principal, id_: UUID, scope: Scope = Scope.moderate) -> "Moderator":
        """Lock a consultation and check the scope for its agency. Raises `NotFound` or `Forbidden`."""
        query = select(Consultation).where(CONSULTATION.c.id == id_).with_for_update(key_share=True)
        found = (await session.execute(query.execution_options(populate_existing=True))).scalar_one_or_none()
        if found is None:
            raise NotFound("There is no consultation with this id.", field="id")
        by.require(scope, found.agency)
        return cls(session, by, found, await database_now(session))

    async def decide(self, body: CommentDecisions) -> DecidedBatchView:
        """Publish, hide or hold comments that are still as they were read. Raises `InvalidInput` for the reason."""
        reason = self._reason(body)
        rows = await self._lock_comments([comment.id for comment in body.comments])
        changes: dict[UUID, _Standing] = {}
        results: dict[UUID, DecisionResult] = {}
        for comment in body.comments:
            row = rows.get(comment.id)
            if row is None:
                results[comment.id] = DecisionResult.unknown
            elif row.state in _ENDED:
                results[comment.id] = DecisionResult.ended
            elif row.version != comment.version:
                results[comment.id] = DecisionResult.changed_since
            elif (after := _standing_after(body.decision, reason, row)) == _Standing.of(row):
                results[comment.id] = DecisionResult.unchanged
            else:
                results[comment.id], changes[comment.id] = DecisionResult.decided, after
        batch = uuid4() if changes else None
        if batch is not None:
            await self._store_decisions(batch, rows, changes)
            await self._change(rows, changes)
            await self._audit("decide", batch=batch, decision=body.decision, reason=reason, comments=len(changes))
        return await self._view(batch, results)

    async def undo(self, batch: UUID) -> DecidedBatchView:
        """Restore the comments of a batch that nobody changed since. Raises `NotFound`."""
        own = COMMENT.c.consultation_id == self.consultation.id
        query = select(DECISION).join(COMMENT, COMMENT.c.id == DECISION.c.comment_id)
        query = query.where(DECISION.c.batch_id == batch, own).order_by(DECISION.c.id)
        decisions = {row.comment_id: row for row in await self.session.execute(query)}
        if not decisions:
            raise NotFound("The consultation has no batch with this id.", field="batch")
        rows = await self._lock_comments(decisions)
        changes: dict[UUID, _Standing] = {}
        results: dict[UUID, DecisionResult] = {}
        for id_, made in decisions.items():
            if made.undone_at is not None:
                results[id_] = DecisionResult.unchanged
            elif rows[id_].state in _ENDED:
                results[id_] = DecisionResult.ended
            elif rows[id_].version != made.version:
                results[id_] = DecisionResult.changed_since
            else:
                results[id_] = DecisionResult.restored
                changes[id_] = _Standing(made.before, made.reason_before, tuple(made.held_before))
        if changes:
            await self._change(rows, changes)
            await self._mark_undone(batch, changes)
            await self._audit("undo", batch=batch, comments=len(changes))
        return await self._view(batch, results)

    async def set_review(self, body: ReviewSetting) -> None:
        """Let each new comment wait for a moderator, or not; comments that wait already go on waiting."""
        if self.consultation.review_first != body.review_first:
            self.consultation.review_first = body.review_first
            await self._audit("review", review_first=body.review_first)

    def _reason(self, body: CommentDecisions) -> str | None:
        if body.decision is ModerationDecision.hide:
            return require_reason(body.reason)
        if body.reason is not None:
            raise InvalidInput("Only a hidden comment has a reason.", field="reason", expected="no reason")
        return None

    async def _lock_comments(self, ids: Collection[UUID]) -> dict[UUID, Row[Any]]:
        query = select(*(COMMENT.c[name] for name in _FACTS)).where(
            COMMENT.c.id.in_(ids), COMMENT.c.consultation_id == self.consultation.id
        )
        locked = query.order_by(COMMENT.c.id).with_for_update()
        return {row.id: row for row in await self.session.execute(locked)}

    async def _store_decisions(self, batch: UUID, rows: dict[UUID, Row[Any]], changes: dict[UUID, _Standing]) -> None:
        made = [
            {
                "batch_id": batch,
                "comment_id": id_,
                "before": rows[id_].state,
                "after": after.state,
                "reason": after.reason,
                "reason_before": rows[id_].hidden_reason,
                "held_before": rows[id_].held_for,
                "version": rows[id_].version + 1,
                "by": self.by.id,
                "at": self.at,
            }
            for id_, after in changes.items()
        ]
        await self.session.execute(insert(DECISION), made)

    async def _change(self, rows: dict[UUID, Row[Any]], changes: dict[UUID, _Standing]) -> None:
        """Write the comments, one statement for each standing, and count those that became public or hidden."""
        alike: dict[_Standing, list[UUID]] = defaultdict(list)
        for id_, after in changes.items():
            alike[after].append(id_)
        for after, ids in alike.items():
            change = update(COMMENT).where(COMMENT.c.id.in_(ids))
            await self.session.execute(
                change.values(
                    state=after.state,
                    hidden_reason=after.reason,
                    held_for=list(after.held_for),
                    version=COMMENT.c.version + 1,
                )
            )
        public = CommentState.public
        seen = sum((rows[id_].state == public) != (after.state == public) for id_, after in changes.items())
        if seen:
            own = update(CONSULTATION).where(CONSULTATION.c.id == self.consultation.id)
            await self.session.execute(own.values(comment_changes=CONSULTATION.c.comment_changes + seen))

    async def _mark_undone(self, batch: UUID, ids: Collection[UUID]) -> None:
        """Mark decisions as undone; the decisions before them can be undone next, as if these had never been."""
        undone = (
            update(DECISION)
            .where(DECISION.c.batch_id == batch, DECISION.c.comment_id.in_(ids))
            .values(undone_at=self.at)
            .returning(DECISION.c.comment_id, DECISION.c.version)
        )
        made = (await self.session.execute(undone)).all()
        earlier = update(DECISION).where(
            DECISION.c.undone_at.is_(None),
            tuple_(DECISION.c.comment_id, DECISION.c.version).in_([(row.comment_id, row.version - 1) for row in made]),
        )
        await self.session.execute(earlier.values(version=DECISION.c.version + 2))

    async def _view(self, batch: UUID | None, results: dict[UUID, DecisionResult]) -> DecidedBatchView:
        query = select(*(COMMENT.c[name] for name in _FACTS)).where(
            COMMENT.c.id.in_(results), COMMENT.c.consultation_id == self.consultation.id
        )
        rows = {row.id: row for row in await self.session.execute(query)}
        done = (DecisionResult.decided, DecisionResult.restored)
        return DecidedBatchView(
            batch=batch,
            decided=sum(result in done for result in results.values()),
            comments=[_comment_view(id_, result, rows.get(id_)) for id_, result in results.items()],
            unanswered=(await self.session.execute(select_unanswered(self.consultation.id))).scalar_one(),
        )

    async def _audit(self, verb: str, **details: object) -> None:
        given = {name: str(value) if isinstance(value, UUID) else value for name, value in details.items()}
        given = {name: value for name, value in given.items() if value is not None}
        own = self.consultation
        await append_entry(self.session, self.by, f"comments-{verb}", own.agency, consultation=str(own.id), **given)


def _standing_after(decision: ModerationDecision, reason: str | None, row: Row[Any]) -> _Standing:
    held: Sequence[str] = ()
    if decision is ModerationDecision.hold:
        kept = row.held_for if row.state == CommentState.waiting else []
        held = [*kept, *({HoldReason.moderator.value} - set(kept))]
    return _Standing(_AFTER[decision].value, reason, tuple(held))


def _comment_view(id_: UUID, result: DecisionResult, row: Row[Any] | None) -> DecidedCommentView:
    if row is None:
        return DecidedCommentView(id=id_, result=result, state=None, reason=None, version=None)
    return DecidedCommentView(id=id_, result=result, state=row.state, reason=row.hidden_reason, version=row.version)
