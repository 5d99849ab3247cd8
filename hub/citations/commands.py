"""Keep citations equal to the public views: extract mentions, resolve them, replace the rows, re-resolve dependents.

Everything may be repeated. A batch is extracted and resolved outside of any transaction; the writing transaction locks
the open views and skips documents that changed meanwhile: a later log entry covers those, and a transaction that
removes a document waits for the lock and then deletes the rows that were written.
"""

import asyncio
from collections.abc import Collection, Iterable, Sequence
from dataclasses import asdict, dataclass, fields, replace
from datetime import date
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy import bindparam, delete, insert, or_, select, tuple_, update
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

from hub.citations.eraser import CITABLE, CITATION
from hub.citations.extraction import LANG, Mention, catalogue_entry, extract_mentions, resolve_refs
from hub.citations.queries import load_catalogue
from hub.citations.rows import TARGET_COLUMNS, CitableRow, CitationTarget, CitingView, DependentCitation, ExtractedView
from hub.content.as_of import currently_open
from hub.content.visibility import LISTED_STATES, VIEW
from hub.db import Database
from hub.domain.kinds.policy import POLICY
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
"""Maximum number of documents that are offered for an ambiguous citation."""
REFRESH_BATCH = 1_000
"""Dependent citations that are resolved again at once."""


@dataclass(frozen=True)
class RefreshResult:
    """Number of documents and citations in a batch."""

    documents: int
    citations: int


async def refresh_citations(database: Database, documents: Sequence[UUID]) -> RefreshResult:
    """Update the citations of these documents, and of all documents that mention them, to the public views of now."""
    async with database.read() as connection:
        views = await _live_views(connection, documents)
    await _sync_citables(database, documents, views)
    vietnamese = [view for view in views if view.lang == LANG]
    extracted = await asyncio.to_thread(_extract, vietnamese)
    async with database.read() as connection:
        rows = await _resolve_mentions(connection, extracted)
    return RefreshResult(len(documents), await _replace_citations(database, documents, vietnamese, rows))


async def _live_views(connection: AsyncConnection, documents: Sequence[UUID]) -> list[CitingView]:
    query = select(*(VIEW.c[field.name] for field in fields(CitingView))).where(
        VIEW.c.document_id.in_(documents), currently_open(VIEW), VIEW.c.state.in_(LISTED_STATES)
    )
    rows = await connection.execute(query.order_by(VIEW.c.document_id))
    return [CitingView(**row) for row in rows.mappings()]


async def _lock_unchanged(session: AsyncSession, views: Iterable[CitingView]) -> set[UUID]:
    """Lock those views that are still open and live, and return their documents.

    None of them can be closed before this transaction ends.
    """
    read = [(view.document_id, view.lang, view.seq_from) for view in views]
    if not read:
        return set()
    keys = tuple_(VIEW.c.document_id, VIEW.c.lang, VIEW.c.seq_from)
    query = select(VIEW.c.document_id).where(keys.in_(read), currently_open(VIEW), VIEW.c.state.in_(LISTED_STATES))
    # Always in the same order, so that two of these transactions never deadlock.
    locked = query.order_by(VIEW.c.document_id, VIEW.c.lang).with_for_update(key_share=True)
    return set((await session.execute(locked)).scalars())


async def _sync_citables(database: Database, documents: Sequence[UUID], views: Sequence[CitingView]) -> None:
    """Upsert the lookup keys of policies; where they changed, re-resolve dependents in the same transaction."""
    policies = {view.document_id: view for view in views if view.kind == POLICY.name}
    policies |= {view.document_id: view for view in views if view.lang == LANG and view.document_id in policies}
    current = {id_: _citable_row(orjson.loads(view.full)) for id_, view in policies.items()}
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
        before = {row["document_id"]: CitableRow(**row) for row in (await session.execute(query)).mappings()}
        changed = [current[id_] for id_ in sorted(opened) if before.get(id_) != current[id_]]
        if gone:
            await session.execute(delete(CITABLE).where(CITABLE.c.document_id.in_(gone)))
        if changed:
            await session.execute(_UPSERT_CITABLE, [asdict(row) for row in changed])
        touched = gone | {row.document_id for row in changed}
        if touched:
            old_and_new = [*changed, *(row for id_, row in before.items() if id_ in touched)]
            await _refresh_dependents(session, {key for row in old_and_new for key in row.lookup}, touched, documents)


