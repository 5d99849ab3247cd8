"""A stand-in for Zalo: a server of its own, written from what is known of the real one, with faults on demand.

It keeps articles (hidden or shown, processed a while after they were sent), broadcasts with quota and review, and
tokens, of which a refresh token is accepted once: its second use ends the whole family. `/_/…` belongs to tests: what
is visible, which faults come next, what was asked. As a program: `python -m tests.support.zalo_stand_in PORT`.
"""

import asyncio
import secrets
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from random import Random
from typing import Any

import uvicorn
from starlette.applications import Starlette
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

OK = 0
WRONG, PROCESSING, TOKEN, PACKAGE, QUOTA, REUSED = -201, -214, -216, -224, -211, -14020
TITLE, AUTHOR, DESCRIPTION = 150, 50, 300
NEW_PAIR = {"access": "access-1", "refresh": "refresh-1"}
HTML = "<html><body>502 Bad Gateway</body></html>"
LEAST_USES = 5
"""Calls for which an access token is good before it ends by chance."""
CHANGES = frozenset({"create", "update", "remove", "broadcast"})
"""Calls of which tests lose the answer."""


@dataclass
class State:
    """Everything that the stand-in knows."""

    articles: dict[str, dict[str, Any]] = field(default_factory=dict)
    tokens: dict[str, dict[str, Any]] = field(default_factory=dict)
    """What waits to be processed, by the token that `create` and `update` answer with."""
    broadcasts: list[dict[str, Any]] = field(default_factory=list)
    access: set[str] = field(default_factory=lambda: {NEW_PAIR["access"]})
    refresh: set[str] = field(default_factory=lambda: {NEW_PAIR["refresh"]})
    uses: dict[str, int] = field(default_factory=dict)
    """Calls by access token."""
    used: set[str] = field(default_factory=set)
    is_family_dead: bool = False
    refreshes: int = 0
    codes: dict[str, str] = field(default_factory=dict)
    """Challenges by the code that they lead to."""
    expires_in: int = 90_000
    package: str = "Premium"
    quota: int = 6
    asks_before_done: int = 1
    """How often `verify` says that an article is processed before it is."""
    keeps_hidden: bool = False
    """True for a server that accepts articles and never shows them."""
    most_visible: dict[str, int] = field(default_factory=dict)
    """Most copies of one mark that were ever visible at once."""
    calls: list[str] = field(default_factory=list)
    faults: list[dict[str, Any]] = field(default_factory=list)
    chance: dict[str, Any] = field(default_factory=dict)
    """`seed`, `rate` and `kinds` of faults that come at random."""
    luck: Random = field(default_factory=lambda: Random(0))  # noqa: S311 - moments, not secrets


