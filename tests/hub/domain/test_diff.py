"""Comparison of two editions, as pure functions and over REST."""

from collections.abc import Sequence
from itertools import pairwise
from time import perf_counter
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.db import Database
from hub.domain.diff import NodeChangeView, diff_fields, diff_nodes
from hub.domain.word_diff import SegmentView, TextDiffer
from tests.support import contents
from tests.support.past_editions import at, done, edition
from tests.support.servers import Publish

WORDS = st.sampled_from(
    ["Điều", "khoản", "sông", "Hương", "5", ".", ",", "và", "\n", "\n\n", " ", "đất", "đạt", "17/KH"]
)
TEXTS = st.one_of(st.text(max_size=60), st.lists(WORDS, max_size=40).map(" ".join), st.lists(WORDS).map("".join))


def older(segments: Sequence[SegmentView]) -> str:
    return "".join(s.text for s in segments if s.op != "insert")


def newer(segments: Sequence[SegmentView]) -> str:
    return "".join(s.text for s in segments if s.op != "delete")


def pairs(segments: Sequence[SegmentView]) -> list[tuple[str, str]]:
    return [(s.op.value, s.text) for s in segments]


@given(TEXTS, TEXTS, st.sampled_from([0, 3, 1_000]))
def test_joined_segments_are_exactly_both_texts(before: str, after: str, budget: int) -> None:
    segments = TextDiffer(budget).diff(before, after)

    assert (older(segments), newer(segments)) == (before, after)
    assert all(s.text for s in segments)
    assert all(one.op != other.op for one, other in pairwise(segments))
    assert before != after or all(s.op == "equal" for s in segments)


def test_only_the_words_that_differ_are_marked() -> None:
    marked = TextDiffer().diff(
        "Trồng cây hai bên bờ sông, xong trước 2027.", "Trồng hoa hai bên bờ sông, xong trước năm 2028."
    )

    assert pairs(marked) == [
        ("equal", "Trồng "),
        ("delete", "cây"),
        ("insert", "hoa"),
        ("equal", " hai bên bờ sông, xong trước "),
        ("delete", "2027"),
        ("insert", "năm 2028"),
        ("equal", "."),
    ]
    assert pairs(TextDiffer().diff("Hai bờ.", "Hai bờ. Thêm một câu.")) == [
        ("equal", "Hai bờ."),
        ("insert", " Thêm một câu."),
    ]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("một hai ba bốn " * 60_000, "hai một bốn ba " * 60_000),
        (
            "\n".join(f"Dòng {n} của bảng" for n in range(30_000)),
            "\n".join(f"Dòng {n * 2} của bảng" for n in range(30_000)),
        ),
        ("a b " * 3_900, "b a c " * 2_600),
        (" ".join(str(n % 90) for n in range(1_850)), " ".join(str(n * 7 % 90) for n in range(1_850))),
        (" ".join(str(n % 90) for n in range(9_000)), " ".join(str(n * 7 % 90) for n in range(9_000))),
        ("\n" * 30_000 + "a", "\n" * 29_000 + "b" * 9_000),
    ],
    ids=["one long line", "many lines", "few words", "numbers", "more numbers", "empty lines"],
)
def test_huge_texts_take_bounded_time_and_their_segments_are_still_exact(before: str, after: str) -> None:
    began = perf_counter()
    segments = TextDiffer().diff(before, after)

    assert perf_counter() - began < 30
    assert (older(segments), newer(segments)) == (before, after)


def test_a_huge_text_with_one_change_marks_only_that_change() -> None:
    lines = [f"Dòng {n} của phụ lục." for n in range(20_000)]
    changed = [*lines[:100], "Một dòng mới.", *lines[100:15_000], "Dòng 15000 đã sửa.", *lines[15_001:]]

    marked = TextDiffer().diff("\n".join(lines), "\n".join(changed))

    assert ("insert", "Một dòng mới.\n") in pairs(marked)
    assert sum(len(s.text) for s in marked if s.op != "equal") < 100


def article(number: int, text: str, **more: Any) -> dict[str, Any]:
    return {"ref": f"dieu-{number}", "type": "article", "label": f"Điều {number}", "text": text, **more}


def shape(changes: Sequence[NodeChangeView]) -> list[tuple[str, str | None, str | None]]:
    return [(c.change.value, c.from_ref, c.ref) for c in changes]


def nodes(before: Sequence[dict[str, Any]], after: Sequence[dict[str, Any]]) -> list[NodeChangeView]:
    return list(diff_nodes(before, after, TextDiffer()))


A, B, C = "Trồng cây hai bên bờ sông Hương.", "Mở lối đi bộ dọc bờ bắc.", "Ủy ban nhân dân phường giám sát việc này."


def test_nodes_that_are_the_same_are_no_change() -> None:
    assert nodes([article(1, A), article(2, B)], [article(1, A), article(2, B)]) == []
    assert nodes([], []) == []


