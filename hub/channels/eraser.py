"""Eraser of channels: payloads that were sent or wait, and the words with which channels answered."""

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from hub.channels.rows import CALL, ITEM
from hub.content.eraser_registry import Eraser


async def erase_payloads(session: AsyncSession, documents: Collection[UUID]) -> None:
    """Erase the text of all items of documents; what still waits to be retracted is rendered without it.

    The caller holds the documents' locks. A sender holds the lock of its item while it renders a payload, and finds
    nothing to render afterwards. An answer may repeat what was sent, so the words are erased as well.
    """
    of_documents = ITEM.c.document_id.in_(documents)
    erased = {"payload": None, "words": None, "erased": True}
    await session.execute(update(ITEM).where(of_documents).values(**erased))
    calls = CALL.c.item_id.in_(select(ITEM.c.id).where(of_documents))
    await session.execute(update(CALL).where(calls).values(words=None))


ERASER = Eraser("channels", frozenset({ITEM.name, CALL.name}), erase_payloads)
