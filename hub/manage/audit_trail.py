"""Entries of the audit trail (nhật ký nội bộ) for the actions of editors and of the operator."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from sqlalchemy import delete, func, insert, select
from sqlalchemy.ext.asyncio import AsyncSession

from hub.auth.principal import Principal
from hub.content.damage import RowName, delete_damage
from hub.content.models import Document, Edition
from hub.db import table
from hub.domain.lifecycle import WORKING_STATES
from hub.manage.actions import EditorAction
from hub.manage.models import AuditEntry

AUDIT, EDITION = table(AuditEntry), table(Edition)
AUDIT_NAME = RowName("audit entry {}")


async def append_audit_entry(
    session: AsyncSession,
    by: Principal,
    action: EditorAction,
    document: Document,
    edition: Edition | None = None,
    **details: Any,
) -> None:
    """Append an entry to the audit trail, in the transaction of the action."""
    row: Mapping[str, Any] = {
        "actor": by.id,
        "label": by.label,
        "agency": document.owner,
        "verb": action.value,
        "document_id": document.id,
        "lang": edition.lang if edition else None,
        "edition": edition.number if edition else None,
        "version": document.version,
        "details": details,
    }
    await session.flush()
    await session.execute(insert(AUDIT).values(**row))


async def append_document_entry(
    session: AsyncSession, by: Principal, verb: str, document: Document, **details: Any
) -> None:
    """Append an entry about something of a document that is no change of it, in the transaction of the action."""
    row = {"actor": by.id, "label": by.label, "agency": document.owner, "verb": verb, "document_id": document.id}
    await session.flush()
    await session.execute(insert(AUDIT).values(**row, details=details))


async def append_entry(session: AsyncSession, by: Principal, verb: str, agency: str, **details: Any) -> None:
    """Append an entry about something of an agency that is no document, in the transaction of the action."""
    row = {"actor": by.id, "label": by.label, "agency": agency, "verb": verb, "details": details}
    await session.flush()
    await session.execute(insert(AUDIT).values(**row))


async def append_operator_entry(session: AsyncSession, verb: str, agency: str, label: str, **details: Any) -> None:
    """Append an entry for a command of the operator about an agency, in the transaction of the command."""
    row = {"actor": "operator", "label": label, "agency": agency, "verb": verb, "details": details}
    await session.flush()
    await session.execute(insert(AUDIT).values(**row))


async def delete_old_entries(session: AsyncSession, days: int) -> int:
    """Delete entries older than `days` days, but not those of documents with a working edition; returns the number.

    The four-eyes rule reads who changed a working edition.
    """
    is_worked_on = select(EDITION.c.id).where(
        EDITION.c.document_id == AUDIT.c.document_id, EDITION.c.state.in_(WORKING_STATES)
    )
    old = AUDIT.c.at < func.now() - timedelta(days=days)
    await delete_damage(session, AUDIT_NAME.select(AUDIT.c.id).where(old, ~is_worked_on.exists()))
    deleted = await session.execute(delete(AUDIT).where(old, ~is_worked_on.exists()).returning(AUDIT.c.id))
    return len(deleted.all())
