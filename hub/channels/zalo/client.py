"""Calls of Zalo's API of Official Accounts, each with its meaning: done, refused, not sent, or ambiguous.

Zalo answers HTTP 200 also when it refuses; `error` in the body decides. It knows no idempotency key, so a lost reply of
a call that changes something is a state of its own, and never a reason to repeat.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any
from urllib.parse import urlencode

import httpcore
import httpx
import orjson

from hub.outgoing.client import OutgoingClient, Reply, RequestFailed
from hub.outgoing.retry_after import parse_retry_after
from hub.settings import Settings
from hub.times import now

MAX_ANSWER_BYTES = 2_000_000
"""Bytes of an answer that are read; details of an article hold its whole text."""
MAX_WORDS = 300
AMBIGUOUS_STATUS = frozenset({408, 425})
TOO_MANY = 429


class AnswerKind(StrEnum):
    """Meaning of an answer."""

    done = "done"
    refused = "refused"
    """Zalo read the call and did nothing."""
    not_sent = "not_sent"
    """Zalo never got the call, or asked for a pause: it can be made again."""
    ambiguous = "ambiguous"
    """Zalo may have done it."""


class ZaloError(int):
    """Number of an error in the body of an answer."""


WRONG_PARAMETER = ZaloError(-201)
NOT_FOLLOWER = ZaloError(-213)
PROCESSING = ZaloError(-214)
TOKEN_INVALID = ZaloError(-216)
PACKAGE = ZaloError(-224)
QUOTA_USED = ZaloError(-211)
"""Assumed: no text that was seen names the number of a used quota."""

ADVICE = {
    WRONG_PARAMETER: "Zalo found a value wrong or too long: look at the payload, and correct the text.",
    NOT_FOLLOWER: "The receiver does not follow the account.",
    TOKEN_INVALID: "Zalo does not accept the token: authorise again with `hub zalo authorise`.",
    PACKAGE: "The package of the account does not include this call: buy a package at Zalo that does, and send again.",
    QUOTA_USED: "The account has used up what its package allows.",
}
"""Advice for people, by the number of the error."""


@dataclass(frozen=True)
class ZaloAnswer:
    """Answer to a call."""

    kind: AnswerKind
    error: int = 0
    """Zalo's number; zero if it did what was asked, or if there was no answer of its own."""
    words: str = ""
    """Zalo's words or the fault of the network, shown in receipts, without secrets."""
    data: Any = None
    body: Mapping[str, Any] = field(default_factory=dict)
    """All members of the answer: those of tokens stand beside `error`."""
    retry_after: float | None = None

    @property
    def is_done(self) -> bool:
        """True if Zalo did what was asked."""
        return self.kind is AnswerKind.done

    def advise(self) -> str:
        """Words with the advice for the number."""
        advice = ADVICE.get(ZaloError(self.error))
        return f"{self.words} {advice}" if advice else self.words

    def get(self, name: str) -> Any:
        """A member of `data`, if that is an object."""
        return self.data.get(name) if isinstance(self.data, Mapping) else None


class ZaloClient:
    """Client of the two servers of Zalo, whose addresses are settings."""

    def __init__(self, outgoing: OutgoingClient, settings: Settings):
        self.outgoing, self.settings = outgoing, settings

    async def ask(self, path: str, access: str, query: Mapping[str, Any] | None = None) -> ZaloAnswer:
        """Make a call that changes nothing."""
        url = self.settings.zalo_api_url.rstrip("/") + path + (f"?{urlencode(query)}" if query else "")
        return await self._send("GET", url, {"access_token": access}, None)

    async def call(self, path: str, access: str, body: Mapping[str, Any]) -> ZaloAnswer:
        """Make a call with a JSON body."""
        headers = {"access_token": access, "content-type": "application/json"}
        return await self._send("POST", self.settings.zalo_api_url.rstrip("/") + path, headers, orjson.dumps(body))

    async def exchange(self, form: Mapping[str, str]) -> ZaloAnswer:
        """Exchange a code or a refresh token for a pair of tokens; `app_id` and the secret are added."""
        secret = self.settings.zalo_app_secret
        headers = {
            "secret_key": secret.get_secret_value() if secret else "",
            "content-type": "application/x-www-form-urlencoded",
        }
        content = urlencode({**form, "app_id": self.settings.zalo_app_id or ""}).encode()
        url = self.settings.zalo_oauth_url.rstrip("/") + "/v4/oa/access_token"
        return await self._send("POST", url, headers, content)

    async def _send(self, method: str, url: str, headers: Mapping[str, str], content: bytes | None) -> ZaloAnswer:
        try:
            reply = await self.outgoing.send(
                method,
                url,
                headers=headers,
                content=content,
                seconds=self.settings.zalo_timeout,
                max_body=MAX_ANSWER_BYTES + 1,
            )
        except RequestFailed as problem:
            kind = AnswerKind.not_sent if _was_never_sent(problem) else AnswerKind.ambiguous
            return ZaloAnswer(kind, words=f"{problem.reason}: {problem}"[:MAX_WORDS])
        return classify_reply(reply)


def classify_reply(reply: Reply) -> ZaloAnswer:
    """Classify a reply by its status and its body."""
    if reply.status == TOO_MANY:
        pause = parse_retry_after(reply.headers, now())
        return ZaloAnswer(AnswerKind.not_sent, words="HTTP 429: too many calls", retry_after=pause)
    if reply.status in AMBIGUOUS_STATUS or reply.status >= httpx.codes.INTERNAL_SERVER_ERROR:
        return ZaloAnswer(AnswerKind.ambiguous, words=f"HTTP {reply.status}")
    body = _parse_body(reply)
    if body is None:
        kind = AnswerKind.ambiguous if httpx.codes.is_success(reply.status) else AnswerKind.refused
        return ZaloAnswer(kind, words=f"HTTP {reply.status}, an answer that is not JSON with `error`")
    error, message = int(body.get("error", 0)), str(body.get("message") or body.get("error_description") or "")
    words = f"{error} {message}".strip()[:MAX_WORDS]
    if error != 0:
        return ZaloAnswer(AnswerKind.refused, error, words, body.get("data"), body)
    if not httpx.codes.is_success(reply.status):
        return ZaloAnswer(AnswerKind.refused, words=f"HTTP {reply.status} {message}".strip()[:MAX_WORDS], body=body)
    return ZaloAnswer(AnswerKind.done, 0, words, body.get("data"), body)


def _parse_body(reply: Reply) -> dict[str, Any] | None:
    """Parse the body as an answer of Zalo: an object with a whole number in `error`, or with tokens."""
    if len(reply.body) > MAX_ANSWER_BYTES:
        return None
    try:
        body = orjson.loads(reply.body)
    except orjson.JSONDecodeError:
        return None
    if not isinstance(body, dict):
        return None
    error = body.get("error")
    is_number = isinstance(error, int) and not isinstance(error, bool)
    return body if is_number or (error is None and "access_token" in body) else None


def _was_never_sent(problem: RequestFailed) -> bool:
    """True if no connection was made, so Zalo cannot have read the call."""
    cause = problem.__cause__
    return problem.reason == "refused_address" or isinstance(
        cause,
        httpx.ConnectError | httpx.ConnectTimeout | httpx.PoolTimeout | httpcore.ConnectError | httpcore.ConnectTimeout,
    )
