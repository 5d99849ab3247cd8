"""The script, the frame and the page about both, as a server of other people's pages sees them."""

import gzip
import re
from base64 import b64encode
from collections.abc import Mapping
from hashlib import sha384
from html import unescape
from pathlib import Path
from typing import Any

import httpx
import pytest
from lxml import html

from hub.app import create_app
from hub.content.fixed_statements import FixedStatement
from hub.db import Database
from hub.embed.params import EmbedParams
from hub.embed.snippets import CONSULTATION_SCRIPT, LATEST_VERSION, MODULES_VERSION, script_name, snippets
from hub.i18n.catalogues import translate
from hub.settings import Settings
from hub.web import assets
from tests.support import contents
from tests.support.asgi import running
from tests.support.servers import Publish

RELEASED = {
    "1.0.0": "d82526e4b87b34455e4ddfd3f01067d99402f5b936dd724059b69386ef6e2182",
    "1.1.0": "03e4575933a772c2d6463f965181c4c8750eb1cf64b891661a83f5caceae27b7",
    "1.2.0": "196d0244e237db4ea4625cbe5c99795f6fe940866cec3d70b7a97f83e31ef588",
    "1.3.0-comment-form": "9fd734412e54b3576260aa6b9dbf2565c6a3ac950e7f32c7f10325cfaef2b4ed",
    "1.3.0-comments": "c26734f4a290fb980c76a56f6e49109850c610d0ff72dbdf05a043cde50b2ba4",
    "1.3.0-consultation": "6630c6f39d0738aec3c0579745160aca95c05adefd6ad14fd1076b0fedeb4570",
    "1.3.0-form-words-en": "c82974a05a48d18c2eaa9f29e160aba48858670d8babc04b476ac5412e808b00",
    "1.3.0-form-words-vi": "52ef452c181e43c68cf1928c9e22273b3e1d8123f3510a0586088e2f1dc31de2",
    "1.3.0-my-comment": "8c53aa872cd24d6b9c173ffffd43d679da013ca28af723e542d385406523c827",
    "1.3.0-parts": "b3bf3b1067b1bf442a27c434824730ad9423c9b127d1461e721573f71541da23",
    "1.3.0-proof": "8bcf0c1da838277085e43524d1b8dd93d68d3a074d07723e2430a3122ddf98cc",
    "1.3.0-words-en": "ba108288af06c6f8238b85bc96b85f4772363cced2e82bd5efdc023d020fbcff",
    "1.3.0-words-vi": "1f1ff7c24119dadb85964ce5cb114201e69cb1cdb889404b96b789085488ebef",
    "1.3.1": "b740ef6e9cce9eea4e178636338104241182da8ae1ccc6280e09680ddb6c66d2",
    "1.4.0": "7bcf0c1f8434e4d2f975bbdb02f841ac2443f1b86c2d22d1ab4445377e09c021",
    "1.3.0": "3b177cba30d37fe99a9f9292306618720a48ffd5b6d9611aaba907f319a9de48",
}
"""Versions that other people's pages may name together with their hash. A change of the script is a new version: add
its file and its line here, and keep the old ones."""


SUMMARIES = "/embed/feed?summary=on"
UNKNOWN = "00000000-0000-4000-8000-000000000000"


def bulletin(title: str) -> dict[str, Any]:
    return {"title": title, "lead": "Mở đầu.", "body": "<p>Nội dung.</p>", "topics": ["truyen-thong"]}


def titles(page: str) -> list[str]:
    return [unescape(title) for title in re.findall(r"<h2><a [^>]*>(.*?)</a></h2>", page, re.DOTALL)]


def packed(*parts: str) -> int:
    """Bytes that a browser loads for the latest script (an empty part) or some modules of a consultation."""
    names = [f"{MODULES_VERSION}{part}" if part else LATEST_VERSION for part in parts]
    bodies = [assets.load_asset(script_name(name)).body for name in names]
    return sum(len(gzip.compress(body, 9)) for body in bodies)


def test_the_script_is_small() -> None:
    assert packed("") < 12_000


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_a_consultation_is_small_and_what_writing_needs_is_loaded_by_who_writes(lang: str) -> None:
    first = packed("-consultation", "-parts", f"-words-{lang}")
    rest = packed("-comments", "-comment-form", f"-form-words-{lang}", "-proof", "-my-comment")
    assert first < 10_900
    assert packed("-comments") < 1_000
    assert first + rest < 25_200


