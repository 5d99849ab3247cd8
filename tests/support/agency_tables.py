"""Tables of 200 made-up documents in an agency's usual form, as LibreOffice writes them.

The files in `tests/support/data/spreadsheets` were made once, by LibreOffice Calc 7.4:

    apt-get install --no-install-recommends libreoffice-calc
    python -m tests.support.agency_tables

Every row is invented. What the tables have on purpose: a title block, a header of two rows with merged cells, numbering
of columns, headings within the table, an ordinal and numbers by formulas, real dates and dates in six spellings, line
breaks and quotation marks in cells, a column that nobody knows, a total and signatures.
"""

import json
import random
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from html import escape
from pathlib import Path

DATA = Path(__file__).parent / "data" / "spreadsheets"
ROWS = 200
FIRST_ROW = 9
"""The row of the first document in the tables of one sheet."""

Cell = str | int | date | tuple[str, str] | None
"""A text, number, real date, or a formula with the text of its value."""

_WHAT = ["Trồng cây xanh", "Sửa chữa kênh mương", "Tuyên truyền phòng dịch", "Dạy bơi cho học sinh", "Thu gom rác nhựa"]
_WHERE = ["ven sông Hương", "ở các xã vùng cao", "trên tuyến đường ven biển", "tại các chợ", "quanh phá Tam Giang"]
_WHEN = ["năm 2025", "quý II năm 2025", "giai đoạn 2025 - 2030", "mùa mưa lũ 2025"]
_TYPES = [("Kế hoạch", "KH"), ("Quyết định", "QĐ"), ("Thông báo", "TB"), ("Chỉ thị", "CT"), ("Báo cáo", "BC")]
_ISSUERS = [
    ("Ủy ban nhân dân thành phố Huế", "UBND"),
    ("Sở Xây dựng thành phố Huế", "SXD"),
    ("Sở Công Thương thành phố Huế", "SCT"),
]
_TOPICS = ["Bảo hiểm", "Bưu chính, viễn thông", "Bổ trợ tư pháp; Bảo hiểm"]
_PEOPLE = [("Trần Thị Mẫu", "Phó Chủ tịch"), ("Lê Văn Thử", "Giám đốc"), ("Phạm Thị Ví Dụ", "Phó Giám đốc")]
_NAMES: list[Cell] = [
    *("STT", "Số, ký hiệu", "Tên loại", "Trích yếu nội dung", "Cơ quan ban hành", "Thời gian", None, "Người ký"),
    *("Chức vụ", "Lĩnh vực", "Tệp đính kèm", "Nơi lưu"),
]
COLUMNS = len(_NAMES)
HEADER: list[list[Cell]] = [
    _NAMES,
    [*[None] * 5, "Ban hành", "Hiệu lực", *[None] * 5],
    [f"({number})" for number in range(1, COLUMNS + 1)],
]
FAULTS: list[tuple[int, str, Cell]] = [
    (3, "F", "31/02/2025"),
    (12, "F", None),
    (17, "F", "tháng 3/2025"),
    (25, "F", "2025"),
    (31, "F", "chưa rõ"),
    (44, "F", "15/13/2025"),
    (52, "F", "20/3/2025; 21/3/2025"),
    (60, "F", "32/1/2025"),
    (71, "F", 2025),
    (78, "F", "#N/A"),
    (83, "B", "12"),
    (90, "B", date(2020, 1, 1)),
    (97, "B", "không số"),
    (104, "G", "30/2/2025"),
    (111, "G", "sau khi ký"),
    (120, "G", date(2024, 1, 2)),
    (133, "J", "Chuyện khác"),
    (140, "K", "tep-cua-toi.pdf"),
    (152, "E", None),
    (166, "F", "5/6/25"),
]
"""Faults of the third table: document, column and value of the cell."""


def documents() -> list[list[Cell]]:
    """The cells of each document, without the ordinal."""
    chance = random.Random(20)  # noqa: S311 - invented rows
    rows: list[list[Cell]] = []
    for number in range(1, ROWS + 1):
        kind, letters = chance.choice(_TYPES)
        issuer, short = chance.choice(_ISSUERS)
        on = date(2025, 1, 6) + timedelta(days=chance.randrange(300))
        title = f"{chance.choice(_WHAT)} {chance.choice(_WHERE)} {chance.choice(_WHEN)}, đợt {number}"
        if number % 23 == 0:
            title = f'Về việc "{title}"\nvà các việc có liên quan'
        written = f"{number}/{letters}-{short}"
        effect = on + timedelta(days=chance.randrange(1, 40)) if number % 3 else None
        signer, position = chance.choice(_PEOPLE)
        rows.append(
            [
                (f'"{number}"&"/{letters}-{short}"', written) if number % 19 == 0 else written,
                kind,
                title,
                issuer,
                _spelled(on, number),
                _spelled(effect, number + 2) if effect else None,
                signer,
                position,
                chance.choice(_TOPICS),
                f"https://example.vn/van-ban/{number}.pdf" if number % 2 else None,
                f"Tủ {number % 7}" if number % 5 == 0 else None,
            ]
        )
    return rows


def _spelled(on: date, number: int) -> Cell:
    spellings: dict[int, Cell] = {
        0: f"{on:%d/%m/%Y}",
        1: f"{on:%d-%m-%Y}",
        2: f"ngày {on:%d} tháng {on.month} năm {on.year}",
        3: on.isoformat(),
        4: (on - date(1899, 12, 30)).days,
        5: f"{on.day}.{on.month}.{on.year}",
    }
    return spellings.get(number % 11, on)


