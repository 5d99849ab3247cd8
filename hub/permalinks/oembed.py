"""oEmbed 1.0: what an editor's tool shows for a pasted address of a document."""

from typing import Annotated, Any
from urllib.parse import parse_qsl, urlsplit
from uuid import UUID

import orjson
from fastapi import APIRouter, Query
from lxml import etree
from pydantic import ValidationError
from starlette.requests import Request
from starlette.responses import Response

from hub.content.queries import get_view
from hub.content.visibility import Pointer
from hub.embed.params import EmbedParams, invalid_parameters
from hub.embed.snippets import frame_height, snippets
from hub.errors import InvalidInput, NotFound
from hub.i18n.catalogues import translate
from hub.permalinks.params import OEmbedFormat, OEmbedParams
from hub.state import Parts
from hub.web.language import negotiate_language
from hub.web.problems import Problem
from hub.web.public_urls import base_url, page_path
from hub.web.responses import bytes_response
from hub.web.xml import add_child, serialize

MAX_REDIRECTS = 3
"""How many redirected documents are followed to the one that stands in their place."""
MAX_WIDTH = 600
"""Pixels a list is wide; its frame takes the width there is."""
CACHE_SECONDS = 3_600
"""Seconds for which an answer may be kept."""


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
    base = base_url(request, parts.settings)
    lang = negotiate_language(params.lang, None, parts.settings.languages)
    told = _list_response(params, base) or await _document_response(parts, params.url, base, lang)
    if params.format is OEmbedFormat.json:
        return bytes_response(request, orjson.dumps(told), "application/json")
    return bytes_response(request, _to_xml(told), "text/xml; charset=utf-8")


def _list_response(params: OEmbedParams, base: str) -> dict[str, Any] | None:
    """A list that `/embed` made, as a frame; None for another address. Raises `InvalidInput` for a wrong parameter."""
    own, asked = urlsplit(base), urlsplit(params.url)
    if asked.netloc != own.netloc or asked.path.removeprefix(own.path) not in ("/embed", "/embed/feed"):
        return None
    try:
        wanted = EmbedParams.model_validate(dict(parse_qsl(asked.query, max_num_fields=20)))
    except ValidationError as problem:
        raise invalid_parameters(problem) from problem
    except ValueError as problem:
        raise InvalidInput(
            "The address has a damaged query.", field="url", expected="an address that /embed made"
        ) from problem
    name = translate(wanted.lang, "hub.name")
    found = _response_members("rich", wanted.heading or name, name, base)
    return found | {
        "html": snippets(wanted, base, name)["frame"],
        "width": min(params.maxwidth or MAX_WIDTH, MAX_WIDTH),
        "height": min(params.maxheight or frame_height(wanted), frame_height(wanted)),
    }


async def _document_response(parts: Parts, url: str, base: str, lang: str) -> dict[str, Any]:
    """A document as a link: its own page is framed by nobody."""
    document_id = _parse_document_url(url, base)
    async with parts.database.read() as connection:
        found = await get_view(connection, document_id, lang=lang)
        for _ in range(MAX_REDIRECTS):
            if isinstance(found, Pointer):
                found = await get_view(connection, found.document_id, lang=lang)
    if isinstance(found, Pointer):
        other = base + page_path(found.document_id)
        raise NotFound("Another document stands in its place.", field="url", expected=other)
    item = orjson.loads(found.json)
    return _response_members("link", item["title"], translate(item["lang"], "hub.name"), base) | {
        "author_name": item["agency"]["name"]
    }


def _response_members(kind: str, title: str, provider: str, base: str) -> dict[str, Any]:
    return {
        "version": "1.0",
        "type": kind,
        "title": title,
        "provider_name": provider,
        "provider_url": base,
        "cache_age": CACHE_SECONDS,
    }


def _parse_document_url(url: str, base: str) -> UUID:
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


def _to_xml(told: dict[str, Any]) -> bytes:
    root = etree.Element("oembed")
    for name, value in told.items():
        add_child(root, None, name, str(value))
    return serialize(root)
