"""Pages with `<hub-consultation>`: narrow, dark, without script, without the element, and while the hub is away."""

from typing import Any

import pytest

from tests.system.browser.comment_desk import CommentDesk
from tests.system.browser.conftest import Open, RunningHub, Website
from tests.system.browser.consultation_pages import comments, fill_quickly, page_with, policy, publish_draft

pytestmark = pytest.mark.browser


@pytest.fixture
def desk() -> CommentDesk:
    return CommentDesk()


@pytest.fixture(scope="session")
async def draft(hub: RunningHub) -> dict[str, Any]:
    return await publish_draft(hub, title="Dự thảo hỗ trợ học sinh <b>vùng xa</b>")


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
