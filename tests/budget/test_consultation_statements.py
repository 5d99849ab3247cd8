"""What a question about a consultation and its comments costs in SQL statements does not grow with their number."""

import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest
from sqlalchemy import event, insert

from hub.app import create_app
from hub.consultation.answers.models import CommentAnswer, CommentGroup
from hub.consultation.carryover.models import CommentPlace
from hub.consultation.comments.body_models import ConsultationBody
from hub.consultation.comments.sealed_content import SealedContact, SealedContent
from hub.consultation.records import consultation_id
from hub.db import Database, table
from hub.registry import hierarchy
from hub.settings import Settings
from hub.times import now, today
from tests.support import contents
from tests.support.asgi import running
from tests.support.comments import NODES, Commenter, change_consultation
from tests.support.consultations import window
from tests.support.editors import key
from tests.support.sealed_comments import store_comment
from tests.support.servers import Publish

BUDGETS = tomllib.loads(Path(__file__).with_name("consultation_budgets.toml").read_text("utf-8"))
FEW, MANY = 1, 7
"""Rounds of three public comments and one that waits, a group and a body: many fill more than a page of 20."""
REST, GRAPHQL = ("public", "own", "managed"), ("graphql", "managed_graphql")
CONTACT = {"phone": "0905 123 457"}


class Statements:
    """Counts the statements of an app, of its readers and of its writer."""

    def __init__(self, database: Database):
        self._count, self._over = 0, list[str]()
        for engine in (database.reader, database.searcher, database.writer):
            event.listen(engine.sync_engine, "before_cursor_execute", self._add_one)

    def _add_one(self, *_: object) -> None:
        self._count += 1

    @contextmanager
    def compare(self, name: str, allowed: int) -> Iterator[None]:
        """Compare what is asked inside with its budget."""
        before = self._count
        yield
        if (spent := self._count - before) != allowed:
            self._over.append(f"{name}: {spent}, not {allowed}")

    def verify(self) -> None:
        assert not self._over, "\n".join(self._over)


class Story:
    """A consultation of two versions whose comments have groups, answers, files, places and contacts."""

    def __init__(self, database: Database, settings: Settings, id_: UUID):
        self.database, self.settings, self.id = database, settings, id_
        self.waiting: list[UUID] = []
        self.comment, self.code = uuid4(), ""

    async def add_round(self, number: int) -> None:
        own: dict[str, Any] = {"consultation_id": self.id}
        group = uuid4()
        body: dict[str, Any] = {"id": uuid4(), "kind": "agency", "name": f"Sở {number}", "asked_on": today()}
        async with self.database.write() as session:
            times: dict[str, Any] = {"made_at": now(), "changed_at": now()}
            session.add(CommentGroup(id=group, representative_id=group, **own, **times))
            session.add(ConsultationBody(**own, **body, version=1, agrees_entirely=False))
        self.comment, self.code = await self._add(number, ref="dieu-1")
        for _ in range(2):
            await self._add(number, draft_position=2, ref="dieu-2", group_id=group)
        self.waiting.append((await self._add(number, state="waiting", held_for=["quota"], group_id=group))[0])
        text: dict[str, Any] = {"outcome": "noted", "reason": "Ghi nhận.", "by": "k", "written_at": now(), "version": 1}
        answers = [{"comment_id": self.comment, "group_id": None}, {"comment_id": None, "group_id": group}]
        async with self.database.write() as session:
            place: dict[str, Any] = {"draft_position": 2, "status": "moved", "ref": "dieu-2"}
            session.add(CommentPlace(comment_id=self.comment, **own, **place))
            await session.execute(insert(table(CommentAnswer)), [{"id": uuid4()} | own | text | one for one in answers])

    async def _add(self, number: int, **other: Any) -> tuple[UUID, str]:
        content = SealedContent(text=f"Ý kiến {number}", name="Bà Hoa")
        contact = SealedContact(phone="0905 123 457")
        return await store_comment(self.database, self.settings, self.id, content, contact, file_name="a.pdf", **other)