class StandIn:
    """The stand-in's routes over one state."""

    def __init__(self) -> None:
        self.state = State()

    def app(self) -> Starlette:
        """The ASGI app."""
        calls: list[tuple[str, str, str, Callable[..., dict[str, Any]]]] = [
            ("POST", "/v2.0/article/create", "create", self._create),
            ("POST", "/v2.0/article/update", "update", self._update),
            ("POST", "/v2.0/article/verify", "verify", self._verify),
            ("POST", "/v2.0/article/remove", "remove", self._remove),
            ("GET", "/v2.0/article/getdetail", "getdetail", self._detail),
            ("GET", "/v2.0/article/getslice", "getslice", self._slice),
            ("POST", "/v2.0/oa/message", "broadcast", self._broadcast),
            ("POST", "/v3.0/oa/quota/message", "quota", self._quota),
            ("GET", "/v2.0/oa/getoa", "getoa", self._account),
        ]
        routes = [Route(path, self._guarded(name, work), methods=[method]) for method, path, name, work in calls]
        routes += [
            Route("/v4/oa/access_token", self._tokens, methods=["POST"]),
            Route("/_/count", self._count, methods=["GET"]),
            Route("/_/state", self._tell, methods=["GET"]),
            Route("/_/set", self._set, methods=["POST"]),
            Route("/_/reset", self._reset, methods=["POST"]),
        ]
        return Starlette(routes=routes)

    def _guarded(self, name: str, work: Callable[..., dict[str, Any]]) -> Callable[[Request], Any]:
        async def answer(request: Request) -> Response:
            try:
                body = await request.json() if request.method == "POST" else dict(request.query_params)
            except ClientDisconnect:  # the hub was killed while it sent
                return Response(status_code=400)
            self.state.calls.append(name)
            fault = self._next_fault(name)
            kind = fault.get("kind", "")
            await asyncio.sleep(float(fault.get("seconds", 0)))
            if kind.startswith("error:"):
                return JSONResponse(refuse(int(kind.removeprefix("error:"))))
            if kind == "busy":
                return PlainTextResponse("busy", 503)
            if kind == "late_down":
                return PlainTextResponse("slow down", 429, {"retry-after": "0"})
            token = request.headers.get("access_token", "")
            self.state.uses[token] = self.state.uses.get(token, 0) + 1
            if kind == "end_token" and self.state.uses[token] > LEAST_USES:
                self.state.access.discard(token)
            if token not in self.state.access:
                return JSONResponse(refuse(TOKEN, "Access token is invalid"))
            result = work(body)
            if kind == "twice":
                result = work(body)
            self._watch()
            return await self._spoil(kind, fault, result)

        return answer

    async def _spoil(self, kind: str, fault: dict[str, Any], result: dict[str, Any]) -> Response:
        if kind == "lose":  # the work is done, and the answer never comes
            await asyncio.sleep(float(fault.get("after", 1)))
            return PlainTextResponse("", 504)
        if kind == "html":
            return PlainTextResponse(HTML, 200, media_type="text/html")
        if kind == "garbage":
            return PlainTextResponse('{"error": "none", "data"', 200, media_type="application/json")
        return JSONResponse(result)

    def _next_fault(self, name: str) -> dict[str, Any]:
        for fault in self.state.faults:
            if fault.get("call", name) == name and fault.get("times", 1) > 0:
                fault["times"] = fault.get("times", 1) - 1
                return fault
        chance = self.state.chance
        if chance and self.state.luck.random() < chance["rate"]:
            kind = self.state.luck.choice(chance["kinds"])
            if kind == "lose" or kind == "twice":
                return {
                    "kind": kind if name in CHANGES and kind in chance.get(name, chance["kinds"]) else "",
                    "after": 0,
                }
            return {"kind": kind}
        return {}

    def _watch(self) -> None:
        """Remember how many copies of one mark were visible at once."""
        for mark in {article["mark"] for article in self.state.articles.values()}:
            shown = sum(each["mark"] == mark and is_shown(each) for each in self.state.articles.values())
            self.state.most_visible[mark] = max(shown, self.state.most_visible.get(mark, 0))

    def _create(self, body: dict[str, Any]) -> dict[str, Any]:
        if "basic" in self.state.package.lower():
            return refuse(PACKAGE, "OA package does not support this API")
        return refuse(WRONG, problem) if (problem := find_misfit(body)) else self._accept(body, secrets.token_hex(8))

    def _update(self, body: dict[str, Any]) -> dict[str, Any]:
        if body.get("id") not in self.state.articles:
            return refuse(WRONG, "article not found")
        return refuse(WRONG, problem) if (problem := find_misfit(body)) else self._accept(body, body["id"])

    def _accept(self, body: dict[str, Any], id_: str) -> dict[str, Any]:
        token = secrets.token_hex(8)
        self.state.tokens[token] = {"id": id_, "body": body, "asks": self.state.asks_before_done}
        if self.state.asks_before_done == 0:
            self._process(token)
        return {"error": OK, "message": "Success", "data": {"token": token}}

    def _process(self, token: str) -> None:
        waiting = self.state.tokens[token]
        body = waiting["body"]
        self.state.articles[waiting["id"]] = {
            **body,
            "id": waiting["id"],
            "status": "hide" if self.state.keeps_hidden else body.get("status", "hide"),
            "mark": body["body"][-1].get("content", "").rpartition(" ")[2].partition("#")[0],
        }
        waiting["asks"] = -1
        self._watch()

    def _tick(self) -> None:
        """Time passes for what is processed: each question counts, about this article or another."""
        for token, waiting in self.state.tokens.items():
            if waiting["asks"] >= 0:
                waiting["asks"] -= 1
                if waiting["asks"] < 0:
                    self._process(token)

    def _verify(self, body: dict[str, Any]) -> dict[str, Any]:
        waiting = self.state.tokens.get(str(body.get("token")))
        if waiting is None:
            return refuse(WRONG, "token not found")
        was_waiting = waiting["asks"] >= 0
        if was_waiting:
            waiting["asks"] -= 1
            if waiting["asks"] >= 0:
                return refuse(PROCESSING, "The article is being processed")
            self._process(str(body["token"]))
        return {"error": OK, "message": "Success", "data": {"id": waiting["id"]}}

    def _remove(self, body: dict[str, Any]) -> dict[str, Any]:
        if self.state.articles.pop(str(body.get("id")), None) is None:
            return refuse(WRONG, "article not found")
        return {"error": OK, "message": "Success"}

    def _detail(self, query: dict[str, Any]) -> dict[str, Any]:
        article = self.state.articles.get(query.get("id", ""))
        return {"error": OK, "message": "Success", "data": article} if article else refuse(WRONG, "article not found")

    def _slice(self, query: dict[str, Any]) -> dict[str, Any]:
        self._tick()
        offset, limit = int(query["offset"]), int(query["limit"])
        if limit > 10:
            return refuse(WRONG, "limit")
        newest = list(reversed(self.state.articles.values()))
        medias = [
            {
                "id": each["id"],
                "type": "normal",
                "title": each["title"],
                "status": each["status"],
                "thumb": "",
                "total_view": 0,
            }
            for each in newest[offset : offset + limit]
        ]
        return {"error": OK, "message": "Success", "data": {"medias": medias, "total": len(newest)}}

    def _broadcast(self, body: dict[str, Any]) -> dict[str, Any]:
        elements = body["message"]["attachment"]["payload"]["elements"]
        article = self.state.articles.get(elements[0]["attachment_id"])
        if not 1 <= len(elements) <= 5 or article is None:
            return refuse(WRONG, "attachment_id")
        if len(self.state.broadcasts) >= self.state.quota:
            return refuse(QUOTA, "Quota exceeded")
        message = secrets.token_hex(10)
        self.state.broadcasts.append({"message_id": message, "mark": article["mark"], "title": article["title"]})
        return {"error": OK, "message": "Success", "data": {"message_id": message}}

    def _quota(self, _: dict[str, Any]) -> dict[str, Any]:
        remain = max(0, self.state.quota - len(self.state.broadcasts))
        return {
            "error": OK,
            "message": "Success",
            "data": [{"product_type": "broadcast", "total": self.state.quota, "remain": remain}],
        }

    def _account(self, _: dict[str, Any]) -> dict[str, Any]:
        data = {
            "oa_id": "2491302944280861639",
            "package_name": self.state.package,
            "package_valid_through_date": "31/12/2027",
            "num_follower": 48_213,
        }
        return {"error": OK, "message": "Success", "data": data}

    async def _tokens(self, request: Request) -> Response:
        form = dict(item.partition("=")[::2] for item in (await request.body()).decode().split("&"))
        self.state.calls.append("access_token")
        fault = self._next_fault("access_token")
        await asyncio.sleep(float(fault.get("seconds", 0)))
        if request.headers.get("secret_key") != "app-secret":
            return JSONResponse(refuse(WRONG, "Invalid secret key"))
        if form.get("grant_type") == "authorization_code":
            result = self._redeem(form)
        else:
            result = self._refresh(form.get("refresh_token", ""))
        return await self._spoil(fault.get("kind", ""), fault, result)

    def _redeem(self, form: dict[str, str]) -> dict[str, Any]:
        from hub.channels.zalo.authorisation import challenge_of

        challenge = self.state.codes.pop(form.get("code", ""), None)
        if challenge is None or challenge != challenge_of(form.get("code_verifier", "")):
            return refuse(-14003, "Invalid code")
        self.state.is_family_dead, self.state.access, self.state.refresh = False, set(), set()
        return self._pair()

    def _refresh(self, token: str) -> dict[str, Any]:
        self.state.refreshes += 1
        if token in self.state.used:
            # The second use of a refresh token ends every token that came from it.
            self.state.access.clear()
            self.state.refresh.clear()
            self.state.is_family_dead = True
            return refuse(REUSED, "Refresh token was used")
        if token not in self.state.refresh:
            return refuse(-14014, "Invalid refresh token")
        self.state.refresh.discard(token)
        self.state.used.add(token)
        self.state.access.clear()
        return self._pair()

    def _pair(self) -> dict[str, Any]:
        access, refresh = f"access-{secrets.token_hex(6)}", f"refresh-{secrets.token_hex(6)}"
        self.state.access.add(access)
        self.state.refresh.add(refresh)
        return {"access_token": access, "refresh_token": refresh, "expires_in": str(self.state.expires_in)}

    async def _count(self, _: Request) -> Response:
        return PlainTextResponse(str(len(self.state.calls)))

    async def _tell(self, _: Request) -> Response:
        state = self.state
        visible: dict[str, list[str]] = {}
        for article in state.articles.values():
            if is_shown(article):
                visible.setdefault(article["mark"], []).append(article["title"])
        sent: dict[str, int] = {}
        for broadcast in state.broadcasts:
            sent[broadcast["mark"]] = sent.get(broadcast["mark"], 0) + 1
        return JSONResponse(
            {
                "visible": visible,
                "hidden": [each["id"] for each in state.articles.values() if not is_shown(each)],
                "most_visible": state.most_visible,
                "articles": state.articles,
                "broadcasts": state.broadcasts,
                "broadcasts_by_mark": sent,
                "refreshes": state.refreshes,
                "is_family_dead": state.is_family_dead,
                "calls": state.calls,
            }
        )

    async def _set(self, request: Request) -> Response:
        """Set members of the state, such as `faults`, `chance`, `quota`, `package`, `codes`, or a list as a set."""
        for name, value in (await request.json()).items():
            if name == "chance":
                self.state.luck.seed(value.get("seed", 0))
            known = getattr(self.state, name)
            setattr(self.state, name, set(value) if isinstance(known, set) else value)
        return JSONResponse({})

    async def _reset(self, _: Request) -> Response:
        self.state = State()
        return JSONResponse({})


def refuse(error: int, message: str = "Refused") -> dict[str, Any]:
    """The answer with which Zalo refuses, also by HTTP 200."""
    return {"error": error, "message": message}


def is_shown(article: dict[str, Any]) -> bool:
    """True if readers see an article."""
    return bool(article["status"] == "show")


def find_misfit(body: dict[str, Any]) -> str | None:
    """Name the value that breaks one of Zalo's limits."""
    if not 1 <= len(body.get("title", "")) <= TITLE:
        return "title"
    if len(body.get("author", "")) > AUTHOR:
        return "author"
    if len(body.get("description", "")) > DESCRIPTION:
        return "description"
    return None if body.get("cover", {}).get("photo_url") and body.get("body") else "cover"


def main() -> None:
    """Serve on the port of the command line."""
    uvicorn.run(StandIn().app(), host="127.0.0.1", port=int(sys.argv[1]), log_level="error")


if __name__ == "__main__":
    main()
