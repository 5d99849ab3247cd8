"""A WebSub subscriber written from the specification (https://www.w3.org/TR/websub/)."""

import asyncio
import hmac
import re
from dataclasses import dataclass, field
from hashlib import sha256
from urllib.parse import parse_qs, urlsplit

import httpx
from sqlalchemy import text

from hub.db import Database
from tests.support.receiver import Got, Receiver, Says
from tests.support.waiting import eventually

SECRET = "bí mật của người nhận"


def linked(header: str) -> dict[str, str]:
    """Return the URLs of `self` and `hub` in a Link header."""
    return {rel: url for url, rel in re.findall(r'<([^>]*)>; rel="(self|hub)"', header)}


@dataclass
class Subscriber:
    """Subscriber that discovers topic and hub, subscribes, confirms requests, and checks content (sections 4 to 7)."""

    client: httpx.AsyncClient
    at: Receiver
    secret: str | None = SECRET
    wants: set[tuple[str, str]] = field(default_factory=set)
    confirmed: list[dict[str, str]] = field(default_factory=list)
    denied: list[dict[str, str]] = field(default_factory=list)
    content: list[bytes] = field(default_factory=list)
    refuses: int = 0
    """Number of content requests that it answers with 500."""
    topic: str = ""

    @property
    def callback(self) -> str:
        return f"http://127.0.0.1:{self.at.port}/callback?me=1%2F2"

    async def discover(self, path: str) -> tuple[str, str]:
        """Discover topic and hub of a feed from its Link headers: one `self`, at least one `hub`."""
        answer = await self.client.get(path)
        links = linked(", ".join(answer.headers.get_list("link")))
        self.topic = links["self"]
        return links["self"], links["hub"]

    async def ask(self, path: str, mode: str = "subscribe", **more: str) -> httpx.Response:
        topic, hub = await self.discover(path)
        self.wants.add((mode, topic))
        form = {"hub.mode": mode, "hub.topic": topic, "hub.callback": self.callback, **more}
        if self.secret is not None and mode == "subscribe":
            form["hub.secret"] = self.secret
        return await self.client.post(hub, data=form)

    def behave(self, got: Got) -> Says:
        query = {name: values[0] for name, values in parse_qs(urlsplit(got.target).query, strict_parsing=True).items()}
        assert query.pop("me") == "1/2", "the callback keeps its own parameters"
        if got.method == "POST":
            return self._content(got)
        if query["hub.mode"] == "denied":
            self.denied.append(query)
            return Says(200)
        if (query["hub.mode"], query["hub.topic"]) not in self.wants:
            return Says(404)
        self.confirmed.append(query)
        return Says(200, query["hub.challenge"].encode())

    def _content(self, got: Got) -> Says:
        if self.refuses > 0:
            self.refuses -= 1
            return Says(500)
        links = linked(got.headers["link"])
        assert links["self"] == self.topic
        assert links["hub"].endswith("/websub")
        if self.secret is not None:
            method, _, given = got.headers["x-hub-signature"].partition("=")
            assert method == "sha256"
            assert hmac.compare_digest(given, hmac.new(self.secret.encode(), got.body, sha256).hexdigest())
        else:
            assert "x-hub-signature" not in got.headers
        self.content.append(got.body)
        return Says(202)

    async def got(self, number: int) -> None:
        await eventually(lambda: asyncio.sleep(0, len(self.content) >= number))

    async def confirms(self, number: int = 1) -> None:
        await eventually(lambda: asyncio.sleep(0, len(self.confirmed) >= number))


async def subscriptions(database: Database) -> int:
    async with database.read() as connection:
        found: int = (await connection.execute(text("SELECT count(*) FROM websub_subscription"))).scalar_one()
        return found


async def subscribed(subscriber: Subscriber, database: Database, path: str, **more: str) -> None:
    answer = await subscriber.ask(path, **more)
    assert (answer.status_code, answer.content) == (202, b""), answer.text

    async def there() -> bool:
        return await subscriptions(database) > 0

    await eventually(there)


async def all_decided(database: Database) -> None:
    """Wait until no request waits for its verification: each was confirmed, denied or given up."""

    async def decided() -> bool:
        async with database.read() as connection:
            return (await connection.execute(text("SELECT count(*) FROM websub_intent"))).scalar_one() == 0

    await eventually(decided)
