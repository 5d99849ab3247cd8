"""Loading a batch through the hub's commands: one transaction for documents, log, provenance and the run's position.

A batch that fails is taken apart and loaded record by record, so that one bad record never takes others with it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from sqlalchemy.exc import DBAPIError, SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncSession

from hub.content.commands import create_document, lock_documents, publish, save_edition
from hub.content.models import Document
from hub.content.view_names import CodeSet, NameLookup
from hub.db import Database
from hub.domain.lifecycle import Verb
from hub.domain.source_claims import claims_of
from hub.errors import HubError, SetupProblem, UnknownReference
from ingest import existing
from ingest.dedup import DedupCandidate, find_duplicates, find_gone, gone_reason, record_provenance
from ingest.dedup.provenance import upsert_provenance
from ingest.existing import ExistingRecord
from ingest.imports import runs
from ingest.imports.quarantine import QuarantineFile
from ingest.imports.runs import ImportCounts, ImportOptions, ImportUnderWay, Run
from ingest.plan import IMPORT_POLICY, PlannedAction, plan
from ingest.records import BatchEntry, ImportItem, Reason, Reject, RejectionCode

_RECORD_SQLSTATES = ("22", "23", "54")
"""Classes of SQLSTATE that one record can cause: data, integrity, program limits."""
_TRANSIENT_SQLSTATE = "40"
"""Deadlocks and the like: another transaction was in the way."""
MAX_ATTEMPTS = 3
_CHANGING_ACTIONS = (PlannedAction.create, PlannedAction.change, PlannedAction.attach)


@dataclass
class _PlannedItem:
    """One item on its way: what is known of it and what it asks for."""

    item: ImportItem
    existing: ExistingRecord
    action: PlannedAction


async def load_batch(
    database: Database, run: Run, entries: Sequence[BatchEntry], quarantine: QuarantineFile, options: ImportOptions
) -> Run:
    """Load entries of a file in order and give the run behind them. Nothing is half done when this raises."""
    try:
        return await _load_in_transaction(database, run, entries, quarantine, options)
    except Exception as problem:
        if not is_record_fault(problem):
            raise
    for entry in entries:
        run = await _load_with_retry(database, run, entry, quarantine, options)
    return run


async def _load_with_retry(
    database: Database, run: Run, entry: BatchEntry, quarantine: QuarantineFile, options: ImportOptions
) -> Run:
    for attempt in range(MAX_ATTEMPTS):
        try:
            return await _load_in_transaction(database, run, [entry], quarantine, options)
        except Exception as problem:
            if isinstance(entry, Reject) or not is_record_fault(problem):
                raise
            if not is_transient(problem) or attempt == MAX_ATTEMPTS - 1:
                entry = Reject(entry.line, entry.source_id, reason_for(problem), entry.original)
                break
    return await _load_in_transaction(database, run, [entry], quarantine, options)


def _sqlstate(problem: Exception) -> str:
    return str(getattr(problem.orig, "sqlstate", None) or "") if isinstance(problem, DBAPIError) else ""


def is_record_fault(problem: Exception) -> bool:
    """Whether a record can be the cause; a lost connection or a full disk is nobody's fault here."""
    if isinstance(problem, DBAPIError):
        return not problem.connection_invalidated and _sqlstate(problem).startswith(
            (*_RECORD_SQLSTATES, _TRANSIENT_SQLSTATE)
        )
    return not isinstance(problem, (ImportUnderWay, SetupProblem, SQLAlchemyError, OSError, MemoryError))


def is_transient(problem: Exception) -> bool:
    """Whether another transaction was in the way, so that trying again may help."""
    return _sqlstate(problem).startswith(_TRANSIENT_SQLSTATE)


def reason_for(problem: Exception) -> Reason:
    """A failure as the reason for which its record is set aside."""
    if isinstance(problem, HubError):
        return Reason.of(problem)
    cause = problem.orig if isinstance(problem, DBAPIError) else problem
    return Reason(RejectionCode.internal_error, f"{type(cause).__name__}: {cause}"[:1_000])


