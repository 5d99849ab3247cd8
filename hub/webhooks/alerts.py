"""Counts for health and metrics: messages that receivers rejected permanently, and disabled endpoints."""

from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from hub.webhooks.rows import ENDPOINT, MESSAGE


@dataclass(frozen=True)
class WebhookAlerts:
    """Counts of messages and endpoints that need attention; zero parked and zero disabled is healthy."""

    parked: int
    disabled: int
    waiting: int
    """Waiting messages of active endpoints: not an alert, but worth monitoring."""


async def read_webhook_alerts(connection: AsyncConnection) -> WebhookAlerts:
    """Count parked and waiting messages and disabled endpoints: one statement, each count on its partial index."""
    parked = select(func.count()).where(MESSAGE.c.state == "parked").scalar_subquery()
    disabled = select(func.count()).where(ENDPOINT.c.state == "disabled").scalar_subquery()
    waiting = (
        select(func.count())
        .select_from(MESSAGE.join(ENDPOINT, MESSAGE.c.endpoint_id == ENDPOINT.c.id))
        .where(MESSAGE.c.state == "waiting", ENDPOINT.c.state == "active")
        .scalar_subquery()
    )
    row = (await connection.execute(select(parked, disabled, waiting))).one()
    return WebhookAlerts(*row)
