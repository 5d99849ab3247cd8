"""Announcement of a new epoch to all endpoints: a message before all waiting ones, `hub.resync`.

What a receiver holds of a lost part of the log has no further entries, so nothing else would tell it.
"""

from sqlalchemy import func, select, text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from hub.changes.position import Position
from hub.log.chain import start_hash
from hub.log.epochs import EPOCH
from hub.log.models import LogEpoch
from hub.settings import Settings
from hub.times import format_rfc3339, now
from hub.webhooks.fanout import CHANNEL
from hub.webhooks.payload import Format, message_id, resync_body
from hub.webhooks.rows import ENDPOINT, MESSAGE


async def announce_epoch(session: AsyncSession, epoch: LogEpoch, settings: Settings) -> int:
    """Queue the announcement for every endpoint, paused ones too; return their number.

    Its position is negative, before every entry, and counts the epochs; `document_id` is that of the epoch.
    """
    seq = -(await session.execute(select(func.count()).select_from(EPOCH))).scalar_one()
    last = Position.from_hash(epoch.epoch, epoch.first_seq - 1, start_hash(epoch.epoch, epoch.previous_hash))
    data = {
        "epoch": str(epoch.epoch),
        "previous_epoch": str(epoch.previous_epoch) if epoch.previous_epoch else None,
        "first_seq": epoch.first_seq,
        "position": str(last),
        "reason": epoch.reason,
    }
    rows = []
    for endpoint in (await session.execute(select(ENDPOINT.c.id, ENDPOINT.c.format))).all():
        name = message_id(endpoint.id, seq, epoch.epoch.hex)
        at = format_rfc3339(epoch.at or now())
        rows.append(
            {
                "endpoint_id": endpoint.id,
                "seq": seq,
                "document_id": epoch.epoch,
                "kind": "hub",
                "lang": "",
                "event": "resync",
                "state": "waiting",
                "attempts": 0,
                "erased": False,
                "body": resync_body(name, at, data, Format(endpoint.format), settings.public_url),
            }
        )
    if rows:
        await session.execute(insert(MESSAGE), rows)
        await session.execute(text("SELECT pg_notify(:channel, '')"), {"channel": CHANNEL})
    return len(rows)
