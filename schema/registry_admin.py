"""Editing of the registry in GraphQL: a mutation for each verb of REST, and the entry with its version in `manage`."""

import inspect
from collections.abc import Awaitable, Callable
from datetime import date
from typing import Annotated, Any, Optional, Union

import orjson
import strawberry
from pydantic import BaseModel, Field, create_model

from hub.domain.scalars import AnyDay, Code
from hub.errors import HubError
from hub.manage.idempotency import StoredResponse
from hub.registrar import service
from hub.registrar.params import entry_patch
from hub.registrar.unmapped_names import UnmappedList, UnmappedParams, list_unmapped, require_mapper
from hub.registrar.views import ENTRY_VIEWS, EntryChange, EntryUse
from hub.registry.entries import ENTRY_MODELS, SINGULAR, RegistryList
from hub.web.parameters import NoParams
from schema.arguments import parse_arguments, query_field
from schema.context import Context
from schema.derive import graphql_type, object_type, view_type
from schema.enums import graphql_enum
from schema.inputs import input_annotation, plain_input
from schema.mutation_results import Refusal, refusal_result
from schema.naming import REGISTRY_CHANGE_NAMES, REGISTRY_SAVE_NAMES, REGISTRY_VERB_NAMES

Info = strawberry.Info[Context, None]

RegistryEntryType: Any = object_type(
    "RegistryEntry",
    "An entry of the registry for its editors (mục danh mục): the one of its list's type is set, unless removed.",
    {
        "list": (graphql_enum(RegistryList), "List of the entry."),
        "code": (str, "Code of the entry."),
        "valid_from": (graphql_type("valid_from", date | None), "First day of the unit, part of the key of a place."),
        "version": (int, "Version for the next mutation; 0 if the entry was removed."),
        **{
            SINGULAR[kind]: (view_type(view) | None, f"The entry, if it is one of `{kind}`.")
            for kind, view in ENTRY_VIEWS.items()
        },
        "uses": (list[view_type(EntryUse)], "Uses of the code, when the entry is read."),  # type: ignore[misc]
        "changes": (list[view_type(EntryChange)], "Changes that a mutation has made."),  # type: ignore[misc]
    },
)
RegistryResult: Any = Annotated[
    Union[RegistryEntryType, Refusal],  # noqa: UP007 - types made at run time
    strawberry.union(
        "RegistryResult",
        description="Result of a mutation of the registry: the entry, or the refusal if nothing was changed (kết quả).",
    ),
]


class EntryArguments(NoParams):
    """Arguments that name an entry."""

    list: RegistryList = Field(description="List of the entry.")
    code: Code = Field(description="Code of the entry.")
    unit_from: AnyDay | None = Field(
        None, description="Of a place, the first day of the unit; by default the latest unit with the code."
    )


class ChangeArguments(BaseModel):
    """Arguments of every mutation of the registry."""

    version: int | None = Field(None, description="`version` of the entry that this change is based on.")
    idempotency_key: str | None = Field(
        None,
        min_length=1,
        max_length=128,
        description="Idempotency key of your choice (khóa chống lặp): a repeated mutation returns the first result.",
    )


def entry_dict(found: dict[str, Any]) -> dict[str, Any]:
    """Convert the JSON of a managed entry to the dict that `RegistryEntry` is resolved from."""
    own = SINGULAR[RegistryList(found["list"])]
    return {**dict.fromkeys(SINGULAR.values()), **found, own: found["entry"]}


async def _resolve_entry(info: Info, params: EntryArguments) -> dict[str, Any]:
    by = await info.context.require_editor()
    found = await service.read_entry(info.context.parts.database, by, params.list, params.code, params.unit_from)
    return entry_dict(found.model_dump(mode="json"))


REGISTRY_FIELD: Any = query_field(
    EntryArguments,
    RegistryEntryType,
    "An entry of the registry with its version and its uses (mục danh mục). Requires the scope `admin`.",
    _resolve_entry,
)
"""The field of `Manage`."""


async def _resolve_unmapped(info: Info, params: UnmappedParams) -> dict[str, Any]:
    by = await info.context.require_editor()
    async with info.context.parts.database.read() as connection:
        await require_mapper(connection, by)
        return (await list_unmapped(connection, params)).model_dump(mode="json")


UNMAPPED_FIELD: Any = query_field(
    UnmappedParams,
    view_type(UnmappedList),
    "Topics, places, issuers and types that documents name and the registry does not have, with proposals (chưa ánh "
    "xạ). Requires the scope `admin` and a key of the province.",
    _resolve_unmapped,
)
"""The field of `Manage`."""


