"""Alarm of digests that were not made in time."""

from datetime import timedelta

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from hub.channels.mail.rows import MAIL_CHANNEL, SUBSCRIPTION, MailMode, SubscriptionState
from hub.channels.rows import SWITCH

LATE = timedelta(hours=2)
"""Time after which a digest that is not made needs a person."""


async def read_digest_alarms(connection: AsyncConnection) -> dict[str, int]:
    """Count the subscriptions whose digest has been due for more than two hours, while the channel is on."""
    is_on = select(SWITCH.c.is_on).where(SWITCH.c.channel == MAIL_CHANNEL).scalar_subquery()
    late = select(func.count()).where(
        SUBSCRIPTION.c.state == SubscriptionState.active,
        SUBSCRIPTION.c.mode != MailMode.at_once,
        SUBSCRIPTION.c.next_due_at < func.now() - LATE,
        func.coalesce(is_on, False),
    )
    return {"mail_digests_late": (await connection.execute(late)).scalar_one()}
