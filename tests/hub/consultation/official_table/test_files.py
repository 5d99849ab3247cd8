"""The files of the official table: what is read from their cells is the ledger."""

import csv
import io
from dataclasses import replace
from typing import Any

import pytest
from docx import Document
from docx.shared import Mm, Pt
from openpyxl import load_workbook

from hub.consultation.official_table.builder import build_ledger
from hub.consultation.official_table.csv_file import write_csv
from hub.consultation.official_table.docx_file import MOTTO, NATION, write_docx
from hub.consultation.official_table.ledger import LedgerForm, LedgerLevel, TableLedger
from hub.consultation.official_table.preamble import COLUMNS
from hub.consultation.official_table.xlsx_file import write_xlsx
from hub.domain.spreadsheet_cells import escape_formula
from tests.support.official_table import table_facts

Cells = list[tuple[str, ...]]


@pytest.fixture(scope="module", params=LedgerForm)
def ledger(request: pytest.FixtureRequest) -> TableLedger:
    return build_ledger(table_facts(), LedgerLevel.article, request.param)


def lines_of(ledger: TableLedger) -> Cells:
    """The table as it must stand in files: headings of parts, and four cells for each row."""
    found: Cells = []
    for part in ledger.parts:
        found += [(part.title,)] if part.title else []
        found += [(group.label, row.author, row.comment, row.answer) for group in part.groups for row in group.rows]
    return found


def _below(rows: list[tuple[str, ...]]) -> Cells:
    return rows[rows.index(COLUMNS) + 1 :]


def test_the_document_has_the_cells_of_the_ledger_and_merges_the_first_by_article(ledger: TableLedger) -> None:
    document = Document(io.BytesIO(write_docx(ledger)))
    table = document.tables[-1]
    # A merged cell is read with the text of its first one, a heading over four columns four times.
    rows = [
        tuple(dict.fromkeys(cell.text for cell in row.cells))
        if _is_heading(row)
        else tuple(cell.text for cell in row.cells)
        for row in table.rows
    ]

    assert rows[0] == COLUMNS
    assert rows[1:] == lines_of(ledger)
    merged = [row._tr.tc_lst[0].vMerge for row in table.rows]
    spans = [len(group.rows) for part in ledger.parts for group in part.groups]
    assert merged.count("restart") == sum(span > 1 for span in spans)
    assert merged.count("continue") == sum(span - 1 for span in spans)


def _is_heading(row: Any) -> bool:
    return len(row._tr.tc_lst) == 1


def test_the_document_has_the_look_of_an_official_paper(ledger: TableLedger) -> None:
    document = Document(io.BytesIO(write_docx(ledger)))
    section, style = document.sections[0], document.styles["Normal"]
    top = [cell.text for cell in document.tables[0].rows[0].cells]

    assert [round((side or 0) / Mm(1)) for side in (section.page_width, section.page_height)] == [297, 210]
    assert (style.font.name, style.font.size) == ("Times New Roman", Pt(13))
    assert top[0] == "ỦY BAN NHÂN DÂN THÀNH PHỐ HUẾ"
    assert top[1].split("\n") == [NATION, MOTTO, "Huế, ngày 05 tháng 01 năm 2027"]
    assert "w:tblHeader" in document.tables[-1].rows[0]._tr.xml
    assert 'w:instr="PAGE"' in section.footer._element.xml
    texts = [paragraph.text for paragraph in document.paragraphs if paragraph.text]
    assert texts == ["Mẫu số 10", ledger.title, *ledger.opening]


def test_the_workbook_has_the_cells_of_the_ledger_and_no_formula(ledger: TableLedger) -> None:
    sheet = load_workbook(io.BytesIO(write_xlsx(ledger))).active
    label, rows = "", []
    for row in sheet.iter_rows(max_col=4):
        texts = tuple(cell.value or "" for cell in row)
        merged = [one for one in sheet.merged_cells.ranges if row[0].coordinate in one and one.max_row > one.min_row]
        label = label if merged and not texts[0] else texts[0]
        rows.append((label, *texts[1:]) if any(texts[1:]) else (texts[0],))

    assert _below(rows) == [tuple(map(escape_formula, line)) for line in lines_of(ledger)]
    assert any(cell.value and cell.value.startswith("'=Ý kiến số 39") for row in sheet.iter_rows() for cell in row)
    assert not [cell.coordinate for row in sheet.iter_rows() for cell in row if cell.data_type == "f"]
    assert sheet.page_setup.orientation == "landscape"
    above = [row[0] for row in rows[: rows.index(COLUMNS)] if row[0]]
    assert above[3:] == [ledger.title, *map(escape_formula, ledger.opening)]


def test_the_csv_has_the_cells_of_the_ledger_with_the_part_of_each(ledger: TableLedger) -> None:
    data = write_csv(ledger)
    rows = list(csv.reader(io.StringIO(data.decode("utf-8-sig"))))

    assert data.startswith(b"\xef\xbb\xbf")
    assert rows[0] == ["Phần", *COLUMNS]
    expected = [
        [part.title or "", group.label, row.author, row.comment, row.answer]
        for part in ledger.parts
        for group in part.groups
        for row in group.rows
    ]
    assert rows[1:] == [list(map(escape_formula, cells)) for cells in expected]


def test_a_table_without_opinions_is_a_whole_file_in_every_format() -> None:
    empty = build_ledger(replace(table_facts(), comments=[], bodies=[]), LedgerLevel.point, LedgerForm.public)

    assert [cell.text for cell in Document(io.BytesIO(write_docx(empty))).tables[-1].rows[0].cells] == list(COLUMNS)
    assert load_workbook(io.BytesIO(write_xlsx(empty))).active.max_row
    assert len(write_csv(empty).decode().splitlines()) == 1
