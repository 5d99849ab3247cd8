"""Catalogue of the policies that a citation may mean, found by their lookup keys."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

from hub.citations.eraser import CITABLE
from hub.content.as_of import currently_open
from hub.content.language_fallback import best_language
from hub.content.visibility import LISTED_STATES, VIEW
from hub.legal.citations.resolver import CatalogueEntry, InMemoryCatalogue

MAX_CANDIDATES = 200
"""Maximum number of live policies that are considered for one citation."""
_ENTRY_COLUMNS = [CITABLE.c[name] for name in ("document_id", "number", "type", "title", "issuers", "issued_on")]


async def load_catalogue(connection: AsyncConnection | AsyncSession, keys: Iterable[str]) -> InMemoryCatalogue:
    """Load the documents with one of these lookup keys."""
    wanted = sorted(keys)
    if not wanted:
        return InMemoryCatalogue(())
    rows = await connection.execute(select(*_ENTRY_COLUMNS).where(CITABLE.c.lookup.overlap(wanted)))
    return InMemoryCatalogue(_catalogue_entry(*row) for row in rows)


def _catalogue_entry(
    document_id: UUID, number: str | None, type_: str, title: str, issuers: Sequence[str], issued_on: date
) -> CatalogueEntry:
    """The entry of a row of `_ENTRY_COLUMNS`."""
    return CatalogueEntry(str(document_id), number, type_, title, tuple(issuers), issued_on)


@dataclass(frozen=True)
class CitationCandidates:
    """Live policies that a citation may mean: the catalogue to resolve it with, and the card of each by its id."""

    catalogue: InMemoryCatalogue
    cards: Mapping[str, bytes]


async def find_candidates(connection: AsyncConnection, exact: Sequence[str], near: Sequence[str]) -> CitationCandidates:
    """Find the live policies with one of these lookup keys: those with an exact key first, then the newest."""
    query = (
        select(VIEW.c.card, *_ENTRY_COLUMNS)
        .select_from(CITABLE)
        .join(VIEW, VIEW.c.document_id == CITABLE.c.document_id)
        .where(CITABLE.c.lookup.overlap([*exact, *near]))
        .where(currently_open(VIEW), VIEW.c.state.in_(LISTED_STATES), best_language("vi"))
        .order_by(CITABLE.c.lookup.overlap(list(exact)).desc(), CITABLE.c.issued_on.desc(), CITABLE.c.document_id)
        .limit(MAX_CANDIDATES)
    )
    found = [(_catalogue_entry(*row), card) for card, *row in await connection.execute(query)]
    return CitationCandidates(InMemoryCatalogue(entry for entry, _ in found), {entry.id: card for entry, card in found})


async def load_refs(connection: AsyncConnection, document_id: UUID) -> frozenset[str]:
    """Load the `ref`s of the nodes of a policy; none for an unknown document."""
    query = select(CITABLE.c.refs).where(CITABLE.c.document_id == document_id)
    return frozenset((await connection.execute(query)).scalar_one_or_none() or ())
