"""An editor's requests about consultations, and the stages to which tests bring one."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import httpx
from sqlalchemy import update

from hub.consultation.clock import CLOSING_DELAY, turn_due
from hub.consultation.records import CONSULTATION
from hub.content.publishing import VIEW
from hub.db import Database
from hub.times import now

BODIES: Mapping[str, dict[str, Any]] = {
    "extend": {"closes_on": "2031-01-31"},
    "answer": {},
    "adopt": {"policy": str(uuid4())},
    "drop": {"reason": "Không còn cần ban hành."},
    "link": {"document": str(uuid4())},
}


@dataclass
class Desk:
    """An editor's requests about consultations."""

    client: httpx.AsyncClient
    key: str

    async def read(self, id_: UUID) -> dict[str, Any]:
        answer = await self.client.get(f"/api/v1/manage/consultations/{id_}", headers=self.headers)
        assert answer.status_code == 200, answer.text
        found: dict[str, Any] = answer.json()
        return found

    @property
    def headers(self) -> dict[str, str]:
        return {"authorization": f"Bearer {self.key}"}

    async def do(
        self, id_: UUID, verb: str, body: dict[str, Any], version: int | None = None, once: str | None = None
    ) -> httpx.Response:
        headers = dict(self.headers)
        if version != 0:
            headers["if-match"] = f'"{version or (await self.read(id_))["version"]}"'
        if once:
            headers["idempotency-key"] = once
        path = f"/api/v1/manage/consultations/{id_}/{verb}"
        return await self.client.post(path, json=body, headers=headers)

    async def done(self, id_: UUID, verb: str, body: dict[str, Any] | None = None) -> dict[str, Any]:
        answer = await self.do(id_, verb, BODIES[verb] if body is None else body)
        assert answer.status_code == 200, answer.text
        found: dict[str, Any] = answer.json()
        return found


async def bring_to(desk: Desk, database: Database, id_: UUID, state: str) -> None:
    """Bring an open consultation to another state."""
    if state in ("closed", "answered"):
        await end_now(database)
        assert await turn_due(database, now() + CLOSING_DELAY) == 1
    if state == "answered":
        await desk.done(id_, "answer")
    if state == "dropped":
        await desk.done(id_, "drop")


async def end_now(database: Database) -> None:
    """Move the end of every window to the present."""
    present = now() - timedelta(milliseconds=1)
    async with database.write() as session:
        await session.execute(update(CONSULTATION).values(closes_at=present, announced_closes_at=present))
        await session.execute(update(VIEW).where(VIEW.c.seq_to.is_(None)).values(closes_at=present))