def _mutation(
    models: tuple[type[BaseModel], ...],
    description: str,
    write: Callable[[Context, tuple[Any, ...]], Awaitable[StoredResponse]],
) -> Any:
    """Build a field of `Mutation` whose arguments are the fields of models; `write` gets the models validated."""
    fields = {name: field for model in models for name, field in model.model_fields.items()}

    async def resolver(info: Info, **given: Any) -> dict[str, Any]:
        try:
            values = {name: plain_input(value) for name, value in given.items() if value is not strawberry.UNSET}
            parsed = tuple(
                parse_arguments(model, {name: values[name] for name in model.model_fields if name in values})
                for model in models
            )
            return entry_dict(orjson.loads((await write(info.context, parsed)).body))
        except HubError as refusal:
            return refusal_result(refusal, info.context.problem_writer)

    parameters = [inspect.Parameter("info", inspect.Parameter.KEYWORD_ONLY, annotation=strawberry.Info)]
    for name, field in sorted(fields.items(), key=lambda one: not one[1].is_required()):
        annotation = input_annotation(name, field.annotation)
        if not field.is_required():
            annotation = Optional[annotation]  # noqa: UP045
        parameters.append(
            inspect.Parameter(
                name,
                inspect.Parameter.KEYWORD_ONLY,
                default=inspect.Parameter.empty if field.is_required() else strawberry.UNSET,
                annotation=Annotated[annotation, strawberry.argument(description=field.description)],
            )
        )
    resolver.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]
    return strawberry.field(
        resolver=resolver,
        graphql_type=RegistryResult | None,
        description=f"{description} Requires the scope `admin`.",
    )


def _verb_mutation(verb: str, spec: service.EntryVerb) -> Any:
    model: type[BaseModel] = spec.body
    is_nested = "code" in model.model_fields
    if is_nested:
        # It has a `code` of its own: the new one of a renamed agency.
        model = create_model("RenameArguments", to=(spec.body, Field(description="The new name.")))

    async def write(context: Context, parsed: tuple[Any, ...]) -> StoredResponse:
        entry, given, change = parsed
        return await service.run_registry_verb(
            context.parts.database,
            await context.require_editor(),
            verb,
            entry.list,
            entry.code,
            entry.unit_from,
            given.to if is_nested else given,
            change.version,
            change.idempotency_key,
        )

    return _mutation((EntryArguments, model, ChangeArguments), spec.description, write)


def _save_mutation(kind: RegistryList, model: type[BaseModel]) -> Any:
    arguments = create_model("SaveArguments", entry=(model, Field(description="The whole entry.")))

    async def write(context: Context, parsed: tuple[Any, ...]) -> StoredResponse:
        body, change = parsed
        return await service.put_entry(
            context.parts.database,
            await context.require_editor(),
            kind,
            body.entry.code,
            body.entry,
            change.version,
            change.idempotency_key,
        )

    summary = f"Create an entry of `{kind}`, or replace all its members; then its `version` is required (lưu)."
    return _mutation((arguments, ChangeArguments), summary, write)


def _change_mutation(kind: RegistryList) -> Any:
    key: dict[str, Any] = {"code": (Code, EntryArguments.model_fields["code"])}
    if kind is RegistryList.places:
        key["unit_from"] = (AnyDay | None, EntryArguments.model_fields["unit_from"])
    arguments = create_model(
        "ChangeMembersArguments",
        **key,
        changes=(entry_patch(kind), Field(description="The members to change; absent ones stay, null clears one.")),
    )

    async def write(context: Context, parsed: tuple[Any, ...]) -> StoredResponse:
        body, change = parsed
        return await service.patch_entry(
            context.parts.database,
            await context.require_editor(),
            kind,
            body.code,
            getattr(body, "unit_from", None),
            body.changes.model_dump(mode="json", exclude_unset=True),
            change.version,
            change.idempotency_key,
        )

    return _mutation((arguments, ChangeArguments), f"Change members of an entry of `{kind}` (sửa).", write)


REGISTRY_MUTATIONS: dict[str, Any] = {
    **{REGISTRY_SAVE_NAMES[kind]: _save_mutation(kind, model) for kind, model in ENTRY_MODELS.items()},
    **{REGISTRY_CHANGE_NAMES[kind]: _change_mutation(kind) for kind in ENTRY_MODELS},
    **{REGISTRY_VERB_NAMES[verb]: _verb_mutation(verb, spec) for verb, spec in service.ENTRY_VERBS.items()},
}
"""The fields of `Mutation`."""
