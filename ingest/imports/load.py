"""Load a batch through the hub's commands: one transaction for documents, log, provenance and the run's position.

A batch that fails is loaded again record by record, so that one bad record does not reject the others.
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
"""Class of SQLSTATE of deadlocks and serialization failures: another transaction was in the way."""
MAX_ATTEMPTS = 3
_CHANGING_ACTIONS = (PlannedAction.create, PlannedAction.change, PlannedAction.attach)


@dataclass
class _PlannedItem:
    """An item with the hub's state of it and the planned action."""

    item: ImportItem
    existing: ExistingRecord
    action: PlannedAction


async def load_batch(
    database: Database, run: Run, entries: Sequence[BatchEntry], quarantine: QuarantineFile, options: ImportOptions
) -> Run:
    """Load entries of a file in order and return the advanced run. Nothing is half done when this raises."""
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
    """True when a record can be the cause of a failure; a lost connection or a full disk is not its fault."""
    if isinstance(problem, DBAPIError):
        return not problem.connection_invalidated and _sqlstate(problem).startswith(
            (*_RECORD_SQLSTATES, _TRANSIENT_SQLSTATE)
        )
    return not isinstance(problem, (ImportUnderWay, SetupProblem, SQLAlchemyError, OSError, MemoryError))


def is_transient(problem: Exception) -> bool:
    """True when another transaction was in the way, so that a retry may help."""
    return _sqlstate(problem).startswith(_TRANSIENT_SQLSTATE)


def reason_for(problem: Exception) -> Reason:
    """The reason for rejecting a record that caused a failure."""
    if isinstance(problem, HubError):
        return Reason.of(problem)
    cause = problem.orig if isinstance(problem, DBAPIError) else problem
    return Reason(RejectionCode.internal_error, f"{type(cause).__name__}: {cause}"[:1_000])


async def _load_in_transaction(
    database: Database, run: Run, entries: Sequence[BatchEntry], quarantine: QuarantineFile, options: ImportOptions
) -> Run:
    async with database.write() as session:
        await runs.lock(session, run)
        planned, refused = await _plan_batch(session, [e for e in entries if isinstance(e, ImportItem)], options)
        rejects = sorted([*refused, *(e for e in entries if isinstance(e, Reject))], key=lambda reject: reject.line)
        published = await _apply(session, planned, options)
        actions = [each.action for each in planned]
        counts = ImportCounts(
            created=actions.count(PlannedAction.create),
            changed=actions.count(PlannedAction.change),
            joined=actions.count(PlannedAction.attach),
            unchanged=len([action for action in actions if action not in _CHANGING_ACTIONS]),
            rejected=len(rejects),
            published=published,
        )
        advanced = run.advance(entries[-1].line, counts)
        await runs.save_progress(session, advanced)
        length = quarantine.write(rejects)
    quarantine.commit(rejects, length)
    return advanced


async def _plan_batch(
    session: AsyncSession, items: Sequence[ImportItem], options: ImportOptions
) -> tuple[list[_PlannedItem], list[Reject]]:
    """Plan the action of each item. Only documents that will change are locked, and planned again under the lock."""
    if not items:
        return [], []
    known = await existing.load(session, items)
    if matches := await _match_documents(session, items, known):
        known = await existing.load(session, _with_matches(items, matches))
    gone = await _find_gone(session, items, known, matches)
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
    found = await find_duplicates(session, [(item.document_id, _candidate(item)) for item in new])
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


def _candidate(item: ImportItem) -> DedupCandidate:
    return DedupCandidate(item.kind, item.lang, item.content, "", _origin_url(item))


def _plan_items(
    items: Sequence[ImportItem],
    states: Sequence[ExistingRecord],
    matches: Mapping[int, UUID],
    gone: Mapping[int, UUID],
    options: ImportOptions,
) -> tuple[list[_PlannedItem], list[Reject]]:
    planned: list[_PlannedItem] = []
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
            action = plan(item, known, IMPORT_POLICY, publish=options.publish, is_match=is_match)
        if isinstance(action, Reason):
            rejects.append(Reject(item.line, item.source_id, action, item.original))
            continue
        if known.kind is None:
            new[known.document_id] = replace(known, kind=item.kind, owner=item.owner)
        planned.append(_PlannedItem(item, known, action))
    return planned, rejects


async def _reject_unknown_references(
    session: AsyncSession, planned: Sequence[_PlannedItem]
) -> tuple[list[_PlannedItem], list[Reject]]:
    """Reject items with codes that the registry does not have, before anything is written."""
    everything = CodeSet()
    for each in planned:
        everything.add(each.item.owner, each.item.content)
    registry = await NameLookup.load(session, everything)
    known: list[_PlannedItem] = []
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


async def _apply(session: AsyncSession, planned: Sequence[_PlannedItem], options: ImportOptions) -> int:
    """Execute the planned actions; return the number of published editions."""
    acting = [each for each in planned if each.action is not PlannedAction.nothing]
    if not acting:
        return 0
    documents = await lock_documents(session, [each.existing.document_id for each in acting])
    to_publish: list[int] = []
    for each in acting:
        if each.action is PlannedAction.publish:
            assert each.existing.working is not None  # noqa: S101 - the action is planned for a working edition only
            to_publish.append(each.existing.working.id)
        elif each.action in (PlannedAction.create, PlannedAction.change):
            edition_id = await _save_item(session, each, documents, options)
            if options.publish:
                to_publish.append(edition_id)
    if to_publish:
        await publish(session, to_publish, verb=Verb.publish_trusted)
    await _record_provenance(session, [each for each in acting if each.action is not PlannedAction.publish])
    return len(to_publish)


async def _save_item(
    session: AsyncSession, planned: _PlannedItem, documents: dict[UUID, Document], options: ImportOptions
) -> int:
    item, document_id = planned.item, planned.existing.document_id
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


async def _record_provenance(session: AsyncSession, planned: Sequence[_PlannedItem]) -> None:
    """Record the provenance of documents: of leading sources by one statement, of others one by one."""
    leading = [each for each in planned if each.action in (PlannedAction.create, PlannedAction.change)]
    if leading:
        await upsert_provenance(session, [_provenance_row(each) for each in leading])
    for each in planned:
        if each.action in (PlannedAction.adopt, PlannedAction.attach):
            item = each.item
            await record_provenance(
                session,
                each.existing.document_id,
                _candidate(item),
                source=item.source,
                source_id=item.source_id,
                url=_origin_url(item),
                sha256=None,
                fetched_at=None,
                change_note=item.change_note,
            )


def _provenance_row(planned: _PlannedItem) -> dict[str, Any]:
    item = planned.item
    return {
        "source": item.source,
        "source_id": item.source_id,
        "lang": item.lang,
        "document_id": planned.existing.document_id,
        "content_sha256": item.digest,
        "leads": True,
        "url": _origin_url(item),
        "claims": claims_of(item.content),
        "conflicts": None,
    }


def _origin_url(item: ImportItem) -> str | None:
    return (item.content.get("origin") or {}).get("url")
