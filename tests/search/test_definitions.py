"""A question what something is prefers the passage that says it, however it is asked."""

import time

import pytest

from search.ranking.bm25 import PassageFields, Question, score_candidates
from search.ranking.definitions import defines, definition_term
from search.ranking.vocabulary import Vocabulary
from search.text.abbreviations import Abbreviations
from search.text.syllables import syllables


@pytest.mark.parametrize(
    "asked",
    [
        "Nhiệm vụ của kiểm lâm gồm những gì?",
        "Ai được đốn cây cổ thụ?",
        "Phí trông xe là bao nhiêu?",
        "là gì",
        "",
    ],
)
def test_other_questions_ask_for_no_term(asked: str) -> None:
    assert definition_term(Question(asked).words) == []


@pytest.mark.parametrize(
    "asked",
    [
        "Cây cổ thụ là gì?",
        "Cây cổ thụ nghĩa là gì?",
        "Cây cổ thụ được hiểu như thế nào?",
        "Cây cổ thụ được định nghĩa ra sao?",
        "Cây cổ thụ được pháp luật quy định cụ thể là gì?",
        "Thế nào là cây cổ thụ?",
        "Như thế nào được coi là cây cổ thụ?",
        "Thế nào là cây cổ thụ theo quy định của pháp luật?",
        "Khái niệm cây cổ thụ",
        "Định nghĩa về cây cổ thụ được quy định như thế nào?",
    ],
)
def test_the_term_that_is_asked_for_is_recognised(asked: str) -> None:
    assert definition_term(Question(asked).words) == syllables("cây cổ thụ")
    assert definition_term(Question("cay co thu la gi").words) == ["cay", "co", "thu"]


def says(text: str, asked: str) -> bool:
    question = Question(asked, Abbreviations({"dvc": "dịch vụ công"}))
    return defines(
        question.definition_term, text, with_diacritics=question.with_diacritics, expansions=question.expansions
    )


@pytest.mark.parametrize(
    "text",
    [
        "Người đốn cây cổ thụ là người vi phạm.",
        "Cây cổ thụ ven đường là cây của phường.",
        "Cây di sản là cây quý, hơn cả cây cổ thụ.",
        "Cổ thụ là cây già.",
        "Cây cổ thụ được giữ gìn.",
        "",
    ],
)
def test_a_text_that_only_mentions_the_term_does_not_define_it(text: str) -> None:
    assert not says(text, "Cây cổ thụ là gì?")


@pytest.mark.parametrize(
    "text",
    [
        "Cây cổ thụ là cây sống trên trăm năm.",
        "1. Vườn là đất trồng cây.\n2. Cây cổ thụ là cây sống trên trăm năm.",
        "a) Cây cổ thụ: là cây sống trên trăm năm;",
        "Trong Quy định này, cây cổ thụ là cây sống trên trăm năm.",
        "“Cây cổ thụ” (sau đây gọi là cây già) là cây sống trên trăm năm.",
    ],
)
@pytest.mark.parametrize("asked", ["Cây cổ thụ là gì?", "cay co thu la gi", "Theo Luật Cây xanh, cây cổ thụ là gì?"])
def test_a_clause_that_begins_with_the_term_defines_it(text: str, asked: str) -> None:
    assert says(text, asked)


def test_a_definition_of_a_part_of_the_question_is_not_the_answer() -> None:
    assert not says("Kiểm lâm viên là người giữ rừng.", "Nhiệm vụ của kiểm lâm viên là gì?")


def test_an_abbreviation_is_defined_by_its_full_form() -> None:
    assert says("Dịch vụ công là dịch vụ của cơ quan nhà nước.", "DVC là gì?")
    assert says("DVC là dịch vụ của cơ quan nhà nước.", "Dịch vụ công là gì?")


@pytest.mark.parametrize("heading", ["Giải thích từ ngữ", "Cây cổ thụ"])
def test_what_defines_is_scored_before_what_repeats_the_term(heading: str) -> None:
    told = "Trong Quy định này, các từ ngữ được hiểu như sau:\n1. Cây cổ thụ là cây sống trên trăm năm."
    texts = [
        PassageFields("Quy định", "Bảo vệ cây cổ thụ", "Cây cổ thụ được giữ gìn. Đốn cây cổ thụ bị phạt tiền."),
        PassageFields("Quy định", heading, told),
    ]
    repeats, says_it = score_candidates(Question("Cây cổ thụ là gì?"), texts, Vocabulary({}))
    assert repeats < says_it
    other, explains = score_candidates(Question("Đốn cây cổ thụ bị phạt gì?"), texts, Vocabulary({}))
    assert other > explains


@pytest.mark.parametrize("run", ["(", " ", "là ", "a) là ", "x là.", ": ", "-", "(a) ", "1. "])
def test_long_runs_of_signs_cost_no_time(run: str) -> None:
    began = time.process_time()
    for text in (run * (6_000 // len(run)) + "là", "là" + run * (6_000 // len(run))):
        assert not defines(["a", "b"], text, with_diacritics=True, expansions={})
    assert time.process_time() - began < 0.5
