"""Eraser of sources: the text that a source's list gave of a document, and a record stored for a retry."""

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import func, null, update
from sqlalchemy.ext.asyncio import AsyncSession

from hub.content.eraser_registry import Eraser
from ingest.sources.rows import ITEM

HINTS_WITHOUT_TEXT = ("page", "changed")
"""The hints that stay: the list page that named the item, and when it changed last. All others may hold text."""


async def erase_items(session: AsyncSession, documents: Collection[UUID]) -> None:
    """Erase the text of the items of documents; the delivery stays known, so that nothing is imported again."""
    pairs = [part for name in HINTS_WITHOUT_TEXT for part in (name, ITEM.c.hints[name])]
    hints = func.jsonb_strip_nulls(func.jsonb_build_object(*pairs))
    await session.execute(update(ITEM).where(ITEM.c.document_id.in_(documents)).values(hints=hints, record=null()))


ERASER = Eraser("sources", frozenset({ITEM.name}), erase_items)
