"""A DOCX is read as Word shows it: every word once, in order, with the numbers that Word counts."""

import io
import re
import zipfile
from collections.abc import Callable

import pytest

from ingest.extraction.docx import read_docx
from ingest.extraction.errors import BrokenFile, NotADocument
from tests.support import word_files as word
from tests.support.word_files import cell, drawn_box, list_item, paragraph, row, run, table, word_file

SUPERSCRIPT, SUBSCRIPT = '<w:vertAlign w:val="superscript"/>', '<w:vertAlign w:val="subscript"/>'
HIDDEN = "<w:vanish/>"
FORMULA = "<m:r><m:t>{}</m:t></m:r>".format


def lines(body: str, **parts: str) -> list[str]:
    return read_docx(word_file(body, **parts)).text.split("\n")


def control(inner: str) -> str:
    return f"<w:sdt><w:sdtPr><w:alias w:val='ô'/></w:sdtPr><w:sdtContent>{inner}</w:sdtContent></w:sdt>"


def test_content_controls_are_read_around_words_paragraphs_rows_and_cells() -> None:
    body = (
        control(paragraph("Điều 1. Phạm vi"))
        + paragraph("Ngày ", control(run("02")), " tháng ", control(control(run("3"))))
        + table(row("STT", control(cell("Phường"))), control(row("7", "Thuận Hóa")))
    )
    assert lines(body) == ["Điều 1. Phạm vi", "Ngày 02 tháng 3", "STT | Phường", "7 | Thuận Hóa"]


def test_a_text_box_stands_once_after_the_paragraph_that_it_hangs_on() -> None:
    body = (
        paragraph("Số: 702/KH-", drawn_box("HỎA TỐC", "Hẹn giờ 08"), "UBND")
        + paragraph(drawn_box("ẩn", hidden=True), "Kính gửi: các sở")
        + table(row(cell(paragraph("Ô", drawn_box("trong ô"))), "bên"))
    )
    assert lines(body) == ["Số: 702/KH-UBND", "HỎA TỐC", "Hẹn giờ 08", "Kính gửi: các sở", "Ô trong ô | bên"]


def test_an_alternative_for_programs_that_know_more_than_word_gives_its_fallback() -> None:
    alternate = (
        '<mc:AlternateContent><mc:Choice Requires="own">{}</mc:Choice><mc:Fallback>{}</mc:Fallback>'
        "</mc:AlternateContent>"
    ).format
    assert lines(paragraph(alternate(run("lạ"), run("quen")))) == ["quen"]
    assert lines(alternate(paragraph("lạ"), paragraph("quen"))) == ["quen"]


def test_moved_and_deleted_text_is_shown_where_it_is_now() -> None:
    body = (
        paragraph(f"<w:moveFrom>{run('Nơi cũ')}</w:moveFrom>", "Đầu")
        + paragraph(
            f"<w:del><w:r><w:delText>cũ</w:delText></w:r></w:del><w:ins>{run('mới')}</w:ins>",
            f"<w:moveTo>{run(' nơi mới')}</w:moveTo>",
        )
        + paragraph("Nửa đầu, ", mark="<w:del/>")
        + paragraph("nửa sau.")
        + table(row("còn", "lại"), row("đã", "xóa", properties="<w:del/>"))
        + paragraph(f"<w:moveFrom>{run('Cả đoạn')}</w:moveFrom>", mark="<w:moveFrom/>")
        + paragraph("Cuối")
    )
    assert lines(body) == ["Đầu", "mới nơi mới", "Nửa đầu, nửa sau.", "còn | lại", "Cuối"]


def test_hidden_text_is_not_shown_whether_its_run_or_a_style_hides_it() -> None:
    styles = (
        '<w:style w:type="paragraph" w:styleId="An"><w:rPr><w:vanish/></w:rPr></w:style>'
        '<w:style w:type="paragraph" w:styleId="Con"><w:basedOn w:val="An"/></w:style>'
        '<w:style w:type="character" w:styleId="ChuAn"><w:rPr><w:vanish/></w:rPr></w:style>'
    )
    body = (
        paragraph(
            "Hiện", run("ẩn", HIDDEN), run(" lại", '<w:vanish w:val="0"/>'), run("ẩn", '<w:rStyle w:val="ChuAn"/>')
        )
        + paragraph("cả đoạn", properties='<w:pStyle w:val="Con"/>')
        + paragraph(run("ẩn ", HIDDEN), mark=HIDDEN)
        + paragraph("nối", run(" vẫn ẩn", HIDDEN))
    )
    assert lines(body, styles=styles) == ["Hiện lại", "nối"]


