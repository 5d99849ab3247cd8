"""Shared responses of permalinks: redirect to a document, choice between several, and errors as pages."""

from collections.abc import Sequence
from typing import Any

import orjson
from starlette.requests import Request
from starlette.responses import Response

from hub.content.stored_views import parse_view
from hub.content.visibility import Pointer
from hub.domain.eli import eli_path
from hub.errors import DocumentGone, HubError, NotFound
from hub.i18n.catalogues import translate
from hub.permalinks.lookup import DocumentMatch
from hub.permalinks.notice import render_notice
from hub.state import Parts
from hub.web.accept import negotiate_media_type
from hub.web.content_security import DOCUMENT_CSP
from hub.web.public_urls import base_url, id_path, json_ld_path, page_path, rest_path
from hub.web.responses import REVALIDATE, permanent_redirect

HTML, JSON, JSON_LD = "text/html", "application/json", "application/ld+json"
FORMS = (HTML, JSON_LD, JSON)
"""Representations of a document; the first is the default."""


def is_browser(request: Request) -> bool:
    """Return true for a browser: only browsers name HTML in `Accept` themselves."""
    return (
        HTML in request.headers.get("accept", "") and negotiate_media_type(request.headers.get("accept"), FORMS) == HTML
    )


def permalink_page_headers(csp: str = DOCUMENT_CSP) -> dict[str, str]:
    """Headers of a page, by default of one without scripts."""
    return {
        "content-security-policy": csp,
        "vary": "Accept, Accept-Language",
        "referrer-policy": "no-referrer",
    }


def error_response(request: Request, parts: Parts, lang: str, error: HubError) -> Response:
    """Render an error as a page for browsers. For other clients, raise it again, which gives a problem response."""
    if not is_browser(request) or not isinstance(error, NotFound | DocumentGone):
        raise error
    gone = isinstance(error, DocumentGone)
    title, text = (translate(lang, f"notices.{'gone' if gone else 'not_found'}.{part}") for part in ("title", "text"))
    body = render_notice(lang, base_url(request, parts.settings), title, text)
    headers = {**permalink_page_headers(), "cache-control": "no-store"}
    return Response(body, error.status, headers, "text/html; charset=utf-8")


def respond_with_matches(
    request: Request,
    parts: Parts,
    found: Sequence[DocumentMatch] | Pointer,
    lang: str,
    ref: str | None,
    *,
    forms: Sequence[str] = FORMS,
    is_certain: bool = True,
) -> Response:
    """303 to the document in the negotiated form, 300 with several choices, or 308 to the successor.

    `forms` are the available forms, the default first. A single match that is not `is_certain` is also a choice (300).
    """
    base = base_url(request, parts.settings)
    if isinstance(found, Pointer):
        return permanent_redirect(request, f"{base}{id_path(found.kind, found.document_id)}")
    form = negotiate_media_type(request.headers.get("accept"), forms)
    headers = {"cache-control": REVALIDATE, "vary": "Accept, Accept-Language"}
    fragment = f"#{ref}" if ref else ""
    if len(found) == 1 and is_certain:
        one = found[0]
        paths = {
            HTML: page_path(one.document_id),
            JSON: rest_path(one.kind, one.document_id),
            JSON_LD: json_ld_path(one.document_id),
        }
        links = ", ".join(f'<{base}{paths[each]}>; rel="alternate"; type="{each}"' for each in FORMS)
        location = f"{base}{paths[form]}{fragment}"
        return Response(status_code=303, headers={**headers, "location": location, "link": links})
    parsed = (parse_view(match.json, match.document_id, "numbers") for match in found)
    items = [item for item in parsed if item is not None]
    if form == HTML and is_browser(request):
        labelled = [(f"{base}{page_path(item['id'])}{fragment}", _choice_label(item)) for item in items]
        body = render_notice(
            lang, base, translate(lang, "notices.several.title"), translate(lang, "notices.several.text"), labelled
        )
        return Response(body, 300, {**headers, **permalink_page_headers()}, "text/html; charset=utf-8")
    choices = [
        {
            "id": item["id"],
            "title": item["title"],
            "number": item["number"],
            "issuers": [issuer["name"] for issuer in item["issuers"]],
            "issued_on": item["issued_on"],
            "year": int(item["issued_on"][:4]),
            "url": f"{base}{id_path(item['kind'], item['id'])}",
            "eli": base + (eli_path(item) or ""),
        }
        for item in items
    ]
    return Response(orjson.dumps({"choices": choices}), 300, headers, JSON)


def _choice_label(item: dict[str, Any]) -> str:
    issuers = ", ".join(issuer["name"] for issuer in item["issuers"])
    return f"{item['number']} – {issuers}, {item['issued_on']}: {item['title']}"
