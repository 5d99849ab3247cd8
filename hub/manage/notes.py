"""Private notes of editors about documents, reasons of returns among them, and the person whom a document waits for."""

from collections.abc import Collection
from enum import StrEnum
from uuid import UUID

from sqlalchemy import delete, insert, update
from sqlalchemy.ext.asyncio import AsyncSession

from hub.auth.principal import Principal
from hub.content.models import Edition
from hub.db import table
from hub.manage.models import Assignment, EditorsNote

NOTE, ASSIGNMENT = table(EditorsNote), table(Assignment)


class NoteType(StrEnum):
    """Type of a note: `note`, or `return` for the reason of a return."""

    note = "note"
    returned = "return"


async def add_note(
    session: AsyncSession,
    by: Principal,
    document: UUID,
    note_type: NoteType,
    text: str,
    *,
    edition: Edition | None = None,
    lang: str | None = None,
) -> int:
    """Add a note about a document, or one of its editions; returns its id."""
    row = {
        "document_id": document,
        "lang": edition.lang if edition is not None else lang,
        "edition": edition.number if edition is not None else None,
        "type": note_type.value,
        "text": text,
        "written_by": by.id,
        "label": by.person or by.label,
    }
    await session.flush()
    made: int = (await session.execute(insert(NOTE).values(**row).returning(NOTE.c.id))).scalar_one()
    return made


async def clear_assignment(session: AsyncSession, document: UUID) -> None:
    """Take a document from the person it was assigned to."""
    await session.execute(delete(ASSIGNMENT).where(ASSIGNMENT.c.document_id == document))


async def erase_notes(session: AsyncSession, documents: Collection[UUID]) -> None:
    """Erase the texts of notes about documents that are removed for good, and their assignments."""
    await session.execute(update(NOTE).where(NOTE.c.document_id.in_(documents)).values(text=None))
    await session.execute(delete(ASSIGNMENT).where(ASSIGNMENT.c.document_id.in_(documents)))
