"""REST routes of the openness figures: JSON, CSV, a chart, and the items of each figure."""

from typing import Annotated, Any

from fastapi import Query
from starlette.requests import Request
from starlette.responses import Response

from hub.openness.params import LangOpennessParams, OpennessItemsParams
from hub.openness.queries import list_openness_items, read_openness
from hub.openness.renderings import render_csv, render_svg
from hub.openness.views import OpennessItems, OpennessView
from hub.state import Parts
from hub.web.language import request_language
from hub.web.problems import VALIDATION_ERRORS, problem_responses
from hub.web.responses import bytes_response, json_bytes_response, next_link
from hub.web.router import HubRouter

routes = HubRouter(prefix="/api/v1", tags=["Openness"])
_RESPONSES: dict[int | str, dict[str, Any]] = {
    304: {"description": "Not modified: the ETag still matches."},
    **problem_responses(*VALIDATION_ERRORS),
}
Params = Annotated[LangOpennessParams, Query()]


def _file_responses(media_type: str) -> dict[int | str, dict[str, Any]]:
    return {200: {"content": {media_type: {"schema": {"type": "string"}}}, "description": "The file."}, **_RESPONSES}


@routes.get("/openness", operation_id="get_openness", response_model=OpennessView, responses=_RESPONSES)
async def get_openness(request: Request, parts: Parts, params: Params) -> Response:
    """Get figures about consultations by agency and in all (chỉ số công khai), counted from public data alone.

    Each figure leads to its items. Percentages of fewer than five cases are null, and what is not stated is counted
    beside them.
    """
    lang = request_language(request, params.lang, parts.settings.languages)
    found = await read_openness(parts.database, params, lang)
    return json_bytes_response(request, found.model_dump_json().encode(), lang=lang)


@routes.get(
    "/openness.csv",
    operation_id="download_openness",
    response_class=Response,
    responses=_file_responses("text/csv"),
)
async def download_csv(request: Request, parts: Parts, params: Params) -> Response:
    """Download the figures for spreadsheets: a line for each agency and one for all."""
    lang = request_language(request, params.lang, parts.settings.languages)
    found = await read_openness(parts.database, params, lang)
    name = f"openness-{found.first_on}-{found.last_on}.csv"
    headers = {"content-disposition": f'attachment; filename="{name}"', "vary": "Accept-Language"}
    return bytes_response(request, render_csv(found), "text/csv; charset=utf-8", lang=lang, headers=headers)


@routes.get(
    "/openness.svg",
    operation_id="draw_openness",
    response_class=Response,
    responses=_file_responses("image/svg+xml"),
)
async def draw_svg(request: Request, parts: Parts, params: Params) -> Response:
    """Draw the shares of each agency as a chart (biểu đồ), light or dark as the reader's system is."""
    lang = request_language(request, params.lang, parts.settings.languages)
    found = await read_openness(parts.database, params, lang)
    headers = {"vary": "Accept-Language", "content-security-policy": "default-src 'none'; style-src 'unsafe-inline'"}
    return bytes_response(request, render_svg(found, lang), "image/svg+xml", lang=lang, headers=headers)


@routes.get("/openness/items", operation_id="list_openness_items", response_model=OpennessItems, responses=_RESPONSES)
async def list_items(request: Request, parts: Parts, params: Annotated[OpennessItemsParams, Query()]) -> Response:
    """List the policies or consultations that a figure counts; the counts of all pages add up to it."""
    lang = request_language(request, params.lang, parts.settings.languages)
    found = await list_openness_items(parts.database, params, lang)
    return json_bytes_response(
        request, found.model_dump_json().encode(), lang=lang, links=next_link(request, found.next)
    )
