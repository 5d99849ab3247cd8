"""Enums of GraphQL: the same values as in REST, each with a description.

Copies of the hub's enums rather than the classes themselves, because Strawberry modifies the classes it decorates.
"""

from enum import Enum, EnumMeta, StrEnum
from functools import cache
from inspect import getdoc
from typing import Any

import strawberry

from schema.comment_enums import COMMENT_VALUES

VALUE_DESCRIPTIONS: dict[str, dict[str, str]] = {
    "Kind": {
        "policy": "An issued legal document (văn bản chính sách).",
        "draft": "A document that an agency is preparing (dự thảo).",
        "bulletin": "News from an agency to the public (bản tin).",
        "statement": "A statement by a spokesperson (phát ngôn).",
    },
    "Sort": {
        "published_desc": "By first publication, newest first (mới công bố trước).",
        "published_asc": "By first publication, oldest first.",
        "modified_desc": "By latest edition, newest first (mới cập nhật trước).",
        "modified_asc": "By latest edition, oldest first.",
        "changed_desc": "By latest change in the log, newest first: the order of the feeds (thay đổi mới trước).",
        "issued_desc": "By the item's own date, newest first (mới ban hành trước).",
        "issued_asc": "By the item's own date, oldest first.",
        "title_asc": "By title, in Vietnamese alphabetical order (theo tên).",
    },
    "SuggestionType": {
        "number": "A document number (số hiệu).",
        "title": "A title (tên).",
        "topic": "A topic (chủ đề).",
        "agency": "An agency (cơ quan).",
    },
    "CitationKind": {
        "number": "By document number (theo số, ký hiệu).",
        "law": "By the name of a law (theo tên luật).",
        "dated": "By document type and date only (theo loại và ngày).",
        "self": "As the citing document itself or one of its nodes (văn bản này).",
    },
    "CitationOutcome": {
        "matched": "Matched to one public document (đã xác định).",
        "choices": "Several public documents are possible (có nhiều văn bản).",
        "unresolved": "Not matched to any public document of this hub (chưa xác định).",
    },
    "RelatedBy": {
        "relation": "A stated relation between the two (quan hệ văn bản).",
        "topic": "Shared topics (cùng chủ đề).",
        "title": "Similar titles (tên gần giống).",
    },
    "SearchSort": {
        "relevance": "Best match first (phù hợp nhất).",
        "published_desc": "By first publication, newest first (mới công bố trước).",
        "issued_desc": "By the item's own date, newest first (mới ban hành trước).",
        "closes_asc": "By the last day of the consultation, soonest first (sắp hết hạn lấy ý kiến trước).",
    },
    "ConsultationState": {
        "open": "Open for comments today (đang lấy ý kiến).",
        "upcoming": "Not open yet (sắp lấy ý kiến).",
        "closed": "Closed (đã kết thúc lấy ý kiến).",
    },
    "UpdateType": {
        "major": "The meaning changed, as described in `changeNote` (thay đổi lớn).",
        "minor": "Only the form changed (thay đổi nhỏ).",
    },
    "ViewState": {
        "live": "Publicly readable (đang công bố).",
        "withdrawn": "Withdrawn; still readable, with the reason (đã thu hồi).",
    },
    "DocumentState": {
        "unpublished": "Never public so far (chưa công bố).",
        "live": "Publicly readable (đang công bố).",
        "withdrawn": "Withdrawn; still readable, with the reason (đã thu hồi).",
        "gone": "Permanently removed; readers see that it is gone (đã gỡ bỏ).",
        "redirected": "Redirected to another document (đã chuyển hướng).",
    },
    "EditionState": {
        "drafting": "Being written (soạn thảo).",
        "in_review": "Submitted and waiting for approval (chờ duyệt).",
        "approved": "Approved, not public yet (đã duyệt).",
        "scheduled": "Scheduled to become public at `scheduledFor` (đã hẹn giờ).",
        "published": "Public (đã công bố).",
        "superseded": "Formerly public, replaced by a later edition (đã thay bằng phiên bản sau).",
        "discarded": "Discarded before publication (đã hủy).",
    },
    "PublicState": {
        "live": "Publicly readable (đang công bố).",
        "withdrawn": "Withdrawn; still readable, with the reason (đã thu hồi).",
        "gone": "Permanently removed (đã gỡ bỏ).",
        "redirected": "Redirected to another document (đã chuyển hướng).",
    },
    "WordOp": {
        "equal": "Present in both editions (giữ nguyên).",
        "insert": "Present in the newer edition only (thêm).",
        "delete": "Present in the older edition only (bỏ).",
    },
    "ChangeKind": {
        "added": "Present in the newer edition only (bổ sung).",
        "removed": "Present in the older edition only (bãi bỏ).",
        "changed": "Different text (sửa đổi).",
        "moved": "Same text under another `ref` or in another position (chuyển vị trí).",
    },
    "RelationDirection": {
        "out": "From the requested document to the other (văn bản này tác động).",
        "in": "From the other document to the requested one (văn bản này chịu tác động).",
    },
    "ForceGround": {
        "dates": "The document's own effective and expiry dates (theo ngày hiệu lực).",
        "replaced": "Replaced by a later document in effect (bị thay thế).",
        "amended": "Amended by a later document in effect (được sửa đổi, bổ sung).",
        "stated": "Stated by the editors of the edition (theo thông tin công bố).",
    },
    "NodeType": {
        "annex": "Annex or attached document (phụ lục).",
        "part": "Part (phần).",
        "chapter": "Chapter (chương).",
        "section": "Section (mục).",
        "subsection": "Subsection (tiểu mục).",
        "article": "Article (điều).",
        "clause": "Clause (khoản).",
        "point": "Point (điểm).",
        "paragraph": "Any other paragraph (đoạn).",
    },
    "RelationType": {
        "based_on": "Is based on the other document (căn cứ).",
        "amends": "Amends or supplements the other document (sửa đổi, bổ sung).",
        "replaces": "Replaces the other document (thay thế).",
        "guides": "Gives guidance on the other document (hướng dẫn).",
        "implements": "Implements the other document (triển khai).",
        "answers": "Answers the other document (trả lời).",
        "announces": "Announces the other document (thông báo về).",
    },
    "Priority": {
        "normal": "Normal (thường).",
        "high": "Important: to be read today (quan trọng).",
        "urgent": "Urgent: to be read immediately (khẩn).",
    },
    "Channel": {
        "web": "The city's websites (cổng thông tin).",
        "hue_s": "The Hue-S app: listed there, and notified to residents if urgent (ứng dụng Hue-S).",
        "hue_s_push": "A notification of the Hue-S app, whatever the priority (thông báo đẩy).",
        "zalo": "An article of the Zalo Official Account (bài viết).",
        "zalo_broadcast": "The article, sent to all followers of the Zalo Official Account (tin truyền thông).",
        "radio": "Local loudspeakers and radio (truyền thanh).",
    },
    "LegalForce": {
        "not_yet": "Not yet in force (chưa có hiệu lực).",
        "in_force": "In force (còn hiệu lực).",
        "partly_expired": "Partly expired (hết hiệu lực một phần).",
        "suspended": "Suspended (ngưng hiệu lực).",
        "expired": "Expired (hết hiệu lực toàn bộ).",
        "unknown": "Unknown (chưa xác định).",
    },
    "DerivedMember": {
        "title": "Title (tiêu đề).",
        "type": "Type (loại văn bản).",
        "number": "Number (số, ký hiệu).",
        "issuers": "Issuers (cơ quan ban hành).",
        "lead": "First paragraph (sapo).",
        "body": "Text (nội dung).",
        "occasion": "Occasion (bối cảnh).",
    },
    "UnmappedField": {
        "topics": "Topics (chủ đề).",
        "places": "Places (địa bàn).",
        "issuers": "Issuers (cơ quan ban hành).",
        "type": "Type (loại văn bản).",
    },
    "MissingMember": {
        "issuers": "Issuers (cơ quan ban hành).",
        "dates": "A date of issue (ngày ban hành).",
        "spokesperson": "Spokesperson (người phát ngôn).",
        "form": "Form of the statement (hình thức phát ngôn).",
        "said_at": "Time of the statement (thời điểm phát ngôn).",
    },
    "DateRole": {
        "issued": "Date of issue (ngày ban hành).",
        "effective": "First day in effect (ngày có hiệu lực).",
        "expiry": "First day no longer in effect (ngày hết hiệu lực).",
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
        "direct_answer": "Answer to a question, in person or by telephone (trả lời trực tiếp).",
        "release": "Press release or e-mail (thông cáo, thư điện tử).",
        "meeting": "Briefing at a meeting with the press (cuộc giao ban, gặp gỡ báo chí).",
        "correction_request": "Request to the press for a correction (yêu cầu cải chính).",
    },
    "Event": {
        "published": "An edition became public (công bố).",
        "republished": "The same text was written again: a newer format, or codes of the registry (công bố lại).",
        "corrected": "An edition that corrects an error replaced the previous one (đính chính).",
        "withdrawn": "The document was withdrawn; it stays readable, with the reason (thu hồi).",
        "restored": "A withdrawn document became live again (khôi phục).",
        "gone": "The document was permanently removed (gỡ bỏ).",
        "redirected": "The document was redirected to another one (chuyển hướng).",
        "in_force": "The text took effect on its effective date (có hiệu lực).",
        "expired": "The text expired (hết hiệu lực, hết giá trị).",
        "consultation_opened": "The consultation opened for comments (mở lấy ý kiến).",
        "consultation_closed": "The consultation closed (kết thúc lấy ý kiến).",
    },
    "TrendSubject": {
        "topic": "Topics of the registry (chủ đề).",
        "place": "Administrative units (địa bàn).",
    },
    "TrendStep": {
        "day": "One day, in Việt Nam time (theo ngày).",
        "week": "One week, starting on Monday (theo tuần).",
    },
    "PressTime": {
        "published": "Publication time given by the newspaper (giờ đăng).",
        "collected": "Time of collection; only the day is meaningful (giờ thu thập).",
    },
    "BurstState": {
        "open": "Not answered by any statement or bulletin (chưa có phản hồi).",
        "answered": "Answered by a statement or bulletin (đã có phản hồi).",
    },
    "AnswerReason": {
        "subject": "Both are about the burst's topic or place (cùng chủ đề, địa bàn).",
        "company": "Both are about another subject of the burst's headlines (cùng nội dung đi kèm).",
        "words": "Words of the burst occur in the answer's title or summary (chung từ ngữ).",
    },
    "KeyState": {
        "valid": "Accepted (đang dùng).",
        "expired": "Its life is over (hết hạn).",
        "ended": "Ended by a person (đã thu).",
    },
    "WorklistState": {
        "drafting": "Being written (đang soạn).",
        "in_review": "Submitted for review (chờ duyệt).",
        "approved": "Approved, not published (đã duyệt).",
        "scheduled": "Published at its time (đã hẹn giờ).",
    },
    "WaitingFor": {
        "me": "You have to act next (chờ tôi).",
        "others": "Others have to act next (chờ người khác).",
    },
    "BatchVerb": {
        "submit": "Submit for review (trình duyệt).",
        "return": "Return to the authors with a reason (trả lại).",
        "approve": "Approve (phê duyệt).",
        "publish": "Publish now (công bố).",
    },
    "NoteType": {
        "note": "A note (ghi chú).",
        "return": "The reason of a return (lý do trả lại).",
    },
}
"""Description of each enum value. If one is missing here, the schema cannot be built."""

