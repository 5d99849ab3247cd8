"""`<hub-consultation>` on another host's page, under a strict policy: read, choose words, comment, change, erase."""

import json
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any
from uuid import uuid4

import httpx
import pytest
from playwright.async_api import Page

from hub.content.commands import create_document, publish, save_edition
from hub.db import Database
from hub.domain.lifecycle import Verb
from hub.times import VIETNAM
from tests.support import contents
from tests.support import file_samples as samples
from tests.support.consultations import window
from tests.system.browser.comment_desk import CommentDesk
from tests.system.browser.conftest import Look, Open, RunningHub, Website

pytestmark = pytest.mark.browser

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


@pytest.fixture
def desk() -> CommentDesk:
    return CommentDesk()


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


@pytest.fixture(scope="session")
async def draft(hub: RunningHub) -> dict[str, Any]:
    return await publish_draft(hub, title="Dự thảo hỗ trợ học sinh <b>vùng xa</b>")


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


async def test_a_comment_is_written_by_keyboard_alone_and_nothing_is_kept(
    look: Open, hub: RunningHub, website: Website, draft: dict[str, Any]
) -> None:
    async with look(page_with(website, hub, draft)) as seen:
        page = seen.page
        await page.locator("hub-consultation summary").first.wait_for()
        await seen.keep("consultation-vi")
        assert await seen.axe() == []
        for _ in range(2):
            await page.keyboard.press("Tab")
        assert await focused(seen) == "Góp ý toàn bộ dự thảo"
        await page.keyboard.press("Enter")
        await page.locator("#hub-text").wait_for()
        assert await focused(seen) == "Viết góp ý"
        assert await seen.axe() == []
        await fill(page)
        await page.locator(".code").wait_for()
        assert await focused(seen) == "Đã nhận góp ý"
        code = await page.inner_text(".code")
        shown = await page.inner_text("hub-consultation dl")
        kept = (await comments(hub, draft))[0]
        assert (kept["text"], kept["stance"], kept["ref"], kept["quote"]) == (TEXT, "agrees_in_part", None, None)
        assert kept["author"] == {"kind": "person", "name": "Nguyễn Thị Hạnh"}
        assert TEXT in shown
        assert sha256(TEXT.encode()).hexdigest() in shown
        received = datetime.fromisoformat(kept["received_at"]).astimezone(VIETNAM)
        assert f"{received:%H:%M:%S %d/%m/%Y} (+07:00)" in shown
        ends = datetime.fromisoformat(draft["now"]["consultation"]["closes_at"]).astimezone(VIETNAM)
        assert f"hết ngày {ends - timedelta(1):%d/%m/%Y}" in shown
        await seen.keep("consultation-code-vi")
        assert await seen.axe() == []
        assert await storages(page) == [0, 0, 0, 0, 0]
        assert code not in await page.evaluate("document.documentElement.outerHTML")
        await page.get_by_role("button", name="In giấy báo nhận").click()
        printed = "e => e.contentDocument.body.innerText"
        assert code in await page.locator("hub-consultation iframe").evaluate(printed), "the receipt alone is printed"
        await page.get_by_role("button", name="Đóng góp ý này").click()
        assert await page.locator("hub-consultation .code").count() == 0


async def test_what_is_missing_is_listed_above_with_links_to_the_fields_and_nothing_is_sent(
    look: Open, hub: RunningHub, website: Website, draft: dict[str, Any]
) -> None:
    async with look(page_with(website, hub, draft, lang="en")) as seen:
        page = seen.page
        await page.get_by_role("button", name="Comment on the whole draft").click()
        await page.locator("#hub-text").fill("x" * 5_002)
        await page.locator("#hub-email").fill("ten@")
        await page.get_by_label("Business", exact=True).check()
        await page.get_by_label("Show my name").check()
        await page.get_by_role("button", name="Send the comment").click()
        summary = page.locator(".summary")
        await summary.wait_for()
        assert await page.evaluate("document.activeElement.shadowRoot.activeElement.classList.contains('summary')"), (
            "the summary has the focus"
        )
        assert await summary.get_by_role("listitem").all_inner_texts() == [
            "Choose your stance",
            "The comment has more than 5,000 characters",
            "Give the name of the organisation or business, or choose not to show it",
            "The e-mail address is not complete, example: name@example.vn",
            "Agree, so that the comment can be sent",
        ]
        assert "2 characters too many" in await page.inner_text("hub-consultation form")
        await seen.keep("consultation-errors-en", whole=True)
        assert await seen.axe() == []
        await summary.get_by_role("link").nth(1).press("Enter")
        assert await page.evaluate("document.activeElement.shadowRoot.activeElement.id") == "hub-text"
        assert await page.locator("#hub-text").get_attribute("aria-invalid") == "true"
        assert not [url for url in seen.asked if "challenge" in url]


