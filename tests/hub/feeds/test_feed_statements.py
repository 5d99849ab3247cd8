"""Feeds and document pages in a real browser: rendered, nothing blocked by their content security policy."""

import asyncio
import shutil
from pathlib import Path
from typing import Any

import pytest

from hub.settings import Settings
from tests.support import contents
from tests.support.served import serving
from tests.support.servers import Publish


@pytest.mark.browser
async def test_people_can_read_what_machines_follow(
    settings: Settings, publish_edition: Publish, tmp_path: Path
) -> None:
    policy = contents.policy(title="Kế hoạch " + "không gian xanh " * 12, number="17/KH-UBND")
    document = await publish_edition("policy", policy)
    await publish_edition("bulletin", contents.bulletin())
    chromium = shutil.which("chromium")
    assert chromium is not None, "this test needs Chromium"

    def look() -> dict[str, Any]:
        from playwright.sync_api import sync_playwright

        found: dict[str, Any] = {"refused": []}
        with serving(settings, tmp_path) as hub, sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--disable-gpu"])
            page = browser.new_page(viewport={"width": 320, "height": 700})
            # An XML document names no icon, so the browser asks for one of its own accord.
            page.on("console", lambda message: found["refused"].append((message.text, message.location["url"])))
            for name in ("feeds/all.atom", "feeds/all.rss", f"d/{document}"):
                page.goto(f"{hub.url}/{name}")
                found[name] = {
                    "title": page.evaluate("getComputedStyle(document.querySelector('title, h1')).display"),
                    "wide": page.evaluate("document.documentElement.scrollWidth"),
                    "says": page.evaluate("(document.body ?? document.documentElement).innerText ?? ''"),
                    "links": page.locator("a[href*='/d/'], a[href*='/eli/']").count(),
                }
            page.goto(f"{hub.url}/feeds/all.atom")
            page.locator("a[href*='/d/']").last.click()
            page.wait_for_url("**/d/**")
            found["heading"] = page.locator("h1").inner_text()
            page.goto(f"{hub.url}/d/{document}#dieu-1/khoan-1")
            found["target"] = page.evaluate("document.querySelector(':target')?.innerText")
            browser.close()
        return found

    found = await asyncio.to_thread(look)
    assert [text for text, url in found["refused"] if not url.endswith("/favicon.ico")] == []
    for name in ("feeds/all.atom", "feeds/all.rss"):
        assert found[name]["title"] == "block", name
        assert found[name]["links"] >= 2, name
    for name in ("feeds/all.atom", "feeds/all.rss", f"d/{document}"):
        assert found[name]["wide"] <= 320, name
    assert found["heading"].startswith("Kế hoạch không gian xanh")
    assert found["target"] == "1. Bờ bắc làm trước."
    assert "17/KH-UBND" in found[f"d/{document}"]["says"]
