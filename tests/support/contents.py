"""Small contents of every kind. Values that look alike never are equal, so that a mix-up shows."""

from typing import Any


def policy(**changes: Any) -> dict[str, Any]:
    return {
        "title": "Kế hoạch không gian xanh ven sông Hương",
        "summary": "Trồng cây và mở lối đi bộ hai bên bờ.",
        "type": "Kế hoạch",
        "number": "17/KH-UBND",
        "issuers": [{"name": "UBND TP", "code": "ubnd-hue"}],
        "dates": [
            {"role": "issued", "on": "2026-02-03", "source": "Văn bản gốc"},
            {"role": "effective", "on": "2026-02-14", "source": "Điều khoản thi hành"},
        ],
        "topics": ["moi-truong"],
        "nodes": [
            {"ref": "dieu-1", "type": "article", "label": "Điều 1", "heading": "Phạm vi", "text": "Hai bờ sông."},
            {"ref": "dieu-1/khoan-1", "parent": "dieu-1", "type": "clause", "label": "1.", "text": "Bờ bắc làm trước."},
        ],
    } | changes


def draft(**changes: Any) -> dict[str, Any]:
    return {
        "title": "Dự thảo Quyết định về giờ xe tải vào nội thành",
        "type": "Quyết định",
        "drafting_agency": "so-xay-dung",
        "draft_version": 2,
        "consultation": {"opens_on": "2026-11-02", "closes_on": "2026-12-02", "contact": "Văn phòng Sở"},
        "high_impact": True,
        "explanatory_note": "Giảm ùn tắc giờ cao điểm.",
    } | changes


def bulletin(**changes: Any) -> dict[str, Any]:
    return {
        "title": "Thu gom rác cồng kềnh vào thứ bảy",
        "lead": "Từ tuần tới, xe gom rác cồng kềnh chạy thêm sáng thứ bảy.",
        "body": "<p>Người dân đặt lịch trên <strong>Hue-S</strong>.</p>",
        "channels": ["hue_s", "zalo"],
        "valid_until": "2027-03-31T17:00:00+07:00",
    } | changes


def statement(**changes: Any) -> dict[str, Any]:
    return {
        "title": "Trả lời báo chí về việc sửa cầu",
        "spokesperson": "pn-ubnd-hue",
        "form": "press_conference",
        "occasion": "Họp báo thường kỳ quý III",
        "asked_at": "2026-10-05T09:10:00+07:00",
        "said_at": "2026-10-06T15:30:00+07:00",
        "answers": [{"question": "Bao giờ cầu thông xe?", "answer": "Khi nghiệm thu xong."}],
    } | changes


MADE = {"policy": policy, "draft": draft, "bulletin": bulletin, "statement": statement}


def quiet_draft(**changes: Any) -> dict[str, Any]:
    """A draft without a consultation: its publication is one entry of the log."""
    return draft(consultation=None, **changes)


QUIET = MADE | {"draft": quiet_draft}
"""One content of each kind whose publication is one entry of the log."""
