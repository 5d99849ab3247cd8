"""The mutations: one for each action of an editor, which calls the same function as REST's endpoint."""

import inspect
from collections.abc import Awaitable, Callable
from typing import Annotated, Any, Optional, cast, get_origin
from uuid import UUID

import strawberry
from pydantic import BaseModel, Field, create_model
from pydantic.fields import FieldInfo

from hub.auth.principal import Principal
from hub.domain.types import UpdateType
from hub.errors import HubError
from hub.manage import service
from hub.manage.actions import SCOPES, EditorAction
from hub.manage.idempotency import StoredResponse
from hub.manage.views import NewDocument
from hub.state import AppState
from schema.arguments import parse_arguments
from schema.channels import CHANNEL_MUTATIONS
from schema.comment_places import COMMENT_PLACE_MUTATIONS
from schema.comments import COMMENT_MUTATIONS
from schema.consultation_answers import ANSWER_MUTATIONS
from schema.consultation_bodies import BODY_MUTATIONS
from schema.consultations import CONSULTATION_MUTATIONS
from schema.contents import ContentInput, GivenContent
from schema.context import Context
from schema.enums import graphql_enum, plain_value
from schema.inputs import input_annotation
from schema.moderation import MODERATION_MUTATIONS
from schema.mutation_results import DocumentResult, document_result, refusal_result
from schema.naming import MUTATION_NAMES
from schema.people import PEOPLE_MUTATIONS
from schema.press_inquiries import PRESS_INQUIRY_MUTATIONS
from schema.registry_admin import REGISTRY_MUTATIONS
from schema.worklist import WORKLIST_MUTATIONS

Info = strawberry.Info[Context, None]
WriteCommand = Callable[[AppState, Principal, Any, Any, str | None], Awaitable[StoredResponse]]
"""Runs an action with the validated body and arguments, and the kind of the content that was given."""

CONTENT_DESCRIPTION = "Content (nội dung), as the member of `ContentInput` that is the document's kind."


class IdempotentArguments(BaseModel):
    """Arguments of every mutation."""

    idempotency_key: str | None = Field(
        None,
        min_length=1,
        max_length=128,
        description="Idempotency key of your choice (khóa chống lặp): a repeated mutation returns the first result and "
        "changes nothing. Stored for one day and shared with REST's `Idempotency-Key`.",
    )


class ExistingDocumentArguments(IdempotentArguments):
    """Arguments of every mutation of an existing document."""

    id: UUID = Field(description="UUID of the document.")
    version: int | None = Field(
        None,
        description="The `version` of the document that this change is based on (phiên bản đã đọc). Without it the "
        "mutation is refused with `version_required`; if the document has changed since, with `version_stale`.",
    )


def _mutation_field(
    action: EditorAction, body: type[BaseModel], envelope: type[IdempotentArguments], summary: str, write: WriteCommand
) -> Any:
    """Build a field of `Mutation`: its arguments are the fields of both models, and `write` gets both validated.

    The kind of a new document is that of its content.
    """
    fields = {name: field for name, field in (envelope.model_fields | body.model_fields).items() if name != "kind"}
    # Validated together, so that a refusal lists all errors.
    both = create_model(f"{body.__name__}Arguments", __base__=(body, envelope))

    async def resolver(info: Info, **given: Any) -> dict[str, Any]:
        try:
            by = await info.context.require_editor()
            values = {
                name: plain_value(value) for name, value in given.items() if value not in (None, strawberry.UNSET)
            }
            kind = None
            if "content" in values:
                kind, values["content"] = cast(GivenContent, values["content"])
                values |= {"kind": kind} if "kind" in body.model_fields else {}
            arguments = parse_arguments(both, values)
            content = body.model_validate({name: values[name] for name in body.model_fields if name in values})
            return document_result(await write(info.context.parts, by, content, arguments, kind))
        except HubError as refusal:
            return refusal_result(refusal, info.context.problem_writer)

    info = inspect.Parameter("info", inspect.Parameter.KEYWORD_ONLY, annotation=strawberry.Info)
    parameters = sorted((_parameter(name, field) for name, field in fields.items()), key=_argument_order)
    resolver.__signature__ = inspect.Signature([info, *parameters])  # type: ignore[attr-defined]
    description = f"{summary} Requires the scope `{SCOPES[action]}`."
    return strawberry.field(resolver=resolver, graphql_type=DocumentResult | None, description=description)


def _argument_order(parameter: inspect.Parameter) -> int:
    """Sort the document and its version first, then required arguments, the idempotency key last."""
    if parameter.default is inspect.Parameter.empty:
        return 0 if parameter.name == "id" else 2
    return {"version": 1, "idempotency_key": 4}.get(parameter.name, 3)


def _parameter(name: str, field: FieldInfo) -> inspect.Parameter:
    annotation: Any = ContentInput if name == "content" else input_annotation(name, field.annotation)
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
    parts: AppState, by: Principal, content: NewDocument, arguments: IdempotentArguments, _kind: str | None
) -> StoredResponse:
    return await service.create(parts, by, content, arguments.idempotency_key)


def _action_command(action: EditorAction) -> WriteCommand:
    async def write(
        parts: AppState, by: Principal, content: BaseModel, arguments: ExistingDocumentArguments, kind: str | None
    ) -> StoredResponse:
        return await service.execute(
            parts, by, action, arguments.id, arguments.version, content, arguments.idempotency_key, kind=kind
        )

    return write


def _build_mutation() -> Any:
    """Build the root type, with one field for each action."""
    description = (
        "Actions of editors (biên tập). They require `Authorization: Bearer <key>`, are accepted only by POST, and run "
        "one after the other, each in its own transaction; responses are never cached. A refusal is part of the result "
        "and changes nothing."
    )
    create_summary = (
        "Create a document with its first working edition (tạo tài liệu). Nothing is public before it is published."
    )
    fields = {
        MUTATION_NAMES[EditorAction.create]: _mutation_field(
            EditorAction.create, NewDocument, IdempotentArguments, create_summary, _create_document
        )
    }
    for action, spec in service.ACTION_SPECS.items():
        fields[MUTATION_NAMES[action]] = _mutation_field(
            action, spec.body, ExistingDocumentArguments, spec.description, _action_command(action)
        )
    fields |= CONSULTATION_MUTATIONS | MODERATION_MUTATIONS | PEOPLE_MUTATIONS | REGISTRY_MUTATIONS | WORKLIST_MUTATIONS
    fields |= PRESS_INQUIRY_MUTATIONS | COMMENT_PLACE_MUTATIONS | CHANNEL_MUTATIONS
    fields |= PRESS_INQUIRY_MUTATIONS | COMMENT_PLACE_MUTATIONS | COMMENT_MUTATIONS
    fields |= PRESS_INQUIRY_MUTATIONS | ANSWER_MUTATIONS | BODY_MUTATIONS
    return strawberry.type(
        type("Mutation", (), {"__module__": __name__, "__doc__": description, **fields}),
        name="Mutation",
        description=description,
    )


Mutation: Any = _build_mutation()
