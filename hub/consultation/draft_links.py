"""Links of imported drafts to the consultations whose next drafts they are: found, proposed, and made.

Only consultations of the same agency are looked at. One that was answered, or that ended a year ago, is never joined
without a person.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from hub.auth.principal import Principal
from hub.consultation.draft_titles import DraftFacts, DraftLikeness, compare_drafts
from hub.consultation.models import ConsultationDocument
from hub.consultation.records import (
    CONSULTATION,
    DRAFT,
    MEMBER,
    consultation_id,
    find_memberships,
    lock_consultations,
    next_position,
    sync_views,
)
from hub.content.stored_views import parse_view
from hub.content.visibility import LISTED_STATES, VIEW
from hub.db import database_now
from hub.domain.consultations import UNFINISHED, ConsultationStage
from hub.manage.audit_trail import append_entry
from hub.text import fold

MAX_AGE = timedelta(days=365)
"""Time after its end in which a consultation may get another draft by import."""
MAX_CANDIDATES = 500
"""Public drafts of one agency that an imported draft is compared with, those that end last."""
_JOINED = frozenset({ConsultationStage.announced, ConsultationStage.open, ConsultationStage.closed})


@dataclass(frozen=True)
class LinkProposal:
    """A consultation whose next draft an imported draft is, or may be."""

    consultation: UUID
    title: str
    """Title of its latest draft."""
    is_certain: bool

    @property
    def doubt(self) -> str:
        """The question to an editor."""
        return (
            f"consultation: this may be the next draft of the consultation {self.consultation} "
            f"(« {self.title[:200]} »). Link it to that consultation, or publish it for one of its own."
        )


def draft_facts(owner: str, lang: str, content: Mapping[str, Any]) -> DraftFacts:
    """Return the facts of a content in its stored form."""
    agency, version = content["drafting_agency"], content.get("draft_version", 1)
    return DraftFacts(owner, agency, fold(content["type"]), lang, content["title"], version)


async def find_proposals(
    session: AsyncSession, drafts: Mapping[UUID, DraftFacts], beginners: Collection[UUID] = ()
) -> dict[UUID, LinkProposal]:
    """Find the consultations whose next drafts these documents are or may be: two statements.

    Documents that belong to a consultation already are left out. A draft that comes together with the one before it
    waits for an editor: the consultation which that one begins, if it is among `beginners`, is not there yet.
    """
    known = await find_memberships(session, drafts.keys()) if drafts else {}
    wanted = {document: facts for document, facts in drafts.items() if document not in known}
    if not wanted:
        return {}
    candidates = await _list_candidates(session, sorted({facts.agency for facts in wanted.values()}))
    found = ((document, _choose(facts, candidates)) for document, facts in wanted.items())
    proposals = {document: proposal for document, proposal in found if proposal is not None}
    return _propose_together(wanted, beginners) | proposals


def _propose_together(drafts: Mapping[UUID, DraftFacts], beginners: Collection[UUID]) -> dict[UUID, LinkProposal]:
    """Propose to drafts the consultations that earlier drafts of the same batch will begin."""
    found = dict[UUID, LinkProposal]()
    for before in (document for document in drafts if document in beginners):
        for document, facts in drafts.items():
            if compare_drafts(drafts[before], facts) is DraftLikeness.next:
                proposal = LinkProposal(consultation_id(before), drafts[before].title, is_certain=False)
                found.setdefault(document, proposal)
    return found


def _choose(facts: DraftFacts, candidates: Sequence[tuple[UUID, ConsultationStage, DraftFacts]]) -> LinkProposal | None:
    likely: dict[UUID, LinkProposal] = {}
    certain = set[UUID]()
    for id_, stage, before in candidates:
        likeness = compare_drafts(before, facts)
        if likeness is DraftLikeness.other:
            continue
        if likeness is DraftLikeness.next and stage in _JOINED:
            certain.add(id_)
        likely.setdefault(id_, LinkProposal(id_, before.title, is_certain=False))
    if len(likely) == 1 and certain:
        [only] = likely.values()
        return LinkProposal(only.consultation, only.title, is_certain=True)
    best = next((likely[id_] for id_ in likely if id_ in certain), None)
    return best or next(iter(likely.values()), None)


async def _list_candidates(
    session: AsyncSession, agencies: Collection[str]
) -> list[tuple[UUID, ConsultationStage, DraftFacts]]:
    """List the latest public draft of each unfinished consultation, in each language, the latest end first."""
    latest = (
        select(MEMBER.c.document_id)
        .join(VIEW, VIEW.c.document_id == MEMBER.c.document_id)
        .where(MEMBER.c.consultation_id == CONSULTATION.c.id)
        .where(VIEW.c.seq_to.is_(None), VIEW.c.state.in_(LISTED_STATES))
        .order_by(MEMBER.c.position.desc())
        .limit(1)
        .scalar_subquery()
    )
    version = (
        select(func.max(DRAFT.c.draft_version)).where(DRAFT.c.consultation_id == CONSULTATION.c.id).scalar_subquery()
    )
    columns = (CONSULTATION.c.id, CONSULTATION.c.agency, CONSULTATION.c.state, VIEW.c.lang, VIEW.c.doc_type)
    query = (
        select(*columns, VIEW.c.document_id, VIEW.c.card, VIEW.c.issuers, version.label("version"))
        .join_from(CONSULTATION, VIEW, VIEW.c.document_id == latest)
        .where(VIEW.c.seq_to.is_(None), VIEW.c.state.in_(LISTED_STATES))
        .where(CONSULTATION.c.agency.in_(agencies), CONSULTATION.c.state.in_(sorted(UNFINISHED)))
        .where(CONSULTATION.c.closes_at > await database_now(session) - MAX_AGE)
        .order_by(CONSULTATION.c.closes_at.desc(), CONSULTATION.c.id)
        .limit(MAX_CANDIDATES)
    )
    found = []
    for row in await session.execute(query):
        card = parse_view(row.card, row.document_id, "imports")
        if card is not None and row.issuers and row.doc_type and row.version:
            facts = DraftFacts(row.agency, row.issuers[0], row.doc_type, row.lang, card["title"], row.version)
            found.append((row.id, ConsultationStage(row.state), facts))
    return found


async def link_drafts(
    session: AsyncSession, by: Principal, links: Mapping[UUID, UUID], others: Collection[UUID] = ()
) -> None:
    """Make documents that are not public yet the next drafts of consultations, in the given order.

    The caller holds them, and `others` that it will publish: their consultations are locked, too, in one order with
    these.
    """
    members = await find_memberships(session, others)
    consultations = await lock_consultations(session, {*links.values(), *members.values()})
    for document, of in links.items():
        own = consultations[of]
        position = await next_position(session, ConsultationDocument, of)
        session.add(ConsultationDocument(document_id=document, consultation_id=of, position=position))
        own.version += 1
        await session.flush()
        await sync_views(session, own)
        details = {"consultation": str(of), "version": own.version, "document": str(document)}
        await append_entry(session, by, "consultation-link", own.agency, **details)
