"""Reads of editors: a document with all its editions, and the audit trail."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, fields
from datetime import datetime
from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

from hub.auth.principal import Principal, Scope
from hub.content.due_failures import FAILURE, IS_SCHEDULED_FAILURE
from hub.content.models import Document, Edition
from hub.content.stored_rows import read_row
from hub.db import table
from hub.domain.lifecycle import WORKING_STATES, DocumentState, EditionState
from hub.errors import Forbidden, NotFound
from hub.manage.audit_trail import AUDIT_NAME
from hub.manage.models import AuditEntry
from hub.manage.views import AuditLine, AuditPage, EditionLine, ManagedDocument, ManagedEdition
from hub.paging import encode_cursor, list_digest, select_page_before
from hub.problem_texts.templates import fill
from hub.registry.queries import require_agency

DOCUMENT, EDITION, AUDIT = table(Document), table(Edition), table(AuditEntry)


@dataclass(frozen=True, slots=True)
class ManagedEditionRow:
    """An edition as editors see it; the members are columns of `edition`, and the problem of its due event."""

    lang: str
    number: int
    state: str
    content: dict[str, Any]
    update_type: str
    change_note: str | None
    correction_of: int | None
    scheduled_for: datetime | None
    schedule_problem: str | None
    written_by: str
    approved_by: str | None
    changed_at: datetime
    published_at: datetime | None


@dataclass(frozen=True, slots=True)
class AuditRow:
    """An entry of the audit trail; the members are columns of `audit_entry`."""

    id: int
    at: datetime
    actor: str
    label: str
    agency: str
    verb: str
    document_id: UUID | None
    lang: str | None
    edition: int | None
    version: int | None
    details: dict[str, Any]


_EDITION_FIELDS = {field.name for field in fields(ManagedEditionRow)}
_EDITION_COLUMNS = [
    FAILURE.c.problem if field.name == "schedule_problem" else EDITION.c[field.name]
    for field in fields(ManagedEditionRow)
]
AUDIT_COLUMNS = [AUDIT.c[field.name] for field in fields(AuditRow)]


async def load_managed_unchecked(connection: AsyncConnection | AsyncSession, document_id: UUID) -> ManagedDocument:
    """Read a document with its editions in one statement, without checking who may see it.

    Raises `NotFound`.
    """
    query = (
        select(DOCUMENT.c.id, DOCUMENT.c.kind, DOCUMENT.c.owner, DOCUMENT.c.state, DOCUMENT.c.version)
        .add_columns(*_EDITION_COLUMNS)
        .join(EDITION, EDITION.c.document_id == DOCUMENT.c.id)
        .outerjoin(FAILURE, IS_SCHEDULED_FAILURE)
        .where(DOCUMENT.c.id == document_id)
        .order_by(EDITION.c.id.desc())
    )
    rows = (await connection.execute(query)).all()
    if not rows:
        raise NotFound("There is no document with this id.", field="id")
    editions = [ManagedEditionRow(*row[5:]) for row in rows]
    found_id, kind, owner, state, version = rows[0][:5]
    return ManagedDocument(
        id=found_id,
        kind=kind,
        owner=owner,
        state=state,
        version=version,
        working=_edition_views(ManagedEdition, [row for row in editions if row.state in WORKING_STATES], document_id),
        live=_edition_views(
            ManagedEdition, [row for row in editions if row.state == EditionState.published], document_id
        ),
        history=_edition_views(EditionLine, editions, document_id),
    )


V = TypeVar("V", ManagedEdition, EditionLine)


def _edition_views(model: type[V], editions: Sequence[ManagedEditionRow], document_id: UUID) -> list[V]:
    names = [name for name in model.model_fields if name in _EDITION_FIELDS]
    views = (
        read_row(
            model, {name: getattr(row, name) for name in names}, f"edition {row.number} in {row.lang} of {document_id}"
        )
        for row in editions
    )
    return [view for view in views if view is not None]


async def read_managed(connection: AsyncConnection, by: Principal, document_id: UUID) -> ManagedDocument:
    """Read a document for a principal who may read working editions of its owner.

    Raises `NotFound` or `Forbidden`.
    """
    found = await load_managed_unchecked(connection, document_id)
    by.require_for_document(Scope.read_working, found.owner, is_public=found.state != DocumentState.unpublished)
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
    """Read the audit trail of the agencies a principal acts for, newest first.

    Raises `Forbidden`, `UnknownReference` or `InvalidCursor`.
    """
    if Scope.read_working not in by.scopes:
        raise Forbidden(fill("This requires the scope `{read_working}`.", read_working=Scope.read_working))
    await require_agency(connection, agency)
    if agency is not None:
        by.require(Scope.read_working, agency)
    name = list_digest("audit", document, agency)
    query = select(*AUDIT_COLUMNS).where(AUDIT.c.agency.in_([agency] if agency else sorted(by.agencies)))
    if document is not None:
        query = query.where(AUDIT.c.document_id == document)
    page = select_page_before(query, AUDIT.c.id, name, cursor, limit)
    rows = [AuditRow(*row) for row in await connection.execute(page)]
    kept = rows[:limit]
    views = (read_row(AuditLine, asdict(row), AUDIT_NAME.of(row.id)) for row in kept)
    items = [view for view in views if view is not None]
    return AuditPage(items=items, next=encode_cursor(name, kept[-1].id) if len(rows) > limit else None)
