"""Editors for the tests: keys with scopes, and the verbs over HTTP."""

from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import httpx

from hub.auth.keys import create_key
from hub.auth.principal import Scope
from hub.db import Database
from tests.support import contents

ALL = tuple(scope.value for scope in Scope)


async def key(
    database: Database, agency: str = "ubnd-hue", *scopes: str, label: str = "", person: str | None = None
) -> str:
    """A new key of an agency; all scopes unless some are named, and a person of its own unless one is."""
    who = person or f"Người {uuid4()}"
    async with database.write() as session:
        return (await create_key(session, agency=agency, scopes=scopes or ALL, label=label, person=who))[1]


@dataclass
class Editor:
    """Someone with a key."""

    client: httpx.AsyncClient
    key: str

    @property
    def headers(self) -> dict[str, str]:
        return {"authorization": f"Bearer {self.key}"}

    async def create(self, kind: str = "policy", agency: str = "ubnd-hue", **changes: Any) -> httpx.Response:
        body = {"kind": kind, "agency": agency, "content": contents.MADE[kind](**changes)}
        return await self.client.post("/api/v1/manage/documents", json=body, headers=self.headers)

    async def read(self, document: str) -> dict[str, Any]:
        answer = await self.client.get(f"/api/v1/manage/documents/{document}", headers=self.headers)
        assert answer.status_code == 200, answer.text
        found: dict[str, Any] = answer.json()
        return found

    async def do(
        self, document: str, verb: str, version: int | None, body: dict[str, Any] | None = None, once: str | None = None
    ) -> httpx.Response:
        headers = dict(self.headers)
        if version is not None:
            headers["if-match"] = f'"{version}"'
        if once is not None:
            headers["idempotency-key"] = once
        path = f"/api/v1/manage/documents/{document}"
        if verb == "edition":
            return await self.client.put(f"{path}/edition", json=body, headers=headers)
        return await self.client.post(f"{path}/{verb}", json=body or {}, headers=headers)

    async def done(self, document: str, verb: str, body: dict[str, Any] | None = None) -> dict[str, Any]:
        """A verb from the present version, which must work."""
        version = (await self.read(document))["version"]
        answer = await self.do(document, verb, version, body)
        assert answer.status_code == 200, answer.text
        found: dict[str, Any] = answer.json()
        return found
