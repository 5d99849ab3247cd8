"""Bulletins as offices paste them: structure is kept or mapped, words never run together, losses are reported."""

import pytest

from hub.domain.html_files import find_hub_urls, make_urls_absolute
from hub.domain.html_mapping import ATTRIBUTES, KNOWN
from hub.domain.kinds.html import TAGS, find_html_changes, html_to_text, sanitise_html
from tests.support.pasted_html import PASTED, RandomPage

PICTURE = "/files/00000000-0000-4000-8000-000000000007/cau.png"


@pytest.mark.counts(small=150, full=1_500, soak=3_000)
def test_no_two_words_run_together_and_none_is_lost_in_random_nesting(count: int) -> None:
    for seed in range(count):
        page = RandomPage(seed)
        html = page.flow(4)

        cleaned = sanitise_html(html)

        assert html_to_text(cleaned).split() == page.words or _sorted_apart(cleaned, page), (seed, html, cleaned)
        assert sanitise_html(cleaned) == cleaned, (seed, html)


def _sorted_apart(cleaned: str, page: RandomPage) -> bool:
    """Parsing moves a table's stray text before the table, as browsers do: no word is lost or joined."""
    return "<table" in cleaned and sorted(html_to_text(cleaned).split()) == sorted(page.words)


@pytest.mark.parametrize("name", ["libreoffice", "portal", "word"])
def test_pasted_bulletins_are_accepted_with_every_loss_reported(name: str) -> None:
    source = (PASTED / f"{name}.html").read_text()

    cleaned = sanitise_html(source)

    assert sanitise_html(cleaned) == cleaned
    assert "style" not in cleaned
    assert "mso" not in html_to_text(cleaned)
    codes = {change.code for change in find_html_changes(source)}
    assert "formatting_removed" in codes
    assert ("pictures_removed" in codes) is (name != "libreoffice")
    assert ("hidden_text_removed" in codes) is (name != "libreoffice")
    assert find_html_changes(cleaned) == ()


def test_structure_is_kept_or_mapped_to_elements_of_the_same_meaning() -> None:
    html = (
        "<h1>Một</h1><h6>hai</h6><b>ba</b> <i>bốn</i> <del>năm</del> m<sup>2</sup> H<sub>2</sub>O "
        '<span style="font-weight: 700">sáu</span> <span style="VERTICAL-ALIGN: super">7</span>'
        '<ol start="3" type="a"><li value="5">tám</li></ol><div>chín</div>'
        '<table class="x"><caption>mười</caption><tr><td rowspan="2" colspan="0" style="x">a</td></tr></table>'
        f'<figure class="image"><img src="{PICTURE}" alt="Cầu" width="20" onx=""><figcaption>Cầu</figcaption></figure>'
    ).replace(' onx=""', "")

    assert sanitise_html(html) == (
        "<h2>Một</h2><h4>hai</h4><strong>ba</strong> <em>bốn</em> <s>năm</s> m<sup>2</sup> H<sub>2</sub>O "
        "<strong>sáu</strong> <sup>7</sup>"
        '<ol start="3" type="a"><li value="5">tám</li></ol><p>chín</p>'
        '<table><caption>mười</caption><tbody><tr><td rowspan="2">a</td></tr></tbody></table>'
        f'<figure><img src="{PICTURE}" alt="Cầu" width="20"><figcaption>Cầu</figcaption></figure>'
    )


