"""What editors read: a document with all its editions, and the trail. Needs a key; never stored by anyone."""

from typing import Any
from uuid import UUID

import strawberry
from pydantic import Field

from hub.manage.params import AuditParams
from hub.manage.queries import list_audit_entries, read_managed
from hub.manage.views import AuditLine, ManagedDocument
from hub.paging import encode_cursor, list_digest
from hub.provenance.queries import (
    conflict_list_digest,
    cursor_of,
    list_conflicts,
    list_provenance,
    provenance_list_digest,
)
from hub.provenance.views import ConflictParams, ProvenanceLine, ProvenancePage
from hub.web.parameters import NoParams, PageParams
from schema.arguments import query_field
from schema.connections import connection_type, to_connection
from schema.context import Context
from schema.derive import view_type
from schema.press import PRESS_FIELDS as PRESS

Info = strawberry.Info[Context, None]

Audit: Any = connection_type(view_type(AuditLine), "the trail, newest first (nhật ký nội bộ)", name="Audit")
Provenance: Any = connection_type(view_type(ProvenanceLine), "records of sources (nguồn gốc)", name="Provenance")


class ManagedDocumentArguments(NoParams):
    """Arguments of `document`."""

    id: UUID = Field(description="The document's UUID.")


class ProvenanceArguments(PageParams):
    """Arguments of `provenance`."""

    id: UUID = Field(description="The document's UUID.")


async def _resolve_document(info: Info, params: ManagedDocumentArguments) -> dict[str, Any]:
    by = await info.context.require_editor()
    async with info.context.parts.database.read() as connection:
        found = await read_managed(connection, by, params.id)
    return found.model_dump(mode="json")


async def _resolve_audit(info: Info, params: AuditParams) -> dict[str, Any]:
    by = await info.context.require_editor()
    async with info.context.parts.database.read() as connection:
        page = await list_audit_entries(connection, by, **dict(params))
    name = list_digest("audit", params.document, params.agency)
    edges = ({"cursor": encode_cursor(name, item.id), "node": item.model_dump(mode="json")} for item in page.items)
    return to_connection(edges, after=params.cursor, next_cursor=page.next)


async def _resolve_provenance(info: Info, params: ProvenanceArguments) -> dict[str, Any]:
    by = await info.context.require_editor()
    async with info.context.parts.database.read() as connection:
        page = await list_provenance(connection, by, params.id, params)
    return _provenance_connection(page, provenance_list_digest(params.id), params)


async def _resolve_conflicts(info: Info, params: ConflictParams) -> dict[str, Any]:
    by = await info.context.require_editor()
    async with info.context.parts.database.read() as connection:
        page = await list_conflicts(connection, by, params)
    return _provenance_connection(page, conflict_list_digest(params.agency), params)


def _provenance_connection(page: ProvenancePage, name: str, params: PageParams) -> dict[str, Any]:
    edges = ({"cursor": cursor_of(name, line), "node": line.model_dump(mode="json")} for line in page.items)
    return to_connection(edges, after=params.cursor, next_cursor=page.next)


def _build_manage() -> Any:
    said = "Editors' work (biên tập): what no reader sees. Needs a key with the scope `read:working`."
    fields = {
        "document": query_field(
            ManagedDocumentArguments,
            view_type(ManagedDocument),
            "A document with what is worked on, what is public, and its history (tài liệu). `version` goes with the "
            "next mutation.",
            _resolve_document,
        ),
        "audit": query_field(
            AuditParams,
            Audit,
            "Who did what and when (nhật ký nội bộ), newest first: private, append-only.",
            _resolve_audit,
        ),
        **PRESS,
        "provenance": query_field(
            ProvenanceArguments,
            Provenance,
            "Which sources brought a document, what each of them says, and where the document says otherwise "
            "(nguồn gốc).",
            _resolve_provenance,
        ),
        "conflicts": query_field(
            ConflictParams,
            Provenance,
            "What sources say otherwise than the documents of your agencies: dates, number, issuers, title (mâu "
            "thuẫn).",
            _resolve_conflicts,
        ),
    }
    return strawberry.type(
        type("Manage", (), {"__module__": __name__, "__doc__": said, **fields}), name="Manage", description=said
    )


Manage: Any = _build_manage()


async def _resolve_manage(info: Info) -> dict[str, Any]:
    await info.context.require_editor()
    return {}


manage: Any = strawberry.field(
    resolver=_resolve_manage,
    graphql_type=Manage | None,
    description="Editors' work (biên tập): needs `Authorization: Bearer <key>`; without one it is null, with the error "
    "`unauthenticated`. The answer carries `Cache-Control: no-store`.",
)
"""The field of `Query`."""
