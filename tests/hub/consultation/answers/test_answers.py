"""Official answers: who may write which, what a refusal leaves alone, and when they are public."""

import asyncio
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest
from sqlalchemy import text, update

from hub.consultation.answers.queries import read_public_answers
from hub.consultation.clock import CLOSING_DELAY, turn_due
from hub.consultation.comments.body_models import BodyKind, ConsultationBody
from hub.consultation.comments.models import AuthorKind, CommentState
from hub.consultation.records import CONSULTATION, consultation_id
from hub.content.publishing import VIEW
from hub.db import Database
from hub.settings import Settings
from hub.times import now, today
from tests.support import contents
from tests.support.comment_rows import CommentRows
from tests.support.consultations import consultation_of, window
from tests.support.editors import key
from tests.support.official_table import draft_nodes
from tests.support.servers import Publish

REASON = "Đã sửa theo ý kiến."


class Desk:
    """An editor, a consultation of two versions whose window is over, and its comments."""

    def __init__(self, client: httpx.AsyncClient, secret: str, id_: UUID, rows: CommentRows, document: UUID):
        self.client, self.id, self.rows, self.document = client, id_, rows, document
        self.headers = {"authorization": f"Bearer {secret}"}
        self.path = f"/api/v1/manage/consultations/{id_}/answers"

    async def post(self, body: dict[str, Any], **headers: str) -> httpx.Response:
        return await self.client.post(self.path, json=body, headers=self.headers | headers)

    async def created(self, **body: Any) -> dict[str, Any]:
        body = {name: str(value) if isinstance(value, UUID) else value for name, value in body.items()}
        answer = await self.post({"outcome": "noted", "reason": REASON} | body)
        assert answer.status_code == 201, answer.text
        found: dict[str, Any] = answer.json()
        return found

    async def put(self, answer: str, body: dict[str, Any], version: int | None) -> httpx.Response:
        headers = self.headers | ({} if version is None else {"if-match": f'"{version}"'})
        return await self.client.put(f"{self.path}/{answer}", json=body, headers=headers)

    async def list(self, **params: Any) -> dict[str, Any]:
        answer = await self.client.get(self.path, params=params, headers=self.headers)
        assert answer.status_code == 200, answer.text
        found: dict[str, Any] = answer.json()
        return found

    async def public(self, **params: Any) -> dict[str, Any]:
        answer = await self.client.get(f"/api/v1/consultations/{self.id}/answers", params=params)
        assert answer.status_code == 200, answer.text
        found: dict[str, Any] = answer.json()
        return found

    async def verb(self, verb: str, body: dict[str, Any] | None = None) -> httpx.Response:
        path = f"/api/v1/manage/consultations/{self.id}"
        version = (await self.client.get(path, headers=self.headers)).json()["version"]
        headers = self.headers | {"if-match": f'"{version}"'}
        return await self.client.post(f"{path}/{verb}", json=body or {}, headers=headers)


@pytest.fixture
async def desk(client: httpx.AsyncClient, database: Database, settings: Settings, publish_edition: Publish) -> Desk:
    document = await publish_edition("draft", contents.draft(consultation=window(-9, 5), nodes=draft_nodes()))
    later = [each for each in draft_nodes() if each["ref"] != "dieu-11"]
    later = [each for each in later if not (each["parent"] or "").startswith("dieu-11")]
    content = contents.draft(consultation=window(-9, 5), nodes=later, draft_version=3)
    await publish_edition("draft", content, document_id=document)
    rows = CommentRows(database, settings)
    return Desk(client, await key(database, "ubnd-hue"), consultation_id(document), rows, document)


async def close(database: Database, id_: UUID) -> None:
    """End the window now."""
    ends = now()
    async with database.write() as session:
        own = update(CONSULTATION).where(CONSULTATION.c.id == id_)
        await session.execute(own.values(closes_at=ends, announced_closes_at=ends))
        await session.execute(update(VIEW).where(VIEW.c.consultation_id == id_).values(closes_at=ends))
    await turn_due(database, ends + CLOSING_DELAY + timedelta(seconds=1))


async def snapshot(database: Database) -> list[Any]:
    names = ("comment_answer", "consultation", "comment", "log_entry", "audit_entry", "idempotency_key")
    async with database.read() as connection:
        return [(await connection.execute(text(f"SELECT * FROM {name} ORDER BY 1, 2"))).all() for name in names]


