"""Names of agencies: several in one line, and one in several spellings."""

import pytest

from hub.legal.agency_names import expand_abbreviations, initials, name_key, split_issuers


@pytest.mark.parametrize(
    ("line", "issuers"),
    [
        ("Bộ Văn hóa, Thể thao và Du lịch", ["Bộ Văn hóa, Thể thao và Du lịch"]),
        ("Bộ Lao động - Thương binh và Xã hội", ["Bộ Lao động - Thương binh và Xã hội"]),
        ("Bộ Tài chính và Bộ Khoa học và Công nghệ", ["Bộ Tài chính", "Bộ Khoa học và Công nghệ"]),
        (
            "Bộ Y tế, Bộ Lao động - Thương Binh và Xã hội và Bộ Tài chính",
            ["Bộ Y tế", "Bộ Lao động - Thương Binh và Xã hội", "Bộ Tài chính"],
        ),
        (
            "Toà án nhân dân tối cao, Viện Kiểm sát Nhân dân Tối cao; Uỷ ban Dân tộc",
            ["Toà án nhân dân tối cao", "Viện Kiểm sát Nhân dân Tối cao", "Uỷ ban Dân tộc"],
        ),
        ("Bộ Giáo Dục và Ðào Tạo", ["Bộ Giáo Dục và Đào Tạo"]),
        ("Bộ công thương", ["Bộ công thương"]),
        ("Bộ Y tế và Bộ y tế", ["Bộ Y tế"]),
    ],
)
def test_a_line_of_issuers_is_split_only_before_an_agency(line: str, issuers: list[str]) -> None:
    assert list(split_issuers(line)) == issuers


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Toà án nhân dân", "Tòa án nhân dân"),
        ("Uỷ ban Dân tộc", "Ủy ban dân tộc"),
        ("Bộ công thương", "Bộ Công Thương"),
        ("Bộ Văn hoá - Thể thao và Du lịch", "Bộ Văn hóa, Thể thao và Du lịch"),
        ("Bộ Giáo dục và Ðào tạo", "Bộ Giáo dục và Đào tạo"),
        ("Sở\u200b Y tế", "Sở Y tế"),
    ],
)
def test_spellings_of_one_name_compare_equal(one: str, other: str) -> None:
    assert name_key(one) == name_key(other)


def test_names_that_differ_in_a_diacritic_are_different() -> None:
    assert len({name_key(word) for word in ("đất", "đạt", "dát", "đắt")}) == 4


def test_abbreviations_are_expanded_and_checked_by_initials() -> None:
    assert expand_abbreviations("UBND tỉnh") == "Ủy ban nhân dân tỉnh"
    assert initials("Uỷ ban nhân dân") == "UBND"
    assert initials("Hội đồng nhân dân") == "HĐND"
