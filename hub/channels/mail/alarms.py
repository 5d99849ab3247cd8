"""Conditions of e-mail that need a person, for health and metrics."""

from datetime import timedelta

from sqlalchemy import and_, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from hub.channels.mail.rows import MAIL_CHANNEL, SUBSCRIPTION, MailMode, SubscriptionState
from hub.channels.mail.setup import find_setup_fault
from hub.channels.rows import SWITCH
from hub.channels.switches import CHANNEL_ITSELF
from hub.settings import Settings
from hub.state import AlertReader

LATE = timedelta(hours=2)
"""Time after which a digest that is not made needs a person."""


def build_mail_alarms(settings: Settings) -> AlertReader:
    """Build the reader of the alarms of e-mail; its alarms are 0 while the channel is off."""
    has_fault = find_setup_fault(settings) is not None

    async def read_alarms(connection: AsyncConnection) -> dict[str, int]:
        late = select(func.count()).where(
            SUBSCRIPTION.c.state == SubscriptionState.active,
            SUBSCRIPTION.c.mode != MailMode.at_once,
            SUBSCRIPTION.c.next_due_at < func.now() - LATE,
        )
        itself = and_(SWITCH.c.paused_at.is_not(None), SWITCH.c.changed_by == CHANNEL_ITSELF)
        query = select(late.scalar_subquery(), itself).where(SWITCH.c.channel == MAIL_CHANNEL, SWITCH.c.is_on)
        found = (await connection.execute(query)).one_or_none()
        digests, is_paused = (0, False) if found is None else found
        return {
            "mail_digests_late": digests,
            "mail_setup_wrong": int(has_fault and found is not None),
            "mail_paused_itself": int(is_paused),
        }

    return read_alarms