async def test_selected_words_become_a_quotation_that_is_listed_under_its_article(
    look: Open, hub: RunningHub, website: Website, draft: dict[str, Any]
) -> None:
    words = "có nhà ở xa trường,"
    async with look(page_with(website, hub, draft)) as seen:
        page = seen.page
        await page.locator("summary", has_text="Đối tượng hỗ trợ").click()
        await page.locator("summary", has_text="Hình thức hỗ trợ").click()
        await select_words(page, "vé xe buýt")
        picked = await page.evaluate("document.querySelector('hub-consultation').selected()")
        below = f"{NODES[4]['heading']}\n{NODES[4]['text']}"
        assert picked == {"ref": "dieu-2"} | quote_of(below, "vé xe buýt")
        await select_words(page, f" {words} ")
        await page.get_by_role("button", name="Góp ý đoạn đã chọn").click()
        assert await page.locator("hub-consultation form blockquote").inner_text() == words
        assert await page.locator("#hub-ref").input_value() == "dieu-1/khoan-1"
        await seen.keep("consultation-quote-vi")
        sent = page.context.wait_for_event("request", lambda one: one.method == "POST" and "/comments" in one.url)
        await fill_quickly(page)
        quote = (await sent).post_data_json["quote"]
        await page.locator(".code").wait_for()
        assert quote == quote_of(NODES[2]["text"], words)
        assert (await comments(hub, draft, ref="dieu-1/khoan-1"))[0]["quote"] == quote
        await page.reload()
        seen.asked.clear()
        article = page.locator("summary", has_text="Đối tượng hỗ trợ")
        await article.click()
        assert "góp ý" in await article.inner_text()
        listed = page.locator("details[open] .comments li").first
        await listed.wait_for()
        assert words in await listed.locator("blockquote").inner_text()
        assert TEXT in await listed.inner_text()
        for title in ("Toàn bộ dự thảo", "Tất cả góp ý, kể cả cho bản trước"):
            await page.locator("summary", has_text=title).click()
        await page.locator("details:last-of-type li", has_text=words).first.wait_for()
        asked = [url.partition("/comments?")[2] for url in seen.asked if "/comments?" in url]
        asked = [query for query in asked if query != "limit=1"]
        assert asked == ["limit=20&ref=dieu-1&draft=1", "limit=20&whole=true", "limit=20"], "one for each part"
        await seen.keep("consultation-list-vi", whole=True)
        assert await seen.axe() == []


SENTENCES = (
    "Hỗ trợ 🏠 tại TP. Huế, gồm:\n1. Tiền ăn; tiền ở.\nHồ sơ 🏠 nộp một lần. Hồ sơ nộp một lần; Hồ sơ nộp một lần."
)


