"""Prometheus metrics: requests by route, and how the log and its followers stand."""

import time

from fastapi import APIRouter
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from hub.changes.reader import read_log_head
from hub.log.follow import lag, lag_seconds
from hub.search.index_check import read_last_check
from hub.state import Parts
from hub.webhooks.alerts import read_webhook_alerts

REGISTRY = CollectorRegistry()
REQUESTS = Counter("hub_requests_total", "Answered requests.", ["route", "method", "status"], registry=REGISTRY)
SECONDS = Histogram("hub_request_seconds", "Time to the end of an answer.", ["route"], registry=REGISTRY)
LOG_HEAD = Gauge("hub_log_head", "Position of the last entry of the publication log.", registry=REGISTRY)
LAG = Gauge("hub_follower_lag", "Entries a follower has still to work on.", ["follower"], registry=REGISTRY)
STREAMS = Gauge("hub_open_streams", "Streams, subscriptions and waiting requests that are open.", registry=REGISTRY)
LAG_SECONDS = Gauge(
    "hub_follower_lag_seconds", "Age of the oldest entry a follower has to work on.", ["follower"], registry=REGISTRY
)
INDEX_CHECKED_AT = Gauge(
    "hub_search_index_checked_timestamp_seconds", "When the index was last compared.", registry=REGISTRY
)
INDEX_DIFFERENCES = Gauge(
    "hub_search_index_differences", "What the last comparison found and healed.", ["kind"], registry=REGISTRY
)
INDEX_HEALED = Gauge("hub_search_index_healed", "Differences ever found and healed.", registry=REGISTRY)
WEBHOOKS_PARKED = Gauge(
    "hub_webhook_parked", "Webhook messages refused for good: somebody has to decide.", registry=REGISTRY
)
WEBHOOKS_DISABLED = Gauge("hub_webhook_disabled", "Webhook endpoints that the hub disabled.", registry=REGISTRY)
WEBHOOKS_WAITING = Gauge("hub_webhook_waiting", "Webhook messages that wait at active endpoints.", registry=REGISTRY)
ALERTS = Gauge("hub_alarm", "What somebody has to look at.", ["alarm"], registry=REGISTRY)
ENGINE = Gauge("hub_search_engine", "Which engine answers searches now (1).", ["engine"], registry=REGISTRY)


class RequestMetrics:
    """ASGI middleware that counts and times requests by their route's pattern, never by their address."""

    def __init__(self, app: ASGIApp):
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        began, status = time.perf_counter(), 500

        async def send_noting_status(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await self.app(scope, receive, send_noting_status)
        finally:
            pattern = getattr(scope.get("route"), "path", "unknown")
            REQUESTS.labels(pattern, scope["method"], status).inc()
            SECONDS.labels(pattern).observe(time.perf_counter() - began)


routes = APIRouter()


@routes.get("/metrics", include_in_schema=False)
async def metrics(_: Request, parts: Parts) -> Response:
    """Prometheus text format."""
    async with parts.database.read() as connection:
        LOG_HEAD.set((await read_log_head(connection))[1])
        for follower, entries in (await lag(connection)).items():
            LAG.labels(follower).set(entries)
        for follower, seconds in (await lag_seconds(connection)).items():
            LAG_SECONDS.labels(follower).set(seconds)
        if (check := await read_last_check(connection)) is not None:
            INDEX_CHECKED_AT.set(check.checked_at.timestamp())
            INDEX_HEALED.set(check.healed)
            for kind in ("missing", "stale", "extra"):
                INDEX_DIFFERENCES.labels(kind).set(getattr(check, kind))
        webhooks = await read_webhook_alerts(connection)
        for alarms in parts.alert_readers:
            for alarm, number in (await alarms(connection)).items():
                ALERTS.labels(alarm).set(number)
    STREAMS.set(parts.log_tail.open_streams.total())
    WEBHOOKS_PARKED.set(webhooks.parked)
    WEBHOOKS_DISABLED.set(webhooks.disabled)
    WEBHOOKS_WAITING.set(webhooks.waiting)
    ENGINE.clear()
    ENGINE.labels(await parts.search.engine()).set(1)
    return Response(generate_latest(REGISTRY), headers={"cache-control": "no-store"}, media_type=CONTENT_TYPE_LATEST)
