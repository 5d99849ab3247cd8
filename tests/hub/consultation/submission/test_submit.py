"""Submission of comments: what is refused stores nothing; what is accepted is sealed, and public or held."""

from datetime import timedelta
from hashlib import sha256
from typing import Any
from uuid import uuid4

import httpx
import pytest
from sqlalchemy import func, select, text

from hub.app import create_app
from hub.auth.models import SpentChallenge
from hub.consultation.comments.models import CommentKey, CommentQuota, CommentReceipt
from hub.consultation.records import consultation_id
from hub.db import Database, table
from hub.settings import Settings
from hub.times import now
from tests.support import contents
from tests.support.asgi import running
from tests.support.comments import (
    TEXT,
    Commenter,
    change_consultation,
    comment_body,
    comment_rows,
    consultation_row,
    open_consultation,
)
from tests.support.consultations import changes, window
from tests.support.editors import Editor, key
from tests.support.servers import Publish

TABLES = [table(model) for model in (CommentKey, CommentReceipt, SpentChallenge, CommentQuota)]


@pytest.fixture
async def person(client: httpx.AsyncClient, publish_edition: Publish) -> Commenter:
    return Commenter(client, await open_consultation(publish_edition))


async def stored(database: Database) -> list[int]:
    """Numbers of comments, keys, receipts, proofs and quotas."""
    async with database.read() as connection:
        counts = [(await connection.execute(select(func.count()).select_from(one))).scalar_one() for one in TABLES]
    return [len(await comment_rows(database)), *counts]


QUOTE = {"exact": "7 giờ", "start": 0, "end": 0}


@pytest.mark.parametrize(
    ("change", "status", "code", "field"),
    [
        ({"proof": None}, 422, "proof_required", "proof"),
        ({"proof": {"challenge": "x", "counter": 1}}, 422, "proof_wrong", "proof.challenge"),
        ({"draft": 2}, 422, "invalid_input", "draft"),
        ({"ref": "dieu-9"}, 422, "unknown_node", "ref"),
        ({"quote": QUOTE}, 422, "unknown_node", "ref"),
        ({"ref": "dieu-2", "quote": QUOTE}, 422, "quote_not_found", "quote.exact"),
        ({"ref": "dieu-2", "quote": {"exact": "được vào", "start": 900, "end": 908}}, 201, None, None),
        ({"ref": "dieu-1", "quote": {**QUOTE, "start": -1}}, 422, "invalid_input", "quote.start"),
        ({"consent": {"wording": "comment", "version": 9, "lang": "vi"}}, 422, "consent_outdated", "consent"),
        ({"consent": {"wording": "other", "version": 1, "lang": "vi"}}, 422, "consent_outdated", "consent"),
        ({"stance": "hates"}, 422, "invalid_input", "stance"),
        ({"text": ""}, 422, "invalid_input", "text"),
        ({"text": " \u200b\n"}, 422, "invalid_input", "text"),
        ({"text": "ạ" * 5_001}, 422, "invalid_input", "text"),
        ({"author": {"kind": "front"}}, 422, "invalid_input", "author.kind"),
        ({"author": {"kind": "anonymous", "name": "Ẩn"}}, 422, "invalid_input", "author.name"),
        ({"author": {"kind": "business"}, "shown": "name"}, 422, "invalid_input", "body.shown"),
        ({"contact": {}}, 422, "invalid_input", "contact.email"),
        ({"contact": {"email": "song.may@"}}, 422, "invalid_input", "contact.email"),
        ({"contact": {"phone": "gọi tôi"}}, 422, "invalid_input", "contact.phone"),
        ({"secret": 1}, 422, "unknown_parameter", "secret"),
    ],
)
async def test_what_is_wrong_is_refused_with_its_field_and_stores_nothing(
    person: Commenter, database: Database, change: dict[str, Any], status: int, code: str | None, field: str | None
) -> None:
    before = await stored(database)
    body = comment_body(**change)
    if "proof" not in change:
        body["proof"] = await person.prove(body["text"]) if 0 < len(body["text"]) <= 5_000 else None

    answer = await person.post(body)

    assert answer.status_code == status, answer.text
    if code is not None:
        assert (answer.json()["code"], answer.json()["field"]) == (code, field)
        assert await stored(database) == before
        assert answer.headers["cache-control"] == "no-store"
        assert "song.may" not in answer.text


