"""REST routes of one document: its history, comparison of editions, relations and legal force."""

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
from hub.content.pictures import add_pictures
from hub.content.relations import list_related
from hub.content.views import HistoryPageView, RelatedPageView
from hub.content.visibility import Pointer
from hub.domain.diff import DiffView
from hub.domain.kinds import Kind
from hub.domain.kinds.policy import POLICY
from hub.errors import ViewBroken
from hub.state import Parts
from hub.times import today
from hub.web.language import negotiate_language, request_language
from hub.web.problems import Problem, problem_responses
from hub.web.responses import json_bytes_response, next_link, page_json, permanent_redirect

Responses = dict[int | str, dict[str, Any]]

PROBLEM_RESPONSES: Responses = {422: {"model": Problem, "description": "A parameter is unknown or not valid."}}
DOCUMENT_RESPONSES: Responses = {
    304: {"description": "Not modified: the ETag still matches."},
    404: {"model": Problem, "description": "There is no public item with this id."},
    410: {"model": Problem, "description": "The item was removed for good."},
}
BROKEN_RESPONSES: Responses = problem_responses(ViewBroken)
MOVED_RESPONSES: Responses = {308: {"description": "Moved permanently to another document, at `Location`."}}

Id = Annotated[UUID, Path(description="The document's UUID.")]


def add_detail_routes(routes: APIRouter, kind: Kind) -> None:
    """Add the routes about one document of a kind."""
    title = kind.plural.capitalize()
    own = f"/{kind.plural}/{{id}}"

    @routes.get(
        f"{own}/history",
        operation_id=f"get_{kind.name}_history",
        summary=f"History of a {kind.name} (lịch sử)",
        description=f"List the entries of the publication log about a {kind.name}, newest first: editions with their "
        "notes, corrections linked in both directions, withdrawals. Entries stay after removal, without text.",
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
        description="Compare two public editions in one language: nodes that were added, removed, changed or moved, "
        "and other fields, with the changed words marked. A text with more than 4,000 words and punctuation marks "
        "between its first and last difference is split at paragraphs that are the same in both. Parts that are still "
        "longer, and differences beyond about 50,000 words, are marked as a whole. A missing edition is 404, with the "
        "available ones in `expected`.",
        tags=[title],
        response_model=DiffView,
        responses={**DOCUMENT_RESPONSES, **BROKEN_RESPONSES, **PROBLEM_RESPONSES},
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
        description="List relations to other live documents in both directions: to documents that it is based on, "
        "amends or replaces (`out`), and from documents that amend, replace, guide or announce it (`in`).",
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
            shown = await add_pictures(connection, found.items)
        items = (
            orjson.dumps(
                {
                    "type": item.type,
                    "direction": item.direction,
                    "document": orjson.Fragment(item.json),
                    "note": item.note,
                }
            )
            for item in shown
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
        description="Return the legal force of a policy on a date. It follows from the dates of the policy and from "
        "live documents in effect on that date: one that replaces the policy ends its force, one that amends it "
        "makes it partly expired. Legal force that editors stated in addition to the dates (a suspension) counts from "
        "the day its edition became public. `because` lists all reasons.",
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
