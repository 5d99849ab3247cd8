"""Days, numbers and headers in the ways people write them; what is not sure is doubted or named, never guessed."""

from datetime import date
from typing import Any

import pytest

from ingest.spreadsheets.dates import read_cell_moment, read_day
from ingest.spreadsheets.policies import build_policy
from ingest.spreadsheets.reader import read_table
from ingest.spreadsheets.row import Row
from ingest.spreadsheets.table_names import TableNames

HEADER = "Số ký hiệu,Trích yếu,Ngày ban hành\n"


def _read(text: str | bytes, name: str = "a.csv", kind: str | None = None) -> dict[str, Any]:
    return read_table(text.encode() if isinstance(text, str) else text, name, kind, "ubnd-hue")


def _values(record: dict[str, Any]) -> dict[str, Any]:
    return {cell["field"] or cell["header"]: cell["value"] for cell in record["cells"]}


@pytest.mark.parametrize(
    "value",
    [
        "20/11/2015",
        "20-11-2015",
        "20.11.2015",
        "20 / 11 / 2015",
        "2015-11-20",
        "2015/11/20",
        "20151120",
        "ngày 20 tháng 11 năm 2015",
        "Huế, ngày 20 tháng 11 năm 2015",
        "Ngày 20/11/2015",
        "'20/11/2015",
        "20/11/2015 08:30",
        "20/11/15",
        "42328",
        42328,
        {"date": "2015-11-20"},
        {"moment": "2015-11-20T08:30:00"},
        "20 Nov 2015",
    ],
)
def test_a_day_is_read_in_its_spellings(value: Any) -> None:
    found = read_day(value)
    assert found is not None
    assert (found.on, found.doubt) == (date(2015, 11, 20), None)


@pytest.mark.parametrize("value", ["5/6/15", "11/20/2015", "11/20/15"])
def test_a_day_that_may_have_the_month_first_is_in_doubt(value: str) -> None:
    found = read_day(value)
    assert found is not None
    assert found.doubt


@pytest.mark.parametrize(
    "value",
    [
        *("31/02/2015", "2015", 2015, "11/2015", "quý IV/2015", "20/11/2015; 21/11/2015", "trước 20/11/2015", "20/11"),
        *("20/11/0215", "20/13/2015", "00/00/0000", "-", "12/KH-UBND", 0, -5, 1e300, "9" * 30),
    ],
)
def test_what_is_no_whole_day_is_none(value: Any) -> None:
    assert read_day(value) is None


def test_a_moment_has_the_time_of_viet_nam() -> None:
    for value in ("20/11/2015 08:30", {"moment": "2015-11-20T08:30:00"}, "8 giờ 30 ngày 20/11/2015"):
        moment, _ = read_cell_moment(value)
        assert moment is not None
        assert moment.isoformat() == "2015-11-20T08:30:00+07:00"


def test_dates_of_which_a_program_exchanged_some_are_in_doubt() -> None:
    days = ["20/11/2015", "25/12/2015", "2015-03-04", "13/01/2016", "3/14/2015", "4/5/2015"]
    text = HEADER + "".join(f"{n}/KH-UBND,Việc {n},{day}\n" for n, day in enumerate(days, 1))
    doubts = [record["doubts"] for record in _read(text)["records"]]
    assert [bool(each) for each in doubts] == [False, False, False, False, False, True]
    assert doubts[-1] == ["a!C (Ngày ban hành): dates of this column have the month first"]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_a_csv_is_read_with_its_delimiter_and_characters(encoding: str, delimiter: str) -> None:
    lines = [["Số ký hiệu", "Trích yếu", "Ngày ban hành"], ["1/KH-UBND", '"Một, hai; ba\nbốn ""năm"""', "2024-01-02"]]
    found = _read("\r\n".join(delimiter.join(line) for line in lines).encode(encoding))
    [record] = found["records"]
    assert _values(record)["title"] == 'Một, hai; ba\nbốn "năm"'
    assert (record["row"], found["notes"]) == (2, [])


def test_the_line_that_tells_excel_the_delimiter_is_no_row() -> None:
    [record] = _read(f"sep=|\r\n{HEADER.replace(',', '|')}1/KH-UBND|Một|2024-01-02\n")["records"]
    assert record["row"] == 2


