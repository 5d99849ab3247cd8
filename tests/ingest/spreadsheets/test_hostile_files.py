"""Files that would harm or mislead: each is refused with its reason, and the process goes on."""

import io
import zipfile

import pytest
from openpyxl import Workbook

from hub.sandbox.errors import UnreadableFile
from hub.sandbox.runner import SandboxLimits, call_in_sandbox
from ingest.extraction.errors import ERRORS_BY_CODE, BrokenFile, NotADocument, ReadingOverrun, TooMuchText
from ingest.imports.read_sheet import READ_FUNCTION
from tests.support import file_samples as samples

pytestmark = pytest.mark.server  # the sandbox
LIMITS = SandboxLimits(seconds=20, megabytes=700)
HEADER = ["Số ký hiệu", "Trích yếu", "Ngày ban hành"]


def _read(body: bytes, name: str = "a.xlsx") -> dict[str, list[object]]:
    call = {"name": name, "kind": None, "agency": "ubnd-hue"}
    found: dict[str, list[object]] = call_in_sandbox(READ_FUNCTION, body, call, LIMITS, ERRORS_BY_CODE)
    return found


def _book(*places: tuple[int, int, object]) -> bytes:
    book, file = Workbook(), io.BytesIO()
    book.active.append(HEADER)
    for row, column, value in places:
        book.active.cell(row, column, value)
    book.save(file)
    return file.getvalue()


def _says_huge(body: bytes) -> bytes:
    """The file, whose directory says that a part unpacks to half a gigabyte."""
    entry = body.rindex(b"PK\x01\x02")
    return body[: entry + 24] + (500_000_000).to_bytes(4, "little") + body[entry + 28 :]


def _unpacks_huge(body: bytes, size: int) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(body)) as source, zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as target:
        for part in source.infolist():
            data = source.read(part)
            if part.filename.endswith("sheet1.xml"):
                cell = b'<c r="A2" t="inlineStr"><is><t>' + b"x" * size + b"</t></is></c>"
                data = data.replace(b"</sheetData>", b'<row r="2">' + cell + b"</row></sheetData>")
            target.writestr(part, data)
    return file.getvalue()


@pytest.mark.parametrize(
    ("body", "name", "error"),
    [
        (_says_huge(_book()), "a.xlsx", TooMuchText),
        (_unpacks_huge(_book(), 20_000_000), "a.xlsx", TooMuchText),
        (_book((2, 300, "x")), "a.xlsx", TooMuchText),
        (_book((1_048_576, 16_384, "x")), "a.xlsx", UnreadableFile),
        (_book()[:-200], "a.xlsx", BrokenFile),
        (b"PK\x03\x04" + b"\x00" * 50 + b"xl/", "a.xlsx", BrokenFile),
        (samples.picture("PNG"), "a.csv", NotADocument),
        (b"", "a.csv", NotADocument),
        ("Một bài viết\nkhông có bảng".encode(), "a.csv", NotADocument),
        (b"a,b,c\n1,2,3\n4,5,6\n", "a.csv", NotADocument),
        (f"{','.join(HEADER)}\n1/KH,{'x' * 900_000},2\n".encode(), "a.csv", TooMuchText),
        (f"{','.join(HEADER)}\n".encode() + b"1/KH,x,2\n" * 50_001, "a.csv", TooMuchText),
    ],
    ids=[
        "bomb",
        "huge cell",
        "wide",
        "far",
        "torn",
        "no parts",
        "picture",
        "empty",
        "prose",
        "no header",
        "long cell",
        "many rows",
    ],
)
def test_a_hostile_file_is_refused_with_its_reason(body: bytes, name: str, error: type[UnreadableFile]) -> None:
    with pytest.raises(error) as caught:
        _read(body, name)
    assert caught.value.detail or isinstance(caught.value, ReadingOverrun)
    assert len(_read(_book((2, 1, "1/KH-UBND"), (2, 2, "Một"), (2, 3, "2024-01-02")))["records"]) == 1


def test_a_formula_without_a_stored_value_is_no_empty_cell() -> None:
    found = _read(_book((2, 1, "1/KH-UBND"), (2, 2, '="Một"'), (2, 3, "=DATE(2024,1,2)"), (2, 4, "=1+1")))
    [record] = found["records"]
    assert isinstance(record, dict)
    shown = {cell["field"]: cell["value"] for cell in record["cells"]}
    assert shown == {"number": "1/KH-UBND", "title": "#GETTING_DATA", "issued": "#GETTING_DATA", None: "#GETTING_DATA"}


def test_a_hidden_sheet_is_named_and_not_read() -> None:
    book, file = Workbook(), io.BytesIO()
    for title, state in (("Công khai", "visible"), ("Mật", "hidden")):
        sheet = book.create_sheet(title)
        sheet.sheet_state = state
        for line in (HEADER, ["1/KH-UBND", title, "2024-01-02"]):
            sheet.append(line)
    del book["Sheet"]
    book.save(file)
    found = _read(file.getvalue())
    assert len(found["records"]) == 1
    assert found["notes"] == ["Mật: the sheet is hidden, and was not read"]


def test_a_table_without_a_header_among_others_is_set_aside_by_name() -> None:
    book, file = Workbook(), io.BytesIO()
    for line in (HEADER, ["1/KH-UBND", "Một", "2024-01-02"]):
        book.active.append(line)
    other = book.create_sheet("Phần hai")
    for number in (2, 3):
        other.append([f"{number}/KH-UBND", "Hai", "2024-01-03"])
    book.save(file)
    found = _read(file.getvalue())
    assert [failure["field"] for failure in found["failures"]] == ["Phần hai"]  # type: ignore[index]
