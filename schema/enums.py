"""Enums for GraphQL: the same values as REST, each with a description.

Twins of the hub's enums rather than the classes themselves, because Strawberry writes on what it decorates.
"""

from enum import Enum, EnumMeta, StrEnum
from functools import cache
from inspect import getdoc
from typing import Any

import strawberry

VALUE_DESCRIPTIONS: dict[str, dict[str, str]] = {
    "Kind": {
        "policy": "A legal document that was issued (văn bản chính sách).",
        "draft": "What an agency is about to decide (dự thảo).",
        "bulletin": "What an agency tells people (bản tin).",
        "statement": "What a spokesperson says (phát ngôn).",
    },
    "Sort": {
        "published_desc": "Newest first by first publication (mới công bố trước).",
        "published_asc": "Oldest first by first publication.",
        "modified_desc": "Newest first by last edition (mới cập nhật trước).",
        "modified_asc": "Oldest first by last edition.",
        "changed_desc": "Last change first by the publication log: the order of the feeds (thay đổi mới trước).",
        "issued_desc": "Newest first by the item's own date (mới ban hành trước).",
        "issued_asc": "Oldest first by the item's own date.",
        "title_asc": "By title in the order of the Vietnamese alphabet (theo tên).",
    },
    "SuggestionType": {
        "number": "A document number (số hiệu).",
        "title": "A title (tên).",
        "topic": "A topic (chủ đề).",
        "agency": "An agency (cơ quan).",
    },
    "CitationKind": {
        "number": "By its number (theo số, ký hiệu).",
        "law": "By a law's name (theo tên luật).",
        "dated": "By type and date alone (theo loại và ngày).",
        "self": "As the text's own document or node (văn bản này).",
    },
    "CitationOutcome": {
        "matched": "One public document is meant (đã xác định).",
        "choices": "Several public documents may be meant (có nhiều văn bản).",
        "unresolved": "No public document here is meant (chưa xác định).",
    },
    "RelatedBy": {
        "relation": "A stated relation between the two (quan hệ văn bản).",
        "topic": "Topics in common (cùng chủ đề).",
        "title": "Titles that say the same (tên gần giống).",
    },
    "SearchSort": {
        "relevance": "Best match first (phù hợp nhất).",
        "published_desc": "Newest first by first publication (mới công bố trước).",
        "issued_desc": "Newest first by the item's own date (mới ban hành trước).",
    },
    "Consultation": {
        "open": "Open today (đang lấy ý kiến).",
        "upcoming": "Not yet open (sắp lấy ý kiến).",
        "closed": "Over (đã kết thúc lấy ý kiến).",
    },
    "UpdateType": {
        "major": "The meaning changed; `changeNote` says how (thay đổi lớn).",
        "minor": "Only the form changed (thay đổi nhỏ).",
    },
    "ViewState": {
        "live": "Readable now (đang công bố).",
        "withdrawn": "Taken back; still readable with the reason (đã thu hồi).",
    },
    "DocumentState": {
        "unpublished": "Nothing of it was ever public (chưa công bố).",
        "live": "Readable now (đang công bố).",
        "withdrawn": "Taken back; still readable with the reason (đã thu hồi).",
        "gone": "Removed for good; readers are told so (đã gỡ bỏ).",
        "redirected": "Another document stands in its place (đã chuyển hướng).",
    },
    "EditionState": {
        "drafting": "Being written (soạn thảo).",
        "in_review": "Submitted, waiting for approval (chờ duyệt).",
        "approved": "Approved, not yet public (đã duyệt).",
        "scheduled": "Becomes public at `scheduledFor` (đã hẹn giờ).",
        "published": "Public (đã công bố).",
        "superseded": "Was public until a later edition took its place (đã thay bằng phiên bản sau).",
        "discarded": "Given up before it was public (đã hủy).",
    },
    "PublicState": {
        "live": "Readable (đang công bố).",
        "withdrawn": "Taken back; readable with the reason (đã thu hồi).",
        "gone": "Removed for good (đã gỡ bỏ).",
        "redirected": "Another document stands in its place (đã chuyển hướng).",
    },
    "WordOp": {
        "equal": "Stands in both editions (giữ nguyên).",
        "insert": "Stands in the newer edition only (thêm).",
        "delete": "Stood in the older edition only (bỏ).",
    },
    "ChangeKind": {
        "added": "Only the newer edition has it (bổ sung).",
        "removed": "Only the older edition has it (bãi bỏ).",
        "changed": "Its words differ (sửa đổi).",
        "moved": "The same words under another ref, or in another place (chuyển vị trí).",
    },
    "RelationDirection": {
        "out": "What the document asked about does to the other (văn bản này tác động).",
        "in": "What the other does to the document asked about (văn bản này chịu tác động).",
    },
    "ForceGround": {
        "dates": "Its own dates of effect and expiry (theo ngày hiệu lực).",
        "replaced": "A later document in effect replaces it (bị thay thế).",
        "amended": "A later document in effect amends it (được sửa đổi, bổ sung).",
        "stated": "Its editors stated it with the edition (theo thông tin công bố).",
    },
    "NodeType": {
        "annex": "Phụ lục, or an attached document.",
        "part": "Phần.",
        "chapter": "Chương.",
        "section": "Mục.",
        "subsection": "Tiểu mục.",
        "article": "Điều.",
        "clause": "Khoản.",
        "point": "Điểm.",
        "paragraph": "Any other piece of text (đoạn).",
    },
    "RelationType": {
        "based_on": "Rests on it (căn cứ).",
        "amends": "Changes or adds to it (sửa đổi, bổ sung).",
        "replaces": "Takes its place (thay thế).",
        "guides": "Explains how to apply it (hướng dẫn).",
        "implements": "Carries it out (triển khai).",
        "answers": "Answers what it asks (trả lời).",
        "announces": "Tells people about it (thông báo về).",
    },
    "Priority": {
        "normal": "As usual (thường).",
        "high": "Read it today (quan trọng).",
        "urgent": "Read it now (khẩn).",
    },
    "Channel": {
        "web": "Websites of the city (cổng thông tin).",
        "hue_s": "The app Hue-S.",
        "zalo": "Zalo Official Account.",
        "radio": "Local loudspeakers and radio (truyền thanh).",
    },
    "LegalForce": {
        "not_yet": "Not yet in force (chưa có hiệu lực).",
        "in_force": "In force (còn hiệu lực).",
        "partly_expired": "Partly expired (hết hiệu lực một phần).",
        "suspended": "Suspended (ngưng hiệu lực).",
        "expired": "Expired (hết hiệu lực toàn bộ).",
        "unknown": "Not known (chưa xác định).",
    },
    "DateRole": {
        "issued": "Date of issue (ngày ban hành).",
        "effective": "First day of effect (ngày có hiệu lực).",
        "expiry": "First day without effect (ngày hết hiệu lực).",
    },
    "SignatureStatus": {
        "valid": "Checked and valid (hợp lệ).",
        "invalid": "Checked and not valid (không hợp lệ).",
        "not_checked": "Signed, not checked (chưa kiểm tra).",
        "unsigned": "Not signed (không có chữ ký số).",
    },
    "StatementForm": {
        "press_conference": "Press conference (họp báo).",
        "portal_post": "Post on the agency's portal (đăng trên cổng thông tin).",
        "direct_answer": "Answer to a question, face to face or by telephone (trả lời trực tiếp).",
        "release": "Press release or e-mail (thông cáo, thư điện tử).",
        "meeting": "Information at a meeting with the press (cuộc giao ban, gặp gỡ báo chí).",
        "correction_request": "Request to the press to correct something (yêu cầu cải chính).",
    },
    "Event": {
        "published": "An edition became public (công bố).",
        "republished": "The same edition was written anew, in a newer form (công bố lại).",
        "corrected": "An edition that corrects an error took the place of the one before (đính chính).",
        "withdrawn": "The document was taken back; it stays readable with the reason (thu hồi).",
        "restored": "A withdrawn document is live again (khôi phục).",
        "gone": "The document was removed for good (gỡ bỏ).",
        "redirected": "Another document stands in its place (chuyển hướng).",
        "in_force": "The text came into force by its date (có hiệu lực).",
        "expired": "Its time has passed (hết hiệu lực, hết giá trị).",
        "consultation_opened": "People may comment from now on (mở lấy ý kiến).",
        "consultation_closed": "The time for comments is over (kết thúc lấy ý kiến).",
    },
    "TrendSubject": {
        "topic": "Topics of the registry (chủ đề).",
        "place": "Administrative units (địa bàn).",
    },
    "TrendStep": {
        "day": "By day, in Việt Nam (theo ngày).",
        "week": "By week from Monday (theo tuần).",
    },
    "PressTime": {
        "published": "The newspaper's own clock (giờ đăng).",
        "collected": "When a collector came by; only the day tells something (giờ thu thập).",
    },
    "BurstState": {
        "open": "No statement or bulletin answers it (chưa có phản hồi).",
        "answered": "A statement or bulletin answers it (đã có phản hồi).",
    },
    "AnswerReason": {
        "subject": "Both are about the burst's topic or place (cùng chủ đề, địa bàn).",
        "company": "Both are about what the burst's headlines are about besides (cùng nội dung đi kèm).",
        "words": "The burst's words stand in the answer's title or summary (chung từ ngữ).",
    },
}
"""What each value means. A value that is missing here stops the schema from being built."""

VALUE_DESCRIPTIONS["ChangeEvent"] = VALUE_DESCRIPTIONS["Event"] | {
    "left": "It does not match the filters any more; a copy that follows them drops it (không còn khớp bộ lọc)."
}

ENUM_NAMES = {"KindName": "Kind", "Outcome": "CitationOutcome"}


@cache
def graphql_enum(enum: EnumMeta) -> Any:
    """The GraphQL enum of one of the hub's enums, with names equal to its values."""
    name = ENUM_NAMES.get(enum.__name__, enum.__name__)
    values: list[str] = [str(member.value) for member in enum]  # type: ignore[var-annotated]
    copy = StrEnum(name, {value: value for value in values})  # type: ignore[misc]
    made: Any = strawberry.enum(copy, name=name, description=getdoc(enum))
    for value in made.__strawberry_definition__.values:
        value.description = VALUE_DESCRIPTIONS[name][value.name]
    return made


def plain_value(value: object) -> object:
    """An argument's value without its GraphQL twin."""
    if isinstance(value, list):
        return [plain_value(one) for one in value]
    return value.value if isinstance(value, Enum) else value
