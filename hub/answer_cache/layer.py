"""The answer cache as a layer outside of all others but the arrival of requests and the path of a proxy.

A kept answer is what the whole stack of layers has answered before, so it is sent past all of them; only the charge for
the request, and what is left of its quota, are made anew.
"""

import asyncio
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from pydantic import ValidationError
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from hub.answer_cache import figures
from hub.answer_cache.classes import Address
from hub.answer_cache.dependence import SEARCH_LIFE, Dependence
from hub.answer_cache.entries import Entries, Entry
from hub.answer_cache.keyed_request import Key, KeyedRequest, read_keyed_request, with_body, without_condition
from hub.answer_cache.permission import find_permission
from hub.answer_cache.recorder import Recorder, is_unchanged, unchanged_headers
from hub.content.filter_expansion import expand_filters
from hub.domain.filters import Filters
from hub.errors import RateLimited, UnknownReference
from hub.ops.metrics import count_request
from hub.public_state.look import VersionLook
from hub.public_state.versions import PublicVersions, having_seen
from hub.settings import Settings
from hub.times import VIETNAM, midnight, now
from hub.web.access_log import note_route
from hub.web.answer_limit import LARGE_BYTES, AnswerLimit
from hub.web.byte_budget import ByteBudgets
from hub.web.client_ip import ClientIpResolver
from hub.web.graphql_refusals import GRAPHQL_PATH
from hub.web.public_host import PublicHost
from hub.web.rate.middleware import Charge, RateLimit

MAX_WAIT_SECONDS = 2.0
"""Seconds for which a request waits for another one that makes the same answer."""
_ENTRY = "hub.answer_cache.entry"


