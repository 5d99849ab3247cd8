"""Load a batch through the hub's commands: one transaction for documents, log, provenance and the run's position.

A batch that fails is loaded again record by record, so that one bad record does not reject the others.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any
from uuid import UUID

import structlog
from sqlalchemy.ext.asyncio import AsyncSession

from hub.auth.principal import Principal
from hub.consultation.draft_links import LinkProposal, link_drafts
from hub.content.commands import load_editions, lock_documents, publish_editions
from hub.content.edition_storage import EditionInput, save_editions
from hub.content.models import Document, Edition
from hub.db import Database
from hub.domain.lifecycle import Verb
from hub.domain.source_claims import claims_of
from hub.manage.actions import EditorAction
from hub.manage.audit_trail import append_audit_entry
from hub.manage.notes import NoteType, add_note
from ingest.dedup import record_provenance
from ingest.dedup.provenance import upsert_provenance
from ingest.draft_links import LINKING_ACTIONS, propose_links
from ingest.imports import runs
from ingest.imports.batch_plan import PlannedItem, dedup_candidate, origin_url, plan_batch
from ingest.imports.quarantine import QuarantineFile
from ingest.imports.record_faults import is_record_fault, is_transient, reason_for
from ingest.imports.runs import ImportCounts, ImportOptions, Run
from ingest.plan import PlannedAction
from ingest.records import BatchEntry, ImportItem, Reject

log = structlog.get_logger()

MAX_ATTEMPTS = 3
_SAVING_ACTIONS = (PlannedAction.create, PlannedAction.change)
_CHANGING_ACTIONS = (PlannedAction.create, PlannedAction.change, PlannedAction.attach)


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


async def _load_in_transaction(
    database: Database, run: Run, entries: Sequence[BatchEntry], quarantine: QuarantineFile, options: ImportOptions
) -> Run:
    async with database.write() as session:
        await runs.lock(session, run)
        planned, refused = await plan_batch(session, [e for e in entries if isinstance(e, ImportItem)], options)
        proposals = await add_proposals(session, planned)
        rejects = quarantine.locate_rejects([*refused, *(e for e in entries if isinstance(e, Reject))])
        published = await _apply(session, planned, options, proposals)
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
    for item in (each.item for each in planned if each.action in _SAVING_ACTIONS or each.is_held):
        if item.doubts:
            log.warning("import_doubtful", line=item.line, id=item.source_id, doubts=item.doubts)
            quarantine.doubtful.add(item, item.doubts)
        if item.conversions:
            quarantine.converted.add(item, (each.words for each in item.conversions))
    return advanced


async def add_proposals(session: AsyncSession, planned: Sequence[PlannedItem]) -> dict[UUID, LinkProposal]:
    """Find the consultations of new drafts; an unclear one is a doubt of the item, so nothing of it is published."""
    linking = [each for each in planned if each.action in LINKING_ACTIONS]
    proposals = await propose_links(session, [(each.item, each.existing) for each in linking])
    for each in linking:
        proposal = proposals.get(each.existing.document_id)
        if proposal is None or proposal.is_certain:
            continue
        each.item = replace(each.item, doubts=(*each.item.doubts, proposal.doubt))
        if each.action is PlannedAction.publish:
            each.action, each.is_held = PlannedAction.nothing, True
    return proposals


async def _apply(
    session: AsyncSession,
    planned: Sequence[PlannedItem],
    options: ImportOptions,
    proposals: Mapping[UUID, LinkProposal],
) -> int:
    """Execute the planned actions; return the number of published editions."""
    acting = [each for each in planned if each.action is not PlannedAction.nothing]
    if not acting:
        return 0
    documents = await lock_documents(session, [each.existing.document_id for each in acting])
    saved = await _save_items(session, acting, documents, options, proposals)
    waiting = {
        each.item.line: each.existing.working.id
        for each in acting
        if each.action is PlannedAction.publish and each.existing.working is not None
    }
    drafts = await load_editions(session, list(waiting.values()))
    to_publish = [
        drafts[waiting[line]] if line in waiting else saved[line]
        for line, item in ((each.item.line, each.item) for each in acting)
        if line in waiting or (line in saved and options.publish and not item.doubts)
    ]
    if links := {document: found.consultation for document, found in proposals.items() if found.is_certain}:
        await link_drafts(session, _importer(options.by, options.agency), links, documents.keys())
    if to_publish:
        await publish_editions(session, to_publish, documents, verb=Verb.publish_trusted)
    await _record_provenance(session, [each for each in acting if each.action is not PlannedAction.publish])
    return len(to_publish)


async def _save_items(
    session: AsyncSession,
    acting: Sequence[PlannedItem],
    documents: dict[UUID, Document],
    options: ImportOptions,
    proposals: Mapping[UUID, LinkProposal],
) -> dict[int, Edition]:
    """Save the items that become editions, and notes about them; return the editions by line.

    Documents that it creates are added to `documents`.
    """
    saving = [each for each in acting if each.action in _SAVING_ACTIONS]
    if not saving:
        return {}
    new = dict[UUID, Document]()
    for each in saving:
        id_, item = each.existing.document_id, each.item
        if id_ not in documents:
            documents[id_] = new[id_] = Document(id=id_, kind=item.kind, owner=item.owner)
    editions = await save_editions(
        session,
        [
            EditionInput(
                documents[each.existing.document_id],
                each.item.checked,
                f"{options.by}:{each.item.source}",
                each.item.change_note,
            )
            for each in saving
        ],
        new=list(new.values()),
    )
    for each, edition in zip(saving, editions, strict=True):
        await _note(session, each, documents[each.existing.document_id], edition, options, proposals)
    return {each.item.line: edition for each, edition in zip(saving, editions, strict=True)}


async def _note(
    session: AsyncSession,
    planned: PlannedItem,
    document: Document,
    edition: Edition,
    options: ImportOptions,
    proposals: Mapping[UUID, LinkProposal],
) -> None:
    """Write what editors should know of a saved item: its doubts, and parts beside its content."""
    item, proposal = planned.item, proposals.get(document.id)
    by = _importer(f"{options.by}:{item.source}", item.owner)
    if proposal is not None and not proposal.is_certain:
        # The editors' desk reads the question and the proposal from here.
        asked = {"doubts": list(item.doubts), "consultation": str(proposal.consultation)}
        await append_audit_entry(session, by, EditorAction.create, document, edition, **asked)
    elif item.note is not None:
        await add_note(session, by, document.id, NoteType.note, item.note, edition=edition)


def _importer(id_: str, agency: str) -> Principal:
    """The import as the actor of an entry; it has no rights of its own."""
    return Principal(id_, "import", agency, frozenset({agency}), frozenset())


async def _record_provenance(session: AsyncSession, planned: Sequence[PlannedItem]) -> None:
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
                dedup_candidate(item),
                source=item.source,
                source_id=item.source_id,
                url=origin_url(item),
                sha256=None,
                fetched_at=None,
                change_note=item.change_note,
            )


def _provenance_row(planned: PlannedItem) -> dict[str, Any]:
    item = planned.item
    return {
        "source": item.source,
        "source_id": item.source_id,
        "lang": item.lang,
        "document_id": planned.existing.document_id,
        "content_sha256": item.digest,
        "leads": True,
        "url": origin_url(item),
        "claims": claims_of(item.content),
        "conflicts": None,
    }
