"""Prometheus metrics: requests by route, and how the log and its followers stand."""

import time

from fastapi import APIRouter
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from hub.changes.reader import head_of
from hub.log.follow import lag, lag_seconds
from hub.search.index_check import last_check
from hub.state import Parts
from hub.webhooks.alerts import read_alarms

REGISTRY = CollectorRegistry()
REQUESTS = Counter("hub_requests_total", "Answered requests.", ["route", "method", "status"], registry=REGISTRY)
SECONDS = Histogram("hub_request_seconds", "Time to the end of an answer.", ["route"], registry=REGISTRY)
HEAD = Gauge("hub_log_head", "Position of the last entry of the publication log.", registry=REGISTRY)
LAG = Gauge("hub_follower_lag", "Entries a follower has still to work on.", ["follower"], registry=REGISTRY)
STREAMS = Gauge("hub_open_streams", "Streams, subscriptions and waiting requests that are open.", registry=REGISTRY)
LAG_SECONDS = Gauge(
    "hub_follower_lag_seconds", "Age of the oldest entry a follower has to work on.", ["follower"], registry=REGISTRY
)
CHECKED = Gauge("hub_search_index_checked_timestamp_seconds", "When the index was last compared.", registry=REGISTRY)
DIFFERENCES = Gauge(
    "hub_search_index_differences", "What the last comparison found and healed.", ["kind"], registry=REGISTRY
)
HEALED = Gauge("hub_search_index_healed", "Differences ever found and healed.", registry=REGISTRY)
PARKED = Gauge("hub_webhook_parked", "Webhook messages refused for good: somebody has to decide.", registry=REGISTRY)
DISABLED = Gauge("hub_webhook_disabled", "Webhook endpoints that the hub disabled.", registry=REGISTRY)
WAITING = Gauge("hub_webhook_waiting", "Webhook messages that wait at active endpoints.", registry=REGISTRY)
ALARMS = Gauge("hub_alarm", "What somebody has to look at.", ["alarm"], registry=REGISTRY)
ENGINE = Gauge("hub_search_engine", "Which engine answers searches now (1).", ["engine"], registry=REGISTRY)


class Measured:
    """ASGI middleware that counts and times requests by their route's pattern, never by their address."""

    def __init__(self, app: ASGIApp):
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        began, status = time.perf_counter(), 500

        async def noted(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await self.app(scope, receive, noted)
        finally:
            pattern = getattr(scope.get("route"), "path", "unknown")
            REQUESTS.labels(pattern, scope["method"], status).inc()
            SECONDS.labels(pattern).observe(time.perf_counter() - began)


routes = APIRouter()


@routes.get("/metrics", include_in_schema=False)
async def metrics(_: Request, parts: Parts) -> Response:
    """Prometheus text format."""
    async with parts.database.read() as connection:
        HEAD.set((await head_of(connection))[1])
        for follower, entries in (await lag(connection)).items():
            LAG.labels(follower).set(entries)
        for follower, seconds in (await lag_seconds(connection)).items():
            LAG_SECONDS.labels(follower).set(seconds)
        if (check := await last_check(connection)) is not None:
            CHECKED.set(check.checked_at.timestamp())
            HEALED.set(check.healed)
            for kind in ("missing", "stale", "extra"):
                DIFFERENCES.labels(kind).set(getattr(check, kind))
        webhooks = await read_alarms(connection)
        for alarms in parts.alarms:
            for alarm, number in (await alarms(connection)).items():
                ALARMS.labels(alarm).set(number)
    STREAMS.set(parts.live.open.total())
    PARKED.set(webhooks.parked)
    DISABLED.set(webhooks.disabled)
    WAITING.set(webhooks.waiting)
    ENGINE.clear()
    ENGINE.labels(await parts.search.engine()).set(1)
    return Response(generate_latest(REGISTRY), headers={"cache-control": "no-store"}, media_type=CONTENT_TYPE_LATEST)
