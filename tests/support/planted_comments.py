"""A consultation in whose comments, files and requests private data is planted in every place that must not show it."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import httpx
from fastapi import FastAPI
from sqlalchemy import insert, update

from hub.consultation.answers.models import CommentAnswer
from hub.consultation.campaigns.job import CampaignJob
from hub.consultation.carryover.job import CarryoverJob
from hub.consultation.clock import CLOSING_DELAY, turn_due
from hub.consultation.records import CONSULTATION, consultation_id
from hub.consultation.retention import CommentRetention
from hub.db import Database, table
from hub.files.store import Files
from hub.settings import Settings
from hub.times import now, today
from tests.support import contents
from tests.support.canaries import CITIZEN_ID, CLIENT, PHONE, WORD, Canary
from tests.support.comment_files import FileSender, SaidScanner
from tests.support.comments import NODES, Commenter, change_consultation, comment_rows
from tests.support.consultations import window
from tests.support.editors import key
from tests.support.servers import Publish
from tests.support.webhooks import quick

COPIED = (
    "Chúng tôi đề nghị giữ lại bến đò cũ ở cuối làng. Cây cầu mới cách đó hơn hai cây số nên người già không đi được. "
    "Mỗi chuyến đò chỉ tốn vài nghìn đồng và chở được cả xe đạp."
)
SUBMIT = (
    "mutation ($input: SubmitOpinionInput!) { submitOpinion(input: $input) { __typename "
    "... on OpinionReceipt { id state } ... on Refusal { code field expected } } }"
)


def settings_of_planted(settings: Settings) -> Settings:
    """Settings under which the people who comment are counted by an address of their own, and few are held."""
    own = {
        "comment_quota_network": 1_000,
        "comment_work_base": 0,
        "comment_work_max": 0,
        "rate_anonymous": "3000/minute",
    }
    return quick(Settings(**{**settings.model_dump(exclude_unset=True), **own}))


@dataclass
class PlantedComments:
    """People and officials of one consultation, and the comments that were planted there."""

    app: FastAPI
    database: Database
    settings: Settings
    publish: Publish
    document: UUID
    editor: dict[str, str]
    comments: dict[str, UUID] = field(default_factory=dict)
    codes: dict[str, str] = field(default_factory=dict)
    refusals: list[tuple[str, bytes]] = field(default_factory=list)
    """Answers to requests that are wrong, and say private data where something else belongs."""

    @classmethod
    async def begin(cls, app: FastAPI, database: Database, settings: Settings, publish: Publish) -> "PlantedComments":
        document = await publish("draft", contents.draft(consultation=window(-2, 9), nodes=NODES, draft_version=1))
        editor = {"authorization": f"Bearer {await key(database)}"}
        return cls(app, database, settings, publish, document, editor)

    @property
    def id(self) -> UUID:
        return consultation_id(self.document)

    @property
    def client(self) -> httpx.AsyncClient:
        """A person, who has an address of their own."""
        transport = httpx.ASGITransport(self.app, raise_app_exceptions=False, client=(CLIENT, 4711))
        return httpx.AsyncClient(transport=transport, base_url="http://hub.test")

    async def tell(self) -> None:
        """Plant everything while the consultation is open."""
        async with self.client as client:
            person = Commenter(client, self.id)
            await self._submit_all(person)
            await self._send_files(person)
            await self._change_all(person)
            await self._submit_by_graphql(person)
            await self._submit_wrong(person)
        await self._moderate()
        await self._receive_letter()

    async def _submit_all(self, person: Commenter) -> None:
        quiet, kind = Canary("quiet"), Canary("kind")
        firm = {"kind": "organisation", "name": kind.name, "organisation": f"HTX {kind.name}"}
        bodies: dict[str, dict[str, Any]] = {
            "held": {"text": Canary("held").text, "contact": Canary("held").contact},
            "hidden": {"text": Canary("hidden").text, "contact": Canary("hidden").contact},
            "quiet": {"author": _person(quiet.name), "shown": "nothing", "contact": quiet.contact},
            "kind": {"author": firm, "shown": "kind", "contact": kind.contact, "ref": "dieu-1"},
            "named": {"author": _person(f"{Canary('named').name} {PHONE}"), "shown": "name"},
            "withdrawn": {"text": f"Theo {Canary('withdrawn').name}.", "author": _person(Canary("withdrawn").name)},
            "amended": {"text": f"Theo {Canary('amended').name}.", "author": _person(Canary("amended").name)},
            "erased": {"text": f"Theo {Canary('erased').name}.", "ref": "dieu-2"},
            "copy": {"text": COPIED, "author": _person(Canary("copy").name), "shown": "nothing"},
            "copied": {"text": f"{COPIED} Xin cảm ơn.", "author": _person(Canary("copied").name)},
            "filed": {"text": "Xem các tệp kèm theo.", "author": _person(Canary("filed").name)},
        }
        for place in ("withdrawn", "amended", "erased"):
            bodies[place] |= {"shown": "nothing", "contact": Canary(place).contact}
        bodies["withdrawn"]["shown"] = bodies["amended"]["shown"] = "name"
        for place, members in bodies.items():
            body = await person.body(**members)
            answer = await person.post(body, **{"idempotency-key": f"{WORD} {place}"})
            assert answer.status_code == 201, answer.text
            made = answer.json()
            self.comments[place], self.codes[place] = UUID(made["id"]), made["code"]
            is_held = place in ("held", "hidden", "named")
            assert made["held_for"] == (["private_data"] if is_held else []), (place, made)

    async def _send_files(self, person: Commenter) -> None:
        parts = self.app.state.hub
        self.app.state.hub = replace(parts, files=Files(parts.files.store, SaidScanner()))
        sender = FileSender(person, self.codes["filed"], self.comments["filed"])
        for name, sent_file in Canary("file").files().items():
            assert (await sender.sent(sent_file, name))["state"] == "clean"

    async def _change_all(self, person: Commenter) -> None:
        codes = self.codes
        amended = await person.amend(codes["amended"], text="Tôi đồng ý.", shown="kind")
        assert (amended.status_code, amended.json()["state"]) == (200, "public"), amended.text
        assert (await person.own(codes["withdrawn"], "POST", "/withdraw")).status_code == 200
        assert (await person.own(codes["erased"], "POST", "/erase")).status_code == 204

    async def _submit_by_graphql(self, person: Commenter) -> None:
        own, written = Canary("graphql"), Canary("inline")
        members = await person.body(author=_person(own.name), contact=own.contact, text="Qua GraphQL.")
        sent = {"query": SUBMIT, "variables": {"input": {"consultation": str(self.id), **members}}}
        answer = await person.client.post("/graphql", json=sent)
        assert '"OpinionReceipt"' in answer.text, answer.text
        made = answer.json()["data"]["submitOpinion"]
        self.comments["graphql"] = UUID(made["id"])
        inner = (
            f'consultation: "{self.id}", draft: 1, stance: suggests, text: "{written.name}", shown: kind, '
            f'author: {{kind: person, name: "{written.name}"}}, consent: {{wording: "comment", version: 1, lang: "vi"}}'
        )
        inline = f"mutation {{ submitOpinion(input: {{{inner}}}) {{ ... on Refusal {{ code }} }} }}"
        for more in (
            {},
            {"extensions": {"persistedQuery": {"version": 1, "sha256Hash": sha256(inline.encode()).hexdigest()}}},
        ):
            answer = await person.client.post("/graphql", json={"query": inline, **more})
            assert "variable_required" in answer.text, answer.text
            self.refusals.append(("GraphQL, inline", answer.content))
        members = await person.body(contact=own.contact, text=written.text)
        wrong = [(path, _with(members, path, value)) for path, value in _wrong_values(members)]
        incomplete = {name: value for name, value in members.items() if name != "stance"}
        for path, body in [*wrong, ("incomplete", incomplete)]:
            sent["variables"] = {"input": {"consultation": str(self.id), **body}}
            answer = await person.client.post("/graphql", json=sent)
            self.refusals.append((f"GraphQL {path}", answer.content))

    async def _submit_wrong(self, person: Commenter) -> None:
        """Send private data in every member where it does not belong."""
        full = await person.body(contact=Canary("wrong").contact, ref="dieu-1", quote=_quote())
        for path, value in _wrong_values(full):
            answer = await person.post(_with(full, path, value))
            assert answer.status_code >= 400, (path, answer.text)
            self.refusals.append((f"POST {path}", answer.content))
            answer = await person.own(self.codes["quiet"], "PATCH", body=_with(full, path, value))
            assert answer.status_code >= 400, (path, answer.text)
            self.refusals.append((f"PATCH {path}", answer.content))
        own, json = Canary("wrong"), {"content-type": "application/json"}
        mine = f"{person.path}/comments/mine"
        for request in (
            {"method": "POST", "url": f"{person.path}/comments", "content": f'{{"text": "{own.text}', "headers": json},
            {"method": "POST", "url": f"{person.path}/comments", "content": own.text.encode()},
            {"method": "GET", "url": mine, "headers": {"comment-code": own.email}},
            {"method": "POST", "url": f"{mine}/erase", "headers": {"comment-code": own.email * 9}},
            {"method": "PATCH", "url": mine, "headers": {"comment-code": own.email}, "json": {"text": own.text}},
        ):
            answer = await person.client.request(**request)
            assert answer.status_code >= 400
            self.refusals.append((f"{request['method']} {request['url']}", answer.content))
        sender = FileSender(person, self.codes["filed"], self.comments["filed"])
        for wrong in (own.text.encode(), b"%PDF-1.7 " + own.text.encode()):
            self.refusals.append(("a file", (await sender.send(wrong, f"{own.name}.pdf")).content))

    async def _moderate(self) -> None:
        path = f"/api/v1/manage/consultations/{self.id}/moderation/decide"
        hidden = [{"id": str(self.comments["hidden"]), "version": 1}]
        async with self.client as client:
            body = {"decision": "hide", "reason": "private_data", "comments": hidden}
            answer = await client.post(path, json=body, headers=self.editor | {"idempotency-key": str(uuid4())})
            assert answer.json()["decided"] == 1, answer.text

    async def _receive_letter(self) -> None:
        """The file of a letter stays with the editors of the agency; its opinions are public."""
        path, version = f"/api/v1/manage/consultations/{self.id}/bodies", {"if-match": '"1"'}
        async with self.client as client:
            body = {"kind": "front", "name": "Mặt trận Tổ quốc", "asked_on": str(today() - timedelta(2))}
            made = (await client.post(path, json=body, headers=self.editor)).json()
            opinions = [{"draft": 1, "stance": "suggests", "text": "Đề nghị nêu rõ tuyến đường."}]
            reply = {"answered_on": str(today()), "opinions": opinions}
            at = f"{path}/{made['id']}"
            answer = await client.post(f"{at}/reply", json=reply, headers=self.editor | version)
            assert answer.status_code == 200, answer.text
            headers = self.editor | {"if-match": '"2"', "content-type": "application/pdf"}
            letter = next(body for name, body in Canary("letter").files().items() if name.endswith(".pdf"))
            answer = await client.put(f"{at}/file", params={"name": "cv-45.pdf"}, content=letter, headers=headers)
            assert answer.status_code == 200, answer.text

    async def end(self) -> None:
        """Publish the next draft, carry and group the comments, close, and answer."""
        changed = contents.draft(consultation=window(-2, 9), nodes=NODES[:1], draft_version=2)
        await self.publish("draft", changed, document_id=self.document)
        await CarryoverJob(self.database).run_once()
        await CampaignJob(self.database, self.settings).run_once()
        rows = {row.id: row for row in await comment_rows(self.database)}
        group = rows[self.comments["copy"]].group_id
        assert group is not None
        assert group == rows[self.comments["copied"]].group_id
        await change_consultation(self.database, self.id, closes_at=now() - CLOSING_DELAY - timedelta(minutes=1))
        assert await turn_due(self.database) == 1
        answer = {"consultation_id": self.id, "outcome": "noted", "reason": "Đã ghi nhận.", "by": "key:x", "version": 1}
        async with self.database.write() as session:
            for of in (
                {"group_id": group},
                {"comment_id": self.comments["quiet"]},
                {"comment_id": self.comments["kind"]},
            ):
                values = answer | of | {"id": uuid4(), "written_at": now()}
                await session.execute(insert(table(CommentAnswer)).values(**values))
            own = update(CONSULTATION).where(CONSULTATION.c.id == self.id)
            await session.execute(own.values(state="answered", answered_at=now()))
        await CommentRetention(self.database, self.settings).run_once()

    async def count_requests(self) -> None:
        """Ask so often that the address of the people stands in the table of rate limits."""
        async with self.client as client:
            for _ in range(40):
                await client.get("/api/v1/topics?limit=1")

    def stored_files(self) -> Iterator[tuple[str, bytes]]:
        """Files in the folder of the hub, without the letter of a body, which stays as it was received."""
        for path in sorted(Path(self.settings.data).rglob("*")):
            if path.is_file() and not (body := path.read_bytes()).startswith(b"%PDF"):
                yield path.name, body


def _person(name: str) -> dict[str, str]:
    return {"kind": "person", "name": name}


def _quote() -> dict[str, Any]:
    return {"exact": "7 giờ", "prefix": "từ", "suffix": ".", "start": 0, "end": 5}


def _leaves(value: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    if path:
        yield path
    if isinstance(value, dict):
        for name, inner in value.items():
            yield from _leaves(inner, (*path, name))


def _wrong_values(body: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    """Every member of a comment with private data of another type, and too much of it."""
    own = Canary("wrong")
    for path in _leaves(body):
        for value in ([own.text, CITIZEN_ID], own.text * 60):
            yield ".".join(path), value


def _with(body: dict[str, Any], path: str, value: Any) -> dict[str, Any]:
    name, _, inner = path.partition(".")
    return body | {name: _with(body[name], inner, value) if inner else value}
