"""Erasure of the text of documents that are removed for good (gỡ bỏ); the other copies go by `eraser_registry`."""

from collections.abc import Collection
from typing import Any
from uuid import UUID

from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncSession

from hub.content.due_failures import erase_due_failures
from hub.content.publishing import EDITION, VIEW


async def erase_text(session: AsyncSession, documents: Collection[UUID]) -> None:
    """Erase the text of every view and edition of documents; positions, hashes and numbers stay."""
    closed = {"card": None, "full": None, "body": None, "words": None, "change_note": None, "title_key": ""}
    await session.execute(update(VIEW).where(VIEW.c.document_id.in_(documents)).values(**closed))
    await erase_due_failures(session, documents)
    emptied: dict[str, Any] = {"content": {}, "change_note": None}
    await session.execute(update(EDITION).where(EDITION.c.document_id.in_(documents)).values(**emptied))
