"""Standard Webhooks: secrets `whsec_…` and the signature over `id.timestamp.body`, pure."""

import secrets
from base64 import b64decode, b64encode
from collections.abc import Iterable
from datetime import datetime
from hashlib import sha256
from hmac import new as hmac
from math import floor

PREFIX = "whsec_"
SECRET_BYTES = 32


def generate_secret() -> str:
    """A secret as both sides keep it."""
    return PREFIX + b64encode(secrets.token_bytes(SECRET_BYTES)).decode()


def signature(secret: str, message_id: str, timestamp: int, body: bytes) -> str:
    """`v1,<base64 of the HMAC-SHA256>`."""
    signed = b"%s.%d.%s" % (message_id.encode(), timestamp, body)
    return "v1," + b64encode(hmac(b64decode(secret.removeprefix(PREFIX)), signed, sha256).digest()).decode()


def signature_headers(secrets_: Iterable[str], message_id: str, at: datetime, body: bytes) -> dict[str, str]:
    """The three headers; one signature for each secret, so that a receiver may change over in its own time."""
    timestamp = floor(at.timestamp())
    return {
        "webhook-id": message_id,
        "webhook-timestamp": str(timestamp),
        "webhook-signature": " ".join(signature(each, message_id, timestamp, body) for each in secrets_),
    }
