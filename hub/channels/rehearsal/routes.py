"""REST route of rehearsals: `POST /api/v1/manage/documents/{id}/editions/{lang}/{n}/rehearse`."""

from typing import Annotated
from uuid import UUID

from fastapi import Body, Path
from starlette.requests import Request
from starlette.responses import Response

from hub.auth.http import CurrentPrincipal
from hub.channels.rehearsal.rehearse import rehearse
from hub.channels.rehearsal.views import Rehearsal, RehearsalOptions
from hub.errors import BodyTooLarge
from hub.manage.http import READ_RESPONSES
from hub.state import Parts
from hub.web.problems import merge_responses, problem_responses, problem_writer
from hub.web.responses import no_store_response
from hub.web.router import HubRouter

routes = HubRouter(prefix="/api/v1/manage", tags=["Channels"])


@routes.post(
    "/documents/{id}/editions/{lang}/{n}/rehearse",
    operation_id="rehearse_edition",
    summary="Rehearse an edition on every channel (tổng duyệt)",
    response_model=Rehearsal,
    responses=merge_responses(READ_RESPONSES, problem_responses(BodyTooLarge)),
)
async def rehearse_edition(
    request: Request,
    parts: Parts,
    by: CurrentPrincipal,
    id: Annotated[UUID, Path(description="The document's UUID.")],  # noqa: A002 - the public name
    lang: Annotated[str, Path(max_length=8, description="Language of the working edition.", examples=["vi"])],
    n: Annotated[int, Path(ge=1, le=1_000_000, description="Number of the working edition.")],
    body: Annotated[
        RehearsalOptions | None, Body(description="May be absent: then all members have their defaults.")
    ] = None,
) -> Response:
    """Show the exact payload of every channel for a working edition, the limits that it breaks, the promised times,
    and notes on quotas and quiet hours. Writes nothing and sends nothing. Requires the scope `read:working`.
    """
    writer = problem_writer(request)
    options = body or RehearsalOptions()
    async with parts.database.read() as connection:
        found = await rehearse(
            connection, parts.settings.languages, by, id, lang, n, is_exercise=options.is_exercise, writer=writer
        )
    return no_store_response(found, headers={"vary": "Accept-Language"})
