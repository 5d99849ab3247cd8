"""Conditions of Zalo that need a person, for health and metrics."""

from datetime import timedelta

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from hub.channels.models import ChannelSwitch
from hub.channels.zalo.event_counts import COUNT, EVENT
from hub.channels.zalo.models import ZALO_CHANNELS, TokenState
from hub.channels.zalo.tokens import TOKEN
from hub.db import table
from hub.settings import Settings
from hub.state import AlertReader
from hub.times import now

SWITCH = table(ChannelSwitch)

ENDS_SOON = timedelta(days=14)
"""Time before the end of the refresh token at which the alarm is raised."""
REFRESH_LIMIT = timedelta(minutes=5)
"""Time after which a refresh that was begun was interrupted."""
_ENDED = (TokenState.lost, TokenState.refused)


def build_zalo_alarms(settings: Settings) -> AlertReader:
    """Build the reader of the alarms of the account in the settings."""
    app_id = settings.zalo_app_id or ""
    silence = timedelta(hours=settings.zalo_events_silent_hours)

    async def read_alarms(connection: AsyncConnection) -> dict[str, int]:
        if not app_id:
            return {}
        moment = now()
        token = (await connection.execute(select(TOKEN).where(TOKEN.c.app_id == app_id))).one_or_none()
        is_on = select(func.count()).where(SWITCH.c.channel.in_(ZALO_CHANNELS), SWITCH.c.is_on)
        # Events are kept for two days, their counts for longer than the silence that the settings allow.
        stored = select(func.max(EVENT.c.received_at)).scalar_subquery()
        counted = select(func.max(COUNT.c.last_at)).scalar_subquery()
        facts = select(is_on.scalar_subquery(), func.greatest(stored, counted))
        switched, last = (await connection.execute(facts)).one()
        alarms = {"zalo_authorisation_missing": 0, "zalo_authorisation_ends": 0, "zalo_events_silent": 0}
        if token is None:
            alarms["zalo_authorisation_missing"] = int(switched > 0)
        else:
            stuck = token.state == TokenState.refreshing and token.changed_at < moment - REFRESH_LIMIT
            alarms["zalo_authorisation_missing"] = int(token.state in _ENDED or stuck)
            left = token.refresh_expires_at - moment
            alarms["zalo_authorisation_ends"] = max(1, left.days) if left <= ENDS_SOON else 0
        if last is not None and last < moment - silence:
            alarms["zalo_events_silent"] = max(1, int((moment - last) / timedelta(hours=1)))
        return alarms

    return read_alarms
