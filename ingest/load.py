"""Loading a batch through the hub's commands: one transaction for documents, log, provenance and the run's position.

A batch that fails is taken apart and loaded record by record, so that one bad record never takes others with it.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from sqlalchemy import func
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import DBAPIError, SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncSession

from hub.content.commands import create_document, lock_documents, publish, save_edition
from hub.content.lifecycle import Verb
from hub.content.models import Document
from hub.content.registry import Codes, Registry
from hub.db import Database, table
from hub.errors import HubError, SetupProblem, UnknownReference
from ingest import runs
from ingest.models import Provenance
from ingest.quarantine import Quarantine
from ingest.records import Entry, Item, Reason, Reject, Why
from ingest.runs import Counts, ImportOptions, ImportUnderWay, Run
from ingest.state import Action, Held, decide, held

_PROVENANCE = table(Provenance)
_RECORDS_FAULT = ("22", "23", "54")
"""Classes of SQLSTATE that one record can cause: data, integrity, program limits."""
_TRY_AGAIN = "40"
"""Deadlocks and the like: another transaction was in the way."""
ATTEMPTS = 3


@dataclass
class _Work:
    """One item on its way: what is known of it and what it asks for."""

    item: Item
    known: Held
    action: Action


async def load(
    database: Database, run: Run, entries: Sequence[Entry], quarantine: Quarantine, options: ImportOptions
) -> Run:
    """Load entries of a file in order and give the run behind them. Nothing is half done when this raises."""
    try:
        return await _together(database, run, entries, quarantine, options)
    except Exception as problem:
        if not _is_records_fault(problem):
            raise
    for entry in entries:
        run = await _alone(database, run, entry, quarantine, options)
    return run


async def _alone(database: Database, run: Run, entry: Entry, quarantine: Quarantine, options: ImportOptions) -> Run:
    for attempt in range(ATTEMPTS):
        try:
            return await _together(database, run, [entry], quarantine, options)
        except Exception as problem:
            if isinstance(entry, Reject) or not _is_records_fault(problem):
                raise
            if not _sqlstate(problem).startswith(_TRY_AGAIN) or attempt == ATTEMPTS - 1:
                entry = Reject(entry.line, entry.source_id, _reason(problem), entry.original)
                break
    return await _together(database, run, [entry], quarantine, options)


def _sqlstate(problem: Exception) -> str:
    return str(getattr(problem.orig, "sqlstate", None) or "") if isinstance(problem, DBAPIError) else ""


def _is_records_fault(problem: Exception) -> bool:
    """Whether a record can be the cause; a lost connection or a full disk is nobody's fault here."""
    if isinstance(problem, DBAPIError):
        return not problem.connection_invalidated and _sqlstate(problem).startswith((*_RECORDS_FAULT, _TRY_AGAIN))
    return not isinstance(problem, (ImportUnderWay, SetupProblem, SQLAlchemyError, OSError, MemoryError))


def _reason(problem: Exception) -> Reason:
    if isinstance(problem, HubError):
        return Reason.of(problem)
    cause = problem.orig if isinstance(problem, DBAPIError) else problem
    return Reason(Why.internal_error, f"{type(cause).__name__}: {cause}"[:1_000])


async def _together(
    database: Database, run: Run, entries: Sequence[Entry], quarantine: Quarantine, options: ImportOptions
) -> Run:
    async with database.write() as session:
        await runs.lock(session, run)
        works, refused = await _decided(session, [e for e in entries if isinstance(e, Item)], options)
        rejects = sorted([*refused, *(e for e in entries if isinstance(e, Reject))], key=lambda reject: reject.line)
        published = await _act(session, works, options)
        tally = [work.action for work in works]
        counts = Counts(
            created=tally.count(Action.create),
            changed=tally.count(Action.change),
            unchanged=len(works) - tally.count(Action.create) - tally.count(Action.change),
            rejected=len(rejects),
            published=published,
        )
        moved = run.after(entries[-1].line, counts)
        await runs.move(session, moved)
        length = quarantine.write(rejects)
    quarantine.keep(rejects, length)
    return moved


