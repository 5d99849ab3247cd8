"""The background process: every follower of the publication log."""

import asyncio
import signal

import structlog

from hub.db import Database
from hub.settings import Settings
from search.build import build_follower

log = structlog.get_logger()


async def work(settings: Settings) -> None:
    """Follow the log until SIGTERM or SIGINT."""
    stop = asyncio.Event()
    for sent in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(sent, stop.set)
    database = Database(settings)
    followers = [follower for follower in (build_follower(settings, database),) if follower is not None]
    try:
        log.info("worker_started", followers=[follower.name for follower in followers])
        async with asyncio.TaskGroup() as group:
            group.create_task(stop.wait())
            for follower in followers:
                group.create_task(follower.run(stop))
    finally:
        await database.dispose()
        log.info("worker_stopped")