async def test_a_comment_is_answered_with_its_code_and_stored_sealed(
    person: Commenter, database: Database, client: httpx.AsyncClient
) -> None:
    began = now() - timedelta(seconds=1)
    quote = {"exact": "Xe chở rác", "start": 7, "end": 9}
    answer = await person.post(
        await person.body(
            ref="dieu-2",
            quote=quote,
            text=f"  {TEXT}\r\n\u200bHai  dòng.  ",
            shown="name",
            contact={"email": "song.may@example.vn", "phone": "+84 905 123 457"},
        )
    )

    found, kept = answer.json(), f"{TEXT}\nHai  dòng."
    assert answer.status_code == 201
    assert answer.headers["cache-control"] == "no-store"
    assert "content-encoding" not in answer.headers
    assert (found["state"], found["held_for"], found["text"]) == ("public", [], kept)
    assert found["sha256"] == sha256(kept.encode()).hexdigest()
    assert len(found["code"].replace("-", "")) == 26
    [row] = await comment_rows(database)
    assert (str(row.id), row.ref, row.draft_position) == (found["id"], "dieu-2", 1)
    assert row.quote == {
        "exact": "Xe chở rác",
        "start": 29,
        "end": 39,
        "prefix": row.quote["prefix"],
        "suffix": row.quote["suffix"],
    }
    assert row.quote["suffix"].startswith(" được vào sau")
    assert began < row.received_at < now()
    async with database.read() as connection:
        dump = str((await connection.execute(text("SELECT * FROM comment, comment_receipt"))).all())
    assert not any(word in dump for word in ("Sông Mây", "chợ đầu mối", "example.vn", "905", found["code"]))
    assert (await consultation_row(database, person.consultation)).comment_changes == 1
    assert [entry["event"] for entry in await changes(client)] == ["announced", "opened"]


@pytest.mark.parametrize(
    ("change", "window", "stage"),
    [({}, (3, 9), "announced"), ({}, (-9, -2), "closed"), ({"state": "dropped"}, (-2, 9), "dropped")],
)
async def test_outside_of_its_window_a_consultation_takes_nothing(
    client: httpx.AsyncClient,
    database: Database,
    publish_edition: Publish,
    change: dict[str, Any],
    window: tuple[int, int],
    stage: str,
) -> None:
    person = Commenter(client, await open_consultation(publish_edition, *window))
    if change:
        await change_consultation(database, person.consultation, dropped_at=now(), **change)

    answer = await person.post(await person.body())

    assert (answer.status_code, answer.json()["code"]) == (409, "consultation_not_open")
    assert answer.json()["state"] == stage
    assert {"opens_at", "closes_at", "received_at"} <= answer.json().keys()
    assert await stored(database) == [0] * 5


async def test_nobody_comments_on_what_is_not_public(
    client: httpx.AsyncClient, database: Database, publish_edition: Publish
) -> None:
    consultation = await open_consultation(publish_edition)
    person = Commenter(client, consultation)
    body = await person.body()
    unknown = await Commenter(client, uuid4()).post(body)
    chief = Editor(client, await key(database, "ubnd-hue"))
    async with database.read() as connection:
        document = (await connection.execute(text("SELECT document_id FROM consultation_document"))).scalar_one()
    await chief.done(str(document), "withdraw", {"reason": "Rà soát"})
    withdrawn = await person.post(body)

    assert (unknown.status_code, unknown.json()["code"]) == (404, "not_found")
    assert (withdrawn.status_code, withdrawn.json()["field"]) == (422, "draft")
    assert await stored(database) == [0] * 5


async def test_a_proof_is_for_one_comment_one_text_and_one_consultation(
    client: httpx.AsyncClient, database: Database, publish_edition: Publish
) -> None:
    person = Commenter(client, await open_consultation(publish_edition))
    other = Commenter(client, await open_consultation(publish_edition, title="Dự thảo khác"))
    body = await person.body()
    elsewhere = await other.post(body)
    changed = await person.post(body | {"text": TEXT + "!"})
    before = await stored(database)
    first = await person.post(body)
    again = await person.post(body | {"stance": "against"})

    assert [one.json()["code"] for one in (elsewhere, changed)] == ["proof_wrong", "proof_wrong"]
    assert before == [0] * 5
    assert first.status_code == 201
    assert (again.status_code, again.json()["code"]) == (409, "proof_used")
    assert (await stored(database))[:4] == [1] * 4


