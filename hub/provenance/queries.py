"""Queries of provenance for editors: the sources of one document, and the records that conflict with their document."""

from uuid import UUID

from sqlalchemy import ColumnElement, literal, select, tuple_
from sqlalchemy.ext.asyncio import AsyncConnection

from hub.auth.principal import Principal, Scope
from hub.content.models import Document
from hub.content.provenance_models import Provenance
from hub.content.stored_rows import read_row
from hub.db import table
from hub.domain.lifecycle import DocumentState
from hub.errors import Forbidden, NotFound
from hub.paging import decode_cursor, encode_cursor, list_digest, text_part, uuid_part
from hub.problem_texts.templates import fill
from hub.provenance.views import ConflictParams, ProvenanceLine, ProvenancePage
from hub.registry.queries import require_agency
from hub.web.parameters import PageParams

PROVENANCE, DOCUMENT = table(Provenance), table(Document)
_KEY_MEMBERS = ("document_id", "source", "source_id", "lang")
_KEY = tuple_(*(PROVENANCE.c[name] for name in _KEY_MEMBERS))


async def list_provenance(
    connection: AsyncConnection, by: Principal, document_id: UUID, params: PageParams
) -> ProvenancePage:
    """Return a page of the sources of a document, for principals who may read working editions of its owner.

    Raises `NotFound`, `Forbidden` or `InvalidCursor`.
    """
    query = select(DOCUMENT.c.owner, DOCUMENT.c.state).where(DOCUMENT.c.id == document_id)
    document = (await connection.execute(query)).one_or_none()
    if document is None:
        raise NotFound("There is no document with this id.", field="id")
    is_public = document.state != DocumentState.unpublished
    by.require_for_document(Scope.read_working, document.owner, is_public=is_public)
    of_document = PROVENANCE.c.document_id == document_id
    return await _read_page(connection, of_document, provenance_list_digest(document_id), params)


async def list_conflicts(connection: AsyncConnection, by: Principal, params: ConflictParams) -> ProvenancePage:
    """Return a page of the records that conflict with their document, for the agencies of a principal.

    Raises `Forbidden`, `UnknownReference` or `InvalidCursor`.
    """
    if Scope.read_working not in by.scopes:
        raise Forbidden(fill("This needs the scope `{read_working}`.", read_working=Scope.read_working))
    await require_agency(connection, params.agency)
    if params.agency is not None:
        by.require(Scope.read_working, params.agency)
    owners = [params.agency] if params.agency else sorted(by.agencies)
    owned = select(DOCUMENT.c.id).where(DOCUMENT.c.id == PROVENANCE.c.document_id, DOCUMENT.c.owner.in_(owners))
    wanted = PROVENANCE.c.conflicts.is_not(None) & owned.exists()
    return await _read_page(connection, wanted, conflict_list_digest(params.agency), params)


def provenance_list_digest(document_id: UUID) -> str:
    """Return the list digest of a document's sources, for cursors."""
    return list_digest("provenance", document_id)


def conflict_list_digest(agency: str | None) -> str:
    """Return the list digest of the conflicts, for cursors."""
    return list_digest("conflicts", agency)


def cursor_of(name: str, line: ProvenanceLine) -> str:
    """Encode the cursor after a line of a list."""
    return encode_cursor(name, line.document_id, line.source, line.source_id, line.lang)


async def _read_page(
    connection: AsyncConnection, wanted: ColumnElement[bool], name: str, params: PageParams
) -> ProvenancePage:
    query = select(*(PROVENANCE.c[name] for name in ProvenanceLine.model_fields)).where(wanted)
    if params.cursor is not None:
        after = decode_cursor(name, params.cursor, uuid_part, text_part, text_part, text_part)
        query = query.where(tuple_(*map(literal, after)) < _KEY)
    found = (await connection.execute(query.order_by(*_KEY.clauses).limit(params.limit + 1))).mappings().all()
    kept = found[: params.limit]
    views = (
        read_row(
            ProvenanceLine,
            {**row, "claims": row["claims"] or {}, "conflicts": row["conflicts"] or []},
            f"record {row['source_id']} of {row['source']} in {row['lang']}",
        )
        for row in kept
    )
    items = [view for view in views if view is not None]
    last = kept[-1] if len(found) > params.limit else None
    following = None if last is None else encode_cursor(name, *(last[member] for member in _KEY_MEMBERS))
    return ProvenancePage(items=items, next=following)
