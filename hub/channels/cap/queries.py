"""Reads of listed alerts from the outbox."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from hub.channels.cap.alerts import Alert, AlertItem, compose_alerts
from hub.channels.cap.channel import NAME
from hub.channels.models import ChannelItem
from hub.channels.port import ItemAction, ItemState
from hub.db import table
from hub.errors import NotFound

ITEM = table(ChannelItem)
FEED_SIZE = 100
_LISTED = (ITEM.c.channel == NAME, ITEM.c.state.in_((ItemState.live, ItemState.retracted)))


async def list_alerts(connection: AsyncConnection, languages: Sequence[str]) -> list[Alert]:
    """Return the newest alerts that still say something, newest first."""
    newest = select(ITEM.c.id, ITEM.c.document_id).where(*_LISTED).order_by(ITEM.c.id.desc()).limit(FEED_SIZE)
    rows = (await connection.execute(newest)).all()
    alerts = await _load(connection, {row.document_id for row in rows}, languages)
    return [alert for alert in reversed(alerts) if alert.item.facts is not None][:FEED_SIZE]


async def load_alert(connection: AsyncConnection, document_id: UUID, alert: UUID, languages: Sequence[str]) -> Alert:
    """Return one alert of a document. Raises `NotFound`, also for one whose document is gone."""
    found = await _load(connection, {document_id}, languages)
    for each in found:
        if each.item.id == alert and each.item.facts is not None:
            return each
    raise NotFound("There is no such alert.", field="id")


async def _load(connection: AsyncConnection, documents: set[UUID], languages: Sequence[str]) -> list[Alert]:
    columns = ("document_id", "lang", "edition", "event", "action", "made_at", "payload")
    query = (
        select(*(ITEM.c[name] for name in columns))
        .where(*_LISTED, ITEM.c.document_id.in_(documents))
        .order_by(ITEM.c.id)
    )
    items = [
        AlertItem(
            row.document_id, row.lang, row.edition, row.event, ItemAction(row.action), row.made_at, row.payload or None
        )
        for row in await connection.execute(query)
    ]
    return compose_alerts(items, languages)
