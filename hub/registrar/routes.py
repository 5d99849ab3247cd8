"""REST of the editing of the registry, under `/api/v1/manage/registry`. A key needs the scope `admin`.

A key of an agency at the level of a province changes every entry; any other key its own agency, the agencies below it,
and their spokespersons. Writes of existing entries require `If-Match`, and honour `Idempotency-Key`.
"""

from collections.abc import Awaitable, Callable
from typing import Annotated

from fastapi import Path, Query
from pydantic import BaseModel
from starlette.responses import Response

from hub.auth.http import CurrentPrincipal
from hub.domain.scalars import Code
from hub.errors import (
    BodyTooLarge,
    CodeInUse,
    Forbidden,
    IdempotencyMismatch,
    NotFound,
    TransitionConflict,
    Unauthenticated,
    VersionRequired,
    VersionStale,
)
from hub.manage.http import READ_RESPONSES, IdempotencyKeyHeader, IfMatch, parse_if_match, versioned_response
from hub.manage.idempotency import StoredResponse
from hub.registrar import service
from hub.registrar.params import UnitParams, entry_patch
from hub.registrar.views import ManagedEntry
from hub.registry.entries import ENTRY_MODELS, SINGULAR, RegistryEntry, RegistryList
from hub.state import Parts
from hub.web.problems import VALIDATION_ERRORS, problem_responses
from hub.web.router import HubRouter

routes = HubRouter(prefix="/api/v1/manage/registry", tags=["Registry"])

ListName = Annotated[RegistryList, Path(alias="list", description="List of the entry.")]
EntryCode = Annotated[Code, Path(description="Code of the entry.")]
_ERRORS = problem_responses(
    Unauthenticated,
    Forbidden,
    NotFound,
    TransitionConflict,
    CodeInUse,
    BodyTooLarge,
    *VALIDATION_ERRORS,
    IdempotencyMismatch,
    VersionStale,
    VersionRequired,
)


def _add_entry_routes(kind: RegistryList, model: type[RegistryEntry]) -> None:
    """Add the routes of the address of one entry."""
    patch = entry_patch(kind)
    one, path = SINGULAR[kind], f"/{kind}/{{code}}"

    @routes.get(
        path,
        operation_id=f"get_registry_{one}",
        description=f"Get an entry of `{kind}` with its version and its uses. The ETag is its version.",
        response_model=ManagedEntry,
        responses=READ_RESPONSES,
    )
    async def get_entry(
        parts: Parts, by: CurrentPrincipal, code: EntryCode, params: Annotated[UnitParams, Query()]
    ) -> Response:
        found = await service.read_entry(parts.database, by, kind, code, params.valid_from)
        return versioned_response(StoredResponse(200, found.model_dump_json().encode(), found.version))

    async def put_entry(
        parts: Parts,
        by: CurrentPrincipal,
        code: EntryCode,
        body: BaseModel,
        if_match: IfMatch = None,
        idempotency_key: IdempotencyKeyHeader = None,
    ) -> Response:
        version = parse_if_match(if_match)
        return versioned_response(
            await service.put_entry(parts.database, by, kind, code, body, version, idempotency_key)
        )

    async def change_entry(
        parts: Parts,
        by: CurrentPrincipal,
        code: EntryCode,
        params: Annotated[UnitParams, Query()],
        body: BaseModel,
        if_match: IfMatch = None,
        idempotency_key: IdempotencyKeyHeader = None,
    ) -> Response:
        members = body.model_dump(mode="json", exclude_unset=True)
        version = parse_if_match(if_match)
        answer = await service.patch_entry(
            parts.database, by, kind, code, params.valid_from, members, version, idempotency_key
        )
        return versioned_response(answer)

    put_entry.__annotations__["body"] = model
    change_entry.__annotations__["body"] = patch
    described: tuple[tuple[str, Callable[..., Awaitable[Response]], str, str], ...] = (
        (
            "PUT",
            put_entry,
            f"put_{one}",
            f"Create an entry of `{kind}`, or replace all its members; then `If-Match` is required. The code is that "
            "of the address and never changes.",
        ),
        ("PATCH", change_entry, f"patch_{one}", f"Change members of an entry of `{kind}`; absent ones stay."),
    )
    for method, endpoint, operation, description in described:
        routes.add_api_route(
            path,
            endpoint,
            methods=[method],
            operation_id=operation,
            description=f"{description} Requires the scope `admin`.",
            response_model=ManagedEntry,
            responses=_ERRORS,
        )


def _add_verb_route(verb: str, spec: service.EntryVerb) -> None:
    async def run_verb(
        parts: Parts,
        by: CurrentPrincipal,
        kind: ListName,
        code: EntryCode,
        params: Annotated[UnitParams, Query()],
        body: BaseModel,
        if_match: IfMatch = None,
        idempotency_key: IdempotencyKeyHeader = None,
    ) -> Response:
        answer = await service.run_registry_verb(
            parts.database,
            by,
            verb,
            kind,
            code,
            params.valid_from,
            body,
            parse_if_match(if_match),
            idempotency_key,
        )
        return versioned_response(answer)

    run_verb.__annotations__["body"] = spec.body
    routes.add_api_route(
        f"/{{list}}/{{code}}/{verb}",
        run_verb,
        methods=["POST"],
        operation_id=f"{verb}_registry_entry",
        description=f"{spec.description} Requires the scope `admin`.",
        response_model=ManagedEntry,
        responses=_ERRORS,
    )


for _kind, _model in ENTRY_MODELS.items():
    _add_entry_routes(_kind, _model)
for _verb, _spec in service.ENTRY_VERBS.items():
    _add_verb_route(_verb, _spec)
