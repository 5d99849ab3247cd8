"""Eraser of sources: the title and summary that a source's list gave of a document, and a record kept for a retry."""

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import cast, null, update
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.types import Text

from hub.content.erasure import Eraser
from ingest.sources.rows import ITEM


async def erase_items(session: AsyncSession, documents: Collection[UUID]) -> None:
    """Erase what sources said of documents; that they delivered them stays known, so nothing is imported again."""
    of_documents = ITEM.c.document_id.in_(documents)
    texts = cast(["title", "summary", "posted", "topics"], ARRAY(Text))
    await session.execute(update(ITEM).where(of_documents).values(hints=ITEM.c.hints.op("-")(texts), record=null()))


ERASER = Eraser("sources", frozenset({ITEM.name}), erase_items)