async def test_a_sentence_is_chosen_by_keyboard_alone_and_quoted_as_if_it_had_been_selected(
    look: Open, hub: RunningHub, website: Website
) -> None:
    articles: list[dict[str, Any]] = [
        {"ref": "dieu-1", "type": "article", "label": "Điều 1", "heading": "Mức hỗ trợ"},
        {"ref": "dieu-1/khoan-1", "type": "clause", "label": "1.", "parent": "dieu-1", "text": SENTENCES},
        {"ref": "dieu-1/khoan-2", "type": "clause", "label": "2.", "parent": "dieu-1", "text": "Câu khác."},
    ]
    draft = await publish_draft(hub, title="Dự thảo mức hỗ trợ", nodes=articles)
    async with look(page_with(website, hub, draft)) as seen:
        page = seen.page
        await page.get_by_role("button", name="Góp ý toàn bộ dự thảo").press("Enter")
        await page.locator("#hub-ref").focus()
        await page.keyboard.press("ArrowDown")
        await page.keyboard.press("Tab")
        assert await focused(seen) == "Chọn một câu để góp ý (không bắt buộc)"
        await page.keyboard.press("Enter")
        offered = page.get_by_role("group", name="Các câu của phần này").get_by_role("radio")
        assert [await one.evaluate("one => one.parentNode.textContent") for one in await offered.all()] == [
            "Không trích câu nào",
            "Hỗ trợ 🏠 tại TP. Huế, gồm:",
            "1. Tiền ăn;",
            "tiền ở.",
            "Hồ sơ 🏠 nộp một lần.",
            "Hồ sơ nộp một lần;",
            "Hồ sơ nộp một lần.",
            "Câu khác.",
        ]
        await page.keyboard.press("Tab")
        for _ in range(6):
            await page.keyboard.press("ArrowDown")
        assert await page.locator("#hub-ref").input_value() == "dieu-1/khoan-1"
        await page.keyboard.press("ArrowUp")
        await page.keyboard.press("ArrowDown")
        assert await page.locator("hub-consultation form blockquote").inner_text() == "Hồ sơ nộp một lần."
        await seen.keep("consultation-sentence-vi", whole=True)
        assert await seen.axe() == []
        await fill_quickly(page)
        await page.locator(".code").wait_for()
        kept = (await comments(hub, draft))[0]
        assert (kept["ref"], kept["quote"]) == ("dieu-1/khoan-1", quote_of(SENTENCES, "Hồ sơ nộp một lần."))


@pytest.mark.full
async def test_a_refused_field_is_named_in_the_readers_language_and_no_english_of_the_hub_is_shown(
    look: Open, hub: RunningHub, website: Website, draft: dict[str, Any], desk: CommentDesk
) -> None:
    fields = ("author.name", "contact.phone", "quote.exact", "proof.counter")
    errors = [{"field": field, "detail": "Must not be this."} for field in fields]
    invalid = {"code": "invalid_input", "detail": "author.name: Must not be this.", "field": "author.name"}
    desk.refusals = [(422, invalid | {"errors": errors}), (422, invalid | {"field": "draft"})]
    async with look(page_with(website, hub, draft), prepare=desk.attach, quiet=False) as seen:
        page = seen.page
        await page.get_by_role("button", name="Góp ý toàn bộ dự thảo").click()
        await fill_quickly(page)
        summary = page.locator(".summary")
        await summary.wait_for()
        assert await summary.get_by_role("listitem").all_inner_texts() == [
            "Họ và tên: cổng không nhận nội dung này. Xin sửa rồi gửi lại.",
            "Điện thoại: cổng không nhận nội dung này. Xin sửa rồi gửi lại.",
            "Góp ý về: cổng không nhận nội dung này. Xin sửa rồi gửi lại.",
            "Cổng chưa xử lý được yêu cầu. Nội dung vẫn còn ở đây; hãy thử lại sau.",
        ]
        assert await page.locator("#hub-name").get_attribute("aria-invalid") == "true"
        assert "Must not be this" not in await page.inner_text("hub-consultation")
        await page.get_by_role("button", name="Gửi góp ý").click()
        await page.get_by_text("Bản dự thảo này không còn nhận góp ý.").wait_for()


async def fill_quickly(page: Page, *, text: str = TEXT) -> None:
    await page.locator("#hub-stance").check()
    await page.locator("#hub-text").fill(text)
    await page.locator("#hub-consent").check()
    await page.locator("hub-consultation form button.main").click()


@pytest.mark.full
async def test_an_expired_challenge_is_asked_again_and_a_lost_answer_leads_to_the_same_code(
    look: Open, hub: RunningHub, website: Website, draft: dict[str, Any], desk: CommentDesk
) -> None:
    desk.refusals = [(422, {"code": "proof_expired", "field": "proof.challenge", "detail": "Too late."})]
    desk.lost = 1
    async with look(page_with(website, hub, draft), prepare=desk.attach, quiet=False) as seen:
        page = seen.page
        await page.get_by_role("button", name="Góp ý toàn bộ dự thảo").click()
        await fill_quickly(page)
        await page.locator(".code").wait_for()
        shown = (await page.inner_text(".code")).replace(" ", "")
    assert list(desk.comments) == [shown]
    assert [one for one in desk.asked if "challenge" in one or one.startswith("POST")] == [
        "GET challenge",
        "POST comments",
        "GET challenge",
        "POST comments",
        "POST comments",
    ]


