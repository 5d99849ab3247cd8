"""The fields of Word show their results; those without one show what Word makes of their code, or are a doubt."""

import pytest

from ingest.extraction.docx import read_docx
from tests.support import word_files as word
from tests.support.word_files import paragraph, run, word_file


def lines(body: str) -> list[str]:
    return read_docx(word_file(body)).text.split("\n")


def doubts(body: str) -> list[str]:
    return [doubt.field for doubt in read_docx(word_file(body)).doubts]


def mark(kind: str, inner: str = "") -> str:
    return f'<w:r><w:fldChar w:fldCharType="{kind}">{inner}</w:fldChar></w:r>'


def code(text: str) -> str:
    return f"<w:r><w:instrText>{text}</w:instrText></w:r>"


def form(name: str, inner: str, *result: str) -> str:
    """A field of a form."""
    return mark("begin", f"<w:ffData>{inner}</w:ffData>") + code(f" {name} ") + "".join(result) + mark("end")


def simple(instruction: str, *result: str) -> str:
    return f"<w:fldSimple w:instr='{instruction}'>{''.join(result)}</w:fldSimple>"


EMPTY = (mark("separate"),)
"""A result without words, as Word writes it for the fields of forms."""


def test_fields_show_their_results_alone() -> None:
    begin, end = (f'<w:r><w:fldChar w:fldCharType="{kind}"/></w:r>' for kind in ("begin", "end"))
    body = (
        paragraph(
            "Trang ", word.field("PAGE", "7"), " của ", '<w:fldSimple w:instr="NUMPAGES">', run("9"), "</w:fldSimple>"
        )
        + paragraph(word.field("IF", "đúng", nested=run("1 = ") + word.field("REF a", "mã") + run(" sai")))
        + paragraph(begin, "Bắt đầu một mã không có kết thúc")
        + paragraph("và sau đó", end.replace("end", "separate"), " còn nữa")
        + paragraph(word.field("TOC"), "Hết")
    )
    assert lines(body) == [
        "Trang 7 của 9", "đúng", "Bắt đầu một mã không có kết thúc", "và sau đó còn nữa", "Hết"
    ]  # fmt: skip


@pytest.mark.parametrize("result", [(), EMPTY])
@pytest.mark.parametrize(
    ("box", "shown"),
    [
        ("<w:default w:val='0'/><w:checked/>", "☒"),
        ("<w:default w:val='1'/>", "☒"),
        ("<w:default w:val='1'/><w:checked w:val='0'/>", "☐"),
        ("<w:checked w:val='false'/>", "☐"),
        ("", "☐"),
    ],
)
def test_a_box_of_a_form_is_ticked_or_not(box: str, shown: str, result: tuple[str, ...]) -> None:
    field = form("FORMCHECKBOX", f"<w:checkBox><w:sizeAuto/>{box}</w:checkBox>", *result)
    assert lines(paragraph("Có ", field, " Không")) == [f"Có {shown} Không"]


@pytest.mark.parametrize("result", [(), EMPTY])
def test_a_list_of_a_form_shows_its_chosen_entry(result: tuple[str, ...]) -> None:
    entries = '<w:listEntry w:val="Đạt"/><w:listEntry w:val="Không đạt"/>'
    field = form("FORMDROPDOWN", f'<w:ddList><w:result w:val="1"/>{entries}</w:ddList>', *result)
    assert lines(paragraph("Kết quả: ", field)) == ["Kết quả: Không đạt"]


def test_a_text_of_a_form_shows_its_default_until_it_is_filled_in() -> None:
    text = "<w:textInput><w:default w:val='ghi rõ'/></w:textInput>"
    assert lines(paragraph("Tên: ", form("FORMTEXT", text), ".")) == ["Tên: ghi rõ."]
    assert lines(paragraph("Tên: ", form("FORMTEXT", text, *EMPTY), ".")) == ["Tên: ."]
    assert lines(paragraph("Tên: ", form("FORMTEXT", text, *EMPTY, run("Hoa")), ".")) == ["Tên: Hoa."]


