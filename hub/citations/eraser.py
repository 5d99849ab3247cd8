"""Eraser of citations: the mentions in a document, and the keys that it is found by."""

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import delete
from sqlalchemy.ext.asyncio import AsyncSession

from hub.citations.models import Citable, PublishedCitation
from hub.content.eraser_registry import Eraser
from hub.db import table

CITATION, CITABLE = table(PublishedCitation), table(Citable)


async def erase_citations(session: AsyncSession, documents: Collection[UUID]) -> None:
    """Delete the mentions in these documents and their lookup keys, in the transaction that removes them.

    Mentions of them in other documents are the text of others and stay; the follower then marks them as unresolved.
    """
    await session.execute(delete(CITATION).where(CITATION.c.document_id.in_(documents)))
    await session.execute(delete(CITABLE).where(CITABLE.c.document_id.in_(documents)))


ERASER = Eraser("citations", frozenset({CITATION.name, CITABLE.name}), erase_citations, on_redirect=True)