def test_merged_cells_are_there_once_and_keep_the_columns_beside_them() -> None:
    restart, goes_on = '<w:vMerge w:val="restart"/>', "<w:vMerge/>"
    group = list_item("Nhóm", 1)
    body = table(
        row("Nhóm", "Việc"),
        row(cell(group, properties=restart), "trồng"),
        row(cell(list_item("Nhóm", 1), properties=goes_on), "tưới"),
        row(cell(group, properties=restart), "tỉa"),
        row(cell("mồ côi"), cell("xén", properties=goes_on)),
    )
    numbering = word.abstract(1, word.level(0, "%1.")) + word.number_list(1, 1)
    assert lines(body, numbering=numbering) == [
        "Nhóm | Việc", "1. Nhóm | trồng", "| tưới", "2. Nhóm | tỉa", "mồ côi | xén"
    ]  # fmt: skip


@pytest.mark.parametrize(
    "rows",
    [
        row(cell("a", properties='<w:gridSpan w:val="5"/>'), "b", "c") + row("d"),
        row("a", "b", "c") + row("d", properties='<w:gridBefore w:val="7"/>'),
        row(cell("a", properties='<w:gridSpan w:val="nhiều"/>'), "b", "c") + row("d"),
        row(cell("a", properties='<w:gridSpan w:val="0"/>'), "b", "c", properties='<w:gridBefore w:val="x"/>')
        + row("d"),
        row("a", "b", "c") + row("d") + "<w:tr/>",
    ],
)
def test_a_table_whose_rows_do_not_fit_its_grid_is_read_all_the_same(rows: str) -> None:
    assert lines(table(rows)) == ["a | b | c", "d"]


def test_tables_in_tables_are_read_however_deep() -> None:
    inner = paragraph("đáy")
    for depth in range(30):
        inner = table(row(cell(inner)), row(f"mức {depth}"), columns=1)
    found = lines(inner)
    assert found[0] == "đáy"
    assert len(found) == 31


def test_the_cells_of_a_head_are_read_column_by_column_between_rows_across_all_columns() -> None:
    wide = cell("QUYẾT ĐỊNH", properties='<w:gridSpan w:val="2"/>')
    body = table(
        row("UBND TỈNH", "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"), row("Số: 7", "ngày 8"), row(wide), row("x", "y")
    )
    assert lines(body) == [
        "UBND TỈNH", "Số: 7", "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "ngày 8", "QUYẾT ĐỊNH", "x", "y"
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("parts", "shown"),
    [
        ([run("Diện tích 10"), run("3", SUPERSCRIPT), run(" m"), run("2", SUPERSCRIPT)], "Diện tích 10³ m²"),
        ([run("10"), run("-", SUPERSCRIPT), run("3", SUPERSCRIPT)], "10⁻³"),
        ([run("CO"), run("2", SUBSCRIPT), run(" và PM"), run("2,5", SUBSCRIPT)], "CO₂ và PM₂,₅"),
        ([run("30"), run("o", SUPERSCRIPT), run("C")], "30°C"),
        ([run("5.000"), run("đ", SUPERSCRIPT)], "5.000đ"),
        ([run("m"), run("2", '<w:position w:val="6"/>')], "m²"),
        ([run("10"), run("a/2", SUPERSCRIPT)], "10^(a/2)"),
        ([f"<m:oMath><m:sSup><m:e>{FORMULA('x')}</m:e><m:sup>{FORMULA('2')}</m:sup></m:sSup></m:oMath>"], "x²"),
        (["<w:r><w:t>t </w:t><w:sym w:font='Symbol' w:char='F0B3'/><w:t> 5</w:t></w:r>"], "t ≥ 5"),
    ],
)  # fmt: skip
def test_raised_and_lowered_figures_stay_apart_from_the_line(parts: list[str], shown: str) -> None:
    assert lines(paragraph(*parts)) == [shown]


def test_a_sign_that_has_no_letter_in_unicode_is_a_doubt() -> None:
    found = read_docx(word_file(paragraph("<w:r><w:t>ô</w:t><w:sym w:font='Webdings' w:char='F001'/></w:r>")))
    assert (found.text, [doubt.field for doubt in found.doubts]) == ("ô", ["text"])


