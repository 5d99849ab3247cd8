"""A page is read as a browser shows it: raised figures apart, lists with their numbers, merged cells once."""

import time

import pytest

from hub.domain.figure_heights import Height
from hub.domain.style_heights import height_of_style
from ingest.extraction.html_article import read_page
from ingest.extraction.html_blocks import blocks_of, html_of_blocks, shown_text, text_of_blocks
from ingest.extraction.html_page import base_url, parse_page


def text(html: str) -> str:
    return text_of_blocks(list(blocks_of(parse_page(html), None)))


@pytest.mark.parametrize(
    ("html", "shown"),
    [
        ("10<sup>3</sup> m<sup>2</sup>", "10³ m²"),
        ("10<sup><b>-</b></sup><sup>3</sup>", "10⁻³"),
        ("CO<sub>2</sub> và H<sub>2</sub>SO<sub>4</sub>", "CO₂ và H₂SO₄"),
        ("Điều 15<sup>2</sup>. Phạm vi", "Điều 15². Phạm vi"),
        ("Điều 15<sup>a</sup>. Phạm vi", "Điều 15ᵃ. Phạm vi"),
        ("mét<span style='font-size:70%; vertical-align: super'>2</span> đất", "mét² đất"),
        ("10<span style='position:relative;top:-4.0pt;mso-text-raise:4.0pt'>3</span> m", "10³ m"),
        ("10<span style='vertical-align:30%;font-size:8pt'>3</span>", "10³"),
        ("CO<span style='vertical-align: -0.3em; font-size: 75%'>2</span>", "CO₂"),
        ("CO<span style='font-size:smaller;position:relative;top:4px'>2</span>", "CO₂"),
        ("CO<span style='vertical-align: -0.3em; font-size: 1em'>2</span>", "CO2"),
        ("10<span style='position:relative;top:-3px'>3</span>, 4<span style='vertical-align:2pt'>5</span>", "103, 45"),
        ("10<span style='font-variant-position:super'>3</span>", "10³"),
        ("10<span style='vertical-align:0.5pt'>3</span>, 4<span style='top:-9pt'>5</span>", "103, 45"),
        ("a<i style='vertical-align:-px'>x</i>", "ax"),
        ("a<i style='vertical-align:+em;top:.px;mso-text-raise:pt'>1</i>", "a1"),
        ("10<i style='vertical-align:.5em'>3</i>", "10³"),
        ("Điều 15<sup>[2]</sup>. Phạm vi", "Điều 15[2]. Phạm vi"),
        ("<sup>1</sup> Ghi chú", "¹ Ghi chú"),
        ("25<sup>o</sup>C, 5.000<sup>đ</sup>, 1<sup>st</sup>", "25°C, 5.000đ, 1st"),
        ("12<sup>7 người được hỏi</sup>", "12⁷ người được hỏi"),
        ("x<sup>a+1</sup>", "x^(a+1)"),
    ],
)
def test_raised_and_lowered_figures_stay_apart(html: str, shown: str) -> None:
    tree = parse_page(f"<p>{html}</p>")
    [block] = blocks_of(tree, None)
    assert block.lines == (shown,)
    assert shown_text(tree) == shown
    assert text_of_blocks(list(blocks_of(parse_page(html_of_blocks([block])), None))) == shown


def test_the_headline_and_the_names_of_files_keep_raised_figures_apart() -> None:
    page = "<h1>Thu hồi 500 m<sup>2</sup> đất</h1><p>Chữ</p><a href='/a.pdf'>Bảng 10<sup>3</sup> đồng</a>"
    found = read_page(page, "https://cong.example.vn/tin/", {"number": "h1"}, official=False)
    assert (found.title, found.selected, found.files) == (
        "Thu hồi 500 m² đất",
        {"number": "Thu hồi 500 m² đất"},
        [("https://cong.example.vn/a.pdf", "Bảng 10³ đồng")],
    )


@pytest.mark.parametrize(
    ("html", "shown"),
    [
        ("<ol><li>x<li>y<ol type=a><li>z</ol><li>t</ol>", ["1. x", "2. y", "a. z", "3. t"]),
        ("<ol start=3><li><p>x</p><p>sau</p><li value=7>y<li>z</ol>", ["3. x", "sau", "7. y", "8. z"]),
        ("<ol reversed><li>x<li>y</ol><ol start='-1'><li>z</ol>", ["2. x", "1. y", "-1. z"]),
        ("<ol style='list-style-type: upper-roman'><li>x<li>y</ol>", ["I. x", "II. y"]),
        ("<ol style='list-style:none'><li>x</ol><ul><li>y</ul>", ["x", "y"]),
        ("<ol><li>1. x<li>2. y<li>Điều 3. z</ol>", ["1. x", "2. y", "Điều 3. z"]),
        ("<ol start=nhiều><li value=x>x</ol>", ["1. x"]),
    ],
)
def test_items_of_lists_have_the_numbers_that_a_browser_shows(html: str, shown: list[str]) -> None:
    assert text(html).split("\n") == shown