async def test_each_wrong_answer_is_refused_with_its_field_and_changes_nothing(
    desk: Desk, database: Database, publish_edition: Publish
) -> None:
    comment = await desk.rows.add(desk.id)
    waiting = await desk.rows.add(desk.id, state=CommentState.waiting)
    on_later = await desk.rows.add(desk.id, draft_position=2)
    group, _ = await desk.rows.add_group(desk.id, 2, state=CommentState.withdrawn)
    other = consultation_id(await publish_edition("draft", contents.draft(consultation=window(-1, 5))))
    foreign = await desk.rows.add(other)
    whole: dict[str, Any] = {"comment": str(comment), "outcome": "accepted", "reason": REASON}
    changed = {"changed_draft": 2, "changed_ref": "dieu-2"}
    before = await snapshot(database)

    for change, status, code, field in (
        ({"comment": None}, 422, "invalid_input", "body.comment"),
        ({"group": str(group)}, 422, "invalid_input", "body.comment"),
        ({"comment": str(uuid4())}, 422, "unknown_reference", "comment"),
        ({"comment": str(foreign)}, 422, "unknown_reference", "comment"),
        ({"comment": str(waiting)}, 409, "transition_conflict", "comment"),
        ({"comment": None, "group": str(group)}, 409, "transition_conflict", "group"),
        ({"reason": " "}, 422, "invalid_input", "reason"),
        ({"reason": "a" * 10_001}, 422, "invalid_input", "reason"),
        ({"outcome": "agreed"}, 422, "invalid_input", "outcome"),
        ({"changed_ref": "dieu-2"}, 422, "invalid_input", "body.changed_ref"),
        ({"outcome": "rejected"} | changed, 422, "invalid_input", "body.changed_ref"),
        (changed | {"changed_draft": 1}, 422, "invalid_input", "changed_draft"),
        (changed | {"changed_draft": 3}, 422, "unknown_reference", "changed_draft"),
        # Public in version 1, and no part of version 2.
        (changed | {"changed_ref": "dieu-11"}, 422, "unknown_reference", "changed_ref"),
        (changed | {"comment": str(on_later)}, 422, "invalid_input", "changed_draft"),
        ({"by": "someone"}, 422, "unknown_parameter", "by"),
    ):
        body = {name: value for name, value in (whole | change).items() if value is not None}
        refused = await desk.post(body, **{"idempotency-key": "mot-khoa"})
        assert refused.status_code == status, (change, refused.text)
        problem = refused.json()
        assert (problem["code"], problem["field"]) == (code, field), change
    assert await snapshot(database) == before


async def test_only_editors_of_the_agency_with_the_right_scope_read_and_write_answers(
    desk: Desk, database: Database
) -> None:
    comment = await desk.rows.add(desk.id)
    answer = await desk.created(comment=comment)
    readers = {"authorization": f"Bearer {await key(database, 'ubnd-hue', 'read:working')}"}
    strangers = {"authorization": f"Bearer {await key(database, 'so-y-te')}"}
    before = await snapshot(database)
    body = {"outcome": "noted", "reason": REASON}
    one = f"{desk.path}/{answer['id']}"

    for headers, write, read in ((readers, 403, 200), (strangers, 403, 403), ({}, 401, 401)):
        match = headers | {"if-match": '"1"'}
        statuses = [
            (await desk.client.post(desk.path, json=body | {"comment": str(comment)}, headers=headers)).status_code,
            (await desk.client.put(one, json=body, headers=match)).status_code,
            (await desk.client.delete(one, headers=match)).status_code,
            (await desk.client.get(desk.path, headers=headers)).status_code,
        ]
        assert statuses == [write, write, write, read], headers
    assert await snapshot(database) == before