async def test_the_same_request_again_gets_the_first_answer_also_after_the_end(
    person: Commenter, database: Database
) -> None:
    body = await person.body()
    first = await person.post(body)
    again = await person.post(body)
    await change_consultation(database, person.consultation, closes_at=now() - timedelta(seconds=1))
    late = await person.post(body)

    assert first.status_code == again.status_code == late.status_code == 201
    assert again.json() == first.json()
    assert late.json() | {"changeable_until": ""} == first.json() | {"changeable_until": ""}
    assert (await stored(database))[:4] == [1] * 4


@pytest.mark.parametrize(
    ("change", "reasons"),
    [
        ({"text": "Gọi tôi theo số 0905 123 457 nhé."}, ["private_data"]),
        ({"author": {"kind": "person", "name": "Lan 0905123457"}, "shown": "name"}, ["private_data"]),
        ({"author": {"kind": "person", "name": "Lan 0905123457"}, "shown": "kind"}, []),
    ],
)
async def test_private_data_in_what_would_be_public_waits_for_a_moderator(
    person: Commenter, database: Database, change: dict[str, Any], reasons: list[str]
) -> None:
    found = await person.submit(**change)

    assert found["held_for"] == reasons
    assert found["state"] == ("waiting" if reasons else "public")
    assert len(await person.texts()) == (not reasons)
    row = await consultation_row(database, person.consultation)
    assert row.comment_changes == (not reasons)


async def test_where_moderators_read_first_each_comment_waits(person: Commenter, database: Database) -> None:
    await change_consultation(database, person.consultation, review_first=True)

    assert (await person.submit())["held_for"] == ["review_first"]
    assert (await person.listed())["counts"]["total"] == 0


async def test_beyond_a_quota_comments_wait_and_none_is_lost_and_a_key_raises_it(
    settings: Settings, database: Database, publish_edition: Publish
) -> None:
    few = Settings(**{**settings.model_dump(exclude_unset=True), "comment_quota_network": 1})
    partner = await key(database, "so-y-te")
    async with running(create_app(few)) as client:
        person = Commenter(client, await open_consultation(publish_edition))
        states = [(await person.submit())["held_for"] for _ in range(2)]
        raised = await person.post(await person.body(), authorization=f"Bearer {partner}")

    assert states == [[], ["quota"]]
    assert raised.json()["held_for"] == []
    assert len(await comment_rows(database)) == 3


async def test_a_consultation_in_which_a_body_was_asked_is_not_merged_into_another(
    client: httpx.AsyncClient, database: Database, publish_edition: Publish
) -> None:
    first = await open_consultation(publish_edition)
    document = await publish_edition("draft", contents.draft(consultation=window(-1, 8)))
    headers = {"authorization": f"Bearer {await key(database, 'ubnd-hue')}"}
    asked = {"kind": "agency", "name": "Sở Xây dựng", "asked_on": "2026-11-03"}
    path = f"/api/v1/manage/consultations/{consultation_id(document)}/bodies"
    made = await client.post(path, json=asked, headers=headers)
    assert made.status_code == 201, made.text

    path = f"/api/v1/manage/consultations/{first}/link"
    answer = await client.post(path, json={"document": str(document)}, headers=headers | {"if-match": '"1"'})

    assert (answer.status_code, answer.json()["field"]) == (409, "document")
    found = (await client.get(f"/api/v1/consultations/{consultation_id(document)}/bodies")).json()
    assert [one["name"] for one in found["items"]] == ["Sở Xây dựng"]


async def test_a_consultation_with_a_comment_that_waits_is_not_merged_into_another(
    client: httpx.AsyncClient, database: Database, publish_edition: Publish
) -> None:
    first = await open_consultation(publish_edition)
    document = await publish_edition("draft", contents.draft(consultation=window(-1, 8)))
    await Commenter(client, consultation_id(document)).submit(text="Gọi tôi: 0905 123 457.")
    headers = {"authorization": f"Bearer {await key(database, 'ubnd-hue')}", "if-match": '"1"'}

    path = f"/api/v1/manage/consultations/{first}/link"
    answer = await client.post(path, json={"document": str(document)}, headers=headers)

    assert (answer.status_code, answer.json()["field"]) == (409, "document")
    assert [row.state for row in await comment_rows(database)] == ["waiting"]
