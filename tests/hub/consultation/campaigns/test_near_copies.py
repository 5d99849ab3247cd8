"""Near copies of comments are grouped; nobody's own words are hidden."""

import random

import pytest

from hub.consultation.campaigns.near_copies import CopyFinder, CopyGroup, group_near_copies
from hub.consultation.campaigns.sentences import Sentence, is_same_sentence, split_sentences
from tests.bench.campaigns import MIN_PRECISION, MIN_RECALL, score
from tests.support.campaigns import draft_texts, make_comments

CAMPAIGN = (
    "Chúng tôi đề nghị giữ lại bến đò cũ ở cuối làng. Cây cầu mới cách đó hơn hai cây số nên người già không đi được. "
    "Mỗi chuyến đò chỉ tốn vài nghìn đồng và chở được cả xe đạp."
)
OWN = "Mẹ tôi bán rau bên kia sông đã ba mươi năm và không biết chạy xe."


def sentence(text: str) -> Sentence:
    return next(split_sentences(text))[1]


def keys(groups: list[CopyGroup]) -> list[list[str]]:
    return [[member.key for member in group.members] for group in groups]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Đề nghị giảm phí gửi xe đạp xuống 2.000 đồng.", "Đề nghị giảm phí gửi xe đạp xuống 3.000 đồng."),
        ("Chúng tôi đồng ý với việc dời chợ ra bến xe.", "Chúng tôi không đồng ý với việc dời chợ ra bến xe."),
        ("Chung toi dong y voi viec doi cho ra ben xe.", "Chung toi khong dong y voi viec doi cho ra ben xe."),
        ("Nên giảm vé xe buýt cho học sinh nghèo.", "Nên giảm vé xe buýt cho công nhân nghèo."),
        ("Tôi ủng hộ dự thảo.", "Tôi ủng hộ dự toán."),
    ],
)
def test_sentences_with_another_meaning_are_not_the_same(one: str, other: str) -> None:
    assert not is_same_sentence(sentence(one), sentence(other))
    assert not is_same_sentence(sentence(other), sentence(one))


@pytest.mark.parametrize(
    "other",
    [
        "chúng tôi đề nghị giữ lại bến đò cũ ở cuối làng!",
        "Chung toi de nghi giu lai ben do cu o cuoi lang.",
        "Chúng tôi đê nghị giữ lạii bến đò cũ ở cuối lnàg.",
    ],
)
def test_sentences_that_differ_by_slips_are_the_same(other: str) -> None:
    assert is_same_sentence(sentence(CAMPAIGN), sentence(other))


def test_a_name_in_a_blank_is_a_slip_and_a_ministry_is_none() -> None:
    one = "Là người dân phường Vỹ Dạ tôi đề nghị Sở Xây dựng khảo sát lại tuyến đường này."

    assert is_same_sentence(sentence(one), sentence(one.replace("Vỹ Dạ", "Kim Long")))
    assert not is_same_sentence(sentence(one), sentence(one.replace("Sở Xây dựng khảo sát lại", "Công an cấm hẳn")))


def test_an_own_paragraph_stays_visible() -> None:
    (group,) = group_near_copies({"a": CAMPAIGN, "b": CAMPAIGN, "c": f"{OWN} {CAMPAIGN}"})

    assert {member.key: member.own_sentences for member in group.members} == {"a": (), "b": (), "c": (OWN,)}
    assert (group.representative, group.count, len(group.common_sentences)) == ("a", 3, 3)
    assert group.variants == (("a", 2), ("c", 1))


def test_who_quotes_one_sentence_in_order_to_contradict_is_alone() -> None:
    quoting = (
        "Chúng tôi đề nghị giữ lại bến đò cũ ở cuối làng. Tôi lại thấy bến ấy nguy hiểm, nhất là mùa nước lớn. "
        "Năm kia đã có một chuyến lật vì chở quá tải, may mà không ai chết. Hãy làm đường đi bộ ra cầu cho tử tế."
    )

    assert keys(group_near_copies({"a": CAMPAIGN, "b": CAMPAIGN, "c": quoting})) == [["a", "b"]]


def test_thanks_and_quotations_of_the_draft_make_no_group() -> None:
    provision = "Bến đò trong vùng dự án cầu được dỡ bỏ trước ngày 1 tháng 3 và đất bến giao cho xã quản lý."
    thanks = "Xin chân thành cảm ơn quý cơ quan đã lắng nghe ý kiến đóng góp của người dân chúng tôi."
    comments = {
        "a": f"“{provision}” Xin dời ngày này sang sau Tết. {thanks}",
        "b": f"“{provision}” Ai trả lương cho người lái đò? {thanks}",
    }

    assert group_near_copies(comments, [provision]) == []


def test_who_pastes_two_campaigns_links_them_not() -> None:
    second = (
        "Nhà văn hóa thôn cần mở cửa vào buổi tối để thanh niên có chỗ tập văn nghệ. "
        "Tiền điện do thôn góp không đáng kể. Người giữ khóa nên được trả một khoản phụ cấp nhỏ hằng tháng."
    )
    comments = {"a": CAMPAIGN, "b": CAMPAIGN, "c": second, "d": second, "e": second, "f": f"{CAMPAIGN} {second}"}

    found = group_near_copies(comments)

    assert sorted(map(len, keys(found))) in ([2, 4], [3, 3])
    assert not any({"a", "c"} <= {member.key for member in group.members} for group in found)
    (both,) = [member for group in found for member in group.members if member.key == "f"]
    assert both.own_sentences


def test_a_comment_without_full_stops_is_a_copy() -> None:
    joined = CAMPAIGN.replace(".", "").lower()
    comments = {"a": CAMPAIGN, "b": CAMPAIGN, "c": CAMPAIGN, "d": joined}

    (group,) = group_near_copies(comments)

    assert {member.key: member.own_sentences for member in group.members} == {"a": (), "b": (), "c": (), "d": ()}


def test_groups_depend_on_the_comments_alone_and_not_on_their_order() -> None:
    made = make_comments("tuning", 5, 150)
    whole = group_near_copies({one.key: one.text for one in made}, draft_texts())
    random.Random(3).shuffle(made)  # noqa: S311 - no secret
    finder = CopyFinder(draft_texts())
    finder.add("gone", CAMPAIGN)
    for one in made:
        finder.add(one.key, OWN)
        finder.groups()
        finder.add(one.key, one.text)
        if len(finder.groups()) > 3:
            break
    for one in made:
        finder.add(one.key, one.text)
    finder.remove("gone")

    assert finder.groups() == whole


def test_made_campaigns_are_grouped_and_nobody_is_swallowed() -> None:
    made = make_comments("judging", 77, 300)
    scores = score(made, group_near_copies({one.key: one.text for one in made}, draft_texts()))

    assert scores.precision >= MIN_PRECISION
    assert scores.recall >= MIN_RECALL
    assert (scores.swallowed, scores.own_lost) == (0, 0)
