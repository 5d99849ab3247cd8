"""Finding documents by what people know of them: an id, a number, an ELI-like address. One statement each."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import extract, select
from sqlalchemy.ext.asyncio import AsyncConnection

from hub.content.visibility import OTHER, READABLE, TARGET, VIEW, Pointer, best_language, still_open
from hub.domain.kinds.policy import POLICY
from hub.domain.lifecycle import SHOWS, DocumentState, Shown, Surface
from hub.errors import DocumentGone, NotFound
from hub.permalinks.eli import number_keys, type_slug_of
from hub.text import fold


@dataclass(frozen=True)
class Match:
    """A document that may be meant, and may be read."""

    document_id: UUID
    kind: str
    json: bytes


async def by_number(connection: AsyncConnection, keys: Sequence[str]) -> list[Match] | Pointer:
    """Policies with a number, by its keys; see `_chosen`."""
    return _chosen((await connection.execute(_numbered(keys))).all())


async def by_eli(
    connection: AsyncConnection, *, type_slug: str, year: int, serial: str, symbol: str
) -> list[Match] | Pointer:
    """Policies of a type and a year with a number; see `_chosen`."""
    query = _numbered(number_keys(serial, symbol, year)).where(extract("year", VIEW.c.issued_on) == year)
    if type_slug != type_slug_of(symbol):
        # An edition says the type in its own language.
        named = select(OTHER.c.document_id).where(
            OTHER.c.document_id == VIEW.c.document_id, still_open(OTHER), OTHER.c.doc_type == fold(type_slug)
        )
        query = query.where(named.correlate(VIEW).exists())
    return _chosen((await connection.execute(query)).all())


def _numbered(keys: Sequence[str]) -> Any:
    target_kind = (
        select(TARGET.c.kind)
        .where(TARGET.c.document_id == VIEW.c.redirect_to, still_open(TARGET))
        .limit(1)
        .scalar_subquery()
    )
    return (
        select(*(VIEW.c[name] for name in ("document_id", "state", "redirect_to", "full")), target_kind.label("target"))
        .where(VIEW.c.number_key.in_(keys), VIEW.c.kind == POLICY.name, still_open(VIEW), best_language("vi"))
        .order_by(VIEW.c.issued_on.desc(), VIEW.c.document_id)
        .limit(MOST)
    )


MOST = 100
"""Documents that one number may name."""


def _chosen(rows: Sequence[Any]) -> list[Match] | Pointer:
    """The documents that can be read; else where one of them went.

    Raises `DocumentGone` when all there is was removed, and `NotFound` when there was never any.
    """
    shown = [(row, SHOWS[DocumentState(row.state)][Surface.detail]) for row in rows]
    readable = [Match(row.document_id, POLICY.name, row.full) for row, surface in shown if surface in READABLE]
    if readable:
        return readable
    for row, surface in shown:
        if surface is Shown.pointer:
            return Pointer(row.redirect_to, row.target)
    if any(surface is Shown.fact for _, surface in shown):
        raise DocumentGone
    raise NotFound("No public document has this number.", expected="the number as it is printed, or the document's id")
