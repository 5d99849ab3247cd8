"""Relevance: intents, passages, words, scores; diacritics and articles on both engines."""

from uuid import NAMESPACE_URL, uuid5

import pytest
from sqlalchemy import text

from hub.content.passages import MAX_PASSAGE_CHARACTERS, split_passages, split_text
from hub.content.rebuild import rebuild_published_views
from hub.search.port import SearchQuery
from search.intent import LawReference, PartialCitation, number_parts, parse_intent
from search.ranking.answers import PassageCandidate, rank_answers
from search.ranking.bm25 import WEIGHTS, PassageFields, Question, score_candidates
from search.ranking.vocabulary import Vocabulary
from search.text.abbreviations import Abbreviations, select_unambiguous
from search.text.syllables import has_diacritics, syllables
from tests.search.conftest import Engine, Hub, Publish, ask, node
from tests.support.contents import policy


@pytest.mark.parametrize(
    ("text", "cited"),
    [
        ("nghị định 09/2017", PartialCitation("9", 2017, ("nghi dinh",))),
        ("NĐ 09 2017", PartialCitation("9", 2017, ("nghi dinh",))),
        ("nghị định số 09 năm 2017 của Chính phủ", PartialCitation("9", 2017, ("nghi dinh",))),
        ("KH 269", PartialCitation("269", None, ("ke hoach",))),
        ("quyết định 407 ttg", PartialCitation("407", None, ("quyet dinh",))),
        ("TTLT 01/2017", PartialCitation("1", 2017, ("thong tu lien tich",))),
        ("thông tư 5 ngày", None),
        ("kế hoạch 30 ngày đêm", None),
        ("phân loại rác", None),
    ],
)
def test_a_citation_without_its_symbol_is_recognised(text: str, cited: PartialCitation | None) -> None:
    assert parse_intent(text).citation == cited


def test_a_law_is_named_by_title_and_year() -> None:
    assert parse_intent("Luật Đất đai 2024").law == LawReference("Luật Đất đai", 2024)
    assert parse_intent("luat dat dai nam 2024").law == LawReference("luat dat dai", 2024)
    assert parse_intent("luật đất đai").law is None


def test_a_number_inside_a_longer_text_and_its_article_are_recognised() -> None:
    found = parse_intent("nghị định 15/2020/nđ-cp về xử phạt vi phạm hành chính trong bưu chính viễn thông")
    assert found.keys == ("15.2020.ndcp",)
    assert parse_intent("điều 5 nghị định 09/2017/NĐ-CP").article == "dieu-5"
    assert parse_intent("điều 5 nói gì").article is None


@pytest.mark.parametrize("text", ["Bao giờ nộp hồ sơ?", "ai được miễn phí tham quan", "lam thu tuc o dau bay gio"])
def test_a_question_is_recognised(text: str) -> None:
    assert parse_intent(text).is_question


@pytest.mark.parametrize("text", ["truyền thông chính sách", "đất", "phân loại rác tại nhà", "269/KH-UBND"])
def test_keywords_are_not_a_question(text: str) -> None:
    assert not parse_intent(text).is_question


def test_a_number_is_cited_by_its_serial_with_its_own_year_or_that_of_its_issue() -> None:
    assert number_parts("09/2017/NĐ-CP", 2018) == ["9", "9.2017"]
    assert number_parts("269/KH-UBND", 2023) == ["269", "269.2023"]
    assert number_parts("không số", 2023) == []


def test_an_article_is_a_passage_with_all_that_belongs_to_it() -> None:
    full = {
        "summary": "Tóm tắt.",
        "nodes": [
            node("chuong-1", "chapter", None, heading="Quy định chung"),
            node("dieu-1", "article", "Mở đầu.", "chuong-1", heading="Phạm vi"),
            node("dieu-1/khoan-1", "clause", "Một.", "dieu-1"),
            node("dieu-1/khoan-1/diem-a", "point", "Nhỏ.", "dieu-1/khoan-1"),
            node("dieu-2", "article", "Hai.", "chuong-1"),
        ],
    }
    found = [(one.ref, one.heading, one.text) for one in split_passages(full, "")]
    assert found == [
        (None, "", "Tóm tắt."),
        ("chuong-1", "Quy định chung", ""),
        ("dieu-1", "Phạm vi", "Mở đầu.\ndieu-1/khoan-1\nMột.\ndieu-1/khoan-1/diem-a\nNhỏ."),
        ("dieu-2", "", "Hai."),
    ]