class Asker:
    """Asks everything that has a budget."""

    def __init__(self, client: httpx.AsyncClient, story: Story, secret: str, statements: Statements):
        self.client, self.story, self.statements = client, story, statements
        self.headers = {"authorization": f"Bearer {secret}"}
        self.path = f"/api/v1/manage/consultations/{story.id}"

    async def ask_all(self, *kinds: str) -> None:
        of_kind = {"managed": self.headers, "managed_graphql": self.headers, "own": {"comment-code": self.story.code}}
        for kind in kinds:
            for question, allowed in BUDGETS[kind].items():
                asked = question.replace("{id}", str(self.story.id)).replace("{comment}", str(self.story.comment))
                with self.statements.compare(question, allowed):
                    if "graphql" in kind:
                        answer = await self.client.post("/graphql", json={"query": asked}, headers=of_kind.get(kind))
                    else:
                        answer = await self.client.get(asked, headers=of_kind.get(kind))
                assert answer.status_code == 200, (question, answer.text)
                assert "errors" not in answer.json(), (question, answer.text)

    async def change_all(self, opinions: int) -> None:
        person = Commenter(self.client, self.story.id)
        code = await self._submit(person)
        for verb, method, path, sent in (
            ("amend", "PATCH", "", {"text": "Khác hẳn.", "contact": CONTACT}),
            ("withdraw", "POST", "/withdraw", None),
            ("erase", "POST", "/erase", None),
        ):
            with self.statements.compare(verb, BUDGETS["change"][verb]):
                answer = await person.own(code, method, path, sent)
            assert answer.is_success, answer.text
        await self._moderate()
        await self._reply(opinions)

    async def _submit(self, person: Commenter) -> str:
        body = await person.body(contact=CONTACT, ref="dieu-2")
        with self.statements.compare("submit", BUDGETS["change"]["submit"]):
            answer = await person.post(body)
        body = await person.body(contact=CONTACT, ref="dieu-2")
        made = await self._mutate("submitOpinion", "code", body | {"author": {"kind": "person", "name": "Bà Hoa"}})
        await self._mutate("amendOpinion", "id", {"code": made["code"], "text": "Khác hẳn.", "contact": CONTACT})
        code: str = answer.json()["code"]
        return code

    async def _mutate(self, name: str, member: str, given: dict[str, Any]) -> dict[str, Any]:
        kind = name[0].upper() + name[1:]
        result = "OpinionReceipt" if name == "submitOpinion" else "OwnOpinion"
        query = f"mutation ($input: {kind}Input!) {{ {name}(input: $input) {{ ... on {result} {{ {member} }} }} }}"
        with self.statements.compare(name, BUDGETS["change"][name]):
            answer = await self.client.post(
                "/graphql", json={"query": query, "variables": {"input": {"consultation": str(self.story.id)} | given}}
            )
        found: dict[str, Any] = answer.json()["data"][name]
        assert found[member], answer.text
        return found

    async def _moderate(self) -> None:
        comments = [{"id": str(one), "version": 1} for one in self.story.waiting]
        body = {"decision": "hide", "reason": "private_data", "comments": comments}
        with self.statements.compare("hide", BUDGETS["change"]["hide"]):
            answer = await self.client.post(f"{self.path}/moderation/decide", json=body, headers=self.headers)
        assert answer.json()["decided"] == len(comments), answer.text
        path = f"{self.path}/moderation/batches/{answer.json()['batch']}/undo"
        with self.statements.compare("undo", BUDGETS["change"]["undo"]):
            answer = await self.client.post(path, headers=self.headers)
        assert answer.json()["decided"] == len(comments), answer.text
        self.story.waiting.clear()

    async def _reply(self, opinions: int) -> None:
        body: dict[str, Any] = {"asked_on": str(today()), "name": f"Hội {opinions}", "kind": "association"}
        asked = (await self.client.post(f"{self.path}/bodies", json=body, headers=self.headers)).json()
        opinion = {"draft": 1, "stance": "suggests", "text": "Cần nêu rõ hơn."}
        letter = {"answered_on": str(today()), "opinions": [opinion | {"ref": "dieu-1"}, opinion] * opinions}
        with self.statements.compare("reply", BUDGETS["change"]["reply"]):
            answer = await self.client.post(
                f"{self.path}/bodies/{asked['id']}/reply", json=letter, headers=self.headers | {"if-match": '"1"'}
            )
        assert len(answer.json()["opinions"]) == 2 * opinions, answer.text


async def test_what_is_asked_of_a_consultation_costs_what_its_budget_says_with_few_comments_and_with_many(
    settings: Settings, database: Database, publish_edition: Publish, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hierarchy, "CACHE_SECONDS", 3_600)
    draft = contents.draft(consultation=window(-2, 9), nodes=NODES)
    document = await publish_edition("draft", draft)
    await publish_edition("draft", draft | {"draft_version": 2}, document_id=document)
    story, secret = Story(database, settings, consultation_id(document)), await key(database, "ubnd-hue")
    app = create_app(settings)
    async with running(app) as client:
        statements = Statements(app.state.hub.database)
        asker = Asker(client, story, secret, statements)
        # What a process remembers, and the key of the day for the quotas, are made by the first who need them.
        await Commenter(client, story.id).submit()
        await client.get("/api/v1/openness")
        await client.get("/api/v1/manage/consultations", headers=asker.headers)
        for few, many in ((0, FEW), (FEW, MANY)):
            for number in range(few, many):
                await story.add_round(number)
            await change_consultation(database, story.id, state="answered", answered_at=now())
            # The fields of GraphQL read as REST does: asked with many, they would show what they add for each item.
            await asker.ask_all(*REST, *(GRAPHQL if many == MANY else ()))
            await change_consultation(database, story.id, state="open", answered_at=None)
            await asker.change_all(many)
        statements.verify()