VALUE_DESCRIPTIONS["LogSubject"] = {
    "document": "Documents: policies, drafts, bulletins and statements (tài liệu).",
    "registry": "The registry: agencies, topics, places and spokespersons (danh mục).",
    "consultation": "Consultations on drafts (lấy ý kiến).",
}

VALUE_DESCRIPTIONS["ImpactStatement"] = {
    "yes": "The agency states a high impact on society (tác động lớn).",
    "no": "The agency states that there is none (không tác động lớn).",
    "not_stated": "The agency states neither (chưa nêu).",
}

VALUE_DESCRIPTIONS["OpennessFigure"] = {
    "policies_high_impact": "Policies with a high impact.",
    "policies_consulted": "Policies with a high impact that came of a public consultation.",
    "policies_no_impact": "Policies of which the agency states no high impact.",
    "policies_not_stated": "Policies of which the agency states neither.",
    "drafts_announced": "Consultations that were announced.",
    "drafts_high_impact": "Consultations on a draft with a high impact.",
    "drafts_not_stated": "Consultations on a draft whose impact is not stated.",
    "windows_below_minimum": "Windows that are shorter than the legal minimum.",
    "opinions": "Public comments.",
    "opinions_answered": "Comments that have an official answer.",
    "opinions_closed": "Comments in consultations that have ended.",
    "answers_changed": "Answers that name the passage that was changed for them.",
    "consultations_answered": "Consultations that were answered.",
    "bodies_asked": "Bodies that were asked.",
    "bodies_answered": "Bodies that answered.",
    "adopted_without_answers": "Consultations whose policy was adopted before the comments were answered.",
}

