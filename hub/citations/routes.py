"""REST for citations: what a document cites, who cites it, and which document a citation means."""

from collections.abc import Sequence
from typing import Annotated, Any

import orjson
from fastapi import APIRouter, Query
from pydantic import BaseModel, Field
from starlette.requests import Request
from starlette.responses import Response

from hub.citations.queries import CitationPage, list_citations, list_citing_documents
from hub.citations.views import CitationView, CitedByView
from hub.content.detail_routes import DOCUMENT_RESPONSES, MOVED_RESPONSES, PROBLEM_RESPONSES, Id, permanent_redirect
from hub.content.visibility import Pointer
from hub.domain.kinds import KINDS, Kind
from hub.errors import HubError
from hub.legal.citations.types import CitationKind
from hub.permalinks.cite import look_up_citation
from hub.permalinks.negotiation import FORMS, HTML, JSON, JSON_LD
from hub.permalinks.responses import refusal_response, respond_with_matches
from hub.state import Parts
from hub.web.language import negotiate_language
from hub.web.parameters import LangParam, NoParams, PageParams
from hub.web.problems import Problem
from hub.web.responses import json_bytes_response, next_link, page_json


class CitesParams(PageParams):
    """Parameters of what a document cites."""

    by: CitationKind | None = Field(
        None,
        description="Only mentions that name their document so; when absent, all but those of the document itself "
        "(`self`).",
    )
    lang: LangParam = None


class CitedByParams(PageParams):
    """Parameters of what cites a document."""

    node: str | None = Field(
        None,
        max_length=120,
        pattern=r"^[a-z0-9]+(?:[./-][a-z0-9]+)*$",
        description="Only mentions of this node, or of what is below it.",
        examples=["dieu-5"],
    )
    lang: LangParam = None


class CiteParams(NoParams):
    """Parameters of the resolver."""

    q: str = Field(
        min_length=1,
        max_length=500,
        description="A citation as people write or type it (viện dẫn).",
        examples=["Điều 5 Nghị định số 09/2017/NĐ-CP", "nd 9/2017", "269 kh ubnd", "Luật Đất đai 2024"],
    )


class CitationPageView(BaseModel):
    """One page of what a document cites."""

    items: list[CitationView] = Field(description="Mentions in reading order.")
    next: str | None = Field(None, description="Cursor of the following page; null at the end.")


class CitedByPageView(BaseModel):
    """One page of what cites a document."""

    items: list[CitedByView] = Field(description="Citing documents, newest first.")
    next: str | None = Field(None, description="Cursor of the following page; null at the end.")


def citations_router() -> APIRouter:
    """The routes of all kinds, and the resolver at its two addresses."""
    routes = APIRouter()
    for kind in KINDS.values():
        _add_routes(routes, kind)
    _add_resolver(routes, "/cite", "cite", FORMS)
    _add_resolver(routes, "/api/v1/cite", "cite_as_data", (JSON, JSON_LD, HTML))
    return routes


def _add_routes(routes: APIRouter, kind: Kind) -> None:
    own, tag = f"/api/v1/{kind.plural}/{{id}}", kind.plural.capitalize()

    @routes.get(
        f"{own}/cites",
        operation_id=f"list_{kind.name}_cites",
        summary=f"What a {kind.name} cites (viện dẫn)",
        description="Every mention of another document in its Vietnamese text, with its place, what it says, and the "
        "document it means where that is public here. The text is read some moments after it was published.",
        tags=[tag],
        response_model=CitationPageView,
        responses={**MOVED_RESPONSES, **DOCUMENT_RESPONSES, **PROBLEM_RESPONSES},
    )
    async def list_cites(
        request: Request,
        parts: Parts,
        id: Id,  # noqa: A002 - the public name
        params: Annotated[CitesParams, Query()],
    ) -> Response:
        lang = negotiate_language(params.lang, request.headers.get("accept-language"), parts.settings.languages)
        async with parts.database.read() as connection:
            found = await list_citations(
                connection, id, kind=kind.name, lang=lang, by=params.by, limit=params.limit, cursor=params.cursor
            )
        return _page_response(request, found, "/cites", lang)

    @routes.get(
        f"{own}/cited-by",
        operation_id=f"list_{kind.name}_cited_by",
        summary=f"What cites a {kind.name} (được viện dẫn bởi)",
        description="Live documents of every kind whose text mentions this one, newest first, with how often and "
        "where. With `node` only those that cite that part.",
        tags=[tag],
        response_model=CitedByPageView,
        responses={**MOVED_RESPONSES, **DOCUMENT_RESPONSES, **PROBLEM_RESPONSES},
    )
    async def list_cited_by(
        request: Request,
        parts: Parts,
        id: Id,  # noqa: A002
        params: Annotated[CitedByParams, Query()],
    ) -> Response:
        lang = negotiate_language(params.lang, request.headers.get("accept-language"), parts.settings.languages)
        async with parts.database.read() as connection:
            found = await list_citing_documents(
                connection, id, kind=kind.name, lang=lang, node=params.node, limit=params.limit, cursor=params.cursor
            )
        return _page_response(request, found, "/cited-by", lang)


def _page_response(request: Request, found: CitationPage | Pointer, below: str, lang: str) -> Response:
    if isinstance(found, Pointer):
        return permanent_redirect(request, found, below)
    items = (
        orjson.dumps(one.facts | {"document": None if one.json is None else orjson.Fragment(one.json)})
        for one in found.items
    )
    return json_bytes_response(request, page_json(items, found.next), lang=lang, links=next_link(request, found.next))


_CITE_RESPONSES: dict[int | str, dict[str, Any]] = {
    303: {"description": "The document, in the form that Accept asks for, at `Location`; the node as its fragment."},
    300: {
        "description": "Several documents may be meant: a page, or JSON with `choices`, newest first.",
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
    404: {"model": Problem, "description": "No public document is meant; `understood` says how the words were read."},
    422: PROBLEM_RESPONSES[422],
}


def _add_resolver(routes: APIRouter, path: str, operation: str, forms: Sequence[str]) -> None:
    @routes.get(
        path,
        operation_id=operation,
        summary="Which document a citation means (tra cứu viện dẫn)",
        description="303 to the one public document that is meant, with the article as fragment where one is named; "
        "300 with choices when a number without a year, or a name, fits several; 404 with what was understood. Small "
        "letters, missing marks, spaces, slashes and hyphens, `Ð` for `Đ`, abbreviated types and laws are understood.",
        tags=["Linked data"],
        response_class=Response,
        status_code=303,
        responses=_CITE_RESPONSES,
    )
    async def cite(request: Request, parts: Parts, params: Annotated[CiteParams, Query()]) -> Response:
        lang = negotiate_language(None, request.headers.get("accept-language"), parts.settings.languages)
        try:
            async with parts.database.read() as connection:
                found = await look_up_citation(connection, params.q)
        except HubError as refused:
            return refusal_response(request, parts, lang, refused)
        return respond_with_matches(request, parts, found.matches, lang, found.ref, forms=forms, sure=found.is_certain)