@pytest.mark.parametrize(
    ("style", "words", "kept"),
    [
        ("vertical-align: super", "7", "<sup>7</sup>"),
        ("vertical-align: SUB; font-size: 70%", "7", "<sub>7</sub>"),
        ("vertical-align: super", "ghi chú", "<sup>ghi chú</sup>"),
        ("position:relative;top:-4.0pt;mso-text-raise:4.0pt", "-3", "<sup>-3</sup>"),
        ("vertical-align: 30%", "o", "<sup>o</sup>"),
        ("vertical-align: 4px; font-size: 8pt", "st", "<sup>st</sup>"),
        ("vertical-align: -4px; font-size: 8pt", "max", "<sub>max</sub>"),
        ("position:relative;top:-4.0pt", "ghi chú", "ghi chú"),
        ("mso-text-raise:4pt", "<b>Huế</b>", "<strong>Huế</strong>"),
        ("mso-text-raise:4pt", "Số: 15/2024/QĐ-UBND", "Số: 15/2024/QĐ-UBND"),
        ("mso-text-raise:4pt", "15/2024/QĐ-UBND", "15/2024/QĐ-UBND"),
        ("mso-text-raise:4pt", "Điều 5", "Điều 5"),
        ("mso-text-raise:4pt", "<b>2</b>", "<sup><strong>2</strong></sup>"),
        ("vertical-align: 1px", "7", "7"),
        ("vertical-align: -4px", "7", "7"),
        ("vertical-align: .px; mso-text-raise: pt", "7", "7"),
        ("top: -4pt", "7", "7"),
    ],
)
def test_the_height_of_a_style_is_kept_where_it_makes_an_exponent_or_an_index(
    style: str, words: str, kept: str
) -> None:
    assert sanitise_html(f'<p>10<span style="{style}">{words}</span> m</p>') == f"<p>10{kept} m</p>"


def test_raised_figures_stay_apart_from_the_figures_before_them() -> None:
    assert html_to_text("<p>120 m<sup>2</sup>, 10<sup>6</sup> và CO<sub>2</sub></p>") == "120 m², 10⁶ và CO₂"


@pytest.mark.parametrize(
    "source", ["https://x.vn/a.png", "data:image/png;base64,AAAA", "file:///C:/a.png", "", "/a.png"]
)
def test_a_picture_from_elsewhere_is_left_out_and_reported_and_keeps_words_apart(source: str) -> None:
    html = f'<p>trước<img src="{source}" alt="x">sau</p>'

    assert sanitise_html(html) == "<p>trước sau</p>"
    [change] = find_html_changes(html)
    assert change.code == "pictures_removed"


@pytest.mark.parametrize("tag", ["script", "iframe", "object", "embed", "form", "svg", "math"])
def test_what_has_no_text_of_its_own_is_refused_by_name(tag: str) -> None:
    with pytest.raises(ValueError, match=f"<{tag}>"):
        sanitise_html(f"<p>Chào</p><{tag} src='x'></{tag}>")


def test_a_comment_hides_nothing_from_the_cleaning() -> None:
    for html in (
        "<!--><img src=x onerror=alert(1)>-->",
        "<!-- --!><svg>",
        "<!--><b>a</b>",
        "<style><p title='</style><svg>'>",
    ):
        try:
            cleaned = sanitise_html(html)
        except ValueError:
            continue
        assert "onerror" not in cleaned
        assert "<svg" not in cleaned


def test_pictures_and_links_of_the_hub_are_found_and_made_absolute() -> None:
    html = f'<p><img src="{PICTURE}" alt=""> <a href="{PICTURE}">tệp</a> <a href="https://x.vn/">x</a> "/files/</p>'

    assert list(find_hub_urls(html)) == [(False, PICTURE), (True, PICTURE)]
    assert make_urls_absolute(html, "https://hub.test").count(f'"https://hub.test{PICTURE}"') == 2
    assert "img" in TAGS


@pytest.mark.parametrize("tag", sorted(KNOWN))
def test_every_element_may_have_every_attribute_that_programs_write(tag: str) -> None:
    attributes = {name for names in ATTRIBUTES.values() for name in names} - {"src"}
    written = " ".join(f'{name}="1"' for name in sorted(attributes | {"name", "id", "class", "lang"}))
    cleaned = sanitise_html(f'<{tag} style="width:5px; float:left" {written} src=" {PICTURE} ">chữ</{tag}>')
    assert "style" not in cleaned
    assert sanitise_html(cleaned) == cleaned


def test_a_picture_with_a_style_keeps_its_address_and_its_words() -> None:
    html = f'<p><img style="width:5px" src=" {PICTURE} " alt=" Cầu "></p>'
    assert sanitise_html(html) == f'<p><img src="{PICTURE}" alt="Cầu"></p>'
