"""Numbers of moderation: those of the queue, and those that everybody may know (công khai việc kiểm duyệt)."""

from collections import defaultdict
from uuid import UUID

from sqlalchemy import Integer, func, literal, select, union_all
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

from hub.consultation.answers.subjects import select_unanswered
from hub.consultation.comments.models import Comment, CommentState, HoldReason
from hub.consultation.moderation.reasons import count_by_reason
from hub.consultation.moderation.views import ConsultationModerationView, HeldCount, HiddenCount, ModerationCounts
from hub.consultation.queries import require_public
from hub.consultation.records import CONSULTATION
from hub.db import table
from hub.errors import NotFound

COMMENT = table(Comment)


async def load_counts(connection: AsyncConnection | AsyncSession, id_: UUID) -> ModerationCounts:
    """Count the comments of a consultation by state and reason: one statement. Raises `NotFound`."""
    own = COMMENT.c.consultation_id == id_
    is_first = CONSULTATION.c.review_first.cast(Integer)
    setting = select(literal("review_first"), literal(""), is_first).where(CONSULTATION.c.id == id_)
    states = select(literal("state"), COMMENT.c.state, func.count()).where(own).group_by(COMMENT.c.state)
    reasons = (
        select(literal("reason"), COMMENT.c.hidden_reason, func.count())
        .where(own, COMMENT.c.state == CommentState.hidden)
        .group_by(COMMENT.c.hidden_reason)
    )
    waiting = select(func.unnest(COMMENT.c.held_for).label("code")).where(own, COMMENT.c.state == CommentState.waiting)
    codes = waiting.subquery("codes")
    held = select(literal("held_for"), codes.c.code, func.count()).group_by(codes.c.code)
    missing = select_unanswered(id_).subquery("missing")
    unanswered = select(literal("unanswered"), literal(""), missing.c.comments)
    rows = (await connection.execute(union_all(setting, states, reasons, held, unanswered))).all()
    found: dict[str, dict[str, int]] = defaultdict(dict)
    for fact, code, number in rows:
        found[fact][code] = number
    if "review_first" not in found:
        raise NotFound("There is no consultation with this id.", field="id")
    by_state, by_reason, by_hold = found["state"], found["reason"], found["held_for"]
    return ModerationCounts(
        review_first=any(found["review_first"].values()),
        waiting=by_state.get(CommentState.waiting, 0),
        public=by_state.get(CommentState.public, 0),
        hidden=by_state.get(CommentState.hidden, 0),
        unanswered=found["unanswered"][""],
        held_for=[HeldCount(held_for=one, count=by_hold[one]) for one in HoldReason if one in by_hold],
        reasons=[HiddenCount(reason=code, count=by_reason[code]) for code in sorted(by_reason)],
    )


async def read_public_moderation(connection: AsyncConnection, id_: UUID, lang: str) -> ConsultationModerationView:
    """Read what everybody may know of the moderation of a public consultation: two statements. Raises `NotFound`.

    Small numbers are shown as they are: they tell of the office that hides, and name no author.
    """
    await require_public(connection, id_)
    counts = await load_counts(connection, id_)
    return ConsultationModerationView(
        id=id_,
        review_first=counts.review_first,
        public=counts.public,
        waiting=counts.waiting,
        hidden=counts.hidden,
        unanswered=counts.unanswered,
        reasons=count_by_reason({one.reason: one.count for one in counts.reasons}, lang),
    )