_INSERT_CITABLE = upsert(CITABLE)
_UPSERT_CITABLE = _INSERT_CITABLE.on_conflict_do_update(
    index_elements=[CITABLE.c.document_id],
    set_={column.name: _INSERT_CITABLE.excluded[column.name] for column in CITABLE.c if not column.primary_key},
)


def _citable_row(full: dict[str, Any]) -> CitableRow:
    entry = catalogue_entry(full)
    return CitableRow(
        document_id=UUID(entry.id),
        number=entry.number,
        type=entry.type,
        title=entry.title,
        issuers=list(entry.issuers),
        issued_on=entry.issued_on,
        lookup=list(dict.fromkeys(document_keys(entry))),
        refs=[node["ref"] for node in full["nodes"]],
    )


def _extract(views: Sequence[CitingView]) -> list[ExtractedView]:
    extracted = []
    for view in views:
        full = orjson.loads(view.full)
        refs = frozenset(node["ref"] for node in full.get("nodes") or ())
        extracted.append(ExtractedView(view, extract_mentions(full), refs))
    return extracted


async def _resolve_mentions(
    connection: AsyncConnection | AsyncSession, extracted: Sequence[ExtractedView]
) -> list[dict[str, Any]]:
    """The new rows of `published_citation`: each mention with its target."""
    keyed = [(source, mention, citation_keys(mention.citation)) for source in extracted for mention in source.mentions]
    catalogue = await load_catalogue(connection, {key for *_, keys in keyed for key in keys})
    resolved = []
    for source, mention, keys in keyed:
        citation = mention.citation
        if citation.kind is CitationKind.here:
            resolved.append((_own_target(source, mention), citation))
        else:
            candidates = catalogue.find_by_keys(keys)
            resolved.append(
                (_find_target(citation, _confidence(citation), candidates, source.view.issued_on), citation)
            )
    targets = await _with_target_refs(connection, resolved)
    return [
        _mention_columns(source.view, mention, keys) | asdict(target)
        for (source, mention, keys), target in zip(keyed, targets, strict=True)
    ]


def _mention_columns(view: CitingView, mention: Mention, keys: Sequence[str]) -> dict[str, Any]:
    citation = mention.citation
    unchanged = ("type", "number", "number_key", "serial", "year", "name", "issuer", "attached", "amends", "text")
    return {name: getattr(citation, name) for name in unchanged} | {
        "document_id": view.document_id,
        "lang": view.lang,
        "place": mention.place,
        "seq": view.seq_from,
        "kind": citation.kind.value,
        "field": mention.field,
        "ref": mention.ref,
        "begins": citation.start,
        "ends": citation.end,
        "dates": list(citation.dates),
        "parts": [asdict(node) for node in citation.nodes],
        "lookup": list(keys),
        "reading": _confidence(citation),
    }


def _confidence(citation: Citation) -> float:
    """The confidence of the parser in a mention: that of its least certain fact."""
    return min(citation.confidence.values(), default=1.0)


def _own_target(source: ExtractedView, mention: Mention) -> CitationTarget:
    return CitationTarget(
        outcome=Outcome.matched.value,
        confidence=_confidence(mention.citation),
        why="The text means itself.",
        target_id=source.view.document_id,
        choices=[],
        target_refs=resolve_refs(mention.citation, source.refs, mention.ref),
    )


def _find_target(
    citation: Citation, confidence: float, candidates: Iterable[CatalogueEntry], cited_on: date
) -> CitationTarget:
    resolution = disambiguate(citation, candidates, cited_on)
    offered = resolution.documents[:MAX_CHOICES] if resolution.outcome is Outcome.choices else ()
    return CitationTarget(
        outcome=resolution.outcome.value,
        confidence=min(confidence, resolution.confidence) if resolution.document else confidence,
        why=resolution.why,
        target_id=UUID(resolution.document.id) if resolution.document else None,
        choices=[UUID(entry.id) for entry in offered],
        target_refs=[],
    )


