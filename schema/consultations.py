"""Consultations in GraphQL: the list and one consultation for everybody, one for its editors, and their mutations."""

from typing import Any
from uuid import UUID

import strawberry
from pydantic import BaseModel, Field, create_model
from pydantic.fields import FieldInfo

from hub.auth.principal import Principal
from hub.consultation.managed_list import list_managed
from hub.consultation.params import ConsultationListParams, ManagedConsultationParams
from hub.consultation.queries import get_consultation, list_consultations, read_managed
from hub.consultation.service import VERBS, VerbSpec, run_verb
from hub.consultation.views import (
    DraftConsultationCardView,
    DraftConsultationView,
    ManagedConsultation,
    ManagedConsultationCardView,
)
from hub.domain.consultations import ConsultationVerb
from hub.errors import NotFound
from hub.manage.idempotency import StoredResponse
from hub.web.parameters import LangParams, NoParams
from schema.arguments import query_field
from schema.commands import command_field
from schema.connections import connection_type, to_connection
from schema.context import Context
from schema.derive import view_type
from schema.naming import CONSULTATION_VERB_NAMES

Info = strawberry.Info[Context, None]

Consultations: Any = connection_type(
    view_type(DraftConsultationCardView), "consultations (đợt lấy ý kiến)", name="DraftConsultation"
)


class ConsultationArguments(LangParams):
    id: UUID = Field(description="UUID of the consultation.")


class ManagedConsultationArguments(NoParams):
    id: UUID = Field(description="UUID of the consultation.")


async def _resolve_list(info: Info, params: ConsultationListParams) -> dict[str, Any]:
    found = await list_consultations(info.context.parts.database, params, info.context.lang(params.lang))
    edges = (
        {"cursor": cursor, "node": item.model_dump(mode="json")}
        for cursor, item in zip(found.cursors, found.items, strict=True)
    )
    return to_connection(edges, after=params.cursor, next_cursor=found.next)


async def _resolve_one(info: Info, params: ConsultationArguments) -> dict[str, Any] | None:
    async with info.context.parts.database.read() as connection:
        try:
            found = await get_consultation(connection, params.id, info.context.lang(params.lang))
        except NotFound:
            return None
    return found.model_dump(mode="json")


async def _resolve_managed(info: Info, params: ManagedConsultationArguments) -> dict[str, Any]:
    by = await info.context.require_editor()
    async with info.context.parts.database.read() as connection:
        return (await read_managed(connection, by, params.id)).model_dump(mode="json")


CONSULTATION_FIELDS: dict[str, Any] = {
    "consultations": query_field(
        ConsultationListParams,
        Consultations,
        "Consultations on drafts with a live draft, by their end (lấy ý kiến). Those that end first: "
        "`state: [open], sort: closes_asc`.",
        _resolve_list,
    ),
    "consultation": query_field(
        ConsultationArguments,
        view_type(DraftConsultationView),
        "A consultation on a draft: its window, its life, and its drafts in order (đợt lấy ý kiến). Null if no draft "
        "of it is public.",
        _resolve_one,
    ),
}
"""Fields of `Query`."""

MANAGED_CONSULTATION_FIELD: Any = query_field(
    ManagedConsultationArguments,
    view_type(ManagedConsultation),
    "A consultation with its version and its unpublished drafts. Requires the scope `read:working`.",
    _resolve_managed,
)
"""The field of `Manage`."""

ManagedConsultations: Any = connection_type(view_type(ManagedConsultationCardView), "consultations for their editors")


async def _resolve_managed_list(info: Info, params: ManagedConsultationParams) -> dict[str, Any]:
    by = await info.context.require_editor()
    async with info.context.parts.database.read() as connection:
        found = await list_managed(connection, by, params, info.context.lang(None))
    edges = (
        {"cursor": cursor, "node": item.model_dump(mode="json")}
        for cursor, item in zip(found.cursors, found.page.items, strict=True)
    )
    return to_connection(edges, after=params.cursor, next_cursor=found.page.next)


MANAGED_CONSULTATIONS_FIELD: Any = query_field(
    ManagedConsultationParams,
    ManagedConsultations,
    "Consultations of your agencies, also those of which no draft is public, with what waits for you (đợt lấy ý kiến "
    "của cơ quan). Requires the scope `read:working`.",
    _resolve_managed_list,
)
"""The field of `Manage` for the list."""

_CONSULTATION = FieldInfo.from_annotated_attribute(UUID, Field(description="UUID of the consultation."))
_VERSION: Any = (
    int | None,
    Field(None, description="`version` of the consultation that this change is based on (phiên bản đã đọc)."),
)


def _mutation(verb: ConsultationVerb, spec: VerbSpec) -> Any:
    with_version = create_model(f"{spec.body.__name__}Arguments", __base__=spec.body, version=_VERSION)

    async def write(context: Context, by: Principal, id_: UUID, content: BaseModel, key: str | None) -> StoredResponse:
        given = content.model_dump()
        version = given.pop("version")
        body = spec.body.model_validate(given)
        return await run_verb(context.parts.database, by, verb, id_, version, body, key)

    summary = f"{spec.description} Requires the scope `publish`."
    return command_field(with_version, ManagedConsultation, summary, write, target=_CONSULTATION)


CONSULTATION_MUTATIONS: dict[str, Any] = {
    CONSULTATION_VERB_NAMES[verb]: _mutation(verb, spec) for verb, spec in VERBS.items()
}
"""Fields of `Mutation`."""
