"""Resolution of a citation as people type it to public documents."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from hub.citations.catalogue import find_candidates, load_refs
from hub.citations.cited_nodes import resolve_refs
from hub.domain.kinds.policy import POLICY
from hub.errors import CitationUnresolved
from hub.legal.citations.query import parse_citation_query
from hub.legal.citations.resolver import citation_keys, disambiguate
from hub.legal.citations.types import Citation
from hub.permalinks.lookup import DocumentMatch

_EXPECTED = "a number, such as 09/2017/NĐ-CP or 269/KH-UBND, or a law's name and year, such as Luật Đất đai 2024"


@dataclass(frozen=True)
class CitationLookup:
    """The matching documents, newest first. Not `is_certain` if they are only similar. `ref` is the cited node."""

    matches: Sequence[DocumentMatch]
    is_certain: bool
    ref: str | None


async def look_up_citation(connection: AsyncConnection, text: str) -> CitationLookup:
    """Find the live policies that match a citation. Raises `CitationUnresolved` if there is none.

    If no document has the number, those with the same serial, year and type are returned: its letters may be wrong.
    """
    citation = parse_citation_query(text)
    if citation is None:
        raise CitationUnresolved("The text contains no citation of a document.", field="q", expected=_EXPECTED)
    near = replace(citation, number_key=None) if citation.serial else citation
    candidates = await find_candidates(connection, citation_keys(citation), citation_keys(near))
    found, is_certain = (
        disambiguate(citation, candidates.catalogue.find_by_keys(citation_keys(citation))).documents,
        True,
    )
    if not found and citation.number_key:
        found, is_certain = disambiguate(near, candidates.catalogue.find_by_keys(citation_keys(near))).documents, False
    if not found:
        raise CitationUnresolved(
            "No public document matches the citation.",
            field="q",
            expected=_EXPECTED,
            understood=citation_summary(citation),
        )
    matches = [DocumentMatch(UUID(each.id), POLICY.name, candidates.cards[each.id]) for each in found]
    node = None
    if citation.nodes and len(matches) == 1:
        node = next(iter(resolve_refs(citation, await load_refs(connection, matches[0].document_id))), None)
    return CitationLookup(matches, is_certain, node)


def citation_summary(citation: Citation) -> dict[str, Any]:
    """The parts of a parsed citation, without empty ones."""
    summary = {name: getattr(citation, name) for name in ("type", "number", "name", "year", "issuer")}
    summary |= {"dates": [str(on) for on in citation.dates], "parts": [node.ref for node in citation.nodes]}
    return {name: value for name, value in summary.items() if value}
