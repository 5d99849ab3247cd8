"""Highlights: the marked words of a text, the text around them, and safe HTML."""

import html
import re
from collections.abc import Iterable, Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.text import fold
from search.text.folding import fold_aligned
from search.text.highlight import Phrase, highlight, highlight_query
from search.text.tsquery import synonym_phrases, tokenize

Meanings = dict[tuple[str, ...], list[tuple[str, ...]]]


def show(texts: Sequence[str | None], query: str, means: Iterable[Phrase] = ()) -> str | None:
    return highlight(texts, highlight_query(query, means))


@pytest.mark.parametrize("query", ["", "//", "khác hẳn"])
def test_without_a_match_there_is_no_highlight(query: str) -> None:
    assert show(["Một câu bình thường.", None], query) is None


def test_a_highlight_takes_the_text_that_shows_most_words() -> None:
    assert show(["chỉ có rừng", "rừng ngập mặn Rú Chá", "ngập"], "rung ngap man") == (
        "<mark>rừng</mark> <mark>ngập</mark> <mark>mặn</mark> Rú Chá"
    )


def test_a_highlight_marks_whole_words_and_the_beginning_of_the_last() -> None:
    assert show(["đất đai, đấtx, trường, trườn"], "dat truo") == (
        "<mark>đất</mark> đai, đấtx, <mark>trường</mark>, <mark>trườn</mark>"
    )


def test_a_match_is_shown_at_any_position_and_a_text_without_spaces_is_cut() -> None:
    long = "y" * 700
    for text in (f"xem x/ubnd/{long} rồi về", f"{'nhiều chữ ' * 80}x/ubnd/{long} rồi", f"{long}/ubnd/{long}", "ubnd"):
        found = show([text], "ubnd")
        assert found is not None
        assert found.count("<mark>ubnd</mark>") == 1, text[:20]
        assert found.startswith("…") == (not text.startswith(("xem", "ubnd"))), text[:20]
    assert len(show([f"ubnd {'chữ, ' * 500}"], "ubnd") or "") < 300


@given(
    st.lists(st.sampled_from(["Huế", "huệ", "phá", "(", "<b>", "&amp;", "\n", ",", "-", " ", "a" * 300]), max_size=400)
)
def test_a_highlight_holds_a_match_where_the_text_has_one_and_no_foreign_markup(pieces: list[str]) -> None:
    text = " ".join(pieces)
    found = show([text], "hue")
    assert (found is None) == (not {"Huế", "huệ"} & set(text.replace("-", " ").split()))
    if found is not None:
        assert re.search("<mark>(Huế|huệ)</mark>", found)
        assert "<b>" not in found


def test_signs_in_a_query_are_not_words() -> None:
    assert highlight_query("(.*) [") is None
    assert show(["aaa a.b"], "(.*)+") is None
    assert show(["x_y/z"], "y") == "x_<mark>y</mark>/z"


def test_a_synonym_phrase_is_highlighted_word_by_word_and_counts_as_one() -> None:
    known: Meanings = {("ubnd",): [("uy", "ban", "nhan", "dan")], ("phu", "vang"): [("thuan", "an")]}
    means = synonym_phrases(["quyet", "dinh", "ubnd", "phu", "vang"], known)
    assert means == (("uy", "ban", "nhan", "dan"), ("thuan", "an"))
    asked = "quyết định ubnd"
    assert show(["Ủy ban, nhân dân. Ủy  ban"], asked, means) is None
    assert show(["Ủy ban\nnhân dân xã", "Quyết định của UBND"], asked, means) == (
        "<mark>Quyết</mark> <mark>định</mark> của <mark>UBND</mark>"
    )
    assert show(["Ủy ban\nnhân dân xã"], asked, means) == (
        "<mark>Ủy</mark> <mark>ban</mark> <mark>nhân</mark> <mark>dân</mark> xã"
    )


def test_letters_of_other_languages_and_scripts_are_found() -> None:
    assert show(["từ Zürich"], "zurich") == "từ <mark>Zürich</mark>"
    assert show(["đi Москва về"], "москва") == "đi <mark>Москва</mark> về"
    assert show(["đi Москва về"], "mocква") is None


LETTERS = st.text(
    st.one_of(st.sampled_from("aAăẮđĐêỆơỠưỰyỸ09 ,./_-–“\n<&"), st.characters(codec="utf-8", exclude_categories=["Cs"]))
)


@given(LETTERS, st.booleans())
def test_a_folded_text_keeps_the_position_of_every_letter(text: str, foreign: bool) -> None:
    found = fold_aligned(text, foreign=foreign)
    assert len(found) == len(text)
    if not foreign:
        assert found.isascii()
    for char, base in zip(text, found, strict=True):
        if base != " ":
            assert fold(char) == base


@given(st.text("aAăẮđĐêỆơỠưỰyỸnNhH09 ,./-–“\n<&"))
def test_a_folded_text_has_the_words_that_a_query_has(text: str) -> None:
    assert fold_aligned(text).split() == fold_aligned(text, foreign=True).split() == tokenize(fold(text))


@given(st.lists(st.sampled_from(["đất", "Đai", "<x>", "&", "dat.", "\n", "đấtx", "b" * 200]), max_size=200))
def test_a_highlight_is_the_text_itself_with_whole_words_marked(pieces: list[str]) -> None:
    text = " ".join(pieces)
    found = show([text], "dat dai")
    if found is not None:
        plain = html.unescape(re.sub("</?mark>", "", found)).strip("…")
        assert plain in " ".join(text.split())
        assert {fold(word) for word in re.findall("<mark>(.*?)</mark>", found)} <= {"dat", "dai"}
