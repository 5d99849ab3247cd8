"""Resolution of mentions: the document that each one means, with its cited nodes, or several to choose from."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict, replace
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

from hub.citations.catalogue import load_catalogue
from hub.citations.cited_nodes import resolve_refs
from hub.citations.eraser import CITABLE
from hub.citations.mentions import Mention
from hub.citations.rows import CitationTarget, CitingView, ExtractedView
from hub.legal.citations.resolver import CatalogueEntry, Outcome, citation_keys, disambiguate
from hub.legal.citations.types import Citation, CitationKind

MAX_CHOICES = 20
"""Maximum number of documents that are offered for an ambiguous citation."""


async def resolve_mentions(
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
            resolved.append((find_target(citation, _confidence(citation), candidates, source.view.issued_on), citation))
    targets = await with_target_refs(connection, resolved)
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


def find_target(
    citation: Citation, confidence: float, candidates: Iterable[CatalogueEntry], cited_on: date
) -> CitationTarget:
    """Choose the document that a citation means among the candidates; several of them when it is ambiguous."""
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


async def with_target_refs(
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
