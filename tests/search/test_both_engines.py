"""Both engines keep the same promises; each test runs on each of them, without a fallback."""

import unicodedata
from html.parser import HTMLParser
from typing import Any
from uuid import UUID

from hub.search.port import EngineResult
from tests.search.conftest import Engine, Publish, ask
from tests.support.contents import bulletin, draft, policy, statement


def node(text: str) -> list[dict[str, Any]]:
    return [{"ref": "dieu-1", "type": "article", "label": "Điều 1", "text": text}]


def ids(found: EngineResult) -> list[UUID]:
    return [hit.document_id for hit in found.hits]


async def test_a_word_that_is_in_no_text_is_not_found(each_engine: Engine, publish_edition: Publish) -> None:
    await publish_edition("policy", policy())
    found = await ask(each_engine, "zzyxq")
    assert (found.hits, found.total) == ((), 0)


STRANGE = ("///", "🎉", "…", "' OR 1=1 --", 'a" OR id = "marker', "((", "\\", "a & b | !c:*", "%", "²", "null")


async def test_a_strange_query_is_only_a_query(each_engine: Engine, publish_edition: Publish) -> None:
    await publish_edition("bulletin", bulletin())
    for text in (*STRANGE, "x" * 500, "chính " * 90, "1" * 400):
        found = await ask(each_engine, text)
        assert found.engine == each_engine[1].name
        assert all(hit.seq > 0 for hit in found.hits), text


async def test_a_query_of_signs_alone_finds_nothing(each_engine: Engine, publish_edition: Publish) -> None:
    await publish_edition("bulletin", bulletin())
    assert ids(await ask(each_engine, "//-… ?")) == []


async def test_unpublished_documents_are_not_found(each_engine: Engine, publish_edition: Publish) -> None:
    await publish_edition("policy", policy(title="Đề án quýt ngọt Hương Cần"), published=False)
    assert ids(await ask(each_engine, "quýt ngọt")) == []


async def test_only_the_newest_edition_is_found(each_engine: Engine, publish_edition: Publish) -> None:
    document = await publish_edition("policy", policy(summary="Bản cũ nói về đầm Sam."))
    await ask(each_engine, "đầm Sam")
    await publish_edition("policy", policy(summary="Bản mới nói về đê Tả Trạch."), document_id=document)
    assert ids(await ask(each_engine, "Tả Trạch")) == [document]
    assert document not in ids(await ask(each_engine, "Sam"))


TYPED = (
    "truyền thông chính sách",
    "truyen thong chinh sach",
    "TRUYEN THONG CHINH SACH",
    unicodedata.normalize("NFD", "truyền thông chính sách"),
    "truyền thông chính sác",
    "truyền\u200b thông\u00a0chính sách",
)


async def test_words_are_found_however_they_are_typed(each_engine: Engine, publish_edition: Publish) -> None:
    await publish_edition("bulletin", bulletin())
    wanted = await publish_edition("policy", policy(title="Kế hoạch truyền thông chính sách"))
    for text in TYPED:
        found = await ask(each_engine, text)
        assert ids(found)[:1] == [wanted], text
        assert "<mark>truyền</mark> <mark>thông</mark>" in (found.hits[0].highlight or "").lower(), text


async def test_both_placements_of_the_tone_mark_are_one_word(each_engine: Engine, publish_edition: Publish) -> None:
    one = await publish_edition("policy", policy(title="Ủy ban và văn hóa cơ sở", number="31/KH-UBND"))
    other = await publish_edition("policy", policy(title="Uỷ ban và văn hoá cơ sở", number="32/KH-UBND"))
    for text in ("văn hoá", "văn hóa", "uỷ ban", "ủy ban", "van hoa", "Văn Hoá Uỷ Ban"):
        assert set(ids(await ask(each_engine, text))) == {one, other}, text


async def test_a_number_finds_its_document_first(each_engine: Engine, publish_edition: Publish) -> None:
    citing = {
        await publish_edition("policy", policy(number=f"{place}/QĐ-UBND", nodes=node("Theo 269/KH-UBND " * 9)))
        for place in (11, 12)
    }
    wanted = await publish_edition("policy", policy(title="Kế hoạch số tám", number="269/KH-UBND", nodes=[]))
    await publish_edition("policy", policy(title="Kế hoạch khác", number="1269/KH-UBND", nodes=[]))
    for text in ("269/KH-UBND", "269 kh ubnd", "269khubnd", " số 269/kh-ubnd ", "269 / KH - UBND"):
        found = await ask(each_engine, text)
        assert ids(found)[:1] == [wanted], text
        assert "<mark>" in (found.hits[0].highlight or ""), text
    assert citing <= set(ids(await ask(each_engine, "269/KH-UBND"))[1:])


