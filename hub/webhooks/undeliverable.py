"""Messages that are parked, and endpoints that are disabled, because deliveries fail for good."""

from uuid import UUID

import structlog
from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncSession

from hub.times import now
from hub.webhooks.audit import write_audit_entry
from hub.webhooks.rows import ENDPOINT, EndpointRow

log = structlog.get_logger()

ENDPOINT_GONE = "410: the receiver no longer wants messages"


async def record_parked(
    session: AsyncSession, endpoint: EndpointRow, document_id: UUID | None, name: str, status: int | None
) -> None:
    """Log and audit a message that cannot be delivered; the next one may be sent."""
    log.error("webhook_parked", endpoint=str(endpoint.id), message=name, status=status)
    await write_audit_entry(
        session,
        "webhook_parked",
        agency=endpoint.agency,
        endpoint=endpoint.id,
        document_id=document_id,
        message=name,
        status=status,
    )


async def disable_endpoint(session: AsyncSession, endpoint: EndpointRow, reason: str) -> None:
    """Disable an endpoint. Its waiting messages stay and are sent when it is resumed."""
    log.error("webhook_disabled", endpoint=str(endpoint.id), reason=reason)
    values = {"state": "disabled", "reason": reason, "stopped_at": now()}
    await session.execute(update(ENDPOINT).where(ENDPOINT.c.id == endpoint.id).values(**values))
    await write_audit_entry(session, "webhook_disabled", agency=endpoint.agency, endpoint=endpoint.id, reason=reason)
