"""`/embed/consultation/{id}`: the element for comments as a page, for a frame in sites that cannot load its script."""

from typing import Annotated

from fastapi import Query
from starlette.requests import Request
from starlette.responses import Response

from hub.consultation.path_parameters import ConsultationId
from hub.consultation.queries import get_consultation
from hub.embed.params import EmbedLang, Theme
from hub.embed.snippets import CONSULTATION_SCRIPT
from hub.errors import NotFound
from hub.i18n.catalogues import texts, translate
from hub.state import Parts
from hub.web.content_security import CONSULTATION_FRAME_CSP
from hub.web.parameters import SharedParams
from hub.web.public_urls import page_path
from hub.web.responses import bytes_response
from hub.web.router import HubRouter
from hub.web.templates import render

_HTML = "text/html; charset=utf-8"
_CACHE_ONE_MINUTE = "public, max-age=60, stale-while-revalidate=600"

routes = HubRouter(include_in_schema=False)


class ConsultationFrameParams(SharedParams):
    """Parameters of the frame."""

    lang: EmbedLang = EmbedLang.vi
    theme: Theme = Theme.auto


@routes.get("/embed/consultation/{id}", response_model=None)
async def get_frame(
    request: Request,
    parts: Parts,
    id: ConsultationId,  # noqa: A002 - the public name
    params: Annotated[ConsultationFrameParams, Query()],
) -> Response:
    """Serve the frame of a consultation; without JavaScript it leads to the page of the draft."""
    words, lang = texts(params.lang, "embed"), params.lang.value
    try:
        async with parts.database.read() as connection:
            found = await get_consultation(connection, id, lang)
        status, notice = 200, None
    except NotFound:
        found, status, notice = None, 404, translate(lang, "notices.not_found.text")
    html = render(
        "embed_consultation.html",
        root=request.scope.get("root_path", ""),
        lang=lang,
        theme=params.theme.value,
        words=words,
        script=CONSULTATION_SCRIPT,
        consultation=found,
        page_path=page_path,
        notice=notice,
    )
    headers = {"content-security-policy": CONSULTATION_FRAME_CSP, "cache-control": _CACHE_ONE_MINUTE}
    if status == 200:
        return bytes_response(request, html.encode(), _HTML, headers=headers)
    return Response(html, status, headers | {"cache-control": "no-store", "content-type": _HTML})
