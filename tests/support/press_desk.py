"""An editor of an agency who records questions of the press."""

from typing import Any

import httpx
from sqlalchemy import select

from hub.db import Database
from hub.manage.audit_trail import AUDIT

PATH = "/api/v1/manage/press-inquiries"
QUESTION = "Vì sao cầu Sông Mây bị đóng từ hôm qua?"
OUTLET = "Báo Sông Mây"


def body(**other: Any) -> dict[str, Any]:
    return {"agency": "so-y-te", "outlet": OUTLET, "question": QUESTION} | other


class Desk:
    """An editor of an agency."""

    def __init__(self, client: httpx.AsyncClient, secret: str):
        self.client = client
        self.headers = {"authorization": f"Bearer {secret}"}

    async def create(self, once: str | None = None, **other: Any) -> httpx.Response:
        headers = self.headers | ({"idempotency-key": once} if once else {})
        return await self.client.post(PATH, json=body(**other), headers=headers)

    async def do(self, inquiry: str, verb: str, version: int | None, sent: Any = None) -> httpx.Response:
        headers = self.headers | ({"if-match": f'"{version}"'} if version is not None else {})
        return await self.client.post(f"{PATH}/{inquiry}/{verb}", json=sent or {}, headers=headers)

    async def read(self, inquiry: str) -> httpx.Response:
        return await self.client.get(f"{PATH}/{inquiry}", headers=self.headers)

    async def list(self, **params: Any) -> list[str]:
        answer = await self.client.get(PATH, params=params, headers=self.headers)
        assert answer.status_code == 200, answer.text
        assert answer.headers["cache-control"] == "no-store"
        return [item["id"] for item in answer.json()["items"]]


async def count_audit(database: Database) -> list[str]:
    async with database.read() as connection:
        rows = await connection.execute(select(AUDIT.c.verb, AUDIT.c.details).order_by(AUDIT.c.id))
        found = [(verb, str(details)) for verb, details in rows if verb.startswith("inquiry")]
    assert all(QUESTION not in details and OUTLET not in details for _, details in found)
    return [verb for verb, _ in found]
