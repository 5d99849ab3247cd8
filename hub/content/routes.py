"""REST for the four kinds: a list and a detail each, and both pass stored bytes through."""

from enum import StrEnum
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Path, Query
from pydantic import Field, create_model
from starlette.requests import Request
from starlette.responses import Response

from hub.content.filters import Filters, Sort
from hub.content.kinds import KINDS, Kind
from hub.content.queries import get_view, list_views
from hub.paging import DEFAULT_LIMIT, MAX_LIMIT
from hub.web.answers import answer, next_link, page
from hub.web.language import chosen
from hub.web.parameters import LangParam, OnlyLang
from hub.web.problems import Problem
from hub.web.state import Parts


class Include(StrEnum):
    """What a list carries beside its cards."""

    text = "text"


class ListParams(Filters):
    """Parameters of every list."""

    lang: LangParam = None
    sort: Sort = Field(Sort.published_desc, description="Order (thứ tự).")
    limit: int = Field(DEFAULT_LIMIT, ge=1, le=MAX_LIMIT, description="How many items at most (số mục mỗi trang).")
    cursor: str | None = Field(None, max_length=1_000, description="The `next` of the page before.")
    include: Include | None = Field(
        None, description="`text`: whole items instead of cards; a page then ends before it grows too large."
    )


PROBLEMS: dict[int | str, dict[str, Any]] = {
    422: {"model": Problem, "description": "A parameter is unknown or not valid."}
}


def router() -> APIRouter:
    """The routes of all kinds."""
    routes = APIRouter(prefix="/api/v1")
    for kind in KINDS.values():
        _add(routes, kind)
    return routes


def _add(routes: APIRouter, kind: Kind) -> None:
    title = kind.plural.capitalize()
    listed = create_model(
        f"{kind.name.capitalize()}Page",
        __doc__=f"One page of {kind.plural}.",
        items=(list[kind.full | kind.card], Field(description="Cards, or whole items with `include=text`.")),  # type: ignore[name-defined]
        next=(str | None, Field(None, description="Cursor of the following page; null at the end.")),
    )

    @routes.get(
        f"/{kind.plural}",
        name=f"list_{kind.plural}",
        operation_id=f"list_{kind.plural}",
        summary=f"List {kind.plural} ({kind.vietnamese})",
        description=f"Live {kind.plural}, newest first unless `sort` says otherwise. Each item comes in the wanted "
        "language, or else in the one there is: its `lang` tells.",
        tags=[title],
        response_model=listed,
        responses={304: {"description": "The reader's ETag still holds."}, **PROBLEMS},
    )
    async def list_kind(request: Request, parts: Parts, params: Annotated[ListParams, Query()]) -> Response:
        lang = chosen(params.lang, request.headers.get("accept-language"), parts.settings.languages)
        filters = Filters.model_construct(**{name: getattr(params, name) for name in Filters.model_fields})
        async with parts.database.read() as connection:
            found = await list_views(
                connection,
                kind.name,
                filters,
                lang=lang,
                sort=params.sort,
                limit=params.limit,
                cursor=params.cursor,
                text=params.include is Include.text,
                max_bytes=parts.settings.include_text_bytes,
            )
        body = page((row.json for row in found.items), found.next)
        return answer(request, body, lang=lang, links=next_link(request, found.next))

    @routes.get(
        f"/{kind.plural}/{{id}}",
        name=f"get_{kind.name}",
        operation_id=f"get_{kind.name}",
        summary=f"One {kind.name} ({kind.vietnamese})",
        description=f"The whole of one {kind.name}, as its last public edition says it.",
        tags=[title],
        response_model=kind.full,
        responses={
            304: {"description": "The reader's ETag still holds."},
            404: {"model": Problem, "description": "No public item with this id."},
            410: {"model": Problem, "description": "Removed for good."},
            **PROBLEMS,
        },
    )
    async def get_kind(
        request: Request,
        parts: Parts,
        id: Annotated[UUID, Path(description="The document's UUID.")],  # noqa: A002 - the public name
        params: Annotated[OnlyLang, Query()],
    ) -> Response:
        lang = chosen(params.lang, request.headers.get("accept-language"), parts.settings.languages)
        async with parts.database.read() as connection:
            row = await get_view(connection, id, lang=lang, kind=kind.name)
        return answer(request, row.json, lang=row.lang)
