"""Previews, and pages of bulletins as offices write them, in a real browser: no fault of access, wide or narrow."""

from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest

from hub.db import Database
from tests.support import contents
from tests.support import file_samples as samples
from tests.support.editors import Editor, key
from tests.system.browser.conftest import Open, RunningHub

pytestmark = pytest.mark.browser

AGENCY = "so-y-te"
BODY = (
    "<p>Tưới <strong>hai lần</strong> mỗi ngày, mỗi lần 10 m<sup>3</sup>.</p><h2>Nơi tưới</h2><h3>Bờ bắc</h3>"
    "<ul><li>Phường Thuận Hóa</li><li>Phường Phú Xuân</li></ul><blockquote>Cây là của chung.</blockquote>"
    '<figure><img src="{picture}" alt="Hàng cây bên sông"><figcaption>Hàng cây bên sông</figcaption></figure>'
    "<table><caption>Lịch tưới</caption><thead><tr><th>Ngày</th><th>Giờ</th><th>Khối lượng mỗi lượt</th></tr></thead>"
    "<tbody><tr><td>Thứ hai</td><td>18:00</td><td>10 m³</td></tr></tbody></table>"
)


@pytest.fixture
async def editor(hub: RunningHub) -> AsyncIterator[Editor]:
    database = Database(hub.settings)
    given = await key(database, AGENCY, person="Trần Thị Bình")
    await database.dispose()
    async with httpx.AsyncClient(base_url=hub.url, timeout=30) as client:
        yield Editor(client, given)


async def bulletin(editor: Editor) -> str:
    """A bulletin with all that a text may hold, in review."""
    document = str((await editor.create("bulletin", AGENCY)).json()["id"])
    files = []
    for name, body, media in (
        ("cay.png", samples.picture("PNG", (1_200, 700)), "image/png"),
        ("lich tuoi.pdf", samples.pdf(words="Lịch tưới", size=3_000), "application/pdf"),
    ):
        path = f"/api/v1/manage/documents/{document}/files"
        headers = editor.headers | {"content-type": media}
        files.append((await editor.client.post(path, params={"name": name}, content=body, headers=headers)).json())
    picture, schedule = files
    attachment = {name: schedule[name] for name in ("name", "media_type", "url", "size", "sha256")}
    content = contents.bulletin(body=BODY.replace("{picture}", picture["url"]), attachments=[attachment])
    await editor.done(document, "edition", {"content": content})
    await editor.done(document, "submit")
    return document


async def links(editor: Editor, document: str) -> dict[str, Any]:
    answer = await editor.client.post(f"/api/v1/manage/documents/{document}/preview", headers=editor.headers)
    assert answer.status_code == 201, answer.text
    found: dict[str, Any] = answer.json()
    return found


@pytest.mark.full
async def test_a_preview_and_the_page_it_becomes_have_no_fault(look: Open, editor: Editor) -> None:
    document = await bulletin(editor)
    preview = (await links(editor, document))["page"]

    async def check(address: str, name: str) -> None:
        for phone, dark, lang in ((False, False, "vi-VN"), (True, True, "en-GB")):
            async with look(address, phone=phone, dark=dark, lang=lang) as seen:
                await seen.keep(f"{name}-{lang[:2]}-{'phone-dark' if phone else 'desktop-light'}", whole=True)
                wide = await seen.page.evaluate("document.documentElement.scrollWidth - innerWidth")
                assert wide <= 0
                assert await seen.becomes("[...document.images].every(each => each.complete && each.naturalWidth > 0)")
                assert await seen.page.locator("figcaption").inner_text() == "Hàng cây bên sông"
                assert await seen.axe() == []

    await check(preview, "preview")
    await editor.done(document, "approve")
    await editor.done(document, "publish")
    await check(f"/d/{document}", "bulletin")
    for dark in (False, True):
        async with look(preview, phone=dark, dark=dark, quiet=False) as over:
            await over.keep(f"preview-over-{'dark' if dark else 'light'}")
            assert await over.axe() == []
            assert await over.page.inner_text("h1") == "Bản xem trước đã kết thúc."