def test_an_inserted_article_moves_the_later_ones_and_changes_none() -> None:
    before = [article(1, A), article(2, B), article(3, C)]
    after = [article(1, A), article(2, "Cấm đổ rác xuống lòng sông."), article(3, B), article(4, C)]

    changes = nodes(before, after)

    assert shape(changes) == [("added", None, "dieu-2"), ("moved", "dieu-2", "dieu-3"), ("moved", "dieu-3", "dieu-4")]
    assert pairs(changes[1].label) == [("equal", "Điều "), ("delete", "2"), ("insert", "3")]
    assert pairs(changes[1].text) == [("equal", B)]


def test_a_moved_article_with_changed_words_is_recognised() -> None:
    before = [article(1, A), article(2, C)]
    after = [article(1, "Cấm đổ rác xuống lòng sông."), article(2, A), article(3, C + " Mỗi quý một lần.")]

    changes = nodes(before, after)

    assert shape(changes) == [("added", None, "dieu-1"), ("moved", "dieu-1", "dieu-2"), ("changed", "dieu-2", "dieu-3")]
    assert ("insert", " Mỗi quý một lần.") in pairs(changes[2].text)


def test_a_rewritten_article_is_changed_and_a_removed_one_keeps_its_position() -> None:
    before = [article(1, A), article(2, B), article(3, C)]
    after = [article(1, "Nội dung hoàn toàn khác hẳn trước đây."), article(3, C)]

    assert shape(nodes(before, after)) == [("changed", "dieu-1", "dieu-1"), ("removed", "dieu-2", None)]


def test_reordered_articles_are_moved_and_as_few_as_possible() -> None:
    before = [article(1, A), article(2, B), article(3, C)]

    assert shape(nodes(before, [before[1], before[2], before[0]])) == [("moved", "dieu-1", "dieu-1")]


def test_an_article_under_another_chapter_is_moved_but_not_when_its_chapter_is() -> None:
    def chapter(number: int, heading: str) -> dict[str, Any]:
        return {"ref": f"chuong-{number}", "type": "chapter", "label": f"Chương {number}", "heading": heading}

    before = [chapter(1, "Chung"), article(1, A, parent="chuong-1"), article(2, B, parent="chuong-1")]
    after = [
        chapter(1, "Mới"),
        chapter(2, "Chung"),
        article(1, A, parent="chuong-2"),
        chapter(3, "Riêng"),
        article(2, B, parent="chuong-3"),
    ]

    assert shape(nodes(before, after)) == [
        ("added", None, "chuong-1"),
        ("moved", "chuong-1", "chuong-2"),
        ("added", None, "chuong-3"),
        ("moved", "dieu-2", "dieu-2"),
    ]


NODES = st.lists(
    st.tuples(st.integers(1, 12), st.sampled_from(["", A, B, C, f"{A} {B}", f"{B} Thêm.", "Như trên."])),
    max_size=12,
    unique_by=lambda pair: pair[0],
).map(lambda pairs: [article(number, text) for number, text in pairs])


@given(NODES, NODES, st.sampled_from([0, 1_000]))
def test_changes_account_for_every_node_of_both_editions(before: Any, after: Any, budget: int) -> None:
    changes = list(diff_nodes(before, after, TextDiffer(budget)))
    refs, from_refs = [c.ref for c in changes if c.ref], [c.from_ref for c in changes if c.from_ref]
    old, new = ({node["ref"]: node for node in side} for side in (before, after))

    assert len(set(refs)) == len(refs)
    assert len(set(from_refs)) == len(from_refs)
    for change in changes:
        for part in ("label", "heading", "text"):
            segments = getattr(change, part)
            assert older(segments) == (old.get(change.from_ref or "", {}).get(part) or "")
            assert newer(segments) == (new.get(change.ref or "", {}).get(part) or "")
    unchanged = new.keys() - set(refs)
    assert unchanged == old.keys() - set(from_refs)
    assert all(old[ref] == new[ref] for ref in unchanged)
    assert [node["ref"] for node in before if node["ref"] in unchanged] == [
        node["ref"] for node in after if node["ref"] in unchanged
    ]


def test_many_nodes_take_bounded_time() -> None:
    before = [article(n, f"Nội dung số {n} về việc {n * 7}.") for n in range(3_000)]
    after = [article(n + 1, f"Văn bản khác {n * 3} hẳn {n}.") for n in range(3_000)]
    began = perf_counter()

    assert len(nodes(before, after)) >= 3_000
    assert perf_counter() - began < 10


def test_other_fields_are_compared_as_text() -> None:
    before = {
        "title": "Cũ",
        "summary": "Có",
        "topics": [{"code": "a", "name": "Một"}],
        "body": "<p>Xe <em>gom</em></p>",
    }
    after = {"title": "Mới", "summary": None, "topics": [{"code": "a", "name": "Một"}], "body": "<p>Xe gom</p>"}

    changes = list(diff_fields(["title", "summary", "topics", "body", "origin"], before, after, TextDiffer()))

    assert [(c.field, c.change.value) for c in changes] == [("title", "changed"), ("summary", "removed")]
    assert pairs(changes[0].words) == [("delete", "Cũ"), ("insert", "Mới")]


