"""Another wording of a passage keeps its facts or not."""

import pytest

from hub.consultation.carryover.facts import keeps_facts, names_in, numbers_in
from hub.consultation.carryover.text_tokens import split_tokens


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("nộp 3 bản vẽ", "nộp 4 bản vẽ"),
        ("nộp ba bản vẽ", "nộp bốn bản vẽ"),
        ("phạt 2 triệu đồng", "phạt 2 nghìn đồng"),
        ("giữ trong 6 tháng", "giữ trong 6 tuần"),
        ("thửa A 12 mét, thửa B 15 mét", "thửa A 15 mét, thửa B 12 mét"),
        ("được bán hàng khi không có mưa", "không được bán hàng khi có mưa"),
        ("do Sở Nội vụ lập", "do Sở Y tế lập"),
        ("nộp hoặc gửi đơn", "nộp và gửi đơn"),
        ("chủ nhà phải ký tên", "chủ nhà được ký tên"),
        ("theo Điều 7", "theo Điều 8"),
    ],
)
def test_a_changed_fact_is_seen(old: str, new: str) -> None:
    assert not keeps_facts(split_tokens(old), split_tokens(new))
    assert not keeps_facts(split_tokens(new), split_tokens(old))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("trong 30 ngày", "trong thời hạn 30 (ba mươi) ngày"),
        ("trả sau 05 ngày", "sẽ trả sau 5 ngày"),
        ("hồ sơ nộp tại phường", "hồ sơ được nộp tại trụ sở phường"),
        ("không gian chợ", "khu chợ"),
        ("theo Quy định này", "theo văn bản này"),
        ("trong năm tới", "trong năm tiếp theo"),
    ],
)
def test_another_wording_keeps_the_facts(old: str, new: str) -> None:
    assert keeps_facts(split_tokens(old), split_tokens(new))


def test_a_reference_may_follow_its_article() -> None:
    old, new = split_tokens("nêu tại Điều 7"), split_tokens("nêu tại Điều 9")

    assert keeps_facts(old, new, {("dieu", "7"): "9"})
    assert not keeps_facts(old, new, {("dieu", "7"): "8"})


def test_numbers_have_their_unit_and_names_their_capitals() -> None:
    text = split_tokens("Bộ phận một cửa thu 1.200.000 đồng và gửi Ủy ban nhân dân phường Thủy Biều.")

    assert [(one.number, one.unit) for one in numbers_in(text)] == [("1.200.000", "đông\u0300")]
    assert [text[place].key for place in sorted(names_in(text))] == ["uy\u0309", "thuy\u0309", "biêu\u0300"]
