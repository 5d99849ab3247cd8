"""Titles of drafts: the next draft of the same text is recognised, and no look-alike is."""

import pytest

from hub.consultation.draft_titles import DraftFacts, DraftLikeness, compare_drafts, read_title

NEXT, ASK, OTHER = DraftLikeness.next, DraftLikeness.doubtful, DraftLikeness.other

Pair = tuple[str, int, str, int, DraftLikeness]

PAIRS: list[Pair] = [
    ("Dự thảo Quyết định về giờ xe tải vào nội thành", 1, "Quyết định về giờ xe tải vào nội thành", 2, NEXT),
    ("Quyết định về giờ xe tải", 1, "Dự thảo lần 2 Quyết định về giờ xe tải", 1, NEXT),
    ("Quyết định về hoà giải ở cơ sở", 1, "Quyết định về hòa giải ở cơ sở (dự thảo lần 2)", 1, NEXT),
    ("Quyết định về giờ xe tải (lần 2)", 1, "Quyết định về giờ xe tải (lần 3)", 1, NEXT),
    ("Quyết định về giờ xe tải", 1, "Quyết định về giờ xe tải", 1, ASK),
    ("Quyết định về giờ xe tải vào nội thành", 2, "Quyết định về giờ xe tải vào nội thành", 2, ASK),
    ("Quyết định về giờ xe tải vào nội thành", 1, "Quyết định quy định giờ xe tải vào nội thành", 2, ASK),
    ("Quyết định về giờ xe tải vào nội thành", 1, "Quyết định quy định giờ xe tải vào nội thành", 1, OTHER),
    ("Nghị quyết về dự toán ngân sách năm 2025", 1, "Nghị quyết về dự toán ngân sách năm 2026", 2, OTHER),
    ("Kế hoạch Festival lần 2", 1, "Kế hoạch Festival lần 3", 2, OTHER),
    ("Sửa đổi Quyết định 12/2020/QĐ-UBND", 1, "Sửa đổi Quyết định 21/2020/QĐ-UBND", 2, OTHER),
    ("Quyết định về mức thu học phí", 1, "Quyết định về mức thu viện phí", 1, OTHER),
    ("Quyết định về quản lý chợ", 1, "Quyết định về quản lý bến xe và bãi đỗ xe", 2, OTHER),
    ("Quyết định giá đất", 1, "Quyết định giá đạt", 2, ASK),
]

KEPT_APART: list[Pair] = [
    # Written apart from the rules: none was changed for one of these.
    ("Dự thảo Nghị quyết về hỗ trợ nhà vườn Huế đặc trưng", 1, "Nghị quyết về hỗ trợ nhà vườn Huế đặc trưng", 3, NEXT),
    ("Dự thảo Quy chế quản lý không gian ngầm", 1, "DỰ THẢO LẦN THỨ HAI QUY CHẾ QUẢN LÝ KHÔNG GIAN NGẦM", 1, NEXT),
    ("Bản dự thảo Đề án xe buýt điện 2026-2030", 1, "Đề án xe buýt điện 2026–2030 - Dự thảo 2", 1, NEXT),
    ("Quy định về uỷ quyền cấp giấy phép", 1, "Quy định về ủy quyền cấp giấy phép", 2, NEXT),
    ("Quyết định ban hành Bảng giá đất năm 2026 (Dự thảo)", 1, "Quyết định ban hành Bảng giá đất năm 2026", 2, NEXT),
    ("Chỉ thị về phòng cháy rừng mùa khô", 1, "Chỉ thị về phòng cháy rừng trong mùa khô", 2, ASK),
    ("Quy chế phối hợp bảo vệ di sản", 2, "Quy chế phối hợp bảo vệ di sản", 1, ASK),
    ("Kế hoạch phòng chống bão năm 2026", 1, "Kế hoạch phòng chống bão năm 2027", 2, OTHER),
    ("Chương trình công tác tuần 12", 1, "Chương trình công tác tuần 13", 2, OTHER),
    (
        "Nghị quyết điều chỉnh Nghị quyết 09/2023/NQ-HĐND",
        1,
        "Nghị quyết điều chỉnh Nghị quyết 09/2024/NQ-HĐND",
        2,
        OTHER,
    ),
    ("Giải chạy Marathon Huế lần 5", 1, "Giải chạy Marathon Huế lần 6", 6, OTHER),
    ("Quy định diện tích tách thửa đất ở", 1, "Quy định diện tích tách thửa đất nông nghiệp", 1, OTHER),
    ("Quy định về phí tham quan di tích", 1, "Quy định về lệ phí hộ tịch", 2, OTHER),
    ("Quy hoạch phân khu A", 1, "Quy hoạch phân khu B", 1, OTHER),
    ("Đề án phát triển du lịch giai đoạn 2021-2025", 1, "Đề án phát triển du lịch giai đoạn 2026-2030", 2, OTHER),
]


def facts(title: str, version: int = 1, **other: str) -> DraftFacts:
    made = {"agency": "ubnd-hue", "drafting_agency": "so-xay-dung", "type": "quyet dinh", "lang": "vi"} | other
    return DraftFacts(title=title, version=version, **made)


@pytest.mark.parametrize(("before", "old", "after", "new", "expected"), [*PAIRS, *KEPT_APART])
def test_only_the_next_draft_of_the_same_text_is_taken_for_it(
    before: str, old: int, after: str, new: int, expected: DraftLikeness
) -> None:
    assert compare_drafts(facts(before, old), facts(after, new)) is expected


@pytest.mark.parametrize("pair", [pair for pair in [*PAIRS, *KEPT_APART] if pair[-1] is not OTHER])
def test_no_draft_follows_one_of_another_agency_type_or_language(pair: Pair) -> None:
    before, old, after, new, _ = pair
    for other in ({"agency": "so-y-te"}, {"drafting_agency": "so-y-te"}, {"type": "nghi quyet"}, {"lang": "en"}):
        assert compare_drafts(facts(before, old), facts(after, new, **other)) is OTHER


@pytest.mark.parametrize("title", ["", "Dự thảo", "(", "()", "dự thảo lần", "lần 2", "Dự thảo lần 2 (dự thảo lần 2)"])
def test_a_title_without_words_of_its_own_is_nobodys_next_draft(title: str) -> None:
    assert read_title(title).words == () or title in ("dự thảo lần", "lần 2")
    if not read_title(title).words:
        assert compare_drafts(facts(title), facts(title, 2)) is OTHER