@pytest.mark.parametrize("part", ["consultation", "parts", "comments", "comment-form", "my-comment", "proof"])
def test_a_consultation_keeps_nothing_in_the_browser(part: str) -> None:
    text = assets.load_asset(script_name(f"{MODULES_VERSION}-{part}")).body.decode()
    for storage in ("localStorage", "sessionStorage", "indexedDB", "caches.", "document.cookie", "history."):
        assert storage not in text


def test_a_released_version_never_changes() -> None:
    files = {
        path.stem: assets.load_asset(f"embed/{path.name}").digest for path in (assets.STATIC / "embed").glob("*.js")
    }
    assert files == RELEASED
    assert LATEST_VERSION in RELEASED
    assert CONSULTATION_SCRIPT in assets.load_asset(script_name(LATEST_VERSION)).body.decode()


def test_a_search_in_a_page_asks_for_no_facets_because_it_shows_none() -> None:
    assert 'facets: "false"' in assets.load_asset(script_name(LATEST_VERSION)).body.decode()


@pytest.mark.parametrize("name", [name for name in RELEASED if name.startswith((LATEST_VERSION, MODULES_VERSION))])
def test_the_script_keeps_to_what_a_strict_page_allows(name: str) -> None:
    text = assets.load_asset(script_name(name)).body.decode()
    code = re.sub(r"^\s*//.*$", "", text, flags=re.MULTILINE)
    for forbidden in (
        ".innerHTML",
        "outerHTML",
        "insertAdjacentHTML",
        "document.write",
        "eval(",
        "Function(",
        ".style.",
    ):
        assert forbidden not in code


@pytest.mark.parametrize(
    ("path", "kept"), [("/embed.js", "max-age=3600"), (f"/embed/{LATEST_VERSION}.js", "immutable")]
)
async def test_the_script_is_packed_kept_and_readable_from_any_page(
    client: httpx.AsyncClient, path: str, kept: str
) -> None:
    answer = await client.get(path, headers={"accept-encoding": "br"})
    again = await client.get(path, headers={"accept-encoding": "br", "if-none-match": answer.headers["etag"]})

    assert answer.headers["content-type"] == "text/javascript; charset=utf-8"
    assert answer.headers["content-encoding"] == "br"
    assert kept in answer.headers["cache-control"]
    assert answer.headers["access-control-allow-origin"] == "*"
    assert answer.headers["cross-origin-resource-policy"] == "cross-origin"
    assert (again.status_code, again.content) == (304, b"")


@pytest.mark.parametrize("version", ["9.9.9", "..%2fdocs", "1.0.0.js", "../page"])
async def test_there_are_no_other_versions(client: httpx.AsyncClient, version: str) -> None:
    assert (await client.get(f"/embed/{version}.js")).status_code == 404


async def test_the_frame_shows_what_was_asked_for_in_its_html(
    client: httpx.AsyncClient, publish_edition: Publish
) -> None:
    await publish_edition("bulletin", bulletin("Tin của Sở Y tế"), owner="so-y-te")
    await publish_edition("bulletin", bulletin("Tin <b>khác</b>"))
    await publish_edition("bulletin", bulletin("Bản nháp"), published=False)

    every = await client.get("/embed/feed")
    one = await client.get("/embed/feed?kind=bulletin&agency=so-y-te&theme=dark&lang=en&heading=Health")
    none = await client.get("/embed/feed?kind=statement")

    assert titles(every.text) == ["Tin <b>khác</b>", "Tin của Sở Y tế"]
    assert "Tin <b>" not in every.text
    assert titles(one.text) == ["Tin của Sở Y tế"]
    assert '<html lang="en" class="dark">' in one.text
    assert "<h1>Health</h1>" in one.text
    assert translate("vi", "embed.empty") in none.text
    assert re.findall("<script[^>]*>", every.text) == [f'<script defer src="{assets.asset_url("embed-frame.js")}">']


async def test_the_frame_reads_no_facts_of_today_that_it_does_not_show(
    settings: Settings, publish_edition: Publish, monkeypatch: pytest.MonkeyPatch
) -> None:
    await publish_edition("policy", contents.policy(title="Kế hoạch trồng cây"))
    said: list[str] = []
    fetch = FixedStatement.fetch

    async def note(statement: FixedStatement, database: Database, values: Mapping[str, Any]) -> Any:
        said.append(statement.text)
        return await fetch(statement, database, values)

    monkeypatch.setattr(FixedStatement, "fetch", note)
    async with running(create_app(settings)) as client:
        await client.get("/api/v1/policies")
        shown = [statement for statement in said if "now_" in statement]
        said.clear()
        frame = await client.get("/embed/feed?kind=policy")

    assert titles(frame.text) == ["Kế hoạch trồng cây"]
    assert len(shown) == 1
    assert said
    assert not any("now_" in statement for statement in said)


