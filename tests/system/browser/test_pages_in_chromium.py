"""The hub's own pages in a real browser that reaches nothing else."""

import json
from html import escape
from typing import Any

import pytest

from hub.i18n.catalogues import translate
from hub.web import pages
from tests.support.waiting import eventually
from tests.system.browser.conftest import Look, Open, RunningHub, Website

pytestmark = pytest.mark.browser


@pytest.mark.parametrize(("lang", "dark"), [("vi", False), pytest.param("en", True, marks=pytest.mark.full)])
async def test_the_front_page_is_for_everybody(look: Open, lang: str, dark: bool) -> None:
    for phone in (False, True):
        async with look("/", lang="vi-VN" if lang == "vi" else "en-GB", phone=phone, dark=dark) as front:
            assert await front.page.inner_text("h1") == translate(lang, "home.claim")
            assert await front.page.locator(".items li").count() >= 8
            wide = await front.page.evaluate("document.documentElement.scrollWidth - innerWidth")
            assert wide <= 0
            await front.keep(
                f"front-{lang}-{'phone' if phone else 'desktop'}-{'dark' if dark else 'light'}", whole=True
            )
            assert await front.axe() == []
            assert await front.page.locator("script").count() == 0


async def test_the_front_page_leads_by_keyboard_into_the_playground(look: Open) -> None:
    async with look("/") as front:
        await front.page.keyboard.press("Tab")
        assert await front.page.evaluate("document.activeElement.className") == "skip"
        await front.page.locator(".chips a").first.focus()
        await front.page.keyboard.press("Enter")
        await front.page.wait_for_selector(".graphiql-query-editor .CodeMirror")


async def _run(playground: Look) -> dict[str, Any] | None:
    """Press the button and read the answer; None while GraphiQL still has another tab's operation in mind."""
    await playground.page.click("button.graphiql-execute-button")
    shown = "document.querySelector('.graphiql-response .CodeMirror').CodeMirror.getValue()"
    text = await playground.becomes(f'/"(data|errors)":/.test({shown}) && {shown}')
    answer: dict[str, Any] = json.loads(text)
    early = any(error["extensions"].get("field") == "operationName" for error in answer.get("errors", ()))
    return None if early else answer


async def test_the_playground_answers_every_example(look: Open) -> None:
    async with look("/graphql", quiet=False) as playground:
        page = playground.page
        await page.wait_for_selector(".graphiql-query-editor .CodeMirror")
        tabs = page.locator(".graphiql-tab-button")
        assert await tabs.all_text_contents() == [example["operation"] for example in pages.examples()]
        for index, example in enumerate(pages.examples()):
            await tabs.nth(index).click()
            asked = "document.querySelector('.graphiql-query-editor .CodeMirror').CodeMirror.getValue()"
            await playground.becomes(f"{asked}.includes('query {example['operation']}')")
            answer = await eventually(lambda: _run(playground), every=0.2)
            assert "errors" not in answer
            assert '"id"' in json.dumps(answer)
            if example["name"] == "policy":
                assert answer["data"]["relations"]["edges"]
                assert answer["data"]["cites"] is not None
                await playground.keep("playground")
        await page.click("[aria-label='Open settings dialog']")
        await page.wait_for_selector(".graphiql-dialog")
        await page.keyboard.press("Escape")
        await page.click("[aria-label='Show History']")
        assert await page.locator(".graphiql-history-item").count() >= 5
        assert await playground.axe(without=".graphiql-container") == []
        # What `_run` asked too early; anything else, a breach of the page's policy above all, is an error.
        assert [line for line in playground.said if "400 (Bad Request)" not in line] == []


async def test_an_address_opens_the_playground_at_an_example(look: Open) -> None:
    async with look("/graphql?example=search", dark=True) as playground:
        await playground.page.wait_for_selector(".graphiql-editor-tool >> text=truyen thong chinh sach")
        await playground.keep("playground-dark")


@pytest.mark.full
async def test_the_docs_try_out_a_real_document(look: Open) -> None:
    async with look("/docs") as docs:
        page = docs.page
        await page.locator("#operations-tag-Policies").click()
        block = page.locator("#operations-Policies-get_policy")
        await block.locator(".opblock-summary-control").click()
        await block.locator(".btn.execute").click()
        status = block.locator(".live-responses-table tbody .response-col_status")
        await status.wait_for()
        assert (await status.inner_text()).split()[0] == "200"
        await docs.keep("docs")
        assert await docs.axe(without=".swagger-ui") == []


@pytest.mark.parametrize("path", ["/problems", "/deprecations"])
@pytest.mark.full
async def test_the_pages_that_explain_are_read_on_a_phone_and_without_a_script(look: Open, path: str) -> None:
    for dark in (False, True):
        async with look(path, phone=True, dark=dark, scripts=dark) as page:
            await page.keep(f"{path[1:]}-phone-{'dark' if dark else 'light'}")
            wide = await page.page.evaluate("document.documentElement.scrollWidth - innerWidth")
            assert wide <= 0
            if dark:
                assert await page.axe() == []


GUIDE_PAGES = ("/guide", "/guide?q=dong+bo", "/guide/sync", "/guide/limits", "/guide/changelog")


