"""Snippets of search results: words, their synonyms, the matches of misspelt words, and the article."""

from typing import Any

import pytest

from search.meilisearch.engine import MeiliSearch
from tests.search.conftest import Engine, Hub, Publish, ask, node
from tests.support.contents import policy


async def test_the_full_form_of_an_abbreviation_is_highlighted_in_the_answer(
    each_engine: Engine, publish_edition: Publish
) -> None:
    text = "Văn phòng cấp giấy chứng nhận quyền sử dụng đất trong ba mươi ngày."
    nodes = [node("dieu-1", "article", text, label="Điều 1")]
    document = await publish_edition("policy", policy(title="Quy định đất đai", number="9/2026/QĐ-UBND", nodes=nodes))
    for asked in ("cấp sổ đỏ", "Sổ đỏ được cấp trong bao nhiêu ngày?", "GCNQSDĐ được cấp trong bao nhiêu ngày?"):
        (hit,) = (await ask(each_engine, asked)).hits[:1]
        assert (hit.document_id, hit.article) == (document, "dieu-1"), asked
        assert hit.highlight is not None
        assert "<mark>chứng</mark> <mark>nhận</mark> <mark>quyền</mark>" in hit.highlight, asked


async def test_synonyms_of_a_keyword_are_highlighted(each_engine: Engine, publish_edition: Publish) -> None:
    await publish_edition("policy", policy(title="Ủy ban nhân dân xã họp", nodes=[], summary=None))
    (hit,) = (await ask(each_engine, "họp ubnd")).hits
    assert hit.highlight == ("<mark>Ủy</mark> <mark>ban</mark> <mark>nhân</mark> <mark>dân</mark> xã <mark>họp</mark>")


async def test_the_match_of_a_misspelt_word_is_highlighted(searching: Hub, publish_edition: Publish) -> None:
    nodes = [node("dieu-1", "article", "Trường làng nghỉ hè.", label="Điều 1")]
    await publish_edition("policy", policy(title="Việc của trường", summary=None, nodes=nodes))
    engine = (searching, searching.engine.primary)
    for asked in ("truongg", "trườmg"):
        (hit,) = (await ask(engine, asked)).hits
        assert hit.highlight == "Việc của <mark>trường</mark>", asked
    (hit,) = (await ask(engine, "truongg lang")).hits
    assert (hit.article, hit.highlight) == ("dieu-1", "Điều 1 <mark>Trường</mark> <mark>làng</mark> nghỉ hè.")


@pytest.mark.parametrize("lacking", [0, 1, 2, 3])
async def test_the_passage_of_keywords_may_lack_any_one_of_them(
    each_engine: Engine, publish_edition: Publish, lacking: int
) -> None:
    asked = ["nuôi", "tôm", "chân", "trắng"]
    most = " ".join(word for place, word in enumerate(asked) if place != lacking)
    nodes = [
        node("dieu-1", "article", f"Chỉ có {asked[lacking]} ở đây.", label="Điều 1"),
        node("dieu-2", "article", f"Đây là nơi nói về {most} và nhiều điều khác của các hộ.", label="Điều 2"),
    ]
    document = await publish_edition("policy", policy(title="Quy định", number="9/2026/QĐ-UBND", nodes=nodes))
    (hit,) = (await ask(each_engine, " ".join(asked))).hits[:1]
    assert (hit.document_id, hit.article) == (document, "dieu-2")


async def test_the_engine_is_queried_for_typos_only_where_a_word_may_be_misspelt(
    searching: Hub, publish_edition: Publish, monkeypatch: pytest.MonkeyPatch
) -> None:
    nodes = [node("dieu-1", "article", "Trường làng nghỉ hè năm 202612.", label="Điều 1")]
    await publish_edition("policy", policy(title="Ủy ban mặt trận tổ quốc xã", summary=None, nodes=nodes))
    engine = (searching, searching.engine.primary)
    await ask(engine, "trường")
    primary = searching.engine.primary
    assert isinstance(primary, MeiliSearch)
    client, asked = primary.client, []

    async def counted(queries: Any) -> Any:
        asked.append(queries)
        return await type(client).multi_search(client, queries)

    monkeypatch.setattr(client, "multi_search", counted)
    for words in ("truong lang", "ubmttq xã", "trường 202699", "nghỉ h", "trường làng hèx"):
        assert (await ask(engine, words)).hits, words
    assert asked == []
    await ask(engine, "truongg lang")
    assert len(asked) == 1


async def test_signs_separate_words_on_both_engines_and_are_shown(
    each_engine: Engine, publish_edition: Publish
) -> None:
    document = await publish_edition("policy", policy(title="Văn bản của BNN&PTNT", summary=None, nodes=[]))
    for asked in ("ptnt", "BNN&PTNT", "bnn ptnt", "PTNT|bnn", "<bnn>"):
        (hit,) = (await ask(each_engine, asked)).hits
        assert hit.document_id == document, asked
        assert hit.highlight is not None
        assert "<mark>BNN</mark>&amp;" in hit.highlight or "BNN&amp;<mark>PTNT</mark>" in hit.highlight, asked
