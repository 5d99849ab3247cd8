"""A restore: nothing is sent until it is released, and nothing that was sent before the restore is sent again."""

import asyncio
from contextlib import AsyncExitStack
from datetime import timedelta
from pathlib import Path

from sqlalchemy import text, update

from hub.channels.queue import ChannelQueue
from hub.channels.restore import doubt_waiting
from hub.content.models import Edition
from hub.content.scheduler import Scheduler, count_overdue
from hub.db import Database, table
from hub.jobs.dispatcher import Dispatcher
from hub.log.send_lease import SendingRight, read_hold, release_sending
from hub.settings import Settings
from tests.hub.channels.conftest import Desk
from tests.support import contents
from tests.support.channel_stand_in import StandInChannel
from tests.support.forks import publish_now
from tests.support.restores import dump, restored
from tests.support.servers import Publish


class Hub:
    """A worker's senders over one database and the data folder."""

    def __init__(self, settings: Settings, channels: dict[str, StandInChannel]):
        self.settings = settings
        self.database = Database(settings)
        self.right = SendingRight(self.database, settings)
        self.queue = ChannelQueue(self.database, settings, channels, gate=self.right)
        self.channels = channels

    async def run(self, seconds: float) -> None:
        """Send for a while, as the worker does."""
        stop = asyncio.Event()
        dispatcher = Dispatcher(self.database, self.queue, gate=self.right, poll=0.05)
        running = asyncio.create_task(dispatcher.run(stop))
        await asyncio.sleep(seconds)
        stop.set()
        await running

    async def states(self) -> list[tuple[str, str]]:
        async with self.database.read() as connection:
            rows = await connection.execute(text("SELECT channel, state FROM channel_item ORDER BY id"))
            return sorted((row.channel, row.state) for row in rows)


async def test_a_dump_taken_before_twenty_items_were_sent_sends_none_of_them_again(
    desk: Desk, push: StandInChannel, settings: Settings, publish_edition: Publish, tmp_path: Path
) -> None:
    quick = settings.model_copy(update={"channel_retry_first": 0.01})
    channels = {"zalo": desk.channel, "hue_s_push": push}
    titles = [f"Tin {n}" for n in range(10)]
    hub = Hub(quick, channels)
    assert await hub.right.is_open()  # the worker ran before the dump was taken
    for title in titles:
        await publish_edition("bulletin", contents.bulletin(title=title, channels=["zalo", "hue_s_push"]))
    assert await hub.right.covers(10)
    await asyncio.to_thread(dump, settings.require_database_url(), tmp_path / "dump")
    for channel in channels:
        await hub.queue.serve(channel)
    assert sorted(desk.channel.seen) == sorted(push.seen) == titles
    assert {state for _, state in await hub.states()} == {"live"}
    await hub.database.dispose()
    calls = len(desk.channel.calls) + len(push.calls)
    assert calls == 20

    async with AsyncExitStack() as stack:
        url = await stack.enter_async_context(restored(settings.require_database_url(), tmp_path / "dump"))
        again = Hub(Settings(**{**quick.model_dump(exclude_unset=True), "database_url": url}), channels)
        stack.push_async_callback(again.database.dispose)
        await again.run(0.5)
        assert len(desk.channel.calls) + len(push.calls) == calls, "0 sends until released"
        assert {state for _, state in await again.states()} == {"queued"}
        async with again.database.read() as connection:
            held = await read_hold(connection)
        assert held is not None
        assert "20 outside calls were made, and this database knows of 0" in held
        async with again.database.write() as session:
            assert await doubt_waiting(session) == 20
        await release_sending(again.database, again.settings)
        await again.run(1.5)
        assert len(desk.channel.calls) + len(push.calls) == calls, "0 doubles after"
        assert sorted(desk.channel.seen) == sorted(push.seen) == titles
        assert await again.states() == [("hue_s_push", "unknown")] * 10 + [("zalo", "live")] * 10
        assert len(desk.channel.questions) == 10
        after = contents.bulletin(title="Tin sau khi phục hồi", channels=["zalo"])
        await publish_now(again.database, "bulletin", after)
        await again.run(0.5)
        assert desk.channel.seen[-1] == "Tin sau khi phục hồi"


async def test_a_schedule_that_is_long_overdue_waits_while_sending_is_held(
    settings: Settings, database: Database, publish_edition: Publish
) -> None:
    class Closed:
        is_closed = True

        async def is_open(self) -> bool:
            return not self.is_closed

        async def covers(self, seq: int) -> bool:
            return not self.is_closed

        async def covers_call(self, number: int) -> bool:
            return not self.is_closed

    gate = Closed()
    late, lately = timedelta(hours=25), timedelta(hours=23)
    edition = table(Edition)
    for title, ago in (("Tin quá hạn", late), ("Tin trễ", lately)):
        document = await publish_edition("bulletin", contents.bulletin(title=title), published=False)
        async with database.write() as session:
            scheduled = {"state": "scheduled", "scheduled_for": text(f"now() - interval '{ago.total_seconds()} s'")}
            await session.execute(update(edition).where(edition.c.document_id == document).values(**scheduled))

    async def published() -> list[str]:
        async with database.read() as connection:
            rows = await connection.execute(text("SELECT content->>'title' FROM edition WHERE state = 'published'"))
            return list(rows.scalars())

    scheduler = Scheduler(database, gate=gate, overdue=timedelta(hours=24))
    await scheduler.run_once()
    assert await published() == ["Tin trễ"]
    assert await count_overdue(database, timedelta(hours=24)) == 1
    gate.is_closed = False
    await scheduler.run_once()
    assert sorted(await published()) == ["Tin quá hạn", "Tin trễ"]
