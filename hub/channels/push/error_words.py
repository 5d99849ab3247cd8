"""Error words of the gateway: the table from status and word to what the hub does. Pure.

A message is repeated only if the gateway says, in the words of the contract, that it did nothing. A server error
without such a word may come from a machine between the two, after the message was handed on.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson

from hub.channels.port import ChannelReply, ItemHold, ReplyKind
from hub.outgoing.client import Reply
from hub.outgoing.retry_after import parse_retry_after
from hub.text import one_line

MAX_WORDS = 300
MAX_RETRY_SECONDS = 3_600.0
"""A gateway that asks for more is asked again after an hour."""
DEFAULT_RETRY_SECONDS = 60.0


@dataclass(frozen=True)
class ErrorWord:
    """A row: an answer of the gateway, its meaning, and what the hub does."""

    status: int
    word: str
    kind: ReplyKind
    meaning: str


ERROR_WORDS = (
    ErrorWord(400, "INVALID_ARGUMENT", ReplyKind.failed, "The message breaks the schema or a limit."),
    ErrorWord(401, "UNAUTHENTICATED", ReplyKind.hold, "The signature is missing, wrong or too old."),
    ErrorWord(403, "PERMISSION_DENIED", ReplyKind.hold, "The hub may not send to this topic."),
    ErrorWord(403, "SENDER_ID_MISMATCH", ReplyKind.hold, "The gateway's credentials at FCM are of another project."),
    ErrorWord(404, "UNREGISTERED", ReplyKind.failed, "There is no such topic."),
    ErrorWord(409, "ALREADY_SENT", ReplyKind.live, "The gateway knows the message id: it has sent the message."),
    ErrorWord(413, "PAYLOAD_TOO_LARGE", ReplyKind.failed, "The body has more than 2,048 bytes."),
    ErrorWord(429, "QUOTA_EXCEEDED", ReplyKind.retry, "Nothing was sent; wait for `Retry-After`."),
    ErrorWord(500, "INTERNAL", ReplyKind.unknown, "The gateway failed, and does not know how far it came."),
    ErrorWord(503, "UNAVAILABLE", ReplyKind.retry, "Nothing was sent; wait for `Retry-After`."),
)
"""Every answer other than success that the contract knows."""

_ROWS = {(row.status, row.word): row for row in ERROR_WORDS}


def classify(reply: Reply, moment: datetime) -> ChannelReply:
    """Translate an answer of the gateway; one outside the contract is `unknown` unless its status says it did nothing.

    Status 200 counts only with a `name`: a proxy, too, can answer 200.
    """
    body = _parse(reply.body)
    if 200 <= reply.status < 300:
        name = body.get("name")
        if isinstance(name, str) and name:
            return ChannelReply(ReplyKind.live, remote={"name": clip(name)}, words=clip(f"{reply.status} {name}"))
        return ChannelReply(ReplyKind.unknown, words=f"{reply.status} without `name`")
    error = body.get("error")
    error = error if isinstance(error, dict) else {}
    word = str(error.get("status", ""))
    words = clip(" ".join(each for each in (str(reply.status), word, str(error.get("message", ""))) if each))
    row = _ROWS.get((reply.status, word))
    kind = row.kind if row else _kind_of_status(reply.status)
    if kind is ReplyKind.retry:
        return ChannelReply(kind, words=words, retry_after=_wait(reply.headers, moment))
    hold = ItemHold.authorisation if kind is ReplyKind.hold else None
    return ChannelReply(kind, words=words, hold=hold)


def clip(text: str) -> str:
    """Return words for receipts: one line, without control characters."""
    return one_line(text)[:MAX_WORDS]


def _kind_of_status(status: int) -> ReplyKind:
    if status in (401, 403):
        return ReplyKind.hold
    if status == 429:
        return ReplyKind.retry
    # A redirection is not followed, and a client error refuses: neither has sent anything. 408 is a time-out.
    return ReplyKind.failed if 300 <= status < 500 and status != 408 else ReplyKind.unknown


def _wait(headers: Mapping[str, str], moment: datetime) -> float:
    asked = parse_retry_after(headers, moment)
    return DEFAULT_RETRY_SECONDS if asked is None else min(max(1.0, asked), MAX_RETRY_SECONDS)


def _parse(body: bytes) -> dict[str, Any]:
    try:
        found = orjson.loads(body)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}
