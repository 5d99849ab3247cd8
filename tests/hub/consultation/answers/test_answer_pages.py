"""The page of a draft shows the official answers by article exactly while they are public, and nothing of comments."""

from typing import Any

import httpx
import pytest
from lxml import html
from sqlalchemy import text, update

from hub.consultation import page_summary
from hub.consultation.records import CONSULTATION
from hub.db import Database
from tests.hub.consultation.answers import test_answers
from tests.hub.consultation.answers.test_answers import Desk, close
from tests.support import contents
from tests.support.consultations import window
from tests.support.official_table import draft_nodes
from tests.support.servers import Publish

desk = test_answers.desk
PRIVATE = "Ý kiến 7301 của Nguyễn Thị Kín"


def words(element: Any) -> str:
    return " ".join(element.text_content().split())


def answers_of(page: httpx.Response) -> list[tuple[str, list[str]]]:
    """Each heading of the answers on a page, with the answers below it."""
    found: list[tuple[str, list[str]]] = []
    for element in html.fromstring(page.text).xpath("//section[@id='answers']//*[self::h3 or self::li]"):
        if element.tag == "h3":
            found.append((words(element), []))
        else:
            found[-1][1].append(words(element))
    return found


async def test_answers_stand_on_the_page_by_article_once_they_are_public_with_no_word_of_a_comment(
    desk: Desk, database: Database, publish_edition: Publish
) -> None:
    point = await desk.rows.add(desk.id, PRIVATE, name=PRIVATE, ref="dieu-10/khoan-2/diem-a")
    whole = await desk.rows.add(desk.id, PRIVATE, name=PRIVATE)
    lost = await desk.rows.add(desk.id, PRIVATE, ref="dieu-2")
    group, _ = await desk.rows.add_group(desk.id, 3, ref="dieu-2", name=PRIVATE)
    change = {"changed_draft": 2, "changed_ref": "dieu-2/khoan-1"}
    await desk.created(comment=point, outcome="accepted", reason="Đã sửa <giờ> cấm.\nTừ 6 giờ.", **change)
    await desk.created(comment=whole, reason="Xin ghi nhận.")
    await desk.created(comment=lost, reason="Trả lời góp ý bị ẩn.")
    await desk.created(group=group, outcome="rejected", reason="Trái quy hoạch.")
    edition = contents.draft(consultation=window(-9, 5), nodes=draft_nodes())
    await publish_edition("draft", edition, lang="en", document_id=desk.document)
    async with database.write() as session:
        hide = text("UPDATE comment SET state = 'hidden', hidden_reason = 'insult' WHERE id = :id")
        await session.execute(hide, {"id": lost})
    await close(database, desk.id)
    path = f"/d/{desk.document}?lang=vi"

    before = await desk.client.get(path)
    assert (await desk.verb("answer")).status_code == 200
    page = await desk.client.get(path, headers={"if-none-match": before.headers["etag"]})

    assert (before.status_code, answers_of(before), 'id="answers"' in before.text) == (200, [], False)
    for hidden in ("Đã sửa", "Xin ghi nhận.", "Trái quy hoạch.", "table.docx", PRIVATE):
        assert hidden not in before.text
    assert (page.status_code, page.headers["etag"] != before.headers["etag"]) == (200, True)
    assert answers_of(page) == [
        ("Điều 2. Giờ xe tải · dự thảo lần 2", ["Không tiếp thu (có giải trình) · 3 góp ý Trái quy hoạch."]),
        (
            "Điều 10. Giờ xe tải · dự thảo lần 2",
            [
                "Tiếp thu · 1 góp ý · Điểm a khoản 2 Điều 10 Đã sửa <giờ> cấm. Từ 6 giờ. "
                "Phần đã sửa: Khoản 1 Điều 2, dự thảo lần 3"
            ],
        ),
        ("Toàn bộ dự thảo · dự thảo lần 2", ["Ghi nhận · 1 góp ý Xin ghi nhận."]),
    ]
    [section] = html.fromstring(page.text).xpath("//section[@id='answers']")
    assert "Góp ý công khai đã được trả lời: 5/5." in words(section)
    table = f"http://hub.test/api/v1/consultations/{desk.id}/table."
    assert {f"{table}{form}" for form in ("docx", "xlsx", "csv")} < set(section.xpath(".//a/@href"))
    assert {"#dieu-2", "#dieu-10", "#dieu-2/khoan-1"} < set(section.xpath(".//a/@href"))
    for private in (PRIVATE, "Bản sao", "bị ẩn"):
        assert private not in page.text
    english = answers_of(await desk.client.get(f"/d/{desk.document}?lang=en"))
    assert [heading for heading, _ in english][-1] == "The whole draft · draft version 2"
    assert english[0][1] == ["Not accepted (with reasons) · 3 comments Trái quy hoạch."]
    # What is left of many answers is in the table.
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(page_summary, "MAX_LIMIT", 1)
        first = await desk.client.get(path)
    assert (len(answers_of(first)), "chưa hiện hết các câu trả lời" in first.text) == (1, True)
    # Answers that are taken back leave the page.
    assert (await desk.verb("drop", {"reason": "Không còn cần."})).status_code == 200
    assert answers_of(await desk.client.get(path)) == []


async def test_the_page_leads_to_the_policy_and_says_why_a_window_was_short_and_comments_stayed_unanswered(
    desk: Desk, database: Database, publish_edition: Publish
) -> None:
    await desk.rows.add(desk.id, PRIVATE)
    async with database.write() as session:
        own = update(CONSULTATION).where(CONSULTATION.c.id == desk.id)
        await session.execute(own.values(short_reason="Bão <đến> gần."))
    path = f"/d/{desk.document}"

    running = await desk.client.get(path)
    await close(database, desk.id)
    policy = await publish_edition("policy", contents.policy(title="Quyết định về xe tải"))
    breach = {"policy": str(policy), "without_answers": True, "reason": "Cầu sắp sập."}
    assert (await desk.verb("adopt", breach)).status_code == 200
    page = await desk.client.get(path)

    reason = "Lý do thời gian lấy ý kiến ngắn hơn mức tối thiểu: Bão <đến> gần."
    for shown in (running, page):
        assert [words(one) for one in html.fromstring(shown.text).xpath("//aside")] == [reason]
    assert ('id="answers"' in running.text, answers_of(page)) == (False, [])
    [section] = html.fromstring(page.text).xpath("//section[@id='answers']")
    assert section.xpath(f".//a[@href='http://hub.test/d/{policy}']/text()") == ["Quyết định về xe tải"]
    assert "khi chưa trả lời đầy đủ góp ý. Lý do: Cầu sắp sập." in words(section)
    assert "đã được trả lời: 0/1." in words(section)
    assert PRIVATE not in page.text
