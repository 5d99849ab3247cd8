"""Rows with gaps come in: what is missing is derived or asked, words that nobody knows stay, old fonts are read."""

import io
from collections.abc import Callable
from typing import Any

import orjson
import pytest
from openpyxl import Workbook

from hub.registry.known_names import RegistryNames
from ingest.imports.chunk import read_records
from ingest.imports.formats import READERS, ImportFormat
from ingest.records import ImportContext, ImportItem
from ingest.spreadsheets.reader import read_table
from tests.support.old_fonts import as_tcvn3, as_vni

COLUMNS = "Số ký hiệu;Loại;Trích yếu;Ngày ban hành;Cơ quan ban hành;Lĩnh vực"
LINES = [
    ["Số, ký hiệu", "Trích yếu", "Ngày ban hành", "Cơ quan ban hành"],
    ["41/QĐ-UBND", "Trồng cây xanh ven đường phố", "ngày 05 tháng 3 năm 2026", "Sở Y tế thành phố Huế"],
    ["7/KH-SYT", "Nạo vét kênh mương trước mùa mưa lũ", "06/03/2026", "Sở Y tế thành phố Huế"],
]


def read(rows: str, columns: str = COLUMNS, kind: str = "policy") -> list[dict[str, Any]]:
    records = read_table(f"{columns}\n{rows}".encode(), "a.csv", kind, "ubnd-hue")["records"]
    packed = [orjson.dumps(record) for record in records]
    sizes = [len(each) for each in packed]
    return read_records(b"".join(packed), sizes, "sheet", "a.csv", "ubnd-hue", ("vi", "en"))


def identifiers(rows: str) -> list[str | None]:
    records = read_table(f"{COLUMNS}\n{rows}".encode(), "a.csv", "policy", "ubnd-hue")["records"]
    return [record["id"] for record in records]


@pytest.mark.parametrize("row", ["không số;Kế hoạch;;03/03/2026;Sở Y tế;Y tế", "12/2020;;-;;Sở Y tế;"])
def test_only_a_row_that_nothing_identifies_is_set_aside_by_its_cell_and_the_next_one_comes_in(row: str) -> None:
    aside, whole = read(f"{row}\n8/KH-SYT;;Nạo vét;03/03/2026;Sở Y tế;\n")
    assert aside["reason"]["field"] == "a!A2 (Số ký hiệu)"
    assert row.split(";")[0] in aside["reason"]["detail"]
    assert whole["checked"]["stored"]["derived"] == ["type"]


@pytest.mark.parametrize(
    ("row", "title", "missing"),
    [
        ("8/KH-SYT;;;31/02/2026;Sở Y tế;", "Kế hoạch 8/KH-SYT của Sở Y tế", ["dates"]),
        (";Kế hoạch;Nạo vét kênh;;Sở Y tế;", "Nạo vét kênh", ["dates"]),
        ("8/KH-SYT;;Nạo vét kênh;03/03/2026;;", "Nạo vét kênh", ["issuers"]),
        ("Nạo vét kênh;Kế hoạch;8/KH-SYT;;Sở Y tế;", "Nạo vét kênh", ["dates"]),
        (";;Kế hoạch số 8/KH-SYT;;;", "Kế hoạch số 8/KH-SYT", ["issuers", "dates"]),
        ("39;;/2018/TT-NHNN Hướng dẫn việc mẫu;28/12/2018;;", "Hướng dẫn việc mẫu", []),
    ],
)
def test_what_a_row_lacks_is_derived_or_asked(row: str, title: str, missing: list[str]) -> None:
    [found] = read(row)
    stored = found["checked"]["stored"]
    assert (stored["title"], stored.get("missing") or []) == (title, missing)
    for member, cell in (("dates", "a!D2 (Ngày ban hành)"), ("issuers", "a!E2 (Cơ quan ban hành)")):
        assert any(doubt.startswith(cell) for doubt in found["doubts"]) == (member in missing)
    if "31/02" in row:
        assert found["kept"] == {"Ngày ban hành": "31/02/2026"}