async def test_only_the_frames_may_be_framed(client: httpx.AsyncClient) -> None:
    policies = {
        path: (await client.get(path, headers={"accept": "text/html"})).headers["content-security-policy"]
        for path in (
            "/embed/feed",
            "/embed/feed?kind=x",
            f"/embed/consultation/{UNKNOWN}",
            "/embed",
            "/",
            "/docs",
            "/graphql",
        )
    }
    framed = {path for path, policy in policies.items() if "frame-ancestors *" in policy}

    assert framed == {"/embed/feed", "/embed/feed?kind=x", f"/embed/consultation/{UNKNOWN}"}
    assert all("frame-ancestors 'none'" in policy for path, policy in policies.items() if path not in framed)
    assert "script-src 'self'" in policies["/embed/feed"]
    assert "connect-src" not in policies["/embed/feed"]
    assert not any("unsafe" in policy for policy in policies.values())


@pytest.mark.parametrize(
    ("query", "field"),
    [("kind=law", "kind"), ("limit=51", "limit"), ("limit=0", "limit"), ("agency=khong-co", "agency")],
)
async def test_a_wrong_frame_says_what_is_wrong_where_the_webmaster_looks(
    client: httpx.AsyncClient, query: str, field: str
) -> None:
    answer = await client.get(f"/embed/feed?{query}&lang=en")

    assert answer.status_code == 422
    assert f"{translate('en', 'embed.wrong')} ({field})" in unescape(answer.text)
    assert answer.headers["cache-control"] == "no-store"


async def test_a_wrong_frame_says_it_in_its_language(client: httpx.AsyncClient) -> None:
    vietnamese, english = [
        unescape((await client.get(f"/embed/feed?agency=khong-co&lang={lang}")).text) for lang in ("vi", "en")
    ]

    assert "Không có `agency` nào mang mã `khong-co`." in vietnamese
    assert "There is no agency `khong-co`." in english
    assert "There is no" not in vietnamese


async def test_summaries_are_shown_where_they_are_asked_for_and_end_with_a_word(
    client: httpx.AsyncClient, publish_edition: Publish
) -> None:
    await publish_edition("bulletin", bulletin("Tin của Sở Y tế") | {"lead": "Tiêm chủng " * 100})
    await publish_edition("policy", contents.policy(title="Kế hoạch trồng cây", summary="Trồng <b>cây</b> ven sông."))
    wrong = await client.get("/embed/feed?summary=perhaps&lang=en")
    plain = await client.get("/embed/feed?summary=off")
    shown = [unescape(text) for text in re.findall('<p class="sum">(.*?)</p>', (await client.get(SUMMARIES)).text)]

    assert (wrong.status_code, "(summary)" in unescape(wrong.text)) == (422, True)
    assert "Trồng" not in plain.text
    assert shown[0] == "Trồng <b>cây</b> ven sông."
    assert shown[1].endswith(("Tiêm…", "chủng…"))
    assert len(shown[1]) <= 301


async def test_a_list_of_an_agency_leads_to_everything_of_it_in_both_languages(
    client: httpx.AsyncClient, publish_edition: Publish
) -> None:
    await publish_edition("bulletin", bulletin("Tin của Sở Y tế"), owner="so-y-te")
    await publish_edition("bulletin", bulletin("Tin của thành phố"))
    none = await client.get("/embed/feed?topic=truyen-thong")
    for lang, words, name in (
        ("vi", "Tất cả của cơ quan này", "Sở Y tế thành phố Huế"),
        ("en", "All of this agency", "Department of Health of Huế City"),
    ):
        one = html.fromstring((await client.get(f"/embed/feed?agency=so-y-te&kind=policy&lang={lang}")).content)
        (link,) = one.xpath(f"//a[text()='{words}']/@href")
        whole = await client.get(link)
        assert words not in none.text
        assert titles(whole.text) == ["Tin của Sở Y tế"]
        assert words not in whole.text, "it would lead to itself"
        assert html.fromstring(whole.content).xpath("//h1[not(@class)]/text()") == [name]
        assert whole.text.count("/feeds/") == 0, "nothing is older than what is shown"


