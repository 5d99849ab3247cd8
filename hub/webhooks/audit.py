"""Audit entries of webhooks, in the private audit log of editors."""

from typing import Any
from uuid import UUID

from sqlalchemy import insert
from sqlalchemy.ext.asyncio import AsyncSession

from hub.db import table
from hub.manage.models import AuditEntry

AUDIT = table(AuditEntry)

WORKER = "hub:worker"
"""Actor of automatic actions: parked messages, disabled endpoints."""


async def write_audit_entry(
    session: AsyncSession,
    verb: str,
    *,
    agency: str,
    endpoint: UUID,
    actor: str = WORKER,
    label: str = "",
    document_id: UUID | None = None,
    **details: Any,
) -> None:
    """Insert an audit entry in the transaction of the action."""
    row = {
        "actor": actor,
        "label": label,
        "agency": agency,
        "verb": verb,
        "document_id": document_id,
        "details": {"endpoint": str(endpoint), **details},
    }
    await session.execute(insert(AUDIT).values(**row))
