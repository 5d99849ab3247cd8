"""HTTP transport of webhooks: one signed POST, and its result."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from hub.outgoing.client import OutgoingClient, RequestFailed

EXCERPT_CHARACTERS = 1_000
"""Maximum length of the excerpt of a response body in a receipt."""


@dataclass(frozen=True)
class AttemptResult:
    """Result of an attempt: a response, or the reason why there was none."""

    status: int | None
    error: str | None
    seconds: float
    excerpt: str | None
    headers: Mapping[str, str]

    def columns(self) -> dict[str, Any]:
        """Return the columns of the receipt."""
        return {"status": self.status, "error": self.error, "seconds": self.seconds, "excerpt": self.excerpt}


async def post(
    outgoing: OutgoingClient, url: str, headers: Mapping[str, str], body: bytes, seconds: float
) -> AttemptResult:
    """Send a POST; a failed request gives a result with `error`, not an exception."""
    try:
        reply = await outgoing.send("POST", url, headers=headers, content=body, seconds=seconds)
    except RequestFailed as problem:
        return AttemptResult(None, f"{problem.reason}: {problem}", problem.seconds, None, {})
    excerpt = reply.body.decode("utf-8", "replace").replace("\x00", "")[:EXCERPT_CHARACTERS]
    return AttemptResult(reply.status, None, reply.seconds, excerpt, reply.headers)
