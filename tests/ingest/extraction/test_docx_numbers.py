"""The automatic numbers of a DOCX are the ones that Word counts."""

import pytest

from ingest.extraction.docx import read_docx
from ingest.extraction.number_formats import format_count
from tests.support.word_files import abstract, level, list_item, number_list, paragraph, start_at, word_file


def lines(body: str, numbering: str, styles: str = "") -> list[str]:
    return read_docx(word_file(body, numbering=numbering, styles=styles)).text.split("\n")


def outline(*items: tuple[int, int]) -> str:
    """Paragraphs of lists and levels, with the text `x`."""
    return "".join(list_item("x", number, at) for number, at in items)


def test_a_list_with_a_start_of_its_own_begins_again_and_one_without_goes_on() -> None:
    definition = abstract(1, level(0, "%1."))
    numbering = definition + number_list(1, 1) + number_list(2, 1) + number_list(3, 1, start_at(0, 1)) + number_list(
        4, 1, start_at(0, 7)
    )  # fmt: skip
    body = outline((1, 0), (1, 0), (2, 0), (3, 0), (3, 0), (1, 0), (3, 0), (4, 0), (4, 0))
    assert lines(body, numbering) == [f"{n}. x" for n in (1, 2, 3, 1, 2, 3, 4, 7, 8)]


def test_a_start_of_its_own_holds_for_each_level_and_for_later_beginnings() -> None:
    definition = abstract(1, level(0, "Điều %1."), level(1, "%2."))
    numbering = definition + number_list(1, 1) + number_list(2, 1, start_at(1, 5))
    body = outline((1, 0), (1, 1), (1, 1), (2, 1), (2, 1), (2, 0), (2, 1))
    assert lines(body, numbering) == ["Điều 1. x", "1. x", "2. x", "5. x", "6. x", "Điều 2. x", "5. x"]


@pytest.mark.parametrize(
    ("restart", "expected"),
    [
        ("", ["1", "2", "1"]),
        ('<w:lvlRestart w:val="0"/>', ["1", "2", "3"]),
        ('<w:lvlRestart w:val="1"/>', ["1", "2", "1"]),
    ],
)
def test_a_level_begins_again_after_the_levels_that_it_names(restart: str, expected: list[str]) -> None:
    numbering = abstract(1, level(0, "Điều %1."), level(1, "%2.", more=restart)) + number_list(1, 1)
    found = lines(outline((1, 0), (1, 1), (1, 1), (1, 0), (1, 1)), numbering)
    assert [line.split(".")[0] for line in found if line[0] != "Đ"] == expected


def test_a_level_that_restarts_after_chapters_counts_on_over_sections() -> None:
    numbering = abstract(
        1,
        level(0, "Chương %1", "upperRoman"),
        level(1, "Mục %2"),
        level(2, "Điều %3.", more='<w:lvlRestart w:val="1"/>'),
    ) + number_list(1, 1)
    body = outline((1, 0), (1, 1), (1, 2), (1, 1), (1, 2), (1, 0), (1, 2))
    assert [line for line in lines(body, numbering) if "Điều" in line] == ["Điều 1. x", "Điều 2. x", "Điều 1. x"]


def test_the_text_of_a_number_has_the_counts_of_the_levels_above_in_their_forms() -> None:
    numbering = abstract(
        1,
        level(0, "%1.", "upperRoman"),
        level(1, "%1.%2.", "decimalZero"),
        level(2, "%1.%2.%3", "lowerLetter", more="<w:isLgl/>"),
        level(3, "%4", "none"),
    ) + number_list(1, 1)
    body = outline((1, 0), (1, 0), (1, 1), (1, 2), (1, 3))
    assert lines(body, numbering) == ["I. x", "II. x", "II.01. x", "2.1.1 x", "x"]


def test_a_number_without_a_space_after_it_touches_its_text() -> None:
    numbering = abstract(1, level(0, "Điều %1", more='<w:suff w:val="nothing"/>')) + number_list(1, 1)
    assert lines(list_item(". Phạm vi", 1), numbering) == ["Điều 1. Phạm vi"]


