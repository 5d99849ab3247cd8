"""Upsert a delivery through the hub's commands: a document or an edition of it, its provenance, and the audit trail.

All of it in the caller's transaction. Deliveries of a kind are upserted one at a time over all processes, under the
advisory lock `lock_kind`, so that two processes never look for the same document at the same time.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, select
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

from hub.auth.principal import Principal
from hub.consultation.draft_links import LinkProposal, link_drafts
from hub.content.checked_content import record_digest
from hub.content.commands import (
    create_document,
    find_working_edition,
    lock_documents,
    publish,
    save_edition,
    transition_edition,
)
from hub.content.models import Document
from hub.content.provenance_models import Provenance
from hub.db import table
from hub.domain.lifecycle import EditionState, Verb
from hub.manage.actions import EditorAction
from hub.manage.audit_trail import append_audit_entry
from hub.manage.four_eyes import ADDED_BY_SOURCE, HIGH_IMPACT_CLEARED, SOURCE_PREFIX, is_second_person_required
from hub.registry.known_names import RegistryNames
from ingest import existing
from ingest.dedup import DedupCandidate, find_duplicate, find_gone, gone_reason, record_provenance
from ingest.draft_links import propose_links
from ingest.names import map_names
from ingest.plan import SOURCE_POLICY, PlannedAction, plan
from ingest.records import ImportItem, Reason, document_id
from ingest.sources.pipeline.delivery import Delivery
from ingest.sources.pipeline.origin import earlier_forms
from ingest.sources.rows import SourceRow
from ingest.sources.schemas import Trust

PROVENANCE = table(Provenance)

CREATED, UPDATED, UNCHANGED, JOINED = "created", "updated", "unchanged", "joined"
_OUTCOMES = {PlannedAction.create: CREATED, PlannedAction.change: UPDATED, PlannedAction.attach: JOINED}


@dataclass(frozen=True)
class UpsertResult:
    """The outcome of a delivery (`created`, `updated`, `unchanged`, `joined`), or the reason for its quarantine."""

    outcome: str | None
    document_id: UUID | None
    reason: Reason | None = None
    doubts: tuple[str, ...] = ()


async def upsert(session: AsyncSession, source: SourceRow, delivery: Delivery) -> UpsertResult:
    """Upsert a delivery. The caller holds `lock_kind`. Raises `HubError` for what the hub cannot accept."""
    raw = delivery.content.checked
    delivery = await _with_names(session, source, delivery)
    item = import_item(source, delivery)
    [known] = await existing.load(session, [item])
    if known.delivered_digest != item.digest:
        for earlier in (*earlier_forms(delivery.content.checked), raw.without_marks(), *earlier_forms(raw)):
            if known.delivered_digest == record_digest(earlier.sha256, item.change_note):
                delivery = replace(delivery, content=replace(delivery.content, checked=earlier))
                item = import_item(source, delivery)
                break
    candidate = DedupCandidate(delivery.content.checked, delivery.content.fingerprint, delivery.url)
    if known.delivered_digest is None and known.kind is None:
        match = await find_duplicate(session, candidate)
        if match is not None:
            await _record_provenance(session, source, delivery, candidate, match.document_id)
            return UpsertResult(JOINED, match.document_id, doubts=delivery.doubts)
        [gone] = await find_gone(session, [item])
        if gone is not None:
            return UpsertResult(None, None, gone_reason(gone))
    proposal = (await propose_links(session, [(item, known)])).get(known.document_id)
    if proposal is not None and not proposal.is_certain:
        doubts = (*delivery.doubts, proposal.doubt)
        delivery = replace(delivery, content=replace(delivery.content, doubts=doubts))
    is_trusted = source.trust == Trust.publish and not delivery.doubts
    if is_trusted and await is_second_person_required(session, item.owner, known.document_id, [item.content]):
        is_trusted = False
    action = plan(item, known, SOURCE_POLICY, publish=is_trusted)
    if isinstance(action, Reason):
        return UpsertResult(None, known.document_id if known.kind else None, action)
    if action in (PlannedAction.create, PlannedAction.change):
        await _save_edition(
            session, source, item, known.document_id, publish_now=is_trusted, delivery=delivery, proposal=proposal
        )
    await _record_provenance(session, source, delivery, candidate, known.document_id)
    return UpsertResult(_OUTCOMES.get(action, UNCHANGED), known.document_id, doubts=delivery.doubts)


async def _with_names(session: AsyncSession, source: SourceRow, delivery: Delivery) -> Delivery:
    """Look up the names of a delivery in the registry, which is read once in a transaction."""
    names = session.info.get(_NAMES)
    if names is None:
        names = session.info[_NAMES] = await RegistryNames.read(session)
    found = delivery.content
    checked, doubts = map_names(found.checked, names, source.agency)
    seen = replace(found.fingerprint, issuers=checked.fingerprint.issuers)
    content = replace(found, checked=checked, fingerprint=seen, doubts=(*found.doubts, *doubts))
    return replace(delivery, content=content)


_NAMES = "registry_names"


def import_item(source: SourceRow, delivery: Delivery) -> ImportItem:
    """Make an item of a delivery."""
    return ImportItem(
        line=0,
        source=source.code,
        source_id=delivery.external_id,
        lang=source.lang,
        kind=source.kind,
        owner=source.agency,
        document_id=document_id(f"{source.code}:{source.lang}:{delivery.external_id}"),
        id_is_given=False,
        checked=delivery.content.checked,
        doubts=delivery.doubts,
        change_note=None,
        original=None,
    )


async def is_unchanged(connection: AsyncConnection, source: SourceRow, delivery: Delivery) -> bool:
    """True when the source's last delivery had exactly this content."""
    item = import_item(source, delivery)
    query = select(PROVENANCE.c.content_sha256).where(*_provenance_key(source, delivery.external_id))
    forms = (delivery.content.checked, *earlier_forms(delivery.content.checked))
    digests = {record_digest(checked.sha256, item.change_note) for checked in forms}
    return (await connection.execute(query)).scalar_one_or_none() in digests


