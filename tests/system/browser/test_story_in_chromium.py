"""The story of a consultation in Chromium: a comment on another host's page, and there its answer, to the end."""

from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest

from hub.consultation.carryover.job import CarryoverJob
from hub.consultation.clock import turn_due
from hub.content.commands import create_document, publish, save_edition
from hub.db import Database
from hub.domain.lifecycle import Verb
from tests.support import contents
from tests.support.consultation_desk import Desk
from tests.support.editors import key
from tests.support.passing_days import pass_days
from tests.system.browser.conftest import Look, Open, RunningHub, Website
from tests.system.browser.test_consultation_in_chromium import NODES, TEXT, fill, page_with, publish_draft

pytestmark = pytest.mark.browser

REASON = "Đã bổ sung học sinh ở nhà trọ vào khoản 1."


async def write(database: Database, kind: str, content: dict[str, Any], *, document_id: UUID, link: Any = None) -> None:
    """Publish a document, after `link` was called while it was not public."""
    async with database.write() as session:
        document = await create_document(session, document_id=document_id, kind=kind, owner="so-xay-dung")
        edition = await save_edition(session, document, lang="vi", content=content, by="test")
    if link is not None:
        await link()
    async with database.write() as session:
        assert edition.id is not None
        await publish(session, [edition.id], verb=Verb.publish_trusted)


async def open_all(seen: Look) -> str:
    """Open every article; the text of the element."""
    summaries = seen.page.locator("hub-consultation summary")
    await summaries.first.wait_for()
    for one in await summaries.all():
        await one.click()
    await seen.page.locator("hub-consultation").get_by_text(TEXT).first.wait_for()
    words: str = await seen.page.evaluate("document.querySelector('hub-consultation').shadowRoot.textContent")
    assert TEXT in words
    return words


@pytest.mark.full
async def test_a_comment_on_another_host_is_answered_there_up_to_the_adoption(
    look: Open, hub: RunningHub, website: Website
) -> None:
    draft = await publish_draft(hub, title="Dự thảo hỗ trợ học sinh ở trọ")
    id_ = UUID(draft["now"]["consultation"]["id"])
    page = page_with(website, hub, draft)
    async with look(page) as seen:
        await seen.page.locator("hub-consultation summary").first.wait_for()
        for _ in range(2):
            await seen.page.keyboard.press("Tab")
        await seen.page.keyboard.press("Enter")
        await seen.page.locator("#hub-text").wait_for()
        await fill(seen.page)
        await seen.page.locator(".code").wait_for()
        await seen.keep("story-comment")

    database, revised, policy = Database(hub.settings), uuid4(), uuid4()
    async with httpx.AsyncClient(base_url=hub.url) as client:
        desk = Desk(client, await key(database, "ubnd-hue"))
        await pass_days(database, id_, 23)
        await turn_due(database)
        nodes = [
            node | ({"text": f"{node['text']} Kể cả ở trọ."} if "khoan-1" in node["ref"] else {}) for node in NODES
        ]
        await write(
            database,
            "draft",
            contents.draft(title="Dự thảo hỗ trợ học sinh ở trọ, lần 3", consultation=None, nodes=nodes),
            document_id=revised,
            link=lambda: desk.done(id_, "link", {"document": str(revised)}),
        )
        await CarryoverJob(database).run_once()
        [comment] = (await client.get(f"/api/v1/consultations/{id_}/comments")).json()["items"]
        answer = {"outcome": "accepted", "reason": REASON, "changed_draft": 2, "changed_ref": "dieu-1/khoan-1"}
        path = f"/api/v1/manage/consultations/{id_}/answers"
        said = await client.post(path, json={"comment": comment["id"]} | answer, headers=desk.headers)
        assert said.status_code == 201, said.text
        async with look(page) as seen:
            assert REASON not in await open_all(seen)
        await desk.done(id_, "answer", {})
        await write(database, "policy", contents.policy(number="77/2026/QĐ-UBND"), document_id=policy)
        await desk.done(id_, "adopt", {"policy": str(policy)})
    await database.dispose()

    async with look(page) as seen:
        words = await open_all(seen)
        assert "Đã ban hành" in words
        assert "Toàn bộ dự thảo · 1 góp ý" in words
        assert REASON in words
        led = seen.page.locator(f"hub-consultation a[href*='/d/{policy}']")
        assert await led.inner_text() == contents.policy()["title"]
        assert await seen.axe() == []
        await seen.keep("story-answered", whole=True)
