"""Drafts of a batch that are, or may be, the next drafts of consultations: for both ways into the hub."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from hub.consultation.draft_links import MAX_AGE, LinkProposal, draft_facts, find_proposals
from hub.consultation.draft_titles import DraftFacts
from hub.domain.kinds.draft import DRAFT
from hub.domain.lifecycle import DocumentState
from hub.times import today
from ingest.existing import ExistingRecord
from ingest.plan import PlannedAction
from ingest.records import ImportItem

LINKING_ACTIONS = (PlannedAction.create, PlannedAction.change, PlannedAction.publish)
"""Actions by which a draft may become public for the first time."""


async def propose_links(
    session: AsyncSession, records: Iterable[tuple[ImportItem, ExistingRecord]]
) -> dict[UUID, LinkProposal]:
    """Find the consultations of drafts that were never public, by document."""
    drafts, beginners = dict[UUID, DraftFacts](), set[UUID]()
    for item, existing in records:
        if item.kind == DRAFT.name and existing.state in (None, DocumentState.unpublished):
            drafts.setdefault(existing.document_id, draft_facts(item.owner, item.lang, item.content))
            if _begins_consultation(item.content):
                beginners.add(existing.document_id)
    return await find_proposals(session, drafts, beginners)


def _begins_consultation(content: Mapping[str, Any]) -> bool:
    """Return True if a draft states a window that ended less than a year ago, or has not ended."""
    window: Mapping[str, Any] = content.get("consultation") or {}
    return bool(window) and date.fromisoformat(str(window["closes_on"])) > today() - MAX_AGE
