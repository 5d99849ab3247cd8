"""Summary of a consultation for the page of a draft: the reason for a short window, and the official answers.

Of comments it reads their places and numbers only: neither texts nor authors.
"""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from hub.consultation.answers.queries import list_public_answers
from hub.consultation.answers.subjects import ANSWERS_PUBLIC
from hub.consultation.answers.views import AnswerListParams, OfficialAnswerView
from hub.consultation.official_table.ledger import LedgerLevel
from hub.consultation.official_table.provisions import Provisions
from hub.consultation.published_nodes import Nodes, load_all_nodes
from hub.consultation.queries import get_consultation, is_public
from hub.consultation.records import CONSULTATION, DRAFT, MEMBER
from hub.consultation.views import DraftConsultationView
from hub.consultation.wordings import load_wordings
from hub.content.consultation_registry import (
    AnswerSummary,
    ArticleAnswers,
    ConsultationSummary,
    NodeLink,
    PageAnswer,
)
from hub.domain.node_titles import node_title
from hub.errors import NotFound
from hub.paging import MAX_LIMIT


class DraftNodes:
    """The nodes of one version of a draft; None once it cannot be read any more."""

    def __init__(self, draft: Any, nodes: Nodes | None):
        self._draft, self._provisions = draft, Provisions(nodes or [])
        self._nodes = {node["ref"]: node for node in nodes or []}
        self._document_id: UUID | None = None if nodes is None else draft.document_id

    def article_of(self, ref: str | None) -> str | None:
        """Return the ref of the article that a node stands in; of what stands outside of articles, its own."""
        return self._provisions.group_of(ref, LedgerLevel.article) if ref is not None else None

    def article_link(self, ref: str | None) -> NodeLink:
        """Return an article with its heading, or the whole draft."""
        node = self._nodes.get(ref or "")
        title = (node_title(node["label"], node["heading"]) or node["text"]) if node else ref
        return self._link(title or "", ref)

    def provision_link(self, ref: str) -> NodeLink:
        """Return a provision by its label."""
        return self._link(self.label_of(ref), ref)

    def label_of(self, ref: str) -> str:
        """Return the label of a provision in words: `Điểm a khoản 2 Điều 5`; in other languages `Article 5, 2, a`."""
        if ref not in self._nodes or self._draft.lang == "vi":
            return self._provisions.label_of(ref)
        labels, node = list[str](), self._nodes.get(ref)
        while node is not None:
            labels.append((node["label"] or node["heading"] or "").strip().rstrip(".)"))
            above = node["parent"] if self.article_of(ref) != node["ref"] else None
            node = self._nodes.get(above or "")
        return ", ".join(label for label in reversed(labels) if label) or ref

    def _link(self, title: str, ref: str | None) -> NodeLink:
        return NodeLink(title, self._document_id, self._draft.lang, self._draft.draft_version, ref)


async def read_page_summary(connection: AsyncConnection, document_id: UUID, lang: str) -> ConsultationSummary | None:
    """Read what the page of a draft shows of its consultation: one statement, more once the answers are public."""
    query = (
        select(CONSULTATION.c.id, CONSULTATION.c.state, CONSULTATION.c.short_reason)
        .join(MEMBER, MEMBER.c.consultation_id == CONSULTATION.c.id)
        .where(MEMBER.c.document_id == document_id, is_public(CONSULTATION.c.id))
    )
    row = (await connection.execute(query)).one_or_none()
    if row is None:
        return None
    answers = await _read_answers(connection, row.id, lang) if row.state in ANSWERS_PUBLIC else None
    return ConsultationSummary(row.id, row.short_reason, answers)


async def _read_answers(connection: AsyncConnection, id_: UUID, lang: str) -> AnswerSummary | None:
    try:
        own = await get_consultation(connection, id_, lang)
    except NotFound:
        # The stored card of another draft is damaged, which is no reason to hide this one.
        return None
    page = (await list_public_answers(connection, own.id, AnswerListParams(limit=MAX_LIMIT, cursor=None))).page
    if page.counts is None:
        return None
    return AnswerSummary(
        articles=_group_by_article(page.items, await _load_versions(connection, own, page.items), lang),
        is_complete=page.next is None,
        public=page.counts.public,
        answered=page.counts.answered,
        policy=(own.policy.id, own.policy.title) if own.policy else None,
        without_answers=own.without_answers,
        adopted_reason=own.adopted_reason,
    )


async def _load_versions(
    connection: AsyncConnection, own: DraftConsultationView, answers: Sequence[OfficialAnswerView]
) -> dict[int, DraftNodes]:
    """Load the versions that answers are about and that changed; of those that are no longer public, no text."""
    asked = {position for answer in answers for position in (answer.draft, answer.changed_draft)}
    query = select(DRAFT).where(DRAFT.c.consultation_id == own.id, DRAFT.c.position.in_(asked - {None}))
    rows, readable = (await connection.execute(query)).all(), {draft.position for draft in own.drafts}
    nodes = await load_all_nodes(connection, [row for row in rows if row.position in readable])
    return {row.position: DraftNodes(row, nodes.get(row.position) or None) for row in rows}


def _group_by_article(
    answers: Sequence[OfficialAnswerView], versions: dict[int, DraftNodes], lang: str
) -> list[ArticleAnswers]:
    words = {term.code: term.vi if lang == "vi" else term.en for term in load_wordings().terms["outcome"]}
    found: dict[tuple[int, str | None], list[PageAnswer]] = {}
    for one in answers:
        version = versions[one.draft]
        article = version.article_of(one.ref)
        changed = None
        if one.changed_draft is not None and one.changed_ref is not None:
            changed = versions[one.changed_draft].provision_link(one.changed_ref)
        about = version.label_of(one.ref) if one.ref != article and one.ref is not None else None
        answer = PageAnswer(words[one.outcome], one.reason, one.comments, about, changed)
        found.setdefault((one.draft, article), []).append(answer)
    return [ArticleAnswers(versions[draft].article_link(article), each) for (draft, article), each in found.items()]
