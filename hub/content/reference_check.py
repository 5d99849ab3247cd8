"""Check of the references of a content: codes of the registry, files, and related documents."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from hub.content.file_references import check_file_references
from hub.content.models import Document
from hub.content.view_names import CodeSet, NameLookup
from hub.errors import UnknownReference
from hub.problem_texts.templates import fill


@dataclass(frozen=True)
class ReferringContent:
    """A content in its stored form, with its document and the owner of it."""

    document_id: UUID
    owner: str
    stored: Mapping[str, Any]

    @property
    def targets(self) -> set[UUID]:
        """The documents that it names by its relations."""
        return {UUID(relation["id"]) for relation in self.stored["relations"]}


async def check_all_references(session: AsyncSession, contents: Sequence[ReferringContent]) -> None:
    """Require that all that contents name exists: codes, files, documents. Raises `UnknownReference`.

    A content may name the documents of contents before it, whether they are stored yet or not.
    """
    everything = CodeSet()
    for each in contents:
        everything.add(each.owner, each.stored)
    registry = await NameLookup.load(session, everything)
    existing = await _existing_documents(session, {target for each in contents for target in each.targets})
    for each in contents:
        codes = CodeSet()
        codes.add(each.owner, each.stored)
        registry.require(codes)
        await check_file_references(session, each.document_id, each.stored)
        _check_relations(each, existing)
        existing.add(each.document_id)


async def _existing_documents(session: AsyncSession, ids: set[UUID]) -> set[UUID]:
    if not ids:
        return set()
    return set((await session.execute(select(col(Document.id)).where(col(Document.id).in_(ids)))).scalars())


def _check_relations(content: ReferringContent, existing: set[UUID]) -> None:
    if content.document_id in content.targets:
        raise UnknownReference(
            "A document cannot have a relation to itself.",
            field="relations",
            expected="the UUID of an earlier document",
        )
    if missing := sorted(map(str, content.targets - existing)):
        raise UnknownReference(
            fill("There is no document {name} in the hub.", name=missing[0]),
            field="relations",
            expected="the UUID of a document of the hub",
        )
