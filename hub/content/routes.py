"""REST for the four kinds: a list and a detail each, and both pass stored bytes through."""

from enum import StrEnum
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Path, Query
from pydantic import Field, create_model
from starlette.requests import Request
from starlette.responses import Response

from hub.content import detail_routes
from hub.content.detail_routes import DOCUMENT_RESPONSES, MOVED_RESPONSES, PROBLEM_RESPONSES, permanent_redirect
from hub.content.filter_expansion import expand_filters
from hub.content.queries import Pointer, get_view, list_views
from hub.domain.as_of import AS_OF_DESCRIPTION, IN_FORCE_ON_DESCRIPTION, AsOf, Day, parse_as_of
from hub.domain.filters import Filters, Sort
from hub.domain.kinds import KINDS, Kind
from hub.domain.kinds.policy import POLICY
from hub.feeds.discovery import link_headers
from hub.paging import DEFAULT_LIMIT, MAX_LIMIT
from hub.state import Parts
from hub.web.language import negotiate_language
from hub.web.parameters import LangParam, LangParams
from hub.web.responses import json_bytes_response, next_link, page_json


class Include(StrEnum):
    """What a list carries beside its cards."""

    text = "text"


class ListParams(Filters):
    """Parameters of every list."""

    lang: LangParam = None
    as_of: AsOf | None = Field(None, description=AS_OF_DESCRIPTION, examples=["2026-10-31"])
    sort: Sort = Field(Sort.published_desc, description="Order (thứ tự).")
    limit: int = Field(DEFAULT_LIMIT, ge=1, le=MAX_LIMIT, description="How many items at most (số mục mỗi trang).")
    cursor: str | None = Field(None, max_length=1_000, description="The `next` of the page before.")
    include: Include | None = Field(
        None, description="`text`: whole items instead of cards; a page then ends before it grows too large."
    )


class PolicyListParams(ListParams):
    """Parameters of the list of policies."""

    in_force_on: Day | None = Field(None, description=IN_FORCE_ON_DESCRIPTION, examples=["2026-03-01"])


class DetailParams(LangParams):
    """Parameters of a detail."""

    as_of: AsOf | None = Field(None, description=AS_OF_DESCRIPTION, examples=["2026-10-31"])


class PolicyDetailParams(DetailParams):
    """Parameters of a policy's detail."""

    in_force_on: Day | None = Field(
        None,
        description="The policy only if it is in force on this legal date, else 404 `not_in_force` with its dates. "
        "Not together with `as_of`.",
        examples=["2026-03-01"],
    )


def list_params(kind: Kind) -> type[ListParams]:
    """The parameters of a kind's list; legal force is a matter of policies alone."""
    return PolicyListParams if kind is POLICY else ListParams


def time_params(params: ListParams | DetailParams) -> dict[str, Any]:
    """The moment and the legal date that were asked about, as the queries take them."""
    as_of = None if params.as_of is None else parse_as_of(params.as_of)
    return {"as_of": as_of, "in_force_on": getattr(params, "in_force_on", None)}


def router() -> APIRouter:
    """The routes of all kinds."""
    routes = APIRouter(prefix="/api/v1")
    for kind in KINDS.values():
        _add_routes(routes, kind)
        detail_routes.add_detail_routes(routes, kind)
    return routes


def _add_routes(routes: APIRouter, kind: Kind) -> None:
    title = kind.plural.capitalize()
    listed = create_model(
        f"{kind.name.capitalize()}Page",
        __doc__=f"One page of {kind.plural}.",
        items=(list[kind.full | kind.card], Field(description="Cards, or whole items with `include=text`.")),  # type: ignore[name-defined]
        next=(str | None, Field(None, description="Cursor of the following page; null at the end.")),
    )
    wanted: Any = list_params(kind)
    detailed: Any = PolicyDetailParams if kind is POLICY else DetailParams

    @routes.get(
        f"/{kind.plural}",
        name=f"list_{kind.plural}",
        operation_id=f"list_{kind.plural}",
        summary=f"List {kind.plural} ({kind.vietnamese})",
        description=f"Live {kind.plural}, newest first unless `sort` says otherwise. Each item comes in the wanted "
        "language, or else in the one there is: its `lang` tells.",
        tags=[title],
        response_model=listed,
        responses={304: {"description": "The reader's ETag still holds."}, **PROBLEM_RESPONSES},
    )
    async def list_kind(request: Request, parts: Parts, params: Annotated[wanted, Query()]) -> Response:
        lang = negotiate_language(params.lang, request.headers.get("accept-language"), parts.settings.languages)
        filters = Filters.model_construct(**{name: getattr(params, name) for name in Filters.model_fields})
        wide = await expand_filters(parts.database, filters)
        async with parts.database.read() as connection:
            found = await list_views(
                connection,
                kind.name,
                filters,
                expanded=wide,
                lang=lang,
                sort=params.sort,
                limit=params.limit,
                cursor=params.cursor,
                text=params.include is Include.text,
                max_bytes=parts.settings.include_text_bytes,
                **time_params(params),
            )
        body = page_json((row.json for row in found.items), found.next)
        links = next_link(request, found.next)
        if not any(time_params(params).values()):
            asked = params.model_dump(mode="json") | {"lang": None if lang == parts.settings.languages[0] else lang}
            links += link_headers(kind.plural, asked, root=request.scope.get("root_path", ""))
        return json_bytes_response(request, body, lang=lang, links=links)

    @routes.get(
        f"/{kind.plural}/{{id}}",
        name=f"get_{kind.name}",
        operation_id=f"get_{kind.name}",
        summary=f"One {kind.name} ({kind.vietnamese})",
        description=f"The whole of one {kind.name}, as its last public edition says it, or as it was with `as_of`. A "
        "withdrawn one is still readable and says why in `withdrawal`; one that is gone is 410; for one that has "
        "another in its place, `Location` says where that is.",
        tags=[title],
        response_model=kind.full,
        responses={**MOVED_RESPONSES, **DOCUMENT_RESPONSES, **PROBLEM_RESPONSES},
    )
    async def get_kind(
        request: Request,
        parts: Parts,
        id: Annotated[UUID, Path(description="The document's UUID.")],  # noqa: A002 - the public name
        params: Annotated[detailed, Query()],
    ) -> Response:
        lang = negotiate_language(params.lang, request.headers.get("accept-language"), parts.settings.languages)
        async with parts.database.read() as connection:
            found = await get_view(connection, id, lang=lang, kind=kind.name, **time_params(params))
        if isinstance(found, Pointer):
            return permanent_redirect(request, found)
        return json_bytes_response(request, found.json, lang=found.lang)