async def test_a_missing_edition_is_404_with_the_available_ones(
    client: httpx.AsyncClient, publish_edition: Publish
) -> None:
    document = await publish_edition("policy", contents.policy())
    await publish_edition("policy", contents.policy(title="Bản hai"), document_id=document)
    await publish_edition("policy", contents.policy(title="Đang soạn"), document_id=document, published=False)

    for query, field in (("from=1&to=3", "to"), ("from=9&to=2", "from"), ("from=1&to=2147483647", "to")):
        answer = await client.get(f"/api/v1/policies/{document}/diff?{query}")
        assert (answer.status_code, answer.json()["field"], answer.json()["expected"]) == (404, field, "1, 2")
    for query, field in (
        ("from=1", "to"),
        ("from=0&to=1", "from"),
        ("from=x&to=1", "from"),
        (f"from=1&to={2**31}", "to"),
    ):
        answer = await client.get(f"/api/v1/policies/{document}/diff?{query}")
        assert (answer.status_code, answer.json()["field"]) == (422, field)
    for path in (f"policies/{uuid4()}", f"drafts/{document}"):
        assert (await client.get(f"/api/v1/{path}/diff?from=1&to=2")).status_code == 404


async def two(database: Database, kind: str, **changes: Any) -> UUID:
    document = await edition(database, kind, contents.MADE[kind](), at("2026-11-01"))
    return await edition(database, kind, contents.MADE[kind](**changes), at("2026-11-02"), document_id=document)


async def test_editions_of_a_policy_are_compared_by_node_and_field(
    client: httpx.AsyncClient, database: Database
) -> None:
    changed = contents.policy()["nodes"]
    changed[1] = changed[1] | {"text": "Bờ nam làm trước."}
    changed.append({"ref": "dieu-2", "type": "article", "label": "Điều 2", "text": "Có hiệu lực từ ngày ký."})
    document = await two(database, "policy", nodes=changed, number="18/KH-UBND")

    found = (await client.get(f"/api/v1/policies/{document}/diff?from=1&to=2")).json()

    assert (found["id"], found["lang"], found["from_edition"], found["to_edition"]) == (str(document), "vi", 1, 2)
    assert [field["field"] for field in found["fields"]] == ["number"]
    assert [(node["change"], node["ref"]) for node in found["nodes"]] == [
        ("changed", "dieu-1/khoan-1"),
        ("added", "dieu-2"),
    ]
    assert {"op": "delete", "text": "bắc"} in found["nodes"][0]["text"]
    back = (await client.get(f"/api/v1/policies/{document}/diff?from=2&to=1")).json()
    assert [node["change"] for node in back["nodes"]] == ["changed", "removed"]
    same = (await client.get(f"/api/v1/policies/{document}/diff?from=2&to=2")).json()
    assert (same["fields"], same["nodes"]) == ([], [])


@pytest.mark.parametrize(
    ("kind", "changes", "fields"),
    [
        ("draft", {"draft_version": 3, "explanatory_note": "Giảm kẹt xe."}, ["draft_version", "explanatory_note"]),
        ("bulletin", {"body": "<p>Đặt lịch trên Hue-S hoặc gọi 19001075.</p>"}, ["body"]),
        ("statement", {"answers": [{"question": "Bao giờ cầu thông xe?", "answer": "Tháng 12."}]}, ["answers"]),
    ],
)
async def test_every_kind_can_be_compared(
    client: httpx.AsyncClient, database: Database, kind: str, changes: dict[str, Any], fields: list[str]
) -> None:
    document = await two(database, kind, **changes)
    path = {"draft": "drafts", "bulletin": "bulletins", "statement": "statements"}[kind]

    found = (await client.get(f"/api/v1/{path}/{document}/diff?from=1&to=2")).json()

    assert [field["field"] for field in found["fields"]] == fields


async def test_a_withdrawn_or_redirected_document_is_compared_and_its_time_changes_nothing(
    client: httpx.AsyncClient, database: Database
) -> None:
    document = await two(database, "policy", title="Bản hai")
    path = f"/api/v1/policies/{document}/diff?from=1&to=2"
    before = (await client.get(path)).json()

    await done(database, "withdraw", document, reason="Rà soát")
    assert (await client.get(path)).json() == before
    target = await edition(database, "policy", contents.policy(), at("2026-11-03"))
    await done(database, "redirect", document, to=target)
    assert (await client.get(path)).json() == before


async def test_each_language_has_editions_of_its_own(client: httpx.AsyncClient, database: Database) -> None:
    document = await two(database, "policy", title="Bản hai")
    await edition(database, "policy", contents.policy(title="One"), at("2026-11-04"), document_id=document, lang="en")

    missing = await client.get(f"/api/v1/policies/{document}/diff?from=1&to=2&lang=en")
    assert (missing.status_code, missing.json()["expected"]) == (404, "1")
    assert (await client.get(f"/api/v1/policies/{document}/diff?from=1&to=2")).json()["lang"] == "vi"