def test_empty_numbered_paragraphs_count_and_hidden_or_deleted_ones_do_not() -> None:
    numbering = (
        abstract(1, level(0, "%1.")) + abstract(2, level(0, "•", "bullet")) + number_list(1, 1) + number_list(2, 2)
    )
    properties = '<w:numPr><w:ilvl w:val="0"/><w:numId w:val="1"/></w:numPr>'
    body = (
        list_item("một", 1)
        + list_item("", 1)
        + paragraph(properties=properties, mark="<w:vanish/>")
        + paragraph(properties=properties, mark="<w:del/>")
        + list_item("ba", 1)
        + list_item("", 2)
        + list_item("gạch", 2)
        + list_item("ngoài", 0)
    )
    assert lines(body, numbering) == ["1. một", "2.", "3. ba", "- gạch", "ngoài"]


def test_a_style_gives_the_list_and_the_level_that_names_it() -> None:
    styles = (
        '<w:style w:type="paragraph" w:styleId="Dieu"><w:pPr><w:numPr><w:numId w:val="1"/></w:numPr></w:pPr></w:style>'
        '<w:style w:type="paragraph" w:styleId="Khoan"><w:basedOn w:val="Dieu"/></w:style>'
        '<w:style w:type="numbering" w:styleId="DanhSach">'
        '<w:pPr><w:numPr><w:numId w:val="2"/></w:numPr></w:pPr></w:style>'
    )
    numbering = (
        '<w:abstractNum w:abstractNumId="1"><w:numStyleLink w:val="DanhSach"/></w:abstractNum>'
        + abstract(
            2,
            level(0, "Điều %1.", more='<w:pStyle w:val="Dieu"/>'),
            level(1, "%2.", more='<w:pStyle w:val="Khoan"/>'),
        )
        + number_list(1, 1)
        + number_list(2, 2)
    )
    body = "".join(
        paragraph("x", properties=f'<w:pStyle w:val="{style}"/>') for style in ("Dieu", "Khoan", "Khoan", "Dieu")
    )
    assert lines(body, numbering, styles) == ["Điều 1. x", "1. x", "2. x", "Điều 2. x"]


def test_a_list_may_replace_a_level_of_its_definition() -> None:
    override = f'<w:lvlOverride w:ilvl="0">{level(0, "(%1)", "lowerRoman", start=4)}</w:lvlOverride>'
    numbering = abstract(1, level(0, "%1.")) + number_list(1, 1, override)
    assert lines(outline((1, 0), (1, 0)), numbering) == ["(iv) x", "(v) x"]


def test_broken_numbers_of_levels_and_lists_number_nothing() -> None:
    numbering = abstract(1, level(0, "%1.")) + number_list(1, 1) + number_list(2, 99)
    body = outline((1, 12), (2, 0), (3, 0)) + list_item("x", "không")
    assert lines(body, numbering) == ["x"] * 4


@pytest.mark.parametrize(
    ("count", "form", "written"),
    [
        (27, "lowerLetter", "aa"), (55, "upperLetter", "CCC"), (4, "lowerRoman", "iv"), (1954, "upperRoman", "MCMLIV"),
        (7, "decimalZero", "07"), (12, "ordinal", "12th"), (23, "ordinal", "23rd"), (31, "cardinalText", "Thirty-one"),
        (12, "ordinalText", "Twelfth"), (40, "ordinalText", "Fortieth"), (15, "vietnameseCounting", "mười lăm"),
        (21, "vietnameseCounting", "hai mươi mốt"), (10, "vietnameseCounting", "mười"), (3, "numberInDash", "- 3 -"),
        (3, "decimalEnclosedCircle", "③"), (8, "unknownForm", "8"), (0, "upperRoman", ""), (10**9, "lowerLetter", ""),
    ],
)  # fmt: skip
def test_counts_are_written_in_the_forms_of_word(count: int, form: str, written: str) -> None:
    assert format_count(count, form) == written