def _provenance_key(source: SourceRow, external_id: str) -> Sequence[ColumnElement[bool]]:
    return (
        PROVENANCE.c.source == source.code,
        PROVENANCE.c.source_id == external_id,
        PROVENANCE.c.lang == source.lang,
    )


async def _record_provenance(
    session: AsyncSession, source: SourceRow, delivery: Delivery, candidate: DedupCandidate, document: UUID
) -> None:
    await record_provenance(
        session,
        document,
        candidate,
        source=source.code,
        source_id=delivery.external_id,
        pushed_by=delivery.pushed_by,
        url=delivery.url,
        sha256=delivery.sha256,
        fetched_at=delivery.fetched_at,
    )


async def _save_edition(
    session: AsyncSession,
    source: SourceRow,
    item: ImportItem,
    document: UUID,
    *,
    publish_now: bool,
    delivery: Delivery,
    proposal: LinkProposal | None,
) -> None:
    """Save the edition and publish it, or submit it for review; with an entry in the audit trail."""
    by = delivering_principal(source, delivery)
    details: dict[str, Any] = {"source": source.code, "source_id": item.source_id, "source_made_by": source.made_by}
    if source.changed_by:
        details["source_changed_by"] = source.changed_by
    if source.mapping.get("defaults"):
        details[ADDED_BY_SOURCE] = True
    if delivery.content.conversions:
        details["conversions"] = [each.words for each in delivery.content.conversions]
    saved = (await lock_documents(session, [document])).get(document)
    is_new = saved is None
    if saved is None:
        saved = await create_document(session, document_id=document, kind=item.kind, owner=item.owner)
    else:
        saved.version += 1
        if await _reopen_in_review(session, saved, item.lang, by) and not item.content.get("high_impact"):
            details["high_impact"] = HIGH_IMPACT_CLEARED
    edition = await save_edition(session, saved, lang=item.lang, content=item.checked, by=by.id)
    if proposal is not None and proposal.is_certain:
        await link_drafts(session, by, {document: proposal.consultation})
    elif proposal is not None:
        details["consultation"] = str(proposal.consultation)
    if publish_now:
        assert edition.id is not None  # noqa: S101 - it is flushed
        position = await publish(session, [edition.id], verb=Verb.publish_trusted)
        await append_audit_entry(session, by, EditorAction.publish, saved, edition, position=position, **details)
        return
    await transition_edition(session, edition, Verb.submit, by=by.id)
    if delivery.doubts:
        details["doubts"] = list(delivery.doubts)
    action = EditorAction.create if is_new else EditorAction.save
    await append_audit_entry(session, by, action, saved, edition, **details)


async def _reopen_in_review(session: AsyncSession, document: Document, lang: str, by: Principal) -> bool:
    """Send the source's own edition back from review, so that the new delivery can replace it.

    Returns true if there is a working edition of high impact.
    """
    working = await find_working_edition(session, document.id, lang)
    if working is not None and working.state == EditionState.in_review:
        await transition_edition(session, working, Verb.send_back, by=by.id)
    return working is not None and bool(working.content.get("high_impact"))


def delivering_principal(source: SourceRow, delivery: Delivery) -> Principal:
    """The key that pushed a delivery, or else the source itself; here it has no rights of its own."""
    id_ = delivery.pushed_by or f"{SOURCE_PREFIX}{source.code}"
    return Principal(id_, source.name, source.agency, frozenset({source.agency}), frozenset())
