"""Sealed columns of comments: text and author under the content key, the contact under a key of its own."""

from collections.abc import Iterable
from typing import Protocol
from uuid import UUID

import structlog
from pydantic import BaseModel, ValidationError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

from hub.consultation.comments.keys import CommentKeys, DataKey, SealBroken, context_of
from hub.consultation.comments.models import KeyPurpose

log = structlog.get_logger()

CONTENT_COLUMN, CONTACT_COLUMN, FILE_NAME_COLUMN = "content_sealed", "contact_sealed", "name_sealed"


class SealedContent(BaseModel):
    """Text and author of a comment in clear, as they exist in memory only."""

    text: str
    """In NFC, as its author was shown it."""
    name: str | None = None
    organisation: str | None = None


class SealedContact(BaseModel):
    """Contact for the notice of the answer, in clear."""

    email: str | None = None
    phone: str | None = None


class SealedComment(Protocol):
    """A comment, or a row of its table with these columns."""

    @property
    def id(self) -> UUID: ...
    @property
    def content_sealed(self) -> bytes | None: ...


class SealedAddress(Protocol):
    """A comment, or a row of its table with these columns."""

    @property
    def id(self) -> UUID: ...
    @property
    def contact_sealed(self) -> bytes | None: ...


def seal_content(key: DataKey, comment_id: UUID, content: SealedContent) -> bytes:
    """Return the value of `comment.content_sealed`."""
    return key.seal(content.model_dump_json().encode(), context_of(comment_id, CONTENT_COLUMN))


def seal_contact(key: DataKey, comment_id: UUID, contact: SealedContact) -> bytes:
    """Return the value of `comment.contact_sealed`; `key` is the contact key."""
    return key.seal(contact.model_dump_json().encode(), context_of(comment_id, CONTACT_COLUMN))


async def open_contents(
    session: AsyncSession | AsyncConnection, keys: CommentKeys, comments: Iterable[SealedComment]
) -> dict[UUID, SealedContent]:
    """Open the texts and authors of comments, by id.

    The erased are missing; so are damaged ones, each of which is logged as `comment_unreadable`: one must not take a
    list of others with it.
    """
    sealed = {comment.id: comment.content_sealed for comment in comments if comment.content_sealed is not None}
    found = {}
    for id_, key in (await keys.load(session, sealed.keys(), KeyPurpose.content)).items():
        try:
            found[id_] = SealedContent.model_validate_json(key.open(sealed[id_], context_of(id_, CONTENT_COLUMN)))
        except (SealBroken, ValidationError):
            # Without the cause: a validation error would print what it read.
            log.error("comment_unreadable", comment=str(id_))  # noqa: TRY400
    return found


async def open_contacts(
    session: AsyncSession | AsyncConnection, keys: CommentKeys, comments: Iterable[SealedAddress]
) -> dict[UUID, SealedContact]:
    """Open the contacts of comments, by id; as `open_contents` does."""
    sealed = {comment.id: comment.contact_sealed for comment in comments if comment.contact_sealed is not None}
    found = {}
    for id_, key in (await keys.load(session, sealed.keys(), KeyPurpose.contact)).items():
        try:
            found[id_] = SealedContact.model_validate_json(key.open(sealed[id_], context_of(id_, CONTACT_COLUMN)))
        except (SealBroken, ValidationError):
            log.error("comment_unreadable", comment=str(id_))  # noqa: TRY400
    return found
