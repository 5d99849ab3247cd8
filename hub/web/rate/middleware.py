"""Rate-limit middleware: charges each request to a key or an address, and adds `RateLimit` headers to the answer."""

import time
from collections import OrderedDict
from contextlib import suppress
from hashlib import blake2b

from starlette.requests import HTTPConnection
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from hub.errors import RateLimited
from hub.problem_texts.templates import fill
from hub.web.client_ip import ClientIpResolver
from hub.web.operators import OPERATOR_PATHS, OperatorAccess
from hub.web.problems import problem_response
from hub.web.rate.limiter import Limiter
from hub.web.rate.quota import LocalBucket, Quota
from hub.web.raw_headers import find_header

EXEMPT_PATHS = ("/health/live", "/static/")
BYTES_PER_REQUEST = 65_536
"""An answer counts as one more request for each of these many bytes beyond the first."""
COST_PER_REQUEST = 1_000
"""A GraphQL query counts as one more request for each of these many points."""
UNCOUNTED_BYTES = ("/files/", "/api/v1/dumps/")
"""Files are sent from the disk, and a dump is the cheapest way to get everything: their bytes are not counted."""
SIGNED_PATHS = frozenset({"/api/v1/zalo/events"})
"""Paths whose routes verify a signature of the sender before they charge: a right one is charged to a quota of its own,
a wrong one to its address. Their bodies are small.
"""
POLICY_VIOLATION = 1008
"""Close code of a WebSocket that has reached its limit."""
MAX_CREDENTIALS = 10_000
"""Maximum number of credentials whose principal a process caches."""
_STARTS = ("http.response.start", "websocket.http.response.start")


class Charge:
    """The buckets that one request was charged to.

    A key counts for nothing until it has been checked, so that nobody spends another's quota with a forged one: the
    address is charged, and an attempt as well. `charge_principal` refunds both and charges the key; from then on the
    process knows the credentials by their hash and charges only the key.
    """

    __slots__ = (
        "_anonymous",
        "_attempt",
        "_attempt_final",
        "_rate_limit",
        "added",
        "address",
        "bucket",
        "credentials",
        "principal_id",
        "refused",
        "retry_after",
    )

    def __init__(self, rate_limit: "RateLimit", credentials: bytes | None, address: str):
        self._rate_limit = rate_limit
        self._attempt: LocalBucket | None = None
        self._attempt_final = False
        self._anonymous: LocalBucket | None = None
        self.credentials = credentials
        self.principal_id: str | None = rate_limit.cached_principal(credentials)
        self.bucket: LocalBucket | None = None
        self.retry_after: int | None = None
        self.address = address
        self.added = 0
        """Requests charged beyond the first: for the cost of a query and the bytes of its answer."""
        self.refused: RateLimited | None = None
        """Refusal by a layer further outside, which has charged the request already."""

    async def admit(self) -> None:
        """Charge the request before any of it is processed. Raises `RateLimited`."""
        address = self.address
        limiter = self._rate_limit.limiter
        if self.principal_id is not None:
            await self._consume(limiter.key, self.principal_id)
            return
        if self.credentials is not None:
            self._attempt = await self._consume(limiter.failures, address)
        try:
            self._anonymous = await self._consume(limiter.anonymous, address)
        except RateLimited:
            if self._attempt is None:
                raise
            # A flood from this address must not lock its editors out: the attempt pays, unless the key is valid.
            self._attempt_final, self.retry_after = True, None

    async def charge_principal(self, who: str) -> None:
        """Charge the request to its authenticated principal instead. Raises `RateLimited`."""
        if self.principal_id == who:
            return
        self.principal_id = who
        for bucket in (self._attempt, self._anonymous):
            if bucket is not None:
                bucket.refund()
        self._attempt = self._anonymous = self.bucket = None
        self._rate_limit.cache_principal(self.credentials, who)
        await self._consume(self._rate_limit.limiter.key, who)

    async def charge_more(self, requests: int) -> None:
        """Charge for a request as for so many more. Raises `RateLimited` when the limit is reached."""
        limiter = self._rate_limit.limiter
        quota = limiter.anonymous if self.principal_id is None else limiter.key
        self.added += max(0, requests)
        for _ in range(requests):
            await self._consume(quota, self.principal_id or self.address)

    async def charge_quota(self, quota: Quota) -> None:
        """Charge what the request asks for to a quota of its own, by address. Raises `RateLimited`."""
        await self._consume(quota, self.address)

    async def charge_sender(self, quota: Quota, who: str) -> None:
        """Charge a request whose signature is right to its sender, wherever it comes from. Raises `RateLimited`."""
        await self._consume(quota, who)

    def headers(self) -> list[tuple[bytes, bytes]]:
        """List the headers that tell the client what is left of its quota."""
        bucket = self.bucket
        if bucket is None:
            return []
        return [(b"ratelimit-policy", bucket.quota.policy), (b"ratelimit", bucket.header(time.monotonic()))]

    def record_failure(self) -> None:
        """Keep the attempt charged, because the credentials were refused."""
        self._attempt = None
        self._rate_limit.evict_principal(self.credentials)

    def refund_unused_attempt(self) -> None:
        """Refund an attempt whose credentials were never checked, because the route needs none."""
        if self._attempt is not None and not self._attempt_final:
            self._attempt.refund()
            self._attempt = None

    async def _consume(self, quota: Quota | None, who: str) -> LocalBucket | None:
        if quota is None:
            return None
        limiter = self._rate_limit.limiter
        bucket, allowed = limiter.spend(quota, who), True
        if bucket is None:
            bucket, allowed = await limiter.consume(quota, who)
        if allowed:
            if quota.name != "failures":
                self.bucket = bucket
            return bucket
        self.bucket = bucket
        self.retry_after = bucket.retry_after(time.monotonic())
        raise RateLimited(
            fill(
                "The limit is {burst} requests in {window} seconds ({name}).",
                burst=quota.burst,
                window=quota.window,
                name=quota.name,
            ),
            expected=fill("the next request in {retry_after} seconds, and a lower rate", retry_after=self.retry_after),
            retry_after=self.retry_after,
        )


