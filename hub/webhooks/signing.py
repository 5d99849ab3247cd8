"""Secrets and signatures of webhooks (Standard Webhooks); during a rotation, two secrets sign."""

import secrets
from base64 import b64encode
from collections.abc import Iterable
from datetime import UTC, datetime
from math import floor

from standardwebhooks import Webhook

from hub.auth.encryption import SecretCipher
from hub.webhooks.rows import EndpointRow

PREFIX = "whsec_"
SECRET_BYTES = 32


def generate_secret() -> str:
    """Generate a random secret with its prefix, in the form that both sides store."""
    return PREFIX + b64encode(secrets.token_bytes(SECRET_BYTES)).decode()


def unseal_secrets(endpoint: EndpointRow, sealer: SecretCipher, at: datetime) -> list[str]:
    """Decrypt the secret of an endpoint and, during a rotation, the previous one. Raises `SecretUnreadable`."""
    found = [sealer.decrypt(endpoint.secret)]
    if endpoint.old_secret is not None and endpoint.old_until is not None and endpoint.old_until > at:
        found.append(sealer.decrypt(endpoint.old_secret))
    return found


def signature_headers(endpoint_secrets: Iterable[str], message_id: str, at: datetime, body: bytes) -> dict[str, str]:
    """Return the three headers that sign a body.

    There is one signature for each secret, so that a receiver can switch to a new secret at any time of a rotation.
    """
    # The library replaces the time zone instead of converting to it.
    moment, text = at.astimezone(UTC), body.decode()
    return {
        "webhook-id": message_id,
        "webhook-timestamp": str(floor(at.timestamp())),
        "webhook-signature": " ".join(Webhook(each).sign(message_id, moment, text) for each in endpoint_secrets),
    }
