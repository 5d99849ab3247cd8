"""`<hub-consultation>` on another host's page, under a strict policy: read, choose words, comment, change, erase."""

import unicodedata
from typing import Any

import httpx
import pytest
from playwright.async_api import Page

from tests.system.browser.comment_desk import CommentDesk
from tests.system.browser.conftest import Look, Open, RunningHub, Website

pytestmark = pytest.mark.browser

OPEN_DRAFT = "Dự thảo Nghị quyết về chính sách hỗ trợ học sinh"
"""Start of the title of a draft of the demo that is open and names no other page for comments."""
TEXT = "Đề nghị bổ sung học sinh ở nhà trọ 🏠 gần trường."


@pytest.fixture
def desk() -> CommentDesk:
    return CommentDesk()


async def drafts(hub: RunningHub) -> list[dict[str, Any]]:
    async with httpx.AsyncClient(base_url=hub.url) as client:
        found: list[dict[str, Any]] = (await client.get("/api/v1/drafts?limit=50&lang=vi")).json()["items"]
    return found


@pytest.fixture(scope="session")
async def draft(hub: RunningHub) -> dict[str, Any]:
    """The open draft, in full."""
    card = next(one for one in await drafts(hub) if one["title"].startswith(OPEN_DRAFT))
    async with httpx.AsyncClient(base_url=hub.url) as client:
        found: dict[str, Any] = (await client.get(card["path"])).json()
    return found


def policy(hub: RunningHub, *, worker: bool = True) -> str:
    found = f"default-src 'none'; base-uri 'none'; script-src {hub.url}; connect-src {hub.url}"
    return f"{found}; worker-src blob:" if worker else f"{found}; require-trusted-types-for 'script'; trusted-types 'none'"


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
    """Select words as a mouse does."""
    await page.evaluate(
        """words => {
          const spans = [...document.querySelector("hub-consultation").shadowRoot.querySelectorAll(".words")];
          const node = spans.flatMap((span) => [...span.childNodes]).find((one) => one.textContent.includes(words));
          const at = node.textContent.indexOf(words);
          getSelection().setBaseAndExtent(node, at, node, at + words.length);
        }""",
        words,
    )


async def test_a_comment_is_written_by_keyboard_alone_and_nothing_is_kept(
    look: Open, hub: RunningHub, website: Website, draft: dict[str, Any], desk: CommentDesk
) -> None:
    async with look(page_with(website, hub, draft), prepare=desk.attach) as seen:
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
        [(code, kept)] = desk.comments.items()
        assert (await page.inner_text(".code")).replace(" ", "") == code
        assert kept["text"] == TEXT
        assert kept["stance"] == "agrees_in_part"
        assert kept["author"] == {"kind": "person", "name": "Nguyễn Thị Hạnh"}
        assert (kept["shown"], kept["contact"], kept["ref"], kept["quote"]) == ("name", None, None, None)
        assert kept["consent"] == {"wording": "comment", "version": 1, "lang": "vi"}
        shown = await page.inner_text("hub-consultation dl")
        assert TEXT in shown
        assert kept["sha256"] in shown
        assert "20:15:03 29/11/2026 (+07:00)" in shown
        assert "00:00 01/01/2099 (+07:00)" in shown
        await seen.keep("consultation-code-vi")
        assert await seen.axe() == []
        assert await storages(page) == [0, 0, 0, 0, 0]
        assert code not in await page.evaluate("document.documentElement.outerHTML")
        await page.get_by_role("button", name="Đóng góp ý này").click()
        assert await page.locator("hub-consultation .code").count() == 0


async def test_what_is_missing_is_listed_above_with_links_to_the_fields_and_nothing_is_sent(
    look: Open, hub: RunningHub, website: Website, draft: dict[str, Any], desk: CommentDesk
) -> None:
    async with look(page_with(website, hub, draft, lang="en"), prepare=desk.attach) as seen:
        page = seen.page
        await page.get_by_role("button", name="Comment on the whole draft").click()
        await page.locator("#hub-text").fill("x" * 5_002)
        await page.locator("#hub-email").fill("ten@")
        await page.get_by_label("A business").or_(page.get_by_label("Business")).first.check()
        await page.get_by_role("button", name="Send the comment").click()
        summary = page.locator(".summary")
        await summary.wait_for()
        assert await page.evaluate(
            "document.activeElement.shadowRoot.activeElement.classList.contains('summary')"
        ), "the summary has the focus"
        assert await summary.get_by_role("listitem").all_inner_texts() == [
            "Choose your stance",
            "The comment has more than 5,000 characters",
            "Give the name of the organisation or business",
            "The e-mail address is not complete, example: name@example.vn",
            "Agree, so that the comment can be sent",
        ]
        assert "2 characters too many" in await page.inner_text("hub-consultation form")
        await seen.keep("consultation-errors-en", whole=True)
        assert await seen.axe() == []
        await summary.get_by_role("link").nth(1).press("Enter")
        assert await page.evaluate("document.activeElement.shadowRoot.activeElement.id") == "hub-text"
        assert await page.locator("#hub-text").get_attribute("aria-invalid") == "true"
        assert not [one for one in desk.asked if one.startswith("POST") or "challenge" in one]


