"""Alarm `keys_changed`: persons and keys changed over the API, unseen by the operator."""

from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

from hub.db import table
from hub.manage.audit_trail import append_operator_entry
from hub.manage.models import ALARMING_VERBS, SEEN_VERB, AuditEntry
from hub.manage.queries import AUDIT_COLUMNS, AuditRow

AUDIT = table(AuditEntry)
OPERATOR = "operator"


def _unseen(query: Select[Any]) -> Select[Any]:
    seen = select(func.coalesce(func.max(AUDIT.c.id), 0)).where(AUDIT.c.verb == SEEN_VERB).scalar_subquery()
    return query.where(AUDIT.c.verb.in_(ALARMING_VERBS), AUDIT.c.actor != OPERATOR, AUDIT.c.id > seen)


async def read_key_alarms(connection: AsyncConnection) -> dict[str, int]:
    """Count the changes that nobody has looked at: one statement, on a partial index."""
    query = _unseen(select(func.count()).select_from(AUDIT))
    return {"keys_changed": (await connection.execute(query)).scalar_one()}


async def list_key_changes(connection: AsyncConnection, *, limit: int = 100) -> list[AuditRow]:
    """Read the changes that nobody has looked at, newest first."""
    query = _unseen(select(*AUDIT_COLUMNS)).order_by(AUDIT.c.id.desc()).limit(limit)
    return [AuditRow(*row) for row in await connection.execute(query)]


async def end_key_alarm(session: AsyncSession) -> None:
    """Record that the operator has looked at all changes so far."""
    await append_operator_entry(session, SEEN_VERB, "", "hub key changes --seen")
