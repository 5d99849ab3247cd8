"""The official table as a workbook: opening, repeated head, cells merged by provision. Pure."""

import io

from openpyxl import Workbook
from openpyxl.styles import Alignment, Border, Font, Side
from openpyxl.worksheet.worksheet import Worksheet

from hub.consultation.official_table.ledger import TableLedger
from hub.consultation.official_table.preamble import COLUMNS, date_line
from hub.consultation.official_table.table_lines import TableLine, iterate_lines
from hub.domain.spreadsheet_cells import escape_formula

FONT = "Times New Roman"
_WIDTHS = {"A": 22, "B": 26, "C": 56, "D": 56}
_THIN = Side(style="thin")
_BOX = Border(left=_THIN, right=_THIN, top=_THIN, bottom=_THIN)
_TOP = Alignment(wrap_text=True, vertical="top")
_CENTRE = Alignment(wrap_text=True, vertical="center", horizontal="center")
_PLAIN, _BOLD = Font(name=FONT, size=13), Font(name=FONT, size=13, bold=True)


def write_xlsx(ledger: TableLedger) -> bytes:
    """Write the workbook. Texts that a spreadsheet would take for formulas are escaped."""
    book = Workbook()
    sheet: Worksheet = book.active
    sheet.title = "Bản tổng hợp"
    for name, width in _WIDTHS.items():
        sheet.column_dimensions[name].width = width
    sheet.page_setup.orientation, sheet.page_setup.paperSize = "landscape", sheet.PAPERSIZE_A4
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    sheet.oddFooter.center.text = "&P"
    above = [
        (ledger.form_number or "", _PLAIN, _TOP),
        (ledger.agency.upper(), _BOLD, _TOP),
        (date_line(ledger.place, ledger.day), _PLAIN, _TOP),
        (ledger.title, _BOLD, _CENTRE),
        *((paragraph, _PLAIN, _TOP) for paragraph in ledger.opening),
    ]
    row = 0
    for text, font, alignment in above:
        if text:
            row += 1
            _merge(sheet, row, text, font, alignment)
            sheet.row_dimensions[row].height = 18 * (1 + len(text) // 120)
    row += 2
    for place, name in enumerate(COLUMNS, 1):
        cell = sheet.cell(row, place, name)
        cell.font, cell.border, cell.alignment = _BOLD, _BOX, _CENTRE
    sheet.print_title_rows = f"{row}:{row}"
    sheet.freeze_panes = f"A{row + 1}"
    _write_lines(sheet, ledger, row)
    written = io.BytesIO()
    book.save(written)
    return written.getvalue()


def _write_lines(sheet: Worksheet, ledger: TableLedger, head: int) -> None:
    style = None
    for row, line in enumerate(iterate_lines(ledger), head + 1):
        if not isinstance(line, TableLine):
            _merge(sheet, row, line, _BOLD, _TOP)
            continue
        for column, text in enumerate(line.cells, 1):
            cell = sheet.cell(row, column)
            if style is None:
                cell.font, cell.border, cell.alignment = _PLAIN, _BOX, _TOP
                style = cell._style
            # Setting it part by part takes most of the time of a large table.
            cell._style = style
            if column > 1 or line.span:
                _set_text(cell, text)
        if line.span > 1:
            sheet.merge_cells(start_row=row, end_row=row + line.span - 1, start_column=1, end_column=1)


def _merge(sheet: Worksheet, row: int, text: str, font: Font, alignment: Alignment) -> None:
    cell = sheet.cell(row, 1)
    _set_text(cell, text)
    cell.font, cell.alignment = font, alignment
    sheet.merge_cells(start_row=row, end_row=row, start_column=1, end_column=len(COLUMNS))


def _set_text(cell: object, text: str) -> None:
    cell.value = escape_formula(text) or None  # type: ignore[attr-defined]
