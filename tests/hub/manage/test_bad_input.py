"""What an editor may not write: each is a problem that names the field, and nothing is stored."""

import unicodedata
from typing import Any

import asyncpg
import httpx
import pytest

from hub.connections import plain_url
from hub.db import Database
from tests.support import contents
from tests.support.editors import Editor, key
from tests.support.in_process import snapshot


def node(ref: str, **changes: Any) -> dict[str, Any]:
    return {"ref": ref, "type": "article", "label": "Điều", "text": "Nội dung."} | changes


def on(role: str, day: str, **changes: Any) -> dict[str, Any]:
    return {"role": role, "on": day, "source": "Văn bản gốc"} | changes


ISSUED, EARLIER = on("issued", "2026-02-03"), on("effective", "2026-02-02")

BAD: list[tuple[str, dict[str, Any], str, str]] = [
    # kind, what is wrong in its content, code, field
    ("policy", {"number": "số mới"}, "invalid_input", "number"),
    ("policy", {"number": "17"}, "invalid_input", "number"),
    ("policy", {"number": "KH-UBND/17"}, "invalid_input", "number"),
    ("policy", {"number": "17/KH-UBND <script>"}, "invalid_input", "number"),
    ("policy", {"number": ""}, "invalid_input", "number"),
    ("policy", {"number": 17}, "invalid_input", "number"),
    ("policy", {"number": "1" * 101}, "invalid_input", "number"),
    ("policy", {"dates": [ISSUED, EARLIER]}, "invalid_input", "dates.1.on"),
    ("policy", {"dates": [EARLIER, ISSUED]}, "invalid_input", "dates.0.on"),
    ("policy", {"dates": [ISSUED, on("expiry", "2020-01-01")]}, "invalid_input", "dates.1.on"),
    ("policy", {"dates": [on("effective", "2026-02-03")]}, "invalid_input", "dates"),
    ("policy", {"dates": []}, "invalid_input", "dates"),
    ("policy", {"dates": [on("issued", "2026-02-30")]}, "invalid_input", "dates.0.on"),
    ("policy", {"dates": [on("signed", "2026-02-03")]}, "invalid_input", "dates.0.role"),
    ("policy", {"issuers": [{"name": "Sở", "code": "so-khong-co"}]}, "unknown_reference", "agency"),
    ("policy", {"topics": ["khong-co"]}, "unknown_reference", "topics"),
    ("policy", {"topics": ["mã sai!"]}, "invalid_input", "topics.0"),
    ("policy", {"places": ["99999"]}, "unknown_reference", "places"),
    ("policy", {"nodes": [node("dieu-1"), node("dieu-1")]}, "invalid_input", "nodes.1.ref"),
    ("policy", {"nodes": [node("dieu-1", parent="chuong-1")]}, "invalid_input", "nodes.0.parent"),
    ("policy", {"nodes": [node("a", parent="b"), node("b")]}, "invalid_input", "nodes.0.parent"),
    ("policy", {"nodes": [node("a", parent="a")]}, "invalid_input", "nodes.0.parent"),
    ("policy", {"nodes": [node("Điều 1")]}, "invalid_input", "nodes.0.ref"),
    ("policy", {"title": "   "}, "invalid_input", "title"),
    ("policy", {"title": None}, "invalid_input", "title"),
    ("policy", {"title": "x" * 2_001}, "invalid_input", "title"),
    ("policy", {"links": [{"label": "x", "url": "javascript:alert(1)"}]}, "invalid_input", "links.0.url"),
    ("policy", {"relations": [{"type": "amends", "id": "0" * 32}]}, "unknown_reference", "relations"),
    ("policy", {"colour": "green"}, "invalid_input", "colour"),
    ("draft", {"drafting_agency": "so-khong-co"}, "unknown_reference", "agency"),
    ("draft", {"nodes": [node("dieu-1"), node("dieu-1")]}, "invalid_input", "nodes.1.ref"),
    (
        "draft",
        {"consultation": {"opens_on": "2026-12-02", "closes_on": "2026-11-02"}},
        "invalid_input",
        "consultation.closes_on",
    ),
    ("bulletin", {"body": "<p>Chào</p><script>alert(1)</script>"}, "invalid_input", "body"),
    ("bulletin", {"body": "<ScRiPt/src=//x.test>"}, "invalid_input", "body"),
    ("bulletin", {"body": '<p onclick="x()">Chào</p>'}, "invalid_input", "body"),
    ("bulletin", {"body": "<p title='a'onload = x()>Chào</p>"}, "invalid_input", "body"),
    ("bulletin", {"body": '<a href="java&#115;cript:x()">Chào</a>'}, "invalid_input", "body"),
    ("bulletin", {"body": '<a href="java\tscript:x()">Chào</a>'}, "invalid_input", "body"),
    ("bulletin", {"body": "<svg><p>Chào</p></svg>"}, "invalid_input", "body"),
    ("bulletin", {"body": "<blockquote>" * 40 + "Chào"}, "invalid_input", "body"),
    ("bulletin", {"body": "&#" * 100_001}, "invalid_input", "body"),
    ("bulletin", {"valid_until": "tomorrow"}, "invalid_input", "valid_until"),
    ("statement", {"spokesperson": "khong-ai"}, "unknown_reference", "spokesperson"),
    ("statement", {"answers": []}, "invalid_input", "text"),
    ("statement", {"said_at": "2026-10-04T09:00:00+07:00"}, "invalid_input", "said_at"),
]


