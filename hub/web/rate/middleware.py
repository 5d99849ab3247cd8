"""Every request is charged to a key or to an address, and every answer says what is left."""

import time
from collections import OrderedDict
from hashlib import blake2b

from starlette.requests import HTTPConnection
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from hub.errors import RateLimited
from hub.web.client_ip import Addresses
from hub.web.problems import problem
from hub.web.rate.limiter import Limiter
from hub.web.rate.quota import Purse, Quota

EXEMPT = ("/health/", "/static/")
KNOWN = 10_000
"""Credentials whose owner a process remembers."""


class Charge:
    """What one request was charged to.

    Who presents a key is a stranger until the key has been checked, so that nobody spends another's quota with a
    forged one: the address pays, and pays an attempt as well. `authenticated` gives both back and charges the key;
    from then on the process knows the credentials, by their hash, and charges the key alone.
    """

    __slots__ = ("_attempt", "_door", "_kept", "_stranger", "credentials", "known", "purse", "retry_after")

    def __init__(self, door: "RateLimit", credentials: bytes | None):
        self._door = door
        self._attempt: Purse | None = None
        self._kept = False
        self._stranger: Purse | None = None
        self.credentials = credentials
        self.known: str | None = door.known(credentials)
        self.purse: Purse | None = None
        self.retry_after: int | None = None

    async def admit(self, address: str) -> None:
        """Charge what is known before anything is read. Raises `RateLimited`."""
        limiter = self._door.limiter
        if self.known is not None:
            await self._take(limiter.key, self.known)
            return
        if self.credentials is not None:
            self._attempt = await self._take(limiter.failures, address)
        try:
            self._stranger = await self._take(limiter.anonymous, address)
        except RateLimited:
            if self._attempt is None:
                raise
            # Whoever floods from this address must not lock its editors out: the attempt pays, if it is none.
            self._kept, self.retry_after = True, None

    async def authenticated(self, who: str) -> None:
        """The request is this principal's. Raises `RateLimited` when its quota is spent."""
        if self.known == who:
            return
        self.known = who
        for purse in (self._attempt, self._stranger):
            if purse is not None:
                purse.back()
        self._attempt = self._stranger = self.purse = None
        self._door.remember(self.credentials, who)
        await self._take(self._door.limiter.key, who)

    def failed(self) -> None:
        """The credentials were refused: the attempt stays paid for."""
        self._attempt = None
        self._door.forget(self.credentials)

    def end(self) -> None:
        """Give an attempt back that nobody looked at: the route needs no key."""
        if self._attempt is not None and not self._kept:
            self._attempt.back()
            self._attempt = None

    async def _take(self, quota: Quota | None, who: str) -> Purse | None:
        if quota is None:
            return None
        purse, allowed = await self._door.limiter.take(quota, who)
        if allowed:
            if quota.name != "failures":
                self.purse = purse
            return purse
        self.purse = purse
        self.retry_after = purse.wait(time.monotonic())
        raise RateLimited(
            f"{quota.burst} requests in {quota.window} seconds are allowed ({quota.name}).",
            expected=f"the next request in {self.retry_after} seconds, and fewer of them",
            retry_after=self.retry_after,
        )


class RateLimit:
    """ASGI middleware: 429 before any work is done, and `RateLimit` on every answer."""

    def __init__(self, app: ASGIApp, limiter: Limiter, addresses: Addresses):
        self.app = app
        self.limiter = limiter
        self.addresses = addresses
        self._off = limiter.anonymous is limiter.key is limiter.failures is None
        self._known: OrderedDict[bytes, str] = OrderedDict()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if self._off or scope["type"] != "http" or scope["path"].startswith(EXEMPT) or scope["path"] == "/metrics":
            await self.app(scope, receive, send)
            return
        credentials = None
        for name, value in scope["headers"]:
            if name == b"authorization":
                credentials = blake2b(value, digest_size=16).digest()
                break
        charge = scope["hub.charge"] = Charge(self, credentials)

        async def told(message: Message) -> None:
            if message["type"] == "http.response.start" and charge.purse is not None:
                purse = charge.purse
                headers = [
                    *message.get("headers", ()),
                    (b"ratelimit-policy", purse.quota.policy.encode()),
                    (b"ratelimit", purse.said(time.monotonic()).encode()),
                ]
                if charge.retry_after is not None:
                    headers.append((b"retry-after", b"%d" % charge.retry_after))
                message["headers"] = headers
            await send(message)

        try:
            await charge.admit(self.addresses.of(scope))
        except RateLimited as refused:
            await problem(refused)(scope, receive, told)
            return
        try:
            await self.app(scope, receive, told)
        finally:
            charge.end()

    def known(self, credentials: bytes | None) -> str | None:
        """Whose credentials these were when they were checked last."""
        return None if credentials is None else self._known.get(credentials)

    def remember(self, credentials: bytes | None, who: str) -> None:
        if credentials is not None:
            self._known[credentials] = who
            if len(self._known) > KNOWN:
                self._known.popitem(last=False)

    def forget(self, credentials: bytes | None) -> None:
        if credentials is not None:
            self._known.pop(credentials, None)


def charge_of(connection: HTTPConnection) -> Charge | None:
    """What the request was charged to; None where requests are not limited."""
    found: Charge | None = connection.scope.get("hub.charge")
    return found