VALUE_DESCRIPTIONS["RegistryList"] = {
    "agencies": "Agencies (cơ quan).",
    "topics": "Topics (chủ đề).",
    "places": "Administrative units (đơn vị hành chính).",
    "spokespersons": "Spokespersons (người phát ngôn).",
}

VALUE_DESCRIPTIONS["AgencyLevel"] = {
    "central": "Agencies of the State above the provinces (trung ương).",
    "province": "The province or city (tỉnh, thành phố).",
    "department": "Departments of the province (sở, ban, ngành).",
    "commune": "Wards and communes (phường, xã).",
    "party": "Organs of the Party (Đảng).",
    "other": "Any other agency (khác).",
}

VALUE_DESCRIPTIONS["PlaceLevel"] = {
    "province": "Province or centrally-run city (tỉnh, thành phố trực thuộc trung ương).",
    "city": "City of a province (thành phố thuộc tỉnh).",
    "district": "District (quận, huyện, thị xã).",
    "ward": "Ward (phường).",
    "commune": "Commune (xã).",
    "township": "Township (thị trấn).",
}

VALUE_DESCRIPTIONS["RegistryEvent"] = {
    "created": "An entry of the registry was added (thêm mới).",
    "updated": "Members of an entry of the registry changed (cập nhật).",
    "renamed": "An entry of the registry has a new name (đổi tên).",
    "merged": "An entry of the registry was merged into another (sáp nhập).",
    "closed": "An entry of the registry is no longer valid from a day on (chấm dứt).",
    "succeeded": "An entry of the registry has other successors (kế thừa).",
    "removed": "An entry of the registry that nothing used was removed (xóa).",
}

