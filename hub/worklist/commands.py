"""Commands of the desk on one document: notes and assignments. They change nothing public and no version."""

from uuid import UUID

from sqlalchemy import any_, literal, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from hub.auth.people import PERSON
from hub.auth.principal import Principal, Scope
from hub.content.commands import lock_documents
from hub.content.models import Document
from hub.domain.lifecycle import DocumentState
from hub.errors import InvalidInput, NotFound, TransitionConflict
from hub.manage.audit_trail import append_document_entry
from hub.manage.notes import ASSIGNMENT, NOTE, NoteType, add_note, clear_assignment
from hub.registry.queries import agency_with_descendants
from hub.worklist.views import Assignee, AssignmentView, NewAssignment, NewNote, NoteView


async def write_note(session: AsyncSession, by: Principal, document_id: UUID, new: NewNote) -> NoteView:
    """Add a note about a document. Raises `NotFound`, `Forbidden` or `TransitionConflict`."""
    document = await _open(session, by, document_id)
    note = await add_note(session, by, document.id, NoteType.note, new.text, lang=new.lang)
    await append_document_entry(session, by, "note", document, note=note)
    row = (await session.execute(select(NOTE).where(NOTE.c.id == note))).mappings().one()
    return NoteView(**{name: row["document_id" if name == "document" else name] for name in NoteView.model_fields})


async def assign(session: AsyncSession, by: Principal, document_id: UUID, new: NewAssignment) -> AssignmentView:
    """Assign a document to a person until the next step, or to nobody in particular.

    Raises `NotFound`, `Forbidden`, `TransitionConflict` or `InvalidInput`.
    """
    document = await _open(session, by, document_id)
    if new.person_id is None:
        if new.due is not None:
            raise InvalidInput("A due time needs a person.", field="due", expected="person_id, too")
        await clear_assignment(session, document.id)
        await append_document_entry(session, by, "assign", document, person=None)
        return AssignmentView(document=document.id, assignee=None, due=None)
    query = select(PERSON.c.id, PERSON.c.name, PERSON.c.agency).where(
        PERSON.c.id == new.person_id,
        PERSON.c.ended_at.is_(None),
        literal(document.owner) == any_(agency_with_descendants(PERSON.c.agency)),
    )
    person = (await session.execute(query)).mappings().one_or_none()
    if person is None:
        raise InvalidInput(
            "This person does not work for the owner of the document.",
            field="person_id",
            expected="an active person of the owner or of an agency above it (`…/assignees`)",
        )
    values = {"person_id": new.person_id, "due": new.due, "assigned_by": by.id}
    row = insert(ASSIGNMENT).values(document_id=document.id, **values)
    await session.execute(row.on_conflict_do_update(index_elements=[ASSIGNMENT.c.document_id], set_=values))
    await append_document_entry(session, by, "assign", document, person=str(new.person_id))
    return AssignmentView(document=document.id, assignee=Assignee(**person), due=new.due)


async def _open(session: AsyncSession, by: Principal, document_id: UUID) -> Document:
    """Lock a document for an editor who may write or publish."""
    document = (await lock_documents(session, [document_id])).get(document_id)
    if document is None:
        raise NotFound("There is no document with this id.", field="id")
    scope = Scope.publish if Scope.publish in by.scopes and Scope.write not in by.scopes else Scope.write
    by.require_for_document(scope, document.owner, is_public=document.state != DocumentState.unpublished)
    if document.state == DocumentState.gone:
        raise TransitionConflict("The document is gone; it is final.", field="state")
    return document
