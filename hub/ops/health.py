"""Health checks: liveness, and readiness with the state of everything the process depends on."""

import asyncio
from collections.abc import Coroutine
from typing import Any, TypeVar

import orjson
import structlog
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
from hub.web.router import HubRouter
from hub.webhooks.alerts import read_webhook_alerts

log = structlog.get_logger()

_T = TypeVar("_T")

routes = HubRouter(prefix="/health", tags=["Health"])

PATIENCE_SECONDS = 1.8
"""Seconds after which a database that has not answered is unavailable."""
DETAILS_SECONDS = 5.0
"""Seconds after which a database that answers is too slow to tell its details."""
_UNREAD: dict[str, Any] = {"followers": {}, "search_check": None, "alarms": {"alarms_unread": 1}}
"""Details of a database that answers, but too slowly to tell them."""
_given_up: set[asyncio.Task[Any]] = set()
"""Reads that end in the background."""


STANDSTILLS = ("workers_missing", "workers_silent", "worker_loops_standing")
"""Alarms of a worker that does not work, although everything answers."""


class Ready(BaseModel):
    """State of the parts that the process depends on."""

    status: str = Field(
        description="`ready`, `degraded` (searching in Postgres, a worker that stands still, or a database too slow to "
        "tell) or `unavailable` (no database)."
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
        "until the authorisation of Zalo ends), `zalo_events_silent` (hours without an event of Zalo), "
        "`security_txt_ends` (days until `security.txt` ends, within its last 30), `keys_changed` (persons and keys "
        "created, widened or ended over the API: `hub key changes`), `alarms_unread` (the database was too slow to "
        "tell the others). Empty if there is none.",
        examples=[{"webhook_messages_parked": 1}],
    )


@routes.get("/live", operation_id="health_live", response_description="The process responds.")
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
    if await _ask(_try_database(parts), PATIENCE_SECONDS, "database_unreachable") is None:
        none = {"database": False, "engine": "none", "followers": {}, "search_check": None, "alarms": {}}
        return _health_response(503, {"status": "unavailable", **none})
    # A slow database is no reason to take this instance away from its readers; what it would tell comes later.
    found = await _ask(_read_details(parts), DETAILS_SECONDS, "alarms_unread") or _UNREAD
    engine = await parts.search.engine()
    wanted = "postgres" if parts.settings.meilisearch_url is None else "meilisearch"
    stands_still = any(name in found["alarms"] for name in (*STANDSTILLS, *_UNREAD["alarms"]))
    status = "ready" if engine == wanted and not stands_still else "degraded"
    if not OperatorAccess(parts.settings).allows(request.scope):
        found = {"followers": {}, "search_check": None, "alarms": {}}
    return _health_response(200, {"status": status, "database": True, "engine": engine, **found})


async def _try_database(parts: AppState) -> bool:
    """Try a connection that reads and one that writes; True, or an error if the database does not answer."""
    async with parts.database.read() as connection:
        await connection.execute(text("SELECT 1"))
    async with parts.database.write() as session:
        if (await session.execute(text("SHOW transaction_read_only"))).scalar_one() != "off":
            raise ConnectionError("the database takes no writes")
    return True


async def _read_details(parts: AppState) -> dict[str, Any]:
    """Read followers, the last check and all alarms: some thirty statements."""
    async with parts.database.read() as connection:
        followers = await lag(connection)
        check = await read_last_check(connection)
        webhooks = await read_webhook_alerts(connection)
        held = await read_hold(connection)
        others = [await alarms(connection) for alarms in parts.alert_readers]
    clock = abs(await measure_difference(parts.database))
    alarms = {"webhook_messages_parked": webhooks.parked, "webhooks_disabled": webhooks.disabled}
    alarms["clock_differs"] = round(clock) if clock > MAX_DIFFERENCE_SECONDS else 0
    for each in others:
        alarms |= each
    return {
        "followers": followers,
        "search_check": check.model_dump() if check else None,
        "alarms": {name: count for name, count in alarms.items() if count},
    } | ({"sending_held": held} if held else {})


async def _ask(question: Coroutine[Any, Any, _T], seconds: float, event: str) -> _T | None:
    """Ask the database; None if there is no answer in these seconds, which the log tells as an event.

    A question is not awaited to its end: a connection to a server that hangs takes seconds to be given up.
    """
    asking = asyncio.ensure_future(question)
    await asyncio.wait({asking}, timeout=seconds)
    if asking.done() and asking.exception() is None:
        return asking.result()
    if asking.done():
        log.warning(event, problem=repr(asking.exception())[:300])
    else:
        log.warning(event, problem=f"no answer in {seconds} s")
        _given_up.add(asking)
        asking.add_done_callback(_given_up.discard)
        asking.cancel()
    return None


def _health_response(status: int, value: dict[str, Any]) -> Response:
    return Response(orjson.dumps(value), status, {"cache-control": "no-store"}, "application/json")