async def test_a_number_with_its_year_is_found_in_every_spelling(each_engine: Engine, publish_edition: Publish) -> None:
    await publish_edition("policy", policy(number="42/2021/NĐ-CP"))
    wanted = await publish_edition("policy", policy(number="42/2022/NĐ-CP"))
    for text in ("42/2022/NĐCP", "42/2022/ND-CP", "42 2022 nd cp", "42/2022/NÐ-CP", "042/2022/nđ-cp"):
        assert ids(await ask(each_engine, text))[:1] == [wanted], text


async def test_pages_of_a_repeated_number_neither_repeat_nor_lose_a_document(
    each_engine: Engine, publish_edition: Publish
) -> None:
    bearing = [
        await publish_edition(
            "policy", policy(number="5/QĐ-UBND", dates=[{"role": "issued", "on": f"20{year}-01-05", "source": "x"}])
        )
        for year in (21, 24, 22)
    ]
    citing = [
        await publish_edition("policy", policy(number=f"{n}/TB-VP", summary="Căn cứ 5/QĐ-UBND.")) for n in (71, 72, 73)
    ]
    pages = [ids(await ask(each_engine, "5/QĐ-UBND", limit=2, offset=offset)) for offset in (0, 2, 4, 6)]
    assert pages[0] + pages[1][:1] == [bearing[1], bearing[2], bearing[0]]
    if each_engine[1].name == "meilisearch":
        assert set(pages[1][1:] + pages[2]) == set(citing)
        assert pages[3] == []


async def test_a_document_in_two_languages_is_found_once_in_the_requested_one(
    each_engine: Engine, publish_edition: Publish
) -> None:
    document = await publish_edition("policy", policy(title="Kế hoạch Festival Huế"))
    await publish_edition("policy", policy(title="Plan of the Festival Huế"), lang="en", document_id=document)
    for lang in ("vi", "en"):
        found = await ask(each_engine, "Festival Huế", lang=lang)
        assert [(hit.document_id, hit.lang) for hit in found.hits] == [(document, lang)]


async def test_a_match_in_another_language_counts(each_engine: Engine, publish_edition: Publish) -> None:
    document = await publish_edition("bulletin", bulletin())
    await publish_edition("bulletin", bulletin(title="Bulky waste on Saturdays"), lang="en", document_id=document)
    found = await ask(each_engine, "bulky waste", lang="vi")
    assert [(hit.document_id, hit.lang) for hit in found.hits] == [(document, "en")]


async def test_hits_have_the_position_at_which_they_were_indexed(each_engine: Engine, publish_edition: Publish) -> None:
    for number in ("61/TB-VP", "62/TB-VP"):
        await publish_edition("policy", policy(number=number))
    assert (await ask(each_engine, "62/TB-VP")).hits[0].seq == 2


async def test_a_kind_filters_and_facets_count(each_engine: Engine, publish_edition: Publish) -> None:
    for make, kind in ((policy, "policy"), (draft, "draft"), (bulletin, "bulletin"), (statement, "statement")):
        await publish_edition(kind, make(title=f"Chuyện cầu Tràng Tiền ({kind})"))
    assert (await ask(each_engine, "cầu Tràng Tiền")).facets == {}
    everything = await ask(each_engine, "cầu Tràng Tiền", facets=True)
    assert everything.facets["kind"] == {"policy": 1, "draft": 1, "bulletin": 1, "statement": 1}
    assert everything.facets["agency"] == {"ubnd-hue": 4}
    assert everything.facets["topic"] == {"moi-truong": 1}
    assert everything.facets["type"] == {"ke hoach": 1, "quyet dinh": 1}
    assert everything.facets["year"]["2026"] == 4
    assert everything.total == 4
    drafts = await ask(each_engine, "cầu Tràng Tiền", kind="draft")
    assert len(drafts.hits) == drafts.total == 1


