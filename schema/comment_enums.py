"""Descriptions of the values of the enums of comments, by the name of the enum."""

from collections.abc import Mapping

COMMENT_VALUES: Mapping[str, dict[str, str]] = {
    "Stance": {
        "agrees": "Agrees entirely (tán thành).",
        "agrees_in_part": "Agrees in part (tán thành một phần).",
        "against": "Is against it (không tán thành).",
        "suggests": "Suggests a change (đề xuất sửa, bổ sung).",
        "asks": "Asks for clarification (đề nghị làm rõ).",
    },
    "AuthorKind": {
        "person": "A person (cá nhân).",
        "organisation": "An organisation (tổ chức).",
        "business": "A business (doanh nghiệp).",
        "anonymous": "Nobody who says a name (ẩn danh).",
        "body": "An agency or association that was asked (cơ quan, tổ chức được lấy ý kiến).",
        "front": "The Fatherland Front, with its critique (phản biện xã hội của Mặt trận Tổ quốc Việt Nam).",
    },
    "AuthorShown": {
        "name": "By name (hiện tên).",
        "kind": "By kind only (chỉ hiện loại người góp ý).",
        "nothing": "Not at all (không hiện gì).",
    },
    "CommentState": {
        "waiting": "Waits for a moderator (chờ duyệt).",
        "public": "Everybody can read it (công khai).",
        "hidden": "Hidden for a reason of the public list (đã ẩn).",
        "withdrawn": "Withdrawn by its author (đã rút).",
        "erased": "Erased by its author (đã xóa).",
    },
    "CommentFileState": {
        "waiting": "Not scanned for malware yet, so not public (chờ quét mã độc).",
        "clean": "Public with its comment (an toàn).",
        "refused": "Refused, and never public (bị từ chối).",
    },
    "HoldReason": {
        "quota": "Many comments came in a short time (nhiều góp ý trong thời gian ngắn).",
        "private_data": "It may contain private data (có thể chứa dữ liệu cá nhân).",
        "review_first": "All comments of the consultation wait (duyệt trước khi công khai).",
        "moderator": "A moderator held it (người kiểm duyệt giữ lại).",
    },
    "AnswerOutcome": {
        "accepted": "Accepted (tiếp thu).",
        "partly": "Accepted in part (tiếp thu một phần).",
        "rejected": "Not accepted, with reasons (không tiếp thu, có giải trình).",
        "noted": "Noted (ghi nhận).",
    },
    "PrivateKind": {
        "phone": "A phone number (số điện thoại).",
        "citizen_id": "A citizen id, an old identity card, or a passport (số căn cước, CMND, hộ chiếu).",
        "email": "An e-mail address (thư điện tử).",
        "address": "A postal address (địa chỉ nhà).",
    },
    "FindingPart": {
        "text": "The text of the comment (nội dung).",
        "name": "The name that would be shown (tên sẽ hiện).",
    },
    "ModerationState": {
        "waiting": "Comments that wait for a moderator (chờ duyệt).",
        "public": "Public comments (công khai).",
        "hidden": "Hidden comments (đã ẩn).",
    },
    "ModerationDecision": {
        "publish": "Everybody can read it (công khai).",
        "hide": "Hide it for a reason of the public list (ẩn).",
        "hold": "Hold it until somebody decides; it is not public meanwhile (giữ lại).",
    },
    "DecisionResult": {
        "decided": "It was changed (đã quyết định).",
        "restored": "It is again as it was before the batch (đã hoàn tác).",
        "unchanged": "It was so already (không đổi).",
        "changed_since": "It was changed since it was read or decided; nothing was done (đã thay đổi).",
        "ended": "Its author withdrew or erased it; nothing was done (tác giả đã rút hoặc xóa).",
        "unknown": "The consultation has no such comment (không có).",
    },
}
