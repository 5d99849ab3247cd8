"""`<hub-consultation>` on another host's page, under a strict policy: choose words and comment."""

from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

import pytest

from hub.times import VIETNAM
from tests.system.browser.comment_desk import CommentDesk
from tests.system.browser.conftest import Open, RunningHub, Website
from tests.system.browser.consultation_pages import (
    NODES,
    TEXT,
    comments,
    fill,
    fill_quickly,
    focused,
    page_with,
    publish_draft,
    quote_of,
    select_words,
    storages,
)

pytestmark = pytest.mark.browser


@pytest.fixture
def desk() -> CommentDesk:
    return CommentDesk()


@pytest.fixture(scope="session")
async def draft(hub: RunningHub) -> dict[str, Any]:
    return await publish_draft(hub, title="Dự thảo hỗ trợ học sinh <b>vùng xa</b>")


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
