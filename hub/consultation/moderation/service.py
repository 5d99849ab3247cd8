"""Write service of REST and GraphQL for moderation: one transaction, once for each idempotency key.

What is kept for a key are ids and codes: no text of a comment.
"""

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from hub.auth.principal import Principal, Scope
from hub.consultation.moderation.commands import Moderator
from hub.consultation.moderation.counts import load_counts
from hub.consultation.moderation.views import CommentDecisions, DecidedBatchView, ModerationCounts, ReviewSetting
from hub.manage.http import run_command_once, sent_members
from hub.manage.idempotency import StoredResponse
from hub.state import AppState


async def decide_comments(
    parts: AppState, by: Principal, id_: UUID, body: CommentDecisions, idempotency_key: str | None
) -> StoredResponse:
    """Decide on comments of a consultation. Raises `NotFound`, `Forbidden` or `InvalidInput`."""

    async def run(session: AsyncSession) -> DecidedBatchView:
        return await (await Moderator.open(session, by, id_)).decide(body)

    return await run_command_once(parts, by, idempotency_key, ("comments-decide", id_, sent_members(body)), run)


async def undo_batch(
    parts: AppState, by: Principal, id_: UUID, batch: UUID, idempotency_key: str | None
) -> StoredResponse:
    """Undo a batch of decisions on comments of a consultation. Raises `NotFound` or `Forbidden`."""

    async def run(session: AsyncSession) -> DecidedBatchView:
        return await (await Moderator.open(session, by, id_)).undo(batch)

    return await run_command_once(parts, by, idempotency_key, ("comments-undo", id_, batch), run)


async def set_review(
    parts: AppState, by: Principal, id_: UUID, body: ReviewSetting, idempotency_key: str | None
) -> StoredResponse:
    """Set if comments wait for a moderator before they are public. Raises `NotFound` or `Forbidden`."""

    async def run(session: AsyncSession) -> ModerationCounts:
        moderator = await Moderator.open(session, by, id_, Scope.publish)
        await moderator.set_review(body)
        await session.flush()
        return await load_counts(session, id_)

    return await run_command_once(parts, by, idempotency_key, ("comments-review", id_, sent_members(body)), run)