async def test_an_answer_is_changed_and_deleted_from_the_version_that_was_read(desk: Desk, database: Database) -> None:
    answer = await desk.created(comment=await desk.rows.add(desk.id))
    id_, body = answer["id"], {"outcome": "rejected", "reason": "Trái luật."}
    elsewhere = desk.path.replace(str(desk.id), str(uuid4()))

    assert (await desk.put(id_, body, None)).status_code == 428
    assert (await desk.put(id_, body, 7)).status_code == 412
    assert (await desk.put(str(uuid4()), body, 1)).status_code == 404
    wrong = await desk.client.put(f"{elsewhere}/{id_}", json=body, headers=desk.headers | {"if-match": '"1"'})
    assert wrong.status_code == 404
    changed = (await desk.put(id_, body, 1)).json()
    assert (changed["version"], changed["outcome"], changed["reason"]) == (2, "rejected", "Trái luật.")
    assert (await desk.put(id_, body, 1)).status_code == 412
    deleted = await desk.client.delete(f"{desk.path}/{id_}", headers=desk.headers | {"if-match": '"2"'})
    assert (deleted.status_code, deleted.json()["reason"]) == (200, "Trái luật.")
    async with database.read() as connection:
        verbs = (
            await connection.execute(text("SELECT verb, details FROM audit_entry WHERE verb LIKE 'answer%'"))
        ).all()
    assert [verb for verb, _ in verbs] == ["answer-create", "answer-change", "answer-delete"]
    assert "Trái luật" not in str(verbs)


async def test_of_two_answers_at_once_one_is_written_and_a_repetition_gets_the_first(desk: Desk) -> None:
    body = {"comment": str(await desk.rows.add(desk.id)), "outcome": "noted", "reason": REASON}

    found = await asyncio.gather(*(desk.post(body) for _ in range(4)))
    assert sorted(one.status_code for one in found) == [201, 409, 409, 409]
    other = body | {"comment": str(await desk.rows.add(desk.id))}
    twice = [await desk.post(other, **{"idempotency-key": "hai-lan"}) for _ in range(2)]
    assert twice[0].json() == twice[1].json()


async def test_a_consultation_is_answered_only_when_every_public_comment_is_and_none_waits(
    desk: Desk, database: Database
) -> None:
    own = await desk.rows.add(desk.id, ref="dieu-10")
    waiting = await desk.rows.add(desk.id, state=CommentState.waiting, held_for=["quota"])
    for state in (CommentState.withdrawn, CommentState.erased):
        await desk.rows.add(desk.id, state=state)
    await desk.rows.add(desk.id, state=CommentState.hidden, hidden_reason="spam")
    group, members = await desk.rows.add_group(desk.id, 3)
    await close(database, desk.id)
    await desk.rows.add(desk.id, "Gửi muộn")

    before = await snapshot(database)
    refused = await desk.verb("answer")
    assert (refused.status_code, refused.json()["code"]) == (409, "answers_missing")
    expected = {"public": 5, "answered": 0, "missing": 4, "late": 1, "waiting": 1}
    assert refused.json()["counts"] == expected | {"hidden": 1, "withdrawn": 1, "erased": 1}
    assert await snapshot(database) == before

    await desk.created(group=group)
    await desk.created(comment=own, outcome="accepted", changed_draft=2, changed_ref="dieu-2/khoan-1")
    assert (await desk.verb("answer")).json()["counts"]["missing"] == 0
    async with database.write() as session:
        await session.execute(
            text("UPDATE comment SET state = 'hidden', hidden_reason = 'spam' WHERE id = :id"), {"id": waiting}
        )
    assert (await desk.public())["counts"] is None
    async with database.read() as connection:
        assert await read_public_answers(connection, [own, *members]) == {}
    changes = (await consultation_of(database, desk.document)).comment_changes

    assert (await desk.verb("answer")).json()["state"] == "answered"

    found = await desk.public()
    assert [(one["number"] > 0, one["group"], one["comments"], one["ref"]) for one in found["items"]] == [
        (True, None, 1, "dieu-10"),
        (True, str(group), 3, None),
    ]
    assert found["items"][1]["comment"] == str(members[1])
    assert (found["items"][0]["changed_draft"], found["items"][0]["changed_ref"]) == (2, "dieu-2/khoan-1")
    assert found["counts"]["answered"] == 4
    async with database.read() as connection:
        answers = await read_public_answers(connection, [own, *members])
    assert {id_: answer.group for id_, answer in answers.items()} == {own: None, **dict.fromkeys(members, group)}
    assert {answer.comments for answer in answers.values()} == {1, 3}
    assert (await consultation_of(database, desk.document)).comment_changes == changes + 1