class RateLimit:
    """ASGI middleware: 429 before any work is done, and `RateLimit` headers on every answer."""

    def __init__(self, app: ASGIApp, limiter: Limiter, client_ips: ClientIpResolver, operators: OperatorAccess):
        self.app = app
        self.operators = operators
        self.limiter = limiter
        self.client_ips = client_ips
        self._disabled = limiter.anonymous is limiter.key is limiter.failures is None
        self._principals: OrderedDict[bytes, str] = OrderedDict()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if (
            self._disabled
            or scope["type"] not in ("http", "websocket")
            or scope["path"].startswith(EXEMPT_PATHS)
            or (scope["path"] in OPERATOR_PATHS and self.operators.allows(scope))
        ):
            await self.app(scope, receive, send)
            return
        early: Charge | None = scope.get("hub.charge")
        if early is None:
            presented = find_header(scope, b"authorization")
            credentials = None if presented is None else blake2b(presented, digest_size=16).digest()
            charge = scope["hub.charge"] = Charge(self, credentials, self.client_ips.resolve(scope))
        else:
            charge = early
        counts_bytes = not scope["path"].startswith(UNCOUNTED_BYTES)
        sent = charged = 0

        async def send_with_rate_limit(message: Message) -> None:
            nonlocal sent, charged
            sent += len(message.get("body") or message.get("text") or message.get("bytes") or b"")
            if counts_bytes and (more := sent // BYTES_PER_REQUEST - charged) > 0:
                charged += more
                with suppress(RateLimited):  # what was answered is answered: the next request is refused
                    await charge.charge_more(more)
            if message["type"] in _STARTS and charge.bucket is not None:
                given = list(message.get("headers", ()))
                headers = [*given, *charge.headers()]
                if charge.retry_after is not None and all(name != b"retry-after" for name, _ in given):
                    headers.append((b"retry-after", b"%d" % charge.retry_after))
                message["headers"] = headers
            await send(message)

        async def receive_with_rate_limit() -> Message:
            message = await receive()
            if message["type"] == "websocket.receive":
                try:
                    await charge.charge_more(1)
                except RateLimited as refused:
                    await send({"type": "websocket.close", "code": POLICY_VIOLATION, "reason": refused.code})
                    return {"type": "websocket.disconnect", "code": POLICY_VIOLATION}
            return message

        is_signed = scope["path"] in SIGNED_PATHS and scope.get("method") == "POST"
        try:
            if charge.refused is not None:
                raise charge.refused
            if early is None and not is_signed:
                await charge.admit()
        except RateLimited as refused:
            await problem_response(refused)(scope, receive, send_with_rate_limit)
            return
        try:
            await self.app(scope, receive_with_rate_limit, send_with_rate_limit)
        finally:
            charge.refund_unused_attempt()

    async def charge_early(self, scope: Scope) -> Charge | None:
        """Charge a request without a key, before it gets to this layer, which then does not do it again.

        None if there are no limits. A refusal stands in the charge, and is answered by this layer.
        """
        if self._disabled:
            return None
        charge = scope["hub.charge"] = Charge(self, None, self.client_ips.resolve(scope))
        try:
            await charge.admit()
        except RateLimited as refused:
            charge.refused = refused
        return charge

    def cached_principal(self, credentials: bytes | None) -> str | None:
        """The id of the principal to whom these credentials belonged at their last check."""
        return None if credentials is None else self._principals.get(credentials)

    def cache_principal(self, credentials: bytes | None, who: str) -> None:
        if credentials is not None:
            self._principals[credentials] = who
            if len(self._principals) > MAX_CREDENTIALS:
                self._principals.popitem(last=False)

    def evict_principal(self, credentials: bytes | None) -> None:
        if credentials is not None:
            self._principals.pop(credentials, None)


def charge_of(connection: HTTPConnection) -> Charge | None:
    """The charge of a request; None for paths without a rate limit."""
    found: Charge | None = connection.scope.get("hub.charge")
    return found