async def test_everything_of_an_agency_goes_on_in_its_feed(
    client: httpx.AsyncClient, publish_edition: Publish, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in ("params", "routes"):
        monkeypatch.setattr(f"hub.embed.{module}.MAX_ITEMS", 2)
    for title in ("Tin thứ nhất", "Tin thứ hai", "Tin thứ ba"):
        await publish_edition("bulletin", bulletin(title), owner="so-y-te")
    page = html.fromstring((await client.get("/embed/feed?agency=so-y-te&limit=2")).content)
    (older,) = page.xpath("//a[starts-with(@href, '/feeds/')]/@href")
    feed = await client.get(older)

    assert feed.status_code == 200
    assert "Tin thứ nhất" in feed.text


def test_the_documented_lines_for_the_height_are_those_of_the_page() -> None:
    document = (Path(__file__).parents[3] / "docs" / "embed.md").read_text("utf-8")
    assert snippets(EmbedParams(), "https://HUB", "")["height"].replace("https://hub", "https://HUB") in document


async def test_a_frame_ignores_parameters_that_there_are_not(
    client: httpx.AsyncClient, publish_edition: Publish
) -> None:
    await publish_edition("bulletin", bulletin("Tin của Sở Y tế"))
    plain, marked = await client.get("/embed/feed"), await client.get("/embed/feed?colour=red")

    assert titles(plain.text) == ["Tin của Sở Y tế"]
    assert (marked.status_code, marked.content) == (200, plain.content)


async def test_a_frame_without_a_database_says_so_to_its_reader(settings: Settings) -> None:
    lost = Settings(**{**settings.model_dump(exclude_unset=True), "database_url": "postgresql://hub:x@127.0.0.1:1/hub"})
    async with running(create_app(lost)) as client:
        answer = await client.get("/embed/feed")

    assert answer.status_code == 503
    assert translate("vi", "embed.failed") in answer.text
    assert "frame-ancestors *" in answer.headers["content-security-policy"]


async def test_the_page_writes_the_code_without_a_script(settings: Settings) -> None:
    public = Settings(**{**settings.model_dump(exclude_unset=True), "public_url": "https://hub.example.vn"})
    async with running(create_app(public), base_url="https://hub.example.vn") as client:
        page = await client.get('/embed?kind=draft&agency=so-y-te&topic=&limit=3&theme=dark&heading="><i>x')
        pinned = await client.get(f"/embed/{LATEST_VERSION}.js")

    codes = [unescape(code) for code in re.findall(r"<code>(.*?)</code></pre>", page.text, re.DOTALL)]
    digest = b64encode(sha384(pinned.content).digest()).decode()
    attributes = 'kind="draft" agency="so-y-te" limit="3" theme="dark" heading="&quot;&gt;&lt;i&gt;x"'
    script_line = '<script src="https://hub.example.vn/embed.js" defer></script>'
    assert codes[0] == f"{script_line}\n<hub-feed {attributes}></hub-feed>"
    assert codes[1] == f"{script_line}\n<hub-search {attributes}></hub-search>"
    assert codes[2].startswith(
        '<iframe src="https://hub.example.vn/embed/feed?kind=draft&amp;agency=so-y-te&amp;limit=3'
    )
    assert 'origin !== "https://hub.example.vn"' in codes[3]
    assert codes[4] == (
        f'<script src="https://hub.example.vn/embed/{LATEST_VERSION}.js" integrity="sha384-{digest}" '
        'crossorigin="anonymous" defer></script>'
    )
    assert "<i>" not in page.text


async def test_the_page_offers_the_registry_of_today(client: httpx.AsyncClient) -> None:
    page = (await client.get("/embed?lang=en")).text

    assert '<option value="so-y-te">' in page
    assert re.search(r'<select name="topic">.*?<option value="truyen-thong">', page, re.DOTALL)
    assert re.search(r'<select name="place">.*?Phường Phú Xuân', page, re.DOTALL)


@pytest.mark.parametrize("path", ["/embed?kind=draft&limit=3&lang=en", "/embed/feed?kind=draft&limit=3&lang=en"])
async def test_a_pasted_address_leads_to_its_frame_by_oembed(client: httpx.AsyncClient, path: str) -> None:
    page = (await client.get(path)).text
    found = dict(re.findall(r'<link rel="alternate" type="([^"]+)" href="([^"]+oembed[^"]+)">', page))
    told = (await client.get(unescape(found["application/json+oembed"]))).json()
    xml = await client.get(unescape(found["text/xml+oembed"]))

    assert told["type"] == "rich"
    assert "/embed/feed?kind=draft&amp;limit=3&amp;lang=en" in told["html"]
    assert xml.headers["content-type"] == "text/xml; charset=utf-8"
