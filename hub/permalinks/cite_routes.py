"""REST routes of the citation resolver."""

from collections.abc import Sequence
from typing import Annotated, Any

from fastapi import Query
from starlette.requests import Request
from starlette.responses import Response

from hub.content.detail_routes import PROBLEM_RESPONSES
from hub.errors import HubError
from hub.permalinks.cite import look_up_citation
from hub.permalinks.params import CiteParams, SharedCiteParams
from hub.permalinks.responses import FORMS, HTML, JSON, JSON_LD, error_response, respond_with_matches
from hub.state import Parts
from hub.web.language import request_language
from hub.web.problems import Problem
from hub.web.router import HubRouter

_CITE_RESPONSES: dict[int | str, dict[str, Any]] = {
    303: {"description": "The document in the negotiated form, at `Location`, with the cited node as its fragment."},
    300: {
        "description": "Several documents match: a page, or JSON with `choices`, newest first.",
        "content": {
            JSON: {
                "example": {
                    "choices": [
                        {
                            "id": "0190a3c2-0000-7000-8000-000000000017",
                            "title": "Kế hoạch không gian xanh ven sông Hương",
                            "number": "17/KH-UBND",
                            "issuers": ["Ủy ban nhân dân thành phố Huế"],
                            "issued_on": "2026-02-03",
                            "year": 2026,
                            "url": "https://hub.example/id/policy/0190a3c2-0000-7000-8000-000000000017",
                            "eli": "https://hub.example/eli/vn/hue/ke-hoach/2026/17/kh-ubnd",
                        }
                    ]
                }
            }
        },
    },
    404: {"model": Problem, "description": "No public document matches. `understood` contains the parsed citation."},
    422: PROBLEM_RESPONSES[422],
}


def cite_router() -> HubRouter:
    """Build the resolver at its two addresses: by content negotiation, and as data."""
    routes = HubRouter()
    _add_resolver(routes, "/cite", "cite", FORMS, SharedCiteParams)
    _add_resolver(routes, "/api/v1/cite", "cite_as_data", (JSON, JSON_LD, HTML), CiteParams)
    return routes


def _add_resolver(routes: HubRouter, path: str, operation: str, forms: Sequence[str], wanted: Any) -> None:
    @routes.get(
        path,
        operation_id=operation,
        summary="Resolve a citation (tra cứu viện dẫn)",
        description="303 to the public document that matches the citation, with the cited article as its fragment; 300 "
        "with choices if a number without a year, or a name, matches several; 404 with the parts that were understood. "
        "The resolver accepts lower case, missing diacritics, spaces, slashes and hyphens, `Ð` for `Đ`, and "
        "abbreviations of types and laws.",
        tags=["Linked data"],
        response_class=Response,
        status_code=303,
        responses=_CITE_RESPONSES,
    )
    async def cite(request: Request, parts: Parts, params: Annotated[wanted, Query()]) -> Response:
        lang = request_language(request, None, parts.settings.languages)
        try:
            async with parts.database.read() as connection:
                found = await look_up_citation(connection, params.q)
        except HubError as error:
            return error_response(request, parts, lang, error)
        return respond_with_matches(
            request, parts, found.matches, lang, found.ref, forms=forms, is_certain=found.is_certain
        )