async def test_a_letter_in_its_own_term_needs_answers_after_the_end_and_one_of_the_front_always(
    desk: Desk, database: Database
) -> None:
    await close(database, desk.id)
    week: dict[str, Any] = {"received_at": now() + timedelta(days=3), "author_kind": AuthorKind.body}
    due, late, own_answer = today() + timedelta(days=9), today() + timedelta(days=1), today() + timedelta(days=3)
    bodies = {name: uuid4() for name in ("in its term", "after its term", "without a term", "the Front after its term")}
    terms = dict(zip(bodies, (due, late, None, late), strict=True))
    async with database.write() as session:
        for name, id_ in bodies.items():
            body = BodyKind.front if "Front" in name else BodyKind.agency
            facts: dict[str, Any] = {"consultation_id": desk.id, "name": name, "kind": body, "asked_on": today()}
            session.add(ConsultationBody(id=id_, due_on=terms[name], answered_on=own_answer, **facts))
    for number, (name, id_) in enumerate(bodies.items(), 1):
        kind: dict[str, Any] = {"author_kind": AuthorKind.front} if "Front" in name else {}
        await desk.rows.add(desk.id, name, ref=f"dieu-{number}", body_id=id_, **week | kind)
    await desk.rows.add(desk.id, "một người, gửi muộn", received_at=now() + timedelta(days=3))

    found = await desk.list()

    assert {item["ref"]: item["late"] for item in found["items"]} == {
        "dieu-1": False,
        "dieu-2": True,
        "dieu-3": True,
        "dieu-4": True,
        None: True,
    }
    assert (found["counts"]["missing"], found["counts"]["late"]) == (2, 3)
    assert (await desk.verb("answer")).json()["counts"]["missing"] == 2


async def test_a_public_answer_may_be_corrected_and_never_deleted(desk: Desk, database: Database) -> None:
    answer = await desk.created(comment=await desk.rows.add(desk.id))
    await close(database, desk.id)
    assert (await desk.verb("answer")).status_code == 200
    changes = (await consultation_of(database, desk.document)).comment_changes

    refused = await desk.client.delete(f"{desk.path}/{answer['id']}", headers=desk.headers | {"if-match": '"1"'})
    assert refused.status_code == 409
    assert (await desk.put(answer["id"], {"outcome": "noted", "reason": "Đính chính."}, 1)).json()["public"]
    assert [one["reason"] for one in (await desk.public())["items"]] == ["Đính chính."]
    assert (await consultation_of(database, desk.document)).comment_changes == changes + 1


async def test_a_member_with_an_answer_of_its_own_leaves_the_group(desk: Desk, database: Database) -> None:
    group, members = await desk.rows.add_group(desk.id, 3)
    await desk.created(group=group, reason="Chung.")
    await desk.created(comment=members[1], reason="Riêng.")
    await close(database, desk.id)
    assert (await desk.verb("answer")).status_code == 200

    found = {one["reason"]: (one["comments"], one["comment"]) for one in (await desk.public())["items"]}
    assert found == {"Chung.": (2, str(members[0])), "Riêng.": (1, str(members[1]))}
    async with database.read() as connection:
        answers = await read_public_answers(connection, members)
    assert [answers[one].reason for one in members] == ["Chung.", "Riêng.", "Chung."]
    assert answers[members[0]].comments == 2


async def test_an_answer_from_before_comments_joined_its_group_is_told_apart(desk: Desk, database: Database) -> None:
    group, _ = await desk.rows.add_group(desk.id, 2)
    await desk.created(group=group)
    assert [one["changed_after_answer"] for one in (await desk.list())["items"]] == [False]
    async with database.write() as session:
        await session.execute(text("UPDATE comment_group SET changed_at = clock_timestamp()"))

    assert [one["changed_after_answer"] for one in (await desk.list())["items"]] == [True]