async def _with_target_refs(
    connection: AsyncConnection | AsyncSession, resolved: Sequence[tuple[CitationTarget, Citation]]
) -> list[CitationTarget]:
    """Add the nodes of the target that are cited, to citations that name parts of another document."""
    wanted = {target.target_id for target, citation in resolved if target.target_id and _cites_parts(citation)}
    if not wanted:
        return [target for target, _ in resolved]
    query = select(CITABLE.c.document_id, CITABLE.c.refs).where(CITABLE.c.document_id.in_(wanted))
    refs = {row.document_id: frozenset(row.refs) for row in await connection.execute(query)}
    return [
        replace(target, target_refs=resolve_refs(citation, refs.get(target.target_id, frozenset())))
        if target.target_id and _cites_parts(citation)
        else target
        for target, citation in resolved
    ]


def _cites_parts(citation: Citation) -> bool:
    """True when parts of another document are named; those of the own document are resolved by `_own_target`."""
    return bool(citation.nodes) and citation.kind is not CitationKind.here


async def _replace_citations(
    database: Database, documents: Sequence[UUID], views: Sequence[CitingView], rows: Sequence[dict[str, Any]]
) -> int:
    """Replace the citations of documents, except of those that changed since they were read. Returns the new rows."""
    async with database.write() as session:
        opened = await _lock_unchanged(session, views)
        changed = {view.document_id for view in views} - opened
        replaced = [id_ for id_ in documents if id_ not in changed]
        current = [row for row in rows if row["document_id"] in opened]
        await session.execute(delete(CITATION).where(CITATION.c.document_id.in_(replaced)))
        if current:
            await session.execute(insert(CITATION), current)
    return len(current)


_KEY_COLUMNS = ("document_id", "lang", "place")
_UPDATE_TARGET = (
    update(CITATION)
    .where(*(CITATION.c[name] == bindparam(f"its_{name}") for name in _KEY_COLUMNS))
    .values({name: bindparam(f"new_{name}") for name in TARGET_COLUMNS})
)
_DEPENDENT_COLUMNS = [
    VIEW.c.issued_on if field.name == "issued_on" else CITATION.c[field.name] for field in fields(DependentCitation)
]


async def _refresh_dependents(
    session: AsyncSession, keys: Iterable[str], targets: Collection[UUID], excluded: Sequence[UUID]
) -> None:
    """Re-resolve citations with one of these lookup keys or targets, in batches.

    `excluded` are the documents of the running refresh, whose citations are replaced anyway.
    """
    affected = or_(
        CITATION.c.lookup.overlap(sorted(keys)),
        CITATION.c.target_id.in_(targets),
        CITATION.c.choices.overlap(sorted(targets)),
    )
    key_columns = [CITATION.c[name] for name in _KEY_COLUMNS]
    query = (
        select(*_DEPENDENT_COLUMNS)
        .select_from(CITATION)
        .join(VIEW, (VIEW.c.document_id == CITATION.c.document_id) & (VIEW.c.lang == CITATION.c.lang))
        .where(currently_open(VIEW), CITATION.c.kind != CitationKind.here.value)
        .where(affected, CITATION.c.document_id.not_in(excluded))
        .order_by(*key_columns)
        .limit(REFRESH_BATCH)
        .with_for_update(of=CITATION, key_share=True)
    )
    after: tuple[UUID, str, int] | None = None
    while True:
        page = query if after is None else query.where(tuple_(*key_columns) > tuple_(*after))
        dependents = [DependentCitation(**row) for row in (await session.execute(page)).mappings()]
        if not dependents:
            return
        last = dependents[-1]
        after = (last.document_id, last.lang, last.place)
        catalogue = await load_catalogue(session, {key for row in dependents for key in row.lookup})
        resolved = [(_resolve_again(row, catalogue), row.citation()) for row in dependents]
        changes = [
            {f"its_{name}": getattr(row, name) for name in _KEY_COLUMNS}
            | {f"new_{name}": value for name, value in asdict(target).items()}
            for row, target in zip(dependents, await _with_target_refs(session, resolved), strict=True)
            if target != row.target()
        ]
        if changes:
            connection = await session.connection()
            await connection.execute(_UPDATE_TARGET, changes)


def _resolve_again(row: DependentCitation, catalogue: InMemoryCatalogue) -> CitationTarget:
    citation = row.citation()
    return _find_target(citation, row.reading, catalogue.find_by_keys(citation_keys(citation)), row.issued_on)
