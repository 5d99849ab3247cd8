"""What somebody has to look at: messages that receivers refused for good, and endpoints that were disabled."""

from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from hub.webhooks.rows import ENDPOINT, MESSAGE


@dataclass(frozen=True)
class WebhookAlerts:
    """How many there are; all zero is well."""

    parked: int
    disabled: int
    waiting: int
    """Messages of active endpoints that wait: no alarm, but worth watching."""


async def read_webhook_alerts(connection: AsyncConnection) -> WebhookAlerts:
    """Counted by their own partial indexes, in one statement."""
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
