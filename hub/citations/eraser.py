"""Eraser of citations: the mentions of a document, and the keys that it is found by."""

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import delete
from sqlalchemy.ext.asyncio import AsyncSession

from hub.citations.models import Citable, PublishedCitation
from hub.content.erasure import Eraser
from hub.db import table

CITATION, CITABLE = table(PublishedCitation), table(Citable)


async def erase_citations(session: AsyncSession, documents: Collection[UUID]) -> None:
    """Take away what documents cite and what they are known by, in the transaction that removes them.

    What others wrote about them is others' text: their mentions stay and lead nowhere, as the follower then says.
    """
    await session.execute(delete(CITATION).where(CITATION.c.document_id.in_(documents)))
    await session.execute(delete(CITABLE).where(CITABLE.c.document_id.in_(documents)))


ERASER = Eraser("citations", frozenset({CITATION.name, CITABLE.name}), erase_citations, on_redirect=True)
