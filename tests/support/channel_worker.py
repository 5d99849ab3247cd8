"""A worker of channels alone: the queue and its dispatcher, which begins faster than a whole worker."""

import asyncio

from hub.channels.port import ChannelParts
from hub.channels.queue import ChannelQueue
from hub.channels.registry import build_channels
from hub.db import Database
from hub.jobs.dispatcher import Dispatcher
from hub.outgoing.client import OutgoingClient
from hub.rooms import register_rooms
from hub.settings import Settings


async def run_channels(settings: Settings) -> None:
    """Serve the channels until the process is killed."""
    register_rooms()
    database = Database(settings, background=True)
    channels = build_channels(ChannelParts(settings, database, OutgoingClient(settings)))
    await Dispatcher(database, ChannelQueue(database, settings, channels), poll=0.05).run(asyncio.Event())
