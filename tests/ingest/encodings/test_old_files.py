"""Files of old fonts are read in Unicode: bytes of a text, pages and DOCX by their fonts, with what was converted."""

import pytest

from ingest.extraction.charset import decode_text
from ingest.extraction.extract import extract
from ingest.extraction.models import Extract
from tests.support.old_fonts import as_tcvn3, as_vni, as_windows_1258
from tests.support.word_files import run, word_file

TEXT = "Ủy ban nhân dân tỉnh quy định việc giao đất đối với người được hỗ trợ tái định cư"
ABC, VNI = '<w:rFonts w:ascii=".VnTime" w:hAnsi=".VnTime"/>', '<w:rFonts w:ascii="VNI-Times" w:hAnsi="VNI-Times"/>'
ABC_CAPITALS = '<w:rFonts w:ascii=".VnTimeH" w:hAnsi=".VnTimeH"/>'


def read(body: bytes, name: str, media_type: str | None = None) -> Extract:
    return extract(body, name, media_type, None, {}, official=False)


def docx(*paragraphs: str, styles: str = "") -> bytes:
    return word_file("".join(f"<w:p>{paragraph}</w:p>" for paragraph in paragraphs), styles=styles)


@pytest.mark.parametrize("declared", [None, "text/plain; charset=windows-1252", "text/plain; charset=windows-1258"])
@pytest.mark.parametrize(("encode", "name"), [(as_tcvn3, "TCVN3"), (as_vni, "VNI"), (as_windows_1258, "Windows-1258")])
def test_the_bytes_of_a_text_tell_their_encoding_whatever_is_declared(encode, name: str, declared: str | None) -> None:
    body = f"{encode(TEXT)}\n{encode('Điều 1. Phạm vi')}".encode("cp1252")
    found = read(body, "cu.txt", declared)
    assert found.text.lower() == f"{TEXT}\nĐiều 1. Phạm vi".lower()
    assert [each.encoding for each in found.conversions] == [name]
    assert found.doubts == []
    assert decode_text(body, declared) == (found.text, True)


@pytest.mark.parametrize("text", ["Les élèves français ont été prévenus à l'école", "für alle natürlich schöne Grüße"])
def test_a_guessed_charset_is_a_doubt_as_before(text: str) -> None:
    found = read(text.encode("cp1252"), "fr.txt")
    assert found.conversions == []
    assert [doubt.field for doubt in found.doubts] == ["text"]


def test_runs_of_a_docx_are_converted_by_their_fonts() -> None:
    body = docx(
        run(as_tcvn3("Cộng "), ABC) + run(as_tcvn3("hòa"), ABC) + run(" là gì, có"),
        run(as_tcvn3("Bộ"), ABC_CAPITALS),
        run(as_vni("Phường"), VNI),
        run("Sở Y tế"),
    )
    found = read(body, "cu.docx")
    assert found.text == "Cộng hòa là gì, có\nBỘ\nPhường\nSở Y tế"
    assert [(each.encoding, each.before, each.after) for each in found.conversions] == [
        ("TCVN3", "Céng hßa là gì, có", "Cộng hòa là gì, có"),
        ("VNI", "Phöôøng", "Phường"),
    ]
    assert found.doubts == []


def test_the_font_of_a_style_counts_and_the_letter_that_word_takes_for_a_hyphen() -> None:
    styles = f'<w:style w:type="paragraph" w:default="1" w:styleId="Abc"><w:rPr>{ABC}</w:rPr></w:style>'
    split = '<w:r><w:t xml:space="preserve">ng</w:t><w:softHyphen/><w:t>êi d©n</w:t></w:r>'
    assert read(docx(split, styles=styles), "cu.docx").text == "người dân"


def test_a_font_that_was_left_on_text_in_unicode_changes_nothing() -> None:
    found = read(docx(run(TEXT, ABC), run("có gì là bà", ABC), run("cô", VNI)), "moi.docx")
    assert found.text == f"{TEXT}\ncó gì là bà\ncô"
    assert found.conversions == []


def test_text_of_an_old_font_that_nothing_names_is_converted_by_its_words() -> None:
    found = read(docx(run(as_tcvn3(TEXT)), run(as_tcvn3("Bộ Y tế"))), "cu.docx")
    assert found.text == f"{TEXT.replace('Ủy', 'ủy')}\nBộ Y tế"
    assert [each.encoding for each in found.conversions] == ["TCVN3"]


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        (f'<p><font face=".VnTime">{as_tcvn3("Bộ <b>Y</b> tế")}</font> có gì</p>', "Bộ Y tế có gì"),
        (f"<p style='font-family:\".VnTimeH\"'>{as_tcvn3('bộ y tế')}</p>", "BỘ Y TẾ"),
        (f'<p style="font-family: VNI-Times, serif">{as_vni("Bộ Y tế")}</p>', "Bộ Y tế"),
        (f'<style>.c {{font-family:".VnTime"}}</style><p class=c>{as_tcvn3("Bộ Y tế")}</p>', "Bộ Y tế"),
        ('<p style="font-family:.VnTime">Bộ Y tế có gì</p>', "Bộ Y tế có gì"),
        (f"<p>{as_tcvn3(TEXT.replace('việc', '<i>việc</i>'))}</p>", TEXT.replace("Ủy", "ủy")),
        (f"<p>{as_vni(TEXT)}</p><div>Có gì là bà</div><p>ạ</p>", f"{TEXT}\nCó gì là bà\nạ"),
    ],
)
def test_pages_are_converted_by_their_fonts_or_words(markup: str, text: str) -> None:
    page = f"<html><head><title>Hue</title></head><body><h1>Hue</h1><article>{markup}</article></body></html>"
    assert read(page.encode(), "trang.html", "text/html").text == text


def test_a_page_in_bytes_of_tcvn3_keeps_its_menu_in_entities() -> None:
    page = f"<html><meta charset=windows-1252><body><h1>{as_tcvn3('Bộ Y tế')}</h1><p>{as_tcvn3(TEXT)}</p></body></html>"
    found = read(page.encode("cp1252"), "trang.html", "text/html")
    assert (found.title, found.text) == ("Bộ Y tế", TEXT.replace("Ủy", "ủy"))
    assert found.html == f"<p>{TEXT.replace('Ủy', 'ủy')}</p>"
