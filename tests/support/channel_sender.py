"""The sending of channels alone, as a process that begins within a moment and can be killed between two calls."""

import asyncio

from hub.channels.port import ChannelParts
from hub.channels.queue import ChannelQueue
from hub.channels.registry import build_channels
from hub.db import Database
from hub.outgoing.client import OutgoingClient
from hub.rooms import register_rooms
from hub.settings import Settings

PAUSE_SECONDS = 0.02


async def run_sender(settings: Settings) -> None:
    """Serve every channel until the process is killed. It takes no leases: one such process runs at a time."""
    register_rooms()
    database = Database(settings, background=True)
    channels = build_channels(ChannelParts(settings, database, OutgoingClient(settings)))
    queue = ChannelQueue(database, settings, channels)

    async def serve(name: str) -> None:
        while True:
            await queue.serve(name)
            await asyncio.sleep(PAUSE_SECONDS)

    await asyncio.gather(*(serve(name) for name in channels))
