"""Moderators decide on comments in batches, which are undone exactly; nobody else reads or changes anything."""

import asyncio
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest
from sqlalchemy import select, text, update

from hub.consultation.comments.models import AuthorShown, CommentState
from hub.consultation.moderation.commands import DECISION
from hub.consultation.wordings import codes_of
from hub.db import Database
from hub.times import now
from tests.support import contents
from tests.support.comments import Commenter, change_consultation
from tests.support.consultations import consultation_of, window
from tests.support.editors import key
from tests.support.moderation_desk import CLEAN, COMMENT, PHONE, Desk, results
from tests.support.servers import Publish


async def snapshot(database: Database) -> list[Any]:
    """Everything that moderation may change."""
    names = ("comment", "comment_decision", "consultation", "audit_entry")
    async with database.read() as connection:
        return [(await connection.execute(text(f"SELECT * FROM {name} ORDER BY 1, 2"))).all() for name in names]


async def test_whoever_may_not_moderate_the_agency_reads_and_changes_nothing(
    desk: Desk, client: httpx.AsyncClient
) -> None:
    waiting = await desk.wait()
    batch = (await desk.decided("hold", waiting))["batch"]
    before = await snapshot(desk.database)
    decide = {"decision": "publish", "comments": [{"id": str(waiting), "version": 2}]}
    requests: list[tuple[str, str, Any]] = [
        ("GET", "", None),
        ("POST", "/decide", decide),
        ("POST", f"/batches/{batch}/undo", {}),
        ("POST", "/review", {"review_first": True}),
    ]
    other = await key(desk.database, "so-y-te")
    reader = await key(desk.database, "ubnd-hue", "read:working", "write")
    for method, path, body in requests:
        for token, status in ((None, 401), (other, 403), (reader, 403)):
            headers = {"authorization": f"Bearer {token}"} if token else {}
            answer = await client.request(method, f"{desk.path}{path}", json=body, headers=headers)
            assert (path, answer.status_code) == (path, status)
            assert CLEAN not in answer.text
        missing = desk.path.replace(str(desk.id), str(uuid4())) + path
        assert (await client.request(method, missing, json=body, headers=desk.headers)).status_code == 404
    assert await snapshot(desk.database) == before


@pytest.mark.parametrize(
    ("body", "named"),
    [
        ({"decision": "hide"}, "reason"),
        ({"decision": "hide", "reason": "dislike"}, "reason"),
        ({"decision": "publish", "reason": "insult"}, "reason"),
        ({"decision": "praise"}, "decision"),
        ({"decision": "publish", "comments": []}, "comments"),
        ({"decision": "publish", "comments": "twice"}, "comments"),
        ({"decision": "publish", "comments": "many"}, "comments"),
        ({"decision": "publish", "comments": "unversioned"}, "comments"),
    ],
)
async def test_a_wrong_decision_is_refused_whole(desk: Desk, body: dict[str, Any], named: str) -> None:
    one = {"id": str(await desk.wait()), "version": 1}
    before = await snapshot(desk.database)
    comments: dict[Any, list[Any]] = {
        "twice": [one, one],
        "many": [{"id": str(uuid4()), "version": 1} for _ in range(501)],
        "unversioned": [{"id": one["id"]}],
    }
    given = body.get("comments", [one])
    sent = body | {"comments": comments[given] if isinstance(given, str) else given}
    answer = await desk.client.post(f"{desk.path}/decide", json=sent, headers=desk.headers)
    assert answer.status_code == 422
    assert answer.json()["field"].startswith(named)
    if named == "reason" and body["decision"] == "hide":
        assert all(code in answer.json()["expected"] for code in codes_of("hidden_reason"))
    assert await snapshot(desk.database) == before


async def test_each_comment_of_a_batch_has_its_own_result(desk: Desk) -> None:
    waits, public, hidden = await desk.wait("quota"), await desk.add(), await desk.add()
    await desk.decided("hide", hidden, reason="insult")
    gone = [await desk.add(state=state, content_sealed=None) for state in (CommentState.withdrawn, CommentState.erased)]
    stale, unknown = await desk.add(version=4), uuid4()
    elsewhere = await desk.add()
    counted = await desk.changes()

    answer = await desk.decided("hide", unknown, stale, *gone, public, waits, reason="insult")

    assert results(answer) == ["unknown", "changed_since", "ended", "ended", "decided", "decided"]
    assert answer["decided"] == 2
    assert [one["state"] for one in answer["comments"]] == [None, "public", "withdrawn", "erased", "hidden", "hidden"]
    assert [one["version"] for one in answer["comments"]] == [None, 4, 1, 1, 2, 2]
    assert await desk.standing(waits) == ("hidden", "insult", [])
    assert (await desk.standing(elsewhere))[0] == "public"
    assert await desk.changes() == counted + 1  # the one that waited was never public
    again = await desk.decided("hide", hidden, reason="insult", version=2)
    assert (results(again), again["batch"]) == (["unchanged"], None)
    assert results(await desk.decided("hide", hidden, reason="off_topic", version=2)) == ["decided"]