async def test_when_no_text_has_all_words_those_with_some_are_found(
    each_engine: Engine, publish_edition: Publish
) -> None:
    wanted = await publish_edition("bulletin", bulletin())
    assert ids(await ask(each_engine, "rác cồng kềnh ngoại hành tinh")) == [wanted]


class Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.seen: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.add(tag + "".join(f" {name}" for name, _ in attrs))


async def test_a_highlight_is_safe_for_any_text(each_engine: Engine, publish_edition: Publish) -> None:
    evil = "<img src=x onerror=alert(1)> hoa mai <script>hoa</script> \ue000<b>hoa\ue001 & 'mai' \"x\" </mark>"
    for changes in ({"title": evil}, {"summary": evil}, {"nodes": node(evil)}):
        await publish_edition("policy", policy(**({"summary": None} | changes)))
    found = await ask(each_engine, "hoa mai")
    assert len(found.hits) == 3
    for hit in found.hits:
        assert hit.highlight is not None
        tags = Tags()
        tags.feed(hit.highlight)
        assert tags.seen == {"mark"}
        assert hit.highlight.count("<mark>") == hit.highlight.count("</mark>") >= 2
        assert "&lt;img src=x" in hit.highlight


async def test_a_highlight_is_cut_around_the_match_and_keeps_the_diacritics(
    each_engine: Engine, publish_edition: Publish
) -> None:
    text = f"{'Mở đầu dài dòng. ' * 300}Hộ nuôi cá lồng trên sông Đại Giang được hỗ trợ.{' Phần cuối.' * 300}"
    await publish_edition("policy", policy(nodes=node(text)))
    (hit,) = (await ask(each_engine, "ca long song dai giang")).hits
    assert hit.highlight is not None
    assert (
        "<mark>cá</mark> <mark>lồng</mark> trên <mark>sông</mark> <mark>Đại</mark> <mark>Giang</mark>" in hit.highlight
    )
    assert hit.highlight.startswith("…")
    assert hit.highlight.endswith("…")
    assert len(hit.highlight.split()) < 60


async def test_signs_before_a_word_exclude_nothing(each_engine: Engine, publish_edition: Publish) -> None:
    wanted = await publish_edition("policy", policy(title="Kế hoạch phòng, chống tham nhũng", number="31/KH-UBND"))
    other = await publish_edition("policy", policy(title="Kế hoạch phòng cháy ở chợ", number="32/KH-UBND"))
    for text in (
        "phòng -chống tham nhũng",
        "phòng –chống tham nhũng",
        "-phòng -chống",
        '-"tham nhũng"',
        "+chống !tham ~nhũng",
    ):
        found = ids(await ask(each_engine, text))
        assert found[:1] == [wanted], text
    assert other in ids(await ask(each_engine, "phòng -cháy"))


async def test_words_in_quotation_marks_are_a_phrase(each_engine: Engine, publish_edition: Publish) -> None:
    wanted = await publish_edition("policy", policy(title="Kế hoạch bảo vệ rừng đầu nguồn", number="31/KH-UBND"))
    other = await publish_edition("policy", policy(title="Kế hoạch rừng và việc bảo vệ cây", number="32/KH-UBND"))
    assert set(ids(await ask(each_engine, "bảo vệ rừng"))) == {wanted, other}
    for text in (
        '"bảo vệ rừng"',
        "“bảo vệ rừng”",
        "«bao ve rung»",
        'kế hoạch "bảo vệ rừng"',
        '"rừng đầu nguồn" bảo vệ',
    ):
        assert ids(await ask(each_engine, text)) == [wanted], text
    assert ids(await ask(each_engine, '"rừng bảo vệ"')) == []
    for text in ('bảo vệ" rừng', '"" bảo vệ rừng', '"bảo vệ rừng'):
        assert set(ids(await ask(each_engine, text))) == {wanted, other}, text


async def test_a_number_in_a_text_is_found_whatever_its_signs(each_engine: Engine, publish_edition: Publish) -> None:
    own = await publish_edition("policy", policy(number="513/KH\u2011UBND", title="Kế hoạch mười hai"))
    citing = await publish_edition("policy", policy(number="11/QĐ-UBND", nodes=node("Theo 09\uff0f2017/NĐ\u2011CP.")))
    assert ids(await ask(each_engine, "513/KH–UBND"))[:1] == [own]
    assert citing in ids(await ask(each_engine, "09/2017/NĐ-CP"))
