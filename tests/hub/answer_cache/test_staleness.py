"""No answer is older than the last commit that ended before its request began: two processes, editors and readers."""

import asyncio
import re
import time
from collections.abc import Awaitable, Callable
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import asyncpg
import httpx
import pytest

from hub.auth.principal import Principal, Scope
from hub.connections import plain_url
from hub.consultation.records import CONSULTATION, consultation_id
from hub.consultation.service import run_verb
from hub.consultation.views import Extend
from hub.db import Database
from hub.domain.consultations import ConsultationVerb
from hub.settings import Settings
from tests.support import contents
from tests.support.comments import NODES, Commenter
from tests.support.consultations import window
from tests.support.figures import Figure
from tests.support.past_editions import done
from tests.support.served import serving
from tests.support.servers import Publish

EDITOR = Principal("key:x", "Chánh Văn phòng", "ubnd-hue", frozenset({"ubnd-hue"}), frozenset({Scope.publish}))
PAUSE = 0.2
"""Seconds after a change in which answers may be kept."""
FIRST_END = date(2031, 1, 1)
GRAPHQL = "{ policies(first: 50) { edges { node { id title } } } }"
ONE = "query One($id: ID!) { item(id: $id) { ... on Policy { title withdrawal { reason } } } }"
COMMENTED = re.compile(r"góp ý số (\d+)")


@dataclass
class Subject:
    """Something public that editors change; each change has a number, which the answers show."""

    id: UUID
    begun: int = 0
    ended: int = 0
    """Number of the last change whose commit has ended."""
    is_listed: bool = True
    """True if the last change that ended leaves it in lists."""
    restored: set[int] = field(default_factory=set)
    """Numbers of withdrawals whose end has begun: the edition before them may be seen again."""

    def is_current(self, shown: list[int], floor: int) -> bool:
        """True for an answer with these numbers that was asked for when the change of this number had ended."""
        latest = max(shown)
        return latest >= floor or (latest == floor - 1 and floor in self.restored)

    async def change(self, make: Callable[[int], Awaitable[Any]], *, listed: bool = True) -> None:
        self.begun += 1
        await make(self.begun)
        self.is_listed, self.ended = listed, self.begun
        await asyncio.sleep(PAUSE)


@dataclass
class Newsroom:
    """Editors who change documents, the window of a consultation, and comments on it, until time is up."""

    database: Database
    publish: Publish
    url: str
    policies: list[Subject]
    draft: Subject
    commenter: Commenter
    until: float
    erased: set[int] = field(default_factory=set)
    comments: int = 0

    @property
    def is_open(self) -> bool:
        return time.monotonic() < self.until

    async def edit(self, subject: Subject) -> None:
        """Publish and correct a policy, withdraw and restore it, over and over."""
        while self.is_open:
            for _ in range(2):
                await subject.change(lambda n: self.publish("policy", titled(n), document_id=subject.id))
            reason = subject.begun + 1

            async def withdraw(number: int) -> None:
                await done(self.database, "withdraw", subject.id, reason=f"Lý do số {number}")

            await subject.change(withdraw, listed=False)
            subject.restored.add(reason)
            await done(self.database, "restore", subject.id)
            await subject.change(lambda n: self.publish("policy", titled(n), document_id=subject.id))

    async def extend(self) -> None:
        """Move the end of the window by a day, over and over."""
        id_ = consultation_id(self.draft.id)
        while self.is_open:
            async with self.database.read() as connection:
                row = (await connection.execute(CONSULTATION.select().where(CONSULTATION.c.id == id_))).one()

            async def move(number: int, version: int = row.version) -> None:
                body = Extend(closes_on=FIRST_END + timedelta(number))
                await run_verb(self.database, EDITOR, ConsultationVerb.extend, id_, version, body, None)

            await self.draft.change(move)

    async def comment(self) -> None:
        """Send a comment and erase it, over and over."""
        while self.is_open:
            self.comments += 1
            number = self.comments
            made = await self.commenter.submit(text=f"Một góp ý số {number} của người dân.")
            answer = await self.commenter.own(made["code"], "POST", "/erase")
            assert answer.is_success, answer.text
            self.erased.add(number)

    async def cut(self) -> None:
        """End the connections that listen to NOTIFY, over and over."""
        connection = await asyncpg.connect(self.url)
        try:
            while self.is_open:
                await connection.execute(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'hub-listen' "
                    "AND datname = current_database()"
                )
                await asyncio.sleep(0.1)
        finally:
            await connection.close()


def titled(number: int) -> dict[str, Any]:
    return contents.policy(title=f"Kế hoạch số {number}", number=f"{number}/KH-UBND", summary="Tóm tắt")


def numbers(text: str) -> list[int]:
    return [int(found) for found in re.findall(r"(?:Kế hoạch|Lý do) số (\d+)", text)]