def test_a_quotation_mark_that_is_never_closed_sets_aside_what_it_swallows() -> None:
    found = _read(HEADER + '1/KH-UBND,Một,2024-01-02\n2/KH-UBND,"Hai,2024-01-03\n3/KH-UBND,Ba,2024-01-04\n')
    assert [record["row"] for record in found["records"]] == [2]
    assert [failure["field"] for failure in found["failures"]] == ["a!3"]


def test_a_title_block_two_rows_of_header_and_numbering_are_no_records() -> None:
    text = (
        "SỞ MẪU,,,\n,,,\nSTT,Số hiệu,Thời gian,,Về việc\n,,Ban hành,Hiệu lực,\n(1),(2),(3),(4),(5)\n"
        "I,Quý một,,,\n1,1/KH-UBND,02/01/2024,03/01/2024,Một\nSTT,Số hiệu,Thời gian,,Về việc\n,,Ban hành,Hiệu lực,\n"
        "2,2/KH-UBND,02/01/2024,,Hai\n,Tổng cộng: 2,,,\n"
    )
    found = _read(text)
    assert [record["row"] for record in found["records"]] == [7, 10]
    assert _values(found["records"][0]) == {
        "ordinal": "1", "number": "1/KH-UBND", "issued": "02/01/2024", "effective": "03/01/2024", "title": "Một"
    }  # fmt: skip
    assert found["notes"] == ["a: headings, totals and signatures were not read as records: rows 6, 11"]


@pytest.mark.parametrize(
    ("header", "kind"),
    [
        ("Number,Title,Issued on,Issuing agency", "policy"),
        ("Tên dự thảo,Cơ quan soạn thảo,Từ ngày,Đến ngày", "draft"),
        ("Tiêu đề,Nội dung,Kênh,Độ khẩn,Ngày đăng", "bulletin"),
        ("Người phát ngôn,Hình thức,Thời gian,Nội dung", "statement"),
    ],
)
def test_the_kind_follows_from_the_columns(header: str, kind: str) -> None:
    cells = ",".join("abcde"[: header.count(",") + 1])
    assert [record["kind"] for record in _read(f"{header}\n{cells}\n")["records"]] == [kind]


@pytest.mark.parametrize(
    "cell", ["12/2016/QĐ-UBND ngày 20/7/2016", "Quyết định số 12/2016/QĐ-UBND\nngày 20 tháng 7 năm 2016"]
)
def test_the_form_of_lists_in_force_has_number_and_day_in_one_cell(cell: str) -> None:
    # Phụ lục of Nghị định 34/2016/NĐ-CP.
    joined = '"Số, ký hiệu; ngày, tháng, năm ban hành văn bản"'
    header = f'STT;Tên loại văn bản;{joined};Tên gọi của văn bản;"Thời điểm\ncó hiệu lực"'
    [record] = _read(f'{header}\n1;Quyết định;"{cell}";Quy định mẫu;01/8/2016\n')["records"]
    content = build_policy(Row.of(record), TableNames({"agencies": [["a", "Sở Mẫu", None, None, None]]}), "a")
    assert content["number"] == "12/2016/QĐ-UBND"
    assert [(each["role"], each["on"]) for each in content["dates"]] == [
        ("issued", "2016-07-20"), ("effective", "2016-08-01")
    ]  # fmt: skip
    assert record["id"].startswith("12.2016.qdubnd/2016-07-20/")


def test_a_row_keeps_its_identity_when_it_moves_and_a_mere_counter_is_none() -> None:
    header = "Mã,Số ký hiệu,Trích yếu,Ngày ban hành,Cơ quan ban hành\n"
    first, moved = (
        [record["id"] for record in _read(header + rows)["records"]]
        for rows in (
            "1,5/KH-UBND,Năm,2/1/2024,UBND tỉnh\nVB-7,,Bảy,,\n",
            "VB-7,,Bảy,,\n2,05/KH-UBND,Sửa lại,02/01/2024,Ủy ban nhân dân tỉnh\n",
        )
    )
    assert first == moved[::-1]
    assert first[1] == "ubnd-hue/VB-7"


def test_a_column_that_nobody_knows_is_kept_and_named() -> None:
    found = _read("Số ký hiệu,Trích yếu,Ngày ban hành,Tủ số\n1/KH-UBND,Một,2024-01-02,9\n")
    assert _values(found["records"][0])["Tủ số"] == "9"
    assert found["notes"][0].startswith("a!D1 (Tủ số): the column is not known")
