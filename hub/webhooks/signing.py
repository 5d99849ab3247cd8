"""Secrets and signatures of webhooks (Standard Webhooks)."""

import secrets
from base64 import b64encode
from collections.abc import Iterable
from datetime import UTC, datetime
from math import floor

from standardwebhooks import Webhook

PREFIX = "whsec_"
SECRET_BYTES = 32


def generate_secret() -> str:
    """Generate a random secret with its prefix, in the form that both sides store."""
    return PREFIX + b64encode(secrets.token_bytes(SECRET_BYTES)).decode()


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