async def test_selected_words_become_a_quotation_with_its_place_in_code_points(
    look: Open, hub: RunningHub, website: Website, draft: dict[str, Any], desk: CommentDesk
) -> None:
    node = next(one for one in draft["nodes"] if one["ref"] == "dieu-1/khoan-1")
    words = "có nhà ở xa trường"
    async with look(page_with(website, hub, draft), prepare=desk.attach) as seen:
        page = seen.page
        await page.locator("summary", has_text="Đối tượng hỗ trợ").click()
        await select_words(page, f" {words}, ")
        await page.get_by_role("button", name="Góp ý đoạn đã chọn").click()
        assert await page.locator("hub-consultation form blockquote").inner_text() == f"{words},"
        assert await page.locator("#hub-ref").input_value() == "dieu-1/khoan-1"
        await seen.keep("consultation-quote-vi")
        await fill_quickly(page)
        await page.locator(".code").wait_for()
    [kept] = desk.comments.values()
    text = unicodedata.normalize("NFC", node["text"])
    start = text.index(f"{words},")
    quote = kept["quote"]
    assert (kept["ref"], quote["exact"]) == ("dieu-1/khoan-1", f"{words},")
    assert text[quote["start"] : quote["end"]] == quote["exact"]
    assert quote["start"] == start
    assert quote["prefix"] == text[max(0, start - 32) : start]
    assert quote["suffix"] == text[quote["end"] : quote["end"] + 32]


async def fill_quickly(page: Page) -> None:
    await page.locator("#hub-stance").check()
    await page.locator("#hub-text").fill(TEXT)
    await page.locator("#hub-consent").check()
    await page.locator("hub-consultation form button.main").click()


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


async def test_without_workers_and_on_a_plain_page_the_puzzle_is_solved_on_the_page(
    look: Open, hub: RunningHub, website: Website, draft: dict[str, Any], desk: CommentDesk
) -> None:
    async def take_away(context: Any) -> None:
        await desk.attach(context)
        await context.add_init_script("Object.defineProperty(Crypto.prototype, 'subtle', {get: () => undefined})")

    address = page_with(website, hub, draft, worker=False)
    async with look(address, prepare=take_away, quiet=False) as seen:
        page = seen.page
        await page.get_by_role("button", name="Góp ý toàn bộ dự thảo").click()
        await fill_quickly(page)
        await page.locator(".code").wait_for()
        assert await page.evaluate("crypto.subtle === undefined")
    assert len(desk.comments) == 1


async def test_a_comment_is_read_changed_withdrawn_and_erased_by_its_code(
    look: Open, hub: RunningHub, website: Website, draft: dict[str, Any], desk: CommentDesk
) -> None:
    code = "0123456789ABCDEFGHJKMNPQRS"
    own = {"state": "waiting", "held_for": ["private_data"], "text": "Ý kiến cũ.", "stance": "asks", "ref": "dieu-2"}
    own |= {"quote": None, "received_at": "2026-11-29T08:00:00+07:00", "sha256": "ab" * 32, "files": []}
    desk.comments[code] = own | {"changeable_until": "2099-01-01T00:00:00+07:00", "answer": None}
    async with look(page_with(website, hub, draft), prepare=desk.attach, quiet=False) as seen:
        page = seen.page
        await page.get_by_role("button", name="Xem, sửa góp ý của tôi").click()
        field = page.get_by_label("Mã của góp ý")
        await field.fill("sai")
        await field.press("Enter")
        assert await page.locator(".summary li").inner_text() == "Không có góp ý với mã này."
        await field.fill("01234 56789 ABCDE FGHJK MNPQR S")
        await field.press("Enter")
        await page.locator("hub-consultation dl").wait_for()
        shown = await page.inner_text("hub-consultation dl")
        assert "Nội dung có thể chứa dữ liệu cá nhân" in shown
        assert "Điều 2. Hình thức hỗ trợ" in shown
        await seen.keep("consultation-mine-vi")
        assert await seen.axe() == []
        await page.get_by_role("button", name="Sửa góp ý").click()
        await page.locator("#hub-text").fill("Ý kiến mới.")
        await page.get_by_role("button", name="Lưu thay đổi").click()
        await page.get_by_text("Đã lưu thay đổi.").wait_for()
        assert (desk.comments[code]["text"], desk.comments[code]["stance"]) == ("Ý kiến mới.", "asks")
        await page.get_by_role("button", name="Xóa dữ liệu").click()
        await page.get_by_role("button", name="Không", exact=True).click()
        assert desk.comments[code]["state"] == "waiting"
        await page.get_by_role("button", name="Rút góp ý").click()
        await page.get_by_role("button", name="Có, rút góp ý").click()
        await page.get_by_text("Đã rút góp ý.").wait_for()
        await page.get_by_role("button", name="Xóa dữ liệu").click()
        await page.get_by_role("button", name="Có, xóa vĩnh viễn").click()
        await page.get_by_text("Đã xóa dữ liệu của góp ý.").wait_for()
        assert "Ý kiến mới." not in await page.inner_text("hub-consultation")
        assert desk.comments[code]["state"] == "erased"
        assert await storages(page) == [0, 0, 0, 0, 0]


async def test_it_fits_a_narrow_phone_at_twice_the_size_and_is_dark_with_its_reader(
    look: Open, hub: RunningHub, website: Website, draft: dict[str, Any], desk: CommentDesk
) -> None:
    async with look(page_with(website, hub, draft), prepare=desk.attach, phone=True, dark=True) as seen:
        page = seen.page
        await page.set_viewport_size({"width": 320, "height": 640})
        await page.locator("summary", has_text="Đối tượng hỗ trợ").click()
        wide = "document.documentElement.scrollWidth - innerWidth"
        assert await page.evaluate(wide) <= 0
        await seen.keep("consultation-phone-dark", whole=True)
        assert await seen.axe() == []
        await page.get_by_role("button", name="Góp ý phần này").click()
        await page.locator("#hub-text").wait_for()
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
