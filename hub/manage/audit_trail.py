"""Entries of the audit trail (nhật ký nội bộ) for the actions of editors and of the operator."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import insert
from sqlalchemy.ext.asyncio import AsyncSession

from hub.auth.principal import Principal
from hub.content.models import Document, Edition
from hub.db import table
from hub.manage.actions import EditorAction
from hub.manage.models import AuditEntry

AUDIT = table(AuditEntry)


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


async def append_operator_entry(session: AsyncSession, verb: str, agency: str, label: str, **details: Any) -> None:
    """Append an entry for a command of the operator about an agency, in the transaction of the command."""
    row = {"actor": "operator", "label": label, "agency": agency, "verb": verb, "details": details}
    await session.flush()
    await session.execute(insert(AUDIT).values(**row))
