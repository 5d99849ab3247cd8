"""Keeping citations equal to what is public: read the views, judge the mentions, write it down; judge again what waits.

Everything may be repeated. A batch is read and judged outside of any transaction; writing locks the open views and
leaves out what changed meanwhile: a later entry of the log is about that, and the transaction that removes a document
waits for the lock and then deletes what was written.
"""

import asyncio
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy import bindparam, delete, insert, or_, select, tuple_, update
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

from hub.citations.eraser import CITABLE, CITATION
from hub.citations.extraction import LANG, Mention, catalogue_entry, extract_mentions, resolve_refs
from hub.content.visibility import LISTED_STATES, VIEW, currently_open
from hub.db import Database
from hub.domain.kinds.policy import POLICY
from hub.legal.citations.provisions import CitedProvision
from hub.legal.citations.resolver import (
    CatalogueEntry,
    InMemoryCatalogue,
    Outcome,
    citation_keys,
    disambiguate,
    document_keys,
)
from hub.legal.citations.types import Citation, CitationKind

MAX_CHOICES = 20
"""Documents that are offered where a citation may mean several."""
REFRESH_BATCH = 1_000
"""Waiting citations that are judged again at once."""

Row = Mapping[str, Any]


@dataclass(frozen=True)
class RefreshResult:
    """How much a batch came to."""

    documents: int
    citations: int


async def refresh_citations(database: Database, documents: Sequence[UUID]) -> RefreshResult:
    """Bring the citations of these documents, and of all that mention them, to what is public now."""
    async with database.read() as connection:
        views = await _live_views(connection, documents)
    await _sync_citables(database, documents, views)
    own = [view for view in views if view["lang"] == LANG]
    read = await asyncio.to_thread(_extract, own)
    async with database.read() as connection:
        rows = await _resolve_mentions(connection, read)
    return RefreshResult(len(documents), await _replace_citations(database, documents, own, rows))


async def _live_views(connection: AsyncConnection, documents: Sequence[UUID]) -> list[Row]:
    columns = [VIEW.c[name] for name in ("document_id", "lang", "kind", "seq_from", "issued_on", "full")]
    query = select(*columns).where(
        VIEW.c.document_id.in_(documents), currently_open(VIEW), VIEW.c.state.in_(LISTED_STATES)
    )
    return [dict(row) for row in (await connection.execute(query.order_by(VIEW.c.document_id))).mappings()]


async def _lock_unchanged(session: AsyncSession, views: Iterable[Row]) -> set[UUID]:
    """Documents whose views are open and live as they were read; none is closed before this transaction ends."""
    read = [(view["document_id"], view["lang"], view["seq_from"]) for view in views]
    if not read:
        return set()
    keys = tuple_(VIEW.c.document_id, VIEW.c.lang, VIEW.c.seq_from)
    query = select(VIEW.c.document_id).where(keys.in_(read), currently_open(VIEW), VIEW.c.state.in_(LISTED_STATES))
    # In one order, so that two of us wait for each other and not both.
    locked = query.order_by(VIEW.c.document_id, VIEW.c.lang).with_for_update(key_share=True)
    return set((await session.execute(locked)).scalars())


async def _sync_citables(database: Database, documents: Sequence[UUID], views: Sequence[Row]) -> None:
    """Set what policies are known by; where that changed, judge what mentions them again in the same transaction."""
    policies = {view["document_id"]: view for view in views if view["kind"] == POLICY.name}
    policies |= {id_: view for view in views if view["lang"] == LANG and (id_ := view["document_id"]) in policies}
    made = {id_: _citable_row(orjson.loads(view["full"])) for id_, view in policies.items()}
    ended = select(VIEW.c.document_id).where(
        VIEW.c.document_id.in_(documents),
        VIEW.c.kind == POLICY.name,
        currently_open(VIEW),
        VIEW.c.state.not_in(LISTED_STATES),
    )
    async with database.write() as session:
        opened = await _lock_unchanged(session, policies.values())
        gone = set((await session.execute(ended)).scalars()) - opened
        query = select(CITABLE).where(CITABLE.c.document_id.in_(documents))
        before = {row["document_id"]: dict(row) for row in (await session.execute(query)).mappings()}
        changed = [made[id_] for id_ in sorted(opened) if before.get(id_) != made[id_]]
        if gone:
            await session.execute(delete(CITABLE).where(CITABLE.c.document_id.in_(gone)))
        if changed:
            await session.execute(_UPSERT_CITABLE, changed)
        touched = gone | {row["document_id"] for row in changed}
        if touched:
            known_by = [*changed, *(row for id_, row in before.items() if id_ in touched)]
            await _refresh_dependents(session, {key for row in known_by for key in row["lookup"]}, touched, documents)


