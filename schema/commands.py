"""Mutations that answer with something else than a document: built from the models that REST validates with."""

import inspect
from collections.abc import Awaitable, Callable
from typing import Annotated, Any, Optional, Union, get_origin

import strawberry
from pydantic import BaseModel, create_model
from pydantic.fields import FieldInfo

from hub.auth.principal import Principal
from hub.errors import HubError
from hub.manage.idempotency import StoredResponse
from hub.web.private_requests import mark_private
from schema.arguments import parse_arguments
from schema.context import Context
from schema.derive import view_type
from schema.inputs import input_annotation, plain_input
from schema.mutation_results import Refusal, refusal_result, stored_result

Info = strawberry.Info[Context, None]
Write = Callable[[Context, Principal, Any, Any, str | None], Awaitable[StoredResponse]]
"""Runs a command with context, principal, the id of what it changes, the validated body and the idempotency key."""

IDEMPOTENCY_KEY = (
    "Idempotency key of your choice (khóa chống lặp): a repeated mutation returns the first result and changes "
    "nothing. Stored for one day and shared with REST's `Idempotency-Key`."
)
_results: dict[type[BaseModel], Any] = {}


def command_result(model: type[BaseModel]) -> Any:
    """The union of a result and `Refusal`."""
    if model not in _results:
        made = view_type(model)
        name = f"{made.__strawberry_definition__.name}Result"
        _results[model] = Annotated[
            Union[made, Refusal],  # noqa: UP007 - types made at run time
            strawberry.union(
                name, description="The result of the mutation, or the refusal if nothing was changed (kết quả)."
            ),
        ]
    return _results[model]


def command_field(
    body: type[BaseModel] | None,
    result: type[BaseModel],
    summary: str,
    write: Write,
    *,
    target: FieldInfo | None = None,
    private: bool = False,
) -> Any:
    """Build a field of `Mutation` whose arguments are the members of `body`, and `id` for what it changes.

    With `private` its requests are marked as those of its twin in REST are.
    """
    fields: dict[str, FieldInfo] = {"id": target} if target is not None else {}
    fields |= dict(body.model_fields) if body is not None else {}
    envelope: dict[str, Any] = {"id": (target.annotation, target)} if target is not None else {}
    envelope["idempotency_key"] = (str | None, None)
    bases = (body,) if body is not None else (BaseModel,)
    both = create_model(f"{(body or result).__name__}Command{len(fields)}", __base__=bases, **envelope)

    async def resolver(info: Info, **given: Any) -> dict[str, Any]:
        if private:
            mark_private()
        try:
            by = await info.context.require_editor()
            values = {name: plain_input(value) for name, value in given.items() if value is not strawberry.UNSET}
            arguments: Any = parse_arguments(both, values)
            mine = {name: values[name] for name in body.model_fields if name in values} if body is not None else {}
            content = body.model_validate(mine) if body is not None else None
            key = arguments.idempotency_key
            return stored_result(await write(info.context, by, getattr(arguments, "id", None), content, key))
        except HubError as refusal:
            return refusal_result(refusal, info.context.problem_writer)

    parameters = [_parameter(name, field) for name, field in fields.items()]
    parameters.sort(key=lambda parameter: parameter.default is not inspect.Parameter.empty)
    key = inspect.Parameter(
        "idempotency_key",
        inspect.Parameter.KEYWORD_ONLY,
        default=strawberry.UNSET,
        annotation=Annotated[Optional[str], strawberry.argument(description=IDEMPOTENCY_KEY)],  # noqa: UP045
    )
    info = inspect.Parameter("info", inspect.Parameter.KEYWORD_ONLY, annotation=strawberry.Info)
    resolver.__signature__ = inspect.Signature([info, *parameters, key])  # type: ignore[attr-defined]
    return strawberry.field(resolver=resolver, graphql_type=command_result(result) | None, description=summary)


def _parameter(name: str, field: FieldInfo) -> inspect.Parameter:
    annotation: Any = input_annotation(name, field.annotation)
    is_required = field.is_required()
    if not is_required and get_origin(annotation) is not Union:
        annotation = Optional[annotation]  # noqa: UP045 - NewTypes have no `|` for Strawberry
    return inspect.Parameter(
        name,
        inspect.Parameter.KEYWORD_ONLY,
        default=inspect.Parameter.empty if is_required else strawberry.UNSET,
        annotation=Annotated[annotation, strawberry.argument(description=field.description)],
    )
