"""Lines of files that people send: byte order marks, gzip of several members, files of other kinds."""

import gzip
import io
import zipfile
from pathlib import Path

import pytest

from hub.errors import InvalidInput
from hub.press.headlines import read_file
from hub.text_files import InputFile, read_lines, read_small_file, read_whole
from ingest.imports.lines import json_lines
from tests.support.word_files import paragraph, word_file

MADE = Path(__file__).parents[1] / "support" / "data" / "made"


def archive(*names: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as packed:
        for name in names:
            packed.writestr(name, "x" * 5_000)
    return out.getvalue()


def open_document(form: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as packed:
        packed.writestr("mimetype", f"application/vnd.oasis.opendocument.{form}")
        packed.writestr("content.xml", "<x/>")
    return out.getvalue()


OLD = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 900


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (word_file(paragraph("x")), "a Word document (DOCX)"),
        (archive("[Content_Types].xml", "docProps/app.xml", "xl/workbook.xml"), "an Excel workbook (XLSX)"),
        (archive("ppt/presentation.xml"), "a presentation (PPTX)"),
        (archive("ghi-chu.txt"), "an archive (ZIP)"),
        (archive("word/document.xml")[:300], "a Word document (DOCX)"),
        (open_document("spreadsheet"), "an OpenDocument table (ODS)"),
        (open_document("text"), "an OpenDocument text (ODT)"),
        (OLD + "WordDocument".encode("utf-16-le"), "an old Word document (DOC)"),
        (OLD + "Workbook".encode("utf-16-le"), "an old Excel workbook (XLS)"),
        (b"\n\n%PDF-1.7 ", "a PDF"),
        (b"{\\rtf1 x}", "a rich text (RTF)"),
        (b"Rar!\x1a\x07\x00", "an archive (RAR)"),
        (b"\x00\x01\x02\x03" * 99, "a file of bytes that are no text"),
        ("Số 7".encode("utf-16"), "a text in UTF-16"),
        (b"\xef\xbb\xbf <!-- x -->\n<!DOCTYPE html><p>x", "a web page (HTML)"),
        (b"<?xml version='1.0'?><rss/>", "an XML file"),
        (gzip.compress(archive("xl/a.xml")), "an Excel workbook (XLSX)"),
        (b'{"a": 1}', None),
        ("Số: 7/KH-UBND < 3\n".encode(), None),
        ("Số 7".encode("cp1258", "replace"), None),
        (b"", None),
    ],
)
@pytest.mark.parametrize("name", ["van-ban.txt", "van-ban.docx"])
def test_a_file_is_recognised_by_its_content_whatever_its_name(
    tmp_path: Path, name: str, body: bytes, kind: str | None
) -> None:
    (tmp_path / name).write_bytes(body)
    with InputFile(tmp_path / name) as source:
        assert source.kind == kind
        records = list(json_lines(source))
    if kind is not None:
        assert [record.failure.code for record in records if record.failure] == ["not_a_document"]
        assert kind in (records[0].failure.detail if records[0].failure else "")


def test_the_files_that_programs_made_are_recognised() -> None:
    for name, kind in (
        ("head.docx", "a Word document (DOCX)"),
        ("head.pdf", "a PDF"),
        ("head.html", "a web page (HTML)"),
    ):
        with InputFile(MADE / name) as source:
            assert source.kind == kind


def test_a_byte_order_mark_and_members_of_gzip_lose_no_line(tmp_path: Path) -> None:
    path = tmp_path / "bao.jsonl.gz"
    path.write_bytes(gzip.compress(b"\xef\xbb\xbfmot\nhai") + gzip.compress(b" va ba\n\nbon\n"))
    with InputFile(path) as source:
        assert [(line.number, line.data) for line in read_lines(source, 100)] == [
            (1, b"mot\n"), (2, b"hai va ba\n"), (4, b"bon\n")
        ]  # fmt: skip
    with InputFile(path) as source:
        assert read_whole(source, 100).data == b"mot\nhai va ba\n\nbon\n"


def test_a_line_that_is_too_long_and_a_broken_end_are_told_apart(tmp_path: Path) -> None:
    path = tmp_path / "bao.jsonl.gz"
    packed = gzip.compress(b"mot\n" + b"x" * 500 + b"\nba\n" + bytes(range(48, 58)) * 9_000)
    path.write_bytes(packed[: len(packed) - 20])
    with InputFile(path) as source:
        found = [(line.number, line.problem) for line in read_lines(source, 50)]
    assert found[:3] == [(1, None), (2, "too_long"), (3, None)]
    assert found[-1][1] in ("unreadable", "too_long")


def test_the_press_reads_the_first_line_after_a_byte_order_mark_and_refuses_a_member_twice(tmp_path: Path) -> None:
    path = tmp_path / "bao.jsonl"
    line = '{"title": "Tin", "outlet": "Báo Mẫu"}\n'
    path.write_text(f'\ufeff{line}{{"title": "Tin", "title": "Khác", "outlet": "Báo Mẫu"}}\n', encoding="utf-8")
    assert [item and item.title for item in read_file(path)] == ["Tin", None]
    path.write_bytes(word_file(paragraph("x")))
    with pytest.raises(InvalidInput, match="a Word document"):
        list(read_file(path))


@pytest.mark.parametrize(
    ("line", "field", "words"),
    [
        ('{"source_id": "1", "source_id": "2"}', "source_id", "occurs twice"),
        ('{"content": {"title": "a", "title": "b"}}', "title", "occurs twice"),
        ('{"a": NaN}', None, "`NaN`, which is not JSON"),
        ("[" * 40 + "]" * 40, None, "nested too deeply"),
        ('{"a": "\\ud800"}', None, "not portable"),
        ("{", None, "The line is not JSON"),
    ],
)
def test_a_line_of_json_that_programs_read_differently_is_refused(
    tmp_path: Path, line: str, field: str | None, words: str
) -> None:
    path = tmp_path / "tep.jsonl"
    path.write_text(line)
    with InputFile(path) as source:
        [record] = json_lines(source)
    assert record.failure is not None
    assert (record.failure.code, record.failure.field) == ("invalid_json", field)
    assert words in record.failure.detail


@pytest.mark.parametrize("name", ["a\ud800b", "a\0b"])
def test_a_name_that_no_file_can_have_is_refused_like_a_file_that_is_missing(tmp_path: Path, name: str) -> None:
    with pytest.raises(InvalidInput, match="No file can be named"):
        read_small_file(tmp_path / name, 10)
    with pytest.raises(InvalidInput, match="No such file"):
        read_small_file(tmp_path / "missing", 10)
