"""Alarm about comments that wait for a moderator for too long."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import httpx
from sqlalchemy import update

from hub.consultation.comments.models import CommentState
from hub.consultation.moderation.alarms import waiting_alarms
from hub.consultation.moderation.models import CommentDecision
from hub.consultation.records import CONSULTATION
from hub.db import Database
from hub.ops.checks import check_comments
from hub.settings import Settings
from hub.times import now
from tests.support.comment_rows import CommentRows
from tests.support.comments import open_consultation
from tests.support.servers import Publish


async def test_a_comment_that_waits_for_more_than_a_day_raises_an_alarm_until_it_is_decided(
    client: httpx.AsyncClient, database: Database, settings: Settings, publish_edition: Publish
) -> None:
    id_, rows = await open_consultation(publish_edition), CommentRows(database, settings)
    old, waiting = now() - timedelta(hours=25), {"state": CommentState.waiting}
    await rows.add(id_, received_at=old, **waiting)
    await rows.add(id_, received_at=old)
    await rows.add(id_, received_at=now() - timedelta(hours=23), **waiting)
    await rows.add(id_, received_at=old, changed_at=now() - timedelta(hours=1), **waiting)
    held = await rows.add(id_, received_at=old, **waiting)
    async with database.write() as session:
        facts: dict[str, Any] = {"before": "public", "after": "waiting", "held_before": [], "version": 2, "by": "k"}
        session.add(CommentDecision(batch_id=uuid4(), comment_id=held, at=now() - timedelta(hours=2), **facts))

    async def alarms(hours: int = 24) -> int:
        async with database.read() as connection:
            return (await waiting_alarms(hours)(connection))["comments_waiting"]

    assert (await alarms(), await alarms(22), await alarms(26)) == (1, 2, 0)
    assert (await client.get("/health/ready")).json()["alarms"]["comments_waiting"] == 1
    [waits, bodies] = await check_comments(database, settings)
    assert (waits.is_problem, "1 comments wait" in waits.text, bodies.is_problem) == (True, True, False)
    async with database.write() as session:
        await session.execute(update(CONSULTATION).values(state="dropped", dropped_at=now()))
    assert await alarms() == 0
