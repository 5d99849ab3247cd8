"""Pages with `<hub-consultation>` that tests in Chromium open, and what they do on them."""

from typing import Any
from uuid import uuid4

import httpx
from playwright.async_api import Page

from hub.content.commands import create_document, publish, save_edition
from hub.db import Database
from hub.domain.lifecycle import Verb
from tests.support import contents
from tests.support.consultations import window
from tests.system.browser.conftest import Look, RunningHub, Website

TEXT = "Đề nghị bổ sung học sinh ở nhà trọ 🏠 gần trường."
NODES = [
    {"ref": "chuong-1", "type": "chapter", "label": "Chương I", "heading": "HỖ TRỢ 🎓"},
    {"ref": "dieu-1", "type": "article", "label": "Điều 1", "heading": "Đối tượng hỗ trợ", "parent": "chuong-1"},
    {
        "ref": "dieu-1/khoan-1",
        "type": "clause",
        "label": "1.",
        "parent": "dieu-1",
        "text": "🏠 Học sinh có nhà ở xa trường, học sinh có nhà ở xa trường, xa chợ được hỗ trợ.",
    },
    {"ref": "dieu-1/khoan-2", "type": "clause", "label": "2.", "parent": "dieu-1", "text": "Học sinh hộ nghèo."},
    {
        "ref": "dieu-2",
        "type": "article",
        "label": "Điều 2",
        "heading": "Hình thức hỗ trợ 🚌",
        "parent": "chuong-1",
        "text": "Tiền ăn trưa <b>mỗi ngày</b>, vé xe buýt.",
    },
]


async def publish_draft(hub: RunningHub, **changes: Any) -> dict[str, Any]:
    """Publish a draft that is open for comments; its full view."""
    database = Database(hub.settings)
    async with database.write() as session:
        document = await create_document(session, document_id=uuid4(), kind="draft", owner="so-xay-dung")
        asked = {**window(-2, 20), **changes.pop("asked", {})}
        content = contents.draft(**{"consultation": asked, "nodes": NODES} | changes)
        edition = await save_edition(session, document, lang="vi", content=content, by="test")
        assert edition.id is not None
        await publish(session, [edition.id], verb=Verb.publish_trusted)
        path = f"/api/v1/drafts/{document.id}"
    await database.dispose()
    async with httpx.AsyncClient(base_url=hub.url) as client:
        found: dict[str, Any] = (await client.get(path)).json()
    return found


def policy(hub: RunningHub, *, worker: bool = True) -> str:
    found = f"default-src 'none'; base-uri 'none'; script-src {hub.url}; connect-src {hub.url}"
    return (
        f"{found}; worker-src blob:" if worker else f"{found}; require-trusted-types-for 'script'; trusted-types 'none'"
    )


def page_with(website: Website, hub: RunningHub, draft: dict[str, Any], *, worker: bool = True, **options: str) -> str:
    element = f'<hub-consultation document="{draft["id"]}"></hub-consultation>'
    script = f'<script src="{hub.url}/embed.js" defer></script>'
    return website.put(f"{script}{element}", policy=policy(hub, worker=worker), **options)


async def fill(page: Page, *, text: str = TEXT) -> None:
    """Fill in the form with the keyboard alone, from its first field on."""
    await page.locator("#hub-ref").focus()
    await page.keyboard.press("Tab")
    await page.keyboard.press("Space")  # the first stance
    await page.keyboard.press("ArrowDown")
    await page.keyboard.press("Tab")
    await page.keyboard.insert_text(text)
    await page.keyboard.press("Tab")
    await page.keyboard.press("Tab")  # past the kind of author
    await page.keyboard.insert_text("Nguyễn Thị Hạnh")
    await page.keyboard.press("Tab")
    await page.keyboard.press("ArrowUp")  # from "kind" to "name"
    for _ in range(3):
        await page.keyboard.press("Tab")
    await page.keyboard.press("Space")  # consent
    await page.keyboard.press("Tab")
    await page.keyboard.press("Enter")


async def focused(seen: Look) -> str:
    found: str = await seen.page.evaluate(
        "(e => (e.shadowRoot?.activeElement || e).textContent.trim().slice(0, 60))(document.activeElement)"
    )
    return found


async def storages(page: Page) -> list[int]:
    found: list[int] = await page.evaluate(
        "(async () => [localStorage.length, sessionStorage.length, (await indexedDB.databases()).length, "
        "document.cookie.length, self.caches ? (await caches.keys()).length : 0])()"
    )
    return found


async def select_words(page: Page, words: str) -> None:
    """Select the last place of some words, as a mouse does."""
    await page.evaluate(
        """words => {
          const spans = [...document.querySelector("hub-consultation").shadowRoot.querySelectorAll(".words")];
          const node = spans.flatMap((span) => [...span.childNodes]).find((one) => one.textContent.includes(words));
          const at = node.textContent.lastIndexOf(words);
          getSelection().setBaseAndExtent(node, at, node, at + words.length);
        }""",
        words,
    )


def quote_of(text: str, words: str) -> dict[str, Any]:
    """The quotation of the last place of some words, counted in code points."""
    start = text.rindex(words)
    end = start + len(words)
    around = {"prefix": text[max(0, start - 32) : start], "suffix": text[end : end + 32]}
    return {"exact": words, "start": start, "end": end} | around


async def comments(hub: RunningHub, draft: dict[str, Any], **given: Any) -> list[dict[str, Any]]:
    """The public comments on a draft, the newest first."""
    path = f"/api/v1/consultations/{draft['now']['consultation']['id']}/comments"
    async with httpx.AsyncClient(base_url=hub.url) as client:
        found: list[dict[str, Any]] = (await client.get(path, params=given)).json()["items"]
    return found


async def fill_quickly(page: Page, *, text: str = TEXT) -> None:
    await page.locator("#hub-stance").check()
    await page.locator("#hub-text").fill(text)
    await page.locator("#hub-consent").check()
    await page.locator("hub-consultation form button.main").click()
