"""PDF, DOCX and text become policies; a file that cannot be read gives a reason and affects no other file."""

import asyncio
import os
import signal
from collections.abc import Callable
from pathlib import Path

import pytest

from hub.content.validation import validate_content
from ingest.extraction.errors import (
    BrokenFile,
    EncryptedFile,
    NotADocument,
    ReadingOverrun,
    ScannedPdf,
    TooMuchText,
    UnreadableFile,
)
from tests.support.assembled import cell_by_cell, plain
from tests.support.assembled_documents import DOCUMENTS
from tests.support.originals import read
from tests.support.printed_files import bomb, docx, locked_pdf, pdf, scanned_pdf

pytestmark = pytest.mark.server

DECISION = DOCUMENTS["decision_with_rules"]()


@pytest.mark.parametrize("columns", [None, cell_by_cell])
async def test_a_pdf_gives_the_document_without_what_repeats_on_its_pages(columns: object) -> None:
    text = plain(DECISION, cell_by_cell) if columns else plain(DECISION)
    reading = await read(pdf(text, header="CÔNG BÁO số 7"), "quyet-dinh.pdf")
    assert reading.doubts == ()
    content = reading.content
    assert (content["number"], content["type"]) == (DECISION.number, "Quyết định")
    assert content["title"] == DECISION.shown_title
    assert content["signer"]["name"] == "Trần Thị Ví Dụ"
    received = [node for node in content["nodes"] if node["ref"] == "noi-nhan"]
    assert received[0]["text"].split("\n") == [f"- {recipient}" for recipient in DECISION.recipients]
    expected = [{name: part for name, part in node.items() if name != "parent" or part} for node in DECISION.nodes]
    found = [
        {name: part for name, part in node.items() if part is not None}
        for node in content["nodes"]
        if node not in received
    ]
    for node in expected:
        node["heading"] = " ".join(node["heading"].split()) if "heading" in node else None
    assert found == [{name: part for name, part in node.items() if part is not None} for node in expected]
    assert "CÔNG BÁO" not in reading.text
    validate_content("policy", content)


async def test_a_docx_gives_head_numbers_and_tables_in_order() -> None:
    body = docx(
        ["ỦY BAN NHÂN DÂN", "THÀNH PHỐ HUẾ", "Số: 12/KH-UBND"],
        ["CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "Độc lập - Tự do - Hạnh phúc", "Huế, ngày 02 tháng 3 năm 2026"],
        ["KẾ HOẠCH", "Trồng cây đường phố năm 2026", "Ủy ban nhân dân thành phố ban hành Kế hoạch như sau:"],
        [["STT", "Tuyến đường"], ["7", "Lê Lợi"]],
        ["Trồng trước mùa mưa.", "Chăm sóc sau khi trồng."],
    )
    reading = await read(body, "ke-hoach.docx")
    content = reading.content
    assert (content["number"], content["issuers"]) == (
        "12/KH-UBND",
        [{"name": "Ủy ban nhân dân thành phố Huế", "code": "ubnd-tp-hue"}],
    )
    assert content["dates"] == [{"role": "issued", "on": "2026-03-02", "source": "Văn bản gốc"}]
    parts = [(node["ref"], node.get("label"), node["text"]) for node in content["nodes"]]
    assert parts == [
        ("doan-1", None, "Ủy ban nhân dân thành phố ban hành Kế hoạch như sau:"),
        ("muc-1", "1.", "Trồng trước mùa mưa."),
        ("muc-2", "2.", "Chăm sóc sau khi trồng.\nSTT | Tuyến đường\n7 | Lê Lợi\nDòng này"),
    ]
    assert [doubt.field for doubt in reading.doubts] == ["signer"]


@pytest.mark.parametrize(
    ("body", "name", "problem"),
    [
        (scanned_pdf, "van-ban.pdf", ScannedPdf),
        (locked_pdf, "van-ban.pdf", EncryptedFile),
        (lambda: pdf("QUYẾT ĐỊNH")[:900], "van-ban.pdf", BrokenFile),
        (b"khong phai pdf", "van-ban.pdf", BrokenFile),
        (b"PK\x03\x04word/" + b"x" * 900, "van-ban.docx", BrokenFile),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"), "khoa.docx", EncryptedFile),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"x" * 900, "cu.doc", NotADocument),
        (b"\x89PNG\r\n\x1a\n" + b"x" * 90, "anh.pdf", NotADocument),
        (lambda: bomb(9_000_000), "bom.docx", TooMuchText),
        (b"PK\x03\x04xl/workbook.xml", "bang.xlsx", NotADocument),
        (b"\x00\x01\x02\x03" * 300, "tep", NotADocument),
        (b" \n ", "trong.txt", NotADocument),
        (b"<html><body><script>x()</script></body></html>", "trong.html", NotADocument),
        ("Chữ " * 600_000, "dai.txt", TooMuchText),
    ],
)
async def test_a_file_that_cannot_be_read_gives_a_reason(
    body: bytes | str | Callable[[], bytes], name: str, problem: type[UnreadableFile]
) -> None:
    with pytest.raises(problem) as found:
        await read(body() if callable(body) else body, name)
    assert found.value.code == problem.code
    assert found.value.expected


async def test_a_zip_bomb_and_a_slow_file_are_stopped_while_others_are_read() -> None:
    fine = read("Hạn nộp\nHồ sơ được nhận đến hết ngày 30/4.", "tin.txt", kind="bulletin")
    bombed, late, reading = await asyncio.gather(
        read(bomb(6_000_000), "bom.docx", source_read_megabytes=400),
        read("Chữ", "cham.txt", source_read_seconds=0.01),
        fine,
        return_exceptions=True,
    )
    assert isinstance(bombed, ReadingOverrun)
    assert isinstance(late, ReadingOverrun)
    assert not isinstance(reading, BaseException)
    assert reading.content["title"] == "Hạn nộp"


def _children() -> set[int]:
    """Sandbox processes of this process."""
    found = set()
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            parent = (folder / "stat").read_text().rsplit(")", 1)[1].split()[1]
            if int(parent) == os.getpid() and b"hub.sandbox.worker" in (folder / "cmdline").read_bytes():
                found.add(int(folder.name))
        except (OSError, IndexError):
            continue
    return found


async def test_a_killed_sandbox_process_fails_one_file_only() -> None:
    before = _children()
    reading = asyncio.create_task(read("Chữ " * 1_000, "lon.txt", source_read_seconds=47))
    while not (started := _children() - before):  # noqa: ASYNC110 - the table of processes has no event
        await asyncio.sleep(0.005)
    for process in started:
        os.kill(process, signal.SIGKILL)
    with pytest.raises(BrokenFile):
        await reading
    again = await read("Tin mới\nHôm nay trời nắng.", "tin.txt", kind="bulletin", source_read_seconds=47)
    for process in _children() - before:
        os.kill(process, signal.SIGKILL)
    once_more = await read("Tin mới\nHôm nay trời nắng.", "tin.txt", kind="bulletin", source_read_seconds=47)
    assert again == once_more
