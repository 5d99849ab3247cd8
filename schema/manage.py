"""What editors read: a document with all its editions, and the trail. Needs a key; never stored by anyone."""

from typing import Any
from uuid import UUID

import strawberry
from pydantic import Field

from hub.manage.queries import read_managed, read_trail
from hub.manage.routes import AuditParams
from hub.manage.views import AuditLine, ManagedDocument
from hub.paging import encode, fingerprint
from hub.provenance.queries import conflict_list, cursor_of, provenance_list, read_conflicts, read_provenance
from hub.provenance.views import ConflictParams, ProvenanceLine, ProvenancePage
from hub.web.parameters import NoParams, Paged
from schema.arguments import query_field
from schema.connections import connected, connection_of
from schema.context import Context
from schema.derive import view_type
from schema.press import FIELDS as PRESS

Info = strawberry.Info[Context, None]

Audit: Any = connection_of(view_type(AuditLine), "the trail, newest first (nhật ký nội bộ)", name="Audit")
Provenance: Any = connection_of(view_type(ProvenanceLine), "records of sources (nguồn gốc)", name="Provenance")


class ManagedParams(NoParams):
    """Arguments of `document`."""

    id: UUID = Field(description="The document's UUID.")


class ProvenanceParams(Paged):
    """Arguments of `provenance`."""

    id: UUID = Field(description="The document's UUID.")


async def _document(info: Info, params: ManagedParams) -> dict[str, Any]:
    by = await info.context.editor()
    async with info.context.parts.database.read() as connection:
        found = await read_managed(connection, by, params.id)
    return found.model_dump(mode="json")


async def _audit(info: Info, params: AuditParams) -> dict[str, Any]:
    by = await info.context.editor()
    async with info.context.parts.database.read() as connection:
        page = await read_trail(connection, by, **dict(params))
    name = fingerprint("audit", params.document, params.agency)
    edges = ({"cursor": encode(name, item.id), "node": item.model_dump(mode="json")} for item in page.items)
    return connected(edges, after=params.cursor, following=page.next)


async def _provenance(info: Info, params: ProvenanceParams) -> dict[str, Any]:
    by = await info.context.editor()
    async with info.context.parts.database.read() as connection:
        page = await read_provenance(connection, by, params.id, params)
    return _lines(page, provenance_list(params.id), params)


async def _conflicts(info: Info, params: ConflictParams) -> dict[str, Any]:
    by = await info.context.editor()
    async with info.context.parts.database.read() as connection:
        page = await read_conflicts(connection, by, params)
    return _lines(page, conflict_list(params.agency), params)


def _lines(page: ProvenancePage, name: str, params: Paged) -> dict[str, Any]:
    edges = ({"cursor": cursor_of(name, line), "node": line.model_dump(mode="json")} for line in page.items)
    return connected(edges, after=params.cursor, following=page.next)


def _manage() -> Any:
    said = "Editors' work (biên tập): what no reader sees. Needs a key with the scope `read:working`."
    fields = {
        "document": query_field(
            ManagedParams,
            view_type(ManagedDocument),
            "A document with what is worked on, what is public, and its history (tài liệu). `version` goes with the "
            "next mutation.",
            _document,
        ),
        "audit": query_field(
            AuditParams,
            Audit,
            "Who did what and when (nhật ký nội bộ), newest first: private, append-only.",
            _audit,
        ),
        **PRESS,
        "provenance": query_field(
            ProvenanceParams,
            Provenance,
            "Which sources brought a document, what each of them says, and where the document says otherwise "
            "(nguồn gốc).",
            _provenance,
        ),
        "conflicts": query_field(
            ConflictParams,
            Provenance,
            "What sources say otherwise than the documents of your agencies: dates, number, issuers, title (mâu "
            "thuẫn).",
            _conflicts,
        ),
    }
    return strawberry.type(
        type("Manage", (), {"__module__": __name__, "__doc__": said, **fields}), name="Manage", description=said
    )


Manage: Any = _manage()


async def _enter(info: Info) -> dict[str, Any]:
    await info.context.editor()
    return {}


manage: Any = strawberry.field(
    resolver=_enter,
    graphql_type=Manage | None,
    description="Editors' work (biên tập): needs `Authorization: Bearer <key>`; without one it is null, with the error "
    "`unauthenticated`. The answer carries `Cache-Control: no-store`.",
)
"""The field of `Query`."""
