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
from hub.manage.commands import SCOPES, EditorAction
from hub.manage.idempotency import StoredResponse
from hub.manage.views import NewDocument
from hub.state import AppState
from schema.arguments import parse_arguments
from schema.context import Context
from schema.derive import graphql_type
from schema.enums import graphql_enum, plain_value
from schema.mutation_results import DocumentResult, document_result, refusal_result

Info = strawberry.Info[Context, None]
WriteCommand = Callable[[AppState, Principal, Any, Any], Awaitable[StoredResponse]]

MUTATION_NAMES: dict[EditorAction, str] = {
    EditorAction.create: "create_document",
    EditorAction.save: "save_edition",
    EditorAction.submit: "submit_edition",
    EditorAction.send_back: "return_edition",
    EditorAction.approve: "approve_edition",
    EditorAction.schedule: "schedule_edition",
    EditorAction.publish: "publish_edition",
    EditorAction.discard: "discard_edition",
    EditorAction.correct: "correct_edition",
    EditorAction.withdraw: "withdraw_document",
    EditorAction.restore: "restore_document",
    EditorAction.redirect: "redirect_document",
    EditorAction.gone: "mark_document_gone",
}
"""What each verb is called here, before camelCase."""

CONTENT_DESCRIPTION = (
    "The content as its kind wants it (nội dung): the JSON object that REST takes, names in snake_case. A large one "
    "goes into a variable, which the limits of a query do not count."
)


class IdempotentArguments(BaseModel):
    """What every mutation takes."""

    idempotency_key: str | None = Field(
        None,
        min_length=1,
        max_length=128,
        description="Any text of your own (khóa chống lặp); a repeated mutation gets the first result and does "
        "nothing. Kept for a day, and the same for REST's `Idempotency-Key`.",
    )


class ExistingDocumentArguments(IdempotentArguments):
    """What every mutation of an existing document takes."""

    id: UUID = Field(description="The document's UUID.")
    version: int | None = Field(
        None,
        description="The `version` of the document that this change was made from (phiên bản đã đọc). Without it the "
        "mutation is refused with `version_required`; when the document changed meanwhile, with `version_stale`.",
    )


def _mutation_field(
    act: EditorAction, body: type[BaseModel], envelope: type[IdempotentArguments], summary: str, write: WriteCommand
) -> Any:
    """A field of `Mutation`: its arguments are the fields of both models, and `write` gets both validated."""
    fields = envelope.model_fields | body.model_fields
    # Both at once, so that a refusal names all that is wrong.
    both = create_model(f"{body.__name__}Arguments", __base__=(body, envelope))

    async def resolver(info: Info, **given: Any) -> dict[str, Any]:
        try:
            by = await info.context.require_editor()
            values = {
                name: plain_value(value) for name, value in given.items() if value not in (None, strawberry.UNSET)
            }
            asked = parse_arguments(both, values)
            words = body.model_validate({name: values[name] for name in body.model_fields if name in values})
            return document_result(await write(info.context.parts, by, words, asked))
        except HubError as refusal:
            return refusal_result(refusal)

    info = inspect.Parameter("info", inspect.Parameter.KEYWORD_ONLY, annotation=strawberry.Info)
    parameters = sorted((_parameter(name, field) for name, field in fields.items()), key=_argument_order)
    resolver.__signature__ = inspect.Signature([info, *parameters])  # type: ignore[attr-defined]
    description = f"{summary} Needs the scope `{SCOPES[act]}`."
    return strawberry.field(resolver=resolver, graphql_type=DocumentResult, description=description)


def _argument_order(parameter: inspect.Parameter) -> int:
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
        default = graphql_enum(UpdateType)(default.value)
    if not field.is_required() and get_origin(annotation) is None:
        annotation = Optional[annotation]  # noqa: UP045 - NewTypes have no `|` for Strawberry
    description = CONTENT_DESCRIPTION if name == "content" else field.description
    return inspect.Parameter(
        name,
        inspect.Parameter.KEYWORD_ONLY,
        default=default,
        annotation=Annotated[annotation, strawberry.argument(description=description)],
    )


async def _create_document(
    parts: AppState, by: Principal, words: NewDocument, asked: IdempotentArguments
) -> StoredResponse:
    return await service.create(parts, by, words, asked.idempotency_key)


def _action_command(act: EditorAction) -> WriteCommand:
    async def write(
        parts: AppState, by: Principal, words: BaseModel, asked: ExistingDocumentArguments
    ) -> StoredResponse:
        return await service.execute(parts, by, act, asked.id, asked.version, words, asked.idempotency_key)

    return write


def _build_mutation() -> Any:
    """The root type, with one field for each verb."""
    said = (
        "What editors do (biên tập), each with `Authorization: Bearer <key>`: only by POST, one after the other, each "
        "in a transaction of its own; no cache keeps the answer. A refusal is part of the result and changes nothing."
    )
    first = (
        "Create a document with its first working edition (tạo tài liệu). Nothing of it is public before publishing."
    )
    fields = {
        MUTATION_NAMES[EditorAction.create]: _mutation_field(
            EditorAction.create, NewDocument, IdempotentArguments, first, _create_document
        )
    }
    for act, step in service.ACTION_SPECS.items():
        fields[MUTATION_NAMES[act]] = _mutation_field(
            act, step.body, ExistingDocumentArguments, step.description, _action_command(act)
        )
    return strawberry.type(
        type("Mutation", (), {"__module__": __name__, "__doc__": said, **fields}), name="Mutation", description=said
    )


Mutation: Any = _build_mutation()
