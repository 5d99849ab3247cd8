"""Deprecated operations: headers of their answers (RFC 9745, RFC 8594), marks in the contract, and a page of all."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date
from email.utils import format_datetime
from typing import Any

from fastapi import FastAPI
from starlette.datastructures import MutableHeaders
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from hub.deprecations import GRAPHQL, INPUTS, REST, Deprecation
from hub.i18n.catalogues import LANGUAGES, format_date, texts, translate
from hub.problem_texts.catalogue import ProblemWriter
from hub.times import midnight
from hub.web.content_security import PAGE_CSP
from hub.web.language import request_language
from hub.web.pages import page_response
from hub.web.templates import render

PAGE = "/deprecations"


class DeprecationHeaders:
    """ASGI middleware that adds `Deprecation`, `Sunset` and a link to the page to answers of deprecated operations."""

    def __init__(self, app: ASGIApp, deprecated: Mapping[str, Deprecation] = REST):
        self.app = app
        self.deprecated = deprecated

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if not self.deprecated or scope["type"] != "http":
            await self.app(scope, receive, send)
            return

        async def send_with_deprecation(message: Message) -> None:
            if message["type"] == "http.response.start":
                # The router stores the route in the scope while it handles the request.
                pattern = getattr(scope.get("route"), "path", "")
                found = self.deprecated.get(f"{scope['method']} {pattern}")
                if found is not None:
                    announce(MutableHeaders(scope=message), found, scope.get("root_path", ""))
            await send(message)

        await self.app(scope, receive, send_with_deprecation)


def announce(headers: MutableHeaders, found: Deprecation, root: str) -> None:
    """Add the headers of a deprecation to an answer."""
    headers["Deprecation"] = f"@{int(midnight(found.since).timestamp())}"
    headers["Sunset"] = format_datetime(midnight(found.sunset).astimezone(UTC), usegmt=True)
    headers.append("Link", f'<{root}{PAGE}>; rel="deprecation"; type="text/html"')


def patch_openapi(document: dict[str, Any], deprecated: Mapping[str, Deprecation] = REST) -> None:
    """Mark deprecated operations in the OpenAPI document. Raises `KeyError` for an operation it does not have."""
    for name, found in deprecated.items():
        method, _, path = name.partition(" ")
        operation = document["paths"][path][method.lower()]
        operation["deprecated"] = True
        operation["description"] = f"**Deprecated.** {found.reason}\n\n{operation.get('description', '')}".rstrip()


@dataclass(frozen=True)
class ListedDeprecation:
    """A deprecated part as the page shows it, in the language of the page."""

    contract: str
    """Key of its sort in the texts of the page: `rest`, `graphql` or `input`."""
    name: str
    since: date
    since_day: str
    sunset: date
    sunset_day: str
    instead: str


def install(app: FastAPI) -> None:
    """Add the page of deprecations to an app."""

    @app.get(PAGE, include_in_schema=False)
    async def deprecations(request: Request) -> Response:
        lang = request_language(request, request.query_params.get("lang"), LANGUAGES)
        words = texts(lang, "deprecations")
        root = request.scope.get("root_path", "")
        html = render("deprecations.html", root=root, lang=lang, words=words, listed=_all_deprecations(lang))
        headers = {"vary": "Accept, Accept-Language", "content-language": lang}
        return page_response(request, html, PAGE_CSP, **headers)


def _all_deprecations(lang: str) -> list[ListedDeprecation]:
    writer = ProblemWriter(lang)
    listed = [
        ListedDeprecation(
            contract=contract,
            name=name,
            since=found.since,
            since_day=format_date(lang, found.since),
            sunset=found.sunset,
            sunset_day=format_date(lang, found.sunset),
            instead=translate(lang, "deprecations.instead").format(instead=writer.write(found.instead)),
        )
        for contract, deprecated in (("rest", REST), ("graphql", GRAPHQL), ("input", INPUTS))
        for name, found in deprecated.items()
    ]
    return sorted(listed, key=lambda each: (each.sunset, each.name))
