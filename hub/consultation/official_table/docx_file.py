"""The official table as a document: A4 landscape, motto, agency, place and date, four columns, page numbers. Pure.

Rows are written as XML: cell by cell through the library, ten thousand rows take minutes.
"""

import io
from xml.sax.saxutils import escape

from docx import Document
from docx.document import Document as DocxDocument
from docx.enum.section import WD_ORIENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shared import Mm, Pt
from docx.text.paragraph import Paragraph

from hub.consultation.official_table.ledger import TableLedger
from hub.consultation.official_table.preamble import COLUMNS, date_line
from hub.consultation.official_table.table_lines import TableLine, iterate_lines

FONT, SIZE = "Times New Roman", 13
NATION, MOTTO = "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "Độc lập - Tự do - Hạnh phúc"

_WIDTHS = (2_400, 2_700, 4_700, 4_770)
"""Widths of the columns in twentieths of a point: A4 landscape inside the margins."""
_HEAD = (
    f"<w:tbl {nsdecls('w')}><w:tblPr>"
    '<w:tblW w:w="14570" w:type="dxa"/><w:tblBorders>'
    + "".join(
        f'<w:{side} w:val="single" w:sz="4" w:space="0" w:color="000000"/>'
        for side in ("top", "left", "bottom", "right", "insideH", "insideV")
    )
    + '</w:tblBorders><w:tblLayout w:type="fixed"/></w:tblPr><w:tblGrid>'
    + "".join(f'<w:gridCol w:w="{width}"/>' for width in _WIDTHS)
    + "</w:tblGrid>"
)


def write_docx(ledger: TableLedger) -> bytes:
    """Write the document."""
    document = Document()
    _set_page(document)
    _write_top(document, ledger)
    for number, paragraph in enumerate((ledger.title, *ledger.opening)):
        written = document.add_paragraph()
        written.add_run(paragraph).bold = number == 0
        written.alignment = WD_ALIGN_PARAGRAPH.CENTER if number == 0 else WD_ALIGN_PARAGRAPH.JUSTIFY
        written.paragraph_format.space_after = Pt(12 if number == 0 else 4)
    document.element.body.insert(len(document.element.body) - 1, parse_xml(_table_xml(ledger)))
    saved = io.BytesIO()
    document.save(saved)
    return saved.getvalue()


def _set_page(document: DocxDocument) -> None:
    section = document.sections[0]
    section.orientation = WD_ORIENT.LANDSCAPE
    section.page_width, section.page_height = Mm(297), Mm(210)
    section.left_margin = section.right_margin = section.top_margin = section.bottom_margin = Mm(20)
    style = document.styles["Normal"]
    style.font.name, style.font.size = FONT, Pt(SIZE)
    style.element.rPr.rFonts.set(qn("w:eastAsia"), FONT)
    footer = section.footer.paragraphs[0]
    footer.alignment = WD_ALIGN_PARAGRAPH.CENTER
    footer._p.append(parse_xml(f'<w:fldSimple {nsdecls("w")} w:instr="PAGE"><w:r><w:t>1</w:t></w:r></w:fldSimple>'))


def _write_top(document: DocxDocument, ledger: TableLedger) -> None:
    """Write agency and motto side by side, and place and date below."""
    if ledger.form_number:
        _write_line(document.add_paragraph(), ledger.form_number, WD_ALIGN_PARAGRAPH.RIGHT, italic=True)
    top = document.add_table(rows=1, cols=2)
    left, right = top.rows[0].cells
    _write_line(left.paragraphs[0], ledger.agency.upper(), bold=True)
    _write_line(right.paragraphs[0], NATION, bold=True)
    _write_line(right.add_paragraph(), MOTTO, bold=True)
    _write_line(right.add_paragraph(), date_line(ledger.place, ledger.day), italic=True)
    document.add_paragraph()


def _write_line(
    paragraph: Paragraph,
    text: str,
    alignment: WD_ALIGN_PARAGRAPH = WD_ALIGN_PARAGRAPH.CENTER,
    *,
    bold: bool = False,
    italic: bool = False,
) -> None:
    run = paragraph.add_run(text)
    run.bold, run.italic = bold, italic
    paragraph.alignment = alignment
    paragraph.paragraph_format.space_after = Pt(0)


def _table_xml(ledger: TableLedger) -> str:
    """Return the table as XML: its head repeats on every page, first cells are merged by provision."""
    head = "".join(_cell(name, width, bold=True, centre=True) for name, width in zip(COLUMNS, _WIDTHS, strict=True))
    rows = [f"<w:tr><w:trPr><w:cantSplit/><w:tblHeader/></w:trPr>{head}</w:tr>"]
    for line in iterate_lines(ledger):
        if not isinstance(line, TableLine):
            cell = _cell(line, sum(_WIDTHS), '<w:gridSpan w:val="4"/>', bold=True)
            rows.append(f"<w:tr><w:trPr><w:cantSplit/></w:trPr>{cell}</w:tr>")
            continue
        first, *others = line.cells
        merge = "" if line.span == 1 else '<w:vMerge w:val="restart"/>' if line.span else "<w:vMerge/>"
        cells = [_cell(first if line.span else "", _WIDTHS[0], merge)]
        cells += [_cell(text, width) for text, width in zip(others, _WIDTHS[1:], strict=True)]
        rows.append(f"<w:tr>{''.join(cells)}</w:tr>")
    return f"{_HEAD}{''.join(rows)}</w:tbl>"


def _cell(text: str, width: int, properties: str = "", *, bold: bool = False, centre: bool = False) -> str:
    weight = "<w:rPr><w:b/></w:rPr>" if bold else ""
    where = '<w:jc w:val="center"/>' if centre else ""
    align = f'<w:pPr><w:spacing w:after="0"/>{where}</w:pPr>'
    paragraphs = "".join(
        f'<w:p>{align}<w:r>{weight}<w:t xml:space="preserve">{escape(one)}</w:t></w:r></w:p>'
        if one
        else f"<w:p>{align}</w:p>"
        for one in text.split("\n")
    )
    return f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/>{properties}</w:tcPr>{paragraphs}</w:tc>'
