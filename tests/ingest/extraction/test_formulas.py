"""A formula is read as one line that means what it shows, alike in pages (MathML) and in Word (OMML)."""

import re

import pytest

from ingest.extraction.docx import read_docx
from ingest.extraction.html_blocks import blocks_of, text_of_blocks
from ingest.extraction.html_page import parse_page
from tests.support.word_files import paragraph, word_file


def page(formula: str, before: str = "", after: str = "") -> str:
    marked = re.sub(r"(^|>)([^<>]+)", lambda found: f"{found[1]}<mn>{found[2]}</mn>", formula)
    html = f"<p>{before}<math>{marked}</math>{after}</p>"
    return text_of_blocks(list(blocks_of(parse_page(html), None)))


def file(formula: str, before: str = "", after: str = "") -> str:
    marked = re.sub(r"(^|>)([^<>]+)", lambda found: f"{found[1]}<m:r><m:t>{found[2]}</m:t></m:r>", formula)
    parts = [part for part in (before, f"<m:oMath>{marked}</m:oMath>", after) if part]
    return read_docx(word_file(paragraph(*parts))).text


POWER = ("<msup><mrow>{}</mrow><mrow>{}</mrow></msup>", "<m:sSup><m:e>{}</m:e><m:sup>{}</m:sup></m:sSup>")
INDEX = ("<msub><mrow>{}</mrow><mrow>{}</mrow></msub>", "<m:sSub><m:e>{}</m:e><m:sub>{}</m:sub></m:sSub>")
BOTH = (
    "<msubsup><mrow>{}</mrow><mrow>{}</mrow><mrow>{}</mrow></msubsup>",
    "<m:sSubSup><m:e>{}</m:e><m:sub>{}</m:sub><m:sup>{}</m:sup></m:sSubSup>",
)
FRACTION = ("<mfrac><mrow>{}</mrow><mrow>{}</mrow></mfrac>", "<m:f><m:num>{}</m:num><m:den>{}</m:den></m:f>")
CHOICE = (
    "<mfrac linethickness='0'><mrow>{}</mrow><mrow>{}</mrow></mfrac>",
    '<m:f><m:fPr><m:type m:val="noBar"/></m:fPr><m:num>{}</m:num><m:den>{}</m:den></m:f>',
)
ROOT = ("<mroot><mrow>{}</mrow><mrow>{}</mrow></mroot>", "<m:rad><m:e>{}</m:e><m:deg>{}</m:deg></m:rad>")
SQUARE_ROOT = ("<msqrt>{}</msqrt>", "<m:rad><m:deg/><m:e>{}</m:e></m:rad>")
FENCES = (
    "<mfenced><mrow>{}</mrow><mrow>{}</mrow></mfenced>",
    '<m:d><m:dPr><m:sepChr m:val=","/></m:dPr><m:e>{}</m:e><m:e>{}</m:e></m:d>',
)
ROWS = (
    "<mtable><mtr><mtd>{}</mtd><mtd>{}</mtd></mtr><mtr><mtd>{}</mtd><mtd>{}</mtd></mtr></mtable>",
    "<m:m><m:mr><m:e>{}</m:e><m:e>{}</m:e></m:mr><m:mr><m:e>{}</m:e><m:e>{}</m:e></m:mr></m:m>",
)
BEFORE = (
    "<mmultiscripts><mrow>{2}</mrow><mprescripts/><mrow>{0}</mrow><mrow>{1}</mrow></mmultiscripts>",
    "<m:sPre><m:sub>{}</m:sub><m:sup>{}</m:sup><m:e>{}</m:e></m:sPre>",
)
LIMIT = ("<munder><mrow>{}</mrow><mrow>{}</mrow></munder>", "<m:limLow><m:e>{}</m:e><m:lim>{}</m:lim></m:limLow>")


def write(written: object) -> tuple[str, str]:
    """A formula in both languages, from its parts."""
    if isinstance(written, str):
        return written, written
    assert isinstance(written, tuple)
    form, *parts = written
    if isinstance(form, str):
        inner = [write(part) for part in written]
        return "".join(part[0] for part in inner), "".join(part[1] for part in inner)
    inner = [write(part) for part in parts]
    return form[0].format(*(part[0] for part in inner)), form[1].format(*(part[1] for part in inner))


@pytest.mark.parametrize(
    ("formula", "shown"),
    [
        ((POWER, "x", "2"), "x²"),
        ((POWER, "10", "-3"), "10⁻³"),
        ((POWER, "2", "n"), "2ⁿ"),
        ((POWER, "2", "n+1"), "2ⁿ⁺¹"),
        ((POWER, "2", "k+1"), "2^(k+1)"),
        ((POWER, "e", "Q"), "e^Q"),
        ((POWER, "x", (FRACTION, "1", "2")), "x^(1/2)"),
        ((POWER, "x", ("2", (FRACTION, "1", "2"))), "x^(2 1/2)"),
        ((POWER, "10", (POWER, "2", "3")), "10^(2³)"),
        ((POWER, "10", (POWER, "2", "a+1")), "10^(2^(a+1))"),
        ((INDEX, "CO", "2"), "CO₂"),
        ((INDEX, "T", "max"), "T_max"),
        ((INDEX, "x", "1,i"), "x_(1,i)"),
        ((BOTH, "x", "1", "2"), "x₁²"),
        ((FRACTION, "1", "2"), "1/2"),
        ((FRACTION, "a+1", "2"), "(a+1)/2"),
        ((FRACTION, (FRACTION, "1", "2"), "3"), "(1/2)/3"),
        ((CHOICE, "5", "2"), "5; 2"),
        ((ROOT, "8", "3"), "³√(8)"),
        ((ROOT, "8", "n"), "ⁿ√(8)"),
        ((SQUARE_ROOT, "a+1"), "√(a+1)"),
        ((FENCES, "1", "2"), "(1,2)"),
        ((ROWS, "1", "2", "3", "4"), "1 2; 3 4"),
        ((FENCES, (ROWS, "1", "2", "3", "4"), "5"), "(1 2; 3 4,5)"),
        ((BEFORE, "6", "14", "C"), "₆¹⁴C"),
        (("H", (BEFORE, "6", "14", "C")), "H ₆¹⁴C"),
        ((LIMIT, "lim", "0"), "lim 0"),
        ((LIMIT, "10", "2"), "10 2"),
    ],
)
def test_a_formula_means_what_it_shows(formula: object, shown: str) -> None:
    in_page, in_file = write(formula)

    assert page(in_page) == shown
    assert file(in_file) == shown


