"""Webhooks and WebSub for the tests: an editor's key, endpoints by REST, and the worker's parts in this process."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import httpx
from standardwebhooks import Webhook

from hub.content.commands import lock_documents, remove_document, withdraw
from hub.db import Database
from hub.jobs.dispatcher import Dispatcher
from hub.outgoing.client import OutgoingClient
from hub.settings import Settings
from hub.webhooks.fanout import WebhookFanOut
from hub.webhooks.message_views import MESSAGES
from hub.webhooks.payload import RESYNC_TYPE, TEST_TYPE
from hub.webhooks.sender import WebhookQueue
from hub.websub.follower import WebSubFollower
from hub.websub.queue import WebSubQueue, WebSubVerificationQueue
from tests.support import contents
from tests.support.receiver import Got, Receiver
from tests.support.servers import Publish

PATH = "/api/v1/manage/webhooks"

QUICK: dict[str, Any] = {"outgoing_private_hosts": ("127.0.0.1",), "webhook_retry_first": 0.02, "webhook_timeout": 5}
"""Settings under which receivers on this machine are reached, and tried again at once."""


def quick(settings: Settings, **changes: Any) -> Settings:
    return settings.model_copy(update={**QUICK, **changes})


Part = WebhookFanOut | WebSubFollower | Dispatcher


@asynccontextmanager
async def _running(settings: Settings, make: Callable[[Database, OutgoingClient], list[Part]]) -> AsyncIterator[None]:
    """Run parts of a worker on connections of their own."""
    database, outgoing, stop = Database(settings), OutgoingClient(settings), asyncio.Event()
    tasks = [asyncio.create_task(part.run(stop)) for part in make(database, outgoing)]
    try:
        yield
    finally:
        stop.set()
        await asyncio.gather(*tasks)
        await outgoing.close()
        await database.dispose()


def delivering(settings: Settings) -> AbstractAsyncContextManager[None]:
    """Run the parts of a worker that deliver webhooks."""
    return _running(
        settings,
        lambda database, outgoing: [
            WebhookFanOut(database, settings),
            Dispatcher(database, WebhookQueue(database, settings, outgoing), poll=0.05),
        ],
    )


def distributing(settings: Settings) -> AbstractAsyncContextManager[None]:
    """Run the parts of a worker that send feeds to subscribers."""
    return _running(
        settings,
        lambda database, outgoing: [
            WebSubFollower(database),
            Dispatcher(database, WebSubQueue(database, settings, outgoing), poll=0.05),
            Dispatcher(database, WebSubVerificationQueue(database, settings, outgoing), poll=0.05),
        ],
    )


@dataclass
class Manager:
    """Someone with a key who manages webhooks by REST."""

    client: httpx.AsyncClient
    key: str

    async def ask(self, method: str, path: str = "", body: Any = None, **params: Any) -> httpx.Response:
        sent: dict[str, Any] = {"headers": {"authorization": f"Bearer {self.key}"}}
        if body is not None:
            sent["json"] = body
        return await self.client.request(method, PATH + path, params=params or None, **sent)

    async def done(self, method: str, path: str = "", body: Any = None, **params: Any) -> Any:
        """A request that must work."""
        answer = await self.ask(method, path, body, **params)
        assert answer.status_code in (200, 201, 204), answer.text
        return answer.json() if answer.content else None

    async def make(self, to: Receiver | str, **members: Any) -> dict[str, Any]:
        url = to if isinstance(to, str) else to.url
        made: dict[str, Any] = await self.done("POST", "", {"url": url, **members})
        return made

    async def get(self, endpoint: dict[str, Any]) -> dict[str, Any]:
        found: dict[str, Any] = await self.done("GET", f"/{endpoint['id']}")
        return found

    async def messages(self, endpoint: dict[str, Any], **params: Any) -> list[dict[str, Any]]:
        """All of them, in order."""
        found = await self.done("GET", f"/{endpoint['id']}/messages", limit=100, **params)
        return list(reversed(found["items"]))

    async def receipts(self, endpoint: dict[str, Any], **params: Any) -> list[dict[str, Any]]:
        found = await self.done("GET", f"/{endpoint['id']}/receipts", limit=100, **params)
        return list(reversed(found["items"]))


def verified(got: Got, secret: str) -> dict[str, Any]:
    """The message, as the public package takes it; raises when the signature is wrong, or the contract is."""
    found: dict[str, Any] = Webhook(secret).verify(got.body, got.headers)
    check_message(found)
    return found


def check_message(message: dict[str, Any]) -> None:
    """Raise if a message is not as the contract describes it."""
    kind = message["type"].removeprefix("policyhub.")
    own = {TEST_TYPE: "test", RESYNC_TYPE: "resync"}
    name = own.get(kind) or ("subject" if "subject" in message["data"] else "document")
    standard, cloud = MESSAGES[name]
    (cloud if "specversion" in message else standard).model_validate(message)


def seqs(receiver: Receiver) -> list[int]:
    """The positions in the order of their arrival, repetitions included."""
    return [got.json()["data"]["seq"] for got in receiver.got]


def first_seqs(receiver: Receiver) -> list[int]:
    """The positions in the order in which each arrived first."""
    return list(dict.fromkeys(seqs(receiver)))


async def publish_bulletins(publish: Publish, number: int) -> list[UUID]:
    """Publish so many bulletins."""
    return [await publish("bulletin", contents.bulletin(title=f"Tin số {n}")) for n in range(number)]


async def withdraw_document(database: Database, document_id: UUID) -> None:
    """Withdraw a document."""
    async with database.write() as session:
        found = await lock_documents(session, [document_id])
        await withdraw(session, found[document_id], reason="Nhầm ngày.")


async def remove_for_good(database: Database, document_id: UUID) -> None:
    """Remove a document for good."""
    async with database.write() as session:
        await remove_document(session, (await lock_documents(session, [document_id]))[document_id])
