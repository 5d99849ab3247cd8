"""Contacts of commenters in GraphQL, below `manage`: as over REST, each read is entered into the audit trail."""

from typing import Any
from uuid import UUID

import strawberry
from pydantic import Field

from hub.auth.encryption import SecretCipher
from hub.consultation.comments.keys import CommentKeys
from hub.consultation.contacts.queries import read_contacts
from hub.consultation.contacts.views import AnswerContactView, CommentContactParams
from schema.arguments import query_field
from schema.connections import connection_type, to_connection
from schema.context import Context
from schema.derive import view_type

Info = strawberry.Info[Context, None]

Contacts: Any = connection_type(
    view_type(AnswerContactView), "contacts of the authors of answered comments (liên hệ để báo kết quả)"
)


class ContactArguments(CommentContactParams):
    id: UUID = Field(description="UUID of the consultation.")


async def _resolve_contacts(info: Info, params: ContactArguments) -> dict[str, Any]:
    by = await info.context.require_editor()
    parts = info.context.parts
    asked = CommentContactParams.model_construct(**params.model_dump(exclude={"id"}))
    async with parts.database.write() as session:
        found = await read_contacts(session, by, CommentKeys(SecretCipher(parts.settings)), params.id, asked)
    edges = (
        {"cursor": cursor, "node": item.model_dump(mode="json")}
        for cursor, item in zip(found.cursors, found.page.items, strict=True)
    )
    return to_connection(edges, after=params.cursor, next_cursor=found.page.next)


COMMENT_CONTACTS_FIELD: Any = query_field(
    ContactArguments,
    Contacts,
    "Contacts that authors of answered comments left for the notice of the answer, once it is public. Each read is "
    "entered into the audit trail. Requires the scope `publish`.",
    _resolve_contacts,
)
"""A field of `Manage`."""
