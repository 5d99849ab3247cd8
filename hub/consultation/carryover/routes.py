"""REST of places for editors, under `/api/v1/manage/consultations/{id}/places`. Decisions require `publish`."""

from typing import Annotated

from fastapi import Body, Path, Query
from pydantic import BaseModel
from starlette.responses import Response

from hub.auth.http import CurrentPrincipal
from hub.consultation.carryover.anchor_targets import QuoteAmbiguous, QuoteNotFound, UnknownNode
from hub.consultation.carryover.queries import list_places, read_place
from hub.consultation.carryover.service import PLACE_VERBS, PlaceVerb, PlaceVerbSpec, run_place_verb
from hub.consultation.carryover.views import CommentPlacePage, CommentPlaceParams, ManagedPlaceView
from hub.consultation.path_parameters import CommentId, ConsultationId
from hub.errors import IdempotencyMismatch, VersionRequired, VersionStale
from hub.manage.http import (
    READ_RESPONSES,
    WRITE_RESPONSES,
    EmptyBody,
    IdempotencyKeyHeader,
    IfMatch,
    NoQuery,
    parse_if_match,
    versioned_response,
)
from hub.manage.idempotency import StoredResponse
from hub.state import Parts
from hub.web.problems import merge_responses, problem_responses
from hub.web.responses import no_store_response
from hub.web.router import HubRouter

routes = HubRouter(prefix="/api/v1/manage/consultations/{id}/places", tags=["Manage consultations"])

DraftPosition = Annotated[int, Path(ge=1, le=1_000_000, description="Position of the later draft.")]
_WRITE = merge_responses(WRITE_RESPONSES, problem_responses(IdempotencyMismatch, VersionStale, VersionRequired))
_MOVE = problem_responses(UnknownNode, QuoteNotFound, QuoteAmbiguous)


@routes.get("", operation_id="list_comment_places", response_model=CommentPlacePage, responses=READ_RESPONSES)
async def get_places(
    parts: Parts,
    by: CurrentPrincipal,
    id: ConsultationId,  # noqa: A002 - the public name
    params: Annotated[CommentPlaceParams, Query()],
) -> Response:
    """List places of comments in later drafts (vị trí của góp ý), by default those that need a person.

    Requires the scope `read:working`.
    """
    async with parts.database.read() as connection:
        return no_store_response(await list_places(connection, by, id, params))


@routes.get(
    "/{comment}/{draft}",
    operation_id="get_comment_place",
    response_model=ManagedPlaceView,
    responses=READ_RESPONSES,
)
async def get_place(
    parts: Parts,
    by: CurrentPrincipal,
    id: ConsultationId,  # noqa: A002
    comment: CommentId,
    draft: DraftPosition,
    _: NoQuery,
) -> Response:
    """Get the place of a comment in a later draft. The ETag is its version. Requires the scope `read:working`."""
    async with parts.database.read() as connection:
        found = await read_place(connection, by, id, (comment, draft))
    return versioned_response(StoredResponse(200, found.model_dump_json().encode(), found.version))


def _add_verb_route(verb: PlaceVerb, spec: PlaceVerbSpec) -> None:
    is_optional = spec.body is EmptyBody

    async def run(
        *,
        parts: Parts,
        by: CurrentPrincipal,
        id: ConsultationId,  # noqa: A002
        comment: CommentId,
        draft: DraftPosition,
        body: BaseModel | None,
        if_match: IfMatch = None,
        idempotency_key: IdempotencyKeyHeader = None,
    ) -> Response:
        given = body if body is not None else spec.body()
        version = parse_if_match(if_match)
        return versioned_response(
            await run_place_verb(parts, by, verb, id, (comment, draft), version, given, idempotency_key)
        )

    run.__annotations__["body"] = Annotated[
        spec.body | None if is_optional else spec.body,
        Body(description="May be absent." if is_optional else None),
    ]
    if is_optional:
        run.__kwdefaults__ = {**(run.__kwdefaults__ or {}), "body": None}
    routes.add_api_route(
        f"/{{comment}}/{{draft}}/{verb.value}",
        run,
        methods=["POST"],
        operation_id=f"{verb.value}_comment_place",
        description=f"{spec.description} Requires the scope `publish`.",
        response_model=ManagedPlaceView,
        responses=merge_responses(_WRITE, _MOVE if verb is PlaceVerb.move else {}),
    )


for _verb, _spec in PLACE_VERBS.items():
    _add_verb_route(_verb, _spec)
