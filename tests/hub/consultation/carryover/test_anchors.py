"""Comments are carried to a later version, and never to a look-alike."""

import random
import re
from time import process_time
from typing import Any

import pytest

from hub.consultation.carryover.anchor_targets import CommentTarget, quote_at
from hub.consultation.carryover.anchors import carry_between, carry_over
from hub.consultation.carryover.carried_targets import CarriedTarget, CarryDoubt, CarryStatus
from hub.consultation.carryover.redraft import Redraft
from tests.support.figures import Figure
from tests.support.redrafts import (
    LAYOUTS,
    SURE,
    Provision,
    fillers,
    lines,
    look_alike_cases,
    look_alikes,
    number,
    version_cases,
)

FILES = ("", "_apart")
"""The second files were written after the thresholds had been chosen."""
RULE = "Chủ quán nước trong công viên thuê chỗ trong thời hạn 18 tháng và trả tiền thuê theo từng quý."


def article(ref: str, text: str | None, **members: Any) -> dict[str, Any]:
    return {"ref": ref, "parent": None, "type": "article", "label": ref, "heading": None, "text": text} | members


def carry_quote(old: str, new: str, exact: str) -> CarriedTarget:
    start = old.index(exact)
    target = CommentTarget("dieu-3", quote=quote_at(old, start, start + len(exact)))
    return carry_over(target, [article("dieu-3", old)], [article("dieu-3", new)])


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("file", FILES)
def test_no_comment_is_carried_to_a_look_alike(file: str, layout: str) -> None:
    cases = list(look_alike_cases(f"look_alikes{file}.txt", layout))
    carried = [(case, case.carry()) for case in cases]
    wrong = [
        (case.what, case.target, found)
        for case, found in carried
        if found.status in SURE and (found.place is None or found.place.ref != case.expected)
    ]
    kept = [found for case, found in carried if case.expected]

    assert wrong == []
    assert sum(case.expected is None for case, _ in carried) >= 20 * 6
    assert sum(found.status in SURE for found in kept) >= 0.95 * len(kept)


@pytest.mark.parametrize("file", FILES)
def test_thirty_provisions_are_found_in_their_next_version(file: str, figure: Figure) -> None:
    cases = [(case, wanted, case.carry()) for case, wanted in version_cases(f"versions{file}.txt")]
    right = [
        found.status == wanted and (case.expected is None or (found.place and found.place.ref == case.expected))
        for case, wanted, found in cases
    ]
    figure(f"versions{file}", f"{sum(map(bool, right))} of {len(right)}")

    assert len(right) == 2 * 30
    assert sum(map(bool, right)) >= 0.95 * len(right)


@pytest.mark.parametrize(
    ("new", "exact"),
    [
        (RULE.replace("18 tháng", "24 tháng"), RULE),
        (RULE.replace("18 tháng", "18 năm"), RULE),
        (RULE.replace("thuê chỗ", "không thuê chỗ"), RULE),
        (RULE.replace("theo từng", "trừ trường hợp theo từng"), RULE),
        (RULE.replace("công viên", "công viên Thương Bạc"), RULE),
    ],
)
def test_a_changed_fact_in_the_same_node_is_confirmed_by_a_person(new: str, exact: str) -> None:
    found = carry_quote(RULE, new, exact)

    assert (found.status, found.doubt) == (CarryStatus.uncertain, CarryDoubt.facts)
    assert found.place is not None
    assert found.place.ref == "dieu-3"


def test_a_short_quotation_is_never_found_by_similar_words() -> None:
    found = carry_quote(RULE, RULE.replace("từng quý", "mỗi quý"), "theo từng quý")

    assert found.status in {CarryStatus.uncertain, CarryStatus.orphaned}


def test_a_short_quotation_in_other_surroundings_is_not_the_same_one() -> None:
    old = "Hồ sơ được nhận trong 5 ngày. Giấy phép được trả trong 9 ngày làm việc tại bộ phận một cửa."
    new = "Người nộp bổ sung giấy tờ khi có thông báo. Việc khảo sát thực địa kéo dài không quá 5 ngày mỗi đợt."

    assert carry_quote(old, new, "5 ngày").status not in SURE


def test_a_quotation_that_moved_inside_its_node_gets_its_new_position() -> None:
    new = "Quy định chung cho thuê chỗ. " + RULE
    found = carry_quote(RULE, new, "18 tháng")

    assert found.status is CarryStatus.exact
    assert found.place is not None
    assert found.place.quote is not None
    assert new[found.place.quote.start : found.place.quote.end] == "18 tháng"


def test_a_quotation_that_begins_inside_a_word_is_cut_alike() -> None:
    found = carry_quote(RULE, "Cũ: " + RULE, "uán nước trong công viên thuê chỗ trong thời hạn 18 th")

    assert found.place is not None
    assert found.place.quote is not None
    assert found.place.quote.exact == "uán nước trong công viên thuê chỗ trong thời hạn 18 th"


