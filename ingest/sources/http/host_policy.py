"""Rate limits and robots.txt of web hosts, shared by all processes through the table `web_host`."""

import asyncio
from datetime import timedelta
from urllib.parse import urlsplit

from sqlalchemy import func, select, update
from sqlalchemy.dialects.postgresql import insert

from hub.db import Database, table
from hub.times import now
from ingest.sources.http.robots import Robots
from ingest.sources.models import WebHost

HOST = table(WebHost)

MAX_WAIT_SECONDS = 30.0
"""Longest wait for a slot in seconds; a longer one is returned to the caller, who does other work meanwhile."""
LONGEST_BACK_OFF = timedelta(hours=24)


def site_of(url: str) -> str:
    """Scheme, host and port of a URL: the scope of robots.txt and of the rate limit."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2].lower()}"


async def acquire_slot(database: Database, site: str, pause: float) -> float:
    """Take the site's next slot, wait for it and return 0; or return the seconds until a slot when they are too many.

    Locks the row of the host for the reservation only, not while waiting.
    """
    if pause <= 0:
        return 0.0
    async with database.write() as session:
        await session.execute(insert(HOST).values(host=site).on_conflict_do_nothing())
        # The clock of the database, which processes of several machines share, and not `now()`, which stops in a
        # transaction.
        query = select(HOST.c.free_at, func.clock_timestamp()).where(HOST.c.host == site).with_for_update()
        free_at, clock = (await session.execute(query)).one()
        begins = max(free_at or clock, clock)
        wait: float = (begins - clock).total_seconds()
        if wait > MAX_WAIT_SECONDS:
            return wait
        await session.execute(update(HOST).where(HOST.c.host == site).values(free_at=begins + timedelta(seconds=pause)))
    await asyncio.sleep(wait)
    return 0.0


async def back_off(database: Database, site: str, seconds: float) -> None:
    """Block requests to a site for so many seconds, at most `LONGEST_BACK_OFF`."""
    until = now() + min(timedelta(seconds=seconds), LONGEST_BACK_OFF)
    statement = insert(HOST).values(host=site, free_at=until)
    async with database.write() as session:
        await session.execute(
            statement.on_conflict_do_update(
                index_elements=["host"], set_={"free_at": func.greatest(HOST.c.free_at, statement.excluded.free_at)}
            )
        )


async def load_robots(database: Database, site: str) -> Robots | None:
    """Load the site's robots.txt from the cache; None when it is missing or stale."""
    query = select(HOST.c.robots_status, HOST.c.robots, HOST.c.robots_at).where(HOST.c.host == site)
    async with database.read() as connection:
        row = (await connection.execute(query)).one_or_none()
    if row is None or row.robots_at is None:
        return None
    found = Robots(row.robots_status, row.robots or "", row.robots_at)
    return found if found.is_fresh(now()) else None


async def save_robots(database: Database, site: str, robots: Robots) -> None:
    """Save the site's robots.txt to the cache."""
    values = {"robots": robots.text, "robots_status": robots.status, "robots_at": robots.at}
    async with database.write() as session:
        await session.execute(
            insert(HOST).values(host=site, **values).on_conflict_do_update(index_elements=["host"], set_=values)
        )
