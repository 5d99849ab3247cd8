"""Builds the ledger of the official table from facts. Pure; linear in the number of comments."""

import re
from collections import Counter, defaultdict
from collections.abc import Sequence
from uuid import UUID

from hub.consultation.answers.models import AnswerOutcome
from hub.consultation.comments.models import Stance
from hub.consultation.official_table.authors import author_text, count_authors, group_text
from hub.consultation.official_table.facts import AnswerFacts, CommentFacts, TableFacts
from hub.consultation.official_table.ledger import (
    LedgerCounts,
    LedgerForm,
    LedgerGroup,
    LedgerLevel,
    LedgerPart,
    LedgerRow,
    TableLedger,
)
from hub.consultation.official_table.preamble import opening_paragraphs, table_title
from hub.consultation.official_table.provisions import Provisions

GENERAL = "Vấn đề khác/Chung"
MAIN_PART = "Dự thảo văn bản"
OUTCOME_WORDS = {
    AnswerOutcome.accepted: "Tiếp thu",
    AnswerOutcome.partly: "Tiếp thu một phần",
    AnswerOutcome.rejected: "Giải trình",
    AnswerOutcome.noted: "Ghi nhận",
}
_NOT_IN_XML = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")

Members = Sequence[CommentFacts]
"""The comments that one row stands for; the text of the first is shown."""


def build_ledger(facts: TableFacts, level: LedgerLevel, form: LedgerForm) -> TableLedger:
    """Build the table at a level, in a form. Its rows stand for every comment of `facts` exactly once."""
    rows = _collect_rows(facts.comments)
    counts = _count(facts, rows, form)
    return TableLedger(
        form=form,
        level=level,
        form_number=facts.form_number,
        title=table_title(facts),
        agency=facts.agency,
        place=facts.place,
        day=facts.day,
        opening=opening_paragraphs(facts, counts),
        counts=counts,
        parts=_build_parts(facts, rows, level, form),
    )


def _collect_rows(comments: Sequence[CommentFacts]) -> list[Members]:
    """Collect the members of each group that share its answer; everybody else has a row of their own."""
    rows: list[list[CommentFacts]] = []
    groups: dict[UUID, list[CommentFacts]] = {}
    for comment in sorted(comments, key=lambda one: one.number):
        if comment.group is None or comment.has_own_answer:
            rows.append([comment])
        elif comment.group in groups:
            groups[comment.group].append(comment)
        else:
            groups[comment.group] = [comment]
            rows.append(groups[comment.group])
    return [sorted(row, key=lambda one: (not one.represents, one.number)) for row in rows]


def _count(facts: TableFacts, rows: Sequence[Members], form: LedgerForm) -> LedgerCounts:
    outcomes = Counter(comment.answer.outcome if comment.answer else None for comment in facts.comments)
    agreeing_bodies = sum(body.agrees_entirely for body in facts.bodies)
    whole = sum(
        comment.stance is Stance.agrees and comment.ref is None and comment.before is None for comment in facts.comments
    )
    grouped = [row for row in rows if len(row) > 1]
    others = facts.other_states if form is LedgerForm.internal else {}
    by_kind, not_shown = count_authors(facts.comments, form)
    return LedgerCounts(
        asked=len(facts.bodies),
        bodies_answered=sum(body.has_answered for body in facts.bodies),
        received=len(facts.comments) + agreeing_bodies,
        agreeing=whole + agreeing_bodies,
        agreeing_bodies=agreeing_bodies,
        groups=len(grouped),
        in_groups=sum(map(len, grouped)),
        **{outcome.value: outcomes[outcome] for outcome in AnswerOutcome},
        unanswered=outcomes[None],
        late=sum(comment.is_late for comment in facts.comments),
        by_kind=by_kind,
        not_shown=not_shown,
        **{
            state: others.get(state, 0) if form is LedgerForm.internal else None
            for state in ("waiting", "hidden", "withdrawn", "erased")
        },
    )


def _build_parts(facts: TableFacts, rows: Sequence[Members], level: LedgerLevel, form: LedgerForm) -> list[LedgerPart]:
    provisions = Provisions(facts.nodes)
    by_group: dict[str | None, list[LedgerRow]] = defaultdict(list)
    for members in rows:
        ref = members[0].ref if members[0].ref in provisions else None
        group = None if ref is None else provisions.group_of(ref, level)
        place = None if ref is None or ref == group else provisions.label_of(ref)
        by_group[group].append(_row(members, ref, place, form))
    parts: dict[str | None, list[LedgerGroup]] = defaultdict(list)
    for ref in sorted((ref for ref in by_group if ref is not None), key=provisions.place_of):
        # Arrival decides among equals.
        ordered = sorted(by_group[ref], key=lambda row: provisions.place_of(row.ref or ""))
        parts[provisions.part_of(ref)].append(LedgerGroup(label=provisions.label_of(ref), rows=ordered))
    # A table of one part needs no titles.
    has_titles = any(part is not None for part in parts)
    found = [
        LedgerPart(title=_part_title(provisions, part) if has_titles else None, groups=groups)
        for part, groups in sorted(parts.items(), key=lambda one: -1 if one[0] is None else provisions.place_of(one[0]))
    ]
    if general := by_group.get(None):
        others = LedgerGroup(label=GENERAL, rows=general)
        found.append(LedgerPart(title=GENERAL if has_titles else None, groups=[others]))
    return found


def _part_title(provisions: Provisions, part: str | None) -> str:
    return MAIN_PART if part is None else provisions.title_of(part)


def _row(members: Members, ref: str | None, place: str | None, form: LedgerForm) -> LedgerRow:
    first = members[0]
    where = place or first.before
    author = author_text(first, form) if len(members) == 1 else group_text(members, form)
    return LedgerRow(
        number=first.number,
        ref=ref,
        author=clean_text(author),
        comment=clean_text(f"[{where}] {first.text}" if where else first.text),
        answer=clean_text(answer_text(first.answer)),
        outcome=first.answer.outcome if first.answer else None,
        copies=len(members),
    )


def answer_text(answer: AnswerFacts | None) -> str:
    """Return the cell of an answer: its outcome, its reason, and what changed."""
    if answer is None:
        return ""
    changed = f" (Đã sửa tại {answer.changed}.)" if answer.changed else ""
    return f"{OUTCOME_WORDS[answer.outcome]}: {answer.reason}{changed}"


def clean_text(text: str) -> str:
    """Return a text without characters that no XML can hold."""
    return _NOT_IN_XML.sub("", text).replace("\r\n", "\n").replace("\r", "\n")
