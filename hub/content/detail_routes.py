"""REST for what can be asked about one document: its history, its changes, its relations, its legal force."""

import asyncio
from typing import Annotated, Any
from uuid import UUID

import orjson
from fastapi import APIRouter, Path, Query
from starlette.requests import Request
from starlette.responses import Response

from hub.content.history import list_history, load_edition_pair
from hub.content.legal_force import LegalForceOnView, load_legal_force
from hub.content.params import DiffParams, HistoryParams, LegalForceParams, RelationParams
from hub.content.relations import list_related
from hub.content.views import HistoryPageView, RelatedPageView
from hub.content.visibility import Pointer
from hub.domain.diff import DiffView
from hub.domain.kinds import Kind
from hub.domain.kinds.policy import POLICY
from hub.state import Parts
from hub.times import today
from hub.web.language import negotiate_language, request_language
from hub.web.problems import Problem
from hub.web.responses import json_bytes_response, next_link, page_json, permanent_redirect

Responses = dict[int | str, dict[str, Any]]

PROBLEM_RESPONSES: Responses = {422: {"model": Problem, "description": "A parameter is unknown or not valid."}}
DOCUMENT_RESPONSES: Responses = {
    304: {"description": "The reader's ETag still holds."},
    404: {"model": Problem, "description": "No public item with this id."},
    410: {"model": Problem, "description": "Removed for good."},
}
MOVED_RESPONSES: Responses = {308: {"description": "Another document stands in its place, at `Location`."}}

Id = Annotated[UUID, Path(description="The document's UUID.")]


def add_detail_routes(routes: APIRouter, kind: Kind) -> None:
    """Add what can be asked about one document of a kind."""
    title = kind.plural.capitalize()
    own = f"/{kind.plural}/{{id}}"

    @routes.get(
        f"{own}/history",
        operation_id=f"get_{kind.name}_history",
        summary=f"History of a {kind.name} (lịch sử)",
        description=f"What the publication log says of a {kind.name}, newest first: editions with their notes, "
        "corrections linked both ways, withdrawals. The entries stay when it is gone, without its words.",
        tags=[title],
        response_model=HistoryPageView,
        responses={304: DOCUMENT_RESPONSES[304], 404: DOCUMENT_RESPONSES[404], **PROBLEM_RESPONSES},
    )
    async def get_history(
        request: Request,
        parts: Parts,
        id: Id,  # noqa: A002 - the public name
        params: Annotated[HistoryParams, Query()],
    ) -> Response:
        lang = None if params.lang is None else negotiate_language(params.lang, None, parts.settings.languages)
        async with parts.database.read() as connection:
            found = await list_history(
                connection, id, kind=kind.name, lang=lang, limit=params.limit, cursor=params.cursor
            )
        items = (item.model_dump_json().encode() for item in found.items)
        return json_bytes_response(request, page_json(items, found.next), links=next_link(request, found.next))

    @routes.get(
        f"{own}/diff",
        operation_id=f"get_{kind.name}_diff",
        summary=f"Compare two editions of a {kind.name} (so sánh phiên bản)",
        description="What differs between two public editions in one language: nodes that were added, removed, changed "
        "or moved, and other fields, with the words marked. A text with more than 4,000 words and signs between its "
        "first and its last difference is divided where a paragraph is the same in both; what is longer still, and "
        "what differs beyond some 50,000 words, is marked as a whole. An edition that there is not is 404, "
        "with those there are.",
        tags=[title],
        response_model=DiffView,
        responses={**DOCUMENT_RESPONSES, **PROBLEM_RESPONSES},
    )
    async def get_diff(
        request: Request,
        parts: Parts,
        id: Id,  # noqa: A002
        params: Annotated[DiffParams, Query()],
    ) -> Response:
        lang = request_language(request, params.lang, parts.settings.languages)
        async with parts.database.read() as connection:
            found = await load_edition_pair(
                connection, id, kind=kind.name, lang=lang, before=params.from_, after=params.to
            )
        body = await asyncio.to_thread(lambda: found.compare().model_dump_json().encode())
        return json_bytes_response(request, body, lang=found.lang)

    @routes.get(
        f"{own}/relations",
        operation_id=f"list_{kind.name}_relations",
        summary=f"Documents related to a {kind.name} (quan hệ văn bản)",
        description="Relations to other live documents, read from both ends: what it is based on, amends or replaces "
        "(`out`), and what amends, replaces, guides or announces it (`in`).",
        tags=[title],
        response_model=RelatedPageView,
        responses={**MOVED_RESPONSES, **DOCUMENT_RESPONSES, **PROBLEM_RESPONSES},
    )
    async def list_relations(
        request: Request,
        parts: Parts,
        id: Id,  # noqa: A002
        params: Annotated[RelationParams, Query()],
    ) -> Response:
        lang = request_language(request, params.lang, parts.settings.languages)
        async with parts.database.read() as connection:
            found = await list_related(
                connection,
                id,
                kind=kind.name,
                lang=lang,
                direction=params.direction,
                type=params.type,
                limit=params.limit,
                cursor=params.cursor,
            )
        if isinstance(found, Pointer):
            return permanent_redirect(request, f"{found.path}/relations")
        items = (
            orjson.dumps(
                {
                    "type": item.type,
                    "direction": item.direction,
                    "document": orjson.Fragment(item.json),
                    "note": item.note,
                }
            )
            for item in found.items
        )
        return json_bytes_response(
            request, page_json(items, found.next), lang=lang, links=next_link(request, found.next)
        )

    if kind is POLICY:
        _add_legal_force(routes, own, title)


def _add_legal_force(routes: APIRouter, own: str, title: str) -> None:
    @routes.get(
        f"{own}/legal-force",
        operation_id="get_policy_legal_force",
        summary="Legal force of a policy on a date (hiệu lực tại ngày)",
        description="It follows from the policy's dates and from live documents in effect by then: one that replaces "
        "it ends its force, one that amends it makes it partly expired. What editors stated beside the dates (a "
        "suspension) counts from the day its edition became public. `because` names every reason.",
        tags=[title],
        response_model=LegalForceOnView,
        responses={**MOVED_RESPONSES, **DOCUMENT_RESPONSES, **PROBLEM_RESPONSES},
    )
    async def get_legal_force(
        request: Request,
        parts: Parts,
        id: Id,  # noqa: A002
        params: Annotated[LegalForceParams, Query()],
    ) -> Response:
        lang = request_language(request, params.lang, parts.settings.languages)
        async with parts.database.read() as connection:
            found = await load_legal_force(connection, id, day=params.on or today(), lang=lang)
        if isinstance(found, Pointer):
            return permanent_redirect(request, f"{found.path}/legal-force")
        return json_bytes_response(request, found.model_dump_json().encode(), lang=lang)
