"""REST route of the calendar of consultations: `/feeds/consultations.ics`."""

import asyncio
from typing import Annotated

from fastapi import Query
from starlette.requests import Request
from starlette.responses import Response

from hub.content.filter_expansion import expand_filters
from hub.domain.filters import select_filters
from hub.feeds.ical import MEDIA_TYPE, read_consultations, render_calendar
from hub.feeds.params import CalendarParams
from hub.state import Parts
from hub.times import today
from hub.web.feed_links import filter_query
from hub.web.language import negotiate_language
from hub.web.problems import Problem
from hub.web.public_urls import base_url
from hub.web.responses import bytes_response
from hub.web.router import HubRouter

PATH = "/feeds/consultations.ics"


routes = HubRouter(tags=["Feeds"])


@routes.get(
    PATH,
    operation_id="get_consultations_calendar",
    summary="Consultations on drafts as a calendar (lịch lấy ý kiến)",
    description="One all-day event for each draft with a consultation, until a year after its end; dates are in "
    "Vietnamese time. Subscribe to the URL in a calendar app. A consultation that no longer takes place is `CANCELLED` "
    "under the same `UID`; `SEQUENCE` grows with every change.",
    response_class=Response,
    responses={
        200: {"description": "The calendar.", "content": {"text/calendar": {"schema": {"type": "string"}}}},
        304: {"description": "The ETag of the client is still valid."},
        422: {"model": Problem, "description": "A parameter is not valid."},
    },
)
async def get_consultations_calendar(
    request: Request, parts: Parts, params: Annotated[CalendarParams, Query()]
) -> Response:
    lang = negotiate_language(params.lang, None, parts.settings.languages)
    filters = select_filters(params)
    expanded = await expand_filters(parts.database, filters)
    async with parts.database.read() as connection:
        found = await read_consultations(connection, filters, expanded, lang=lang, today=today())
    base = base_url(request, parts.settings)
    given = {name: value for name, value in params.model_dump().items() if value is not None}
    source = f"{base}{PATH}{filter_query(given)}"
    body = await asyncio.to_thread(render_calendar, found, base=base, source=source, lang=lang)
    return bytes_response(request, body, MEDIA_TYPE, lang=lang)
