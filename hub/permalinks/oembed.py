"""oEmbed 1.0: previews of pasted URLs of documents and embedded lists in editors and content management systems."""

import math
from typing import Annotated, Any
from urllib.parse import SplitResult, parse_qsl, urlsplit
from uuid import UUID

import orjson
from fastapi import Query
from lxml import etree
from pydantic import ValidationError
from starlette.requests import Request
from starlette.responses import Response

from hub.content.filter_expansion import expand_filters
from hub.content.pictures import load_pictures
from hub.content.queries import get_view
from hub.content.stored_views import parse_view
from hub.content.visibility import Pointer
from hub.domain.pictures import find_image_ids
from hub.embed.params import EmbedParams, invalid_parameters
from hub.embed.snippets import frame_height, snippets
from hub.errors import InvalidInput, NotFound
from hub.i18n.catalogues import translate
from hub.permalinks.params import OEmbedFormat, OEmbedParams
from hub.permalinks.plain_page import PlainPage
from hub.problem_texts.templates import as_data, fill
from hub.state import Parts
from hub.urls import parse_web_url
from hub.web import item_html
from hub.web.language import negotiate_language
from hub.web.problems import Problem
from hub.web.public_urls import base_url, page_path
from hub.web.responses import bytes_response
from hub.web.router import HubRouter
from hub.web.xml import add_child, serialize

MAX_REDIRECTS = 3
"""Maximum number of redirects from a document to its successor."""
MAX_WIDTH = 600
"""Width of a list in pixels. Its frame takes the available width."""
THUMBNAIL_WIDTH = 640
"""Maximum width of a thumbnail in pixels."""
CACHE_SECONDS = 3_600
"""Seconds for which consumers may cache a response."""


routes = HubRouter(tags=["Linked data"])


@routes.get(
    "/oembed",
    operation_id="get_oembed",
    summary="Preview of a pasted URL (oEmbed)",
    description="For the URL of a document (`/d/…`, `/id/…`), a `link` with its title, agency and a thumbnail of its "
    "picture. For a list "
    "configured at `/embed`, a `rich` frame. As JSON or XML.",
    response_class=Response,
    responses={
        200: {
            "description": "The link or the frame.",
            "content": {"application/json": {"schema": {"type": "object"}}, "text/xml": {"schema": {"type": "string"}}},
        },
        304: {"description": "Not modified: the ETag still matches."},
        404: {"model": Problem, "description": "No public document has this URL."},
        410: {"model": Problem, "description": "Permanently removed."},
        422: {"model": Problem, "description": "A parameter is not valid."},
    },
)
async def get_oembed(request: Request, parts: Parts, params: Annotated[OEmbedParams, Query()]) -> Response:
    base = base_url(request, parts.settings)
    lang = negotiate_language(params.lang, None, parts.settings.languages)
    members = await _list_response(parts, params, base) or await _document_response(parts, params, base, lang)
    if params.format is OEmbedFormat.json:
        return bytes_response(request, orjson.dumps(members), "application/json")
    return bytes_response(request, _to_xml(members), "text/xml; charset=utf-8")


async def _list_response(parts: Parts, params: OEmbedParams, base: str) -> dict[str, Any] | None:
    """The frame of a list configured at `/embed`, None for other URLs. Raises `InvalidInput`."""
    own, requested = urlsplit(base), _split_url(params.url)
    if requested.netloc != own.netloc or requested.path.removeprefix(own.path) not in ("/embed", "/embed/feed"):
        return None
    try:
        embed_params = EmbedParams.model_validate(dict(parse_qsl(requested.query, max_num_fields=20)))
    except ValidationError as problem:
        raise invalid_parameters(problem) from problem
    except ValueError as problem:
        raise InvalidInput("The query of the URL is not valid.", field="url", expected="a URL from /embed") from problem
    await expand_filters(parts.database, embed_params.filters)
    name = translate(embed_params.lang, "hub.name")
    found = _response_members("rich", embed_params.heading or name, name, base)
    return found | {
        "html": snippets(embed_params, base, name)["frame"],
        "width": min(params.maxwidth or MAX_WIDTH, MAX_WIDTH),
        "height": min(params.maxheight or frame_height(embed_params), frame_height(embed_params)),
    }


async def _document_response(parts: Parts, params: OEmbedParams, base: str, lang: str) -> dict[str, Any]:
    """The link to a document, whose page cannot be framed, with a thumbnail if it has a picture of the hub."""
    document_id = _parse_document_url(params.url, base)
    async with parts.database.read() as connection:
        found = await get_view(connection, document_id, lang=lang)
        for _ in range(MAX_REDIRECTS):
            if isinstance(found, Pointer):
                found = await get_view(connection, found.document_id, lang=lang)
        if isinstance(found, Pointer):
            other = base + page_path(found.document_id)
            raise NotFound("The document was replaced by another document.", field="url", expected=as_data(other))
        pictures = await load_pictures(connection, find_image_ids([found.json]))
    item = parse_view(found.json, document_id, "oembed", full=True)
    plain = PlainPage.of_card(document_id, found.kind, found.lang, base, item)
    members = _response_members("link", plain.heading, translate(found.lang, "hub.name"), base)
    members |= {"author_name": plain.agency} if plain.agency else {}
    return members | _thumbnail(item_html.picture(item, base, pictures) if item else None, params)


def _thumbnail(image: item_html.Item | None, params: OEmbedParams) -> dict[str, Any]:
    """The largest size within the requested limits; the specification asks for its dimensions."""
    widest, highest = min(params.maxwidth or THUMBNAIL_WIDTH, THUMBNAIL_WIDTH), params.maxheight or math.inf
    fitting = (
        [size for size in image["sizes"] if size["width"] <= widest and size["height"] <= highest] if image else []
    )
    if not fitting:
        return {}
    size = fitting[-1]
    return {"thumbnail_url": size["url"], "thumbnail_width": size["width"], "thumbnail_height": size["height"]}


def _split_url(url: str) -> SplitResult:
    try:
        return parse_web_url(url)
    except ValueError as problem:
        raise InvalidInput(
            "This is not a URL.",
            field="url",
            expected="the URL of a document, or one from /embed",
        ) from problem


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
    """The ID of the document in a URL of the hub. Raises `NotFound` for any other URL."""
    own, requested = urlsplit(base), _split_url(url)
    steps = requested.path.removeprefix(own.path).strip("/").split("/")
    if requested.netloc == own.netloc and len(steps) in (2, 3) and steps[0] in ("d", "id"):
        try:
            return UUID(steps[-1])
        except ValueError:
            pass
    raise NotFound(
        "This is not the URL of a document of this hub.",
        field="url",
        expected=fill("{base}/d/…, {base}/id/… or {base}/embed", base=base),
    )


def _to_xml(members: dict[str, Any]) -> bytes:
    root = etree.Element("oembed")
    for name, value in members.items():
        add_child(root, None, name, str(value))
    return serialize(root)