@pytest.mark.full
async def test_the_puzzle_can_be_stopped_and_a_refusal_keeps_what_was_written(
    look: Open, hub: RunningHub, website: Website, draft: dict[str, Any], desk: CommentDesk
) -> None:
    desk.difficulty, desk.iterations = 30, 1_000
    async with look(page_with(website, hub, draft), prepare=desk.attach, quiet=False) as seen:
        page = seen.page
        await page.get_by_role("button", name="Góp ý toàn bộ dự thảo").click()
        await fill_quickly(page)
        stop = page.get_by_role("button", name="Dừng, chưa gửi")
        await stop.wait_for()
        assert await focused(seen) == "Dừng, chưa gửi"
        assert await seen.axe() == []
        await stop.press("Enter")
        assert await focused(seen) == "Gửi góp ý"
        assert await page.locator("#hub-text").input_value() == TEXT
        assert desk.comments == {}
        desk.difficulty = 4
        desk.refusals = [(422, {"code": "quote_not_found", "field": "quote.exact", "detail": "No."})]
        await page.get_by_role("button", name="Gửi góp ý").click()
        await page.locator(".summary").wait_for()
        assert await page.locator(".summary a").get_attribute("href") == "#hub-ref"
        assert await page.locator("#hub-text").input_value() == TEXT


@pytest.mark.full
async def test_without_workers_and_on_a_plain_page_the_puzzle_is_solved_on_the_page(
    look: Open, hub: RunningHub, website: Website, draft: dict[str, Any]
) -> None:
    without_subtle = "Object.defineProperty(Crypto.prototype, 'subtle', {get: () => undefined})"
    address = page_with(website, hub, draft, worker=False)
    async with look(address, prepare=lambda one: one.add_init_script(without_subtle), quiet=False) as seen:
        page = seen.page
        await page.get_by_role("button", name="Góp ý toàn bộ dự thảo").click()
        await fill_quickly(page, text="Giải bằng mã của trang.")
        await page.locator(".code").wait_for()
        assert await page.evaluate("crypto.subtle === undefined")
    assert (await comments(hub, draft))[0]["text"] == "Giải bằng mã của trang."


async def test_a_comment_is_read_changed_withdrawn_and_erased_by_its_code(
    look: Open, hub: RunningHub, website: Website, draft: dict[str, Any]
) -> None:
    async with look(page_with(website, hub, draft), quiet=False) as seen:
        page = seen.page
        await page.get_by_role("button", name="Góp ý toàn bộ dự thảo").click()
        await page.locator("#hub-ref").select_option("dieu-2")
        await fill_quickly(page, text="Xin gọi lại cho tôi theo số 0914 123 456.")
        await page.locator(".code").wait_for()
        code = await page.inner_text(".code")
        await page.get_by_role("button", name="Đóng góp ý này").click()
        await page.get_by_role("button", name="Xem, sửa góp ý của tôi").click()
        field = page.get_by_label("Mã của góp ý")
        await field.fill("0" * 26)
        await field.press("Enter")
        assert await page.locator(".summary li").inner_text() == "Không có góp ý với mã này."
        await field.fill(code.lower().replace(" ", "").replace("-", ""))
        await field.press("Enter")
        await page.locator("hub-consultation dl").wait_for()
        shown = await page.inner_text("hub-consultation dl")
        assert "Nội dung có thể chứa dữ liệu cá nhân" in shown
        assert "Điều 2. Hình thức hỗ trợ 🚌" in shown
        await seen.keep("consultation-mine-vi")
        assert await seen.axe() == []
        await page.get_by_role("button", name="Sửa góp ý").click()
        await page.locator("#hub-text").fill("Ý kiến mới.")
        await page.get_by_role("button", name="Lưu thay đổi").click()
        await page.get_by_text("Đã lưu thay đổi.").wait_for()
        assert "Ý kiến mới." in await page.inner_text("hub-consultation dl")
        async with page.expect_download() as saved:
            await page.get_by_role("button", name="Tải dữ liệu của tôi").click()
        assert json.loads((await (await saved.value).path()).read_text())["comment"]["text"] == "Ý kiến mới."
        await page.get_by_role("button", name="Xóa dữ liệu").click()
        await page.get_by_role("button", name="Không", exact=True).click()
        await page.get_by_role("button", name="Rút góp ý").click()
        await page.get_by_role("button", name="Có, rút góp ý").click()
        await page.get_by_text("Đã rút góp ý.").wait_for()
        await page.get_by_role("button", name="Xóa dữ liệu").click()
        await page.get_by_role("button", name="Có, xóa vĩnh viễn").click()
        await page.get_by_text("Đã xóa dữ liệu của góp ý.").wait_for()
        assert "Ý kiến mới." not in await page.inner_text("hub-consultation")
        assert await page.get_by_role("button", name="Tải dữ liệu của tôi").count() == 0
        assert await storages(page) == [0, 0, 0, 0, 0]