async def test_answers_are_listed_by_version_and_article_in_pages_and_by_filter(desk: Desk) -> None:
    refs = ("dieu-10/khoan-2", None, "quy-che/dieu-2", "dieu-2", "dieu-10", "dieu-2/khoan-1", "dieu-11")
    ids = {ref: await desk.rows.add(desk.id, ref=ref) for ref in refs}
    await desk.rows.add(desk.id, ref="dieu-2", draft_position=2)
    await desk.created(comment=ids["dieu-10"], outcome="rejected")

    pages, cursor = [], None
    while True:
        page = await desk.list(limit=3, **({"cursor": cursor} if cursor else {}))
        pages.append([one["ref"] for one in page["items"]])
        if (cursor := page["next"]) is None:
            break
    ordered = ["dieu-2", "dieu-2/khoan-1", "dieu-10", "dieu-10/khoan-2", "dieu-11", "quy-che/dieu-2", None, "dieu-2"]
    assert [ref for page in pages for ref in page] == ordered
    assert [len(page) for page in pages] == [3, 3, 2]
    below = await desk.list(ref="dieu-10")
    assert [one["ref"] for one in below["items"]] == ["dieu-10", "dieu-10/khoan-2"]
    assert [one["ref"] for one in (await desk.list(missing=True, ref="dieu-10"))["items"]] == ["dieu-10/khoan-2"]
    assert [one["answer"]["outcome"] for one in (await desk.list(missing=False))["items"]] == ["rejected"]
    assert [one["ref"] for one in (await desk.list(outcome="rejected"))["items"]] == ["dieu-10"]
    assert [one["draft"] for one in (await desk.list(draft=2))["items"]] == [2]
    stale = await desk.client.get(desk.path, params={"cursor": "abc"}, headers=desk.headers)
    assert (stale.status_code, stale.json()["code"]) == (422, "invalid_cursor")


async def test_answers_that_were_written_are_public_after_an_adoption_without_all_of_them(
    desk: Desk, database: Database, publish_edition: Publish
) -> None:
    one = await desk.rows.add(desk.id)
    await desk.rows.add(desk.id)
    await desk.created(comment=one)
    await close(database, desk.id)
    policy = await publish_edition("policy", contents.policy())
    body = {"policy": str(policy), "without_answers": True, "reason": "Khẩn cấp."}
    assert (await desk.verb("adopt", body)).status_code == 200

    found = await desk.public()
    assert [one["comment"] for one in found["items"]] == [str(one)]
    assert (found["counts"]["answered"], found["counts"]["missing"]) == (1, 1)


@pytest.mark.parametrize("verb", ["adopt", "drop"])
async def test_comments_and_groups_show_answers_exactly_while_these_are_public(
    desk: Desk, database: Database, publish_edition: Publish, verb: str
) -> None:
    """An adoption without all answers makes them public; dropping what was answered takes them back."""
    comment = await desk.rows.add(desk.id)
    group, _ = await desk.rows.add_group(desk.id, 2)
    await close(database, desk.id)
    await desk.created(comment=comment)
    await desk.created(group=group)
    path = f"/api/v1/consultations/{desk.id}"

    async def shown() -> set[bool]:
        comments = (await desk.client.get(f"{path}/comments")).json()["items"]
        [one] = (await desk.client.get(f"{path}/groups")).json()["items"]
        alone = (await desk.client.get(f"{path}/comments/{comment}")).json()
        return {one["answered"], alone["answer"] is not None, *(each["answer"] is not None for each in comments)}

    assert await shown() == {False}
    if verb == "drop":
        assert (await desk.verb("answer")).status_code == 200
        assert await shown() == {True}
    before = (await desk.client.get(path)).json()["comment_changes"]
    policy = str(await publish_edition("policy", contents.policy()))
    breach = {"policy": policy, "without_answers": True, "reason": "Bão đến gần."}
    done = await desk.verb(verb, breach if verb == "adopt" else {"reason": "Không còn cần."})

    assert done.status_code == 200, done.text
    assert await shown() == {verb == "adopt"}
    assert bool((await desk.public())["items"]) is (verb == "adopt")
    assert (await desk.client.get(path)).json()["comment_changes"] == before + 1


async def test_nothing_of_a_consultation_whose_drafts_are_gone_is_read(desk: Desk, database: Database) -> None:
    assert (await desk.client.get(f"/api/v1/consultations/{uuid4()}/answers")).status_code == 404
    async with database.write() as session:
        await session.execute(update(VIEW).where(VIEW.c.document_id == desk.document).values(state="gone"))
    assert (await desk.client.get(f"/api/v1/consultations/{desk.id}/answers")).status_code == 404