async def test_five_hundred_comments_are_one_batch_and_one_undo(desk: Desk) -> None:
    first = await desk.wait("quota", "private_data")
    copies = "INSERT INTO comment (id, consultation_id, draft_position, stance, author_kind, shown, state, held_for, "
    copies += "received_at, version) SELECT gen_random_uuid(), consultation_id, 1, 'agrees', 'person', 'kind', "
    copies += "'waiting', held_for, received_at, 1 FROM comment, generate_series(1, 499)"
    async with desk.database.write() as session:
        await session.execute(text(copies))
        ids = list((await session.execute(select(COMMENT.c.id))).scalars())
    answer = await desk.decided("publish", *ids)
    assert (answer["decided"], len(answer["comments"]), await desk.changes()) == (500, 500, 500)
    assert await desk.standing(first) == ("public", None, [])
    undone = await desk.undone(answer["batch"])
    assert (undone["decided"], await desk.changes()) == (500, 1_000)
    assert await desk.standing(first) == ("waiting", None, ["quota", "private_data"])


async def test_undoing_restores_what_was_and_reports_what_was_changed_since(desk: Desk) -> None:
    waits, public, amended, later = await desk.wait("quota"), await desk.add(), await desk.add(), await desk.add()
    withdrawn = await desk.add()
    batch = (await desk.decided("hide", waits, public, amended, later, withdrawn, reason="off_topic"))["batch"]
    other = await desk.decided("hide", later, reason="insult", version=2)
    async with desk.database.write() as session:
        await session.execute(update(COMMENT).where(COMMENT.c.id == amended).values(version=3))
        gone = {"state": "withdrawn", "hidden_reason": None, "version": 3}
        await session.execute(update(COMMENT).where(COMMENT.c.id == withdrawn).values(**gone))

    undone = await desk.undone(batch)

    assert {one["id"]: one["result"] for one in undone["comments"]} == {
        str(waits): "restored",
        str(public): "restored",
        str(amended): "changed_since",
        str(later): "changed_since",
        str(withdrawn): "ended",
    }
    assert await desk.standing(waits) == ("waiting", None, ["quota"])
    assert await desk.standing(public) == ("public", None, [])
    assert await desk.standing(amended) == ("hidden", "off_topic", [])
    assert await desk.standing(later) == ("hidden", "insult", [])
    assert sorted(set(results(await desk.undone(batch)))) == ["changed_since", "ended", "unchanged"]
    # The later decision is undone first; then the earlier one can be, too.
    assert results(await desk.undone(other["batch"])) == ["restored"]
    assert await desk.standing(later) == ("hidden", "off_topic", [])
    assert "restored" in results(await desk.undone(batch))
    assert await desk.standing(later) == ("public", None, [])


async def test_a_batch_of_another_consultation_is_unknown(desk: Desk, publish_edition: Publish) -> None:
    foreign = await desk.add()
    batch = (await desk.decided("hide", foreign, reason="insult"))["batch"]
    document = await publish_edition("draft", contents.draft(consultation=window(-3, 9)))
    other = Desk(desk.client, desk.key, desk.database, desk.settings, document)
    before = await snapshot(desk.database)
    for asked in (batch, uuid4()):
        answer = await desk.client.post(f"{other.path}/batches/{asked}/undo", headers=desk.headers)
        assert (answer.status_code, answer.json()["field"]) == (404, "batch")
    assert results(await other.decided("publish", foreign, version=2)) == ["unknown"]
    assert await snapshot(desk.database) == before