@pytest.mark.parametrize(
    "formula", [(FRACTION, "1", "2"), (ROOT, "8", "3"), (BEFORE, "6", "14", "C"), (CHOICE, "5", "2")]
)
def test_the_figures_of_a_formula_stay_apart_from_those_beside_it(formula: object) -> None:
    in_page, in_file = write(formula)

    alone = page(in_page)
    assert page(in_page, "10", "7") == file(in_file, "10", "7")
    assert page(in_page, "10", "7").startswith(f"10 {alone}")
    assert page(in_page, "10 ", " đất") == file(in_file, "10 ", " đất") == f"10 {alone} đất"
    assert page(in_page, "(", ")") == file(in_file, "(", ")") == f"({alone})"


@pytest.mark.parametrize(
    ("formula", "shown"),
    [
        ("<mmultiscripts><mi>C</mi><mn>6</mn><none></none><mprescripts></mprescripts><none></none><mn>14</mn>"
         "</mmultiscripts>", "¹⁴C₆"),
        ("<mfenced open='[' close=']' separators=';|'><mn>1</mn><mn>2</mn><mn>3</mn><mn>4</mn></mfenced>", "[1;2|3|4]"),
        ("<mfenced open='{' close='' separators=''><mn>1</mn><mn>2</mn></mfenced>", "{1 2"),
        ("<mfenced><mtable><mtr><mtd>1</mtd></mtr><mtr><mtd>2</mtd></mtr></mtable></mfenced>", "(1; 2)"),
        ("<mtable><mlabeledtr><mtd><mtext>(3)</mtext></mtd><mtd><mi>x</mi></mtd></mlabeledtr></mtable>", "(3) x"),
        ("<munderover><mo>∑</mo><mrow><mi>i</mi><mo>=</mo><mn>1</mn></mrow><mi>n</mi></munderover><mi>x</mi>",
         "∑_(i=1)ⁿ x"),
        ("<mover><mi>x</mi><mo>¯</mo></mover>", "x¯"),
        ("<maction selection='2'><mn>1</mn><mn>2</mn></maction>", "2"),
        ("<mi>sin</mi><mo>\u2061</mo><mi>x</mi>", "sin x"),
        ("<mn>2</mn><mo>\u2064</mo><mfrac><mn>1</mn><mn>3</mn></mfrac>", "2 1/3"),
        ("<mn>2</mn><mo>\u2062</mo><mi>x</mi>", "2x"),
        ("<mn>1</mn><mspace width='1em'></mspace><mn>2</mn>", "1 2"),
        ("<mn>1</mn><mphantom><mn>2</mn></mphantom><mn>3</mn>", "13"),
        ("<menclose notation='radical'><mn>9</mn></menclose>", "√(9)"),
        ("<semantics><mrow><mi>x</mi></mrow><annotation>y</annotation><annotation-xml><mi>z</mi></annotation-xml>"
         "</semantics>", "x"),
        ("<msup><mi>x</mi></msup>", "x"),
        ("<msup></msup>", ""),
        ("<mfrac><mn>1</mn></mfrac>", "1"),
        ("<mmultiscripts></mmultiscripts>", ""),
        ("<maction selection='x'><mn>1</mn><mn>2</mn></maction>", "1"),
    ],
)  # fmt: skip
def test_elements_that_only_mathml_has_are_read(formula: str, shown: str) -> None:
    html = f"<p>:<math>{formula}</math>:</p>"
    assert text_of_blocks(list(blocks_of(parse_page(html), None))) == f":{shown}:"


def test_a_formula_that_stands_alone_keeps_its_words_apart_from_the_text() -> None:
    html = "<p>Hệ số<math display='block'><mi>K</mi></math>năm 2026</p>"
    assert text_of_blocks(list(blocks_of(parse_page(html), None))) == "Hệ số K năm 2026"


@pytest.mark.parametrize(("opened", "closed"), [("<mfrac><mn>1</mn>", "</mfrac>"), ("<mrow>", "</mrow>")])
def test_deep_formulas_keep_their_figures_apart(opened: str, closed: str) -> None:
    html = f"<p><math>{opened * 100}<mn>7</mn>{closed * 100}</math></p>"
    found = text_of_blocks(list(blocks_of(parse_page(html), None)))
    assert re.findall("[0-9]+", found)[-1] == "7"
