"""The background process: the clock, every follower of the publication log, and the sources."""

import asyncio
import signal

import structlog

from hub.citations.follower import CitationFollower
from hub.content.scheduler_job import Ticker
from hub.db import Database
from hub.exports.job import DumpMaker
from hub.files.store import FileStore
from hub.files.sweeper import FileSweeper
from hub.jobs.dispatcher import Dispatcher
from hub.log.follow import LogFollower
from hub.manage.cleanup import Keeper
from hub.outgoing.client import Outgoing
from hub.press.job import PressTicker
from hub.settings import Settings
from hub.webhooks.fanout import WebhookFanOut
from hub.webhooks.sender import WebhookDesk
from hub.websub.follower import WebSubFollower
from hub.websub.sender import WebSubDesk
from ingest.sources.pipeline.queue import build_desk
from search.factory import build_counter, build_follower
from search.ranking.vocabulary import TermCounter

log = structlog.get_logger()


async def work(settings: Settings) -> None:
    """Follow the log until SIGTERM or SIGINT."""
    stop = asyncio.Event()
    for sent in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(sent, stop.set)
    database = Database(settings)
    outgoing = Outgoing(settings)
    store = FileStore(settings)
    runners: list[Ticker | Keeper | PressTicker | TermCounter | LogFollower | Dispatcher] = [
        Ticker(database),
        Keeper(database),
        PressTicker(database, settings.press_keep_days),
        FileSweeper(database, store),
        DumpMaker(database, store, settings),
        build_counter(database),
        WebhookFanOut(database, settings),
        Dispatcher(database, WebhookDesk(database, settings, outgoing)),
        WebSubFollower(database),
        CitationFollower(database),
        Dispatcher(database, WebSubDesk(database, settings, outgoing)),
        build_desk(database, outgoing, store, settings),
    ]
    if (search := build_follower(settings, database)) is not None:
        runners.append(search)
    try:
        log.info("worker_started", runs=[runner.name for runner in runners])
        async with asyncio.TaskGroup() as group:
            for runner in runners:
                group.create_task(runner.run(stop))
    finally:
        await outgoing.close()
        await database.dispose()
        log.info("worker_stopped")