@pytest.mark.parametrize(
    ("lang", "phone", "dark"),
    [
        ("vi", True, True),
        *(
            pytest.param(lang, phone, dark, marks=pytest.mark.full)
            for lang, phone, dark in (("vi", False, False), ("en", True, False), ("en", False, True))
        ),
    ],
)
async def test_the_guides_are_read_on_every_screen(look: Open, lang: str, phone: bool, dark: bool) -> None:
    for path in GUIDE_PAGES:
        async with look(path, lang="vi-VN" if lang == "vi" else "en-GB", phone=phone, dark=dark) as guide:
            wide = await guide.page.evaluate("document.documentElement.scrollWidth - innerWidth")
            assert wide <= 0, path
            name = path[1:].replace("/", "-").replace("?", "-").replace("=", "-").replace("+", "-")
            await guide.keep(
                f"{name}-{lang}-{'phone' if phone else 'desktop'}-{'dark' if dark else 'light'}", whole=True
            )
            if path != "/guide/changelog":  # long, and made of the same elements
                assert await guide.axe() == [], path


async def test_a_reader_searches_the_guides_and_turns_the_page_without_a_script(look: Open) -> None:
    async with look("/guide", scripts=False) as guide:
        await guide.page.fill("input[name=q]", "ban sao")
        await guide.page.keyboard.press("Enter")
        await guide.page.wait_for_url("**/guide?lang=vi&q=ban+sao")
        await guide.page.locator(".found a").first.click()
        await guide.page.wait_for_url("**/guide/sync?lang=vi**")
        await guide.page.click("[rel=next]")
        await guide.page.wait_for_url("**/guide/feeds?lang=vi")
        await guide.page.click(".bar-lang")
        await guide.page.wait_for_url("**/guide/feeds?lang=en")
        assert await guide.page.inner_text("h1") == "Feeds"


async def test_no_page_of_another_host_can_frame_the_hub(look: Open, hub: RunningHub, website: Website) -> None:
    frames = "".join(f'<iframe title="{path}" src="{hub.url}{path}"></iframe>' for path in ("/", "/embed", "/docs"))
    async with look(website.put(frames), quiet=False) as other:
        await other.becomes("document.readyState === 'complete'")
        texts = [
            await frame.evaluate("document.body ? document.body.innerText : ''") for frame in other.page.frames[1:]
        ]
        assert not any("Huế" in text or "REST" in text for text in texts)
        assert sum("frame-ancestors" in line for line in other.said) == 3


async def test_no_page_of_another_host_can_write_or_send_a_key(look: Open, hub: RunningHub, website: Website) -> None:
    attempt = """async ([url, method, headers, body]) => {
      try { return (await fetch(url, {method, headers, body})).status } catch (problem) { return problem.name }
    }"""
    query = json.dumps({"query": "{ policies(first: 1) { edges { node { id } } } }"})
    plain, key = {"content-type": "application/json"}, {"authorization": "Bearer hub_x"}
    tries = [
        ("/api/v1/policies?limit=1", "GET", {}, None),
        ("/graphql", "POST", plain, query),
        ("/api/v1/policies?limit=1", "GET", key, None),
        ("/graphql", "POST", plain | key, query),
        ("/api/v1/manage/documents", "POST", plain, "{}"),
        ("/api/v1/manage/documents", "GET", {}, None),
    ]
    async with look(website.put("<p>…</p>"), quiet=False) as other:
        found = [await other.page.evaluate(attempt, [hub.url + path, *rest]) for path, *rest in tries]
        exposed = await other.page.evaluate(
            "async url => (await fetch(url)).headers.get('etag')", f"{hub.url}/openapi.json"
        )

    assert found == [200, 200, "TypeError", "TypeError", "TypeError", "TypeError"]
    assert exposed is None or exposed.startswith(("W/", '"'))


async def test_the_page_for_webmasters_shows_what_is_chosen_as_it_is_chosen(look: Open) -> None:
    async with look("/embed?limit=3") as embed:
        page = embed.page
        await page.wait_for_selector("hub-feed li .title")
        await page.select_option("select[name=kind]", "statement")
        await embed.becomes("document.querySelector('#result code').textContent.includes('kind=\"statement\"')")
        await embed.becomes(
            "[...document.querySelector('hub-feed').shadowRoot.querySelectorAll('.kind')].map(e => e.textContent)"
            ".join() === 'Phát ngôn,Phát ngôn,Phát ngôn'"
        )
        assert "kind=statement" in page.url
        await embed.context.grant_permissions(["clipboard-read", "clipboard-write"])
        await page.locator(".copy").first.click()
        copied = await page.evaluate("navigator.clipboard.readText()")
        assert copied.endswith('<hub-feed kind="statement" limit="3"></hub-feed>')
        await page.fill("input[name=heading]", '"><script>alert(1)</script>')
        await embed.becomes("document.querySelector('#result code').textContent.includes('heading')")
        pasted = await page.inner_text("#feed + p + .paste code")
        assert "<script>alert" not in pasted
        assert escape("<script>") in pasted
        await embed.keep("embed", whole=True)
        assert await embed.axe() == []
    async with look("/embed?kind=draft&lang=en", dark=True, phone=True) as embed:
        await embed.page.wait_for_selector("hub-feed li .title")
        await embed.keep("embed-phone-dark", whole=True)
        assert await embed.axe() == []


@pytest.mark.full
async def test_the_page_for_webmasters_works_without_a_script(look: Open) -> None:
    async with look("/embed", scripts=False) as embed:
        await embed.page.select_option("select[name=kind]", "draft")
        await embed.page.click("form.choose button")
        await embed.page.wait_for_url("**/embed?kind=draft**")
        assert 'kind="draft"' in await embed.page.inner_text("#result code >> nth=0")
        shown = await embed.page.frame_locator("noscript iframe, .preview iframe").locator("h2").all_inner_texts()
        assert len(shown) == 5