_INSERT_CITABLE = upsert(CITABLE)
_UPSERT_CITABLE = _INSERT_CITABLE.on_conflict_do_update(
    index_elements=[CITABLE.c.document_id],
    set_={column.name: _INSERT_CITABLE.excluded[column.name] for column in CITABLE.c if not column.primary_key},
)


def _citable_row(full: dict[str, Any]) -> dict[str, Any]:
    facts = catalogue_entry(full)
    return {
        "document_id": UUID(facts.id),
        "number": facts.number,
        "type": facts.type,
        "title": facts.title,
        "issuers": list(facts.issuers),
        "issued_on": facts.issued_on,
        "lookup": list(dict.fromkeys(document_keys(facts))),
        "refs": [node["ref"] for node in full["nodes"]],
    }


def _extract(views: Sequence[Row]) -> list[tuple[Row, list[Mention], frozenset[str]]]:
    found = []
    for view in views:
        full = orjson.loads(view["full"])
        own = frozenset(node["ref"] for node in full.get("nodes") or ())
        found.append((view, extract_mentions(full), own))
    return found


async def _resolve_mentions(
    connection: AsyncConnection | AsyncSession, read: Sequence[tuple[Row, list[Mention], frozenset[str]]]
) -> list[dict[str, Any]]:
    """The rows of what was read, each with what it comes to."""
    keyed = [(view, own, mention, citation_keys(mention.citation)) for view, found, own in read for mention in found]
    catalogue = await load_catalogue(connection, {key for *_, keys in keyed for key in keys})
    rows = []
    for view, own, mention, keys in keyed:
        row = _citation_row(view, mention, keys)
        if mention.citation.kind is CitationKind.here:
            row |= {
                "outcome": Outcome.matched.value,
                "confidence": row["reading"],
                "why": "The text means itself.",
                "target_id": view["document_id"],
                "target_refs": resolve_refs(mention.citation, own, mention.ref),
            }
        else:
            row |= _resolution_columns(mention.citation, row["reading"], catalogue, view["issued_on"])
        rows.append(row)
    await _set_target_refs(connection, [(row, one[2].citation) for row, one in zip(rows, keyed, strict=True)])
    return rows


async def load_catalogue(connection: AsyncConnection | AsyncSession, keys: Iterable[str]) -> InMemoryCatalogue:
    """The documents that are known under these keys."""
    wanted = sorted(keys)
    if not wanted:
        return InMemoryCatalogue(())
    columns = [CITABLE.c[name] for name in ("document_id", "number", "type", "title", "issuers", "issued_on")]
    rows = await connection.execute(select(*columns).where(CITABLE.c.lookup.overlap(wanted)))
    return InMemoryCatalogue(
        CatalogueEntry(str(row.document_id), row.number, row.type, row.title, tuple(row.issuers), row.issued_on)
        for row in rows
    )


def _citation_row(view: Row, mention: Mention, keys: Sequence[str]) -> dict[str, Any]:
    citation = mention.citation
    same = ("type", "number", "number_key", "serial", "year", "name", "issuer", "attached", "amends", "text")
    return {name: getattr(citation, name) for name in same} | {
        "document_id": view["document_id"],
        "lang": view["lang"],
        "place": mention.place,
        "seq": view["seq_from"],
        "kind": citation.kind.value,
        "field": mention.field,
        "ref": mention.ref,
        "begins": citation.start,
        "ends": citation.end,
        "dates": list(citation.dates),
        "parts": [asdict(node) for node in citation.nodes],
        "lookup": list(keys),
        "reading": min(citation.confidence.values(), default=1.0),
        "target_refs": [],
        "choices": [],
    }


def _resolution_columns(
    citation: Citation, reading: float, catalogue: InMemoryCatalogue, issued_on: Any
) -> dict[str, Any]:
    found = disambiguate(citation, catalogue.find_by_keys(citation_keys(citation)), issued_on)
    choices = [UUID(each.id) for each in found.documents[:MAX_CHOICES]] if found.outcome is Outcome.choices else []
    return {
        "outcome": found.outcome.value,
        "confidence": min(reading, found.confidence) if found.document else reading,
        "why": found.why,
        "target_id": UUID(found.document.id) if found.document else None,
        "choices": choices,
    }