@pytest.mark.full
async def test_a_file_is_added_to_ones_own_comment_and_removed_and_another_kind_is_refused(
    look: Open, hub: RunningHub, website: Website, draft: dict[str, Any]
) -> None:
    async with look(page_with(website, hub, draft), quiet=False) as seen:
        page = seen.page
        await page.get_by_role("button", name="Góp ý toàn bộ dự thảo").click()
        await fill_quickly(page, text="Xin xem bản đồ kèm theo.")
        await page.locator(".code").wait_for()
        await page.get_by_label("Thêm tệp").set_input_files(
            {"name": "bản đồ.png", "mimeType": "image/png", "buffer": samples.picture("PNG", (60, 40))}
        )
        await page.get_by_text("Đã nhận tệp.").wait_for()
        own = page.locator("hub-consultation li", has_text="bản đồ.png (PNG, 1 kB)")
        await own.get_by_role("button", name="Xóa tệp").click()
        await own.wait_for(state="detached")
        await page.get_by_label("Thêm tệp").set_input_files(
            {"name": "trang.html", "mimeType": "text/html", "buffer": b"<p>Xin chao</p>"}
        )
        await page.locator(".summary", has_text="Chỉ nhận tệp PDF, DOCX, JPEG, PNG; không nhận tệp có macro").wait_for()
        # A proxy before the hub refuses without a code: the status says which words.
        await page.route(
            "**/mine/files",
            lambda route: route.fulfill(status=413, headers={"access-control-allow-origin": "*"}, body="<h1>413</h1>"),
        )
        await page.get_by_label("Thêm tệp").set_input_files(
            {"name": "lớn.png", "mimeType": "image/png", "buffer": samples.picture("PNG", (60, 40))}
        )
        await page.locator(".summary", has_text="Nội dung gửi quá lớn.").wait_for()


@pytest.mark.full
async def test_it_fits_a_narrow_phone_at_twice_the_size_and_is_dark_with_its_reader(
    look: Open, hub: RunningHub, website: Website, draft: dict[str, Any]
) -> None:
    async with look(page_with(website, hub, draft), phone=True, dark=True) as seen:
        page = seen.page
        await page.set_viewport_size({"width": 320, "height": 640})
        await page.locator("summary", has_text="Đối tượng hỗ trợ").click()
        wide = "document.documentElement.scrollWidth - innerWidth"
        assert await page.evaluate(wide) <= 0
        await seen.keep("consultation-phone-dark", whole=True)
        assert await seen.axe() == []
        await page.get_by_role("button", name="Góp ý phần này").click()
        await page.locator("#hub-text").wait_for()
        await page.get_by_text("Chọn một câu để góp ý").click()
        await page.get_by_text("Học sinh hộ nghèo.", exact=True).last.click()
        assert await page.evaluate(wide) <= 0
        await seen.keep("consultation-form-phone-dark", whole=True)
        assert await seen.axe() == []
        small = await page.evaluate(
            "[...document.querySelector('hub-consultation').shadowRoot.querySelectorAll('button, select, summary')]"
            ".filter((one) => one.checkVisibility() && one.getBoundingClientRect().height < 44).length"
        )
        assert small == 0, "each button can be hit by a finger"


