"""REST of consultations for editors, under `/api/v1/manage/consultations`. Verbs require the scope `publish`."""

from collections.abc import Mapping
from typing import Annotated

from fastapi import Body, Query
from pydantic import BaseModel
from starlette.requests import Request
from starlette.responses import Response

from hub.auth.http import CurrentPrincipal
from hub.consultation.managed_list import list_managed
from hub.consultation.params import ManagedConsultationParams
from hub.consultation.path_parameters import ConsultationId
from hub.consultation.queries import read_managed
from hub.consultation.service import VERBS, VerbSpec, run_verb
from hub.consultation.views import ManagedConsultation, ManagedConsultationPage
from hub.domain.consultations import ConsultationVerb
from hub.errors import (
    AnswersMissing,
    BodyTooLarge,
    ConsultationShortened,
    Forbidden,
    HubError,
    IdempotencyMismatch,
    NotFound,
    TransitionConflict,
    Unauthenticated,
    UnknownReference,
    VersionRequired,
    VersionStale,
)
from hub.manage.http import (
    LIST_RESPONSES,
    READ_RESPONSES,
    EmptyBody,
    IdempotencyKeyHeader,
    IfMatch,
    parse_if_match,
    versioned_response,
)
from hub.manage.idempotency import StoredResponse
from hub.state import Parts
from hub.web.language import request_language
from hub.web.problems import VALIDATION_ERRORS, problem_responses
from hub.web.responses import no_store_response
from hub.web.router import HubRouter

routes = HubRouter(prefix="/api/v1/manage/consultations", tags=["Manage consultations"])

_REFUSALS: Mapping[ConsultationVerb, tuple[type[HubError], ...]] = {
    ConsultationVerb.extend: (ConsultationShortened,),
    ConsultationVerb.answer: (AnswersMissing,),
}
_ERRORS: tuple[type[HubError], ...] = (
    Unauthenticated,
    Forbidden,
    NotFound,
    TransitionConflict,
    BodyTooLarge,
    *VALIDATION_ERRORS,
    UnknownReference,
    IdempotencyMismatch,
    VersionStale,
    VersionRequired,
)


@routes.get(
    "",
    operation_id="list_managed_consultations",
    response_model=ManagedConsultationPage,
    responses=LIST_RESPONSES,
)
async def get_list(
    request: Request, parts: Parts, by: CurrentPrincipal, params: Annotated[ManagedConsultationParams, Query()]
) -> Response:
    """List the consultations of your agencies with what waits for you: moderators, answers, overdue bodies.

    Also those of which no draft is public. The last end comes first. Requires the scope `read:working`.
    """
    lang = request_language(request, None, parts.settings.languages)
    async with parts.database.read() as connection:
        return no_store_response((await list_managed(connection, by, params, lang)).page)


@routes.get(
    "/{id}",
    operation_id="get_managed_consultation",
    response_model=ManagedConsultation,
    responses=READ_RESPONSES,
)
async def get_one(parts: Parts, by: CurrentPrincipal, id: ConsultationId) -> Response:  # noqa: A002 - the public name
    """Get a consultation with its version and its unpublished drafts. The ETag is its version."""
    async with parts.database.read() as connection:
        found = await read_managed(connection, by, id)
    return versioned_response(StoredResponse(200, found.model_dump_json().encode(), found.version))


def _add_verb_route(verb: ConsultationVerb, spec: VerbSpec) -> None:
    is_optional = spec.body is EmptyBody

    async def run(
        *,
        parts: Parts,
        by: CurrentPrincipal,
        id: ConsultationId,  # noqa: A002
        body: BaseModel | None,
        if_match: IfMatch = None,
        idempotency_key: IdempotencyKeyHeader = None,
    ) -> Response:
        given = body if body is not None else spec.body()
        return versioned_response(
            await run_verb(parts.database, by, verb, id, parse_if_match(if_match), given, idempotency_key)
        )

    run.__annotations__["body"] = Annotated[
        spec.body | None if is_optional else spec.body,
        Body(description="May be absent." if is_optional else None),
    ]
    if is_optional:
        run.__kwdefaults__ = {**(run.__kwdefaults__ or {}), "body": None}
    routes.add_api_route(
        f"/{{id}}/{verb.value}",
        run,
        methods=["POST"],
        operation_id=f"{verb.value}_consultation",
        description=f"{spec.description} Requires the scope `publish`.",
        response_model=ManagedConsultation,
        responses=problem_responses(*_ERRORS, *_REFUSALS.get(verb, ())),
    )


for _verb, _spec in VERBS.items():
    _add_verb_route(_verb, _spec)
