"""Test messages: sent at once, outside the order of messages."""

import secrets
from hashlib import sha256
from uuid import UUID

from sqlalchemy import insert

from hub.auth.encryption import SecretCipher, SecretUnreadable
from hub.auth.principal import Principal
from hub.db import Database
from hub.errors import TransitionConflict, ViewBroken
from hub.outgoing.client import OutgoingClient
from hub.problem_texts.templates import fill, one_of, text_of
from hub.settings import Settings
from hub.times import format_rfc3339, now
from hub.webhooks.payload import MEDIA_TYPES, Format, test_body
from hub.webhooks.queries import require_endpoint
from hub.webhooks.rows import RECEIPT, EndpointRow
from hub.webhooks.signing import signature_headers, unseal_secrets
from hub.webhooks.transport import post
from hub.webhooks.views import Receipt


def require_format(row: EndpointRow) -> Format:
    """Return the envelope of an endpoint. Raises `ViewBroken` for a stored one that is no longer valid."""
    try:
        return Format(row.format)
    except ValueError as problem:
        raise ViewBroken(
            fill("The envelope of the webhook is stored as `{format}`.", format=row.format),
            field="format",
            expected=one_of(Format),
        ) from problem


async def send_test_webhook(database: Database, settings: Settings, by: Principal | None, endpoint: UUID) -> Receipt:
    """Send a `hub.test` message and return its receipt, whatever the response. It is not retried.

    No transaction is open during the request. Raises `NotFound`, `Forbidden`, `ViewBroken` and `TransitionConflict`.
    """
    async with database.read() as connection:
        row = await require_endpoint(connection, by, endpoint)
    form = require_format(row)
    at, name = now(), f"msg_test_{secrets.token_hex(12)}"
    body = test_body(name, format_rfc3339(at), endpoint, form, settings.public_url)
    try:
        endpoint_secrets = unseal_secrets(row, SecretCipher(settings), at)
    except SecretUnreadable as problem:
        raise TransitionConflict(text_of(problem), field="secret", expected="a rotation of the secret") from problem
    headers = {"content-type": MEDIA_TYPES[form]} | signature_headers(endpoint_secrets, name, at, body)
    outgoing = OutgoingClient(settings, connections=2)
    try:
        result = await post(outgoing, row.url, headers, body, settings.webhook_timeout)
    finally:
        await outgoing.close()
    receipt = {
        "endpoint_id": endpoint,
        "message_id": name,
        "attempt": 1,
        "at": at,
        "url": row.url,
        "headers": headers,
        "body_sha256": sha256(body).hexdigest(),
        "body_bytes": len(body),
        **result.columns(),
    }
    async with database.write() as session:
        await require_endpoint(session, by, endpoint)
        number = (await session.execute(insert(RECEIPT).values(**receipt).returning(RECEIPT.c.id))).scalar_one()
    return Receipt.model_validate({name: receipt.get(name) for name in Receipt.model_fields} | {"id": number})
