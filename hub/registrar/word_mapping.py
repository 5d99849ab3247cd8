"""Mapping of words that the registry does not know, for all documents at once.

A decision is kept, so that the next import of the same words knows it. Documents are changed in batches, each in one
transaction; what is left is found again, so a stopped run goes on by the same command. A public document gets a minor
edition and an entry of the log that no channel sends.
"""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import bindparam, func, select, text, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from hub.auth.principal import Principal
from hub.content.checked_content import check_content, record_digest
from hub.content.commands import find_working_edition, lock_documents, publish, save_edition
from hub.content.fingerprint_store import save_fingerprint
from hub.content.models import Document, Edition
from hub.content.provenance_models import Provenance
from hub.db import Database, table
from hub.domain.lifecycle import WORKING_STATES, DocumentState, EditionState, Verb
from hub.errors import UnknownReference
from hub.legal.agency_names import name_key
from hub.manage.audit_trail import append_entry, append_operator_entry
from hub.problem_texts.templates import fill
from hub.registrar.unmapped_names import OPEN_EDITIONS, WORDS, MapResult, MapWords, proposable
from hub.registry.known_names import RegistryNames
from hub.registry.models import Agency, NameMapping
from hub.times import now

BATCH = 50
"""Editions of one transaction: nobody waits for more."""
NAME_MAPPING, PROVENANCE = table(NameMapping), table(Provenance)

_EDITIONS = text(
    f"""SELECT e.id, e.document_id FROM edition e JOIN document d ON d.id = e.document_id
    WHERE {OPEN_EDITIONS} AND e.id > :after AND EXISTS (
        SELECT FROM jsonb_array_elements(e.content->'unmapped') word
        WHERE word->>'field' = :field AND word->>'text' IN :texts)
    ORDER BY e.id LIMIT :limit"""  # noqa: S608 - names of states
).bindparams(bindparam("texts", expanding=True))


@dataclass(frozen=True)
class MapProgress:
    """Editions that were looked at and changed so far."""

    checked: int
    mapped: int


async def decide_words(session: AsyncSession, by: Principal | None, decision: MapWords) -> None:
    """Keep the meaning of words, also for imports to come. Raises `UnknownReference` for a code that is not there."""
    known = {target for target, _ in (await proposable(session))[decision.field]}
    if decision.target not in known:
        raise UnknownReference(
            fill("There is no `{target}` for {field}.", target=decision.target, field=decision.field.value),
            field="target",
            expected="a code of the registry, or the name of a type",
        )
    row = {
        "field": decision.field.value,
        "key": name_key(decision.text),
        "text": decision.text,
        "target": decision.target,
        "decided_by": by.id if by else "operator",
        "decided_at": now(),
    }
    statement = insert(NAME_MAPPING).values(**row)
    changed = {name: row[name] for name in ("text", "target", "decided_by", "decided_at")}
    await session.execute(
        statement.on_conflict_do_update(
            index_elements=["field", "key"],
            set_=changed,
            where=NAME_MAPPING.c.target.is_distinct_from(decision.target),
        )
    )


async def map_words(database: Database, by: Principal | None, decision: MapWords) -> AsyncIterator[MapProgress]:
    """Map all documents with words whose meaning was decided, batch by batch; what was done stays."""
    checked = mapped = after = 0
    while True:
        async with database.write() as session:
            texts = await _spellings(session, decision)
            found = await _find_editions(session, decision, texts, after)
            if not found:
                return
            mapped += await map_batch(session, by, decision, found)
            checked, after = checked + len(found), found[-1][0]
        yield MapProgress(checked, mapped)


async def map_once(session: AsyncSession, by: Principal | None, decision: MapWords) -> MapResult:
    """Decide on words, and map the first batch of the documents that have them."""
    await decide_words(session, by, decision)
    texts = await _spellings(session, decision)
    found = await _find_editions(session, decision, texts, 0)
    mapped = await map_batch(session, by, decision, found)
    left = await _find_editions(session, decision, texts, 0, limit=1_000_000)
    return MapResult(mapped=mapped, waiting=len(left))


