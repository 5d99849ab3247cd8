"""Requests of subscribers: parsing, validation, and storing them for verification."""

from dataclasses import dataclass
from hashlib import sha256
from typing import Any
from urllib.parse import parse_qs, urlsplit

from sqlalchemy import func, select, text, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from hub.auth.encryption import SecretCipher
from hub.db import table
from hub.errors import HubError, InvalidInput, UnknownReference
from hub.feeds.params import parse_feed_url
from hub.locks.registry import LockClass, lock_until_commit
from hub.log.models import LogHead
from hub.outgoing.client import check_url
from hub.problem_texts.templates import fill
from hub.registry.hierarchy import read_registry_from
from hub.settings import Settings
from hub.times import now
from hub.websub.limits import check_unverified, registrable_domain
from hub.websub.rows import INTENT, SUBSCRIPTION

CHANNEL = "hub_websub"
"""NOTIFY channel that wakes the sender."""
VERIFICATION_CHANNEL = "hub_websub_verification"
"""NOTIFY channel that wakes the verification of requests."""
MIN_LEASE, DEFAULT_LEASE, MAX_LEASE = 300, 864_000, 2_592_000
MAX_SECRET_BYTES = 199

_FIELDS = ("hub.mode", "hub.topic", "hub.callback", "hub.lease_seconds", "hub.secret")


@dataclass(frozen=True)
class SubscriptionRequest:
    """A well-formed request."""

    mode: str
    callback: str
    topic: str
    lease_seconds: int
    secret: str | None

    @property
    def key(self) -> str:
        """Primary key of the subscription: SHA-256 of callback and topic."""
        return sha256(f"{self.callback}\n{self.topic}".encode()).hexdigest()


def parse_request(body: bytes, settings: Settings) -> SubscriptionRequest:
    """Parse a form body. Raises `InvalidInput`. Unknown parameters are ignored, as the specification requires."""
    try:
        found = parse_qs(body.decode("ascii"), keep_blank_values=True, max_num_fields=50, errors="strict")
    except ValueError as problem:
        raise InvalidInput("The body is not a form.", field="body", expected="a URL-encoded form in UTF-8") from problem
    if repeated := [name for name in _FIELDS if len(found.get(name, ())) > 1]:
        raise InvalidInput(
            fill("`{name}` occurs twice.", name=repeated[0]), field=repeated[0], expected="every parameter once"
        )
    given = {name: values[0] for name, values in found.items()}
    mode, topic, callback = (given.get(name, "") for name in ("hub.mode", "hub.topic", "hub.callback"))
    if mode not in ("subscribe", "unsubscribe"):
        raise InvalidInput("The mode is not valid.", field="hub.mode", expected="subscribe or unsubscribe")
    if not topic or len(topic) > 2_000 or not topic.isprintable():
        raise InvalidInput(
            "The topic is missing or not valid.", field="hub.topic", expected="the `self` URL of a feed of this hub"
        )
    check_url(callback, settings, field="hub.callback", https=False)
    secret = given.get("hub.secret") or None
    if secret is not None and len(secret.encode()) > MAX_SECRET_BYTES:
        raise InvalidInput("The secret is too long.", field="hub.secret", expected="less than 200 bytes")
    return SubscriptionRequest(mode, callback, topic, _parse_lease(given.get("hub.lease_seconds")), secret)


def _parse_lease(given: str | None) -> int:
    if not given:
        return DEFAULT_LEASE
    if not given.isascii() or not given.isdecimal() or len(given) > 12 or int(given) == 0:
        raise InvalidInput("The lease is not a number.", field="hub.lease_seconds", expected="seconds, from 1")
    return min(max(int(given), MIN_LEASE), MAX_LEASE)


def denial_reason(request: SubscriptionRequest, settings: Settings, base: str) -> str | None:
    """Return the reason why this hub does not distribute a topic; None if it does."""
    try:
        found, feed = parse_feed_url(request.topic, settings.languages)
    except HubError as problem:
        return problem.detail
    if found != base:
        return f"This hub distributes the feeds of {base}."
    return "Only the first page of a feed can be a topic." if feed.cursor is not None else None


async def _find_unknown_code(session: AsyncSession, request: SubscriptionRequest, settings: Settings) -> str | None:
    """Return the problem of a feed whose filters name a code that the registry does not have."""
    filters = parse_feed_url(request.topic, settings.languages)[1].filters
    registry = await read_registry_from(session)
    try:
        registry.check_codes(agency=[filters.agency], topic=[filters.topic], place=[filters.place])
    except UnknownReference as problem:
        return problem.detail
    return None


async def save_request(
    session: AsyncSession, request: SubscriptionRequest, settings: Settings, base: str, client: str
) -> None:
    """Store a request of a client for verification and wake the verifier. Raises `RateLimited` if too many wait."""
    host = urlsplit(request.callback).hostname or ""
    # Serializes the counting. One lock for all: a lock by host would have a key that strangers choose.
    await lock_until_commit(session, LockClass.websub_requests)
    domain = registrable_domain(host)
    await check_unverified(session, key=request.key, client=client, domain=domain)
    reason = None
    if request.mode == "subscribe":
        reason = denial_reason(request, settings, base) or await _find_unknown_code(session, request, settings)
    if reason is None and request.mode == "subscribe":
        active = select(func.count()).where(
            SUBSCRIPTION.c.domain == domain, SUBSCRIPTION.c.key != request.key, SUBSCRIPTION.c.expires_at > now()
        )
        if (await session.execute(active)).scalar_one() >= settings.websub_per_host:
            reason = f"{domain} already has {settings.websub_per_host} subscriptions."
    row: dict[str, Any] = {
        "key": request.key,
        "mode": request.mode,
        "callback": request.callback,
        "host": host,
        "domain": domain,
        "client": client,
        "topic": request.topic,
        "lease_seconds": request.lease_seconds,
        "secret": SecretCipher(settings).encrypt(request.secret) if request.secret else None,
        "denied": reason,
        "attempts": 0,
        "asked_at": now(),
        "next_at": now(),
    }
    await session.execute(insert(INTENT).values(**row).on_conflict_do_update(index_elements=["key"], set_=row))
    await session.execute(text("SELECT pg_notify(:channel, '')"), {"channel": VERIFICATION_CHANNEL})


async def requeue_subscriptions(session: AsyncSession) -> int:
    """Queue the current feed for every subscriber, whatever it has, after a restore; return their number."""
    head = (await session.execute(select(table(LogHead).c.seq))).scalar_one()
    values = {"wanted_seq": head, "sent_seq": -1, "sent_etag": "", "next_at": now(), "waiting_since": now()}
    queued = await session.execute(update(SUBSCRIPTION).values(**values).returning(SUBSCRIPTION.c.key))
    await session.execute(text("SELECT pg_notify(:channel, '')"), {"channel": CHANNEL})
    return len(queued.all())
