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
from hub.content.view_names import Codes, Registry
from hub.db import Database
from hub.domain.lifecycle import Verb
from hub.domain.source_claims import claims_of
from hub.errors import HubError, SetupProblem, UnknownReference
from ingest.dedup import Facts, find_all, find_gone, gone_reason, remember
from ingest.dedup.provenance import upsert
from ingest.imports import runs
from ingest.imports.quarantine import Quarantine
from ingest.imports.runs import Counts, ImportOptions, ImportUnderWay, Run
from ingest.plan import Action, Held, decide, held
from ingest.records import Entry, Item, Reason, Reject, Why

_RECORDS_FAULT = ("22", "23", "54")
"""Classes of SQLSTATE that one record can cause: data, integrity, program limits."""
_TRY_AGAIN = "40"
"""Deadlocks and the like: another transaction was in the way."""
ATTEMPTS = 3
_COUNTED = (Action.create, Action.change, Action.attach)


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
        if not is_records_fault(problem):
            raise
    for entry in entries:
        run = await _alone(database, run, entry, quarantine, options)
    return run


async def _alone(database: Database, run: Run, entry: Entry, quarantine: Quarantine, options: ImportOptions) -> Run:
    for attempt in range(ATTEMPTS):
        try:
            return await _together(database, run, [entry], quarantine, options)
        except Exception as problem:
            if isinstance(entry, Reject) or not is_records_fault(problem):
                raise
            if not may_pass(problem) or attempt == ATTEMPTS - 1:
                entry = Reject(entry.line, entry.source_id, reason_for(problem), entry.original)
                break
    return await _together(database, run, [entry], quarantine, options)


def _sqlstate(problem: Exception) -> str:
    return str(getattr(problem.orig, "sqlstate", None) or "") if isinstance(problem, DBAPIError) else ""


def is_records_fault(problem: Exception) -> bool:
    """Whether a record can be the cause; a lost connection or a full disk is nobody's fault here."""
    if isinstance(problem, DBAPIError):
        return not problem.connection_invalidated and _sqlstate(problem).startswith((*_RECORDS_FAULT, _TRY_AGAIN))
    return not isinstance(problem, (ImportUnderWay, SetupProblem, SQLAlchemyError, OSError, MemoryError))


def may_pass(problem: Exception) -> bool:
    """Whether another transaction was in the way, so that trying again may help."""
    return _sqlstate(problem).startswith(_TRY_AGAIN)


def reason_for(problem: Exception) -> Reason:
    """A failure as the reason for which its record is set aside."""
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
            joined=tally.count(Action.attach),
            unchanged=len([action for action in tally if action not in _COUNTED]),
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
    if not items:
        return [], []
    known = await held(session, items)
    if same := await _same(session, items, known):
        known = await held(session, _as_found(items, same))
    gone = await _gone(session, items, known, same)
    works, rejects = _looked_at(items, known, same, gone, options)
    busy = [work for work in works if work.action is not Action.nothing]
    if not busy:
        return works, rejects
    await lock_documents(session, [work.known.document_id for work in busy])
    idle = [work for work in works if work.action is Action.nothing]
    again = [work.item for work in busy]
    acting, late = _looked_at(again, await held(session, _as_found(again, same)), same, gone, options)
    ready, unknown = await _known_references(session, acting)
    return sorted([*idle, *ready], key=lambda work: work.item.line), [*rejects, *late, *unknown]


async def _same(session: AsyncSession, items: Sequence[Item], known: Sequence[Held]) -> dict[int, UUID]:
    """By line, the documents that items turn out to be which their source never delivered.

    A record that names the UUID of its document has said itself which one it is.
    """
    new = [
        item
        for item, held_of in zip(items, known, strict=True)
        if held_of.from_source is None and held_of.document_id == item.document_id and not item.id_is_given
    ]
    found = await find_all(session, [(item.document_id, _facts(item)) for item in new])
    return {item.line: same.document_id for item, same in zip(new, found, strict=True) if same is not None}


async def _gone(
    session: AsyncSession, items: Sequence[Item], known: Sequence[Held], same: Mapping[int, UUID]
) -> dict[int, UUID]:
    """By line, the documents that are gone and would come back by new ones, or by what is the same as those."""
    new = [item for item, held_of in zip(items, known, strict=True) if held_of.kind is None and item.line not in same]
    found = zip(new, await find_gone(session, new), strict=True)
    gone = {item.document_id: document_id for item, document_id in found if document_id is not None}
    return {item.line: gone[to] for item in items if (to := same.get(item.line, item.document_id)) in gone}


def _as_found(items: Sequence[Item], same: Mapping[int, UUID]) -> list[Item]:
    return [replace(item, document_id=same.get(item.line, item.document_id)) for item in items]


def _facts(item: Item) -> Facts:
    return Facts(item.kind, item.lang, item.content, "", _address(item))


def _looked_at(
    items: Sequence[Item],
    states: Sequence[Held],
    same: Mapping[int, UUID],
    gone: Mapping[int, UUID],
    options: ImportOptions,
) -> tuple[list[_Work], list[Reject]]:
    works: list[_Work] = []
    rejects: list[Reject] = []
    new: dict[UUID, Held] = {}
    for item, known in zip(items, states, strict=True):
        if known.kind is None and known.document_id in new:
            # Another language of a document that this batch creates, or the same from another source.
            first = new[known.document_id]
            known = replace(known, kind=first.kind, owner=first.owner, state="unpublished")
        action: Action | Reason
        if item.line in gone:
            action = gone_reason(gone[item.line])
        else:
            action = decide(item, known, publish=options.publish, same=item.line in same and known.from_source is None)
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
    """Where documents came from: what leads in one statement, what another source may lead one by one."""
    leading = [work for work in works if work.action in (Action.create, Action.change)]
    if leading:
        await upsert(session, [_provenance(work) for work in leading])
    for work in works:
        if work.action in (Action.adopt, Action.attach):
            item = work.item
            await remember(
                session,
                work.known.document_id,
                _facts(item),
                source=item.source,
                source_id=item.source_id,
                url=_address(item),
                sha256=None,
                fetched_at=None,
                change_note=item.change_note,
            )


def _provenance(work: _Work) -> dict[str, Any]:
    item = work.item
    return {
        "source": item.source,
        "source_id": item.source_id,
        "lang": item.lang,
        "document_id": work.known.document_id,
        "content_sha256": item.digest,
        "leads": True,
        "url": _address(item),
        "claims": claims_of(item.content),
        "conflicts": None,
    }


def _address(item: Item) -> str | None:
    return (item.content.get("origin") or {}).get("url")
