"""oEmbed 1.0: what an editor's tool shows for a pasted address of a document."""

from enum import StrEnum
from typing import Annotated, Any
from urllib.parse import urlsplit
from uuid import UUID

import orjson
from fastapi import APIRouter, Query
from lxml import etree
from pydantic import Field
from starlette.requests import Request
from starlette.responses import Response

from hub.content.queries import get_view
from hub.content.shown import Pointer
from hub.delivery.addresses import base_of, page_path
from hub.delivery.words import word
from hub.delivery.xml import sub, written
from hub.errors import NotFound
from hub.web.language import chosen
from hub.web.parameters import LangParam, NoParams
from hub.web.problems import Problem
from hub.web.served import served
from hub.web.state import Parts

HOPS = 3
"""How many redirected documents are followed to the one that stands in their place."""
AGE = 3_600
"""Seconds for which an answer may be kept."""


class OEmbedFormat(StrEnum):
    """The forms of an answer."""

    json = "json"
    xml = "xml"


class OEmbedParams(NoParams):
    """Parameters of oEmbed."""

    url: str = Field(max_length=2_000, description="Address of a document's page.", examples=["http://…/d/0190…"])
    format: OEmbedFormat = Field(OEmbedFormat.json, description="`json` or `xml`.")
    maxwidth: int | None = Field(None, ge=1, le=100_000, description="Most pixels; of no effect on a link.")
    maxheight: int | None = Field(None, ge=1, le=100_000, description="Most pixels; of no effect on a link.")
    lang: LangParam = None


routes = APIRouter(tags=["Linked data"])


@routes.get(
    "/oembed",
    operation_id="get_oembed",
    summary="A pasted address as a link with a name (oEmbed)",
    description="For the address of a document's page (`/d/…`, `/id/…`): its title, its agency and the hub, as JSON "
    "or XML.",
    response_class=Response,
    responses={
        200: {
            "description": "The link.",
            "content": {"application/json": {"schema": {"type": "object"}}, "text/xml": {"schema": {"type": "string"}}},
        },
        304: {"description": "The reader's ETag still holds."},
        404: {"model": Problem, "description": "No public document has this address."},
        410: {"model": Problem, "description": "Removed for good."},
        422: {"model": Problem, "description": "A parameter is unknown or not valid."},
    },
)
async def get_oembed(request: Request, parts: Parts, params: Annotated[OEmbedParams, Query()]) -> Response:
    base = base_of(request, parts.settings)
    lang = chosen(params.lang, None, parts.settings.languages)
    document_id = _named(params.url, base)
    async with parts.database.read() as connection:
        found = await get_view(connection, document_id, lang=lang)
        for _ in range(HOPS):
            if isinstance(found, Pointer):
                found = await get_view(connection, found.document_id, lang=lang)
    if isinstance(found, Pointer):
        raise NotFound(
            "Another document stands in its place.", field="url", expected=base + page_path(found.document_id)
        )
    item = orjson.loads(found.json)
    told = {
        "version": "1.0",
        "type": "link",
        "title": item["title"],
        "author_name": item["agency"]["name"],
        "provider_name": word(item["lang"], "hub"),
        "provider_url": base,
        "cache_age": AGE,
    }
    if params.format is OEmbedFormat.json:
        return served(request, orjson.dumps(told), "application/json", lang=item["lang"])
    return served(request, _xml(told), "text/xml; charset=utf-8", lang=item["lang"])


def _named(url: str, base: str) -> UUID:
    """The document that an address of the hub names. Raises `NotFound` for any other address."""
    own, asked = urlsplit(base), urlsplit(url)
    steps = asked.path.removeprefix(own.path).strip("/").split("/")
    if asked.netloc == own.netloc and len(steps) in (2, 3) and steps[0] in ("d", "id"):
        try:
            return UUID(steps[-1])
        except ValueError:
            pass
    raise NotFound("This is no address of a document here.", field="url", expected=f"{base}/d/… or {base}/id/…")


def _xml(told: dict[str, Any]) -> bytes:
    root = etree.Element("oembed")
    for name, value in told.items():
        sub(root, None, name, str(value))
    return written(root)
