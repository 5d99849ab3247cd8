"""Files of a registry: workbooks in English and Vietnamese, JSONL, and what cannot be read."""

from datetime import date, datetime
from io import BytesIO
from pathlib import Path
from typing import Any

import orjson
import pytest
from openpyxl import Workbook

from hub.errors import HubError
from hub.registry.bundle import bundle_records
from hub.registry.difference import apply_changes, compare
from hub.registry.record_files import parse_records, read_records, write_records

DAY = date(2026, 11, 29)

pytestmark = pytest.mark.server


def workbook(**sheets: list[list[Any]]) -> bytes:
    book = Workbook()
    book.remove(book.worksheets[0])
    for name, rows in sheets.items():
        sheet = book.create_sheet(name.replace("_", " "))
        for row in rows:
            sheet.append(row)
    file = BytesIO()
    book.save(file)
    return file.getvalue()


def test_a_sheet_in_vietnamese_is_read_with_its_codes_and_days_as_people_type_them() -> None:
    body = workbook(
        Ghi_chú=[["Không phải danh mục"]],
        Địa_bàn=[
            ["Mã", "Tên", "Cấp", "Từ ngày", "Mã cấp trên", "Kế thừa"],
            [19753, "Phường Phú Xuân", "Phường", datetime(2025, 7, 1), 46.0, "474@2025-01-01/part; 475"],
            [None, None, None, None, None, None],
        ],
        CO_QUAN=[["mã", "TÊN", "cấp", "Cấp trên", "xóa"], ["ubnd-x", "UBND xã X", "Phường", "", "x"]],
    )

    place, agency = parse_records(body)

    assert (place.list, place.where) == ("places", "Địa bàn, row 2")
    assert place.members == {
        "code": "19753",
        "name": "Phường Phú Xuân",
        "level": "ward",
        "valid_from": "2025-07-01",
        "parent": "46",
        "successors": [
            {"code": "474", "valid_from": "2025-01-01", "whole": False},
            {"code": "475", "valid_from": None, "whole": True},
        ],
    }
    assert agency.members == {"code": "ubnd-x", "name": "UBND xã X", "level": "commune", "parent": None, "remove": True}


@pytest.mark.parametrize("suffix", ["jsonl", "xlsx"])
def test_an_export_loaded_again_changes_nothing(tmp_path: Path, suffix: str) -> None:
    renamed = [("agencies", {"code": "ubnd-hue", "name": "Tên mới; dài"})]
    state = apply_changes({}, compare({}, bundle_records("hue"), DAY).changes)
    first = bundle_records("hue")[0]
    state = apply_changes(
        state, compare(state, [type(first)(type(first.list)(kind), one) for kind, one in renamed], DAY).changes
    )
    path = tmp_path / f"danh-muc.{suffix}"

    assert write_records(path, state) == len(state)

    found = compare(state, read_records(path), DAY)
    assert (found.changes, found.faults) == ([], [])


@pytest.mark.parametrize(
    ("body", "detail"),
    [
        (b'{"kind": "agency"', "Line 1: The line is not JSON"),
        (b'\n{"code": "a"}', "Line 2 does not name its list"),
        (b'["agency"]', "Line 1 does not name its list"),
        (b"PK\x03\x04 and no archive", "cannot be read"),
        (workbook(Sheet1=[["code"]]), "no sheet of a registry"),
        (workbook(topics=[["code", "colour"]]), "`colour` is not known"),
        (workbook(topics=[["code", "Mã"]]), "is there twice"),
        (workbook(topics=[["name"], ["A"]]), "no column `code`"),
        (workbook(agencies=[["code", "Tên cũ"], ["a", "không có ngày"]]), "has no day"),
    ],
)
def test_a_file_that_cannot_be_read_says_where_and_why(body: bytes, detail: str) -> None:
    with pytest.raises(HubError) as raised:
        parse_records(body)

    assert detail in raised.value.detail
    assert raised.value.expected


@pytest.mark.parametrize(
    ("line", "words"),
    [
        (b'{"kind": "topic", "code": "a", "code": "b"}', "Line 1: .*`code` occurs twice"),
        (b'{"kind": "topic", "code": NaN}', "Line 1: "),
        (b'{"kind": "topic", "code": ' + b"[" * 2_000 + b"]" * 2_000 + b"}", "Line 1: "),
    ],
    ids=["a member twice", "no number", "too deep"],
)
def test_a_line_of_json_is_read_by_the_rules_of_every_other_door(line: bytes, words: str) -> None:
    with pytest.raises(HubError, match=words):
        parse_records(line)


@pytest.mark.parametrize("kind", [[], {}, 7, None, "agencies"])
def test_a_line_whose_kind_names_no_list_is_refused_by_its_number(kind: Any) -> None:
    with pytest.raises(HubError, match="Line 1 does not name its list"):
        parse_records(orjson.dumps({"kind": kind, "code": "x"}))
