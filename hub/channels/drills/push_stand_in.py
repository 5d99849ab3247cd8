"""Stand-in for the gateway of the Hue-S app: it checks signature and size, and delivers to nobody."""

import asyncio
from typing import Any

import orjson
from standardwebhooks import Webhook, WebhookVerificationError
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from hub.channels.drills.settings import generate_signing_secret
from hub.channels.drills.stand_ins import StandInRecord
from hub.channels.push.channel import NAME
from hub.channels.push.payload import MAX_BYTES
from hub.db import Database
from hub.settings import Settings

SLOW_SECONDS = 3.0


class PushStandIn:
    """The gateway. Faults: `busy` (429), `unavailable` (503), `slow`, `lost` (sent, and the answer lost)."""

    channels: tuple[str, ...] = (NAME,)
    faults: tuple[str, ...] = ("busy", "unavailable", "slow", "lost", "refused")

    def __init__(self) -> None:
        self.record = StandInRecord()
        self.secret = generate_signing_secret()

    def app(self) -> Starlette:
        """Return the ASGI app."""
        return Starlette(routes=[Route("/push", self._receive, methods=["POST"])])

    def settings(self, address: str) -> dict[str, Any]:
        """Return the settings of the channel."""
        return {"hue_s_push_url": f"{address}/push", "hue_s_push_secret": self.secret}

    async def prepare(self, database: Database, settings: Settings) -> None:
        """Nothing is needed."""

    async def _receive(self, request: Request) -> Response:
        body = await request.body()
        fault = self.record.next_fault()
        try:
            Webhook(self.secret).verify(body.decode(), dict(request.headers))
        except WebhookVerificationError as problem:
            return self._refuse(401, "UNAUTHENTICATED", str(problem))
        payload = orjson.loads(body)
        if len(body) > MAX_BYTES or fault == "refused":
            self.record.add("send", payload, "refused")
            return self._refuse(400, "INVALID_ARGUMENT", f"{len(body)} bytes")
        if fault == "busy":
            self.record.add("send", payload, "asked to wait 2 s")
            return self._refuse(429, "QUOTA_EXCEEDED", "another fan-out runs", {"retry-after": "2"})
        if fault == "unavailable":
            self.record.add("send", payload, "asked to wait 1 s")
            return self._refuse(503, "UNAVAILABLE", "starting", {"retry-after": "1"})
        if fault == "slow":
            await asyncio.sleep(SLOW_SECONDS)
        if fault == "lost":
            self.record.add("send", payload, "sent, answer lost")
            return Response("<h1>502 Bad Gateway</h1>", 502, media_type="text/html")
        self.record.add("send", payload, "sent")
        return JSONResponse({"name": f"drill/messages/{len(self.record.received)}"})

    def _refuse(self, status: int, word: str, message: str, headers: dict[str, str] | None = None) -> Response:
        return JSONResponse({"error": {"code": status, "status": word, "message": message}}, status, headers)
