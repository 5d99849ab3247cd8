"""Plan of a batch: the action of each record, or the reason why it is rejected, decided under the documents' locks."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from hub.content.commands import lock_documents
from hub.content.view_names import CodeSet, NameLookup
from hub.errors import UnknownReference
from ingest import existing
from ingest.dedup import DedupCandidate, find_duplicates, find_gone, gone_reason
from ingest.existing import ExistingRecord
from ingest.imports.runs import ImportOptions
from ingest.plan import IMPORT_POLICY, PlannedAction, plan
from ingest.records import ImportItem, Reason, Reject


@dataclass
class PlannedItem:
    """An item with the hub's state of it and the planned action."""

    item: ImportItem
    existing: ExistingRecord
    action: PlannedAction
    is_held: bool = False
    """True for a draft that was to be published, and waits for an editor because of a new doubt."""


async def plan_batch(
    session: AsyncSession, items: Sequence[ImportItem], options: ImportOptions
) -> tuple[list[PlannedItem], list[Reject]]:
    """Plan the action of each item. Only documents that will change are locked, and planned again under the lock."""
    if not items:
        return [], []
    known, matches, gone = await _load_state(session, items)
    planned, rejects = _plan_items(items, known, matches, gone, options)
    acting = [each for each in planned if each.action is not PlannedAction.nothing]
    if not acting:
        return planned, rejects
    idle = [each for each in planned if each.action is PlannedAction.nothing]
    await lock_documents(session, [each.existing.document_id for each in acting])
    again = [each.item for each in acting]
    known = await existing.load(session, _with_matches(again, matches))
    acting, late = _plan_items(again, known, matches, gone, options)
    ready, unknown = await _reject_unknown_references(session, acting)
    return sorted([*idle, *ready], key=lambda each: each.item.line), [*rejects, *late, *unknown]


async def plan_without_locks(
    session: AsyncSession, items: Sequence[ImportItem], options: ImportOptions
) -> tuple[list[PlannedItem], list[Reject]]:
    """Plan the action of each item for a preview: nothing is locked, so it may change before an import."""
    if not items:
        return [], []
    known, matches, gone = await _load_state(session, items)
    planned, rejects = _plan_items(items, known, matches, gone, options)
    idle = [each for each in planned if each.action is PlannedAction.nothing]
    acting = [each for each in planned if each.action is not PlannedAction.nothing]
    ready, unknown = await _reject_unknown_references(session, acting)
    return sorted([*idle, *ready], key=lambda each: each.item.line), [*rejects, *unknown]


async def _load_state(
    session: AsyncSession, items: Sequence[ImportItem]
) -> tuple[list[ExistingRecord], dict[int, UUID], dict[int, UUID]]:
    """Load the hub's state of each item, and by line the documents of new ones and those that are gone."""
    known = await existing.load(session, items)
    if matches := await _match_documents(session, items, known):
        known = await existing.load(session, _with_matches(items, matches))
    return known, matches, await _find_gone(session, items, known, matches)


async def _match_documents(
    session: AsyncSession, items: Sequence[ImportItem], known: Sequence[ExistingRecord]
) -> dict[int, UUID]:
    """Find the documents of new items by deduplication, by line.

    A record that gives the UUID of its document is not deduplicated.
    """
    new = [
        item
        for item, state in zip(items, known, strict=True)
        if state.delivered_digest is None and state.document_id == item.document_id and not item.id_is_given
    ]
    found = await find_duplicates(session, [(item.document_id, dedup_candidate(item)) for item in new])
    return {item.line: match.document_id for item, match in zip(new, found, strict=True) if match is not None}


async def _find_gone(
    session: AsyncSession, items: Sequence[ImportItem], known: Sequence[ExistingRecord], matches: Mapping[int, UUID]
) -> dict[int, UUID]:
    """Find the documents that are gone and would come back by new items or their matches, by line."""
    new = [item for item, state in zip(items, known, strict=True) if state.kind is None and item.line not in matches]
    found = zip(new, await find_gone(session, new), strict=True)
    gone = {item.document_id: document_id for item, document_id in found if document_id is not None}
    return {item.line: gone[target] for item in items if (target := matches.get(item.line, item.document_id)) in gone}


def _with_matches(items: Sequence[ImportItem], matches: Mapping[int, UUID]) -> list[ImportItem]:
    return [replace(item, document_id=matches.get(item.line, item.document_id)) for item in items]


def _plan_items(
    items: Sequence[ImportItem],
    states: Sequence[ExistingRecord],
    matches: Mapping[int, UUID],
    gone: Mapping[int, UUID],
    options: ImportOptions,
) -> tuple[list[PlannedItem], list[Reject]]:
    planned: list[PlannedItem] = []
    rejects: list[Reject] = []
    new: dict[UUID, ExistingRecord] = {}
    for item, known in zip(items, states, strict=True):
        if known.kind is None and known.document_id in new:
            # Another language of a document that this batch creates, or the same from another source.
            first = new[known.document_id]
            known = replace(known, kind=first.kind, owner=first.owner, state="unpublished")
        action: PlannedAction | Reason
        if item.line in gone:
            action = gone_reason(gone[item.line])
        else:
            is_match = item.line in matches and known.delivered_digest is None
            action = plan(item, known, IMPORT_POLICY, publish=options.publish and not item.doubts, is_match=is_match)
        if isinstance(action, Reason):
            rejects.append(Reject(item.line, item.source_id, action, item.original))
            continue
        if known.kind is None:
            new[known.document_id] = replace(known, kind=item.kind, owner=item.owner)
        planned.append(PlannedItem(item, known, action))
    return planned, rejects


async def _reject_unknown_references(
    session: AsyncSession, planned: Sequence[PlannedItem]
) -> tuple[list[PlannedItem], list[Reject]]:
    """Reject items with codes that the registry does not have, before anything is written."""
    everything = CodeSet()
    for each in planned:
        everything.add(each.item.owner, each.item.content)
    registry = await NameLookup.load(session, everything)
    known: list[PlannedItem] = []
    rejects: list[Reject] = []
    for each in planned:
        item = each.item
        codes = CodeSet()
        codes.add(item.owner, item.content)
        try:
            registry.require(codes)
        except UnknownReference as problem:
            rejects.append(Reject(item.line, item.source_id, Reason.of(problem), item.original))
        else:
            known.append(each)
    return known, rejects


def dedup_candidate(item: ImportItem) -> DedupCandidate:
    """Build the input of deduplication for an item."""
    return DedupCandidate(item.checked, item.checked.fingerprint, origin_url(item))


def origin_url(item: ImportItem) -> str | None:
    """Return the address of the original that the content names; None if there is none."""
    return (item.content.get("origin") or {}).get("url")