def test_a_view_without_nodes_is_one_passage_and_an_empty_one_too() -> None:
    assert [one.text for one in split_passages({"summary": "A."}, "B.")] == ["A.\nB."]
    assert [one.text for one in split_passages({"summary": None}, "")] == [""]


def test_a_long_text_is_cut_at_lines_and_loses_no_word() -> None:
    text = "\n".join(f"Câu số {n} của một điều rất dài." for n in range(2_000))
    cut = split_text(text)
    assert max(map(len, cut)) <= MAX_PASSAGE_CHARACTERS
    assert " ".join(cut).split() == text.split()
    assert "".join(split_text("x" * (MAX_PASSAGE_CHARACTERS * 2 + 1))) == "x" * (MAX_PASSAGE_CHARACTERS * 2 + 1)


def test_syllables_keep_their_diacritics_wherever_the_tone_mark_is() -> None:
    assert syllables("Hoà bình, HÒA BÌNH") == syllables("hòa bình hoà bình")
    assert syllables("đất") != syllables("đạt")
    assert syllables("Đất đai", with_diacritics=False) == ["dat", "dai"]
    assert has_diacritics("dat đai")
    assert not has_diacritics("dat dai")


TEXTS = [
    PassageFields("Luật Nhà ở", "Sở hữu nhà ở", "Người nước ngoài được sở hữu nhà ở theo thời hạn."),
    PassageFields("Luật Nhà ở", "Bảo hành nhà ở", "Bên thi công bảo hành nhà ở theo thời hạn, thời hạn, thời hạn."),
    PassageFields("Luật Cư trú", "Tạm trú", "Người đạt điều kiện thì đăng ký."),
]


def test_the_passage_that_mentions_everything_in_the_question_wins() -> None:
    scores = score_candidates(Question("Người nước ngoài sở hữu nhà ở trong thời hạn nào?"), TEXTS, Vocabulary({}))
    assert scores[0] == max(scores) > scores[1]


@pytest.mark.parametrize("asked", ["Hồ sơ giấy phép gồm những gì?", "ho so giay phep gom nhung gi"])
def test_of_equally_long_headings_the_one_with_fewer_other_words_wins(asked: str) -> None:
    told = [
        PassageFields("Nghị định", heading, "Hồ sơ gồm đơn.")
        for heading in ("Hồ sơ giấy phép; gia hạn, thu hồi", "Hồ sơ giấy phép; gia hạn, gia hạn", "Tên, tuổi")
    ]
    beside, less, nothing = score_candidates(Question(asked), told, Vocabulary({}))
    assert nothing < beside < less


def test_a_question_without_diacritics_is_compared_without() -> None:
    scores = score_candidates(Question("nguoi nuoc ngoai so huu nha o"), TEXTS, Vocabulary({}))
    assert scores[0] == max(scores) > 0


BHYT = {"bhyt": "bảo hiểm y tế", "nlđ": "người lao động"}
INSURED = [
    PassageFields("Nghị định", "Mức hưởng", "Bảo hiểm y tế chi trả một phần."),
    PassageFields("Nghị định", "Mức đóng", "Đơn vị đóng BHYT cho NLĐ."),
    PassageFields("Nghị định", "Tiền lương", "Đơn vị trả lương."),
]


@pytest.mark.parametrize("asked", ["BHYT chi trả gì?", "bảo hiểm y tế chi trả gì?", "bhyt chi tra gi"])
def test_an_abbreviation_equals_its_full_form_in_questions_and_texts(asked: str) -> None:
    scores = score_candidates(Question(asked, Abbreviations(BHYT)), INSURED, Vocabulary({}))
    assert scores[0] > scores[1] > scores[2]


def found_in(*texts: tuple[str, str | None, PassageFields]) -> list[PassageCandidate]:
    """Candidates by document, article and texts."""
    return [
        PassageCandidate(uuid5(NAMESPACE_URL, name), "vi", 1, part, ref, ref, fields, {"kind": "policy"})
        for part, (name, ref, fields) in enumerate(texts, start=1)
    ]


def test_of_equal_answers_the_one_whose_document_has_another_comes_first() -> None:
    told = PassageFields("Nghị định", "Thời hạn", "Người nước ngoài sở hữu nhà ở trong năm mươi năm.")
    beside = PassageFields("Nghị định", "Gia hạn", "Sở hữu nhà ở được gia hạn một lần.")
    alone, also = "một điều", "hai điều"
    for first, second in ((alone, also), (also, alone)):
        pool = found_in((first, "dieu-1", told), (second, "dieu-1", told), (also, "dieu-2", beside))
        question = Question("Người nước ngoài sở hữu nhà ở trong thời hạn nào?")
        documents = rank_answers(question, pool, Vocabulary({}), "vi")
        assert [one.best.document_id for one in documents] == [uuid5(NAMESPACE_URL, name) for name in (also, alone)]
        articles = rank_answers(question, pool, Vocabulary({}), "vi", by_article=True)
        assert [(one.best.document_id == documents[0].best.document_id, one.best.ref) for one in articles] == [
            (True, "dieu-1"),
            (False, "dieu-1"),
            (True, "dieu-2"),
        ]