@pytest.mark.parametrize("name", ["MACROBUTTON AcceptAllChanges ", "GOTOBUTTON phu_luc "])
def test_a_button_shows_its_words(name: str) -> None:
    assert lines(paragraph("[", word.field(f" {name}bấm vào đây"), "]")) == ["[bấm vào đây]"]
    assert lines(paragraph("[", simple(f"{name}bấm vào đây"), "]")) == ["[bấm vào đây]"]


COMPUTED = [" EQ \\f(1;2)", "LISTNUM", " AUTONUM ", "AUTONUMLGL \\* Arabic"]
MISSING = ["SEQ Bảng \\* ARABIC", "REF _Ref12 \\h", "=SUM(ABOVE)", " = 1+2", "DATE", 'QUOTE "x"', "_Ref12"]
SILENT = ["TOC", 'TC "x"', 'XE "x"', "ADVANCE", "PAGE", "NUMPAGES", "SET a 1", " "]


@pytest.mark.parametrize("instruction", [*COMPUTED, *MISSING])
def test_a_field_whose_words_the_file_lacks_is_a_doubt(instruction: str) -> None:
    assert doubts(paragraph("a ", word.field(instruction), " b")) == ["text"]
    assert doubts(paragraph("a ", simple(instruction), " b")) == ["text"]
    assert doubts(paragraph("a ", word.field(instruction, "7"), simple(instruction, run("7")), " b")) == []


@pytest.mark.parametrize("instruction", COMPUTED)
def test_a_computed_field_with_an_empty_result_is_a_doubt(instruction: str) -> None:
    assert doubts(paragraph("a ", word.field(instruction, ""), " b")) == ["text"]
    assert doubts(paragraph("a ", simple(instruction, run("")), " b")) == ["text"]


@pytest.mark.parametrize("instruction", SILENT)
def test_a_field_that_shows_no_words_of_the_text_is_no_doubt(instruction: str) -> None:
    assert doubts(paragraph("a ", word.field(instruction), simple(instruction), " b")) == []


@pytest.mark.parametrize("instruction", MISSING)
def test_a_field_with_an_empty_result_shows_nothing(instruction: str) -> None:
    assert doubts(paragraph("a ", word.field(instruction, ""), simple(instruction, run("")), " b")) == []


def test_a_field_within_the_code_of_another_or_hidden_is_no_doubt() -> None:
    nested = word.field("IF ", "đúng", nested=word.field("SEQ a") + simple("SEQ a"))
    hidden = "<w:r><w:rPr><w:vanish/></w:rPr><w:fldChar w:fldCharType='begin'/></w:r>" + code("SEQ a") + mark("end")
    assert doubts(paragraph("a ", nested, hidden)) == []


@pytest.mark.parametrize(
    ("written", "sign"),
    [
        (" SYMBOL 0179 \\f Symbol", "≥"),
        ("SYMBOL 0xB3 \\f Symbol", "≥"),
        ("SYMBOL 0XF0B3 \\f Symbol", "≥"),
        ("SYMBOL 8805 \\u", "≥"),
        ("SYMBOL 9999999999 \\f Symbol", "\ufffd"),
        ("SYMBOL 0xFFFFFFFF", "\ufffd"),
        ("SYMBOL 55296", "\ufffd"),
        ("SYMBOL 0", ""),
        ("SYMBOL 12345678901 \\f Symbol", ""),
        ("SYMBOL 1_7", ""),
    ],
)
def test_the_sign_of_a_field_is_read_from_its_code(written: str, sign: str) -> None:
    assert lines(paragraph("t ", word.field(written), "5")) == [f"t {sign}5"]
    assert lines(paragraph("t ", simple(written), "5")) == [f"t {sign}5"]
