"""Contacts of commenters: who reads which of them when, so that the agency can tell people of its answers."""

import csv
import io
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest
from sqlalchemy import insert, text, update

from hub.consultation.answers.models import CommentAnswer
from hub.consultation.comments.models import CommentState
from hub.consultation.comments.sealed_content import SealedContact, SealedContent
from hub.consultation.records import CONSULTATION
from hub.db import Database, table
from hub.settings import Settings
from hub.times import now
from tests.support.comment_rows import CommentRows
from tests.support.comments import open_consultation
from tests.support.editors import key
from tests.support.sealed_comments import store_comment
from tests.support.servers import Publish


class Contacts:
    """A consultation whose comments have contacts; some are answered."""

    def __init__(self, client: httpx.AsyncClient, database: Database, settings: Settings, id_: UUID):
        self.client, self.database, self.settings, self.id = client, database, settings, id_
        self.path = f"/api/v1/manage/consultations/{id_}/contacts"

    async def add(self, contact: SealedContact | None, **columns: Any) -> UUID:
        content = SealedContent(text="Đề nghị xem lại.", name="Lê Thị Kín Đáo")
        return (await store_comment(self.database, self.settings, self.id, content, contact, **columns))[0]

    async def answer(self, outcome: str = "accepted", **target: UUID) -> None:
        facts = {"id": uuid4(), "consultation_id": self.id, "outcome": outcome, "reason": "Đã sửa.", "by": "k"}
        async with self.database.write() as session:
            values = facts | {"written_at": now(), "version": 1} | target
            await session.execute(insert(table(CommentAnswer)).values(values))

    async def bring_to(self, state: str) -> None:
        async with self.database.write() as session:
            own = update(CONSULTATION).where(CONSULTATION.c.id == self.id)
            await session.execute(own.values(state=state, answered_at=now()))

    async def get(self, *scopes: str, agency: str = "ubnd-hue", suffix: str = "", **params: Any) -> httpx.Response:
        headers = {"authorization": f"Bearer {await key(self.database, agency, *scopes)}"}
        return await self.client.get(self.path + suffix, params=params, headers=headers)

    async def audited(self) -> list[Any]:
        async with self.database.read() as connection:
            query = text("SELECT agency, details FROM audit_entry WHERE verb = 'contacts-read' ORDER BY id")
            return [tuple(row) for row in await connection.execute(query)]


@pytest.fixture
async def contacts(
    client: httpx.AsyncClient, database: Database, settings: Settings, publish_edition: Publish
) -> Contacts:
    return Contacts(client, database, settings, await open_consultation(publish_edition))


async def test_contacts_are_refused_before_the_answers_are_public_and_to_whoever_may_not_publish(
    contacts: Contacts,
) -> None:
    await contacts.answer(comment_id=await contacts.add(SealedContact(email="kin@example.vn")))

    for state in ("open", "closed"):
        await contacts.bring_to(state)
        for suffix in ("", ".csv"):
            refused = await contacts.get(suffix=suffix)
            assert (refused.status_code, refused.json()["field"]) == (409, "state"), state
    await contacts.bring_to("answered")
    assert (await contacts.get("read:working")).status_code == 403
    assert (await contacts.get(agency="so-y-te")).status_code == 403
    assert (await contacts.client.get(contacts.path)).status_code == 401
    assert (await contacts.get(suffix=".csv", page=2)).status_code == 422
    assert await contacts.audited() == []


async def test_contacts_are_those_of_public_and_answered_comments_and_each_read_is_audited_without_them(
    contacts: Contacts,
) -> None:
    both = await contacts.add(SealedContact(email="kin@example.vn", phone="+84905123456"))
    hidden = await contacts.add(SealedContact(email="an@example.vn"), state=CommentState.hidden, hidden_reason="spam")
    without = await contacts.add(None)
    await contacts.add(SealedContact(email="khong.tra.loi@example.vn"))
    group, _ = await CommentRows(contacts.database, contacts.settings).add_group(contacts.id, 2)
    member = await contacts.add(SealedContact(phone="0234123456"), group_id=group)
    for comment in (both, hidden, without):
        await contacts.answer(comment_id=comment)
    await contacts.answer("rejected", group_id=group)
    await contacts.bring_to("answered")

    first = await contacts.get("publish", limit=1)
    page = first.json()
    rest = (await contacts.get(limit=1, cursor=page["next"])).json()

    assert "no-store" in first.headers["cache-control"]
    [item] = page["items"]
    assert (item["comment"], item["email"], item["phone"]) == (str(both), "kin@example.vn", "+84905123456")
    assert (item["outcome"], item["path"]) == (
        "accepted",
        f"/api/v1/consultations/{contacts.id}/comments/{both}",
    )
    assert "Kín Đáo" not in first.text
    [item] = rest["items"]
    assert (item["comment"], item["email"], item["phone"]) == (str(member), None, "0234123456")
    assert (item["outcome"], rest["next"]) == ("rejected", None)
    told = {"consultation": str(contacts.id), "contacts": 1}
    assert await contacts.audited() == [("ubnd-hue", told), ("ubnd-hue", told)]


async def test_contacts_as_csv_have_a_line_each_and_a_link_to_the_next_page(contacts: Contacts) -> None:
    for phone in ("+84905123456", "0234123456"):
        await contacts.answer(comment_id=await contacts.add(SealedContact(phone=phone)))
    await contacts.bring_to("answered")

    found = await contacts.get(suffix=".csv", limit=1)
    last = await contacts.get(suffix=".csv")

    assert 'rel="next"' in found.headers["link"]
    assert "link" not in last.headers
    assert "no-store" in found.headers["cache-control"]
    lines = list(csv.DictReader(io.StringIO(last.content.decode("utf-8-sig"))))
    assert [(line["phone"], line["outcome"]) for line in lines] == [
        ("'+84905123456", "accepted"),
        ("0234123456", "accepted"),
    ]
    assert [details["contacts"] for _, details in await contacts.audited()] == [1, 2]


async def test_contacts_over_graphql_are_the_same_and_audited_too(contacts: Contacts) -> None:
    comment = await contacts.add(SealedContact(email="kin@example.vn"))
    await contacts.answer(comment_id=comment)
    query = f'{{ manage {{ commentContacts(id: "{contacts.id}") {{ edges {{ node {{ comment email }} }} }} }} }}'
    headers = {"authorization": f"Bearer {await key(contacts.database)}"}

    refused = await contacts.client.post("/graphql", json={"query": query}, headers=headers)
    await contacts.bring_to("answered")
    found = await contacts.client.post("/graphql", json={"query": query}, headers=headers)

    assert refused.json()["errors"][0]["extensions"]["code"] == "transition_conflict"
    node = {"comment": str(comment), "email": "kin@example.vn"}
    assert found.json()["data"]["manage"]["commentContacts"]["edges"] == [{"node": node}]
    assert len(await contacts.audited()) == 1
