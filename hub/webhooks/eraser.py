"""Eraser of webhooks: frozen message bodies, and the excerpts of what receivers answered."""

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncSession

from hub.content.eraser_registry import Eraser
from hub.webhooks.rows import MESSAGE, RECEIPT


async def erase_messages(session: AsyncSession, documents: Collection[UUID]) -> None:
    """Erase the text of all messages of documents; messages still queued are sent as tombstones.

    The caller holds the documents' locks. Freezing a message takes the same lock, so no text is frozen afterwards.
    An answer may repeat what was sent, so its excerpt is erased as well; hashes and sizes stay.
    """
    erased = {"body": None, "body_sha256": None, "erased": True, "error": None}
    await session.execute(update(MESSAGE).where(MESSAGE.c.document_id.in_(documents)).values(**erased))
    await session.execute(update(RECEIPT).where(RECEIPT.c.document_id.in_(documents)).values(excerpt=None))


ERASER = Eraser("webhooks", frozenset({MESSAGE.name, RECEIPT.name}), erase_messages)
