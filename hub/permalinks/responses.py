"""Answers that several addresses share: where a document is, which ones are meant, and refusals as pages."""

from collections.abc import Sequence
from typing import Any

import orjson
from starlette.requests import Request
from starlette.responses import Response

from hub.content.visibility import Pointer
from hub.errors import DocumentGone, HubError, NotFound
from hub.i18n.catalogues import translate
from hub.permalinks.eli import eli_path
from hub.permalinks.lookup import DocumentMatch
from hub.permalinks.page import DOCUMENT_CSP, render_notice
from hub.state import Parts
from hub.web.accept import negotiate_media_type
from hub.web.public_urls import base_url, id_path, json_ld_path, page_path, rest_path
from hub.web.responses import REVALIDATE, permanent_redirect

HTML, JSON, JSON_LD = "text/html", "application/json", "application/ld+json"
FORMS = (HTML, JSON_LD, JSON)
"""Representations of a document; the first is the default."""


def is_browser(request: Request) -> bool:
    """Whether a person looks: only browsers name HTML themselves."""
    return (
        HTML in request.headers.get("accept", "") and negotiate_media_type(request.headers.get("accept"), FORMS) == HTML
    )


def permalink_page_headers() -> dict[str, str]:
    """Headers of a page that runs nothing."""
    return {
        "content-security-policy": DOCUMENT_CSP,
        "vary": "Accept, Accept-Language",
        "referrer-policy": "no-referrer",
    }


def refusal_response(request: Request, parts: Parts, lang: str, refused: HubError) -> Response:
    """A refusal as a page, for people; programs are told by the problem itself."""
    if not is_browser(request) or not isinstance(refused, NotFound | DocumentGone):
        raise refused
    gone = isinstance(refused, DocumentGone)
    title, text = (translate(lang, f"notices.{'gone' if gone else 'not_found'}.{part}") for part in ("title", "text"))
    body = render_notice(lang, base_url(request, parts.settings), title, text)
    headers = {**permalink_page_headers(), "cache-control": "no-store"}
    return Response(body, refused.status, headers, "text/html; charset=utf-8")


def respond_with_matches(
    request: Request,
    parts: Parts,
    found: Sequence[DocumentMatch] | Pointer,
    lang: str,
    ref: str | None,
    *,
    forms: Sequence[str] = FORMS,
    sure: bool = True,
) -> Response:
    """303 to the one document in the wanted form, 300 with the choices, or 308 to what stands in its place.

    `forms` are the forms to choose from, the first for whoever does not say; one that is not `sure` is a choice too.
    """
    base = base_url(request, parts.settings)
    if isinstance(found, Pointer):
        return permanent_redirect(request, f"{base}{id_path(found.kind, found.document_id)}")
    form = negotiate_media_type(request.headers.get("accept"), forms)
    headers = {"cache-control": REVALIDATE, "vary": "Accept, Accept-Language"}
    fragment = f"#{ref}" if ref else ""
    if len(found) == 1 and sure:
        one = found[0]
        paths = {
            HTML: page_path(one.document_id),
            JSON: rest_path(one.kind, one.document_id),
            JSON_LD: json_ld_path(one.document_id),
        }
        links = ", ".join(f'<{base}{paths[each]}>; rel="alternate"; type="{each}"' for each in FORMS)
        location = f"{base}{paths[form]}{fragment}"
        return Response(status_code=303, headers={**headers, "location": location, "link": links})
    items = [orjson.loads(match.json) for match in found]
    if form == HTML and is_browser(request):
        choices = [(f"{base}{page_path(item['id'])}{fragment}", _choice_label(item)) for item in items]
        body = render_notice(
            lang, base, translate(lang, "notices.several.title"), translate(lang, "notices.several.text"), choices
        )
        return Response(body, 300, {**headers, **permalink_page_headers()}, "text/html; charset=utf-8")
    told = [
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
    return Response(orjson.dumps({"choices": told}), 300, headers, JSON)


def _choice_label(item: dict[str, Any]) -> str:
    issuers = ", ".join(issuer["name"] for issuer in item["issuers"])
    return f"{item['number']} – {issuers}, {item['issued_on']}: {item['title']}"