async def _load_in_transaction(
    database: Database, run: Run, entries: Sequence[BatchEntry], quarantine: QuarantineFile, options: ImportOptions
) -> Run:
    async with database.write() as session:
        await runs.lock(session, run)
        works, refused = await _plan_batch(session, [e for e in entries if isinstance(e, ImportItem)], options)
        rejects = sorted([*refused, *(e for e in entries if isinstance(e, Reject))], key=lambda reject: reject.line)
        published = await _apply(session, works, options)
        tally = [work.action for work in works]
        counts = ImportCounts(
            created=tally.count(PlannedAction.create),
            changed=tally.count(PlannedAction.change),
            joined=tally.count(PlannedAction.attach),
            unchanged=len([action for action in tally if action not in _CHANGING_ACTIONS]),
            rejected=len(rejects),
            published=published,
        )
        moved = run.advance(entries[-1].line, counts)
        await runs.save_progress(session, moved)
        length = quarantine.write(rejects)
    quarantine.commit(rejects, length)
    return moved


async def _plan_batch(
    session: AsyncSession, items: Sequence[ImportItem], options: ImportOptions
) -> tuple[list[_PlannedItem], list[Reject]]:
    """What each item asks for. Only documents that will change are locked, and looked at again behind the lock."""
    if not items:
        return [], []
    known = await existing.load(session, items)
    if same := await _match_documents(session, items, known):
        known = await existing.load(session, _with_matches(items, same))
    gone = await _find_gone(session, items, known, same)
    works, rejects = _plan_items(items, known, same, gone, options)
    busy = [work for work in works if work.action is not PlannedAction.nothing]
    if not busy:
        return works, rejects
    await lock_documents(session, [work.existing.document_id for work in busy])
    idle = [work for work in works if work.action is PlannedAction.nothing]
    again = [work.item for work in busy]
    acting, late = _plan_items(again, await existing.load(session, _with_matches(again, same)), same, gone, options)
    ready, unknown = await _reject_unknown_references(session, acting)
    return sorted([*idle, *ready], key=lambda work: work.item.line), [*rejects, *late, *unknown]


async def _match_documents(
    session: AsyncSession, items: Sequence[ImportItem], known: Sequence[ExistingRecord]
) -> dict[int, UUID]:
    """By line, the documents that items turn out to be which their source never delivered.

    A record that names the UUID of its document has said itself which one it is.
    """
    new = [
        item
        for item, held_of in zip(items, known, strict=True)
        if held_of.delivered_digest is None and held_of.document_id == item.document_id and not item.id_is_given
    ]
    found = await find_duplicates(session, [(item.document_id, _candidate(item)) for item in new])
    return {item.line: same.document_id for item, same in zip(new, found, strict=True) if same is not None}


async def _find_gone(
    session: AsyncSession, items: Sequence[ImportItem], known: Sequence[ExistingRecord], same: Mapping[int, UUID]
) -> dict[int, UUID]:
    """By line, the documents that are gone and would come back by new ones, or by what is the same as those."""
    new = [item for item, held_of in zip(items, known, strict=True) if held_of.kind is None and item.line not in same]
    found = zip(new, await find_gone(session, new), strict=True)
    gone = {item.document_id: document_id for item, document_id in found if document_id is not None}
    return {item.line: gone[to] for item in items if (to := same.get(item.line, item.document_id)) in gone}


def _with_matches(items: Sequence[ImportItem], same: Mapping[int, UUID]) -> list[ImportItem]:
    return [replace(item, document_id=same.get(item.line, item.document_id)) for item in items]


def _candidate(item: ImportItem) -> DedupCandidate:
    return DedupCandidate(item.kind, item.lang, item.content, "", _origin_url(item))


