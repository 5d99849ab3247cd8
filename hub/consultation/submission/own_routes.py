"""REST of a comment for its author, who sends its code in the header `Comment-Code`."""

from typing import Annotated

from fastapi import Header
from starlette.requests import Request
from starlette.responses import Response

from hub.consultation.path_parameters import ConsultationId
from hub.consultation.submission.errors import CommentNotFound, CommentProofMissing, ConsultationNotOpen
from hub.consultation.submission.inputs import CommentAmendment
from hub.consultation.submission.own_comments import CommentOwner
from hub.consultation.submission.own_reads import copy_personal_data, prove_count, read_own
from hub.consultation.submission.views import CountProofView, OwnOpinionView, PersonalCopyView
from hub.errors import BodyTooLarge, TransitionConflict, ViewBroken
from hub.manage.http import NoBody, NoQuery
from hub.state import Parts
from hub.web.problems import VALIDATION_ERRORS, problem_responses
from hub.web.responses import no_store_response
from hub.web.router import HubRouter

routes = HubRouter(prefix="/api/v1/consultations/{id}/comments/mine", tags=["Comments"])

CommentCode = Annotated[
    str,
    Header(
        alias="Comment-Code",
        min_length=1,
        max_length=100,
        description="Code of the comment, from the answer to its submission. Spaces, hyphens and case do not matter.",
    ),
]
_READ = problem_responses(CommentNotFound, *VALIDATION_ERRORS)


@routes.get("", operation_id="get_own_comment", response_model=OwnOpinionView, responses=_READ)
async def get_own(request: Request, parts: Parts, id: ConsultationId, code: CommentCode, _: NoQuery) -> Response:  # noqa: A002 - the public name
    """Get one's own comment, in whatever state, with the moderator's reason and the official answer."""
    owner = CommentOwner(parts, request.scope, id, code)
    async with parts.database.read() as connection:
        return no_store_response(await read_own(connection, owner))


@routes.patch(
    "",
    operation_id="amend_comment",
    response_model=OwnOpinionView,
    responses=problem_responses(
        CommentNotFound, ConsultationNotOpen, TransitionConflict, BodyTooLarge, *VALIDATION_ERRORS
    ),
)
async def amend(
    request: Request,
    parts: Parts,
    id: ConsultationId,  # noqa: A002
    code: CommentCode,
    body: CommentAmendment,
    _: NoQuery,
) -> Response:
    """Amend one's own comment until the end of the consultation (sửa góp ý). Members that are left out stay.

    The place it is about stays, too: for another one, withdraw it and submit another. A comment that was hidden waits
    for a moderator again.
    """
    owner = CommentOwner(parts, request.scope, id, code)
    await owner.amend(body)
    async with parts.database.read() as connection:
        return no_store_response(await read_own(connection, owner))


@routes.post("/withdraw", operation_id="withdraw_comment", response_model=OwnOpinionView, responses=_READ)
async def withdraw(
    request: Request,
    parts: Parts,
    id: ConsultationId,  # noqa: A002
    code: CommentCode,
    _: NoQuery,
    __: NoBody = None,
) -> Response:
    """Withdraw one's own comment, at any time (rút góp ý): it is public no more, and its contact is erased."""
    owner = CommentOwner(parts, request.scope, id, code)
    await owner.withdraw()
    async with parts.database.read() as connection:
        return no_store_response(await read_own(connection, owner))


@routes.post("/erase", operation_id="erase_comment", status_code=204, response_model=None, responses=_READ)
async def erase(
    request: Request,
    parts: Parts,
    id: ConsultationId,  # noqa: A002
    code: CommentCode,
    _: NoQuery,
    __: NoBody = None,
) -> Response:
    """Erase one's own comment and all personal data in it, at any time and for good (xóa dữ liệu).

    Text, names, contact, files and code are gone; its place among the counted comments stays and proves nothing.
    """
    await CommentOwner(parts, request.scope, id, code).erase()
    return no_store_response(None)


@routes.get("/copy", operation_id="copy_own_data", response_model=PersonalCopyView, responses=_READ)
async def get_copy(request: Request, parts: Parts, id: ConsultationId, code: CommentCode, _: NoQuery) -> Response:  # noqa: A002
    """Get a copy of all data that the hub stores of a comment and its author (bản sao dữ liệu cá nhân)."""
    owner = CommentOwner(parts, request.scope, id, code)
    async with parts.database.read() as connection:
        return no_store_response(await copy_personal_data(connection, owner))


@routes.get(
    "/proof",
    operation_id="prove_comment_counted",
    response_model=CountProofView,
    responses=problem_responses(CommentNotFound, CommentProofMissing, ViewBroken, *VALIDATION_ERRORS),
)
async def get_proof(request: Request, parts: Parts, id: ConsultationId, code: CommentCode, _: NoQuery) -> Response:  # noqa: A002
    """Get the proof that one's comment was counted at the end, which leads to the root in the log."""
    owner = CommentOwner(parts, request.scope, id, code)
    async with parts.database.read() as connection:
        return no_store_response(await prove_count(connection, owner))