async def test_a_page_without_the_element_loads_nothing_for_it(look: Open, hub: RunningHub, website: Website) -> None:
    address = website.put(f'<script src="{hub.url}/embed.js" defer></script><hub-feed></hub-feed>', policy=policy(hub))
    async with look(address, quiet=False) as seen:
        await seen.page.locator("hub-feed li .title").first.wait_for()
        assert not [url for url in seen.asked if "consultation" in url]
        await seen.page.evaluate("document.body.append(document.createElement('hub-consultation'))")
        await seen.becomes("customElements.get('hub-consultation') !== undefined")


async def test_the_page_of_a_draft_and_the_frame_have_the_element_and_work_without_it(
    look: Open, hub: RunningHub, website: Website, draft: dict[str, Any]
) -> None:
    async with look(f"/d/{draft['id']}", phone=True, dark=True) as seen:
        page = seen.page
        await page.get_by_role("link", name="Góp ý và trả lời").click()
        await page.get_by_role("button", name="Góp ý toàn bộ dự thảo").click()
        await fill_quickly(page, text="Gửi từ trang của cổng.")
        await page.locator(".code").wait_for()
        assert await page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
        await seen.keep("consultation-page-phone-dark", whole=True)
        assert await seen.axe() == []
    frame = f"/embed/consultation/{draft['now']['consultation']['id']}"
    around = f'<iframe src="{hub.url}{frame}?lang=en" title="Comments" width="640" height="800"></iframe>'
    async with look(website.put(around, policy=f"default-src 'none'; frame-src {hub.url}")) as seen:
        inner = seen.page.frame_locator("iframe")
        await inner.get_by_role("button", name="Comment on the whole draft").click()
        await inner.locator("#hub-stance").check()
        await inner.locator("#hub-text").fill("Sent from a frame.")
        await inner.locator("#hub-consent").check()
        await inner.locator("hub-consultation form button.main").click()
        await inner.locator(".code").wait_for()
        await seen.keep("consultation-frame-en")
        assert await inner.locator("hub-consultation a").first.get_attribute("target") == "_blank"
    texts = [one["text"] for one in (await comments(hub, draft))[:2]]
    assert texts == ["Sent from a frame.", "Gửi từ trang của cổng."]
    for address in (f"/d/{draft['id']}", frame):
        async with look(address, scripts=False) as seen:
            assert await seen.page.locator("hub-consultation").is_visible()


@pytest.mark.full
async def test_a_draft_that_is_commented_on_elsewhere_leads_there_and_takes_nothing(
    look: Open, hub: RunningHub, website: Website
) -> None:
    url = "https://example.org/gop-y"
    elsewhere = await publish_draft(hub, asked={"url": url, "short_reason": "Bão đang vào <b>gần</b> bờ."})
    async with look(page_with(website, hub, elsewhere)) as seen:
        page = seen.page
        await page.locator("hub-consultation summary").first.wait_for()
        link = page.locator("hub-consultation a", has_text="example.org")
        assert await link.get_attribute("href") == url
        reason = page.locator("hub-consultation p", has_text="Lý do thời gian lấy ý kiến ngắn hơn quy định:")
        assert "Bão đang vào <b>gần</b> bờ." in await reason.inner_text()
        assert await page.get_by_role("button").all_inner_texts() == ["Xem, sửa góp ý của tôi"]


@pytest.mark.full
async def test_an_unknown_consultation_is_named_and_a_hub_that_is_away_is_asked_again(
    look: Open, hub: RunningHub, website: Website, draft: dict[str, Any]
) -> None:
    gone = {"id": "00000000-0000-4000-8000-000000000000"}
    async with look(page_with(website, hub, gone, lang="en"), quiet=False) as seen:
        assert "There is no such consultation." in await seen.page.get_by_role("alert").inner_text()
    elements = f'<hub-consultation hub="http://127.0.0.1:9" document="{draft["id"]}"></hub-consultation>'
    address = website.put(f'<script src="{hub.url}/embed.js" defer></script>{elements}')
    async with look(address, quiet=False) as seen:
        await seen.page.get_by_role("button", name="Thử lại").wait_for()
        assert await seen.axe() == []
        await seen.page.evaluate("document.querySelector('hub-consultation').removeAttribute('hub')")
        await seen.page.locator("hub-consultation summary").first.wait_for()
        seen.asked[:] = [url for url in seen.asked if "127.0.0.1:9/" not in url]
