"""Check of the references of a content: codes of the registry, files, and related documents."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from hub.content.file_references import check_file_references
from hub.content.models import Document
from hub.content.view_names import CodeSet, NameLookup
from hub.errors import UnknownReference


async def check_references(session: AsyncSession, document: Document, stored: Mapping[str, Any]) -> None:
    """Require that all that a content names exists: codes, files, documents. Raises `UnknownReference`."""
    codes = CodeSet()
    codes.add(document.owner, stored)
    (await NameLookup.load(session, codes)).require(codes)
    await check_file_references(session, document.id, stored)
    if targets := {UUID(relation["id"]) for relation in stored["relations"]}:
        if document.id in targets:
            raise UnknownReference(
                "A document cannot have a relation to itself.",
                field="relations",
                expected="the UUID of an earlier document",
            )
        existing = set((await session.execute(select(col(Document.id)).where(col(Document.id).in_(targets)))).scalars())
        if missing := sorted(map(str, targets - existing)):
            raise UnknownReference(
                f"There is no document {missing[0]} in the hub.",
                field="relations",
                expected="the UUID of a document of the hub",
            )
