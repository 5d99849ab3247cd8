"""Messages that are parked, and endpoints that are disabled, because deliveries fail for good."""

import structlog
from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncSession

from hub.times import now
from hub.webhooks.attempts import Attempt
from hub.webhooks.audit import write_audit_entry
from hub.webhooks.rows import ENDPOINT, EndpointRow
from hub.webhooks.transport import AttemptResult

log = structlog.get_logger()

ENDPOINT_GONE = "410: the receiver no longer wants messages"


async def record_parked(session: AsyncSession, attempt: Attempt, result: AttemptResult) -> None:
    """Log and audit a message that its receiver refuses for good; the next one may be sent."""
    endpoint = attempt.endpoint
    log.error("webhook_parked", endpoint=str(endpoint.id), message=attempt.name, status=result.status)
    await write_audit_entry(
        session,
        "webhook_parked",
        agency=endpoint.agency,
        endpoint=endpoint.id,
        document_id=attempt.document_id,
        message=attempt.name,
        status=result.status,
    )


async def disable_endpoint(session: AsyncSession, endpoint: EndpointRow, reason: str) -> None:
    """Disable an endpoint. Its waiting messages stay and are sent when it is resumed."""
    log.error("webhook_disabled", endpoint=str(endpoint.id), reason=reason)
    values = {"state": "disabled", "reason": reason, "stopped_at": now()}
    await session.execute(update(ENDPOINT).where(ENDPOINT.c.id == endpoint.id).values(**values))
    await write_audit_entry(session, "webhook_disabled", agency=endpoint.agency, endpoint=endpoint.id, reason=reason)
