"""A stand-in for the gateway of the Hue-S app: a server of its own that checks what it gets, and has moods.

`delivered` has the id of every message that it handed on, in order, whatever it answered.
"""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

import jsonschema
import orjson
from standardwebhooks import Webhook

from hub.channels.push.examples import message_schema
from tests.support.receiver import Got, Receiver, Says, receiver

SECRET = "whsec_bmfDtG4gbmfhu68gY+G7lW5nIHRo4butIG5naGnhu4dtLCAzMiBieXRlcyE="


class Mood(StrEnum):
    """What the gateway does with a message."""

    well = "well"
    slow = "slow"
    lost = "lost"
    """Hands it on, and hangs up without an answer."""
    deaf = "deaf"
    """Hangs up without handing it on."""
    busy = "busy"
    """429 with `Retry-After`, and not handed on."""
    unavailable = "unavailable"
    """503 in the words of the contract, and not handed on."""
    broken = "broken"
    """500 after handing it on."""
    proxy = "proxy"
    """502 of a machine between, after handing it on."""
    nameless = "nameless"
    """200 with a page of HTML."""


def refusal(status: int, word: str, message: str = "", headers: dict[str, str] | None = None) -> Says:
    body = {"error": {"code": status, "status": word, "message": message}}
    return Says(status, orjson.dumps(body), headers or {})


@dataclass
class PushGateway:
    """The messages that it handed on, the faults it found in requests, and its mood for each message."""

    receiver: Receiver
    mood: Callable[[str], Mood] = lambda _: Mood.well
    retry_after: str = "1"
    pause: float = 0.05
    delivered: list[str] = field(default_factory=list)
    messages: list[dict[str, Any]] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)

    @property
    def url(self) -> str:
        return self.receiver.url

    @property
    def requests(self) -> int:
        return len(self.receiver.got)

    async def behave(self, got: Got) -> Says:
        try:
            Webhook(SECRET).verify(got.body, got.headers)
            jsonschema.validate(got.json(), message_schema())
            assert len(got.body) <= 2_048
        except Exception as problem:  # any fault of the hub's is kept for the test
            self.faults.append(repr(problem))
            return refusal(400, "INVALID_ARGUMENT", str(problem)[:100])
        mood = self.mood(got.id)
        if mood is Mood.slow:
            await asyncio.sleep(self.pause)
        if mood is Mood.busy:
            return refusal(429, "QUOTA_EXCEEDED", headers={"retry-after": self.retry_after})
        if mood is Mood.unavailable:
            return refusal(503, "UNAVAILABLE", headers={"retry-after": self.retry_after})
        if mood is Mood.deaf:
            raise ConnectionError
        self.delivered.append(got.id)
        self.messages.append(got.json()["message"])
        if mood is Mood.lost:
            raise ConnectionError
        if mood is Mood.broken:
            return refusal(500, "INTERNAL")
        if mood is Mood.proxy:
            return Says(502, b"<h1>Bad Gateway</h1>")
        if mood is Mood.nameless:
            return Says(200, b"<h1>OK</h1>")
        return Says(200, orjson.dumps({"name": f"projects/hue-s/messages/{len(self.delivered)}"}))


@asynccontextmanager
async def push_gateway() -> AsyncIterator[PushGateway]:
    """One that is up."""
    async with receiver() as at:
        made = PushGateway(at)
        at.behave = made.behave
        yield made
