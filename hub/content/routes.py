"""REST routes of the four kinds: a list and a detail for each; stored bytes with the facts of pictures and of today."""

from typing import Annotated, Any, Union
from uuid import UUID

from fastapi import Path, Query
from pydantic import Field, create_model
from starlette.requests import Request
from starlette.responses import Response

from hub.content import detail_routes
from hub.content.detail_routes import BROKEN_RESPONSES, DOCUMENT_RESPONSES, MOVED_RESPONSES, PROBLEM_RESPONSES
from hub.content.item_views import ITEMS, LIST_ITEMS, CardMembers, item_json
from hub.content.list_reads import read_list
from hub.content.params import DetailParams, Include, PolicyDetailParams, list_params, time_params
from hub.content.pictures import add_pictures_to
from hub.content.queries import Pointer, get_whole_view, has_consultation_filter
from hub.domain.filters import select_filters
from hub.domain.kinds import KINDS, Kind
from hub.domain.kinds.policy import POLICY
from hub.state import Parts
from hub.web.feed_links import link_headers
from hub.web.language import request_language
from hub.web.public_urls import base_url
from hub.web.responses import json_bytes_response, next_link, page_json, permanent_redirect
from hub.web.router import HubRouter


def router() -> HubRouter:
    """Create the routes of all kinds."""
    routes = HubRouter(prefix="/api/v1")
    for kind in KINDS.values():
        _add_routes(routes, kind)
        detail_routes.add_detail_routes(routes, kind)
    return routes


def _add_routes(routes: HubRouter, kind: Kind) -> None:
    title = kind.plural.capitalize()
    any_item: Any = Union[ITEMS[kind.name], LIST_ITEMS[kind.name], CardMembers]  # noqa: UP007
    listed = create_model(
        f"{kind.name.capitalize()}Page",
        __doc__=f"One page of {kind.plural}.",
        items=(
            list[any_item],
            Field(description="Cards, full items with `include=text`, or the members of cards that `fields` names."),
        ),
        next=(str | None, Field(None, description="Cursor of the following page; null at the end.")),
    )
    wanted: Any = list_params(kind)
    detailed: Any = PolicyDetailParams if kind is POLICY else DetailParams

    @routes.get(
        f"/{kind.plural}",
        name=f"list_{kind.plural}",
        operation_id=f"list_{kind.plural}",
        summary=f"List {kind.plural} ({kind.vietnamese})",
        description=f"List live {kind.plural}, newest first by default. Each item is in the requested language, or "
        "else in an available one; see its `lang`.",
        tags=[title],
        response_model=listed,
        responses={304: {"description": "Not modified: the ETag still matches."}, **PROBLEM_RESPONSES},
    )
    async def list_kind(request: Request, parts: Parts, params: Annotated[wanted, Query()]) -> Response:
        lang = request_language(request, params.lang, parts.settings.languages)
        found = await read_list(
            parts.database,
            kind,
            params,
            lang=lang,
            whole=params.include is Include.text,
            max_bytes=parts.settings.include_text_bytes,
            with_cursors=False,
        )
        # As of a past time, the bytes are those that the log has the hash of.
        items = found.items if params.as_of else await add_pictures_to(parts.database, found.items)
        base = base_url(request, parts.settings)
        body = page_json((item_json(row, base, params.fields) for row in items), found.next)
        links = next_link(request, found.next)
        # A feed follows entries of the log, so no feed is this list if a day alone changes what is in it.
        if not any(time_params(params).values()) and not has_consultation_filter(select_filters(params)):
            query = params.model_dump(mode="json") | {"lang": None if lang == parts.settings.languages[0] else lang}
            links += link_headers(kind.plural, query, root=request.scope.get("root_path", ""))
        return json_bytes_response(request, body, lang=lang, links=links)

    @routes.get(
        f"/{kind.plural}/{{id}}",
        name=f"get_{kind.name}",
        operation_id=f"get_{kind.name}",
        summary=f"Get a {kind.name} ({kind.vietnamese})",
        description=f"Return the full {kind.name} in its last public edition, or as it was at the time `as_of`. A "
        f"withdrawn {kind.name} is still readable, with the reason in `withdrawal`. A removed one is 410. A redirected "
        "one is 308, with the path of the other document in `Location`.",
        tags=[title],
        response_model=ITEMS[kind.name],
        responses={**MOVED_RESPONSES, **DOCUMENT_RESPONSES, **BROKEN_RESPONSES, **PROBLEM_RESPONSES},
    )
    async def get_kind(
        request: Request,
        parts: Parts,
        id: Annotated[UUID, Path(description="The document's UUID.")],  # noqa: A002 - the public name
        params: Annotated[detailed, Query()],
    ) -> Response:
        lang = request_language(request, params.lang, parts.settings.languages)
        found = await get_whole_view(parts.database, id, lang=lang, kind=kind.name, **time_params(params))
        if isinstance(found, Pointer):
            return permanent_redirect(request, found.path)
        if not params.as_of:
            [found] = await add_pictures_to(parts.database, [found])
        return json_bytes_response(request, item_json(found, base_url(request, parts.settings)), lang=found.lang)