def test_pieces_of_one_long_article_do_not_support_each_other() -> None:
    piece = PassageFields("Nghị định", "Thời hạn", "Sở hữu nhà ở trong năm mươi năm.")
    question = Question("sở hữu nhà ở trong bao nhiêu năm?")
    whole = rank_answers(question, found_in(("a", "dieu-1", piece)), Vocabulary({}), "vi")
    cut = rank_answers(question, found_in(("a", "dieu-1", piece), ("a", "dieu-1", piece)), Vocabulary({}), "vi")
    other = rank_answers(question, found_in(("a", "dieu-1", piece), ("a", "dieu-2", piece)), Vocabulary({}), "vi")
    assert len(whole) == len(cut) == len(other) == 1
    assert other[0].score / cut[0].score == pytest.approx(1 + WEIGHTS.sibling)


def test_only_unambiguous_abbreviations_are_expanded() -> None:
    assert Question("NLD được hưởng gì", Abbreviations(BHYT)).words[:3] == syllables("người lao động")
    assert select_unambiguous({"ct": ["chỉ thị", "chủ tịch"], "nq": ["nghị quyết"], "ubnd": ["ủy ban nhân dân"]}) == {
        "ubnd": "ủy ban nhân dân"
    }


SAID = {"sổ đỏ": "giấy chứng nhận quyền sử dụng đất", "bằng lái": "giấy phép lái xe"}
LAND = [
    PassageFields("Luật Đất đai", "Cấp giấy", "Giấy chứng nhận quyền sử dụng đất được cấp trong 30 ngày."),
    PassageFields("Bản tin", "Cấp sổ đỏ", "Sổ đỏ được cấp trong 30 ngày."),
    PassageFields("Quy chế", "Cấp sơ đồ", "Sơ đồ được cấp trong 30 ngày."),
]


def test_a_colloquial_term_equals_the_legal_term_where_its_diacritics_were_typed() -> None:
    law, news, plan = score_candidates(
        Question("Sổ đỏ được cấp trong bao lâu?", Abbreviations(SAID)), LAND, Vocabulary({})
    )
    assert min(law, news) > 2 * plan
    law, news, plan = score_candidates(
        Question("so do duoc cap trong bao lau", Abbreviations(SAID)), LAND, Vocabulary({})
    )
    assert min(plan, news) > law, "`so do` may be a sketch as well"


def test_only_the_colloquial_phrase_is_expanded_and_the_longest_wins() -> None:
    known = {"bằng lái": ["giấy phép lái xe"], "xã a": ["phường b"], "phường b": ["xã a"], "nq": ["nghị quyết"]}
    assert select_unambiguous(known) == {"bằng lái": "giấy phép lái xe"}
    both = {"bằng lái": "giấy phép lái xe", "bằng lái xe": "giấy phép lái xe"}
    assert Question("Đổi bằng lái xe và bằng lái ở đâu", Abbreviations(both)).words[:6] == syllables(
        "đổi giấy phép lái xe và"
    )
    legal = Question("giấy phép lái xe ở đâu", Abbreviations(SAID))
    assert (legal.words, legal.highlight_text) == (syllables("giấy phép lái xe ở đâu"), "giấy phép lái xe ở đâu")
    assert not legal.has_colloquial_term
    assert Question("đổi bằng lái", Abbreviations(SAID)).has_colloquial_term
    assert not Question("doi bang lai", Abbreviations(SAID)).has_colloquial_term
    assert not Question("mức đóng BHYT", Abbreviations(BHYT)).has_colloquial_term, (
        "an abbreviation is a keyword like another"
    )


def test_without_a_word_in_common_there_is_no_score() -> None:
    assert score_candidates(Question("zzz"), TEXTS, Vocabulary({})) == [0.0, 0.0, 0.0]
    assert score_candidates(Question("đất"), [TEXTS[2]], Vocabulary({})) == [0.0]