async def test_of_two_moderators_at_once_one_decides_on_each_comment(desk: Desk) -> None:
    ids = [await desk.wait() for _ in range(6)]
    second = Desk(
        desk.client, await key(desk.database, "ubnd-hue", "moderate"), desk.database, desk.settings, desk.document
    )
    answers = await asyncio.gather(
        desk.decided("publish", *ids), second.decided("hide", *reversed(ids), reason="insult"),
        desk.decided("hold", *ids[2:]), second.decided("publish", *ids[:3]),
    )  # fmt: skip
    took = [one["id"] for answer in answers for one in answer["comments"] if one["result"] == "decided"]
    assert sorted(took) == sorted(map(str, ids))
    assert {result for answer in answers for result in results(answer)} == {"decided", "changed_since"}
    async with desk.database.read() as connection:
        assert len((await connection.execute(select(DECISION))).all()) == len(ids)


async def test_a_decision_is_audited_without_any_text_and_repeated_requests_decide_once(desk: Desk) -> None:
    id_ = await desk.add(f"Gọi {PHONE}.", name="Hồ Sông Mây", shown=AuthorShown.name)
    body = {"decision": "hide", "reason": "private_data", "comments": [{"id": str(id_), "version": 1}]}
    headers = desk.headers | {"idempotency-key": "mot-lan"}
    first, second = [
        (await desk.client.post(f"{desk.path}/decide", json=body, headers=headers)).json() for _ in range(2)
    ]
    assert first == second
    assert results(await desk.undone(first["batch"])) == ["restored"]
    async with desk.database.read() as connection:
        audited = (
            await connection.execute(text("SELECT verb, details FROM audit_entry ORDER BY id DESC LIMIT 2"))
        ).all()
        names = ("audit_entry", "idempotency_key", "comment_decision", "log_entry")
        kept = str([(await connection.execute(text(f"SELECT * FROM {name}"))).all() for name in names])
    assert [row.verb for row in audited] == ["comments-undo", "comments-decide"]
    assert audited[1].details["comments"] == 1
    assert audited[1].details["reason"] == "private_data"
    assert PHONE not in kept
    assert "Sông Mây" not in kept


async def test_everybody_can_read_how_many_are_hidden_for_which_reason(desk: Desk, client: httpx.AsyncClient) -> None:
    path = f"/api/v1/consultations/{desk.id}/moderation"
    ids = [await desk.add(f"Ý kiến {PHONE}") for _ in range(3)] + [await desk.wait()]
    await desk.decided("hide", *ids[:2], reason="private_data")
    set_ = await client.post(f"{desk.path}/review", json={"review_first": True}, headers=desk.headers)
    assert set_.json()["review_first"] is True
    assert (await consultation_of(desk.database, desk.document)).review_first is True
    answer = await client.get(path)
    found = answer.json()
    assert (found["review_first"], found["public"], found["waiting"], found["hidden"]) == (True, 1, 1, 2)
    assert [one["reason"] for one in found["reasons"]] == list(codes_of("hidden_reason"))
    assert {one["reason"]: one["count"] for one in found["reasons"] if one["count"]} == {"private_data": 2}
    assert (await client.get(path, params={"lang": "en"})).json()["reasons"] != found["reasons"]
    assert PHONE not in answer.text
    async with desk.database.write() as session:
        await session.execute(text("UPDATE published_view SET state = 'gone'"))
    assert (await client.get(path)).status_code == 404


async def test_a_comment_that_becomes_public_once_the_answers_are_is_told_as_a_breach_until_it_is_answered(
    desk: Desk, client: httpx.AsyncClient
) -> None:
    path = f"/api/v1/consultations/{desk.id}"
    hidden, late = await desk.add(), await desk.add()
    batch = (await desk.decided("hide", hidden, late, reason="off_topic"))["batch"]
    moment = now()
    await change_consultation(desk.database, desk.id, state="closed", closes_at=moment)
    async with desk.database.write() as session:
        await session.execute(update(COMMENT).where(COMMENT.c.id == late).values(received_at=moment))
    before = (await client.get(f"{path}/moderation")).json()
    await change_consultation(desk.database, desk.id, state="answered", answered_at=now())

    shown = await desk.undone(batch)

    assert before["unanswered"] == 0
    assert (results(shown), shown["unanswered"]) == (["restored", "restored"], 1)
    assert (await client.get(f"{path}/moderation")).json()["unanswered"] == 1
    assert (await client.get(f"{path}/answers")).json()["counts"]["missing"] == 1
    body = {"comment": str(hidden), "outcome": "noted", "reason": "Xin ghi nhận."}
    answers = f"/api/v1/manage/consultations/{desk.id}/answers"
    assert (await client.post(answers, json=body, headers=desk.headers)).status_code == 201
    assert (await client.get(f"{path}/moderation")).json()["unanswered"] == 0


