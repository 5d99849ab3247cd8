"""One POST to an endpoint: signed now, over bytes that were frozen before."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from hub.auth.encryption import SecretCipher
from hub.outgoing.client import OutgoingClient, RequestFailed
from hub.webhooks.rows import EndpointRow

EXCERPT_CHARACTERS = 1_000
"""How many characters of an answer a receipt keeps."""


@dataclass(frozen=True)
class AttemptResult:
    """What came of an attempt."""

    status: int | None
    error: str | None
    seconds: float
    excerpt: str | None
    headers: Mapping[str, str]

    def columns(self) -> dict[str, Any]:
        """As the receipt keeps it."""
        return {"status": self.status, "error": self.error, "seconds": self.seconds, "excerpt": self.excerpt}


def unseal_secrets(endpoint: EndpointRow, sealer: SecretCipher, at: datetime) -> list[str]:
    """The endpoint's secret and, while a rotation is under way, the one before. Raises `SecretUnreadable`."""
    found = [sealer.decrypt(endpoint.secret)]
    if endpoint.old_secret is not None and endpoint.old_until is not None and endpoint.old_until > at:
        found.append(sealer.decrypt(endpoint.old_secret))
    return found


async def post(
    outgoing: OutgoingClient, url: str, headers: Mapping[str, str], body: bytes, seconds: float
) -> AttemptResult:
    """Send it, and say what came back in the form a receipt keeps."""
    try:
        reply = await outgoing.send("POST", url, headers=headers, content=body, seconds=seconds)
    except RequestFailed as problem:
        return AttemptResult(None, f"{problem.reason}: {problem}", problem.seconds, None, {})
    excerpt = reply.body.decode("utf-8", "replace").replace("\x00", "")[:EXCERPT_CHARACTERS]
    return AttemptResult(reply.status, None, reply.seconds, excerpt, reply.headers)