VALUE_DESCRIPTIONS["ConsultationEvent"] = {
    "announced": "A consultation was announced (thông báo lấy ý kiến).",
    "opened": "A consultation opened: people may comment (mở lấy ý kiến).",
    "extended": "A consultation got another window: a later end, or before its start another start (gia hạn).",
    "closing_soon": "A consultation closes in three days (sắp kết thúc lấy ý kiến).",
    "closed": "A consultation closed (kết thúc lấy ý kiến).",
    "answered": "The comments of a consultation were answered (đã tiếp thu, giải trình).",
    "adopted": "A policy came of a consultation (đã ban hành).",
    "dropped": "A consultation was dropped, with its reason (dừng lấy ý kiến).",
}

VALUE_DESCRIPTIONS["ConsultationSort"] = {
    "closes_asc": "By the end, soonest first (sắp hết hạn trước).",
    "closes_desc": "By the end, latest first (hết hạn sau trước).",
}

VALUE_DESCRIPTIONS["ConsultationStage"] = {
    "announced": "Announced, not open yet (sắp lấy ý kiến).",
    "open": "Open: people may comment (đang lấy ý kiến).",
    "closed": "Closed, not answered yet (đã kết thúc).",
    "answered": "Closed, and its comments are answered (đã tiếp thu, giải trình).",
    "adopted": "A policy came of it (đã ban hành).",
    "dropped": "Dropped with a reason (đã dừng).",
}

VALUE_DESCRIPTIONS["CarryStatus"] = {
    "exact": "The same words in the same node (nguyên văn).",
    "moved": "The same words in a node with another ref (đã chuyển chỗ).",
    "reworded": "Other words for the same provision (đã sửa câu chữ).",
    "uncertain": "A likely place that a person has to confirm (chưa chắc chắn).",
    "orphaned": "No place: the provision was deleted, or none was found (không còn vị trí).",
}

