"""Lookup of documents by number or by ELI-like URL, in one statement each."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import Select, extract, select
from sqlalchemy.ext.asyncio import AsyncConnection

from hub.content.as_of import currently_open
from hub.content.language_fallback import OTHER, best_language
from hub.content.visibility import READABLE, TARGET, VIEW, Pointer
from hub.domain.eli import number_keys, type_slug_from_symbol
from hub.domain.kinds.policy import POLICY
from hub.domain.lifecycle import SHOWS, DocumentState, Surface, Visibility
from hub.errors import DocumentGone, NotFound
from hub.text import fold


@dataclass(frozen=True)
class DocumentMatch:
    """A readable document that matches."""

    document_id: UUID
    kind: str
    json: bytes


async def find_by_number(connection: AsyncConnection, keys: Sequence[str]) -> list[DocumentMatch] | Pointer:
    """Find policies by the keys of their number. See `_resolve_rows`."""
    return _resolve_rows(await _read_rows(connection, _select_by_number(keys)))


async def find_by_eli(
    connection: AsyncConnection, *, type_slug: str, year: int, serial: str, symbol: str
) -> list[DocumentMatch] | Pointer:
    """Find policies by type, year and number. See `_resolve_rows`."""
    query = _select_by_number(number_keys(serial, symbol, year)).where(extract("year", VIEW.c.issued_on) == year)
    if type_slug != type_slug_from_symbol(symbol):
        # An edition states the type in its own language.
        with_type = select(OTHER.c.document_id).where(
            OTHER.c.document_id == VIEW.c.document_id, currently_open(OTHER), OTHER.c.doc_type == fold(type_slug)
        )
        query = query.where(with_type.correlate(VIEW).exists())
    return _resolve_rows(await _read_rows(connection, query))


@dataclass(frozen=True)
class _PolicyRow:
    """The columns of `_select_by_number`, in their order."""

    document_id: UUID
    state: str
    redirect_to: UUID | None
    full: bytes
    target: str | None


def _select_by_number(keys: Sequence[str]) -> Select[Any]:
    target_kind = (
        select(TARGET.c.kind)
        .where(TARGET.c.document_id == VIEW.c.redirect_to, currently_open(TARGET))
        .limit(1)
        .scalar_subquery()
    )
    return (
        select(*(VIEW.c[name] for name in ("document_id", "state", "redirect_to", "full")), target_kind.label("target"))
        .where(VIEW.c.number_key.in_(keys), VIEW.c.kind == POLICY.name, currently_open(VIEW), best_language("vi"))
        .order_by(VIEW.c.issued_on.desc(), VIEW.c.document_id)
        .limit(MAX_MATCHES)
    )


MAX_MATCHES = 100
"""Maximum number of documents with one number."""


async def _read_rows(connection: AsyncConnection, query: Select[Any]) -> list[_PolicyRow]:
    return [_PolicyRow(*row) for row in (await connection.execute(query)).all()]


def _resolve_rows(rows: Sequence[_PolicyRow]) -> list[DocumentMatch] | Pointer:
    """The readable documents, or else a pointer to the successor of a redirected one.

    Raises `DocumentGone` if all matches were removed, and `NotFound` if there are no matches.
    """
    states = [(row, SHOWS[DocumentState(row.state)][Surface.detail]) for row in rows]
    readable = [DocumentMatch(row.document_id, POLICY.name, row.full) for row, surface in states if surface in READABLE]
    if readable:
        return readable
    for row, surface in states:
        if surface is Visibility.pointer:
            assert row.redirect_to is not None  # noqa: S101 - a redirected row has a target,
            assert row.target is not None  # noqa: S101 - which always has an open row
            return Pointer(row.redirect_to, row.target)
    if any(surface is Visibility.fact for _, surface in states):
        raise DocumentGone
    raise NotFound("No public document has this number.", expected="the number as it is printed, or the document's id")
