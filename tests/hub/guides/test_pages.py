"""The guides as they are served: in two languages, searched, linked, and with no dead link."""

import re
from html.parser import HTMLParser
from urllib.parse import urldefrag, urljoin, urlsplit

import feedparser
import httpx
import pytest

from hub.app import create_app
from hub.guides.catalogue import NAMES, load_guide
from hub.guides.changelog import load_changelog
from hub.guides.markdown import Guide
from hub.i18n.catalogues import LANGUAGES
from hub.settings import Settings
from tests.support.asgi import running

BROWSER = {"accept": "text/html,application/xhtml+xml"}
PAGES = ("/guide", "/guide/changelog", *(f"/guide/{name}" for name in NAMES))


class Page(HTMLParser):
    """The links, anchors and elements of a page."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.links: list[str] = []
        self.anchors: set[str] = set()
        self.alternates: dict[str, str] = {}
        self.elements: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = {name: value or "" for name, value in attrs}
        self.elements.append(tag)
        if "id" in found:
            self.anchors.add(found["id"])
        if tag == "a":
            self.links.append(found["href"])
        if tag == "link" and "hreflang" in found:
            self.alternates[found["hreflang"]] = found["href"]


async def test_what_is_no_guide_is_not_found_and_says_which_there_are(client: httpx.AsyncClient) -> None:
    for path in ("/guide/nothing", "/guide/nothing.md", "/guide/..%2Fcatalogue", "/guide/CHANGELOG.md", "/guide/START"):
        answer = await client.get(path)
        assert (answer.status_code, answer.json()["code"]) == (404, "not_found"), path
    assert "versioning" in (await client.get("/guide/nothing")).json()["expected"]


async def test_a_language_that_is_not_served_and_a_search_too_long_are_refused(client: httpx.AsyncClient) -> None:
    for path in ("/guide?lang=fr", "/guide/start?lang=fr", f"/guide?q={'a' * 201}", "/guide?q=a&q=b"):
        assert (await client.get(path)).status_code == 422, path


async def test_every_page_is_served_in_both_languages_and_leads_to_the_other(client: httpx.AsyncClient) -> None:
    for path in PAGES:
        bodies = set()
        for lang, other in (("vi", "en"), ("en", "vi")):
            answer = await client.get(path, headers={"accept-language": lang})
            page = Page(answer.text)

            assert (answer.status_code, answer.headers["content-language"]) == (200, lang), path
            assert answer.headers["vary"].startswith("Accept-Language")
            assert answer.headers["cache-control"] == "no-cache"
            assert f'<html lang="{lang}">' in answer.text
            assert page.alternates["x-default"] == f"http://hub.test{path}"
            assert page.alternates[other] == f"http://hub.test{path}?lang={other}"
            assert f"?lang={other}" in page.links
            assert page.elements.count("h1") == 1
            assert not {"script", "style", "iframe"} & {*page.elements}
            assert 'style="' not in answer.text
            again = await client.get(f"{path}?lang={lang}", headers={"if-none-match": answer.headers["etag"]})
            assert (again.status_code, again.content) == (304, b"")
            bodies.add(answer.text)
        assert len(bodies) == 2


async def test_every_link_of_the_guides_leads_somewhere(client: httpx.AsyncClient) -> None:
    pages: dict[str, Page] = {}
    seen: set[str] = set()
    followed = 0

    async def load(address: str) -> Page:
        if address not in pages:
            answer = await client.get(address, headers=BROWSER)
            assert answer.status_code == 200, address
            pages[address] = Page(answer.text)
        return pages[address]

    for start in PAGES:
        for lang in LANGUAGES:
            here = f"{start}?lang={lang}"
            for link in (await load(here)).links:
                if urlsplit(link).netloc:
                    continue
                target, anchor = urldefrag(urljoin(f"http://hub.test{here}", link))
                target = target.removeprefix("http://hub.test")
                followed += 1
                if target.startswith(("/guide", "/problems")):
                    assert not anchor or anchor in (await load(target)).anchors, (here, link)
                    assert not target.startswith("/guide/") or "lang=" in target or "." in target, (here, link)
                elif target not in seen:
                    seen.add(target)
                    assert (await client.get(target, headers=BROWSER)).status_code == 200, (here, link)
    assert followed > 300


async def test_a_guide_names_the_hub_where_it_is_served(settings: Settings) -> None:
    placed = Settings(**{**settings.model_dump(exclude_unset=True), "public_url": "https://hub.example.vn/hub"})
    async with running(create_app(placed), base_url="https://hub.example.vn") as client:
        answer = await client.get("/hub/guide/start")
        source = await client.get("/hub/guide/start.md")
    page = Page(answer.text)

    assert "https://hub.example.vn/hub/api/v1/policies" in answer.text
    assert "https://hub.example.vn/hub/api/v1/policies" in source.text
    assert "127.0.0.1" not in answer.text + source.text
    assert [link for link in page.links if link.startswith("/") and not link.startswith("/hub/")] == []


async def test_a_guide_is_had_as_markdown(client: httpx.AsyncClient) -> None:
    answer = await client.get("/guide/sync.md", headers={"accept-language": "en"})

    assert answer.headers["content-type"] == "text/markdown; charset=utf-8"
    assert answer.headers["content-language"] == "en"
    assert answer.text.startswith(f"# {load_guide('sync', 'en').title}\n")


@pytest.mark.parametrize(
    ("lang", "words", "name"),
    [
        ("vi", "bản sao chính xác", "sync"),
        ("vi", "ban sao chinh xac", "sync"),
        ("vi", "chữ ký webhook", "webhooks"),
        ("vi", "dinh chinh", "editing"),
        ("vi", "ngừng hỗ trợ", "versioning"),
        ("en", "exact copy", "sync"),
        ("en", "verify signature", "webhooks"),
        ("en", "Retry-After", "limits"),
    ],
)
async def test_the_search_finds_the_guide_with_and_without_diacritics(
    client: httpx.AsyncClient, lang: str, words: str, name: str
) -> None:
    answer = await client.get("/guide", params={"lang": lang, "q": words})
    results = re.findall(r'<h2><a href="/guide/(\w+)\?lang=(\w+)(?:#([a-z0-9-]+))?">(.+?)</a></h2>', answer.text)

    assert name in [found for found, *_ in results[:3]], results
    assert {found for _, found, *_ in results} == {lang}
    found = {(guide.name, section.anchor or "") for guide in _guides(lang) for section in guide.sections}
    assert {(name, anchor) for name, _, anchor, _ in results} <= found
    assert "<mark>" in answer.text
    assert '<meta name="robots" content="noindex">' in answer.text
    assert f"?lang={'en' if lang == 'vi' else 'vi'}" in answer.text.replace("&amp;", "&")


def _guides(lang: str) -> list[Guide]:
    return [load_guide(name, lang) for name in NAMES]


async def test_a_search_that_finds_nothing_says_so_and_shows_what_was_typed_as_text(client: httpx.AsyncClient) -> None:
    answer = await client.get("/guide", params={"lang": "en", "q": '"><script>xyzzyqwrt</script>'})
    assert answer.status_code == 200
    assert "<script" not in answer.text
    none = await client.get("/guide", params={"lang": "en", "q": "xyzzyqwrt"})
    assert "No guide matches" in none.text
    empty = await client.get("/guide?lang=en&q=%20")
    assert load_guide("start", "en").title in empty.text


async def test_the_changelog_is_a_page_and_a_feed(client: httpx.AsyncClient) -> None:
    answer = await client.get("/guide/changelog.atom")
    feed = feedparser.parse(answer.content)
    page = Page((await client.get("/guide/changelog?lang=vi")).text)

    assert answer.headers["content-type"] == "application/atom+xml"
    assert not feed.bozo
    assert [entry.title for entry in feed.entries] == [entry.title for entry in load_changelog()]
    for entry in feed.entries:
        assert entry.id.startswith("urn:uuid:")
        assert entry.updated
        assert urlsplit(entry.link).fragment in page.anchors
    assert feed.feed.updated == max(entry.updated for entry in feed.entries)
    unchanged = await client.get("/guide/changelog.atom", headers={"if-none-match": answer.headers["etag"]})
    assert unchanged.status_code == 304


async def test_programs_find_guides_and_contracts_in_llms_txt(client: httpx.AsyncClient) -> None:
    answer = await client.get("/llms.txt")
    links = re.findall(r"^- \[[^]]+\]\(http://hub\.test(\S+)\): \S", answer.text, re.MULTILINE)

    assert answer.headers["content-type"] == "text/plain; charset=utf-8"
    assert re.match(r"# .+\n\n> .+\n", answer.text)
    assert len(links) == 2 * len(NAMES) + 6
    assert {"/openapi.json", "/graphql/schema.graphql"} <= {*links}
    for link in links:
        assert (await client.get(link)).status_code == 200, link


async def test_the_guides_are_linked_from_where_people_are(client: httpx.AsyncClient) -> None:
    for path in ("/", "/graphql", "/docs", "/problems", "/deprecations", "/embed", "/nowhere"):
        page = Page((await client.get(path, headers=BROWSER)).text)
        assert any(link.startswith("/guide") for link in page.links), path
    assert (await client.get("/openapi.json")).json()["externalDocs"]["url"] == "/guide"