async def _spellings(session: AsyncSession, decision: MapWords) -> list[str]:
    """The spellings of the words in documents: they may differ in capitals, signs and places of tone marks."""
    rows = await session.execute(WORDS, {"field": decision.field.value})
    return [row.text for row in rows if name_key(row.text) == name_key(decision.text)]


async def _find_editions(
    session: AsyncSession, decision: MapWords, texts: Sequence[str], after: int, limit: int = BATCH
) -> list[tuple[int, Any]]:
    if not texts:
        return []
    values = {"after": after, "field": decision.field.value, "texts": list(texts), "limit": limit}
    return [(row.id, row.document_id) for row in await session.execute(_EDITIONS, values)]


async def map_batch(
    session: AsyncSession, by: Principal | None, decision: MapWords, found: Sequence[tuple[int, Any]]
) -> int:
    """Map editions under the locks of their documents; returns the number of changed ones.

    A public edition with a working edition beside it waits until that is published or discarded.
    """
    if not found:
        return 0
    documents = await lock_documents(session, [document for _, document in found])
    names = await RegistryNames.read(session)
    query = select(Edition).where(col(Edition.id).in_([edition for edition, _ in found])).order_by(col(Edition.id))
    editions = (await session.execute(query.execution_options(populate_existing=True))).scalars().all()
    changed: list[str] = []
    to_publish: list[int] = []
    for edition in editions:
        document = documents[edition.document_id]
        stored = names.map_content(document.kind, edition.content)
        if stored == edition.content:
            continue
        before = record_digest(edition.content_sha256, edition.change_note)
        if edition.state in WORKING_STATES:
            mapped = await _map_working(session, document, edition, stored)
        elif edition.state == EditionState.published and document.state == DocumentState.live:
            if await find_working_edition(session, document.id, edition.lang) is not None:
                continue
            mapped = await _map_live(session, document, edition, stored, by)
            to_publish.append(mapped.id or 0)
        else:
            continue
        document.version += 1
        changed.append(str(document.id))
        await _move_provenance(session, mapped, before)
    if to_publish:
        await publish(session, to_publish, verb=Verb.publish_trusted, is_silent=True)
    if changed:
        await _append_entry(session, by, decision, changed)
    return len(changed)


async def _map_working(session: AsyncSession, document: Document, edition: Edition, stored: dict[str, Any]) -> Edition:
    """Put the codes into a working edition; its state and its author stay, for its words do."""
    checked = check_content(document.kind, edition.lang, stored)
    edition.content, edition.content_sha256 = checked.stored, checked.sha256
    await session.flush()
    await save_fingerprint(session, document.id, checked.fingerprint, checked.stored)
    return edition


async def _map_live(
    session: AsyncSession, document: Document, live: Edition, stored: dict[str, Any], by: Principal | None
) -> Edition:
    return await save_edition(
        session,
        document,
        lang=live.lang,
        content=stored,
        by=by.id if by else "operator",
        change_note=live.change_note,
        update_type="minor",
    )


async def _move_provenance(session: AsyncSession, edition: Edition, before: str) -> None:
    """Let the sources of an edition deliver the same again without a change."""
    digest = record_digest(edition.content_sha256, edition.change_note)
    own = (PROVENANCE.c.document_id == edition.document_id, PROVENANCE.c.lang == edition.lang)
    same = PROVENANCE.c.content_sha256 == before
    await session.execute(update(PROVENANCE).where(*own, same).values(content_sha256=digest))


async def _append_entry(
    session: AsyncSession, by: Principal | None, decision: MapWords, documents: Sequence[str]
) -> None:
    details = {
        "field": decision.field.value,
        "text": decision.text,
        "target": decision.target,
        "documents": sorted(set(documents)),
    }
    if by is None:
        agency = await session.scalar(select(func.min(table(Agency).c.code)))
        await append_operator_entry(session, "words_mapped", agency or "", "hub unmapped", **details)
    else:
        await append_entry(session, by, "words_mapped", by.agency, **details)
