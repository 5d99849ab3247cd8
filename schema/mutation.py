"""The mutations: one for each verb of an editor, the same function behind it as behind REST's address."""

import inspect
from collections.abc import Awaitable, Callable
from typing import Annotated, Any, Optional, get_origin
from uuid import UUID

import strawberry
from pydantic import BaseModel, Field, create_model
from pydantic.fields import FieldInfo

from hub.auth.principal import Principal
from hub.domain.types import UpdateType
from hub.errors import HubError
from hub.manage import service
from hub.manage.commands import SCOPES, Act
from hub.manage.idempotency import Answer
from hub.manage.views import NewDocument
from hub.state import State
from schema.arguments import read
from schema.context import Context
from schema.derive import graphql_type
from schema.enums import plain, twin
from schema.mutation_results import DocumentResult, done, refused

Info = strawberry.Info[Context, None]
Write = Callable[[State, Principal, Any, Any], Awaitable[Answer]]

NAMES: dict[Act, str] = {
    Act.create: "create_document",
    Act.save: "save_edition",
    Act.submit: "submit_edition",
    Act.send_back: "return_edition",
    Act.approve: "approve_edition",
    Act.schedule: "schedule_edition",
    Act.publish: "publish_edition",
    Act.discard: "discard_edition",
    Act.correct: "correct_edition",
    Act.withdraw: "withdraw_document",
    Act.restore: "restore_document",
    Act.redirect: "redirect_document",
    Act.gone: "mark_document_gone",
}
"""What each verb is called here, before camelCase."""

CONTENT = (
    "The content as its kind wants it (nội dung): the JSON object that REST takes, names in snake_case. A large one "
    "goes into a variable, which the limits of a query do not count."
)


class Once(BaseModel):
    """What every mutation takes."""

    idempotency_key: str | None = Field(
        None,
        min_length=1,
        max_length=128,
        description="Any text of your own (khóa chống lặp); a repeated mutation gets the first result and does "
        "nothing. Kept for a day, and the same for REST's `Idempotency-Key`.",
    )


class Existing(Once):
    """What every mutation of an existing document takes."""

    id: UUID = Field(description="The document's UUID.")
    version: int | None = Field(
        None,
        description="The `version` of the document that this change was made from (phiên bản đã đọc). Without it the "
        "mutation is refused with `version_required`; when the document changed meanwhile, with `version_stale`.",
    )


def _mutation(act: Act, body: type[BaseModel], around: type[Once], said: str, write: Write) -> Any:
    """A field of `Mutation`: its arguments are the fields of both models, and `write` gets both validated."""
    fields = around.model_fields | body.model_fields
    # Both at once, so that a refusal names all that is wrong.
    both = create_model(f"{body.__name__}Arguments", __base__=(body, around))

    async def resolver(info: Info, **given: Any) -> dict[str, Any]:
        try:
            by = await info.context.editor()
            values = {name: plain(value) for name, value in given.items() if value not in (None, strawberry.UNSET)}
            asked = read(both, values)
            words = body.model_validate({name: values[name] for name in body.model_fields if name in values})
            return done(await write(info.context.parts, by, words, asked))
        except HubError as refusal:
            return refused(refusal)

    info = inspect.Parameter("info", inspect.Parameter.KEYWORD_ONLY, annotation=strawberry.Info)
    parameters = sorted((_parameter(name, field) for name, field in fields.items()), key=_place)
    resolver.__signature__ = inspect.Signature([info, *parameters])  # type: ignore[attr-defined]
    description = f"{said} Needs the scope `{SCOPES[act]}`."
    return strawberry.field(resolver=resolver, graphql_type=DocumentResult, description=description)


def _place(parameter: inspect.Parameter) -> int:
    """Which document and version first, then what is required, the idempotency key last."""
    if parameter.default is inspect.Parameter.empty:
        return 0 if parameter.name == "id" else 2
    return {"version": 1, "idempotency_key": 4}.get(parameter.name, 3)


def _parameter(name: str, field: FieldInfo) -> inspect.Parameter:
    annotation: Any = strawberry.ID if name == "id" else graphql_type(name, field.annotation)
    default = inspect.Parameter.empty if field.is_required() else field.default
    if default is None:
        default = strawberry.UNSET
    if isinstance(default, UpdateType):
        default = twin(UpdateType)(default.value)
    if not field.is_required() and get_origin(annotation) is None:
        annotation = Optional[annotation]  # noqa: UP045 - NewTypes have no `|` for Strawberry
    description = CONTENT if name == "content" else field.description
    return inspect.Parameter(
        name,
        inspect.Parameter.KEYWORD_ONLY,
        default=default,
        annotation=Annotated[annotation, strawberry.argument(description=description)],
    )


async def _create(parts: State, by: Principal, words: NewDocument, asked: Once) -> Answer:
    return await service.create(parts, by, words, asked.idempotency_key)


def _take(act: Act) -> Write:
    async def write(parts: State, by: Principal, words: BaseModel, asked: Existing) -> Answer:
        return await service.take(parts, by, act, asked.id, asked.version, words, asked.idempotency_key)

    return write


def _mutations() -> Any:
    """The root type, with one field for each verb."""
    said = (
        "What editors do (biên tập), each with `Authorization: Bearer <key>`: only by POST, one after the other, each "
        "in a transaction of its own; no cache keeps the answer. A refusal is part of the result and changes nothing."
    )
    first = (
        "Create a document with its first working edition (tạo tài liệu). Nothing of it is public before publishing."
    )
    fields = {NAMES[Act.create]: _mutation(Act.create, NewDocument, Once, first, _create)}
    for act, step in service.STEPS.items():
        fields[NAMES[act]] = _mutation(act, step.body, Existing, step.said, _take(act))
    return strawberry.type(
        type("Mutation", (), {"__module__": __name__, "__doc__": said, **fields}), name="Mutation", description=said
    )


Mutation: Any = _mutations()
