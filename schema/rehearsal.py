"""Rehearsals of channels in GraphQL: a field of `Manage`, for it writes nothing."""

from typing import Any
from uuid import UUID

import strawberry
from pydantic import Field

from hub.channels.rehearsal.rehearse import rehearse
from hub.channels.rehearsal.views import Rehearsal
from hub.web.parameters import NoParams
from schema.arguments import query_field
from schema.context import Context
from schema.derive import view_type

Info = strawberry.Info[Context, None]


class RehearsalArguments(NoParams):
    id: UUID = Field(description="UUID of the document.")
    lang: str = Field("vi", max_length=8, description="Language of the working edition.")
    edition: int = Field(ge=1, le=1_000_000, description="Number of the working edition.")
    is_exercise: bool = Field(False, description="Mark every payload as an exercise, as drills do (diễn tập).")


async def _resolve_rehearsal(info: Info, params: RehearsalArguments) -> dict[str, Any]:
    by = await info.context.require_editor()
    parts = info.context.parts
    async with parts.database.read() as connection:
        found = await rehearse(
            connection,
            parts.settings.languages,
            by,
            params.id,
            params.lang,
            params.edition,
            is_exercise=params.is_exercise,
            writer=info.context.problem_writer,
        )
    return found.model_dump(mode="json")


REHEARSAL_FIELD: Any = query_field(
    RehearsalArguments,
    view_type(Rehearsal),
    "The exact payload of every channel for a working edition, the limits that it breaks, the promised times, and "
    "notes on quotas (tổng duyệt). Writes nothing and sends nothing.",
    _resolve_rehearsal,
)