class AnswerCache:
    """ASGI middleware that answers from kept bytes, if a look at the versions finds that they still hold.

    If the look fails, the request goes past the cache.
    """

    def __init__(
        self,
        app: ASGIApp,
        settings: Settings,
        limits: RateLimit,
        hosts: PublicHost,
        budgets: ByteBudgets,
        client_ips: ClientIpResolver,
    ):
        self.app = app
        self.languages = settings.languages
        self.limits = limits
        self.hosts = hosts
        self.entries = Entries(settings.answer_cache_mb * 1_000_000, figures.EVICTIONS.inc)
        self.large = AnswerLimit(_send_entry, budgets.answers, client_ips)
        self._making: dict[Key, _Making] = {}
        """Answers that are being made: whoever asks the same meanwhile waits, so a crowd asks the routes once."""
        self._look: VersionLook | None = None
        self._horizon: _Horizon | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        question = None if scope["type"] != "http" else read_keyed_request(scope, self.languages)
        if question is None or not self.hosts.serves(scope):
            await self.app(scope, receive, send)
            return
        began = time.perf_counter()
        charge = await self.limits.charge_early(scope)
        if charge is not None and charge.refused is not None:
            await self.app(scope, receive, send)
            return
        if question.body_bytes:
            replay = _Replay(receive)
            body = await replay.read_body(question.body_bytes)
            receive = replay.receive
            if body is None or (whole := with_body(question, body)) is None:
                await self.app(scope, receive, send)
                return
            question = whole
        look = self._find_look(scope)
        try:
            seen = await look.read()
        except Exception:  # whatever is wrong, the routes answer, with an error if they have to
            figures.BLIND.inc()
            await self.app(scope, receive, send)
            return
        entry = self.entries.find(question.key)
        is_fresh = entry is not None and entry.is_fresh(seen, look.touches, look.ended_at)
        if not is_fresh and await self._is_made_elsewhere(question.key, seen):
            entry = self.entries.find(question.key)
            is_fresh = entry is not None and entry.is_fresh(seen, look.touches, now())
        if entry is not None and is_fresh:
            if await _charge_again(charge, entry, is_query=question.address.path == GRAPHQL_PATH):
                figures.HIT.inc()
                note_route(scope, entry.pattern)
                await self._answer(scope, receive, send, question, entry, charge)
                count_request(entry.pattern, "POST" if question.body_bytes else "GET", 200, time.perf_counter() - began)
            else:
                await self.app(scope, receive, send)
            return
        (figures.MISS if entry is None else figures.STALE).inc()
        if entry is not None:
            self.entries.drop(question.key)
        await self._make(scope, receive, send, question, seen, look)

    async def _is_made_elsewhere(self, key: Key, seen: PublicVersions) -> bool:
        """Wait for a request that makes the same answer from the same versions; True if there was one."""
        making = self._making.get(key)
        if making is None or making.seen != seen:
            return False
        with suppress(TimeoutError):
            await asyncio.wait_for(making.ended.wait(), MAX_WAIT_SECONDS)
        return True

    def _find_look(self, scope: Scope) -> VersionLook:
        """Return the look at the app's database; an app that was started again has another one."""
        look: VersionLook = scope["app"].state.hub.version_look
        if self._look is not look:
            self._look, self._horizon = look, None
            self.entries.clear()
        return look

    async def _answer(
        self, scope: Scope, receive: Receive, send: Send, question: KeyedRequest, entry: Entry, charge: Charge | None
    ) -> None:
        quota = [] if charge is None else charge.headers()
        if question.if_none_match is not None and is_unchanged(entry.etag, question.if_none_match):
            headers = [*unchanged_headers(entry.headers), *quota]
            await send({"type": "http.response.start", "status": 304, "headers": headers})
            await send({"type": "http.response.body", "body": b""})
            return
        start = {"type": "http.response.start", "status": 200, "headers": [*entry.headers, *quota]}
        if len(entry.body) > LARGE_BYTES and not question.is_head:
            await self.large({**scope, _ENTRY: (start, entry.body)}, receive, send)
            return
        await send(start)
        await send({"type": "http.response.body", "body": b"" if question.is_head else entry.body})

    async def _make(
        self,
        scope: Scope,
        receive: Receive,
        send: Send,
        question: KeyedRequest,
        seen: PublicVersions,
        look: VersionLook,
    ) -> None:
        """Let the routes answer, and keep it. Its versions are those from before: it is at least as new."""
        if question.is_head:
            with having_seen(seen):
                await self.app(scope, receive, send)
            return
        making = self._making[question.key] = _Making(seen)
        made_at = now()

        async def keep(recorder: Recorder) -> None:
            await self._keep(scope, question, recorder, seen, look, made_at)
            making.ended.set()

        if question.if_none_match is not None:
            scope = {**scope, "headers": without_condition(scope["headers"])}
        recorder = Recorder(send, self.entries.max_entry, question.if_none_match, keep)
        try:
            with having_seen(seen):
                await self.app(scope, receive, recorder.send)
        finally:
            making.ended.set()
            if self._making.get(question.key) is making:
                del self._making[question.key]

    async def _keep(
        self,
        scope: Scope,
        question: KeyedRequest,
        recorder: Recorder,
        seen: PublicVersions,
        look: VersionLook,
        made_at: datetime,
    ) -> None:
        """Keep an answer that is complete, and about to be sent."""
        dependence = _find_dependence(scope, question.address)
        if dependence is None:
            return
        if question.address.filters:
            dependence = replace(dependence, codes=await _expand(scope, question.address.filters))
        if dependence.is_search and seen.indexed < seen.seq:
            return  # the index could show more in a moment, and no version would tell
        try:
            until = await self._find_until(made_at, seen, look)
        except Exception:  # the answer is right, and goes out all the same
            return
        made: Charge | None = scope.get("hub.charge")
        if dependence.is_search:
            until = min(until, made_at + SEARCH_LIFE)
        entry = Entry(
            recorder.headers,
            recorder.body,
            pattern=_pattern(scope),
            charged=0 if made is None else made.added,
            dependence=dependence,
            versions=seen,
            made_at=made_at,
            until=until,
        )
        self.entries.put(question.key, entry)
        figures.BYTES.set(self.entries.bytes)
        figures.ENTRIES.set(len(self.entries))

    async def _find_until(self, made_at: datetime, seen: PublicVersions, look: VersionLook) -> datetime:
        """Return the next moment after `made_at` at which time alone changes an answer: a midnight, or a window."""
        horizon = self._horizon
        if horizon is None or not horizon.holds(made_at, seen):
            horizon = self._horizon = _Horizon(made_at, seen, await look.read_next_instant(made_at))
        day = midnight(made_at.astimezone(VIETNAM).date() + timedelta(days=1))
        return day if horizon.until is None else min(day, horizon.until)


