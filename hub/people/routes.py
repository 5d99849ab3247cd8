"""REST of persons and keys, under `/api/v1/manage/people` and `/api/v1/manage/keys`. Requires the scope `admin`."""

from collections.abc import Awaitable, Callable
from typing import Annotated
from uuid import UUID

from fastapi import Path, Query
from pydantic import BaseModel
from starlette.responses import Response

from hub.auth.http import CurrentPrincipal
from hub.auth.principal import Principal
from hub.errors import IdempotencyMismatch, UnknownReference
from hub.manage.http import (
    LIST_RESPONSES,
    READ_RESPONSES,
    WRITE_RESPONSES,
    IdempotencyKeyHeader,
    NoBody,
    NoQuery,
    run_command_once,
    sent_members,
    stored_response,
)
from hub.manage.idempotency import StoredResponse
from hub.people import views
from hub.people.commands import PeopleManager
from hub.people.queries import list_managed_keys, list_persons, read_key, read_person
from hub.state import AppState, Parts
from hub.web.problems import merge_responses, problem_responses
from hub.web.responses import no_store_response
from hub.web.router import HubRouter

routes = HubRouter(prefix="/api/v1/manage", tags=["People and keys"])

PersonId = Annotated[UUID, Path(description="UUID of the person.")]
KeyId = Annotated[str, Path(max_length=32, description="Public id of the key: the twelve characters after `hub_`.")]

_ONCE = problem_responses(IdempotencyMismatch, UnknownReference)
_CREATE = merge_responses(WRITE_RESPONSES, _ONCE)
_WRITE = merge_responses(WRITE_RESPONSES, _ONCE)
SECRETS = frozenset({"key"})


async def run_people_command(
    parts: AppState,
    by: Principal,
    verb: str,
    target: object,
    body: BaseModel | None,
    idempotency_key: str | None,
    work: Callable[[PeopleManager], Awaitable[BaseModel]],
    status: int = 200,
) -> StoredResponse:
    """Run a command of an administrator once for the idempotency key, over REST and GraphQL alike."""
    secrets = SECRETS if verb in ("key-create", "key-rotate") else frozenset[str]()
    return await run_command_once(
        parts,
        by,
        idempotency_key,
        (verb, target, sent_members(body)),
        lambda session: work(PeopleManager(session, by)),
        status=status,
        secrets=secrets,
    )


@routes.get("/people", operation_id="list_people", response_model=views.PersonPage, responses=LIST_RESPONSES)
async def get_people(parts: Parts, by: CurrentPrincipal, params: Annotated[views.PersonParams, Query()]) -> Response:
    """List the persons of your agencies (người của cơ quan), newest first. Requires the scope `admin`."""
    async with parts.database.read() as connection:
        return no_store_response(await list_persons(connection, by, params))


@routes.post(
    "/people", operation_id="create_person", status_code=201, response_model=views.PersonView, responses=_CREATE
)
async def create_person(
    parts: Parts, by: CurrentPrincipal, body: views.NewPerson, idempotency_key: IdempotencyKeyHeader = None
) -> Response:
    """Create a person of one of your agencies. Requires the scope `admin`.

    Where the four-eyes rule asks for a second person, keys of a person that you created count as yours, too.
    """
    return stored_response(
        await run_people_command(
            parts, by, "person-create", None, body, idempotency_key, lambda people: people.create_person(body), 201
        )
    )


@routes.get("/people/{id}", operation_id="get_person", response_model=views.PersonView, responses=READ_RESPONSES)
async def get_person(parts: Parts, by: CurrentPrincipal, id: PersonId, _: NoQuery) -> Response:  # noqa: A002 - the public name
    """Get a person of your agencies. Requires the scope `admin`."""
    async with parts.database.read() as connection:
        return no_store_response(await read_person(connection, by, id))


@routes.patch("/people/{id}", operation_id="change_person", response_model=views.PersonView, responses=_WRITE)
async def change_person(
    parts: Parts,
    by: CurrentPrincipal,
    id: PersonId,  # noqa: A002
    body: views.PersonChange,
    idempotency_key: IdempotencyKeyHeader = None,
) -> Response:
    """Change name, staff subject or e-mail address. Requires the scope `admin`."""
    return stored_response(
        await run_people_command(
            parts, by, "person-change", id, body, idempotency_key, lambda people: people.change_person(id, body)
        )
    )


