"""Facts of an official table: 40 comments, 3 bodies that agree, a letter of the Front, a campaign of 500, 2 orphans."""

from datetime import date
from typing import Any
from uuid import UUID

from hub.consultation.answers.models import AnswerOutcome
from hub.consultation.comments.models import AuthorKind, AuthorShown, Stance
from hub.consultation.official_table.facts import AnswerFacts, BodyFacts, CommentFacts, TableFacts

CAMPAIGN = UUID("0c9bd6a5-1c0e-4d8c-8e55-4f2b0f0e7a11")
OUTCOMES = tuple(AnswerOutcome)


def node(
    ref: str, kind: str, label: str | None, parent: str | None = None, heading: str | None = None
) -> dict[str, Any]:
    return {"ref": ref, "type": kind, "label": label, "parent": parent, "heading": heading, "text": None}


def draft_nodes() -> list[dict[str, Any]]:
    """Three articles with clauses and points in the decision, and two in the Quy chế attached to it."""
    found = [node("chuong-1", "chapter", "Chương I", heading="Quy định chung")]
    for number in (2, 10, 11):
        article = f"dieu-{number}"
        found.append(node(article, "article", f"Điều {number}", "chuong-1", "Giờ xe tải"))
        found += [node(f"{article}/khoan-{one}", "clause", f"{one}.", article) for one in (1, 2)]
        found.append(node(f"{article}/khoan-2/diem-a", "point", "a)", f"{article}/khoan-2"))
    found.append(node("quy-che", "annex", "QUY CHẾ", heading="Quản lý giờ xe tải"))
    return [
        *found,
        node("quy-che/dieu-2", "article", "Điều 2", "quy-che"),
        node("quy-che/dieu-3", "article", "Điều 3", "quy-che"),
    ]


def _answer(number: int) -> AnswerFacts | None:
    if number % 9 == 0:
        return None
    outcome = OUTCOMES[number % len(OUTCOMES)]
    changed = "khoản 1 Điều 10, dự thảo lần 3" if outcome is AnswerOutcome.accepted else None
    return AnswerFacts(outcome, f"Lý do của ý kiến {number}.", changed)


def _single(number: int) -> CommentFacts:
    refs = ("dieu-10/khoan-2/diem-a", "dieu-2/khoan-1", "quy-che/dieu-3", "dieu-10", None, "dieu-11/khoan-2")
    kinds = (*(AuthorKind.person,) * 5, AuthorKind.organisation, AuthorKind.business, AuthorKind.anonymous)
    is_orphan, kind = number in (17, 31), kinds[number % 8]
    return CommentFacts(
        number=number,
        text=f"=Ý kiến số {number}\ndòng hai <b>&</b>" if number % 13 == 0 else f"Ý kiến số {number}",
        author_kind=kind,
        shown=tuple(AuthorShown)[number % 3],
        stance=tuple(Stance)[number % 5],
        ref=None if is_orphan else refs[number % 6],
        before=f"Điều {number + 40}, dự thảo lần 2" if is_orphan else None,
        name=None if kind is AuthorKind.anonymous else f"Nguyễn Văn {number}",
        organisation=f"Hội {number}" if kind is AuthorKind.organisation else None,
        answer=_answer(number),
        is_late=number == 40,
    )


def _copy(number: int) -> CommentFacts:
    return CommentFacts(
        number=1_000 + number,
        text="Đề nghị cho xe tải vào nội thành trước 6 giờ.",
        author_kind=AuthorKind.business if number < 3 else AuthorKind.person,
        shown=AuthorShown.kind,
        stance=Stance.against,
        ref="dieu-2/khoan-2",
        name=f"Trần Thị {number}",
        group=CAMPAIGN,
        answer=AnswerFacts(AnswerOutcome.rejected, "Trước 6 giờ học sinh chưa đến trường, nhưng đường hẹp."),
    )


def table_facts(**changes: Any) -> TableFacts:
    front = CommentFacts(
        number=700,
        text="Quy chế chưa nêu trách nhiệm giám sát.",
        author_kind=AuthorKind.front,
        shown=AuthorShown.name,
        stance=Stance.agrees_in_part,
        ref="quy-che/dieu-2",
        organisation="Ủy ban Mặt trận Tổ quốc Việt Nam thành phố Huế",
        letter="Công văn số 45/MTTQ-BTT ngày 20/11/2026",
        answer=AnswerFacts(AnswerOutcome.partly, "Đã bổ sung một phần.", "Điều 3 Quy chế, dự thảo lần 3"),
    )
    agreeing = [BodyFacts(name, True, True) for name in ("Sở Tài chính", "Công an thành phố", "Sở Tư pháp")]
    bodies = [*agreeing, BodyFacts(front.organisation or "", True, False), BodyFacts("Sở Y tế", False, False)]
    members: dict[str, Any] = {
        "agency": "Ủy ban nhân dân thành phố Huế",
        "title": "dự thảo Quyết định về giờ xe tải vào nội thành",
        "place": "Huế",
        "day": date(2027, 1, 5),
        "opens_on": date(2026, 11, 2),
        "closes_on": date(2026, 12, 2),
        "nodes": draft_nodes(),
        "bodies": bodies,
        "comments": [*map(_single, range(1, 41)), front, *map(_copy, range(500))],
        "form_number": "Mẫu số 10",
        "other_states": {"waiting": 1, "hidden": 6, "withdrawn": 2, "erased": 3},
    }
    return TableFacts(**members | changes)
