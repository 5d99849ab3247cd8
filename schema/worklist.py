"""The editors' desk in GraphQL: lists below `manage`, and mutations."""

from typing import Any
from uuid import UUID

import strawberry
from pydantic import BaseModel, Field
from pydantic.fields import FieldInfo

from hub.auth.principal import Principal
from hub.domain.diff import DiffView
from hub.files.queries import list_files
from hub.files.views import FileView
from hub.manage.http import run_command_once
from hub.manage.idempotency import StoredResponse
from hub.manage.views import EditionLang
from hub.paging import encode_cursor
from hub.web.parameters import NoParams, PageParams
from hub.worklist.batch import run_batch
from hub.worklist.commands import assign, write_note
from hub.worklist.preview import compare_with_public, create_preview
from hub.worklist.queries import (
    list_assignees,
    list_notes,
    list_worklist,
    notes_digest,
    worklist_cursor,
    worklist_digest,
)
from hub.worklist.views import (
    Assignees,
    AssignmentView,
    BatchOutcome,
    NewAssignment,
    NewNote,
    NewPreview,
    NoteView,
    PreviewLinks,
    StepBatch,
    WorklistLine,
    WorklistParams,
)
from schema.arguments import query_field
from schema.commands import command_field
from schema.connections import connection_type, to_connection
from schema.context import Context
from schema.derive import view_type

Info = strawberry.Info[Context, None]

Worklist: Any = connection_type(view_type(WorklistLine), "working editions, latest change first (bàn biên tập)")
Notes: Any = connection_type(view_type(NoteView), "private notes, newest first (ghi chú nội bộ)")

_ID = Field(description="UUID of the document.")


class NoteArguments(PageParams):
    id: UUID = _ID


class AssigneeArguments(NoParams):
    id: UUID = _ID


class FileArguments(NoParams):
    id: UUID = _ID


class DocumentChangeArguments(NoParams):
    id: UUID = _ID
    lang: EditionLang = "vi"


async def _resolve_documents(info: Info, params: WorklistParams) -> dict[str, Any]:
    by = await info.context.require_editor()
    async with info.context.parts.database.read() as connection:
        page = await list_worklist(connection, by, params)
    name = worklist_digest(params)
    edges = ({"cursor": worklist_cursor(name, line), "node": line.model_dump(mode="json")} for line in page.items)
    return to_connection(edges, after=params.cursor, next_cursor=page.next)


async def _resolve_notes(info: Info, params: NoteArguments) -> dict[str, Any]:
    by = await info.context.require_editor()
    async with info.context.parts.database.read() as connection:
        page = await list_notes(connection, by, params.id, params)
    name = notes_digest(params.id)
    edges = ({"cursor": encode_cursor(name, note.id), "node": note.model_dump(mode="json")} for note in page.items)
    return to_connection(edges, after=params.cursor, next_cursor=page.next)


async def _resolve_assignees(info: Info, params: AssigneeArguments) -> dict[str, Any]:
    by = await info.context.require_editor()
    async with info.context.parts.database.read() as connection:
        return (await list_assignees(connection, by, params.id)).model_dump(mode="json")


async def _resolve_changes(info: Info, params: DocumentChangeArguments) -> dict[str, Any]:
    by = await info.context.require_editor()
    parts = info.context.parts
    found = await compare_with_public(parts.database, parts.settings, by, params.id, params.lang)
    return found.model_dump(mode="json")


async def _resolve_files(info: Info, params: FileArguments) -> list[dict[str, Any]]:
    by = await info.context.require_editor()
    async with info.context.parts.database.read() as connection:
        return [found.model_dump(mode="json") for found in await list_files(connection, by, params.id)]


WORKLIST_FIELDS: dict[str, Any] = {
    "documents": query_field(
        WorklistParams,
        Worklist,
        "Working editions of your agencies with the next actor, latest change first (bàn biên tập). `query` "
        "searches titles and numbers, with or without tone marks.",
        _resolve_documents,
    ),
    "notes": query_field(
        NoteArguments, Notes, "Private notes about a document, newest first (ghi chú nội bộ).", _resolve_notes
    ),
    "assignees": query_field(
        AssigneeArguments,
        view_type(Assignees),
        "Persons whom a document can be assigned to (người có thể được giao).",
        _resolve_assignees,
    ),
    "files": query_field(
        FileArguments,
        list[view_type(FileView)],  # type: ignore[misc]
        "All files of a document, including those without an edition yet (tệp). Files are uploaded and read over REST, "
        "as bytes: `POST /api/v1/manage/documents/{id}/files`, and `POST /api/v1/manage/read`, whose `content` has the "
        "members of `ContentInput`.",
        _resolve_files,
    ),
    "document_changes": query_field(
        DocumentChangeArguments,
        view_type(DiffView),
        "Differences of the working edition to the public one (thay đổi so với bản công bố).",
        _resolve_changes,
    ),
}
"""Fields of `Manage`."""


async def _write_note(
    context: Context, by: Principal, document: UUID, body: NewNote, key: str | None
) -> StoredResponse:
    facts = ("note", document, body.model_dump(mode="json"))
    return await run_command_once(
        context.parts, by, key, facts, lambda session: write_note(session, by, document, body)
    )


async def _assign(
    context: Context, by: Principal, document: UUID, body: NewAssignment, key: str | None
) -> StoredResponse:
    facts = ("assign", document, body.model_dump(mode="json"))
    return await run_command_once(context.parts, by, key, facts, lambda session: assign(session, by, document, body))


async def _batch(context: Context, by: Principal, _: None, body: StepBatch, key: str | None) -> StoredResponse:
    return _plain_response(await run_batch(context.parts, by, body, key, context.problem_writer))


async def _preview(context: Context, by: Principal, document: UUID, body: NewPreview, _: str | None) -> StoredResponse:
    settings, base = context.parts.settings, str(context.request.base_url)
    base = (settings.public_url or f"http{base.removeprefix('ws').removeprefix('http')}").rstrip("/")
    async with context.parts.database.write() as session:
        return _plain_response(await create_preview(session, settings, by, document, body, base))


def _plain_response(found: BaseModel) -> StoredResponse:
    return StoredResponse(200, found.model_dump_json().encode(), 0)


_DOCUMENT = FieldInfo.from_annotated_attribute(UUID, _ID)

WORKLIST_MUTATIONS: dict[str, Any] = {
    "batch_documents": command_field(
        StepBatch,
        BatchOutcome,
        "Submit, return, approve or publish several documents (xử lý hàng loạt); each step succeeds or is refused by "
        "itself.",
        _batch,
    ),
    "add_note": command_field(
        NewNote,
        NoteView,
        "Add a private note about a document (ghi chú nội bộ). Requires the scope `write` or `publish`.",
        _write_note,
        target=_DOCUMENT,
    ),
    "assign_document": command_field(
        NewAssignment,
        AssignmentView,
        "Assign a document to a person until the next step (giao việc). Requires the scope `write` or `publish`.",
        _assign,
        target=_DOCUMENT,
    ),
    "create_preview": command_field(
        NewPreview,
        PreviewLinks,
        "Make links to a preview of the working edition, for whoever has them until they end (xem trước). Requires the "
        "scope `read:working`.",
        _preview,
        target=_DOCUMENT,
    ),
}
"""Fields of `Mutation`."""
