"""Idempotency keys: a repeated request with the same key gets the first answer and changes nothing.

The row of the key is inserted first in the request's own transaction, so a concurrent second request waits for the
first to end. A request that failed leaves no row, so it may be retried with the same key.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import timedelta
from hashlib import sha256
from typing import Any
from uuid import UUID

import orjson
from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails
from sqlalchemy import delete, func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from hub.content.damage import RowName, delete_damage
from hub.content.stored_views import decode_object, forget_broken_view, report_broken_view
from hub.db import table
from hub.errors import DocumentGone, IdempotencyMismatch, InvalidInput, ViewBroken
from hub.manage.models import IdempotencyKey
from hub.times import now

KEY = table(IdempotencyKey)

RETENTION = timedelta(days=1)

_SURFACE = "row"
_NAME = RowName("the answer to idempotency key {} of {}")
_STATUSES = range(200, 300)
"""Statuses of stored answers: a request that failed leaves no row."""


@dataclass(frozen=True)
class StoredResponse:
    """The answer to the first request with a key."""

    status: int
    body: bytes
    version: int


def digest(*facts: object) -> str:
    """SHA-256 of the content of a request: requests with equal digests are the same request."""
    return sha256(orjson.dumps(facts, default=str, option=orjson.OPT_SORT_KEYS)).hexdigest()


async def claim(
    session: AsyncSession, principal: str, key: str, request: str, model: type[BaseModel] | None = None
) -> StoredResponse | None:
    """Reserve a key for this request: None if it is new, else the stored answer of the first request.

    Waits while the first request is in progress. Raises `InvalidInput` for a key with control characters,
    `IdempotencyMismatch`, `DocumentGone` if the answer was erased with its document or inquiry, or `ViewBroken` if it
    is no answer of this `model` any more: the request was done, so it is never repeated.
    """
    if not key.isprintable():
        raise InvalidInput(
            "The idempotency key has characters that are not allowed.",
            field="Idempotency-Key",
            expected="1 to 128 printable characters",
        )
    new = {"principal": principal, "key": key, "request_sha256": request}
    claimed = insert(KEY).values(**new).on_conflict_do_nothing().returning(KEY.c.key)
    if (await session.execute(claimed)).scalar_one_or_none() is not None:
        return None
    first = select(KEY.c.request_sha256, KEY.c.status, KEY.c.body, KEY.c.version)
    row = (await session.execute(first.where(KEY.c.principal == principal, KEY.c.key == key))).one()
    if row.request_sha256 != request:
        raise IdempotencyMismatch(field="Idempotency-Key", expected="a new key for each request")
    name = _NAME.of(key, principal)
    if row.body is None:
        forget_broken_view(name, _SURFACE)
        raise DocumentGone(
            "The first request with this key was done; its answer was erased later, with the document or inquiry "
            "that it was about.",
            field="Idempotency-Key",
            expected="a read of the present state, and a new key for another request",
        )
    answer = _read_answer(row, name, model)
    if answer is None:
        raise ViewBroken(
            "The first request with this key was done, but its stored answer is damaged.",
            field="Idempotency-Key",
            expected="a read of the present state, and a new key for another request",
        )
    forget_broken_view(name, _SURFACE)
    return answer


def _read_answer(row: Any, name: str, model: type[BaseModel] | None) -> StoredResponse | None:
    """Build the stored answer from its row; None, after a report, if the row is damaged."""
    if row.status not in _STATUSES or row.version is None:
        report_broken_view(name, _SURFACE, f"status {row.status}, version {row.version}")
        return None
    if decode_object(row.body, name, _SURFACE) is None:
        return None
    try:
        if model is not None:
            model.model_validate_json(row.body)
    except ValidationError as invalid:
        # A member that is new inside a part, or is no longer known, is of another version of the hub and no damage.
        faults = [one for one in invalid.errors(include_url=False) if not _is_of_another_version(one)]
        if faults:
            report_broken_view(name, _SURFACE, faults[0]["msg"])
            return None
    return StoredResponse(row.status, row.body, row.version)


def _is_of_another_version(fault: ErrorDetails) -> bool:
    return fault["type"] == "extra_forbidden" or (fault["type"] == "missing" and len(fault["loc"]) > 1)


async def store_response(session: AsyncSession, principal: str, key: str, response: StoredResponse) -> None:
    """Store the answer with its key."""
    values = {"status": response.status, "body": response.body, "version": response.version}
    await session.execute(update(KEY).where(KEY.c.principal == principal, KEY.c.key == key).values(**values))


async def erase_responses(session: AsyncSession, documents: Collection[UUID]) -> None:
    """Erase stored responses that hold the text of documents, with their damage.

    The keys stay, so that no request is executed twice.
    """
    names: list[str] = []
    for document_id in documents:
        for member in (b"id", b"document"):
            start = b'{"%s":"%s"' % (member, str(document_id).encode())
            erased = update(KEY).where(func.substr(KEY.c.body, 1, len(start)) == start).values(body=None)
            names += (await session.execute(erased.returning(_NAME.column(KEY.c.key, KEY.c.principal)))).scalars()
    if names:
        await delete_damage(session, names)


async def delete_expired(session: AsyncSession) -> None:
    """Delete keys older than `RETENTION`, with the damage of their answers."""
    expired = KEY.c.made_at < now() - RETENTION
    await delete_damage(session, _NAME.select(KEY.c.key, KEY.c.principal).where(expired))
    await session.execute(delete(KEY).where(expired))
