"""`/guide` (index and search), its pages in two languages, the changelog with its feed, and `/llms.txt`."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import Path, Query
from markupsafe import Markup
from pydantic import Field
from starlette.requests import Request
from starlette.responses import Response

from hub.errors import NotFound
from hub.guides import changelog
from hub.guides.catalogue import GROUPS, NAMES, load_guide, load_guides, read_markdown
from hub.guides.llms import render_llms
from hub.guides.markdown import EXAMPLE_URL, Guide, Section, fill_in
from hub.guides.port import RankSections, SectionText
from hub.i18n.catalogues import LANGUAGES, texts, translate
from hub.problem_texts.templates import fill, list_names
from hub.state import Parts
from hub.web.content_security import FEED_CSP, FORM_CSP
from hub.web.language import request_language
from hub.web.pages import page_headers
from hub.web.parameters import SharedLangParams, SharedParams
from hub.web.public_urls import base_url
from hub.web.responses import bytes_response
from hub.web.router import HubRouter
from hub.web.templates import render

INDEX = "/guide"
HTML = "text/html; charset=utf-8"
MAX_WORDS = 200
"""Characters of a search."""

GuideName = Annotated[str, Path(description="Name of a guide: `sync`.")]


class GuideParams(SharedLangParams):
    """Query of the index of guides."""

    q: Annotated[str | None, Field(max_length=MAX_WORDS, description="Words to find in the guides.")] = None


@dataclass(frozen=True)
class FoundSection:
    """A result of the search: a section of a guide, and safe HTML that shows the words."""

    guide: Guide
    section: Section
    snippet: Markup

    @property
    def href(self) -> str:
        """Path of the section on its page."""
        return self.guide.path + (f"#{self.section.anchor}" if self.section.anchor else "")


def guides_router(rank_sections: RankSections) -> HubRouter:
    """Build the routes, none of which is part of the OpenAPI contract. `rank_sections` is the search."""
    routes = HubRouter(include_in_schema=False)

    @routes.get(INDEX)
    async def index(request: Request, parts: Parts, params: Annotated[GuideParams, Query()]) -> Response:
        lang = request_language(request, params.lang, LANGUAGES)
        words = (params.q or "").strip()
        query = {"lang": lang} | ({"q": words} if words else {})
        values: dict[str, Any] = {"q": words, "found": find_sections(words, lang, rank_sections) if words else None}
        guides = {group: [load_guide(name, lang) for name in names] for group, names in GROUPS.items()}
        return _page(request, parts, "guides.html", lang, INDEX, query=query, guides=guides, **values)

    @routes.get(changelog.PATH)
    async def changes(request: Request, parts: Parts, params: Annotated[SharedLangParams, Query()]) -> Response:
        lang = request_language(request, params.lang, LANGUAGES)
        entries = [(entry, Markup(entry.html)) for entry in changelog.load_changelog()]  # noqa: S704 - of the package
        return _page(request, parts, "changelog.html", lang, changelog.PATH, entries=entries)

    @routes.get(changelog.FEED_PATH)
    async def changes_feed(request: Request, parts: Parts, _: Annotated[SharedParams, Query()]) -> Response:
        title = f"{translate('en', 'guides.changelog')} – {translate('en', 'hub.name')}"
        body = changelog.render_changelog_feed(
            changelog.load_changelog(),
            changelog.changelog_changed(),
            base_url(request, parts.settings),
            title=title,
            author=translate("en", "hub.name"),
        )
        # As with other feeds: browsers display plain XML.
        browser = "text/html" in request.headers.get("accept", "")
        media_type = "application/xml; charset=utf-8" if browser else "application/atom+xml"
        headers = {"content-security-policy": FEED_CSP, "vary": "Accept"}
        return bytes_response(request, body, media_type, lang="en", headers=headers)

    @routes.get("/guide/{name}.md")
    async def markdown(
        request: Request, parts: Parts, name: GuideName, params: Annotated[SharedLangParams, Query()]
    ) -> Response:
        lang = request_language(request, params.lang, LANGUAGES)
        _check_name(name)
        text = read_markdown(name, lang).replace(EXAMPLE_URL, base_url(request, parts.settings))
        headers = {"vary": "Accept-Language"}
        return bytes_response(request, text.encode(), "text/markdown; charset=utf-8", lang=lang, headers=headers)

    @routes.get("/guide/{name}")
    async def guide(
        request: Request, parts: Parts, name: GuideName, params: Annotated[SharedLangParams, Query()]
    ) -> Response:
        lang = request_language(request, params.lang, LANGUAGES)
        _check_name(name)
        place = NAMES.index(name)
        neighbours: dict[str, Any] = {
            "previous": load_guide(NAMES[place - 1], lang) if place else None,
            "next": load_guide(NAMES[place + 1], lang) if place + 1 < len(NAMES) else None,
        }
        found = load_guide(name, lang)
        body = fill_in(found.html, request.scope.get("root_path", ""), base_url(request, parts.settings))
        return _page(request, parts, "guide.html", lang, f"/guide/{name}", guide=found, body=body, **neighbours)

    @routes.get("/llms.txt")
    async def llms(request: Request, parts: Parts, _: Annotated[SharedParams, Query()]) -> Response:
        text = render_llms(base_url(request, parts.settings))
        return bytes_response(request, text.encode(), "text/plain; charset=utf-8")

    return routes


def find_sections(words: str, lang: str, rank_sections: RankSections) -> list[FoundSection]:
    """Find the sections of the guides in a language that answer words, the best first."""
    candidates, searched = _searched_sections(lang)
    return [
        FoundSection(*candidates[hit.place], Markup(hit.snippet))  # noqa: S704 - escaped by the search
        for hit in rank_sections(words, searched)
    ]


@cache
def _searched_sections(lang: str) -> tuple[Sequence[tuple[Guide, Section]], Sequence[SectionText]]:
    candidates = [(guide, section) for guide in load_guides(lang) for section in guide.sections]
    # The heading of what stands before the first one is the title.
    return candidates, [
        SectionText(guide.title, section.heading or guide.title, section.text) for guide, section in candidates
    ]


def _check_name(name: str) -> None:
    if name not in NAMES:
        raise NotFound(fill("There is no guide `{name}`.", name=name[:80]), expected=list_names(NAMES))


def _page(
    request: Request,
    parts: Parts,
    template: str,
    lang: str,
    path: str,
    *,
    query: dict[str, str] | None = None,
    **values: Any,
) -> Response:
    """Answer with a page. `query` holds the parameters of its address, which its other language has too."""
    words = texts(lang, "guides")
    other = words["other"]
    html = render(
        template,
        root=request.scope.get("root_path", ""),
        base=base_url(request, parts.settings),
        lang=lang,
        languages=LANGUAGES,
        page="guide",
        path=path,
        words=words,
        hub=translate(lang, "hub.name"),
        nav=words["nav"],
        other={**other, "href": f"?{urlencode({**(query or {}), 'lang': other['lang']})}"},
        groups=GROUPS,
        **values,
    )
    headers = page_headers(FORM_CSP) | {"vary": "Accept-Language"}
    return bytes_response(request, html.encode(), HTML, lang=lang, headers=headers)
