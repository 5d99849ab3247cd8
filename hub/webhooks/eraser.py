"""`gone` and webhooks: the frozen bytes of a document's messages, and what receivers said about them, are erased."""

from uuid import UUID

from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncSession

from hub.db import table
from hub.webhooks.models import WebhookMessage, WebhookReceipt

MESSAGE, RECEIPT = table(WebhookMessage), table(WebhookReceipt)


async def erase_messages(session: AsyncSession, document_id: UUID) -> None:
    """Take the text out of all messages of a document; what waits is sent as a tombstone.

    The caller holds the document's lock. Freezing takes it, too, so no text is frozen anew behind our back. An answer
    may repeat what was sent, so its excerpt goes as well; hashes and sizes stay.
    """
    erased = {"body": None, "body_sha256": None, "erased": True, "error": None}
    await session.execute(update(MESSAGE).where(MESSAGE.c.document_id == document_id).values(**erased))
    await session.execute(update(RECEIPT).where(RECEIPT.c.document_id == document_id).values(excerpt=None))
