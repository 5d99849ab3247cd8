"""A few people with keys who try to write and approve alone; told beside it who could have used which key.

The model knows the truth that the hub has to guess: which human was given a key, and who saw its secret when it was
made or rotated. It is told every change of a content, and who could have made it.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from random import Random
from typing import Any

import httpx

from hub.auth.keys import create_key, vouch_for_key
from hub.db import Database
from tests.support import contents
from tests.support.editors import ALL
from tests.support.lone_papers import GARBLED, LANGUAGES, Paper

AGENCY = "so-y-te"
MANAGE = "/api/v1/manage"


@dataclass
class HeldKey:
    """A key with those who could use it."""

    id: str
    secret: str
    principal: str
    person: str | None


@dataclass
class LoneHands:
    """Random people, keys, persons, sources and pushes on one hub."""

    client: httpx.AsyncClient
    database: Database
    dice: Random
    name: str
    keys: list[HeldKey] = field(default_factory=list)
    held: dict[str, set[int]] = field(default_factory=dict)
    papers: list[Paper] = field(default_factory=list)
    persons: dict[str, int | None] = field(default_factory=dict)
    """The human whom each person is; none for an invented one."""
    lang: str = LANGUAGES[0]
    """Language of the source."""
    mappers: set[int] = field(default_factory=set)
    """Humans who could have written the source's mapping, when it was written."""
    approved: int = 0
    across: int = 0
    """Approvals by a second person that only a flag in the other language asked for."""
    refused: int = 0

    async def begin(self) -> None:
        """The operator gives each human a key, most with a name; they make others, and one adds a source with a key."""
        for human in range(self.dice.randint(2, 4)):
            person = f"{self.name} {human}" if self.dice.random() < 0.9 else None
            async with self.database.write() as session:
                _, secret = await create_key(session, agency=AGENCY, scopes=ALL, label="", person=person)
            self._keep(secret, f"key:{_id(secret)}", {human})
        await self.add_person()
        await self.add_person()
        for step in (self.add_key, self.add_key, self.add_source, self.vouch, self.create):
            await step()

    async def add_source(self) -> None:
        """Somebody adds the source; what it adds to records is the work of whoever could have used that key then."""
        body = {"code": self.source, "name": "Cổng", "type": "push", "kind": "policy", "agency": AGENCY}
        body["trust"] = self.dice.choice(["review", "publish"])
        body["lang"] = self.lang = self._language()
        mapping = self._mapping() if self.dice.random() < 0.5 else None
        maker = self.dice.choice(self.keys)
        answer = await self._send(maker, "POST", "sources", body | ({"mapping": mapping} if mapping else {}))
        assert answer.status_code == 201, answer.text
        if mapping:
            self.mappers |= self._humans(maker)

    def _mapping(self) -> dict[str, Any]:
        return {"defaults": {"summary": f"Tóm tắt {self.dice.random()}"}}

    def _language(self) -> str:
        return LANGUAGES[self.dice.random() < 0.4]

    @property
    def source(self) -> str:
        return f"nguon-{self.name.split()[-1]}"

    def _keep(self, secret: str, principal: str, humans: Iterable[int], person: str | None = None) -> HeldKey:
        self.held.setdefault(principal, set()).update(humans)
        self.keys.append(HeldKey(_id(secret), secret, principal, person))
        return self.keys[-1]

    async def _send(
        self, by: HeldKey, method: str, path: str, body: Any = None, version: int | None = None
    ) -> httpx.Response:
        headers = {"authorization": f"Bearer {by.secret}"}
        if version is not None:
            headers["if-match"] = f'"{version}"'
        return await self.client.request(method, f"{MANAGE}/{path}", json=body, headers=headers)

    async def live(self, steps: int) -> None:
        """Some steps of anybody, each followed by an attempt to approve alone."""
        await self.begin()
        people = [self.add_person, self.rename_person, self.add_key, self.add_key, self.rotate, self.vouch]
        writing = [self.create, self.save, self.save, self.push, self.push, self.start_over, self.map_source]
        for _ in range(steps):
            await self.dice.choice(people if self.dice.random() < 0.45 else writing)()
            await self.approve()

    async def add_person(self) -> None:
        """Somebody adds a person: a human, or an invented one."""
        human = self.dice.randint(0, 3) if self.dice.random() < 0.7 else None
        name = f"{self.name} {human}" if human is not None else f"{self.name} giả {self.dice.random()}"
        answer = await self._send(self.dice.choice(self.keys), "POST", "people", {"agency": AGENCY, "name": name})
        assert answer.status_code == 201, answer.text
        self.persons[answer.json()["id"]] = human

    async def rename_person(self) -> None:
        if self.persons:
            path = f"people/{self.dice.choice(sorted(self.persons))}"
            await self._send(self.dice.choice(self.keys), "PATCH", path, {"name": f"{self.name} {self.dice.random()}"})

    async def add_key(self) -> None:
        """Somebody makes a key, and gives it to its person, or keeps it."""
        by, person = self.dice.choice(self.keys), self.dice.choice(sorted(self.persons))
        scopes = ["write", "publish", "read:working", "admin", "ingest", "sources"]
        answer = await self._send(by, "POST", "keys", {"person_id": person, "scopes": scopes})
        if answer.is_success:
            human = self.persons[person] if self.dice.random() < 0.7 else None
            given = set() if human is None else {human}
            secret = answer.json()["key"]
            self._keep(secret, f"key:{_id(secret)}", self.held[by.principal] | given, person)

    async def rotate(self) -> None:
        """Somebody rotates a key, of theirs or not, and sees the new one; the old one ends or goes on."""
        by, old = self.dice.choice(self.keys), self.dice.choice(self.keys)
        answer = await self._send(by, "POST", f"keys/{old.id}/rotate", {"overlap_hours": 1})
        if answer.is_success:
            self._keep(answer.json()["key"], old.principal, self.held[by.principal], old.person)

    async def vouch(self) -> None:
        """A person takes a key over by rotating it with itself, all older ones end, and the operator vouches for it."""
        old = self.dice.choice(self.keys)
        human = self.persons.get(old.person or "")
        if human is None or human not in self.held[old.principal]:
            return
        answer = await self._send(old, "POST", f"keys/{old.id}/rotate", {"overlap_hours": 0})
        if not answer.is_success:
            return
        chain = [each for each in self.keys if each.principal == old.principal]
        self.keys = [each for each in self.keys if each.principal != old.principal]
        new = self._keep(answer.json()["key"], old.principal, ())
        new.person = old.person
        for each in chain:
            await self._send(new, "POST", f"keys/{each.id}/end")
        async with self.database.write() as session:
            await vouch_for_key(session, new.id)
        self.held[old.principal] = {human}

    async def create(self) -> None:
        by = self.dice.choice(self.keys)
        content, lang = self._content(), self._language()
        body = {"kind": "policy", "agency": AGENCY, "lang": lang, "content": content}
        answer = await self._send(by, "POST", "documents", body)
        if answer.is_success:
            self.papers.append(paper := Paper(answer.json()["id"]))
            paper.take(answer.json())
            paper.texts[lang].change(content, self._humans(by))

    def _content(self) -> dict[str, Any]:
        title = GARBLED if self.dice.random() < 0.1 else f"Kế hoạch {self.dice.random()}"
        number = f"{self.dice.randint(1, 9_999)}/KH-UBND"
        return contents.policy(title=title, number=number, high_impact=self.dice.random() < 0.5)

    def _humans(self, by: HeldKey) -> frozenset[int]:
        return frozenset(self.held[by.principal])

    async def save(self) -> None:
        """Somebody writes a document again, from wherever it is, or translates it."""
        if not self.papers:
            return
        paper, by, lang = self.dice.choice(self.papers), self.dice.choice(self.keys), self._language()
        if paper.texts[lang].state in ("in_review", "approved"):
            await self._step(by, paper, lang, "return", note="Viết lại.")
        await self._write(by, paper, lang)

    async def _write(self, by: HeldKey, paper: Paper, lang: str) -> None:
        content = self._content()
        path = f"documents/{paper.id}/edition"
        body = {"lang": lang, "content": content, "change_note": "Viết lại."}
        answer = await self._send(by, "PUT", path, body, paper.version)
        if answer.is_success:
            paper.take(answer.json())
            paper.texts[lang].change(content, self._humans(by))

    async def start_over(self) -> None:
        """Somebody discards what was written, and writes it anew."""
        if not self.papers:
            return
        paper, by, lang = self.dice.choice(self.papers), self.dice.choice(self.keys), self._language()
        if paper.texts[lang].state not in ("published", None):
            await self._step(by, paper, lang, "discard")
            await self._write(by, paper, lang)

    async def push(self) -> None:
        """Somebody pushes a record, new or again."""
        by = self.dice.choice(self.keys)
        content = self._content()
        pushed = self.dice.randint(1, 2)
        if self.dice.random() < 0.5:
            del content["summary"]
        records = [{"id": f"r{pushed}", "content": content}]
        answer = await self.client.post(
            "/api/v1/ingest",
            json={"source": self.source, "records": records},
            headers={"authorization": f"Bearer {by.secret}"},
        )
        if not answer.is_success or answer.json()["results"][0]["outcome"] not in ("created", "updated"):
            return
        document = answer.json()["results"][0]["document_id"]
        paper = next((each for each in self.papers if each.id == document), None)
        if paper is None:
            self.papers.append(paper := Paper(document))
        text = paper.texts[self.lang]
        text.change(content, self._humans(by) | self.mappers)
        text.garbled = False  # The intake has converted it, and it is sure of that; what is typed is left as it is.
        paper.take(await self._read(paper))
        alone = paper.needs_two(self.lang) and text.state == "published"
        assert not alone, f"a push alone has published {paper} in {self.lang}"

    async def map_source(self) -> None:
        """Somebody changes what the source's records are read as."""
        by = self.dice.choice(self.keys)
        answer = await self._send(by, "PATCH", f"sources/{self.source}", {"mapping": self._mapping()})
        if answer.is_success:
            self.mappers |= self._humans(by)

    async def _read(self, paper: Paper) -> dict[str, Any]:
        """Read a document with the first key that can."""
        for by in self.keys:
            answer = await self._send(by, "GET", f"documents/{paper.id}")
            if answer.is_success:
                break
        found: dict[str, Any] = answer.json()
        return found

    async def _step(self, by: HeldKey, paper: Paper, lang: str, verb: str, **body: Any) -> httpx.Response:
        answer = await self._send(by, "POST", f"documents/{paper.id}/{verb}", {"lang": lang, **body}, paper.version)
        if answer.is_success:
            paper.take(answer.json())
        return answer

    async def approve(self) -> None:
        """Somebody submits a document, and some try to approve it: first those who could have written it."""
        waiting = [
            (paper, lang)
            for paper in self.papers
            for lang, text in paper.texts.items()
            if text.state in ("drafting", "in_review")
        ]
        if not waiting:
            return
        paper, lang = self.dice.choice(waiting)
        text = paper.texts[lang]
        if text.state == "drafting":
            await self._step(self.dice.choice(self.keys), paper, lang, "submit")
        order = sorted(self.keys, key=lambda each: (self._humans(each).isdisjoint(text.writers), self.dice.random()))
        for by in [*order[:2], order[-1]]:
            answer = await self._approve_somehow(by, paper, lang)
            if answer in ("approved", "published"):
                alone = self._humans(by) & text.writers
                needs_two = paper.needs_two(lang)
                assert not (needs_two and alone), f"{alone} wrote and approved {paper} in {lang} with {by}"
                self.approved += needs_two
                self.across += needs_two and not (text.flagged or text.garbled)
                await self._go_on(by, paper, lang)
                return
            self.refused += answer == "four_eyes"

    async def _approve_somehow(self, by: HeldKey, paper: Paper, lang: str) -> str:
        """Approve by one of the doors; the state, or the code of the refusal."""
        version, door = paper.version, self.dice.randint(0, 2)
        if door == 0:
            answer = (await self._send(by, "POST", f"documents/{paper.id}/approve", {"lang": lang}, version)).json()
            found = _newest(answer, lang) if "history" in answer else answer["code"]
        elif door == 1:
            items = [{"id": paper.id, "verb": "approve", "lang": lang, "version": version}]
            [result] = (await self._send(by, "POST", "document-batches", {"items": items})).json()["results"]
            found = result["problem"]["code"] if result["problem"] else result["state"]
        else:
            query = (
                "mutation A($id: ID!, $lang: String, $version: Int) { "
                "approveEdition(id: $id, lang: $lang, version: $version) "
                "{ ... on ManagedDocument { history { lang state } } ... on Refusal { code } } }"
            )
            body = {"query": query, "variables": {"id": paper.id, "lang": lang, "version": version}}
            answer = await self.client.post("/graphql", json=body, headers={"authorization": f"Bearer {by.secret}"})
            result = answer.json()["data"]["approveEdition"]
            found = _newest(result, lang) if "history" in result else result["code"]
        if found == "approved":
            paper.texts[lang].state, paper.version = "approved", version + 1
        return str(found)

    async def _go_on(self, by: HeldKey, paper: Paper, lang: str) -> None:
        """Publish what was approved, or return it."""
        if self.dice.random() < 0.6:
            if (await self._step(by, paper, lang, "publish")).is_success:
                public = (await self.client.get(f"/api/v1/policies/{paper.id}", params={"lang": lang})).json()
                assert public["lang"] == lang
                paper.texts[lang].flagged, paper.texts[lang].garbled = public["high_impact"], False
        else:
            await self._step(by, paper, lang, "return", note="Nghĩ lại.")


def _newest(document: dict[str, Any], lang: str) -> str:
    """The state of the newest edition in a language."""
    return next(line["state"] for line in document["history"] if line["lang"] == lang)


def _id(secret: str) -> str:
    return secret.split("_")[1]
