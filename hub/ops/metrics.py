"""Prometheus metrics: requests by route, and the state of the log, its followers, search, webhooks and channels."""

import time
from functools import lru_cache

from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from hub.changes.reader import read_log_head
from hub.channels.alerts import read_channel_figures
from hub.content.stored_views import BROKEN_VIEWS
from hub.errors import Forbidden
from hub.heartbeats.queries import read_worker_health
from hub.log.follow import lag, lag_seconds
from hub.search.index_check import read_last_check
from hub.state import Parts
from hub.web.access_log import note_route
from hub.web.operators import OperatorAccess
from hub.web.router import HubRouter
from hub.webhooks.alerts import read_delivery_delays, read_webhook_alerts
from hub.websub.alerts import read_websub_delays

REGISTRY = CollectorRegistry()
REQUESTS = Counter(
    "hub_requests_total",
    "Requests answered, by route, method and status.",
    ["route", "method", "status"],
    registry=REGISTRY,
)
SECONDS = Histogram(
    "hub_request_seconds", "Seconds from the request to the end of the answer.", ["route"], registry=REGISTRY
)
LOG_HEAD = Gauge("hub_log_head", "Position of the last entry in the publication log.", registry=REGISTRY)
LAG = Gauge("hub_follower_lag", "Log entries that a follower has not processed yet.", ["follower"], registry=REGISTRY)
STREAMS = Gauge("hub_open_streams", "Open streams, subscriptions and long polls.", registry=REGISTRY)
LAG_SECONDS = Gauge(
    "hub_follower_lag_seconds",
    "Age in seconds of the oldest log entry that a follower has not processed.",
    ["follower"],
    registry=REGISTRY,
)
INDEX_CHECKED_AT = Gauge(
    "hub_search_index_checked_timestamp_seconds",
    "Unix time of the last comparison of the search index.",
    registry=REGISTRY,
)
INDEX_DIFFERENCES = Gauge(
    "hub_search_index_differences",
    "Differences found and repaired by the last comparison of the search index.",
    ["kind"],
    registry=REGISTRY,
)
INDEX_HEALED = Gauge(
    "hub_search_index_healed", "Differences ever found and repaired in the search index.", registry=REGISTRY
)
WEBHOOKS_PARKED = Gauge(
    "hub_webhook_parked", "Webhook messages that failed permanently and need a decision.", registry=REGISTRY
)
WEBHOOKS_DISABLED = Gauge("hub_webhook_disabled", "Webhook endpoints that the hub has disabled.", registry=REGISTRY)
WEBHOOKS_WAITING = Gauge(
    "hub_webhook_waiting", "Webhook messages waiting to be sent to active endpoints.", registry=REGISTRY
)
LOOP_AGE = Gauge(
    "hub_loop_age_seconds", "Seconds since the last round of a loop of the worker.", ["loop"], registry=REGISTRY
)
LOOP_FAILURES = Gauge(
    "hub_loop_failures", "Failed rounds in a row of a loop of the worker.", ["loop"], registry=REGISTRY
)
WEBHOOK_DELAY = Gauge(
    "hub_webhook_oldest_waiting_seconds", "Age in seconds of the oldest webhook message that waits.", registry=REGISTRY
)
WEBSUB_WAITING = Gauge(
    "hub_websub_waiting", "WebSub subscribers that have not received changes of their feed.", registry=REGISTRY
)
WEBSUB_DELAY = Gauge(
    "hub_websub_oldest_waiting_seconds",
    "Seconds for which a WebSub subscriber waits longest for changes.",
    registry=REGISTRY,
)
CHANNEL_ITEMS = Gauge(
    "hub_channel_items", "Open items of channels, by channel and state.", ["channel", "state"], registry=REGISTRY
)
CHANNEL_AGE = Gauge(
    "hub_channel_oldest_seconds",
    "Seconds since the publication of the oldest open item, by channel and state.",
    ["channel", "state"],
    registry=REGISTRY,
)
ALERTS = Gauge("hub_alarm", "Conditions that need a person, by name.", ["alarm"], registry=REGISTRY)
REGISTRY.register(BROKEN_VIEWS)
ENGINE = Gauge("hub_search_engine", "1 for the engine that currently answers searches.", ["engine"], registry=REGISTRY)


class RequestMetrics:
    """ASGI middleware that counts and times requests by the pattern of their route, never by their path."""

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
            count_request(pattern, scope["method"], status, time.perf_counter() - began)
            note_route(scope, pattern)


def count_request(pattern: str, method: str, status: int, seconds: float) -> None:
    """Count a request by the pattern of its route, and the seconds that it took."""
    requests, durations = _series(pattern, method, status)
    requests.inc()
    durations.observe(seconds)


@lru_cache(maxsize=4_096)
def _series(pattern: str, method: str, status: int) -> tuple[Counter, Histogram]:
    """The series of a request: to find them by their labels takes longer than to count."""
    return REQUESTS.labels(pattern, method, status), SECONDS.labels(pattern)


routes = HubRouter()


@routes.get("/metrics", include_in_schema=False)
async def metrics(request: Request, parts: Parts) -> Response:
    """Metrics in the Prometheus text format, for operators."""
    if not OperatorAccess(parts.settings).allows(request.scope):
        raise Forbidden("Metrics are for operators.", expected="the token of HUB_METRICS_TOKEN, or a private network")
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
        worker = await read_worker_health(connection)
        WEBHOOK_DELAY.set((await read_delivery_delays(connection)).webhooks)
        webhooks = await read_webhook_alerts(connection)
        websub = await read_websub_delays(connection)
        channels = await read_channel_figures(connection)
        for alarms in parts.alert_readers:
            for alarm, number in (await alarms(connection)).items():
                ALERTS.labels(alarm).set(number)
    STREAMS.set(parts.log_tail.open_streams.total())
    LOOP_AGE.clear()
    LOOP_FAILURES.clear()
    for loop, age in worker.ages().items():
        LOOP_AGE.labels(loop).set(age)
    for each in worker.loops:
        LOOP_FAILURES.labels(each.loop).inc(each.failures)
    WEBHOOKS_PARKED.set(webhooks.parked)
    WEBHOOKS_DISABLED.set(webhooks.disabled)
    WEBHOOKS_WAITING.set(webhooks.waiting)
    WEBSUB_WAITING.set(websub.waiting)
    WEBSUB_DELAY.set(websub.oldest_seconds)
    CHANNEL_ITEMS.clear()
    CHANNEL_AGE.clear()
    for figure in channels:
        CHANNEL_ITEMS.labels(figure.channel, figure.state).set(figure.items)
        CHANNEL_AGE.labels(figure.channel, figure.state).set(figure.oldest_seconds)
    ENGINE.clear()
    ENGINE.labels(await parts.search.engine()).set(1)
    return Response(generate_latest(REGISTRY), headers={"cache-control": "no-store"}, media_type=CONTENT_TYPE_LATEST)
