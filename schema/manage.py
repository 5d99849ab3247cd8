"""Queries of editorial data: documents with all editions, the audit trail, sources. Requires a key; never cached."""

from typing import Any
from uuid import UUID

import strawberry
from pydantic import Field

from hub.manage.params import AuditParams
from hub.manage.queries import list_audit_entries, read_managed
from hub.manage.views import AuditLine
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
from schema.channels import CHANNEL_FIELDS
from schema.comment_contacts import COMMENT_CONTACTS_FIELD
from schema.comment_groups import MANAGED_GROUP_FIELD
from schema.comment_places import COMMENT_PLACE_FIELDS
from schema.connections import connection_type, to_connection
from schema.consultation_answers import MANAGED_ANSWER_FIELDS
from schema.consultation_bodies import MANAGED_BODY_FIELDS
from schema.consultations import MANAGED_CONSULTATION_FIELD, MANAGED_CONSULTATIONS_FIELD
from schema.context import Context
from schema.derive import view_type
from schema.editions import ManagedDocumentType, managed_dict
from schema.moderation import MANAGED_MODERATION_FIELDS
from schema.people import PEOPLE_FIELDS
from schema.press import PRESS_FIELDS as PRESS
from schema.press_inquiries import PRESS_INQUIRY_FIELDS
from schema.registry_admin import REGISTRY_FIELD, UNMAPPED_FIELD
from schema.rehearsal import REHEARSAL_FIELD
from schema.worklist import WORKLIST_FIELDS

Info = strawberry.Info[Context, None]

Audit: Any = connection_type(view_type(AuditLine), "the audit trail, newest first (nhật ký nội bộ)", name="Audit")
Provenance: Any = connection_type(view_type(ProvenanceLine), "provenance records (nguồn gốc)", name="Provenance")


class ManagedDocumentArguments(NoParams):
    id: UUID = Field(description="UUID of the document.")


class ProvenanceArguments(PageParams):
    id: UUID = Field(description="UUID of the document.")


async def _resolve_document(info: Info, params: ManagedDocumentArguments) -> dict[str, Any]:
    by = await info.context.require_editor()
    async with info.context.parts.database.read() as connection:
        found = await read_managed(connection, by, params.id)
    return managed_dict(found.model_dump(mode="json"))


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
    description = "Editorial data, which is not public (biên tập). Requires a key with the scope `read:working`."
    fields = {
        "document": query_field(
            ManagedDocumentArguments,
            ManagedDocumentType,
            "A document with its working editions, its public editions and its history (tài liệu). Pass its `version` "
            "to the next mutation.",
            _resolve_document,
        ),
        "audit": query_field(
            AuditParams,
            Audit,
            "Audit trail of editorial actions, newest first (nhật ký nội bộ): private and append-only.",
            _resolve_audit,
        ),
        **PRESS,
        **PRESS_INQUIRY_FIELDS,
        **CHANNEL_FIELDS,
        "registry_entry": REGISTRY_FIELD,
        "unmapped": UNMAPPED_FIELD,
        "consultation": MANAGED_CONSULTATION_FIELD,
        "consultations": MANAGED_CONSULTATIONS_FIELD,
        **MANAGED_ANSWER_FIELDS,
        **MANAGED_BODY_FIELDS,
        **MANAGED_MODERATION_FIELDS,
        "comment_contacts": COMMENT_CONTACTS_FIELD,
        "comment_groups": MANAGED_GROUP_FIELD,
        **COMMENT_PLACE_FIELDS,
        **PEOPLE_FIELDS,
        **WORKLIST_FIELDS,
        "rehearsal": REHEARSAL_FIELD,
        "provenance": query_field(
            ProvenanceArguments,
            Provenance,
            "Sources of a document, the facts that each of them states, and the differences to the document "
            "(nguồn gốc).",
            _resolve_provenance,
        ),
        "conflicts": query_field(
            ConflictParams,
            Provenance,
            "Differences between sources and the documents of your agencies: dates, number, issuers, title (mâu "
            "thuẫn).",
            _resolve_conflicts,
        ),
    }
    return strawberry.type(
        type("Manage", (), {"__module__": __name__, "__doc__": description, **fields}),
        name="Manage",
        description=description,
    )


Manage: Any = _build_manage()


async def _resolve_manage(info: Info) -> dict[str, Any]:
    await info.context.require_editor()
    return {}


manage: Any = strawberry.field(
    resolver=_resolve_manage,
    graphql_type=Manage | None,
    description="Editorial data (biên tập). Requires `Authorization: Bearer <key>`; without it the field is null, with "
    "the error `unauthenticated`. The response has `Cache-Control: no-store`.",
)
"""The field of `Query`."""
