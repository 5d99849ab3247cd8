"""Health checks: liveness, and readiness with the state of everything the process depends on."""

import asyncio
from typing import Any

import orjson
import structlog
from fastapi import APIRouter
from pydantic import BaseModel, Field
from sqlalchemy import text
from starlette.requests import Request
from starlette.responses import Response

from hub.jobs.clock_check import MAX_DIFFERENCE_SECONDS, measure_difference
from hub.log.follow import lag
from hub.log.send_lease import read_hold
from hub.search.index_check import IndexCheck, read_last_check
from hub.state import AppState, Parts
from hub.web.operators import OperatorAccess
from hub.webhooks.alerts import read_webhook_alerts

log = structlog.get_logger()

routes = APIRouter(prefix="/health", tags=["Health"])

PATIENCE_SECONDS = 1.8
"""Seconds after which a database that has not answered is unavailable."""
_given_up: set[asyncio.Task[dict[str, Any]]] = set()
"""Reads that end in the background."""


STANDSTILLS = ("workers_missing", "workers_silent", "worker_loops_standing")
"""Alarms of a worker that does not work, although everything answers."""


class Ready(BaseModel):
    """State of the parts that the process depends on."""

    status: str = Field(
        description="`ready`, `degraded` (searching in Postgres, or a worker that stands still) or `unavailable` (no "
        "database)."
    )
    database: bool = Field(description="True if the database responds.")
    engine: str = Field(description="Engine that currently answers searches.", examples=["meilisearch"])
    followers: dict[str, int] = Field(description="Number of log entries that each follower has not processed yet.")
    search_check: IndexCheck | None = Field(
        description="Last nightly comparison of the search index with the public documents; null before the first."
    )
    sending_held: str | None = Field(
        None, description="Reason why webhooks and WebSub are not sent, and what to do; absent while they are sent."
    )
    alarms: dict[str, int] = Field(
        description="Conditions that need a person, with their counts: `sending_held`, `webhook_messages_parked`, "
        "`webhooks_disabled`, `webhooks_late`, `sources_dead` (failing, or silent for too long), "
        "`source_items_quarantined`, `workers_missing`, `workers_silent`, `worker_loops_standing`, "
        "`worker_loops_failing`, `follower_entries_parked`, `due_events_failing` (scheduled publications and "
        "events of dates), `clocks_breached` (terms that are over and not met), `clocks_failing` (breaches that could "
        "not be recorded), `bodies_overdue` (bodies that did not answer in their term and were not reminded), "
        "`mail_digests_late` (digests by mail that have been due for two hours), `mail_setup_wrong` (the channel "
        "`email` is on, and its settings are missing or wrong), `mail_paused_itself` (it paused, because the mail "
        "server refused one recipient after another), "
        "`comments_waiting` (comments that wait for a moderator for longer than `HUB_COMMENT_WAIT_HOURS`), "
        "`views_broken` (stored views and rows that some process could not render), `clock_differs` "
        "(seconds between this host and the database), `zalo_authorisation_missing`, `zalo_authorisation_ends` (days "
        "until the authorisation of Zalo ends), `zalo_events_silent` (hours without an event of Zalo), `keys_changed` "
        "(persons and keys created, widened or ended over the API: `hub key changes`). Empty if there is none.",
        examples=[{"webhook_messages_parked": 1}],
    )


@routes.get("/live", operation_id="health_live")
async def live() -> dict[str, str]:
    """The process responds."""
    return {"status": "live"}


@routes.get(
    "/ready",
    operation_id="health_ready",
    response_model=Ready,
    responses={503: {"model": Ready, "description": "The database does not respond."}},
)
async def ready(request: Request, parts: Parts) -> Response:
    """State of database, search engine and followers. Without a search engine the hub stays ready: Postgres answers.

    `followers`, `search_check` and `alarms` are for operators (see `HUB_METRICS_TOKEN`), and empty for others.
    """
    reading = asyncio.ensure_future(_read_database(parts))
    # Not awaited to its end: a connection to a server that hangs takes seconds to be given up.
    await asyncio.wait({reading}, timeout=PATIENCE_SECONDS)
    if not reading.done() or reading.exception() is not None:
        _give_up(reading)
        none = {"database": False, "engine": "none", "followers": {}, "search_check": None, "alarms": {}}
        return _health_response(503, {"status": "unavailable", **none})
    found = reading.result()
    engine = await parts.search.engine()
    wanted = "postgres" if parts.settings.meilisearch_url is None else "meilisearch"
    stands_still = any(name in found["alarms"] for name in STANDSTILLS)
    status = "ready" if engine == wanted and not stands_still else "degraded"
    if not OperatorAccess(parts.settings).allows(request.scope):
        found = {"followers": {}, "search_check": None, "alarms": {}}
    return _health_response(200, {"status": status, "database": True, "engine": engine, **found})


async def _read_database(parts: AppState) -> dict[str, Any]:
    """Read everything from the database, and try a connection that writes. Raises if it does not answer."""
    async with parts.database.read() as connection:
        followers = await lag(connection)
        check = await read_last_check(connection)
        webhooks = await read_webhook_alerts(connection)
        held = await read_hold(connection)
        others = [await alarms(connection) for alarms in parts.alert_readers]
    clock = abs(await measure_difference(parts.database))
    async with parts.database.write() as session:
        if (await session.execute(text("SHOW transaction_read_only"))).scalar_one() != "off":
            raise ConnectionError("the database takes no writes")
    alarms = {"webhook_messages_parked": webhooks.parked, "webhooks_disabled": webhooks.disabled}
    alarms["clock_differs"] = round(clock) if clock > MAX_DIFFERENCE_SECONDS else 0
    for each in others:
        alarms |= each
    return {
        "followers": followers,
        "search_check": check.model_dump() if check else None,
        "alarms": {name: count for name, count in alarms.items() if count},
    } | ({"sending_held": held} if held else {})


def _give_up(reading: asyncio.Task[dict[str, Any]]) -> None:
    if reading.done():
        log.warning("database_unreachable", problem=repr(reading.exception())[:300])
        return
    log.warning("database_unreachable", problem=f"no answer in {PATIENCE_SECONDS} s")
    _given_up.add(reading)
    reading.add_done_callback(_given_up.discard)
    reading.cancel()


def _health_response(status: int, value: dict[str, Any]) -> Response:
    return Response(orjson.dumps(value), status, {"cache-control": "no-store"}, "application/json")
