"""REST for the publication log: what changed behind a position."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query
from pydantic import BaseModel, Field
from starlette.requests import Request
from starlette.responses import Response

from hub.content.kinds.base import Moment, View
from hub.log.append import Event
from hub.log.queries import read_changes
from hub.web.answers import json_answer
from hub.web.parameters import NoParams
from hub.web.problems import Problem
from hub.web.state import Parts


class ChangeView(View):
    """One entry of the publication log (nhật ký công bố)."""

    seq: int = Field(description="Position, without gaps, in commit order.", examples=[42])
    event: Event = Field(description="What happened.")
    at: Moment = Field(description="When it became public, with +07:00.")
    due: Moment | None = Field(None, description="When it was to happen, if it was scheduled or follows from a date.")
    kind: str = Field(description="policy, draft, bulletin or statement.")
    id: UUID = Field(description="The document's UUID.")
    lang: str = Field(description="Language of the edition.")
    edition: int = Field(description="Number of the edition.")
    path: str = Field(description="Where the item is, under the hub's address.")
    view_sha256: str = Field(description="SHA-256 of the item's JSON as it was published.")
    hash: str = Field(description="Hash of this entry and, through it, of all before; see docs/log.md.")


class ChangesView(BaseModel):
    """Entries behind a position, and where the log stands."""

    items: list[ChangeView] = Field(description="Entries in order.")
    head: int = Field(description="Position of the last entry of the log.")
    epoch: UUID = Field(description="Name of this log; a restore from backup begins a new one.")


class ChangesParams(NoParams):
    """Parameters of the change feed."""

    after: int = Field(0, ge=0, le=2**62, description="Position up to which the reader knows everything.")
    limit: int = Field(100, ge=1, le=1_000, description="How many entries at most.")
    epoch: UUID | None = Field(None, description="The reader's epoch; another one gets 409 `resync`.")


routes = APIRouter(prefix="/api/v1", tags=["Changes"])


@routes.get(
    "/changes",
    operation_id="list_changes",
    response_model=ChangesView,
    responses={
        304: {"description": "The reader's ETag still holds."},
        409: {"model": Problem, "description": "The position belongs to another log."},
        422: {"model": Problem, "description": "A parameter is unknown or not valid."},
    },
)
async def list_changes(request: Request, parts: Parts, params: Annotated[ChangesParams, Query()]) -> Response:
    """What was published, in order and without gaps. Ask again with `after` = the last `seq` you have seen."""
    async with parts.database.read() as connection:
        found = await read_changes(connection, after=params.after, limit=params.limit, epoch=params.epoch)
    return json_answer(request, {"items": found.items, "head": found.head, "epoch": str(found.epoch)})