def test_a_list_that_does_not_begin_at_one_keeps_its_numbers_in_simple_html() -> None:
    blocks = list(blocks_of(parse_page("<ol><li>a<li>b</ol><p>giữa</p><ol start=3><li>c<li>d</ol>"), None))
    assert html_of_blocks(blocks) == ("<ol><li>a</li><li>b</li></ol><p>giữa</p><p>3. c</p><p>4. d</p>")


def test_cells_that_span_rows_are_there_once_and_keep_the_columns_beside_them() -> None:
    page = """<table><tr><th>Nhóm<th>Việc<th>Hạn</tr><tr><td rowspan=2>Cây<td>trồng<td rowspan=0>quý 4</tr>
        <tr><td>tưới</tr><tr><td colspan=2>chung</tr></table>"""
    blocks = list(blocks_of(parse_page(page), None))
    assert text_of_blocks(blocks) == "Nhóm | Việc | Hạn\nCây | trồng | quý 4\n| tưới |\nchung |"
    assert "<tr><td></td><td>tưới</td><td></td></tr>" in html_of_blocks(blocks)


def test_words_that_their_style_hides_are_not_shown_and_tabs_that_wait_are() -> None:
    page = """<p>Hiện<span style="display: none">ẩn</span><b style='mso-hide:all'>ẩn</b> lại</p>
        <div style="display:none">Thẻ thứ hai</div>"""
    assert text(page) == "Hiện lại\nThẻ thứ hai"


@pytest.mark.parametrize(
    ("base", "expected"),
    [
        ("<base href='/goc/'>", "https://a.vn/goc/"), ("<base href='https://b.vn/x'>", "https://b.vn/x"),
        ("<base target=_blank><base href=' ../y/ '>", "https://a.vn/y/"), ("<base href='http://[x'>", "https://a.vn/tin/1"),
        ("<base href='javascript:1'>", "https://a.vn/tin/1"), ("", "https://a.vn/tin/1"),
    ],
)  # fmt: skip
def test_links_are_relative_to_the_first_base_that_is_an_address(base: str, expected: str) -> None:
    assert base_url(parse_page(f"<head>{base}</head><p>x"), "https://a.vn/tin/1") == expected


def test_figures_that_a_class_of_the_page_raises_are_raised() -> None:
    sheet = "<style>p.x, span.MsoFootnoteReference\n\t{vertical-align:super;}\n.nho{font-size:8pt}</style>"
    page = f"{sheet}<p>Điều 15<span class='nho MsoFootnoteReference'>2</span>. Số <span class=nho>7</span>"
    assert text(page) == "Điều 15². Số 7"


@pytest.mark.parametrize("style", ["position:relative;top:3px", "vertical-align:-2px", "position:relative;top:6px"])
def test_figures_that_a_page_only_moves_stay_as_they_are(style: str) -> None:
    page = f"<style>.so{{{style}}}</style><p>Số: <span class=so>15</span>/QĐ-UBND<p>Điều <b class=so>12</b>. Tên"
    assert text(page) == "Số: 15/QĐ-UBND\nĐiều 12. Tên"
    assert text(f"<p>Số: <i style='{style}'>15</i>/QĐ-UBND") == "Số: 15/QĐ-UBND"


@pytest.mark.parametrize(
    ("formula", "shown"),
    [
        ("<msup><mi>m</mi><mn>2</mn></msup>", "10 m² đất"),
        ("<mfrac><mn>1</mn><mn>2</mn></mfrac>", "10 1/2 đất"),
        ("<mfrac><mrow><mi>a</mi><mo>+</mo><mn>1</mn></mrow><mn>2</mn></mfrac>", "10 (a+1)/2 đất"),
        ("<semantics><mrow><msub><mi>H</mi><mn>2</mn></msub><mi>O</mi></mrow><annotation>H_2</annotation></semantics>",
         "10 H₂O đất"),
        ("<msqrt><mn>9</mn></msqrt>", "10 √(9) đất"),
    ],
)  # fmt: skip
def test_formulas_are_read(formula: str, shown: str) -> None:
    assert text(f"<p>10 <math>{formula}</math> đất") == shown


def test_words_of_blocks_stay_apart_and_hidden_words_are_not_shown() -> None:
    assert text("<details><summary>Tóm tắt</summary>Nội dung</details>") == "Tóm tắt\nNội dung"
    hidden = "<span style='visibility:hidden'>b</span><span style='font-size:0'>c</span><span hidden>d</span>"
    assert text(f"<p>a{hidden}<span style='font-size:0.8em'>e</span>") == "ae"


