"""Reading a file without storing it: content, doubts, confidence; refusals name what would do."""

import httpx
import pytest

from hub.db import Database
from tests.support import file_samples as samples
from tests.support.editors import Editor, key
from tests.support.import_samples import rows
from tests.support.printed_decisions import as_docx, as_pdf, as_scan

READ = "/api/v1/manage/read"
PAGE = (
    "<html><head><title>Lịch cắt nước</title></head><body><article><h1>Lịch cắt nước</h1>"
    "<p>Sáng thứ bảy ngắt nước ở phường Thuận Hóa.</p><p>Cấp lại lúc 17 giờ, diện tích 120 m<sup>2</sup>.</p>"
    '<p><a href="/tep/lich.pdf">Lịch</a></p></article></body></html>'
)


@pytest.fixture
async def bearer(database: Database) -> dict[str, str]:
    return {"authorization": f"Bearer {await key(database, 'ubnd-hue', 'write')}"}


@pytest.mark.parametrize(("name", "make"), [("qd.docx", as_docx), ("qd.pdf", as_pdf)])
async def test_a_decision_is_read_and_can_be_saved_as_it_is(
    client: httpx.AsyncClient, database: Database, bearer: dict[str, str], name: str, make
) -> None:
    body = make("702/QĐ-UBND", "trồng cây", "Trồng cây xanh ven sông")

    answer = await client.post(READ, params={"kind": "policy", "name": name}, content=body, headers=bearer)

    assert answer.status_code == 200, answer.text
    assert answer.headers["cache-control"] == "no-store"
    found = answer.json()
    assert found["content"]["number"] == "702/QĐ-UBND"
    assert found["confidence"]["number"] > 0.8
    assert found["official"] is True
    assert "Trồng cây xanh ven sông" in found["text"]
    stored = await rows(database, "SELECT (SELECT count(*) FROM document) + (SELECT count(*) FROM stored_file)")
    assert stored == [(0,)]
    editor = Editor(client, await key(database, "ubnd-hue"))
    assert (await editor.create("policy", **found["content"])).status_code == 201


async def test_a_page_is_read_as_a_bulletin_with_its_links(client: httpx.AsyncClient, bearer: dict[str, str]) -> None:
    params = {"kind": "bulletin", "name": "tin.html", "url": "https://x.vn/tin/1"}
    found = (
        await client.post(READ, params=params, content=PAGE.encode(), headers=bearer | {"content-type": "text/html"})
    ).json()

    assert found["content"]["title"] == "Lịch cắt nước"
    assert found["files"] == [{"url": "https://x.vn/tep/lich.pdf", "title": "Lịch"}]
    assert "120 m²" in found["text"]


async def test_what_a_file_lacks_is_a_doubt_with_what_was_expected(
    client: httpx.AsyncClient, bearer: dict[str, str]
) -> None:
    answer = await client.post(
        READ, params={"kind": "statement", "name": "a.txt"}, content="Một câu.".encode(), headers=bearer
    )
    found = answer.json()
    assert {"said_at", "spokesperson"} <= {doubt["field"] for doubt in found["doubts"]}
    assert all(doubt["expected"] for doubt in found["doubts"])


@pytest.mark.parametrize(
    ("name", "body", "media_type", "code"),
    [
        ("a.pdf", as_scan(), "application/pdf", "scanned_pdf"),
        ("a.docx", "Không phải".encode(), "", "broken_file"),
        ("a.png", samples.picture("PNG"), "image/png", "not_a_document"),
        ("a.pdf", b"", "application/pdf", "invalid_input"),
        ("../a.pdf", b"x", "", "invalid_input"),
        ("a.pdf", b"--x", "multipart/form-data; boundary=x", "file_mismatch"),
    ],
)
async def test_a_file_that_cannot_be_read_is_refused_with_its_reason(
    client: httpx.AsyncClient, bearer: dict[str, str], name: str, body: bytes, media_type: str, code: str
) -> None:
    headers = bearer | {"content-type": media_type or "application/octet-stream"}
    answer = await client.post(READ, params={"kind": "policy", "name": name}, content=body, headers=headers)

    assert (answer.status_code // 100, answer.json()["code"]) == (4, code)
    assert answer.json().get("expected")


async def test_only_who_may_draft_for_an_agency_reads_for_it(client: httpx.AsyncClient, database: Database) -> None:
    for scope, agency, status in (("ingest", None, 403), ("write", "so-y-te", 403), (None, None, 401)):
        given = {"authorization": f"Bearer {await key(database, 'so-xay-dung', scope)}"} if scope else {}
        params = {"kind": "policy", "name": "a.txt"} | ({"agency": agency} if agency else {})
        answer = await client.post(READ, params=params, content=b"a", headers=given)
        assert answer.status_code == status, (scope, answer.text)
    given = {"authorization": f"Bearer {await key(database, 'so-y-te', 'write')}"}
    large = {"content-length": str(10**9)}
    answer = await client.post(READ, params={"kind": "policy", "name": "a.txt"}, content=b"a", headers=given | large)
    assert answer.status_code == 413