@pytest.fixture
async def tables(database: Database):
    connection = await asyncpg.connect(plain_url(database.url))
    yield connection
    await connection.close()


async def test_it_is_a_problem_with_its_field_and_nothing_is_stored(
    client: httpx.AsyncClient, database: Database, tables: asyncpg.Connection, subtests: pytest.Subtests
) -> None:
    editor = Editor(client, await key(database))
    await editor.create()
    before = await snapshot(tables)

    for kind, wrong, code, field in BAD:
        with subtests.test(f"{kind} {wrong!s:.80}"):
            answer = await editor.create(kind, **wrong)
            body = answer.json()
            assert answer.headers["content-type"] == "application/problem+json"
            assert (answer.status_code, body["status"], body["code"], body["field"]) == (422, 422, code, field)
            assert "Value error" not in body["detail"]
            assert await snapshot(tables) == before


AROUND: list[tuple[dict[str, Any], int, str, str]] = [
    ({"agency": "so-khong-co"}, 403, "forbidden", "agency"),
    ({"agency": "mã sai!"}, 422, "invalid_input", "agency"),
    ({"kind": "circular"}, 422, "invalid_input", "kind"),
    ({"lang": "fr"}, 422, "invalid_input", "lang"),
    ({"id": "not-a-uuid"}, 422, "invalid_input", "id"),
    ({"content": []}, 422, "invalid_input", "content"),
    ({"content": "text"}, 422, "invalid_input", "content"),
    ({"owner": "ubnd-hue"}, 422, "unknown_parameter", "owner"),
]


async def test_so_is_what_stands_around_the_content(
    client: httpx.AsyncClient, database: Database, tables: asyncpg.Connection, subtests: pytest.Subtests
) -> None:
    headers = Editor(client, await key(database)).headers
    before = await snapshot(tables)

    for changes, status, code, field in AROUND:
        with subtests.test(str(changes)):
            body = {"kind": "policy", "agency": "ubnd-hue", "content": contents.policy()} | changes
            answer = await client.post("/api/v1/manage/documents", json=body, headers=headers)
            assert (answer.status_code, answer.json()["code"], answer.json()["field"]) == (status, code, field)
            assert await snapshot(tables) == before


async def test_odd_numbers_that_are_real_are_kept_with_canonical_signs(
    client: httpx.AsyncClient, database: Database
) -> None:
    editor = Editor(client, await key(database))
    for number in (
        "17/KH-UBND",
        "42/2022/NĐCP",
        "11i/2008/NQ-HĐND",
        "03-NQ/TU",
        "66.13/2026/NQ-CP",
        "104/2016/QH13",
        "01/2017/TTLT-VPCP-BNN&PTNT-BTC",
        "964/TTg-NN",
        "01-MẪU/QĐ-UBND",
        None,
    ):
        made = await editor.create(number=number)
        assert made.status_code == 201, made.text
        assert made.json()["working"][0]["content"]["number"] == number
    spaced = await editor.create(number="01 /2018/TT\u2011VPCP")
    assert spaced.json()["working"][0]["content"]["number"] == "01/2018/TT-VPCP"


async def test_text_in_parts_is_stored_composed(client: httpx.AsyncClient, database: Database) -> None:
    editor = Editor(client, await key(database))
    title, number = "Kế hoạch trồng cây đường Lê Lợi", "17/KH-HĐND"
    nodes = [node("dieu-1", heading="Phạm vi điều chỉnh", text="Bờ sông Hương\r\nvà Cồn Hến.")]
    parts: dict[str, Any] = {
        "title": unicodedata.normalize("NFD", title),
        "number": unicodedata.normalize("NFD", number),
        "nodes": [{name: unicodedata.normalize("NFD", value) for name, value in nodes[0].items()}],
    }
    assert parts["title"] != title

    made = await editor.create(**parts)

    assert made.status_code == 201, made.text
    content = made.json()["working"][0]["content"]
    assert (content["title"], content["number"]) == (title, number)
    assert content["nodes"][0]["text"] == "Bờ sông Hương\nvà Cồn Hến."
    assert unicodedata.is_normalized("NFC", made.text)


async def test_an_effect_before_the_issue_needs_only_its_reason(client: httpx.AsyncClient, database: Database) -> None:
    reasoned = EARLIER | {"note": "Nghị quyết cho hiệu lực trở về trước."}

    made = await Editor(client, await key(database)).create(dates=[ISSUED, reasoned])

    assert made.status_code == 201, made.text