VALUE_DESCRIPTIONS["CarryDoubt"] = {
    "deleted": "The provision was deleted (đã bị bỏ).",
    "other_provision": "Similar words belong to another provision (thuộc quy định khác).",
    "facts": "A number, name, negation or condition changed (số liệu hoặc điều kiện thay đổi).",
    "look_alike": "Words changed by which it differs from another provision (dễ nhầm với quy định khác).",
    "second_place": "A second place is about as good (có hai vị trí tương đương).",
    "few_words": "Too few words stayed (còn ít từ giống nhau).",
    "context": "The words are few, and those around them changed (ngữ cảnh thay đổi).",
    "elsewhere": "The words stand in another place (ở vị trí khác).",
    "unsearched": "The hub could not look for it: a person decides (chưa tìm được).",
}

VALUE_DESCRIPTIONS["ChangeEvent"] = (
    VALUE_DESCRIPTIONS["Event"]
    | {"left": "The item no longer matches the filters; a copy that follows them deletes it (không còn khớp bộ lọc)."}
    | VALUE_DESCRIPTIONS["RegistryEvent"]
    | VALUE_DESCRIPTIONS["ConsultationEvent"]
    | {"closed": "An entry of the registry is no longer valid from a day on (chấm dứt), or a consultation closed."}
)

VALUE_DESCRIPTIONS["DraftSort"] = VALUE_DESCRIPTIONS["Sort"] | {
    "closes_asc": "By the end of the consultation, soonest first; drafts without one last (sắp hết hạn trước).",
    "closes_desc": "By the end of the consultation, latest first; drafts without one last (hết hạn sau trước).",
}

VALUE_DESCRIPTIONS["TermUnit"] = {
    "hours": "Hours, over days off, too (giờ).",
    "days": "Calendar days; a term that would end on a day off ends with the next working day (ngày).",
    "working_days": "Working days by the calendar (ngày làm việc).",
}

VALUE_DESCRIPTIONS["DayKind"] = {
    "holiday": "A day off (ngày nghỉ).",
    "working": "A working day (ngày làm việc).",
}

VALUE_DESCRIPTIONS["Certainty"] = {
    "confirmed": "Seen in a primary text (đã xác nhận).",
    "reported": "Reported by others (theo nguồn khác).",
    "assumed": "Assumed by the hub (giả định).",
}

VALUE_DESCRIPTIONS["ClockEffect"] = {
    "warn": "A warning (cảnh báo).",
    "reason_required": "A published reason is required (phải nêu lý do).",
    "breach": "A breach of the term (vi phạm thời hạn).",
}

VALUE_DESCRIPTIONS["ClockState"] = {
    "running": "The term runs (đang chạy).",
    "overdue": "The term is over and not met (quá hạn).",
    "met": "Met in time (đúng hạn).",
    "late": "Met, too late (trễ hạn).",
    "cancelled": "Cancelled: the duty has gone (đã hủy).",
}

VALUE_DESCRIPTIONS["TermDoubt"] = {
    "beyond_calendar": "The calendar does not cover a day that the end depends on (ngoài lịch).",
    "assumed_day": "The end depends on a day that is only assumed to be off, or not (ngày giả định).",
    "no_rule": "No rule was valid, so no term runs (không có quy tắc).",
}

VALUE_DESCRIPTIONS["BodyKind"] = {
    "agency": "An agency (cơ quan).",
    "association": "An association (hội, hiệp hội).",
    "front": "The Fatherland Front (Mặt trận Tổ quốc Việt Nam).",
}