def _plan_items(
    items: Sequence[ImportItem],
    states: Sequence[ExistingRecord],
    same: Mapping[int, UUID],
    gone: Mapping[int, UUID],
    options: ImportOptions,
) -> tuple[list[_PlannedItem], list[Reject]]:
    works: list[_PlannedItem] = []
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
            is_match = item.line in same and known.delivered_digest is None
            action = plan(item, known, IMPORT_POLICY, publish=options.publish, is_match=is_match)
        if isinstance(action, Reason):
            rejects.append(Reject(item.line, item.source_id, action, item.original))
            continue
        if known.kind is None:
            new[known.document_id] = replace(known, kind=item.kind, owner=item.owner)
        works.append(_PlannedItem(item, known, action))
    return works, rejects


async def _reject_unknown_references(
    session: AsyncSession, works: Sequence[_PlannedItem]
) -> tuple[list[_PlannedItem], list[Reject]]:
    """Works whose codes the registry holds, and rejects for the others, before anything is written."""
    everything = CodeSet()
    for work in works:
        everything.add(work.item.owner, work.item.content)
    registry = await NameLookup.load(session, everything)
    known: list[_PlannedItem] = []
    rejects: list[Reject] = []
    for work in works:
        codes = CodeSet()
        codes.add(work.item.owner, work.item.content)
        try:
            registry.require(codes)
        except UnknownReference as problem:
            item = work.item
            rejects.append(Reject(item.line, item.source_id, Reason.of(problem), item.original))
        else:
            known.append(work)
    return known, rejects


async def _apply(session: AsyncSession, works: Sequence[_PlannedItem], options: ImportOptions) -> int:
    """Save and publish what the works ask for; gives how many editions became public."""
    acting = [work for work in works if work.action is not PlannedAction.nothing]
    if not acting:
        return 0
    documents = await lock_documents(session, [work.existing.document_id for work in acting])
    to_publish: list[int] = []
    for work in acting:
        if work.action is PlannedAction.publish:
            assert work.existing.working is not None  # noqa: S101 - that is what the action means
            to_publish.append(work.existing.working.id)
        elif work.action in (PlannedAction.create, PlannedAction.change):
            edition_id = await _save_item(session, work, documents, options)
            if options.publish:
                to_publish.append(edition_id)
    if to_publish:
        await publish(session, to_publish, verb=Verb.publish_trusted)
    await _record_provenance(session, [work for work in acting if work.action is not PlannedAction.publish])
    return len(to_publish)


async def _save_item(
    session: AsyncSession, work: _PlannedItem, documents: dict[UUID, Document], options: ImportOptions
) -> int:
    item, document_id = work.item, work.existing.document_id
    if document_id not in documents:
        documents[document_id] = await create_document(
            session, document_id=document_id, kind=item.kind, owner=item.owner
        )
    edition = await save_edition(
        session,
        documents[document_id],
        lang=item.lang,
        content=item.content,
        by=f"{options.by}:{item.source}",
        change_note=item.change_note,
    )
    assert edition.id is not None  # noqa: S101 - it is flushed
    return edition.id


async def _record_provenance(session: AsyncSession, works: Sequence[_PlannedItem]) -> None:
    """Where documents came from: what leads in one statement, what another source may lead one by one."""
    leading = [work for work in works if work.action in (PlannedAction.create, PlannedAction.change)]
    if leading:
        await upsert_provenance(session, [_provenance_row(work) for work in leading])
    for work in works:
        if work.action in (PlannedAction.adopt, PlannedAction.attach):
            item = work.item
            await record_provenance(
                session,
                work.existing.document_id,
                _candidate(item),
                source=item.source,
                source_id=item.source_id,
                url=_origin_url(item),
                sha256=None,
                fetched_at=None,
                change_note=item.change_note,
            )


def _provenance_row(work: _PlannedItem) -> dict[str, Any]:
    item = work.item
    return {
        "source": item.source,
        "source_id": item.source_id,
        "lang": item.lang,
        "document_id": work.existing.document_id,
        "content_sha256": item.digest,
        "leads": True,
        "url": _origin_url(item),
        "claims": claims_of(item.content),
        "conflicts": None,
    }


def _origin_url(item: ImportItem) -> str | None:
    return (item.content.get("origin") or {}).get("url")
