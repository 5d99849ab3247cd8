"""What editors read: a document with all its editions, and the trail."""

from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

from hub.auth.principal import Principal, Scope
from hub.content.models import Document, Edition
from hub.db import table
from hub.domain.lifecycle import WORKING_STATES, EditionState
from hub.errors import Forbidden, InvalidCursor, NotFound
from hub.manage.models import AuditEntry
from hub.manage.views import AuditLine, AuditPage, EditionLine, ManagedDocument, ManagedEdition
from hub.paging import decode_cursor, encode_cursor, list_digest

DOCUMENT, EDITION, AUDIT = table(Document), table(Edition), table(AuditEntry)


async def load_managed_unchecked(connection: AsyncConnection | AsyncSession, document_id: UUID) -> ManagedDocument:
    """A document with its editions, in one statement. The caller has checked who may see it."""
    query = (
        select(
            DOCUMENT.c.id.label("doc_id"),
            DOCUMENT.c.kind,
            DOCUMENT.c.owner,
            DOCUMENT.c.state.label("doc_state"),
            DOCUMENT.c.version,
            EDITION,
        )
        .select_from(DOCUMENT.join(EDITION, EDITION.c.document_id == DOCUMENT.c.id))
        .where(DOCUMENT.c.id == document_id)
        .order_by(EDITION.c.id.desc())
    )
    rows = (await connection.execute(query)).mappings().all()
    if not rows:
        raise NotFound("There is no document with this id.", field="id")
    first = rows[0]
    return ManagedDocument(
        id=first["doc_id"],
        kind=first["kind"],
        owner=first["owner"],
        state=first["doc_state"],
        version=first["version"],
        working=[_to_view(ManagedEdition, row) for row in rows if row["state"] in WORKING_STATES],
        live=[_to_view(ManagedEdition, row) for row in rows if row["state"] == EditionState.published],
        history=[_to_view(EditionLine, row) for row in rows],
    )


def _to_view(view: Any, row: Any) -> Any:
    return view.model_validate({name: row[name] for name in view.model_fields})


async def read_managed(connection: AsyncConnection, by: Principal, document_id: UUID) -> ManagedDocument:
    """A document for one who may read working editions of its owner."""
    found = await load_managed_unchecked(connection, document_id)
    by.require(Scope.read_working, found.owner)
    return found


async def list_audit_entries(
    connection: AsyncConnection,
    by: Principal,
    *,
    document: UUID | None,
    agency: str | None,
    limit: int,
    cursor: str | None,
) -> AuditPage:
    """The trail of the agencies a principal acts for, newest first."""
    if Scope.read_working not in by.scopes:
        raise Forbidden(f"This needs the scope `{Scope.read_working}`.")
    if agency is not None:
        by.require(Scope.read_working, agency)
    name = list_digest("audit", document, agency)
    query = select(AUDIT).where(AUDIT.c.agency.in_([agency] if agency else sorted(by.agencies)))
    if document is not None:
        query = query.where(AUDIT.c.document_id == document)
    if cursor is not None:
        [before] = decode_cursor(name, cursor, 1)
        if not isinstance(before, int):
            raise InvalidCursor("The cursor is damaged.", field="cursor")
        query = query.where(AUDIT.c.id < before)
    rows = (await connection.execute(query.order_by(AUDIT.c.id.desc()).limit(limit + 1))).mappings().all()
    items = [_to_view(AuditLine, row) for row in rows[:limit]]
    return AuditPage(items=items, next=encode_cursor(name, items[-1].id) if len(rows) > limit else None)