@dataclass
class Readers:
    """Readers of one process, who compare each answer with what was committed before they asked."""

    room: Newsroom
    client: httpx.AsyncClient
    answers: int = 0

    async def ask(self, path: str, **options: Any) -> httpx.Response:
        answer = await (self.client.post(path, **options) if "json" in options else self.client.get(path, **options))
        assert answer.status_code == 200, (path, answer.text)
        self.answers += 1
        return answer

    async def warm_up(self) -> None:
        """Ask once: the first answers of a process take seconds."""
        subject = self.room.policies[0]
        for path in (f"/api/v1/policies/{subject.id}", "/feeds/policies.json?limit=50", "/api/v1/drafts"):
            await self.ask(path)
        await self.ask("/graphql", json={"query": GRAPHQL})

    async def read_details(self, subject: Subject) -> None:
        while self.room.is_open:
            for path in (f"/api/v1/policies/{subject.id}", f"/d/{subject.id}.jsonld", "/graphql"):
                floor = subject.ended
                asked = {"query": ONE, "variables": {"id": str(subject.id)}}
                answer = await self.ask(path, **({"json": asked} if path == "/graphql" else {}))
                shown = numbers(answer.text)
                assert shown, (path, answer.text)
                assert subject.is_current(shown, floor), (path, subject, floor, shown)

    async def read_lists(self) -> None:
        while self.room.is_open:
            for path in ("/api/v1/policies?limit=50", "/feeds/policies.json?limit=50", "/graphql"):
                floors = [(subject, subject.ended, subject.is_listed) for subject in self.room.policies]
                answer = await self.ask(path, **({"json": {"query": GRAPHQL}} if path == "/graphql" else {}))
                for subject, floor, was_listed in floors:
                    shown = _titles(answer.json(), str(subject.id))
                    if shown:
                        assert subject.is_current(shown, floor), (path, subject, floor, shown)
                    elif was_listed and not path.startswith("/feeds"):
                        assert subject.begun > floor, (path, subject, floor, "is missing")

    async def read_window(self) -> None:
        draft = self.room.draft
        while self.room.is_open:
            await asyncio.sleep(0)
            for path in (f"/api/v1/drafts/{draft.id}", "/api/v1/drafts", "/api/v1/consultations"):
                if not (floor := draft.ended):
                    continue
                found = re.findall(r'"closes_at":"(\d{4}-\d\d-\d\d)', (await self.ask(path)).text)
                latest = max(date.fromisoformat(each) for each in found)
                assert (latest - FIRST_END).days >= floor, (path, floor, found)

    async def read_comments(self) -> None:
        path = f"/api/v1/consultations/{consultation_id(self.room.draft.id)}/comments"
        while self.room.is_open:
            erased = set(self.room.erased)
            found = {int(each) for each in COMMENTED.findall((await self.ask(path)).text)}
            assert not found & erased, found & erased


def _titles(value: Any, id_: str) -> list[int]:
    """The numbers in the titles of an item, in whatever form it stands."""
    if isinstance(value, dict):
        own = str(value.get("id", "")).removeprefix("urn:uuid:")
        if own == id_ and "title" in value:
            return numbers(str(value["title"]))
        return [each for one in value.values() for each in _titles(one, id_)]
    return [each for one in value for each in _titles(one, id_)] if isinstance(value, list) else []


async def hits(client: httpx.AsyncClient) -> float:
    text = (await client.get("/metrics")).text
    found = re.search(r'hub_answer_cache_total\{outcome="hit"\} ([\d.]+)', text)
    return float(found[1]) if found else 0.0


@pytest.mark.server
@pytest.mark.counts(small=6, full=20, soak=600)
async def test_no_answer_is_older_than_the_last_commit_before_its_request(
    settings: Settings, database: Database, publish_edition: Publish, tmp_path: Path, count: int, figure: Figure
) -> None:
    policies = [Subject(await publish_edition("policy", titled(0))) for _ in range(3)]
    ends = contents.draft(consultation=window(-2, 9), nodes=NODES)
    draft = Subject(await publish_edition("draft", ends))
    with ExitStack() as stack:
        served = []
        for name in ("one", "two"):
            folder = tmp_path / name
            folder.mkdir()
            served.append(stack.enter_context(serving(settings, folder)))
        async with (
            httpx.AsyncClient(base_url=served[0].url, timeout=60) as first,
            httpx.AsyncClient(base_url=served[1].url, timeout=60) as second,
        ):
            url, person = plain_url(settings.require_database_url()), Commenter(first, consultation_id(draft.id))
            room = Newsroom(database, publish_edition, url, policies, draft, person, time.monotonic())
            readers = [Readers(room, client) for client in (first, second)]
            for reader in readers:
                await reader.warm_up()
            room.until = time.monotonic() + count
            async with asyncio.TaskGroup() as work:
                for subject in policies:
                    work.create_task(room.edit(subject))
                for task in (room.extend(), room.comment(), room.cut()):
                    work.create_task(task)
                for reader in readers:
                    for task in (reader.read_lists(), reader.read_window(), reader.read_comments()):
                        work.create_task(task)
                    for subject in policies:
                        work.create_task(reader.read_details(subject))
            kept = [await hits(client) for client in (first, second)]
    assert all(kept), "nothing was answered from the cache"
    assert all(subject.ended >= 3 for subject in policies)
    assert draft.ended
    assert room.erased
    changes = sum(subject.ended for subject in (*policies, draft)) + len(room.erased)
    figure(f"answers beside {changes} changes in {count} s", sum(reader.answers for reader in readers))
    figure("of them kept ones", sum(kept))
