"""Taking a delivery in through the hub's commands: a document or an edition of it, where it came from, and the trail.

All of it in the caller's transaction. Deliveries of a kind are taken one at a time over all processes (`alone`):
whether the hub holds a document already cannot be asked by two at once.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row, select
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

from hub.auth.principal import Principal
from hub.content.commands import (
    create_document,
    lock_documents,
    publish,
    save_edition,
    take_step,
    validated,
    working_edition,
)
from hub.content.models import Document
from hub.db import table
from hub.domain.lifecycle import EditionState, Verb
from hub.manage.commands import Act, trail
from hub.provenance.models import Provenance
from ingest.dedup import Facts, find_gone, find_same, gone_reason, remember
from ingest.plan import held
from ingest.records import Item, Reason, document_id
from ingest.sources.pipeline.decide import Step, decide
from ingest.sources.pipeline.record_mapping import text_of
from ingest.sources.schemas import Trust

PROVENANCE = table(Provenance)

CREATED, UPDATED, UNCHANGED, JOINED = "created", "updated", "unchanged", "joined"


@dataclass(frozen=True)
class Delivery:
    """What a source brought: its name there, the content, and what makes an editor look at it."""

    external_id: str
    url: str | None
    content: dict[str, Any]
    text: str | None
    """The text as it was read; None: that of the content."""
    sha256: str
    """Of the bytes or the record as delivered."""
    at: datetime
    doubts: tuple[str, ...] = ()


@dataclass(frozen=True)
class Taken:
    """What came of it: `created`, `updated`, `unchanged`, `joined`; or why it is set aside."""

    outcome: str | None
    document_id: UUID | None
    reason: Reason | None = None


async def take(session: AsyncSession, source: Row[Any], delivery: Delivery) -> Taken:
    """Take a delivery in. The caller is `alone`. Raises `HubError` for what the hub cannot take."""
    item = prepared(source, delivery)
    [known] = await held(session, [item])
    facts = Facts(
        kind=source.kind,
        lang=source.lang,
        content=item.content,
        text=delivery.text or text_of(source.kind, item.content),
        url=delivery.url,
    )
    if known.from_source is None and known.kind is None:
        same = await find_same(session, facts)
        if same is not None:
            await _remember(session, source, delivery, facts, same.document_id)
            return Taken(JOINED, same.document_id)
        [gone] = await find_gone(session, [item])
        if gone is not None:
            return Taken(None, None, gone_reason(gone))
    elif not known.leads:
        await _remember(session, source, delivery, facts, known.document_id)
        return Taken(UNCHANGED if known.from_source == item.digest else JOINED, known.document_id)
    trusted = source.trust == Trust.publish and not delivery.doubts
    step = decide(item, known, publish=trusted)
    if isinstance(step, Reason):
        return Taken(None, known.document_id if known.kind else None, step)
    if step in (Step.create, Step.change):
        await _written(session, source, item, known.document_id, trusted=trusted, doubts=delivery.doubts)
    await _remember(session, source, delivery, facts, known.document_id)
    outcomes = {Step.create: CREATED, Step.change: UPDATED}
    return Taken(outcomes.get(step, UNCHANGED), known.document_id)


def prepared(source: Row[Any], delivery: Delivery) -> Item:
    """The delivery in its stored form. Raises `InvalidInput`."""
    content, sha = validated(source.kind, delivery.content)
    return Item(
        line=0,
        source=source.code,
        source_id=delivery.external_id,
        lang=source.lang,
        kind=source.kind,
        owner=source.agency,
        document_id=document_id(f"{source.code}:{source.lang}:{delivery.external_id}"),
        id_is_given=False,
        content=content,
        content_sha256=sha,
        change_note=None,
        original=None,
    )


async def is_known(connection: AsyncConnection, source: Row[Any], delivery: Delivery) -> bool:
    """Whether the source delivered exactly this content last."""
    item = prepared(source, delivery)
    query = select(PROVENANCE.c.content_sha256).where(*_of(source, delivery.external_id))
    return (await connection.execute(query)).scalar_one_or_none() == item.digest


def _of(source: Row[Any], external_id: str) -> Sequence[Any]:
    return (
        PROVENANCE.c.source == source.code,
        PROVENANCE.c.source_id == external_id,
        PROVENANCE.c.lang == source.lang,
    )


async def _remember(session: AsyncSession, source: Row[Any], delivery: Delivery, facts: Facts, document: UUID) -> None:
    await remember(
        session,
        document,
        facts,
        source=source.code,
        source_id=delivery.external_id,
        url=delivery.url,
        sha256=delivery.sha256,
        fetched_at=delivery.at,
    )


async def _written(
    session: AsyncSession, source: Row[Any], item: Item, document: UUID, *, trusted: bool, doubts: tuple[str, ...]
) -> None:
    """The edition, public when it may be and else in review."""
    by = principal(source)
    found = (await lock_documents(session, [document])).get(document)
    new = found is None
    if found is None:
        found = await create_document(session, document_id=document, kind=item.kind, owner=item.owner)
    else:
        found.version += 1
        await _taken_back(session, found, item.lang, by)
    edition = await save_edition(session, found, lang=item.lang, content=item.content, by=by.id)
    if trusted:
        assert edition.id is not None  # noqa: S101 - it is flushed
        position = await publish(session, [edition.id], verb=Verb.publish_trusted)
        await trail(session, by, Act.publish, found, edition, position=position, source_id=item.source_id)
        return
    await take_step(session, edition, Verb.submit, by=by.id)
    details = {"doubts": list(doubts)} if doubts else {}
    await trail(session, by, Act.create if new else Act.save, found, edition, source_id=item.source_id, **details)


async def _taken_back(session: AsyncSession, document: Document, lang: str, by: Principal) -> None:
    """A source's own edition that still waits for review is written anew."""
    working = await working_edition(session, document.id, lang)
    if working is not None and working.state == EditionState.in_review:
        await take_step(session, working, Verb.send_back, by=by.id)


def principal(source: Row[Any]) -> Principal:
    """The source as the trail names it; it has no rights of its own."""
    return Principal(f"source:{source.code}", source.name, source.agency, frozenset({source.agency}), frozenset())
