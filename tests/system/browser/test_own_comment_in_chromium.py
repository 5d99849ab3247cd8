"""One's own comment in `<hub-consultation>`: read, changed, withdrawn and erased by its code, with files."""

import json
from typing import Any

import pytest

from tests.support import file_samples as samples
from tests.system.browser.comment_desk import CommentDesk
from tests.system.browser.conftest import Open, RunningHub, Website
from tests.system.browser.consultation_pages import (
    fill_quickly,
    page_with,
    publish_draft,
    storages,
)

pytestmark = pytest.mark.browser


@pytest.fixture
def desk() -> CommentDesk:
    return CommentDesk()


@pytest.fixture(scope="session")
async def draft(hub: RunningHub) -> dict[str, Any]:
    return await publish_draft(hub, title="Dự thảo hỗ trợ học sinh <b>vùng xa</b>")


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
