"""REST of moderators, under `/api/v1/manage/consultations/{id}/moderation`. Requires the scope `moderate`."""

from typing import Annotated
from uuid import UUID

from fastapi import Path, Query
from starlette.responses import Response

from hub.auth.encryption import SecretCipher
from hub.auth.http import CurrentPrincipal
from hub.consultation.comments.keys import CommentKeys
from hub.consultation.moderation.params import ModerationParams
from hub.consultation.moderation.queries import list_queue
from hub.consultation.moderation.service import decide_comments, set_review, undo_batch
from hub.consultation.moderation.views import (
    CommentDecisions,
    DecidedBatchView,
    ModerationCounts,
    ModerationPage,
    ReviewSetting,
)
from hub.consultation.path_parameters import ConsultationId
from hub.errors import BodyTooLarge, Forbidden, IdempotencyMismatch, NotFound, Unauthenticated
from hub.manage.http import IdempotencyKeyHeader, NoBody, stored_response
from hub.state import Parts
from hub.web.problems import VALIDATION_ERRORS, merge_responses, problem_responses
from hub.web.responses import no_store_response
from hub.web.router import HubRouter

routes = HubRouter(prefix="/api/v1/manage/consultations/{id}/moderation", tags=["Manage consultations"])

BatchId = Annotated[UUID, Path(description="UUID of the batch.")]
_READ = problem_responses(Unauthenticated, Forbidden, NotFound, *VALIDATION_ERRORS)
_WRITE = merge_responses(_READ, problem_responses(BodyTooLarge, IdempotencyMismatch))


@routes.get("", operation_id="list_moderation_queue", response_model=ModerationPage, responses=_READ)
async def get_queue(
    parts: Parts,
    by: CurrentPrincipal,
    id: ConsultationId,  # noqa: A002 - the public name
    params: Annotated[ModerationParams, Query()],
) -> Response:
    """List the comments of a consultation for its moderators (hàng chờ kiểm duyệt): those that wait first, the oldest
    first, with the private data that was found in them.

    Requires the scope `moderate`.
    """
    keys = CommentKeys(SecretCipher(parts.settings))
    async with parts.database.read() as connection:
        return no_store_response(await list_queue(connection, keys, by, id, params))


@routes.post("/decide", operation_id="decide_comments", response_model=DecidedBatchView, responses=_WRITE)
async def decide(
    parts: Parts,
    by: CurrentPrincipal,
    id: ConsultationId,  # noqa: A002
    body: CommentDecisions,
    idempotency_key: IdempotencyKeyHeader = None,
) -> Response:
    """Publish, hide or hold up to 500 comments in one transaction (công khai, ẩn hoặc giữ lại).

    A comment that was changed since it was read is left as it is; the result says so for each. All decisions of a
    request are one batch, which can be undone. Requires the scope `moderate`.
    """
    return stored_response(await decide_comments(parts, by, id, body, idempotency_key))


@routes.post(
    "/batches/{batch}/undo", operation_id="undo_moderation_batch", response_model=DecidedBatchView, responses=_WRITE
)
async def undo(
    parts: Parts,
    by: CurrentPrincipal,
    id: ConsultationId,  # noqa: A002
    batch: BatchId,
    _: NoBody = None,
    idempotency_key: IdempotencyKeyHeader = None,
) -> Response:
    """Undo a batch of decisions (hoàn tác): its comments are again as they were, except those changed since.

    Requires the scope `moderate`.
    """
    return stored_response(await undo_batch(parts, by, id, batch, idempotency_key))


@routes.post("/review", operation_id="set_comment_review", response_model=ModerationCounts, responses=_WRITE)
async def review(
    parts: Parts,
    by: CurrentPrincipal,
    id: ConsultationId,  # noqa: A002
    body: ReviewSetting,
    idempotency_key: IdempotencyKeyHeader = None,
) -> Response:
    """Let each new comment wait for a moderator before it is public, or no longer (duyệt trước khi công khai).

    Comments that wait already go on waiting. Everybody can read the setting. Requires the scope `publish`.
    """
    return stored_response(await set_review(parts, by, id, body, idempotency_key))
