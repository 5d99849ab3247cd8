"""Counts for health and metrics: messages that receivers rejected permanently, and disabled endpoints."""

from dataclasses import dataclass

from sqlalchemy import func, select, true
from sqlalchemy.ext.asyncio import AsyncConnection

from hub.webhooks.rows import ENDPOINT, MESSAGE


@dataclass(frozen=True)
class WebhookAlerts:
    """Counts of messages and endpoints that need attention; zero parked and zero disabled is healthy."""

    parked: int
    disabled: int
    waiting: int
    """Waiting messages of active endpoints: not an alert, but worth monitoring."""


LATE_SECONDS = 6 * 3_600.0
"""Seconds after which a message that still waits needs a person."""


@dataclass(frozen=True)
class DeliveryDelays:
    """Ages in seconds of what waits longest; zero if nothing waits."""

    webhooks: float
    late_webhooks: int
    """Active endpoints whose first waiting message is older than `LATE_SECONDS`."""


async def read_delivery_delays(connection: AsyncConnection) -> DeliveryDelays:
    """Read for how long the oldest message of an active endpoint has been due: one statement, on a partial index."""
    first = (
        select(func.coalesce(MESSAGE.c.first_at, MESSAGE.c.next_at).label("since"))
        .where(MESSAGE.c.endpoint_id == ENDPOINT.c.id, MESSAGE.c.state == "waiting")
        .order_by(MESSAGE.c.seq)
        .limit(1)
        .lateral("first")
    )
    age = func.extract("epoch", func.now() - first.c.since)
    query = (
        select(func.coalesce(func.max(age), 0), func.count().filter(age > LATE_SECONDS))
        .select_from(ENDPOINT.join(first, true()))
        .where(ENDPOINT.c.state == "active")
    )
    row = (await connection.execute(query)).one()
    return DeliveryDelays(float(row[0]), row[1])


async def read_delay_alarms(connection: AsyncConnection) -> dict[str, int]:
    """Count the endpoints whose messages wait for too long."""
    return {"webhooks_late": (await read_delivery_delays(connection)).late_webhooks}


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
