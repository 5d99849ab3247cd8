"""oEmbed 1.0: what an editor's tool shows for a pasted address of a document."""

from enum import StrEnum
from typing import Annotated, Any
from urllib.parse import parse_qsl, urlsplit
from uuid import UUID

import orjson
from fastapi import APIRouter, Query
from lxml import etree
from pydantic import Field, ValidationError
from starlette.requests import Request
from starlette.responses import Response

from hub.content.queries import get_view
from hub.content.visibility import Pointer
from hub.embed.code import codes, height
from hub.embed.params import EmbedParams, refused
from hub.errors import InvalidInput, NotFound
from hub.i18n.feeds import word
from hub.state import Parts
from hub.web.language import chosen
from hub.web.parameters import LangParam, NoParams
from hub.web.problems import Problem
from hub.web.public_urls import base_of, page_path
from hub.web.served_bytes import served
from hub.web.xml import sub, written

HOPS = 3
"""How many redirected documents are followed to the one that stands in their place."""
WIDTH = 600
"""Pixels a list is wide; its frame takes the width there is."""
AGE = 3_600
"""Seconds for which an answer may be kept."""


class OEmbedFormat(StrEnum):
    """The forms of an answer."""

    json = "json"
    xml = "xml"


class OEmbedParams(NoParams):
    """Parameters of oEmbed."""

    url: str = Field(
        max_length=2_000, description="Address of a document, or of a list of `/embed`.", examples=["http://…/d/0190…"]
    )
    format: OEmbedFormat = Field(OEmbedFormat.json, description="`json` or `xml`.")
    maxwidth: int | None = Field(None, ge=1, le=100_000, description="Most pixels of a frame; of no effect on a link.")
    maxheight: int | None = Field(None, ge=1, le=100_000, description="Most pixels of a frame; of no effect on a link.")
    lang: LangParam = None


routes = APIRouter(tags=["Linked data"])


@routes.get(
    "/oembed",
    operation_id="get_oembed",
    summary="What a pasted address stands for (oEmbed)",
    description="For the address of a document (`/d/…`, `/id/…`): a `link` with its title and agency. For a list made "
    "at `/embed`: a `rich` frame. As JSON or XML.",
    response_class=Response,
    responses={
        200: {
            "description": "The link or the frame.",
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
    told = _list(params, base) or await _document(parts, params.url, base, lang)
    if params.format is OEmbedFormat.json:
        return served(request, orjson.dumps(told), "application/json")
    return served(request, _xml(told), "text/xml; charset=utf-8")


def _list(params: OEmbedParams, base: str) -> dict[str, Any] | None:
    """A list that `/embed` made, as a frame; None for another address. Raises `InvalidInput` for a wrong parameter."""
    own, asked = urlsplit(base), urlsplit(params.url)
    if asked.netloc != own.netloc or asked.path.removeprefix(own.path) not in ("/embed", "/embed/feed"):
        return None
    try:
        wanted = EmbedParams.model_validate(dict(parse_qsl(asked.query, max_num_fields=20)))
    except ValidationError as problem:
        raise refused(problem) from problem
    except ValueError as problem:
        raise InvalidInput(
            "The address has a damaged query.", field="url", expected="an address that /embed made"
        ) from problem
    name = word(wanted.lang, "hub")
    found = _told("rich", wanted.heading or name, name, base)
    return found | {
        "html": codes(wanted, base, name)["frame"],
        "width": min(params.maxwidth or WIDTH, WIDTH),
        "height": min(params.maxheight or height(wanted), height(wanted)),
    }


async def _document(parts: Parts, url: str, base: str, lang: str) -> dict[str, Any]:
    """A document as a link: its own page is framed by nobody."""
    document_id = _named(url, base)
    async with parts.database.read() as connection:
        found = await get_view(connection, document_id, lang=lang)
        for _ in range(HOPS):
            if isinstance(found, Pointer):
                found = await get_view(connection, found.document_id, lang=lang)
    if isinstance(found, Pointer):
        other = base + page_path(found.document_id)
        raise NotFound("Another document stands in its place.", field="url", expected=other)
    item = orjson.loads(found.json)
    return _told("link", item["title"], word(item["lang"], "hub"), base) | {"author_name": item["agency"]["name"]}


def _told(kind: str, title: str, provider: str, base: str) -> dict[str, Any]:
    return {
        "version": "1.0",
        "type": kind,
        "title": title,
        "provider_name": provider,
        "provider_url": base,
        "cache_age": AGE,
    }


def _named(url: str, base: str) -> UUID:
    """The document that an address of the hub names. Raises `NotFound` for any other address."""
    own, asked = urlsplit(base), urlsplit(url)
    steps = asked.path.removeprefix(own.path).strip("/").split("/")
    if asked.netloc == own.netloc and len(steps) in (2, 3) and steps[0] in ("d", "id"):
        try:
            return UUID(steps[-1])
        except ValueError:
            pass
    raise NotFound(
        "This is no address of a document here.", field="url", expected=f"{base}/d/…, {base}/id/… or {base}/embed"
    )


def _xml(told: dict[str, Any]) -> bytes:
    root = etree.Element("oembed")
    for name, value in told.items():
        sub(root, None, name, str(value))
    return written(root)
