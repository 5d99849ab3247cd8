"""Answers for the routes of comments, as their contract says, in the browser: what a real hub does too seldom."""

import json
import re
import secrets
import unicodedata
from dataclasses import dataclass, field
from hashlib import pbkdf2_hmac, sha256
from typing import Any
from uuid import uuid4

from playwright.async_api import BrowserContext, Route

ROUTES = re.compile(r"/api/v1/consultations/[0-9a-f-]{36}/(challenge|comments.*|answers.*)$")
TERMS = {
    "error": [
        {"code": "comment_not_found", "vi": "Không có góp ý với mã này.", "en": "There is no comment with this code."},
        {"code": "quote_not_found", "vi": "Không tìm thấy đoạn trích.", "en": "The quoted words are not there."},
    ],
}


@dataclass
class CommentDesk:
    """Comments of one browser; `refusals` are the answers to the next comments, before any is taken."""

    difficulty: int = 5
    iterations: int = 100
    refusals: list[tuple[int, dict[str, Any]]] = field(default_factory=list)
    lost: int = 0
    """Number of answers that get lost on their way."""
    comments: dict[str, dict[str, Any]] = field(default_factory=dict)
    """By code."""
    challenges: dict[str, str] = field(default_factory=dict)
    taken: dict[bytes, str] = field(default_factory=dict)
    """Codes by the body of the request, which may be sent again."""
    asked: list[str] = field(default_factory=list)
    public: list[dict[str, Any]] = field(default_factory=list)
    answers: list[dict[str, Any]] = field(default_factory=list)

    async def attach(self, context: BrowserContext) -> None:
        """Answer the requests of a browser."""
        await context.route(lambda url: bool(ROUTES.search(url.partition("?")[0])), self._answer)

    async def _answer(self, route: Route) -> None:
        request = route.request
        path = request.url.partition("?")[0].partition("/consultations/")[2].partition("/")[2]
        self.asked.append(f"{request.method} {path}")
        key = request.headers.get("comment-code", "").replace(" ", "")
        if path == "challenge":
            await self._send(route, 200, self._challenge())
        elif path == "answers":
            await self._send(route, 200, {"items": self.answers})
        elif path == "comments" and request.method == "GET":
            await self._send(route, 200, {"items": self.public, "next": None, "counts": {"total": 0, "nodes": []}})
        elif path == "comments":
            await self._take(route, request.post_data_buffer or b"")
        elif key not in self.comments:
            await self._send(route, 404, {"code": "comment_not_found", "detail": "No.", "field": "comment-code"})
        else:
            await self._mine(route, path.removeprefix("comments/mine"), self.comments[key])

    def _challenge(self) -> dict[str, Any]:
        challenge, salt = secrets.token_urlsafe(40), secrets.token_hex(16)
        self.challenges[challenge] = salt
        facts = {"iterations": self.iterations, "difficulty": self.difficulty}
        return {
            "algorithm": "PBKDF2-SHA256",
            "challenge": challenge,
            "salt": salt,
            "expires_at": "2099-01-01T00:00:00+07:00",
        } | facts

    async def _take(self, route: Route, raw: bytes) -> None:
        body = json.loads(raw)
        assert unicodedata.is_normalized("NFC", body["text"])
        proof = body["proof"]
        digest = sha256(body["text"].encode()).hexdigest()
        if raw not in self.taken:
            password = f"{proof['challenge']}.{digest}.{proof['counter']}".encode()
            key = pbkdf2_hmac("sha256", password, bytes.fromhex(self.challenges[proof["challenge"]]), self.iterations)
            assert int.from_bytes(key, "big") >> (256 - self.difficulty) == 0, "the proof is wrong"
            if self.refusals:
                status, problem = self.refusals.pop(0)
                await self._send(route, status, problem)
                return
            code = secrets.token_hex(13).upper()
            self.taken[raw] = code
            self.comments[code] = {
                "id": str(uuid4()),
                "state": "public",
                "held_for": [],
                "received_at": "2026-11-29T20:15:03.120+07:00",
                "sha256": digest,
                "changeable_until": "2099-01-01T00:00:00+07:00",
                **{name: body[name] for name in ("text", "stance", "quote", "ref", "draft", "author", "shown")},
                "contact": body["contact"],
                "consent": body["consent"],
                "files": [],
                "answer": None,
            }
        if self.lost:
            self.lost -= 1
            await route.abort("connectionreset")
            return
        code = self.taken[raw]
        shown = ("id", "state", "held_for", "text", "received_at", "sha256", "changeable_until")
        grouped = " ".join(code[at : at + 5] for at in range(0, len(code), 5))
        await self._send(
            route, 201, {"code": grouped} | {name: self.comments[code.replace(" ", "")][name] for name in shown}
        )

    async def _mine(self, route: Route, verb: str, comment: dict[str, Any]) -> None:
        if route.request.method == "PATCH":
            comment |= route.request.post_data_json or {}
            comment["sha256"] = sha256(comment["text"].encode()).hexdigest()
        elif verb == "/withdraw":
            comment["state"] = "withdrawn"
        elif verb == "/erase":
            comment |= {"state": "erased", "text": None, "sha256": None, "quote": None}
        await self._send(route, 200, comment)

    async def _send(self, route: Route, status: int, body: Any) -> None:
        headers = {"access-control-allow-origin": "*", "cache-control": "no-store"}
        media = "application/json" if status < 400 else "application/problem+json"
        await route.fulfill(status=status, headers=headers, content_type=media, body=json.dumps(body))