async def test_matches_with_the_typed_diacritics_come_first(each_engine: Engine, publish_edition: Publish) -> None:
    named = {}
    for word in ("đạt", "dát", "đất", "dật"):
        title = f"Thông báo {word} loại một"
        named[word] = await publish_edition("policy", policy(title=title, summary=None, nodes=[], number=None))
    for word, document in named.items():
        found = [hit.document_id for hit in (await ask(each_engine, f"thông báo {word}")).hits]
        assert found[0] == document, word
        assert set(found) == set(named.values()), word
    unmarked = (await ask(each_engine, "thong bao dat")).hits
    assert {hit.document_id for hit in unmarked} == set(named.values())


async def test_pages_of_words_with_diacritics_neither_repeat_nor_lose_a_document(
    each_engine: Engine, publish_edition: Publish
) -> None:
    made = [
        await publish_edition("policy", policy(title=f"Quy định {word} số {n}", number=f"{n}/QĐ-{word}X"))
        for n in (1, 2, 3)
        for word in ("đất", "đạt")
    ]
    pages = [
        [hit.document_id for hit in (await ask(each_engine, "quy định đất", limit=2, offset=offset)).hits]
        for offset in (0, 2, 4, 6)
    ]
    found = [document for page in pages for document in page]
    assert set(found[:3]) == set(made[::2])
    assert sorted(found) == sorted(made)


async def test_a_hit_names_the_article_that_matched(each_engine: Engine, publish_edition: Publish) -> None:
    nodes = [
        node("dieu-1", "article", "Quy định này áp dụng cho mọi người.", label="Điều 1"),
        node("dieu-2", "article", "Hộ nuôi cá lồng trên phá được vay vốn trong ba năm.", label="Điều 2"),
    ]
    document = await publish_edition("policy", policy(title="Quy định vay vốn", number="9/2026/QĐ-UBND", nodes=nodes))
    for asked in ("nuôi cá lồng", "Hộ nuôi cá lồng trên phá được vay vốn trong mấy năm?"):
        (hit,) = (await ask(each_engine, asked)).hits[:1]
        assert (hit.document_id, hit.article, hit.article_label) == (document, "dieu-2", "Điều 2"), asked
    (hit,) = (await ask(each_engine, "điều 1 quyết định 9/2026/QĐ-UBND")).hits[:1]
    assert (hit.document_id, hit.article, hit.article_label) == (document, "dieu-1", "Điều 1")


async def test_pages_of_a_question_are_cut_from_one_list(each_engine: Engine, publish_edition: Publish) -> None:
    made = [
        await publish_edition("policy", policy(title=f"Hỗ trợ {n}", nodes=[node("dieu-1", "article", f"Vay vốn {n}.")]))
        for n in range(5)
    ]
    asked = "hộ nghèo được vay vốn bao nhiêu"
    whole = await ask(each_engine, asked, limit=20, facets=True)
    pages = [(await ask(each_engine, asked, limit=2, offset=offset)).hits for offset in (0, 2, 4, 6)]
    assert [hit for page in pages for hit in page] == list(whole.hits)
    assert {hit.document_id for hit in whole.hits} == set(made)
    assert whole.total == len(made)
    assert whole.facets["kind"] == {"policy": 5}


async def test_no_passage_is_left_of_a_document_that_is_no_longer_public(
    each_engine: Engine, publish_edition: Publish
) -> None:
    nodes = [node(f"dieu-{n}", "article", f"Điều thứ {n} nói về ngọc trai.") for n in (1, 2, 3)]
    document = await publish_edition("policy", policy(nodes=nodes))
    await ask(each_engine, "ngọc trai nằm ở đâu?")
    await publish_edition("policy", policy(nodes=nodes[:1]), document_id=document)
    (hit,) = (await ask(each_engine, "điều thứ 3 nói gì về ngọc trai?")).hits
    assert hit.article == "dieu-1"
    assert hit.highlight is not None
    assert "<mark>ngọc</mark> <mark>trai</mark>" in hit.highlight


async def test_rebuild_views_fills_the_passages_of_older_databases(searching: Hub, publish_edition: Publish) -> None:
    nodes = [node("dieu-1", "article", "Ruộng muối được giữ gìn.", label="Điều 1")]
    document = await publish_edition("policy", policy(summary=None, nodes=nodes))
    async with searching.database.write() as session:
        await session.execute(text("DELETE FROM search_passage"))
    assert [done.republished async for done in rebuild_published_views(searching.database)] == [0]
    found = await searching.engine.secondary.search(SearchQuery("ruộng muối được giữ gìn ở đâu?"))
    assert [(hit.document_id, hit.article) for hit in found.hits] == [(document, "dieu-1")]
