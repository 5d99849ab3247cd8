"""Stand-in for Zalo's articles, as far as a drill needs it: create, verify, read, update, remove."""

import asyncio
import secrets
from datetime import timedelta
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from hub.auth.encryption import SecretCipher
from hub.channels.drills.stand_ins import StandInRecord
from hub.channels.zalo.models import TokenState
from hub.channels.zalo.tokens import TOKEN
from hub.db import Database
from hub.settings import Settings
from hub.times import now

_PROCESSING, _WRONG, _TOKEN = -214, -201, -216
_CHANGES = ("create", "update", "remove")


class ZaloStandIn:
    """Zalo. Faults of calls that change something: `busy`, `slow`, `lost` (done, and the answer lost)."""

    channels: tuple[str, ...] = ("zalo",)
    faults: tuple[str, ...] = ("busy", "slow", "lost")

    def __init__(self) -> None:
        self.record = StandInRecord()
        self.access, self.refresh = secrets.token_hex(16), secrets.token_hex(16)
        self.articles: dict[str, dict[str, Any]] = {}
        self.waiting: dict[str, tuple[str, dict[str, Any]]] = {}

    def app(self) -> Starlette:
        """Return the ASGI app."""
        posts = {"create": self._create, "update": self._update, "verify": self._verify, "remove": self._remove}
        gets = {"getdetail": self._detail, "getslice": self._slice}
        routes = [
            Route(f"/v2.0/article/{name}", self._guard(name, work), methods=[method])
            for method, calls in (("POST", posts), ("GET", gets))
            for name, work in calls.items()
        ]
        return Starlette(routes=routes)

    def settings(self, address: str) -> dict[str, Any]:
        """Return the settings of the channel: an account that does not exist."""
        return {
            "zalo_app_id": "1",
            "zalo_app_secret": secrets.token_hex(16),
            "zalo_oa_id": "1",
            "zalo_oa_secret": secrets.token_hex(16),
            "zalo_api_url": address,
            "zalo_oauth_url": address,
            "zalo_cover_url": "https://dien-tap.invalid/bia.jpg",
            "zalo_pace": 0.1,
        }

    async def prepare(self, database: Database, settings: Settings) -> None:
        """Store tokens that only this stand-in knows."""
        cipher, moment = SecretCipher(settings), now()
        row = {
            "app_id": settings.zalo_app_id,
            "state": TokenState.valid,
            "access": cipher.encrypt(self.access),
            "refresh": cipher.encrypt(self.refresh),
            "access_expires_at": moment + timedelta(hours=24),
            "refresh_expires_at": moment + timedelta(days=80),
            "access_seconds": 86_400,
            "version": 1,
            "authorised_by": "drill",
            "authorised_at": moment,
            "changed_at": moment,
        }
        async with database.write() as session:
            await session.execute(TOKEN.insert().values(**row))

    def _guard(self, name: str, work: Any) -> Any:
        async def answer(request: Request) -> Response:
            if request.headers.get("access_token") != self.access:
                return JSONResponse({"error": _TOKEN, "message": "Access token is invalid"})
            body = await request.json() if request.method == "POST" else dict(request.query_params)
            fault = self.record.next_fault() if name in _CHANGES else ""
            if fault == "busy":
                self.record.add(name, body, "asked to wait 1 s")
                return PlainTextResponse("busy", 429, {"retry-after": "1"})
            await asyncio.sleep(2 if fault == "slow" else 0)
            result = work(body)
            if name in _CHANGES:
                self.record.add(name, body, "done, answer lost" if fault == "lost" else "done")
            return PlainTextResponse("", 504) if fault == "lost" else JSONResponse(result)

        return answer

    def _create(self, body: dict[str, Any]) -> dict[str, Any]:
        return self._accept(secrets.token_hex(8), body)

    def _update(self, body: dict[str, Any]) -> dict[str, Any]:
        return self._accept(body["id"], body) if body.get("id") in self.articles else _refuse("article not found")

    def _accept(self, article: str, body: dict[str, Any]) -> dict[str, Any]:
        token = secrets.token_hex(8)
        self.waiting[token] = (article, body)
        self.articles[article] = {**body, "id": article, "status": body.get("status", "hide")}
        return {"error": 0, "message": "Success", "data": {"token": token}}

    def _verify(self, body: dict[str, Any]) -> dict[str, Any]:
        found = self.waiting.get(str(body.get("token")))
        if found is None:
            return {"error": _PROCESSING, "message": "The article is being processed"}
        return {"error": 0, "message": "Success", "data": {"id": found[0]}}

    def _remove(self, body: dict[str, Any]) -> dict[str, Any]:
        if self.articles.pop(str(body.get("id")), None) is None:
            return _refuse("article not found")
        return {"error": 0, "message": "Success"}

    def _detail(self, query: dict[str, Any]) -> dict[str, Any]:
        article = self.articles.get(query.get("id", ""))
        return {"error": 0, "message": "Success", "data": article} if article else _refuse("article not found")

    def _slice(self, query: dict[str, Any]) -> dict[str, Any]:
        offset, limit = int(query.get("offset", 0)), int(query.get("limit", 10))
        newest = list(reversed(self.articles.values()))
        medias = [
            {"id": each["id"], "type": "normal", "title": each["title"], "status": each["status"]}
            for each in newest[offset : offset + limit]
        ]
        return {"error": 0, "message": "Success", "data": {"medias": medias, "total": len(newest)}}


def _refuse(message: str) -> dict[str, Any]:
    return {"error": _WRONG, "message": message}
