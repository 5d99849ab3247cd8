"""An editor's program that loses nothing: it repeats a request with the same idempotency key until it is answered."""

import asyncio
from dataclasses import dataclass, field
from typing import Any
from uuid import NAMESPACE_URL, uuid5

import httpx

from tests.support import contents

REQUEST_SECONDS = 30.0
"""A request without an answer or an error for so long waits without end."""
OUTAGE_SECONDS = 120.0
"""A request that is repeated for so long will never succeed."""
PAUSE_SECONDS = 0.2
REPEATABLE = frozenset({429, 503})


@dataclass
class CarefulEditor:
    """An editor of an agency. `published` has the documents whose publication the hub has acknowledged, by title."""

    client: httpx.AsyncClient
    key: str
    agency: str
    published: dict[str, str] = field(default_factory=dict)
    longest: tuple[float, str] = (0.0, "")
    """Seconds of the longest request, and its end."""
    repeated: int = 0

    async def publish(self, title: str, **changes: Any) -> None:
        """Create a bulletin, submit, approve and publish it; returns when the publication is acknowledged."""
        managed = await self.create(title, **changes)
        for verb in ("submit", "approve", "publish"):
            managed = await self.act(managed, verb, title)
        self.published[title] = managed["id"]

    async def create(self, title: str, **changes: Any) -> dict[str, Any]:
        """Create a bulletin."""
        content = contents.bulletin(title=title, **changes)
        return await self.ask(
            "/api/v1/manage/documents",
            {"kind": "bulletin", "agency": self.agency, "content": content},
            {"idempotency-key": _key("create", title)},
        )

    async def act(
        self, managed: dict[str, Any], verb: str, title: str, body: dict[str, Any] | None = None
    ) -> dict[str, Any]:
        """Apply a verb to the version of the document that was answered last."""
        return await self.ask(
            f"/api/v1/manage/documents/{managed['id']}/{verb}",
            body or {},
            {"idempotency-key": _key(verb, title), "if-match": f'"{managed["version"]}"'},
        )

    async def ask(self, path: str, body: dict[str, Any], headers: dict[str, str]) -> dict[str, Any]:
        """Repeat a request until it has succeeded. Any refusal but those of `REPEATABLE` fails the test."""
        loop = asyncio.get_running_loop()
        until = loop.time() + OUTAGE_SECONDS
        while True:
            answer = await self.try_once("POST", path, json=body, headers=headers)
            if answer is not None and answer.status_code not in REPEATABLE:
                assert answer.status_code in (200, 201), f"{path}: {answer.status_code} {answer.text}"
                found: dict[str, Any] = answer.json()
                return found
            assert loop.time() < until, f"{path}: repeated for {OUTAGE_SECONDS} s, at last {answer and answer.text}"
            self.repeated += 1
            await asyncio.sleep(PAUSE_SECONDS)

    async def try_once(self, method: str, path: str, **more: Any) -> httpx.Response | None:
        """Send a request once: its answer, or None if the connection failed. A wait without end fails the test."""
        loop = asyncio.get_running_loop()
        began, end = loop.time(), "cut off"
        headers = {"authorization": f"Bearer {self.key}"} | more.pop("headers", {})
        try:
            async with asyncio.timeout(REQUEST_SECONDS):
                answer = await self.client.request(method, path, headers=headers, timeout=None, **more)
            end = str(answer.status_code)
        except TimeoutError:
            raise AssertionError(f"{method} {path} had not ended after {REQUEST_SECONDS} s") from None
        except httpx.TransportError:
            return None
        else:
            return answer
        finally:
            self.longest = max(self.longest, (round(loop.time() - began, 1), f"{path.rpartition('/')[2]}: {end}"))


def _key(verb: str, title: str) -> str:
    return str(uuid5(NAMESPACE_URL, f"{verb} {title}"))
