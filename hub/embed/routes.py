"""`/embed.js` and its pinned versions, the configurator `/embed`, and `/embed/feed`, the list as a page for a frame."""

from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import Query
from pydantic import ValidationError
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from hub.database_errors import DATABASE_ERRORS, database_problem
from hub.embed.params import MAX_ITEMS, EmbedLang, EmbedParams, invalid_parameters
from hub.embed.queries import read_agency_name, read_choices, read_items
from hub.embed.snippets import LATEST_VERSION, frame_height, script_name, snippets
from hub.errors import InvalidInput
from hub.i18n.catalogues import LANGUAGES, texts, translate
from hub.problem_texts.catalogue import ProblemWriter
from hub.state import Parts
from hub.web import assets
from hub.web.content_security import CONFIGURE_CSP, FRAME_CSP
from hub.web.feed_links import ALL, feed_paths
from hub.web.language import request_language
from hub.web.pages import page_response
from hub.web.public_urls import base_url, page_path
from hub.web.repeated_parameters import check_single
from hub.web.responses import bytes_response
from hub.web.router import HubRouter
from hub.web.templates import render

HTML = "text/html; charset=utf-8"
CACHE_ONE_HOUR = "public, max-age=3600, stale-while-revalidate=86400"
CACHE_ONE_MINUTE = "public, max-age=60, stale-while-revalidate=600"


def embed_router() -> HubRouter:
    """Build the routes. None of them is part of the OpenAPI contract."""
    routes = HubRouter(include_in_schema=False)
    routes.add_route("/embed.js", latest_script, methods=["GET"])
    routes.add_route("/embed/{version}.js", pinned_script, methods=["GET"])
    routes.add_api_route("/embed", configure, methods=["GET"], response_model=None)
    routes.add_api_route("/embed/feed", frame, methods=["GET"], response_model=None)
    return routes


async def latest_script(request: Request) -> Response:
    """Serve the latest script under its plain name, cached for one hour."""
    return await assets.respond(
        request, await run_in_threadpool(assets.load_asset, script_name(LATEST_VERSION)), CACHE_ONE_HOUR
    )


async def pinned_script(request: Request) -> Response:
    """Serve one immutable version of the script, for pages that pin its hash."""
    try:
        found = await run_in_threadpool(assets.load_asset, script_name(request.path_params["version"]))
    except KeyError:
        raise HTTPException(404) from None
    return await assets.respond(request, found, assets.IMMUTABLE)


async def configure(request: Request, parts: Parts, params: Annotated[EmbedParams, Query()]) -> Response:
    """Serve the page that configures a list and shows its code. It also works without JavaScript."""
    requested = request.query_params.get("lang")
    lang = request_language(request, requested or None, LANGUAGES)
    params = params.model_copy(update={"lang": EmbedLang(lang)})
    async with parts.database.read() as connection:
        choices = await read_choices(connection, lang)
    words, base = texts(lang, "embed"), base_url(request, parts.settings)
    html = render(
        "embed.html",
        root=request.scope.get("root_path", ""),
        base=base,
        lang=lang,
        page="embed",
        words=words,
        nav=words["nav"],
        other=words["other"],
        params=params,
        choices=choices,
        attributes=params.attributes(),
        query=params.query(),
        version=LATEST_VERSION,
        codes=snippets(params, base, words["source"]),
        height=frame_height(params),
        oembed=_oembed_links(f"{base}/embed{params.query()}", base),
    )
    headers = {"vary": "Accept-Language", "content-language": lang}
    return page_response(request, html, CONFIGURE_CSP, **headers)


async def frame(request: Request, parts: Parts) -> Response:
    """Serve the list as a page for an iframe, for sites that do not allow scripts, and for people in a tab."""
    values: dict[str, Any] = {"items": [], "notice": None}
    agency_name = None
    status, cache = 200, CACHE_ONE_MINUTE
    try:
        check_single(request.scope["query_string"], EmbedParams.model_fields)
        params = EmbedParams.model_validate(dict(request.query_params))
        values["items"] = await read_items(parts.database, params)
        if params.agency is not None and params.is_whole:
            agency_name = await read_agency_name(parts.database, params.agency, params.lang)
    except (ValidationError, InvalidInput) as problem:
        error = problem if isinstance(problem, InvalidInput) else invalid_parameters(problem)
        requested = request.query_params.get("lang")
        params = EmbedParams(lang=requested if requested in LANGUAGES else "vi")
        detail = ProblemWriter(params.lang).write(error.detail)
        values["notice"] = f"{translate(params.lang, 'embed.wrong')} ({error.field}): {detail}"
        status, cache = 422, "no-store"
    except DATABASE_ERRORS as problem:
        if database_problem(problem) is None:
            raise
        values["notice"] = translate(params.lang, "embed.failed")
        status, cache = 503, "no-store"
    words, base = texts(params.lang, "embed"), base_url(request, parts.settings)
    whole = None if params.is_whole else params.whole
    of_kind = words["kinds"][params.kinds[0]] if len(params.kinds) == 1 else words["news"]
    html = render(
        "embed_feed.html",
        root=request.scope.get("root_path", ""),
        lang=params.lang.value,
        words=words,
        kinds=texts(params.lang, "short_kinds"),
        params=params,
        page_path=page_path,
        oembed=_oembed_links(f"{base}/embed/feed{params.query()}", base),
        name=params.heading or agency_name or of_kind,
        whole=whole and whole.query(),
        older=_feed_path(params) if params.is_whole and len(values["items"]) == MAX_ITEMS else None,
        **values,
    )
    headers = {"content-security-policy": FRAME_CSP, "cache-control": cache}
    if status == 200:
        return bytes_response(request, html.encode(), HTML, headers=headers)
    return Response(html, status, {**headers, "content-type": HTML})


def _feed_path(params: EmbedParams) -> str:
    """Path of the feed of an agency, which has pages: a list ends after its first items."""
    ((_, path), *_) = feed_paths(ALL, {"agency": params.agency, "lang": params.lang.value})
    return path


def _oembed_links(url: str, base: str) -> dict[str, str]:
    """URLs of the oEmbed endpoint for a page, by media type."""
    forms = {"application/json+oembed": "json", "text/xml+oembed": "xml"}
    return {kind: f"{base}/oembed?{urlencode({'url': url, 'format': form})}" for kind, form in forms.items()}
