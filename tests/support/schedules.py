"""Schedules of editions for the tests of the scheduler, and what the log says of them."""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

import httpx

SOON = timedelta(hours=1)
SECOND = timedelta(seconds=1)
DATES = (("issued", "2026-02-03"), ("effective", "2027-08-09"), ("expiry", "2030-10-11"))

Schedule = Callable[..., Awaitable[str]]


async def changes(client: httpx.AsyncClient) -> list[dict[str, Any]]:
    items: list[dict[str, Any]] = (await client.get("/api/v1/changes", params={"limit": 1_000})).json()["items"]
    return items
