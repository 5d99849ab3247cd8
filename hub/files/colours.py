"""Placeholders of older pictures: the mean colour of those that were uploaded before there were any."""

import asyncio
from io import BytesIO

import structlog

from hub.db import Database
from hub.errors import StorageUnavailable
from hub.files.commands import set_placeholders
from hub.files.queries import UncolouredPicture, list_uncoloured
from hub.files.store import FileStore

log = structlog.get_logger()

BATCH = 20
UNKNOWN_COLOUR = "#808080"


async def fill_in_colours(database: Database, store: FileStore) -> None:
    """Fill in missing placeholders in batches; each is written with its batch, so that a killed run can be repeated.

    A picture whose bytes cannot be read is tried again next time. Raises `StorageUnavailable` where many cannot.
    """
    after, unread = None, 0
    while True:
        async with database.read() as connection:
            pictures = await list_uncoloured(connection, BATCH, after=after)
        colours = []
        for picture in pictures:
            try:
                colours.append((picture.id, await _read_colour(store, picture)))
            except StorageUnavailable as problem:
                unread += 1
                log.warning("picture_unread", file=str(picture.id), problem=str(problem)[:300])
                if unread >= BATCH:
                    raise
        if colours:
            async with database.write() as session:
                await set_placeholders(session, colours)
        if len(pictures) < BATCH:
            return
        after = pictures[-1].id


async def _read_colour(store: FileStore, picture: UncolouredPicture) -> str:
    """Read the smallest size of a picture; grey stands for bytes that are no picture any more."""
    from hub.files.images import mean_colour  # decoders of pictures, which a web process does not need

    chunks = [bytes(chunk) async for chunk in await store.read(picture.sha256, 0, picture.size)]
    try:
        return await asyncio.to_thread(mean_colour, BytesIO(b"".join(chunks)))
    except Exception as problem:  # Pillow's decoders raise many types for damaged files
        log.warning("picture_damaged", file=str(picture.id), problem=str(problem)[:300])
        return UNKNOWN_COLOUR
