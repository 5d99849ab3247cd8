"""Consultations for the tests: windows in days from today, their rows, and their entries of the log."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import httpx
from sqlalchemy import select

from hub.consultation.records import CONSULTATION, MEMBER
from hub.db import Database
from hub.times import today


def window(opens: int, closes: int) -> dict[str, str]:
    """A window of a content, in days from today."""
    first, last = today() + timedelta(opens), today() + timedelta(closes)
    return {"opens_on": str(first), "closes_on": str(last), "contact": "Văn phòng Sở"}


async def consultation_of(database: Database, document: UUID | str) -> Any:
    """The row of a document's consultation; None if it has none."""
    query = select(CONSULTATION).join(MEMBER, MEMBER.c.consultation_id == CONSULTATION.c.id)
    async with database.read() as connection:
        return (await connection.execute(query.where(MEMBER.c.document_id == UUID(str(document))))).one_or_none()


async def entries(client: httpx.AsyncClient) -> list[tuple[str, str]]:
    """The event and the state in each entry about a consultation."""
    found = await changes(client)
    return [(entry["event"], entry["data"]["state"]) for entry in found]


async def changes(client: httpx.AsyncClient, *subjects: str) -> list[dict[str, Any]]:
    """The log, by default of consultations only."""
    asked: dict[str, Any] = {"subject": list(subjects) or ["consultation"], "limit": 1_000}
    found: list[dict[str, Any]] = (await client.get("/api/v1/changes", params=asked)).json()["items"]
    return found