def _pattern(scope: Scope) -> str:
    """Return the pattern of the route that has answered, as `RequestMetrics` names it."""
    return getattr(scope.get("route"), "path", "unknown")


def _find_dependence(scope: Scope, address: Address) -> Dependence | None:
    """Return what an answer depends on; None if it must not be kept.

    At the address of GraphQL the query decides. Elsewhere the route that has answered must be the one of the class.
    """
    if address.path == GRAPHQL_PATH:
        return find_permission(scope)
    return address.dependence if _pattern(scope) == address.route.path else None


async def _expand(scope: Scope, filters: Mapping[str, str]) -> dict[str, frozenset[str]]:
    """Return the codes that match each filter, as lists and feeds expand them; none if they refuse one."""
    try:
        found = await expand_filters(scope["app"].state.hub.database, Filters.model_validate(filters))
    except (UnknownReference, ValidationError):
        return {}
    codes = {"agency": found.agencies, "topic": found.topics, "place": found.places}
    return {name: each for name, each in codes.items() if each is not None}


class _Making:
    """An answer that a request makes, and the versions that it has seen before."""

    __slots__ = ("ended", "seen")

    def __init__(self, seen: PublicVersions):
        self.seen = seen
        self.ended = asyncio.Event()


class _Horizon:
    """The next moment at which a window opens or closes, as found after one moment for one version."""

    __slots__ = ("at", "seen", "until")

    def __init__(self, at: datetime, seen: PublicVersions, until: datetime | None):
        self.at = at
        self.seen = seen
        self.until = until

    def holds(self, moment: datetime, seen: PublicVersions) -> bool:
        """Return True if the same moment would be found after another one, for another version."""
        return self.seen == seen and self.at <= moment and (self.until is None or moment < self.until)


class _Replay:
    """Reads the messages of a short body, and gives them once more to whoever answers."""

    __slots__ = ("_messages", "_receive")

    def __init__(self, receive: Receive):
        self._messages: list[Message] = []
        self._receive = receive

    async def read_body(self, size: int) -> bytes | None:
        """Return the body; None if it has another size, or the client is gone."""
        body, more = b"", True
        while more and len(body) <= size:
            message = await self._receive()
            self._messages.append(message)
            if message["type"] != "http.request":
                return None
            body += message.get("body", b"")
            more = message.get("more_body", False)
        return body if not more and len(body) == size else None

    async def receive(self) -> Message:
        """Return the next message."""
        return self._messages.pop(0) if self._messages else await self._receive()


async def _charge_again(charge: Charge | None, entry: Entry, *, is_query: bool) -> bool:
    """Charge what the answer cost when it was made; False for a query that its client cannot pay any more.

    What bytes cost is charged with the answer, which is sent all the same.
    """
    if charge is None or not entry.charged:
        return True
    try:
        await charge.charge_more(entry.charged)
    except RateLimited:
        charge.retry_after = None
        return not is_query
    return True


async def _send_entry(scope: Scope, receive: Receive, send: Send) -> None:
    """Send a kept answer; an app of its own, so that large ones wait for room like all others."""
    found: tuple[Any, bytes] = scope[_ENTRY]
    await send(found[0])
    await send({"type": "http.response.body", "body": found[1]})
