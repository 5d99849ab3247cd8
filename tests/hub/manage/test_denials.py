"""Who may not do what: for every verb and every wrong key or version a refusal in words, and nothing has changed."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import uuid4

import asyncpg
import httpx
import pytest

from hub.auth.keys import create_key, revoke_key
from hub.db import Database
from hub.manage.actions import SCOPES, EditorAction
from hub.times import now
from tests.support import contents
from tests.support.editors import ALL, Editor, key
from tests.support.in_process import snapshot

OWNER, PARENT, CHILD, OTHER = "so-y-te", "ubnd-hue", "trung-tam-kiem-soat-benh-tat", "so-du-lich"

PRESENT = "the present version"

BODIES: dict[EditorAction, dict[str, Any]] = {
    EditorAction.save: {"content": contents.policy(title="Tên khác")},
    EditorAction.submit: {},
    EditorAction.send_back: {"note": "Thiếu thời hạn"},
    EditorAction.approve: {},
    EditorAction.schedule: {"at": "2031-05-06T07:08:00+07:00"},
    EditorAction.publish: {},
    EditorAction.withdraw: {"reason": "Sai thẩm quyền"},
    EditorAction.restore: {},
    EditorAction.gone: {"reason": "Lộ dữ liệu cá nhân"},
    EditorAction.correct: {"note": "Sửa một số"},
    EditorAction.discard: {},
}

BEFORE: dict[EditorAction, tuple[str, ...]] = {
    EditorAction.save: (),
    EditorAction.submit: (),
    EditorAction.send_back: ("submit",),
    EditorAction.approve: ("submit",),
    EditorAction.schedule: ("submit", "approve"),
    EditorAction.publish: ("submit", "approve"),
    EditorAction.withdraw: ("submit", "approve", "publish"),
    EditorAction.restore: ("submit", "approve", "publish", "withdraw"),
    EditorAction.gone: ("submit", "approve", "publish"),
    EditorAction.correct: ("submit", "approve", "publish"),
    EditorAction.redirect: ("submit", "approve", "publish"),
    EditorAction.discard: (),
}
"""The verbs that bring a new document to where the act is possible."""


@dataclass
class Bench:
    """An act that would be possible, and the tables that a refusal must leave as they are."""

    act: EditorAction
    document: str
    version: int
    body: dict[str, Any]
    client: httpx.AsyncClient
    tables: asyncpg.Connection

    async def ask(self, authorization: str | None, if_match: str | None) -> httpx.Response:
        headers = {"authorization": authorization} if authorization is not None else {}
        if if_match is not None:
            headers["if-match"] = if_match
        path = "/api/v1/manage/documents"
        if self.act is EditorAction.create:
            return await self.client.post(path, json=self.body, headers=headers)
        method, end = ("PUT", "edition") if self.act is EditorAction.save else ("POST", self.act.value)
        return await self.client.request(method, f"{path}/{self.document}/{end}", json=self.body, headers=headers)

    async def denied(self, status: int, code: str, authorization: str | None, if_match: str | None = PRESENT) -> None:
        """The act with this key and version is refused, and every row of every table is as before."""
        before = await snapshot(self.tables)
        answer = await self.ask(authorization, f'"{self.version}"' if if_match == PRESENT else if_match)
        assert (answer.status_code, answer.json()["code"]) == (status, code), answer.text
        assert answer.headers["content-type"] == "application/problem+json"
        assert await snapshot(self.tables) == before


@pytest.fixture
async def tables(database_url: str) -> AsyncIterator[asyncpg.Connection]:
    connection = await asyncpg.connect(database_url)
    yield connection
    await connection.close()


async def bench(act: EditorAction, client: httpx.AsyncClient, database: Database, tables: asyncpg.Connection) -> Bench:
    chief = Editor(client, await key(database, PARENT))
    target = (await chief.create(agency=OWNER, title="Văn bản đích")).json()["id"]
    for verb in ("submit", "approve", "publish"):
        await chief.done(target, verb)
    if act is EditorAction.create:
        body = {"kind": "policy", "agency": OWNER, "content": contents.policy()}
        return Bench(act, "", 0, body, client, tables)
    made = await chief.create(agency=OWNER)
    document, version = made.json()["id"], 1
    for verb in BEFORE[act]:
        body = BODIES[EditorAction.withdraw] if verb == "withdraw" else {}
        version = (await chief.done(document, verb, body))["version"]
    body = {"to": target} if act is EditorAction.redirect else BODIES[act]
    return Bench(act, document, version, body, client, tables)


async def ended(database: Database, agency: str, how: str) -> str:
    async with database.write() as session:
        expires = now() - timedelta(seconds=1) if how == "expired" else None
        key_id, made = await create_key(session, agency=agency, scopes=ALL, label=how, expires_at=expires)
        if how == "revoked":
            await revoke_key(session, key_id)
    return made


@pytest.mark.parametrize("act", list(EditorAction))
async def test_a_verb_is_refused_to_every_wrong_key_and_nothing_changes(
    act: EditorAction, client: httpx.AsyncClient, database: Database, tables: asyncpg.Connection
) -> None:
    at = await bench(act, client, database, tables)
    right = await key(database, OWNER)
    key_id = right.split("_")[1]

    for presented in (
        None,
        f"Bearer hub_{key_id}_{'x' * 43}",
        f"Bearer {right[:-1]}",
        f"Bearer {right}x",
        "Bearer hub_0123456789ab_nothing",
        "Bearer hub",
        "Bearer a.b.c",
        f"Basic {right}",
        right,
        f"Bearer {await ended(database, OWNER, 'expired')}",
        f"Bearer {await ended(database, OWNER, 'revoked')}",
    ):
        await at.denied(401, "unauthenticated", presented)

    others = [scope for scope in ALL if scope != SCOPES[act].value]
    for agency in (OWNER, PARENT):
        await at.denied(403, "forbidden", f"Bearer {await key(database, agency, *others)}")
    # To others, a document that was never public is one that does not exist.
    is_known = act is EditorAction.create or "publish" in BEFORE[act]
    for agency in (OTHER, CHILD):
        status, code = (403, "forbidden") if is_known else (404, "not_found")
        await at.denied(status, code, f"Bearer {await key(database, agency, *ALL)}")

    # The same act from the same version with the right key alone: it was possible all the time.
    accepted = await at.ask(f"Bearer {await key(database, OWNER, SCOPES[act].value)}", f'"{at.version}"')
    assert accepted.status_code == (201 if act is EditorAction.create else 200), accepted.text


@pytest.mark.parametrize("act", [act for act in EditorAction if act is not EditorAction.create])
async def test_a_verb_is_refused_without_the_present_version_and_nothing_changes(
    act: EditorAction, client: httpx.AsyncClient, database: Database, tables: asyncpg.Connection
) -> None:
    at = await bench(act, client, database, tables)
    right = f"Bearer {await key(database, PARENT)}"

    await at.denied(428, "version_required", right, None)
    for stale in (at.version - 1, at.version + 1, 0, 999_999_999):
        await at.denied(412, "version_stale", right, f'"{stale}"')
    for malformed in ("*", " ", '""', '"1", "2"', "one", "-1", "1.0", '"1' + "0" * 20 + '"'):
        await at.denied(422, "invalid_input", right, malformed)

    # A key of the agency above acts for the agencies below it.
    assert (await at.ask(right, f'"{at.version}"')).status_code == 200


async def test_a_document_that_does_not_exist_is_not_found_by_any_verb(
    client: httpx.AsyncClient, database: Database, tables: asyncpg.Connection
) -> None:
    right = f"Bearer {await key(database, PARENT)}"
    for act in EditorAction:
        if act is not EditorAction.create:
            body = {"to": str(uuid4())} if act is EditorAction.redirect else BODIES[act]
            await Bench(act, str(uuid4()), 1, body, client, tables).denied(404, "not_found", right)


async def test_working_editions_and_the_trail_are_read_by_those_who_may(
    client: httpx.AsyncClient, database: Database
) -> None:
    chief = Editor(client, await key(database, PARENT))
    document = (await chief.create(agency=OWNER)).json()["id"]
    paths = (f"/api/v1/manage/documents/{document}", f"/api/v1/manage/audit?agency={OWNER}")

    for path, others in zip(paths, (404, 403), strict=True):
        for presented, status in (
            (None, 401),
            (await key(database, OWNER, *[scope for scope in ALL if scope != "read:working"]), 403),
            (await key(database, OTHER), others),
            (await key(database, CHILD), others),
            (await key(database, OWNER, "read:working"), 200),
            (await key(database, PARENT, "read:working"), 200),
        ):
            headers = {"authorization": f"Bearer {presented}"} if presented else {}
            answer = await client.get(path, headers=headers)
            assert answer.status_code == status, (path, answer.text)
            assert answer.headers["cache-control"] == "no-store"
    trail = await client.get("/api/v1/manage/audit", headers=Editor(client, await key(database, OTHER)).headers)
    assert trail.json()["items"] == []
