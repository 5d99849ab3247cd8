"""Which public document somebody means who types a citation."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from hub.citations.extraction import cited_refs
from hub.citations.queries import candidates, refs_of
from hub.domain.kinds.policy import POLICY
from hub.errors import CitationUnresolved
from hub.legal.citations.query import read_asked
from hub.legal.citations.resolver import judge, keys_of
from hub.legal.citations.types import Citation
from hub.permalinks.lookup import Match

_EXPECTED = "a number, such as 09/2017/NĐ-CP or 269/KH-UBND, or a law's name and year, such as Luật Đất đai 2024"


@dataclass(frozen=True)
class Found:
    """The documents that are meant, newest first; not `sure` when they are only near. `ref` is the node asked for."""

    matches: Sequence[Match]
    sure: bool
    ref: str | None


async def find_cited(connection: AsyncConnection, text: str) -> Found:
    """The live policies that a citation means. Raises `CitationUnresolved` when there is none.

    A number that no document carries offers those whose serial, year and type are the same: its letters may be wrong.
    """
    citation = read_asked(text)
    if citation is None:
        raise CitationUnresolved("These words name no document.", field="q", expected=_EXPECTED)
    near = replace(citation, number_key=None) if citation.serial else citation
    known = await candidates(connection, keys_of(citation), keys_of(near))
    found, sure = judge(citation, known.listed.under(keys_of(citation))).documents, True
    if not found and citation.number_key:
        found, sure = judge(near, known.listed.under(keys_of(near))).documents, False
    if not found:
        raise CitationUnresolved(
            "No public document is meant by this.", field="q", expected=_EXPECTED, understood=understood(citation)
        )
    matches = [Match(UUID(each.id), POLICY.name, known.cards[each.id]) for each in found]
    node = None
    if citation.nodes and len(matches) == 1:
        node = next(iter(cited_refs(citation, await refs_of(connection, matches[0].document_id))), None)
    return Found(matches, sure, node)


def understood(citation: Citation) -> dict[str, Any]:
    """What a citation was read as, without what it does not say."""
    said = {name: getattr(citation, name) for name in ("type", "number", "name", "year", "issuer")}
    said |= {"dates": [str(on) for on in citation.dates], "parts": [node.ref for node in citation.nodes]}
    return {name: value for name, value in said.items() if value}