@pytest.mark.parametrize(
    ("html", "shown"),
    [
        ("<span style='font-size:0'><span style='font-size:14px'>b</span></span>", "abe"),
        ("<span style='font-size:0'><i>x<b><u style='FONT-SIZE: .8rem'>b</u></b></i></span>", "axbe"),
        ("<span style='visibility:hidden'><span style='visibility:visible'>b</span></span>", "abe"),
        ("<span style='visibility:hidden'><span style='font-size:14px'>b</span></span>", "ae"),
        ("<span style='font-size:0'><span style='font-size:0px'>b</span></span>", "ae"),
        ("<span style='font-size:0'><span style='color:red'>b</span></span>", "ae"),
        ("<span style='display:none'><span style='font-size:14px;visibility:visible'>b</span></span>", "ae"),
        ("<span hidden><span style='font-size:14px'>b</span></span>", "ae"),
        ("<span style='font-size:0'>b</span><span style='font-size:14px'>c</span>", "ace"),
    ],
)
def test_words_inside_hidden_ones_are_shown_by_a_style_of_their_own(html: str, shown: str) -> None:
    assert text(f"<p>a{html}e") == shown


@pytest.mark.parametrize(
    ("html", "shown"),
    [
        ("<p style='text-transform: uppercase'>Quyết <b>định</b>", "QUYẾT ĐỊNH"),
        ("<div style='TEXT-TRANSFORM:UPPERCASE'><p>Quyết<p>định</div><p>Sau", "QUYẾT\nĐỊNH\nSau"),
        ("<p style='text-transform:uppercase'>a<i style='text-transform:none'>b</i>c", "AbC"),
        ("<p style='text-transform:capitalize'>trồng 7a-cây ở “huế”", "Trồng 7a-Cây Ở “Huế”"),
        ("<p style='text-transform:lowercase'>UBND", "ubnd"),
        ("<p style='font-variant:small-caps'>Nghị định", "NGHỊ ĐỊNH"),
        ("<p style='font:small-caps bold 12pt serif'>Nghị <i style='font-variant:normal'>định</i>", "NGHỊ định"),
        ("<p style='font-variant-caps:all-small-caps;text-transform:lowercase'>Nghị", "NGHỊ"),
        ("<style>.t{text-transform:uppercase}</style><p class=t>Chữ", "Chữ"),
        ("<meta name=Generator content='Microsoft Word 15 (filtered)'><style>p.T, li.T\n{text-transform:uppercase;}"
         "</style><p class=T>Chữ", "CHỮ"),
        ("<p>a<sup style='text-transform:uppercase'>b</sup>", "aB"),
    ],
)  # fmt: skip
def test_letters_are_as_their_style_shows_them(html: str, shown: str) -> None:
    assert text(html) == shown


def test_a_raised_figure_in_a_raised_one_is_no_figure_beside_it() -> None:
    assert text("<p>10<sup>2<sup>3</sup></sup> a<sub>i<sub>1</sub></sub> x<sup>2<sub>a+1</sub></sup>") == (
        "10^(2³) a_(i₁) x^(2_(a+1))"
    )
    assert text("<p>10<sup><sup>3</sup></sup>, 2<sup><span><sup>4</sup></span></sup>") == "10³, 2⁴"


@pytest.mark.parametrize(
    ("html", "shown"),
    [
        ("500 m<sup>2<sup> đất tại phường Phú Hội", "500 m² đất tại phường Phú Hội"),
        ("H<sub>2<sub>O và CO<sub>2</sub>", "H₂O và CO₂"),
        ("Điều 5<sup>(<sup>1</sup>)</sup>. Phạm vi", "Điều 5⁽¹⁾. Phạm vi"),
        ("Điều 5<sup>[<sup>1</sup>]</sup>. Phạm vi", "Điều 5[1]. Phạm vi"),
        ("e<sup>-(a+b)<sup>2</sup></sup>", "e^(-(a+b)²)"),
    ],
)
def test_an_element_that_was_meant_to_end_another_raises_nothing_twice(html: str, shown: str) -> None:
    assert text(f"<p>{html}</p>") == shown


def test_words_of_a_formula_outside_its_elements_are_read() -> None:
    assert text("<p>Diện tích <math>x</math> m, <math><mi>x</mi> + 2<mi>y</mi></math>") == "Diện tích x m, x+ 2y"


def test_a_page_about_a_program_is_not_made_by_it() -> None:
    page = (
        '<meta name="{}" content="mẫu đơn, Microsoft Word"><style>.t{{text-transform:uppercase}}</style><p class=t>Tin'
    )

    assert [text(page.format(name)) for name in ("keywords", "Generator", "ProgId")] == ["Tin", "TIN", "TIN"]


def test_a_long_style_takes_less_than_two_seconds() -> None:
    began = time.process_time()
    assert height_of_style("font-size:9px;top:4px;position:relative;" * 5_000) is Height.lowered
    assert time.process_time() - began < 2