@routes.post("/people/{id}/end", operation_id="end_person", response_model=views.PersonView, responses=_WRITE)
async def end_person(
    parts: Parts,
    by: CurrentPrincipal,
    id: PersonId,  # noqa: A002
    _: NoBody = None,
    idempotency_key: IdempotencyKeyHeader = None,
) -> Response:
    """End a person: all keys are refused from now on, and staff tokens with the same subject. Requires `admin`."""
    return stored_response(
        await run_people_command(
            parts, by, "person-end", id, None, idempotency_key, lambda people: people.end_person(id)
        )
    )


@routes.get("/keys", operation_id="list_keys", response_model=views.KeyPage, responses=LIST_RESPONSES)
async def get_keys(parts: Parts, by: CurrentPrincipal, params: Annotated[views.KeyParams, Query()]) -> Response:
    """List the keys of your agencies (khóa), newest first, with their last use. Requires the scope `admin`."""
    async with parts.database.read() as connection:
        return no_store_response(await list_managed_keys(connection, by, params))


@routes.post("/keys", operation_id="create_key", status_code=201, response_model=views.KeyWithSecret, responses=_CREATE)
async def create_key(
    parts: Parts, by: CurrentPrincipal, body: views.NewKey, idempotency_key: IdempotencyKeyHeader = None
) -> Response:
    """Create a key of a person; it is shown only in this answer. Requires the scope `admin`.

    Its scopes, agencies and life lie within those of your own key.
    """
    return stored_response(
        await run_people_command(
            parts, by, "key-create", None, body, idempotency_key, lambda people: people.create_key(body), 201
        )
    )


@routes.get("/keys/{id}", operation_id="get_key", response_model=views.KeyView, responses=READ_RESPONSES)
async def get_key(parts: Parts, by: CurrentPrincipal, id: KeyId, _: NoQuery) -> Response:  # noqa: A002
    """Get a key of your agencies, without its secret. Requires the scope `admin`."""
    async with parts.database.read() as connection:
        return no_store_response(await read_key(connection, by, id))


@routes.patch("/keys/{id}", operation_id="change_key", response_model=views.KeyView, responses=_WRITE)
async def change_key(
    parts: Parts,
    by: CurrentPrincipal,
    id: KeyId,  # noqa: A002
    body: views.KeyChange,
    idempotency_key: IdempotencyKeyHeader = None,
) -> Response:
    """Limit a key to fewer scopes or agencies or a shorter life; what you add must be yours. Requires `admin`."""
    return stored_response(
        await run_people_command(
            parts, by, "key-change", id, body, idempotency_key, lambda people: people.change_key(id, body)
        )
    )


@routes.post("/keys/{id}/rotate", operation_id="rotate_key", response_model=views.KeyWithSecret, responses=_WRITE)
async def rotate_key(
    parts: Parts,
    by: CurrentPrincipal,
    id: KeyId,  # noqa: A002
    body: views.KeyRotation | None = None,
    idempotency_key: IdempotencyKeyHeader = None,
) -> Response:
    """Replace a key by a new one with the same rights (đổi khóa), shown only in this answer. Requires `admin`.

    The old key stays valid for some hours. All rights of the key must be yours, because you see the new one.
    """
    rotation = body or views.KeyRotation()
    return stored_response(
        await run_people_command(
            parts, by, "key-rotate", id, rotation, idempotency_key, lambda people: people.rotate_key(id, rotation)
        )
    )


@routes.post("/keys/{id}/end", operation_id="end_key", response_model=views.KeyView, responses=_WRITE)
async def end_key(
    parts: Parts,
    by: CurrentPrincipal,
    id: KeyId,  # noqa: A002
    _: NoBody = None,
    idempotency_key: IdempotencyKeyHeader = None,
) -> Response:
    """End a key: it is refused from now on, wherever it is presented (thu khóa). Requires the scope `admin`."""
    return stored_response(
        await run_people_command(parts, by, "key-end", id, None, idempotency_key, lambda people: people.end_key(id))
    )