def repack(body: bytes, change: Callable[[str, bytes], tuple[str, bytes]]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(body)) as archive, zipfile.ZipFile(out, "w") as other:
        for name in archive.namelist():
            other.writestr(*change(name, archive.read(name)))
    return out.getvalue()


def test_a_document_in_the_strict_form_is_read_alike() -> None:
    def make_strict(name: str, content: bytes) -> tuple[str, bytes]:
        strict = content.replace(b"package/2006", b"package-2006")
        strict = re.sub(rb"http://schemas.openxmlformats.org/(\w+)/2006/", rb"http://purl.oclc.org/ooxml/\1/", strict)
        return name, strict.replace(b"package-2006", b"package/2006")

    body = word_file(paragraph("10", run("3", SUPERSCRIPT)) + table(row("a", "b"), row("c", "d")))
    assert read_docx(repack(body, make_strict)).text == "10³\na | b\nc | d"


def test_the_main_part_may_have_any_name() -> None:
    def rename(name: str, content: bytes) -> tuple[str, bytes]:
        return name.replace("document.xml", "document2.xml"), content.replace(
            b"word/document.xml", b"word/document2.xml"
        )

    assert read_docx(repack(word_file(paragraph("x")), rename)).text == "x"


def test_a_template_or_a_document_with_macros_is_told_apart_from_a_damaged_file() -> None:
    def make_template(name: str, content: bytes) -> tuple[str, bytes]:
        return name, content.replace(b"wordprocessingml.document.main", b"wordprocessingml.template.main")

    with pytest.raises(NotADocument, match="template"):
        read_docx(repack(word_file(paragraph("x")), make_template))
    with pytest.raises(BrokenFile):
        read_docx(repack(word_file(paragraph("x")), lambda name, content: (name, content[: len(content) // 2])))


def test_words_in_capitals_by_their_format_are_capitals() -> None:
    styles = (
        '<w:style w:type="paragraph" w:styleId="Loai"><w:rPr><w:caps/></w:rPr></w:style>'
        '<w:style w:type="character" w:styleId="Hoa"><w:rPr><w:caps/></w:rPr></w:style>'
    )
    body = (
        paragraph("Quyết định", properties='<w:pStyle w:val="Loai"/>')
        + paragraph(
            run("Điều ", "<w:caps/>"), run("thường", '<w:caps w:val="0"/>'), run(" hoa", '<w:rStyle w:val="Hoa"/>')
        )
        + paragraph(run("Hai lần", '<w:rStyle w:val="Hoa"/>'), properties='<w:pStyle w:val="Loai"/>')
    )
    assert lines(body, styles=styles) == ["QUYẾT ĐỊNH", "ĐIỀU thường HOA", "Hai lần"]


def test_small_capitals_are_capitals() -> None:
    styles = '<w:style w:type="character" w:styleId="Nho"><w:rPr><w:smallCaps/></w:rPr></w:style>'
    body = paragraph(
        run("Quyết định ", "<w:smallCaps/>"),
        run("về ", '<w:smallCaps w:val="0"/>'),
        run("cây", '<w:rStyle w:val="Nho"/>'),
    )
    assert lines(body, styles=styles) == ["QUYẾT ĐỊNH về CÂY"]


def test_signs_that_only_a_newer_word_writes_are_read() -> None:
    sign = (
        '<w:r><mc:AlternateContent xmlns:w16se="http://schemas.microsoft.com/office/word/2015/wordml/symex">'
        '<mc:Choice Requires="w16se"><w16se:symEx w16se:font="Segoe UI Emoji" w16se:char="1F6A9"/></mc:Choice>'
        "<mc:Fallback><w:t>\U0001f6a9</w:t></mc:Fallback></mc:AlternateContent></w:r>"
    )
    assert lines(paragraph("a ", sign, " b")) == ["a \U0001f6a9 b"]


CANVAS = "http://schemas.openxmlformats.org/drawingml/2006/lockedCanvas"
DRAWING = (
    '<w:r><w:drawing><wp:inline><a:graphic><a:graphicData uri="{}">{}</a:graphicData></a:graphic></wp:inline>'
    "</w:drawing></w:r>"
).format


def shape(words: str) -> str:
    inner = f"<a:sp><a:txSp><a:txBody>{words}</a:txBody></a:txSp></a:sp>"
    return DRAWING(CANVAS, f'<lc:lockedCanvas xmlns:lc="{CANVAS}">{inner}</lc:lockedCanvas>')


def test_the_words_of_a_drawing_are_read_and_those_of_a_diagram_are_a_doubt() -> None:
    words = "<a:p><a:r><a:t>HỎA </a:t></a:r><a:r><a:t>TỐC</a:t></a:r></a:p><a:p><a:r><a:t>Hẹn giờ</a:t></a:r></a:p>"
    assert lines(paragraph("Số: 7/KH-", shape(words), "UBND")) == ["Số: 7/KH-UBND", "HỎA TỐC", "Hẹn giờ"]
    diagram = DRAWING("http://schemas.openxmlformats.org/drawingml/2006/diagram", "")
    assert [doubt.field for doubt in read_docx(word_file(paragraph("a", diagram))).doubts] == ["text"]


@pytest.mark.parametrize(
    ("words", "shown"),
    [
        ("<a:r><a:t>Hỏa</a:t></a:r><a:br/><a:r><a:t>tốc</a:t></a:r>", ["Hỏa", "tốc"]),
        ("<a:r><a:rPr cap='all'/><a:t>Hỏa</a:t></a:r><a:r><a:rPr cap='small'/><a:t> tốc</a:t></a:r>", ["HỎA TỐC"]),
        ("<a:r><a:rPr cap='none'/><a:t>Hỏa</a:t></a:r>", ["Hỏa"]),
        ("<a:r><a:t>10</a:t></a:r><a:r><a:rPr baseline='30000'/><a:t>3</a:t></a:r><a:r><a:t> m</a:t></a:r>", ["10³ m"]),
        ("<a:r><a:t>CO</a:t></a:r><a:r><a:rPr baseline='-25%'/><a:t>2</a:t></a:r>", ["CO₂"]),
        ("<a:fld type='slidenum'><a:rPr/><a:pPr/><a:t>7</a:t></a:fld><a:endParaRPr/>", ["7"]),
    ],
)
def test_the_letters_and_lines_of_a_drawing_are_read_as_shown(words: str, shown: list[str]) -> None:
    assert lines(paragraph("a", shape(f"<a:p><a:pPr/>{words}</a:p>"))) == ["a", *shown]


def test_notes_that_are_not_read_are_a_doubt() -> None:
    for kind in ("footnoteReference", "endnoteReference"):
        found = read_docx(word_file(paragraph("Điều 1", f'<w:r><w:{kind} w:id="2"/></w:r>', ". Sửa đổi")))
        assert (found.text, [doubt.field for doubt in found.doubts]) == ("Điều 1. Sửa đổi", ["text"])


@pytest.mark.parametrize(
    ("formula", "shown"),
    [
        ("10<m:f><m:num>1</m:num><m:den>2</m:den></m:f>3", "10 1/2 3"),
        ("S = <m:f><m:num>a+1</m:num><m:den>2</m:den></m:f>+b", "S = (a+1)/2+b"),
        ("<m:sPre><m:sub>6</m:sub><m:sup>14</m:sup><m:e>C</m:e></m:sPre>", "₆¹⁴C"),
        ("<m:d><m:e>1</m:e><m:e>2</m:e></m:d>", "(1|2)"),
        ('<m:d><m:dPr><m:sepChr m:val=";"/></m:dPr><m:e>1</m:e><m:e>2</m:e></m:d>', "(1;2)"),
        ("<m:m><m:mr><m:e>1</m:e><m:e>2</m:e></m:mr><m:mr><m:e>3</m:e><m:e>4</m:e></m:mr></m:m>", "1 2; 3 4"),
        ("<m:eqArr><m:e>10</m:e><m:e>20</m:e></m:eqArr>", "10; 20"),
        ("<m:limLow><m:e>lim</m:e><m:lim>n</m:lim></m:limLow><m:e>x</m:e>", "lim n x"),
        ("<m:func><m:fName>sin</m:fName><m:e>x</m:e></m:func>", "sin x"),
    ],
)  # fmt: skip
def test_the_figures_of_a_formula_stay_apart(formula: str, shown: str) -> None:
    inner = re.sub(r"(^|>)([^<>]+)", lambda found: found[1] + FORMULA(found[2]), formula)
    assert lines(paragraph(f"<m:oMath>{inner}</m:oMath>")) == [shown]


@pytest.mark.parametrize("position", ["8", "4pt"])
def test_figures_that_a_style_raises_are_raised(position: str) -> None:
    styles = f'<w:style w:type="character" w:styleId="Mu"><w:rPr><w:position w:val="{position}"/></w:rPr></w:style>'
    assert lines(paragraph("10", run("3", '<w:rStyle w:val="Mu"/>')), styles=styles) == ["10³"]
