"""REST of comments for everybody: the challenge, submission, and public reads. No account; pages of other hosts, too.

Nothing here is kept in a cache or in the idempotency store: the same submission sent again is recognised by its proof.
"""

from typing import Annotated

from fastapi import Query
from starlette.requests import Request
from starlette.responses import Response

from hub.auth.encryption import SecretCipher
from hub.auth.http import principal_of
from hub.auth.proof_of_work import ChallengeView, ProofOfWork, difficulty_for, read_load
from hub.consultation.carryover.anchor_targets import QuoteAmbiguous, QuoteNotFound, UnknownNode
from hub.consultation.comments.keys import CommentKeys
from hub.consultation.path_parameters import CommentId, ConsultationId
from hub.consultation.queries import require_public
from hub.consultation.submission.commands import Submission
from hub.consultation.submission.errors import CommentNotFound, ConsentOutdated, ConsultationNotOpen
from hub.consultation.submission.inputs import NewComment
from hub.consultation.submission.params import CommentListParams
from hub.consultation.submission.queries import count_comments, get_comment, list_comments
from hub.consultation.submission.views import CommentPage, OpinionReceiptView, OpinionView
from hub.db import database_now
from hub.errors import BodyTooLarge, NotFound, ProofExpired, ProofRequired, ProofUsed, ProofWrong
from hub.manage.http import NoQuery
from hub.state import Parts
from hub.web.problems import VALIDATION_ERRORS, problem_responses
from hub.web.responses import JSON, NO_STORE, no_store_response
from hub.web.router import HubRouter

routes = HubRouter(prefix="/api/v1/consultations/{id}", tags=["Comments"])

TARGET_ERRORS = (UnknownNode, QuoteNotFound, QuoteAmbiguous)
PROOF_ERRORS = (ProofRequired, ProofWrong, ProofExpired, ProofUsed)


@routes.get(
    "/challenge",
    operation_id="get_comment_challenge",
    response_model=ChallengeView,
    responses=problem_responses(NotFound, *VALIDATION_ERRORS),
)
async def get_challenge(parts: Parts, id: ConsultationId, _: NoQuery) -> Response:  # noqa: A002 - the public name
    """Get a challenge for the proof of work of one comment. It ends after ten minutes, and is used once.

    The work is more while many comments come.
    """
    async with parts.database.read() as connection:
        await require_public(connection, id)
        difficulty = difficulty_for(await read_load(connection), parts.settings)
        at = await database_now(connection)
    return no_store_response(ProofOfWork(SecretCipher(parts.settings)).issue(id, difficulty, at))


@routes.post(
    "/comments",
    operation_id="submit_comment",
    status_code=201,
    response_model=OpinionReceiptView,
    responses=problem_responses(
        NotFound,
        ConsultationNotOpen,
        BodyTooLarge,
        ConsentOutdated,
        *TARGET_ERRORS,
        *PROOF_ERRORS,
        *VALIDATION_ERRORS,
    ),
)
async def submit(
    request: Request,
    parts: Parts,
    id: ConsultationId,  # noqa: A002
    body: NewComment,
    _: NoQuery,
) -> Response:
    """Submit a comment on a draft (gửi góp ý): on the whole, a node, or quoted words of one. No account is needed.

    It counts if the request's headers arrived before the end. It is public at once, or waits for a moderator. The code
    in the answer is shown only here. The same request sent again within ten minutes gets its first answer.
    """
    principal = await principal_of(request, parts)
    submission = Submission(parts, request.scope, id, body, has_key=principal is not None)
    return no_store_response(await submission.run(), 201)


@routes.get(
    "/comments",
    operation_id="list_comments",
    response_model=CommentPage,
    responses=problem_responses(NotFound, *VALIDATION_ERRORS),
)
async def list_public(
    parts: Parts,
    id: ConsultationId,  # noqa: A002
    params: Annotated[CommentListParams, Query()],
) -> Response:
    """List the public comments of a consultation (góp ý), the newest first, with the numbers of all of them.

    `comment_changes` of the consultation says whether a copy is still right.
    """
    keys = CommentKeys(SecretCipher(parts.settings))
    async with parts.database.read() as connection:
        page = await list_comments(connection, keys, id, params)
        counts = await count_comments(connection, id)
    body = CommentPage(items=list(page.items), next=page.next, counts=counts)
    return Response(body.model_dump_json(), headers={"cache-control": NO_STORE}, media_type=JSON)


@routes.get(
    "/comments/{comment}",
    operation_id="get_comment",
    response_model=OpinionView,
    responses=problem_responses(NotFound, CommentNotFound, *VALIDATION_ERRORS),
)
async def get_public(
    parts: Parts,
    id: ConsultationId,  # noqa: A002
    comment: CommentId,
    _: NoQuery,
) -> Response:
    """Get one public comment of a consultation."""
    async with parts.database.read() as connection:
        found = await get_comment(connection, CommentKeys(SecretCipher(parts.settings)), id, comment)
    return no_store_response(found)