async def _set_target_refs(
    connection: AsyncConnection | AsyncSession, judged: Sequence[tuple[dict[str, Any], Citation]]
) -> None:
    """Say of citations with parts which nodes of their target these are."""
    wanted = [
        (row, citation)
        for row, citation in judged
        if row["target_id"] and citation.nodes and citation.kind is not CitationKind.here
    ]
    if not wanted:
        return
    query = select(CITABLE.c.document_id, CITABLE.c.refs)
    query = query.where(CITABLE.c.document_id.in_({row["target_id"] for row, _ in wanted}))
    refs = {found.document_id: frozenset(found.refs) for found in await connection.execute(query)}
    for row, citation in wanted:
        row["target_refs"] = resolve_refs(citation, refs.get(row["target_id"], frozenset()))


async def _replace_citations(
    database: Database, documents: Sequence[UUID], views: Sequence[Row], rows: Sequence[dict[str, Any]]
) -> int:
    """Replace the citations of documents, except of those that changed since they were read."""
    async with database.write() as session:
        opened = await _lock_unchanged(session, views)
        changed = {view["document_id"] for view in views} - opened
        replaced = [id_ for id_ in documents if id_ not in changed]
        kept = [row for row in rows if row["document_id"] in opened]
        await session.execute(delete(CITATION).where(CITATION.c.document_id.in_(replaced)))
        if kept:
            await session.execute(insert(CITATION), kept)
    return len(kept)


_KEY_COLUMNS = ("document_id", "lang", "place")
_OUTCOME_COLUMNS = ("outcome", "confidence", "why", "target_id", "target_refs", "choices")
_UPDATE_OUTCOME = (
    update(CITATION)
    .where(*(CITATION.c[name] == bindparam(f"its_{name}") for name in _KEY_COLUMNS))
    .values({name: bindparam(f"new_{name}") for name in _OUTCOME_COLUMNS})
)


async def _refresh_dependents(
    session: AsyncSession, keys: Iterable[str], targets: Collection[UUID], but: Sequence[UUID]
) -> None:
    """Judge citations that look under these keys, or led to these documents, except those of documents in work."""
    concerned = or_(
        CITATION.c.lookup.overlap(sorted(keys)),
        CITATION.c.target_id.in_(targets),
        CITATION.c.choices.overlap(sorted(targets)),
    )
    place = tuple_(*(CITATION.c[name] for name in _KEY_COLUMNS))
    query = (
        select(CITATION, VIEW.c.issued_on)
        .join(VIEW, (VIEW.c.document_id == CITATION.c.document_id) & (VIEW.c.lang == CITATION.c.lang))
        .where(currently_open(VIEW), CITATION.c.kind != CitationKind.here.value)
        .where(concerned, CITATION.c.document_id.not_in(but))
        .order_by(*(CITATION.c[name] for name in _KEY_COLUMNS))
        .limit(REFRESH_BATCH)
        .with_for_update(of=CITATION, key_share=True)
    )
    after: Any = None
    while True:
        page = query if after is None else query.where(place > tuple_(*after))
        rows = [dict(row) for row in (await session.execute(page)).mappings()]
        if not rows:
            return
        after = [rows[-1][name] for name in _KEY_COLUMNS]
        catalogue = await load_catalogue(session, {key for row in rows for key in row["lookup"]})
        judged = []
        for row in rows:
            citation = _citation_from_row(row)
            fresh = {"target_refs": []} | _resolution_columns(citation, row["reading"], catalogue, row["issued_on"])
            judged.append((fresh, citation))
        await _set_target_refs(session, judged)
        changes = [
            {f"its_{name}": row[name] for name in _KEY_COLUMNS}
            | {f"new_{name}": fresh[name] for name in _OUTCOME_COLUMNS}
            for row, (fresh, _) in zip(rows, judged, strict=True)
            if any(fresh[name] != row[name] for name in _OUTCOME_COLUMNS)
        ]
        if changes:
            connection = await session.connection()
            await connection.execute(_UPDATE_OUTCOME, changes)


def _citation_from_row(row: Row) -> Citation:
    """The mention as the grammar read it, from its row."""
    same = ("text", "type", "number", "number_key", "serial", "year", "name", "issuer", "attached")
    return Citation(
        start=row["begins"],
        end=row["ends"],
        kind=CitationKind(row["kind"]),
        dates=tuple(row["dates"]),
        nodes=tuple(CitedProvision(**part) for part in row["parts"]),
        **{name: row[name] for name in same},
    )
