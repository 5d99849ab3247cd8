"""Words before the official table: title, basis, and the counts. Pure. The wording follows the form; to be approved."""

from datetime import date

from hub.consultation.official_table.authors import KIND_WORDS, NOT_SHOWN, OTHER_KINDS
from hub.consultation.official_table.facts import TableFacts
from hub.consultation.official_table.ledger import LedgerCounts

TITLE = "BẢN TỔNG HỢP Ý KIẾN, TIẾP THU, GIẢI TRÌNH Ý KIẾN GÓP Ý, PHẢN BIỆN XÃ HỘI ĐỐI VỚI"
COLUMNS = ("Nhóm vấn đề/Điều/Khoản", "Chủ thể góp ý", "Nội dung góp ý", "Nội dung tiếp thu, giải trình")


def table_title(facts: TableFacts) -> str:
    """Return the title of the table."""
    return f"{TITLE} {facts.title.upper()}"


def date_line(place: str, day: date) -> str:
    """Return place and date as official papers write them: `Huế, ngày 05 tháng 12 năm 2026`."""
    month = f"{day.month:02d}" if day.month < 3 else str(day.month)
    return f"{place}, ngày {day.day:02d} tháng {month} năm {day.year}"


def format_day(day: date) -> str:
    """Return a day as `05/12/2026`."""
    return f"{day.day:02d}/{day.month:02d}/{day.year}"


def opening_paragraphs(facts: TableFacts, counts: LedgerCounts) -> list[str]:
    """Return the paragraphs between title and table."""
    found = [
        f"Căn cứ Luật Ban hành văn bản quy phạm pháp luật, {facts.agency} đã tổ chức lấy ý kiến đối với {facts.title}, "
        f"từ ngày {format_day(facts.opens_on)} đến hết ngày {format_day(facts.closes_on)}.",
        f"1. Tổng số {counts.asked} cơ quan, tổ chức, cá nhân đã gửi xin ý kiến, trong đó {counts.bodies_answered} đã "
        f"trả lời; và tổng số {counts.received} ý kiến nhận được.",
    ]
    if counts.by_kind or counts.not_shown:
        kinds = [
            f"{count.opinions} của {KIND_WORDS[count.kind] if count.kind else OTHER_KINDS}" for count in counts.by_kind
        ]
        if counts.not_shown:
            kinds.append(f"{counts.not_shown} {NOT_SHOWN.lower()}")
        found.append(f"– Ý kiến theo chủ thể: {', '.join(kinds)}.")
    if counts.groups:
        found.append(f"– Có {counts.groups} nhóm ý kiến giống nhau với {counts.in_groups} ý kiến.")
    if counts.late:
        found.append(f"– Có {counts.late} ý kiến gửi sau khi kết thúc lấy ý kiến.")
    if counts.waiting is not None:
        found.append(
            f"– Ngoài ra: {counts.waiting} ý kiến chờ duyệt, {counts.hidden} bị ẩn, {counts.withdrawn} đã rút, "
            f"{counts.erased} đã xóa."
        )
    found += [
        "2. Kết quả cụ thể như sau:",
        f"– Thống nhất với dự thảo: {counts.agreeing}.",
        f"– Tiếp thu: {counts.accepted}; tiếp thu một phần: {counts.partly}; giải trình: {counts.rejected}; ghi nhận: "
        f"{counts.noted}; chưa trả lời: {counts.unanswered}.",
    ]
    return found