async def test_the_review_setting_is_audited_once(desk: Desk, client: httpx.AsyncClient) -> None:
    moderator = await key(desk.database, "ubnd-hue", "moderate")
    headers = {"authorization": f"Bearer {moderator}"}
    body = {"review_first": True}
    assert (await client.post(f"{desk.path}/review", json=body, headers=headers)).status_code == 403
    for _ in range(2):
        assert (await client.post(f"{desk.path}/review", json=body, headers=desk.headers)).status_code == 200
    async with desk.database.read() as connection:
        found = (await connection.execute(text("SELECT verb, details FROM audit_entry"))).all()
    reader = {"authorization": f"Bearer {await key(desk.database, 'ubnd-hue', 'read:working')}"}
    managed = await client.get(f"/api/v1/manage/consultations/{desk.id}", headers=reader)
    assert managed.json()["review_first"] is True
    assert [(row.verb, row.details["review_first"]) for row in found] == [("comments-review", True)]


async def test_a_hidden_comment_is_on_no_public_surface_from_the_commit_on(
    desk: Desk, client: httpx.AsyncClient
) -> None:
    stays, goes = (
        await desk.add("Ý kiến ở lại."),
        await desk.add(f"Gọi {PHONE}.", name="Hồ Mây", shown=AuthorShown.name),
    )
    listed = f"/api/v1/consultations/{desk.id}/comments"
    query = f'{{ opinions(consultation: "{desk.id}") {{ edges {{ node {{ id text }} }} counts {{ total }} }} }}'
    paths = [listed, f"{listed}/{goes}", f"/api/v1/consultations/{desk.id}", "/api/v1/changes?subject=consultation"]
    paths += [f"/d/{desk.document}", "/metrics", f"/api/v1/consultations/{desk.id}/moderation"]

    async def read() -> str:
        answers = [await client.get(path, headers={"accept": "*/*"}) for path in paths]
        answers.append(await client.post("/graphql", json={"query": query}))
        return "".join(answer.text for answer in answers)

    before = await read()
    assert before.count(PHONE) >= 3
    etag = (await client.get(listed)).headers.get("etag")
    batch = (await desk.decided("hide", goes, reason="private_data"))["batch"]

    after = await read()
    assert (PHONE in after, str(goes) in after, "Hồ Mây" in after) == (False, False, False)
    assert str(stays) in after
    assert (await client.get(f"{listed}/{goes}")).status_code == 404
    assert (await client.get(listed)).json()["counts"]["total"] == 1
    assert (await client.get(listed, headers={"if-none-match": etag or ""})).status_code == 200
    await desk.undone(batch)
    assert (await read()).count(PHONE) == before.count(PHONE)


async def test_a_decision_is_undone_though_the_author_changed_their_contact(desk: Desk) -> None:
    person = Commenter(desk.client, desk.id)
    made = await person.submit(contact={"email": "song.may@example.vn"})
    batch = (await desk.decided("hide", UUID(made["id"]), reason="off_topic"))["batch"]
    before = (await person.own(made["code"])).json()
    amended = await person.amend(made["code"], contact=None)

    assert amended.json() == before | {"has_contact": False}
    assert results(await desk.undone(batch)) == ["restored"]


async def test_what_the_author_changed_meanwhile_is_not_published_unread(
    client: httpx.AsyncClient, desk: Desk, database: Database
) -> None:
    author = Commenter(client, desk.id)
    sent = await author.submit(text=f"Gọi {PHONE} nhé, tôi góp ý Điều 1.")
    assert sent["state"] == "waiting"
    [read] = (await desk.queue())["items"]
    amended = await author.own(sent["code"], "PATCH", body={"text": f"Gọi {PHONE}, hoặc 0914 222 333."})
    assert amended.status_code == 200, amended.text
    answer = await desk.decided("publish", UUID(read["id"]), version=read["version"])
    assert results(answer) == ["changed_since"]
    assert answer["comments"][0]["state"] == "waiting"
    [read] = (await desk.queue())["items"]
    await desk.decided("hide", UUID(read["id"]), reason="private_data", version=read["version"])
    mine = (await author.own(sent["code"])).json()
    assert (mine["state"], mine["hidden_reason"]) == ("hidden", "private_data")