VALUE_DESCRIPTIONS["ItemAction"] = {
    "publish": "It is sent for the first time, or again after it was taken away (phát hành).",
    "update": "The copy at the other side is changed (cập nhật).",
    "retract": "The copy at the other side is taken away, or its public told (thu hồi).",
}
VALUE_DESCRIPTIONS["ReceiptState"] = {
    "listed": "Listed in the app, which reads the hub; nothing is sent (có trong danh sách).",
    "queued": "It waits for its turn, or for another attempt (chờ gửi).",
    "held": "It waits for what `hold` names (tạm giữ).",
    "sending": "A call is being made (đang gửi).",
    "unknown": "Nobody knows whether it arrived; it is asked for, or a person resolves it (chưa rõ).",
    "in_review": "The other side reviews it (chờ kênh duyệt).",
    "live": "The channel confirmed it (đã hiện).",
    "failed": "It was not sent, or the channel refused it (không gửi được).",
    "retracted": "It was taken away (đã thu hồi).",
    "not_connected": "The hub cannot reach the channel (chưa kết nối).",
    "superseded": "A later edition took its place before it was sent (đã được thay).",
}
VALUE_DESCRIPTIONS["ItemHold"] = {
    "quiet_hours": "Quiet hours of the channel (giờ yên tĩnh).",
    "quota": "The quota of the channel is used up (hết hạn mức).",
    "restore": "All sending is held, as after a restore (chờ giải phóng quyền gửi).",
    "paused": "The channel is paused (kênh tạm dừng).",
    "authorisation": "The channel has to be authorised again (cần cấp quyền lại).",
    "article": "A broadcast waits until the article that it sends is shown (chờ bài viết).",
}
VALUE_DESCRIPTIONS["ItemVerdict"] = {
    "arrived": "It arrived at the other side (đã đến).",
    "not_arrived": "It did not arrive (chưa đến).",
}
VALUE_DESCRIPTIONS["InquiryState"] = {
    "open": "Not answered yet (chưa trả lời).",
    "answered": "Answered by a publication (đã trả lời).",
    "closed": "Closed without an answer, with a reason (đã kết thúc).",
}

VALUE_DESCRIPTIONS.update(COMMENT_VALUES)

ENUM_NAMES = {"KindName": "Kind", "Outcome": "CitationOutcome"}


@cache
def graphql_enum(enum: EnumMeta) -> Any:
    """Build the GraphQL enum of one of the hub's enums, with names equal to its values; cached."""
    name = ENUM_NAMES.get(enum.__name__, enum.__name__)
    values: list[str] = [str(member.value) for member in enum]  # type: ignore[var-annotated]
    copy = StrEnum(name, {value: value for value in values})  # type: ignore[misc]
    made: Any = strawberry.enum(copy, name=name, description=getdoc(enum))
    for value in made.__strawberry_definition__.values:
        value.description = VALUE_DESCRIPTIONS[name][value.name]
    return made


def plain_value(value: object) -> object:
    """Convert an argument's value from GraphQL's enums to plain values."""
    if isinstance(value, list):
        return [plain_value(one) for one in value]
    return value.value if isinstance(value, Enum) else value


VALUE_DESCRIPTIONS["WarningCategory"] = {
    "Geo": "Geophysical, such as landslides (địa chất).",
    "Met": "Meteorological, floods included (khí tượng thủy văn).",
    "Safety": "General safety of the public (an toàn).",
    "Security": "Police and national security (an ninh).",
    "Rescue": "Rescue (cứu nạn, cứu hộ).",
    "Fire": "Fire (cháy).",
    "Health": "Health (y tế).",
    "Env": "Pollution and environment (môi trường).",
    "Transport": "Transport (giao thông).",
    "Infra": "Utilities and other infrastructure (hạ tầng).",
    "CBRNE": "Chemical, biological, radiological, nuclear or explosive threat (hóa học, sinh học, phóng xạ, cháy nổ).",
    "Other": "Any other event (khác).",
}

VALUE_DESCRIPTIONS["WarningUrgency"] = {
    "Immediate": "People must act at once (ngay lập tức).",
    "Expected": "People should act within the next hour (sắp xảy ra).",
    "Future": "People should act in the near future (trong thời gian tới).",
    "Past": "No action is needed any more (đã qua).",
    "Unknown": "Not known (chưa rõ).",
}

VALUE_DESCRIPTIONS["WarningSeverity"] = {
    "Extreme": "Extraordinary threat to life or property (đặc biệt nghiêm trọng).",
    "Severe": "Significant threat to life or property (nghiêm trọng).",
    "Moderate": "Possible threat to life or property (trung bình).",
    "Minor": "Minimal threat to life or property (nhẹ).",
    "Unknown": "Not known (chưa rõ).",
}

VALUE_DESCRIPTIONS["WarningCertainty"] = {
    "Observed": "Has occurred or goes on (đã quan sát thấy).",
    "Likely": "More probable than not (nhiều khả năng).",
    "Possible": "Possible, not likely (có thể).",
    "Unlikely": "Not expected (ít khả năng).",
    "Unknown": "Not known (chưa rõ).",
}

VALUE_DESCRIPTIONS["ItemAction"] = {
    "publish": "Show it for the first time (đăng).",
    "update": "Replace what is shown (cập nhật).",
    "retract": "Take it back (gỡ).",
}