async def _decided(
    session: AsyncSession, items: Sequence[Item], options: ImportOptions
) -> tuple[list[_Work], list[Reject]]:
    """What each item asks for. Only documents that will change are locked, and looked at again behind the lock."""
    works, rejects = await _looked_at(session, items, options)
    busy = [work for work in works if work.action is not Action.nothing]
    if not busy:
        return works, rejects
    await lock_documents(session, [work.known.document_id for work in busy])
    idle = [work for work in works if work.action is Action.nothing]
    acting, late = await _looked_at(session, [work.item for work in busy], options)
    known, unknown = await _known_references(session, acting)
    return sorted([*idle, *known], key=lambda work: work.item.line), [*rejects, *late, *unknown]


async def _looked_at(
    session: AsyncSession, items: Sequence[Item], options: ImportOptions
) -> tuple[list[_Work], list[Reject]]:
    works: list[_Work] = []
    rejects: list[Reject] = []
    new: dict[UUID, Held] = {}
    for item, known in zip(items, await held(session, items) if items else [], strict=True):
        if known.kind is None and known.document_id in new:
            # Another language of a document that this batch creates.
            first = new[known.document_id]
            known = replace(known, kind=first.kind, owner=first.owner, state="unpublished")
        action = decide(item, known, publish=options.publish)
        if isinstance(action, Reason):
            rejects.append(Reject(item.line, item.source_id, action, item.original))
            continue
        if known.kind is None:
            new[known.document_id] = replace(known, kind=item.kind, owner=item.owner)
        works.append(_Work(item, known, action))
    return works, rejects


async def _known_references(session: AsyncSession, works: Sequence[_Work]) -> tuple[list[_Work], list[Reject]]:
    """Works whose codes the registry holds, and rejects for the others, before anything is written."""
    everything = Codes()
    for work in works:
        everything.add(work.item.owner, work.item.content)
    registry = await Registry.load(session, everything)
    known: list[_Work] = []
    rejects: list[Reject] = []
    for work in works:
        codes = Codes()
        codes.add(work.item.owner, work.item.content)
        try:
            registry.require(codes)
        except UnknownReference as problem:
            item = work.item
            rejects.append(Reject(item.line, item.source_id, Reason.of(problem), item.original))
        else:
            known.append(work)
    return known, rejects


async def _act(session: AsyncSession, works: Sequence[_Work], options: ImportOptions) -> int:
    """Save and publish what the works ask for; gives how many editions became public."""
    acting = [work for work in works if work.action is not Action.nothing]
    if not acting:
        return 0
    documents = await lock_documents(session, [work.known.document_id for work in acting])
    to_publish: list[int] = []
    for work in acting:
        if work.action is Action.publish:
            assert work.known.working is not None  # noqa: S101 - that is what the action means
            to_publish.append(work.known.working.id)
        elif work.action in (Action.create, Action.change):
            edition_id = await _saved(session, work, documents, options)
            if options.publish:
                to_publish.append(edition_id)
    if to_publish:
        await publish(session, to_publish, verb=Verb.publish_trusted)
    await _remember(session, [work for work in acting if work.action is not Action.publish])
    return len(to_publish)


async def _saved(session: AsyncSession, work: _Work, documents: dict[UUID, Document], options: ImportOptions) -> int:
    item, document_id = work.item, work.known.document_id
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


async def _remember(session: AsyncSession, works: Sequence[_Work]) -> None:
    if not works:
        return
    rows = [
        {
            "source": work.item.source,
            "source_id": work.item.source_id,
            "lang": work.item.lang,
            "document_id": work.known.document_id,
            "content_sha256": work.item.digest,
        }
        for work in works
    ]
    statement = insert(_PROVENANCE).values(rows)
    changed = {"content_sha256": statement.excluded.content_sha256, "seen_at": func.now()}
    await session.execute(statement.on_conflict_do_update(index_elements=list(_PROVENANCE.primary_key), set_=changed))