def test_a_reference_that_follows_its_renumbered_article_is_the_same_fact() -> None:
    old = "Người thuê chỗ nộp tiền cọc theo Điều 1 và được hoàn lại khi hết hạn thuê."
    new = "Người thuê chỗ phải nộp tiền cọc theo Điều 2 và được hoàn lại đầy đủ khi hết hạn thuê."
    begin = "Tiền cọc bằng một tháng tiền thuê chỗ ngồi trong công viên."
    before = [article("dieu-1", begin), article("dieu-2", old)]
    after = [article("dieu-1", "Văn bản này có bảng giải thích từ ngữ."), article("dieu-2", begin)]

    assert carry_over(CommentTarget("dieu-2"), before, [*after, article("dieu-3", new)]).status is CarryStatus.reworded
    wrong = [*after, article("dieu-3", new.replace("Điều 2", "Điều 7"))]
    assert carry_over(CommentTarget("dieu-2"), before, wrong).status is CarryStatus.uncertain


def test_lineage_decides_between_two_equal_provisions() -> None:
    before = [article("dieu-1", RULE, lineage="a"), article("dieu-2", RULE, lineage="b")]
    after = [article("dieu-1", RULE, lineage="b"), article("dieu-2", RULE, lineage="a")]

    found = carry_over(CommentTarget("dieu-1"), before, after)

    assert (found.status, found.place and found.place.ref) == (CarryStatus.moved, "dieu-2")


def test_the_whole_draft_stays_and_a_node_without_words_is_confirmed_by_a_person() -> None:
    nodes = [article("dieu-1", None), article("dieu-2", RULE)]

    assert carry_over(CommentTarget(), nodes, []).status is CarryStatus.exact
    assert carry_over(CommentTarget("dieu-1"), nodes, nodes).status is CarryStatus.uncertain
    assert carry_over(CommentTarget("dieu-2"), nodes, []).status is CarryStatus.orphaned


def test_an_orphan_names_the_nearest_place_and_an_uncertain_one_its_margin() -> None:
    other = RULE.replace("18 tháng", "36 tháng")
    before = [article("dieu-1", RULE), article("dieu-2", other)]
    found = carry_over(CommentTarget("dieu-1"), before, [article("dieu-1", other)])

    assert (found.status, found.doubt) == (CarryStatus.orphaned, CarryDoubt.other_provision)
    assert found.runner_up is not None
    assert found.runner_up.ref == "dieu-1"


def test_a_thousand_comments_on_three_hundred_nodes_take_seconds(figure: Figure) -> None:
    chance = random.Random(7)  # noqa: S311 - no secret
    texts = [line.replace("[", "").replace("|", " ").replace("]", "") for line in lines("look_alikes.txt")]
    provisions = []
    for place in range(300):
        text = " ".join(chance.choices(texts, k=chance.randint(1, 4)))
        new = None if place % 10 == 0 else text.replace("phải", "cần phải") if place % 3 == 0 else text
        provisions.append(Provision(str(place), text, new))
    versions = number([*fillers(), *provisions])
    begin = process_time()
    redraft = Redraft(versions.old, versions.new)
    for place in range(1_000):
        one = provisions[place % 300]
        words = [match.span() for match in re.finditer(r"\S+", one.old or "")]
        first = chance.randrange(len(words))
        span = words[first][0], words[min(first + chance.choice((0, 4, 25)), len(words) - 1)][1]
        carry_between(redraft, CommentTarget(versions.old_refs[one.name], quote=quote_at(one.old or "", *span)))
    took = process_time() - begin
    figure("seconds for 1,000 comments", f"{took:.1f}")

    assert took < 15


@pytest.mark.parametrize("file", FILES)
def test_equal_clauses_stay_with_their_article_when_its_look_alike_takes_its_number(file: str) -> None:
    opening = "Hồ sơ nộp tại bộ phận một cửa."
    closing = "Quy định tại điều này không áp dụng cho công trình tạm phục vụ lễ hội."
    for pair in look_alikes(f"look_alikes{file}.txt"):
        for headings in (("Bên thứ nhất", "Bên thứ hai"), (None, None)):
            twins = [
                [
                    article(ref, None, heading=heading),
                    *(
                        article(f"{ref}/khoan-{clause}", text, parent=ref, type="clause")
                        for clause, text in enumerate((opening, pair.text(word), closing), 1)
                    ),
                ]
                for ref, heading, word in zip(("dieu-5", "dieu-6"), headings, (pair.one, pair.other), strict=True)
            ]
            renumbered = [
                node | {"ref": node["ref"].replace("6", "5"), "parent": node["parent"] and "dieu-5"}
                for node in twins[1]
            ]
            redraft = Redraft([*twins[0], *twins[1]], renumbered)
            for node in twins[0][1:]:
                text = node["text"]
                for target in (
                    CommentTarget(node["ref"]),
                    CommentTarget(node["ref"], quote=quote_at(text, 0, len(text))),
                ):
                    assert carry_between(redraft, target).status not in SURE, (pair, target)