def test_a_row_with_more_names_and_words_than_a_document_may_have_is_not_set_aside() -> None:
    topics = "; ".join(f"Lĩnh vực {number}" for number in range(150))
    [found] = read(f'8/KH-SYT;{"Kế hoạch dài " * 20};{"Nạo vét " * 500};03/03/2026;Sở Y tế;"{topics}"')
    assert len(found["checked"]["stored"]["unmapped"]) == 100
    assert {doubt.partition(": ")[0] for doubt in found["doubts"]} == {
        "a!B2 (Loại)", "a!C2 (Trích yếu)", "a!F2 (Lĩnh vực)"
    }  # fmt: skip
    assert "Lĩnh vực 149" in found["kept"]["Lĩnh vực"]


def test_a_bulletin_without_title_or_text_has_what_the_other_says() -> None:
    found = read("Mưa lớn;;;\n;Nước lên;;03/03/2026\n", "Tiêu đề;Nội dung;Kênh;Ngày đăng", "bulletin")
    shown = [(each["checked"]["stored"]["title"], each["checked"]["stored"]["lead"]) for each in found]
    # A lone title is a heading within the table, which the command names.
    assert shown == [("Nước lên", "Nước lên")]
    assert found[0]["doubts"][0].startswith("a!A3 (Tiêu đề): ")


def test_rows_without_a_day_are_told_apart_and_known_again_when_they_move() -> None:
    rows = [
        "5/KH-SYT;;Năm ngoái;;Sở Y tế;",
        "5/KH-SYT;;Năm nay;chưa rõ;Sở Y tế;",
        "5/2019/QĐ-UBND;;Một;;UBND tỉnh;",
        ";Kế hoạch;Họp dân;;;",
    ]
    found = identifiers("\n".join(rows))
    assert len({*found, None}) == len(rows) + 1
    assert identifiers("\n".join(reversed(rows))) == found[::-1]
    # A number with its year is one document, however its title is corrected.
    assert identifiers("05/2019/QĐ-UBND;;Một, sửa;;Ủy ban nhân dân tỉnh;") == [found[2]]


def test_words_that_the_registry_does_not_know_stay_with_a_note_on_the_cell_and_no_doubt() -> None:
    [found] = read('8/KH-SYT;Kế hoạch;Nạo vét;03/03/2026;Phòng Mẫu;"Chuyện khác, chuyện nọ; Y tế"')
    context = ImportContext("a.csv", "ubnd-hue", ("vi", "en"), RegistryNames(()))
    item = READERS[ImportFormat.sheet].finish(ImportItem.from_dict(orjson.loads(orjson.dumps(found))), context)
    assert [(each["field"], each["text"]) for each in item.content["unmapped"]] == [
        ("topics", "Chuyện khác, chuyện nọ"),
        ("topics", "Y tế"),
        ("issuers", "Phòng Mẫu"),
    ]
    assert item.doubts == ()
    assert item.kept["a!E2 (Cơ quan ban hành)"] == "the registry does not know `Phòng Mẫu`"


def _csv(lines: list[list[str]]) -> tuple[bytes, str]:
    return "\n".join(map(";".join, lines)).encode("cp1252"), "a.csv"


def _xlsx(lines: list[list[str]]) -> tuple[bytes, str]:
    book, file = Workbook(), io.BytesIO()
    for line in lines:
        book.active.append(line)
    book.save(file)
    return file.getvalue(), "a.xlsx"


@pytest.mark.parametrize("write", [_csv, _xlsx])
@pytest.mark.parametrize("encode", [as_tcvn3, as_vni])
def test_a_table_in_an_old_font_is_read_with_its_header_and_the_conversion_is_told(
    write: Callable[[list[list[str]]], tuple[bytes, str]], encode: Callable[[str], str]
) -> None:
    found = read_table(*write([[encode(cell) for cell in line] for line in LINES]), None, "ubnd-hue")
    shown = [[cell["value"] for cell in record["cells"]] for record in found["records"]]
    assert shown == LINES[1:]
    assert [cell["header"] for cell in found["records"][0]["cells"]] == LINES[0]
    assert len(found["notes"]) == 1
    assert f"`{encode('Số, ký hiệu')}" in found["notes"][0]
    whole = read_table(*_xlsx(LINES), None, "ubnd-hue")
    assert (whole["notes"], [each["id"] for each in whole["records"]]) == (
        [],
        [each["id"] for each in found["records"]],
    )
