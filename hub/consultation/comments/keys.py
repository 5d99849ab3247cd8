"""Data keys of comments: one per comment and purpose, each sealed with the key of the hub.

Whoever deletes a key has erased what it sealed, in every older dump of the database, too. AES-256-GCM by
`cryptography`; the associated data of a sealed value names its row and column, so none can stand in another's place.
"""

import secrets
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from uuid import UUID

import structlog
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy import delete, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

from hub.auth.encryption import SecretCipher, SecretUnreadable
from hub.consultation.comments.models import CommentKey, KeyPurpose
from hub.db import table

KEY = table(CommentKey)

NONCE_BYTES, SALT_BYTES = 12, 32
_FORMAT = b"\x01"
"""First byte of a sealed value: AES-256-GCM, nonce of 12 bytes, then the ciphertext with its tag."""

log = structlog.get_logger()


class KeyErased(Exception):
    """The key of a comment was deleted, or never was there: what it sealed can be read no more."""


class SealBroken(Exception):
    """A sealed value was damaged, or belongs to another key, row or column."""


@dataclass(frozen=True)
class DataKey:
    """A data key in clear: 32 bytes, never logged or shown. `salt` is that of the commitment, beside content keys."""

    value: bytes = field(repr=False)
    salt: bytes | None = field(default=None, repr=False)

    def seal(self, clear: bytes, context: bytes) -> bytes:
        """Encrypt bytes; `context` is needed to open them again (see `context_of`)."""
        nonce = secrets.token_bytes(NONCE_BYTES)
        return _FORMAT + nonce + AESGCM(self.value).encrypt(nonce, clear, _FORMAT + context)

    def open(self, sealed: bytes, context: bytes) -> bytes:
        """Decrypt what `seal` returned for the same context. Raises `SealBroken`."""
        if sealed[:1] != _FORMAT or len(sealed) <= NONCE_BYTES:
            raise SealBroken("the sealed value has another format")
        nonce, body = sealed[1 : 1 + NONCE_BYTES], sealed[1 + NONCE_BYTES :]
        try:
            return AESGCM(self.value).decrypt(nonce, body, _FORMAT + context)
        except (InvalidTag, ValueError) as problem:
            raise SealBroken("the sealed value is damaged or stands in another's place") from problem


def context_of(row_id: UUID, column: str) -> bytes:
    """Return the associated data of a sealed column: the id of its row (comment or file) and the column's name."""
    return f"{row_id}/{column}".encode()


def new_key(purpose: KeyPurpose) -> DataKey:
    """Make a key that is not stored yet; that of the content has the salt of the commitment."""
    return DataKey(secrets.token_bytes(32), secrets.token_bytes(SALT_BYTES) if purpose is KeyPurpose.content else None)


class CommentKeys:
    """Creates, loads and deletes data keys, inside the transaction of the caller."""

    def __init__(self, cipher: SecretCipher):
        self.cipher = cipher

    async def create(self, session: AsyncSession, comment_id: UUID, purpose: KeyPurpose) -> DataKey:
        """Create and store the key of a comment, whose row may still be pending in the session."""
        made = new_key(purpose)
        await self.store(session, {comment_id: made}, purpose)
        return made

    async def store(self, session: AsyncSession, made: Mapping[UUID, DataKey], purpose: KeyPurpose) -> None:
        """Store new keys of comments, whose rows may still be pending in the session: one statement for all keys."""
        await session.flush()  # the rows of the comments come first, or their foreign key fails
        rows = [
            {
                "comment_id": id_,
                "purpose": purpose,
                "key_sealed": self.cipher.encrypt(key.value.hex()),
                "salt": key.salt,
            }
            for id_, key in made.items()
        ]
        if rows:
            await session.execute(insert(KEY), rows)

    async def load(
        self, session: AsyncSession | AsyncConnection, ids: Collection[UUID], purpose: KeyPurpose
    ) -> dict[UUID, DataKey]:
        """Load the keys of comments. Those that were erased are missing in the answer.

        So are those that were sealed with another key of the hub; each is logged as `comment_key_unreadable`.
        """
        query = select(KEY).where(KEY.c.comment_id.in_(ids), KEY.c.purpose == purpose)
        found = {}
        for row in await session.execute(query):
            try:
                value = bytes.fromhex(self.cipher.decrypt(row.key_sealed))
            except SecretUnreadable:
                log.error("comment_key_unreadable", comment=str(row.comment_id))  # noqa: TRY400 - the cause is the key
                continue
            found[row.comment_id] = DataKey(value, row.salt)
        return found

    async def load_one(self, session: AsyncSession | AsyncConnection, comment_id: UUID, purpose: KeyPurpose) -> DataKey:
        """Load the key of one comment. Raises `KeyErased`."""
        found = (await self.load(session, [comment_id], purpose)).get(comment_id)
        if found is None:
            raise KeyErased(f"comment {comment_id} has no readable key for its {purpose}")
        return found

    async def delete(self, session: AsyncSession, ids: Collection[UUID], purpose: KeyPurpose | None) -> None:
        """Delete the keys of comments for a purpose, or for all: what they sealed is erased when it is committed."""
        query = delete(KEY).where(KEY.c.comment_id.in_(ids))
        await session.execute(query if purpose is None else query.where(KEY.c.purpose == purpose))
