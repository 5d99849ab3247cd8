"""Places of comments in later drafts, in GraphQL: lists below `manage`, and the decisions of editors."""

from typing import Any
from uuid import UUID

import strawberry
from pydantic import BaseModel, Field, create_model
from pydantic.fields import FieldInfo

from hub.auth.principal import Principal
from hub.consultation.carryover.queries import list_places, place_cursor, places_digest, read_place
from hub.consultation.carryover.service import PLACE_VERBS, PlaceVerb, PlaceVerbSpec, run_place_verb
from hub.consultation.carryover.views import CommentPlaceParams, ManagedPlaceView
from hub.manage.idempotency import StoredResponse
from hub.web.parameters import NoParams
from hub.web.private_requests import mark_private
from schema.arguments import query_field
from schema.commands import command_field
from schema.connections import connection_type, to_connection
from schema.context import Context
from schema.derive import view_type
from schema.naming import PLACE_VERB_NAMES

Info = strawberry.Info[Context, None]

Places: Any = connection_type(
    view_type(ManagedPlaceView), "places of comments in later drafts (vị trí của góp ý)", name="CommentPlace"
)
_CONSULTATION = "UUID of the consultation."
_COMMENT = "UUID of the comment."
_DRAFT = "Position of the later draft."


class CommentPlacesArguments(CommentPlaceParams):
    id: UUID = Field(description=_CONSULTATION)


class CommentPlaceArguments(NoParams):
    id: UUID = Field(description=_CONSULTATION)
    comment: UUID = Field(description=_COMMENT)
    draft: int = Field(ge=1, le=1_000_000, description=_DRAFT)


async def _resolve_places(info: Info, params: CommentPlacesArguments) -> dict[str, Any]:
    mark_private()
    by = await info.context.require_editor()
    async with info.context.parts.database.read() as connection:
        page = await list_places(connection, by, params.id, params)
    name = places_digest(params.id, params)
    edges = ({"cursor": place_cursor(name, item), "node": item.model_dump(mode="json")} for item in page.items)
    return to_connection(edges, after=params.cursor, next_cursor=page.next)


async def _resolve_place(info: Info, params: CommentPlaceArguments) -> dict[str, Any]:
    mark_private()
    by = await info.context.require_editor()
    async with info.context.parts.database.read() as connection:
        found = await read_place(connection, by, params.id, (params.comment, params.draft))
    return found.model_dump(mode="json")


COMMENT_PLACE_FIELDS: dict[str, Any] = {
    "comment_places": query_field(
        CommentPlacesArguments,
        Places,
        "Places of comments in later drafts, by default those that need a person (vị trí của góp ý). Requires the "
        "scope `read:working`.",
        _resolve_places,
    ),
    "comment_place": query_field(
        CommentPlaceArguments,
        view_type(ManagedPlaceView),
        "The place of one comment in a later draft, with its version. Requires the scope `read:working`.",
        _resolve_place,
    ),
}
"""Fields of `Manage`."""

_TARGET = FieldInfo.from_annotated_attribute(UUID, Field(description=_CONSULTATION))
_OWN: dict[str, Any] = {
    "comment": (UUID, Field(description=_COMMENT)),
    "draft": (int, Field(ge=1, le=1_000_000, description=_DRAFT)),
    "version": (int | None, Field(None, description="`version` of the place that this decision is based on.")),
}


def _mutation(verb: PlaceVerb, spec: PlaceVerbSpec) -> Any:
    arguments: type[BaseModel] = create_model(f"{verb.value.capitalize()}PlaceArguments", __base__=spec.body, **_OWN)

    async def write(
        context: Context, by: Principal, consultation: UUID, content: Any, key: str | None
    ) -> StoredResponse:
        body = spec.body.model_validate(content.model_dump(exclude=set(_OWN), exclude_unset=True))
        place = content.comment, content.draft
        return await run_place_verb(context.parts, by, verb, consultation, place, content.version, body, key)

    summary = f"{spec.description} Requires the scope `publish`."
    return command_field(arguments, ManagedPlaceView, summary, write, target=_TARGET, private=True)


COMMENT_PLACE_MUTATIONS: dict[str, Any] = {
    PLACE_VERB_NAMES[verb]: _mutation(verb, spec) for verb, spec in PLACE_VERBS.items()
}
"""Fields of `Mutation`."""