def table(rows: Sequence[Sequence[Cell]], first: int) -> Iterator[list[Cell]]:
    """The rows of a sheet; `first` is the number of the row of the first document."""
    yield ["SỞ MẪU THÀNH PHỐ HUẾ"]
    yield ["DANH MỤC VĂN BẢN ĐÃ BAN HÀNH NĂM 2025"]
    yield ["(Kèm theo Công văn số 99/SM-VP)"]
    yield []
    yield from HEADER
    yield ["I", "Văn bản của sáu tháng đầu năm"]
    for place, row in enumerate(rows):
        ordinal: Cell = 1 if place == 0 else (f"A{first + place - 1}+1", str(place + 1))
        yield [ordinal, *row]
    yield [None, "Tổng cộng", (f"COUNTA(B{first}:B{first + len(rows) - 1})", str(len(rows)))]
    yield []
    yield [None, "NGƯỜI LẬP BIỂU", None, None, None, "GIÁM ĐỐC"]


def faulty(rows: list[list[Cell]]) -> list[list[Cell]]:
    """The rows with the faults."""
    spoilt = [list(row) for row in rows]
    for number, column, value in FAULTS:
        spoilt[number - 1][ord(column) - 66] = value
    return spoilt


def _flat(sheets: dict[str, list[list[Cell]]]) -> str:
    tables = "".join(
        f'<table:table table:name="{escape(name)}">{"".join(map(_row, rows))}</table:table>'
        for name, rows in sheets.items()
    )
    spaces = " ".join(
        f'xmlns:{short}="urn:oasis:names:tc:opendocument:xmlns:{long}:1.0"'
        for short, long in (
            ("office", "office"), ("table", "table"), ("text", "text"), ("style", "style"), ("number", "datastyle")
        )
    )  # fmt: skip
    spaces += ' xmlns:of="urn:oasis:names:tc:opendocument:xmlns:of:1.2"'
    day = (
        '<number:date-style style:name="N1"><number:day number:style="long"/><number:text>/</number:text>'
        '<number:month number:style="long"/><number:text>/</number:text><number:year number:style="long"/>'
        '</number:date-style><style:style style:name="day" style:family="table-cell" style:data-style-name="N1"/>'
    )
    return (
        f'<?xml version="1.0" encoding="UTF-8"?><office:document {spaces} office:version="1.2" '
        'office:mimetype="application/vnd.oasis.opendocument.spreadsheet">'
        f"<office:automatic-styles>{day}</office:automatic-styles>"
        f"<office:body><office:spreadsheet>{tables}</office:spreadsheet></office:body></office:document>"
    )


def _row(cells: Sequence[Cell]) -> str:
    if len(cells) == 1:
        span = f' table:number-columns-spanned="{COLUMNS}"'
        return f"<table:table-row>{_cell(cells[0], span)}</table:table-row>"
    written = []
    for place, cell in enumerate(cells):
        span = ""
        if cells is HEADER[0] and place == 5:
            span = ' table:number-columns-spanned="2" table:number-rows-spanned="1"'
        elif cells is HEADER[0] and cell is not None:
            span = ' table:number-columns-spanned="1" table:number-rows-spanned="2"'
        written.append(_cell(cell, span))
    return f"<table:table-row>{''.join(written)}</table:table-row>"


def _cell(cell: Cell, span: str = "") -> str:
    if cell is None:
        return "<table:table-cell/>"
    if isinstance(cell, date):
        return f'<table:table-cell{span} table:style-name="day" office:value-type="date" office:date-value="{cell}"/>'
    if isinstance(cell, int):
        return f'<table:table-cell{span} office:value-type="float" office:value="{cell}"/>'
    if isinstance(cell, tuple):
        return f'<table:table-cell{span} table:formula="of:={escape(_openformula(cell[0]))}"/>'
    lines = "".join(f"<text:p>{escape(line)}</text:p>" for line in cell.split("\n"))
    return f'<table:table-cell{span} office:value-type="string">{lines}</table:table-cell>'


def _openformula(formula: str) -> str:
    if formula.startswith("COUNTA"):
        first, last = formula[7:-1].split(":")
        return f"COUNTA([.{first}:.{last}])"
    return formula if formula.startswith('"') else f"[.{formula.removesuffix('+1')}]+1"


def convert(name: str, sheets: dict[str, list[list[Cell]]], form: str) -> None:
    """Let LibreOffice write sheets as a file of `DATA`."""
    with tempfile.TemporaryDirectory() as folder:
        flat = Path(folder) / f"{name}.fods"
        flat.write_text(_flat(sheets), "utf-8")
        command = ["soffice", f"-env:UserInstallation=file://{folder}/profile", "--headless", "--convert-to", form]
        subprocess.run([*command, "--outdir", str(DATA), str(flat)], check=True, timeout=120)


def main() -> None:
    """Make the files again."""
    DATA.mkdir(parents=True, exist_ok=True)
    rows = documents()
    half = ROWS // 2
    note: list[list[Cell]] = [["Bảng này do Sở Mẫu lập để thử."], [], ["Liên hệ phòng Hành chính."]]
    two = {
        "Đợt 1": list(table(rows[:half], FIRST_ROW)),
        "Đợt 2": list(table(rows[half:], FIRST_ROW)),
        "Ghi chú": note,
    }
    convert("danh-muc", two, "xlsx")
    convert("danh-muc", {"Danh mục": list(table(rows, FIRST_ROW))}, "csv:Text - txt - csv (StarCalc):59,34,76,1")
    convert("danh-muc-loi", {"Danh mục": list(table(faulty(rows), FIRST_ROW))}, "xlsx")
    places = [f"Danh mục!{column}{FIRST_ROW + number - 1}" for number, column, _ in FAULTS]
    sys.stdout.write(json.dumps(places, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main()
