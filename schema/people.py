"""Persons and keys in GraphQL: lists below `manage`, and mutations. Requires the scope `admin`."""

from collections.abc import Awaitable, Callable
from typing import Any
from uuid import UUID

import strawberry
from pydantic import BaseModel, Field
from pydantic.fields import FieldInfo

from hub.auth.principal import Principal
from hub.manage.idempotency import StoredResponse
from hub.people.commands import PeopleManager
from hub.people.queries import (
    cursor_of,
    keys_digest,
    list_managed_keys,
    list_persons,
    persons_digest,
    read_key,
    read_person,
)
from hub.people.routes import run_people_command
from hub.people.views import (
    KeyChange,
    KeyParams,
    KeyRotation,
    KeyView,
    KeyWithSecret,
    NewKey,
    NewPerson,
    PersonChange,
    PersonParams,
    PersonView,
)
from hub.web.parameters import NoParams
from schema.arguments import query_field
from schema.commands import command_field
from schema.connections import connection_type, to_connection
from schema.context import Context
from schema.derive import view_type

Info = strawberry.Info[Context, None]

People: Any = connection_type(view_type(PersonView), "persons, newest first (người của cơ quan)")
Keys: Any = connection_type(view_type(KeyView), "keys, newest first (khóa)")


async def _resolve_people(info: Info, params: PersonParams) -> dict[str, Any]:
    by = await info.context.require_editor()
    async with info.context.parts.database.read() as connection:
        page = await list_persons(connection, by, params)
    return _connection(page, persons_digest(params), params.cursor)


async def _resolve_keys(info: Info, params: KeyParams) -> dict[str, Any]:
    by = await info.context.require_editor()
    async with info.context.parts.database.read() as connection:
        page = await list_managed_keys(connection, by, params)
    return _connection(page, keys_digest(params), params.cursor)


class OnePersonArguments(NoParams):
    id: UUID = Field(description="UUID of the person.")


class OneKeyArguments(NoParams):
    id: str = Field(max_length=32, description="Public id of the key.")


async def _resolve_person(info: Info, params: OnePersonArguments) -> dict[str, Any]:
    by = await info.context.require_editor()
    async with info.context.parts.database.read() as connection:
        return (await read_person(connection, by, params.id)).model_dump(mode="json")


async def _resolve_key(info: Info, params: OneKeyArguments) -> dict[str, Any]:
    by = await info.context.require_editor()
    async with info.context.parts.database.read() as connection:
        return (await read_key(connection, by, params.id)).model_dump(mode="json")


def _connection(page: Any, name: str, after: str | None) -> dict[str, Any]:
    edges = ({"cursor": cursor_of(name, item), "node": item.model_dump(mode="json")} for item in page.items)
    return to_connection(edges, after=after, next_cursor=page.next)


PEOPLE_FIELDS: dict[str, Any] = {
    "people": query_field(
        PersonParams,
        People,
        "Persons of your agencies, newest first (người của cơ quan). Requires the scope `admin`.",
        _resolve_people,
    ),
    "keys": query_field(
        KeyParams,
        Keys,
        "Keys of your agencies with their last use, newest first (khóa). Requires the scope `admin`.",
        _resolve_keys,
    ),
    "person": query_field(
        OnePersonArguments,
        view_type(PersonView),
        "A person of your agencies (một người). Requires the scope `admin`.",
        _resolve_person,
    ),
    "key": query_field(
        OneKeyArguments,
        view_type(KeyView),
        "A key of your agencies, without its secret (một khóa). Requires the scope `admin`.",
        _resolve_key,
    ),
}
"""Fields of `Manage`."""

Run = Callable[[PeopleManager, Any, Any], Awaitable[BaseModel]]


def _command(
    verb: str,
    body: type[BaseModel] | None,
    result: type[BaseModel],
    summary: str,
    run: Run,
    target: FieldInfo | None = None,
) -> Any:
    async def write(
        context: Context, by: Principal, changed: Any, content: BaseModel | None, key: str | None
    ) -> StoredResponse:
        return await run_people_command(
            context.parts, by, verb, changed, content, key, lambda people: run(people, changed, content)
        )

    return command_field(body, result, f"{summary} Requires the scope `admin`.", write, target=target)


_PERSON = FieldInfo.from_annotated_attribute(UUID, Field(description="UUID of the person."))
_KEY = FieldInfo.from_annotated_attribute(str, Field(max_length=32, description="Public id of the key."))

PEOPLE_MUTATIONS: dict[str, Any] = {
    "create_person": _command(
        "person-create",
        NewPerson,
        PersonView,
        "Create a person of one of your agencies (thêm người).",
        lambda people, _, body: people.create_person(body),
    ),
    "change_person": _command(
        "person-change",
        PersonChange,
        PersonView,
        "Change name, staff subject or e-mail address of a person.",
        lambda people, changed, body: people.change_person(changed, body),
        _PERSON,
    ),
    "end_person": _command(
        "person-end",
        None,
        PersonView,
        "End a person with all keys, at once (cho nghỉ).",
        lambda people, changed, _: people.end_person(changed),
        _PERSON,
    ),
    "create_key": _command(
        "key-create",
        NewKey,
        KeyWithSecret,
        "Create a key of a person within your own rights (cấp khóa); it is shown only in this result.",
        lambda people, _, body: people.create_key(body),
    ),
    "change_key": _command(
        "key-change",
        KeyChange,
        KeyView,
        "Limit a key; what is added must be yours (giới hạn khóa).",
        lambda people, changed, body: people.change_key(changed, body),
        _KEY,
    ),
    "rotate_key": _command(
        "key-rotate",
        KeyRotation,
        KeyWithSecret,
        "Replace a key by a new one with the same rights, shown only in this result (đổi khóa).",
        lambda people, changed, body: people.rotate_key(changed, body),
        _KEY,
    ),
    "end_key": _command(
        "key-end",
        None,
        KeyView,
        "End a key, at once and everywhere (thu khóa).",
        lambda people, changed, _: people.end_key(changed),
        _KEY,
    ),
}
"""Fields of `Mutation`."""
