"""Arguments of queries, derived from the same parameter models that REST validates with."""

import inspect
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping
from contextlib import aclosing
from datetime import date, datetime
from enum import Enum, EnumMeta
from types import NoneType, UnionType
from typing import Annotated, Any, Optional, TypeVar, Union, get_args, get_origin

import strawberry
from pydantic import BaseModel, ValidationError
from pydantic.fields import FieldInfo

from hub.errors import InvalidInput
from hub.problem_texts.templates import fill
from hub.problem_texts.validation import explain_finding
from schema.derive import is_identifier
from schema.enums import graphql_enum, plain_value
from schema.naming import GRAPHQL_NAMES, argument_name
from schema.scalars import DateText, DateTimeText, PositionText

NOT_IN_GRAPHQL = frozenset({"include", "fields", "facets", "wait"})
"""Parameters that GraphQL does not need: the selection replaces `include`, `fields` and `facets`, and subscriptions
replace `wait`."""

DESCRIPTIONS: Mapping[str, str] = {
    "cursor": "Cursor of an item in this list; the page starts after it.",
    "epoch": "Epoch of the log that the client knows; any other epoch fails with the error `resync`.",
}
_SCALARS: Mapping[Any, Any] = {
    int: int,
    str: str,
    bool: bool,
    date: DateText,
    datetime: DateTimeText,
}

P = TypeVar("P", bound=BaseModel)


def query_field(
    params: type[P],
    returns: Any,
    description: str,
    resolve: Callable[[strawberry.Info[Any, Any], P], Awaitable[Any]],
) -> Any:
    """Build a field whose arguments are the fields of `params`; `resolve` gets them validated.

    The field is nullable, so that its refusal takes nothing from the fields beside it.
    """
    names = _names(params)

    async def resolver(info: strawberry.Info[Any, Any], **given: Any) -> Any:
        return await resolve(info, parse_arguments(params, _values(names, given)))

    resolver.__signature__ = _signature(params, names)  # type: ignore[attr-defined]
    nullable = Optional[returns]  # noqa: UP045 - made at run time
    return strawberry.field(resolver=resolver, graphql_type=nullable, description=description)


def subscription_field(
    params: type[P],
    returns: Any,
    description: str,
    resolve: Callable[[strawberry.Info[Any, Any], P], AsyncGenerator[Any, None]],
) -> Any:
    """Build a field of `Subscription`, as `query_field` does for `Query`."""
    names = _names(params)

    async def resolver(info: strawberry.Info[Any, Any], **given: Any) -> AsyncGenerator[Any, None]:
        async with aclosing(resolve(info, parse_arguments(params, _values(names, given)))) as found:
            async for one in found:
                yield one

    resolver.__signature__ = _signature(params, names, AsyncGenerator[returns, None])  # type: ignore[attr-defined]
    resolver.__annotations__["return"] = AsyncGenerator[returns, None]
    return strawberry.subscription(resolver=resolver, description=description)


def _names(params: type[BaseModel]) -> dict[str, str]:
    return {GRAPHQL_NAMES.get(name, name): name for name in params.model_fields if name not in NOT_IN_GRAPHQL}


def _values(names: Mapping[str, str], given: Mapping[str, Any]) -> dict[str, Any]:
    return {names[name]: plain_value(value) for name, value in given.items() if value not in (None, strawberry.UNSET)}


def _signature(params: type[BaseModel], names: Mapping[str, str], returns: Any = Any) -> inspect.Signature:
    parameters = [_parameter(name, argument, params.model_fields[name]) for argument, name in names.items()]
    info = inspect.Parameter("info", inspect.Parameter.KEYWORD_ONLY, annotation=strawberry.Info)
    return inspect.Signature([info, *sorted(parameters, key=_argument_order)], return_annotation=returns)


def parse_arguments(params: type[P], values: Mapping[str, Any]) -> P:
    """Validate arguments by their model. Raises `InvalidInput` with the names of GraphQL."""
    try:
        return params.model_validate(values)
    except ValidationError as problem:
        errors = [_explain(item) for item in problem.errors(include_url=False, include_input=False)]
        first = errors[0]
        detail = fill("{field}: {detail}", field=first["field"], detail=first["detail"])
        raise InvalidInput(detail, field=first["field"], expected=first.get("expected"), errors=errors) from None


def _explain(finding: Mapping[str, Any]) -> dict[str, str]:
    explained = explain_finding(finding)
    detail = explained.detail
    if explained.member is not None:
        detail = fill("{member}: {detail}", member=explained.member, detail=detail)
    error = {"field": argument_name(".".join(map(str, finding["loc"])) or "arguments"), "detail": detail}
    return error if explained.expected is None else error | {"expected": explained.expected}


def _argument_order(parameter: inspect.Parameter) -> int:
    """Sort required arguments first, paging last."""
    return 0 if parameter.default is inspect.Parameter.empty else 2 if parameter.name in ("first", "after") else 1


def _parameter(name: str, argument: str, field: FieldInfo) -> inspect.Parameter:
    required, default = field.is_required(), field.default
    annotation = _annotation(name, field.annotation)
    if not required and get_origin(annotation) is not Union:
        annotation = Optional[annotation]  # noqa: UP045 - NewTypes have no `|` for Strawberry
    if default is None or default == []:
        default = strawberry.UNSET
    description = DESCRIPTIONS.get(name, field.description)
    if isinstance(default, Enum):
        enum: EnumMeta = type(default)
        default = graphql_enum(enum)(default.value)
    return inspect.Parameter(
        argument,
        inspect.Parameter.KEYWORD_ONLY,
        default=inspect.Parameter.empty if required else default,
        annotation=Annotated[annotation, strawberry.argument(description=description, name=_graphql_keyword(argument))],
    )


def _graphql_keyword(argument: str) -> str | None:
    """Return the GraphQL name of an argument that is a keyword in Python: `from_` is `from`."""
    return argument.removesuffix("_") if argument.endswith("_") else None


def _annotation(name: str, annotation: Any) -> Any:
    if is_identifier(name, annotation):
        return strawberry.ID
    origin, arguments = get_origin(annotation), get_args(annotation)
    if origin is Annotated:
        return _annotation(name, arguments[0])
    if origin in (Union, UnionType):
        (inner,) = (argument for argument in arguments if argument is not NoneType)
        return Optional[_annotation(name, inner)]  # noqa: UP045
    if isinstance(annotation, EnumMeta):
        return graphql_enum(annotation)
    if origin is list:
        return list[_annotation(name, arguments[0])]  # type: ignore[misc]
    return PositionText if name == "after" else _SCALARS[annotation]
