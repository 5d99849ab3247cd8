"""Which public document somebody means who types a citation."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from hub.citations.extraction import resolve_refs
from hub.citations.queries import find_candidates, load_refs
from hub.domain.kinds.policy import POLICY
from hub.errors import CitationUnresolved
from hub.legal.citations.query import parse_citation_query
from hub.legal.citations.resolver import citation_keys, disambiguate
from hub.legal.citations.types import Citation
from hub.permalinks.lookup import DocumentMatch

_EXPECTED = "a number, such as 09/2017/NĐ-CP or 269/KH-UBND, or a law's name and year, such as Luật Đất đai 2024"


@dataclass(frozen=True)
class CitationLookup:
    """The documents that are meant, newest first; not `sure` when they are only near. `ref` is the node asked for."""

    matches: Sequence[DocumentMatch]
    is_certain: bool
    ref: str | None


async def look_up_citation(connection: AsyncConnection, text: str) -> CitationLookup:
    """The live policies that a citation means. Raises `CitationUnresolved` when there is none.

    A number that no document carries offers those whose serial, year and type are the same: its letters may be wrong.
    """
    citation = parse_citation_query(text)
    if citation is None:
        raise CitationUnresolved("These words name no document.", field="q", expected=_EXPECTED)
    near = replace(citation, number_key=None) if citation.serial else citation
    known = await find_candidates(connection, citation_keys(citation), citation_keys(near))
    found, sure = disambiguate(citation, known.catalogue.find_by_keys(citation_keys(citation))).documents, True
    if not found and citation.number_key:
        found, sure = disambiguate(near, known.catalogue.find_by_keys(citation_keys(near))).documents, False
    if not found:
        raise CitationUnresolved(
            "No public document is meant by this.", field="q", expected=_EXPECTED, understood=citation_summary(citation)
        )
    matches = [DocumentMatch(UUID(each.id), POLICY.name, known.cards[each.id]) for each in found]
    node = None
    if citation.nodes and len(matches) == 1:
        node = next(iter(resolve_refs(citation, await load_refs(connection, matches[0].document_id))), None)
    return CitationLookup(matches, sure, node)


def citation_summary(citation: Citation) -> dict[str, Any]:
    """What a citation was read as, without what it does not say."""
    said = {name: getattr(citation, name) for name in ("type", "number", "name", "year", "issuer")}
    said |= {"dates": [str(on) for on in citation.dates], "parts": [node.ref for node in citation.nodes]}
    return {name: value for name, value in said.items() if value}
