"""One's own comment by its code: read, amended until the end, withdrawn and erased at any time."""

from datetime import timedelta
from typing import Any

import httpx
import pytest
from sqlalchemy import func, select, text, update

from hub.app import create_app
from hub.consultation.comments.attempts import MAX_ATTEMPTS
from hub.consultation.comments.models import CommentKey
from hub.consultation.comments.quotas import CommentQuotas
from hub.db import Database, table
from hub.settings import Settings
from hub.times import now
from tests.support.asgi import running
from tests.support.comments import (
    COMMENT,
    TEXT,
    Commenter,
    change_consultation,
    comment_rows,
    consultation_row,
    open_consultation,
)
from tests.support.servers import Publish

CONTACT = {"email": "song.may@example.vn", "phone": "+84 905 123 457"}
NEW_TEXT = "Tôi đề nghị cấm từ 6 giờ."


@pytest.fixture
async def person(client: httpx.AsyncClient, publish_edition: Publish) -> Commenter:
    return Commenter(client, await open_consultation(publish_edition))


async def changes_of(database: Database, person: Commenter) -> int:
    found: int = (await consultation_row(database, person.consultation)).comment_changes
    return found


async def keys_of(database: Database) -> list[str]:
    async with database.read() as connection:
        query = select(table(CommentKey).c.purpose).order_by(table(CommentKey).c.purpose)
        return list((await connection.execute(query)).scalars())


async def close(database: Database, person: Commenter) -> None:
    await change_consultation(database, person.consultation, closes_at=now() - timedelta(seconds=1))


async def hide(database: Database, **values: Any) -> None:
    async with database.write() as session:
        await session.execute(update(COMMENT).values(state="hidden", hidden_reason="spam", **values))


@pytest.mark.parametrize(
    ("method", "path"),
    [("GET", ""), ("PATCH", ""), ("POST", "/withdraw"), ("POST", "/erase"), ("GET", "/copy"), ("GET", "/proof")],
)
async def test_a_wrong_code_finds_nothing_and_no_code_is_asked_for(
    client: httpx.AsyncClient, person: Commenter, publish_edition: Publish, database: Database, method: str, path: str
) -> None:
    code = (await person.submit())["code"]
    other = Commenter(client, await open_consultation(publish_edition, title="Dự thảo khác"))
    body = {"stance": "against"} if method == "PATCH" else None

    answers = [
        await person.own("01234-5678-9ABC-DEFG-HJKM-NPQRS", method, path, body),
        await other.own(code, method, path, body),
    ]
    nameless = await client.request(method, f"{person.path}/comments/mine{path}", json=body)

    for answer in answers:
        assert (answer.status_code, answer.json()["code"]) == (404, "comment_not_found")
        assert answer.headers["cache-control"] == "no-store"
    assert (nameless.status_code, nameless.json()["field"]) == (422, "Comment-Code")
    assert [(row.state, row.stance, row.version) for row in await comment_rows(database)] == [("public", "suggests", 1)]


async def test_after_too_many_wrong_codes_a_network_waits_and_a_right_one_is_let_through(
    settings: Settings, publish_edition: Publish
) -> None:
    few = Settings(**{**settings.model_dump(exclude_unset=True), "comment_code_tries": 2})
    async with running(create_app(few)) as client:
        person = Commenter(client, await open_consultation(publish_edition))
        code = (await person.submit())["code"]
        answers = [await person.own(tried, "POST", "/withdraw") for tried in ("A", "B", "C", code, "D")]

    assert [answer.status_code for answer in answers] == [404, 404, 429, 200, 429]
    assert answers[3].json()["state"] == "withdrawn"


async def test_a_wrong_code_is_counted_without_a_connection_of_the_readers(
    person: Commenter, monkeypatch: pytest.MonkeyPatch
) -> None:
    await person.submit()
    used: list[int] = []
    pool = person.client._transport.app.state.hub.database.reader.sync_engine.pool  # type: ignore[attr-defined]

    async def note(*_: Any) -> None:
        used.append(pool.checkedout())

    monkeypatch.setattr(CommentQuotas, "count_wrong_code", note)
    for method, path in (("GET", ""), ("POST", "/withdraw"), ("DELETE", "/files/1")):
        assert (await person.own("WRONG", method, path)).status_code == 404

    assert used == [0, 0, 0]


async def test_an_author_reads_their_comment_however_they_write_the_code(person: Commenter) -> None:
    found = await person.submit(author={"kind": "business", "organisation": "HTX Sông Mây"}, contact=CONTACT)
    code = found["code"].lower().replace("-", " ").replace("0", "O")

    answer = await person.own(code)

    own = answer.json()
    assert answer.status_code == 200
    assert answer.headers["cache-control"] == "no-store"
    assert {name: own[name] for name in ("id", "text", "received_at", "sha256", "changeable_until", "state")} == {
        name: found[name] for name in ("id", "text", "received_at", "sha256", "changeable_until", "state")
    }
    assert (own["organisation"], own["name"], own["has_contact"]) == ("HTX Sông Mây", None, True)
    assert "song.may" not in answer.text


async def test_an_amended_comment_is_public_with_its_new_text_and_counts_as_one_change(
    person: Commenter, database: Database
) -> None:
    code = (await person.submit(contact=CONTACT))["code"]
    before = (await comment_rows(database))[0]

    answer = await person.amend(code, text=f" {NEW_TEXT} ", stance="against", shown="name")

    own = answer.json()
    assert (answer.status_code, own["text"], own["stance"], own["state"]) == (200, NEW_TEXT, "against", "public")
    [item] = (await person.listed())["items"]
    assert (item["text"], item["author"]) == (NEW_TEXT, {"kind": "person", "name": "Trần Thị Sông Mây"})
    assert item["changed_at"] == own["changed_at"] is not None
    row = (await comment_rows(database))[0]
    assert (row.version, row.received_at) == (2, before.received_at)
    assert row.commitment != before.commitment
    assert await changes_of(database, person) == 2
    contact = await person.amend(code, contact=None)
    assert contact.json() == own | {"has_contact": False}
    assert (await comment_rows(database))[0].version == 2
    assert await changes_of(database, person) == 2
    assert await keys_of(database) == ["content"]


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({}, "body"),
        ({"text": None}, "body.text"),
        ({"text": "  "}, "text"),
        ({"draft": 1}, "draft"),
        ({"author": {"kind": "anonymous"}, "shown": "name"}, "shown"),
    ],
)
async def test_an_amendment_that_is_wrong_changes_nothing(
    person: Commenter, database: Database, change: dict[str, Any], field: str
) -> None:
    code = (await person.submit())["code"]
    before = await comment_rows(database)

    answer = await person.amend(code, **change)

    assert (answer.status_code, answer.json()["field"]) == (422, field)
    assert await comment_rows(database) == before


async def test_after_the_end_a_comment_is_not_amended_but_withdrawn(person: Commenter, database: Database) -> None:
    code = (await person.submit(contact=CONTACT))["code"]
    await close(database, person)

    refused = await person.amend(code, text=NEW_TEXT)
    assert (refused.status_code, refused.json()["code"]) == (409, "consultation_not_open")
    assert await person.texts() == [TEXT]

    withdrawn = await person.own(code, "POST", "/withdraw")
    again = await person.own(code, "POST", "/withdraw")

    assert (withdrawn.status_code, withdrawn.json()["state"], withdrawn.json()["text"]) == (200, "withdrawn", TEXT)
    assert again.json() == withdrawn.json()
    assert await person.texts() == []
    assert await keys_of(database) == ["content"]
    assert await changes_of(database, person) == 2


async def test_what_was_withdrawn_is_not_amended_again(person: Commenter, database: Database) -> None:
    code = (await person.submit())["code"]
    await person.own(code, "POST", "/withdraw")

    answer = await person.amend(code, text=NEW_TEXT)

    assert (answer.status_code, answer.json()["code"]) == (409, "transition_conflict")
    assert (await comment_rows(database))[0].version == 2


async def test_private_data_that_is_written_into_a_public_comment_hides_it_until_it_is_taken_out(
    person: Commenter, database: Database
) -> None:
    code = (await person.submit())["code"]
    held = await person.amend(code, text="Gọi tôi: 0905 123 457.")
    listed = await person.texts()
    free = await person.amend(code, text=NEW_TEXT)

    assert (held.json()["state"], held.json()["held_for"], listed) == ("waiting", ["private_data"], [])
    assert (free.json()["state"], free.json()["held_for"]) == ("public", [])
    assert await changes_of(database, person) == 3


async def test_a_contact_is_changed_twenty_times_an_hour_and_leaves_a_hidden_comment_hidden(
    person: Commenter, database: Database
) -> None:
    code = (await person.submit())["code"]
    await hide(database)
    last = f"lan-{MAX_ATTEMPTS}@example.vn"
    answers = [await person.amend(code, contact={"email": f"lan-{at}@example.vn"}) for at in range(1, MAX_ATTEMPTS + 2)]

    assert [answer.status_code for answer in answers] == [200] * MAX_ATTEMPTS + [429]
    assert answers[0].json()["state"] == "hidden"
    assert (await person.own(code, path="/copy")).json()["email"] == last


async def test_another_kind_that_makes_another_name_public_is_judged_again(
    person: Commenter, database: Database
) -> None:
    author = {"kind": "person", "name": "Lê Sông Mây", "organisation": "HTX Sông Mây, gọi 0905 123 457"}
    made = await person.submit(author=author, shown="name")
    assert made["state"] == "public"

    answer = await person.amend(made["code"], author=author | {"kind": "business"})

    assert (answer.json()["state"], answer.json()["held_for"]) == ("waiting", ["private_data"])
    assert (await person.listed())["items"] == []
    back = (await person.amend(made["code"], author=author)).json()
    assert (back["state"], back["held_for"]) == ("public", [])


async def test_a_comment_that_waits_for_its_review_goes_on_waiting_when_it_is_amended(
    person: Commenter, database: Database
) -> None:
    await change_consultation(database, person.consultation, review_first=True)
    code = (await person.submit())["code"]
    await change_consultation(database, person.consultation, review_first=False)

    answer = await person.amend(code, text=NEW_TEXT)

    assert (answer.json()["state"], answer.json()["held_for"]) == ("waiting", ["review_first"])
    assert await person.texts() == []


async def test_a_hidden_comment_that_is_amended_waits_for_its_moderator(person: Commenter, database: Database) -> None:
    code = (await person.submit())["code"]
    await hide(database)
    reason = (await person.own(code)).json()["hidden_reason"]

    answer = await person.amend(code, stance="asks")

    assert reason == "spam"
    assert (answer.json()["state"], answer.json()["held_for"]) == ("waiting", ["moderator"])
    assert await person.texts() == []


async def test_an_erased_comment_is_gone_with_its_code_and_keys(person: Commenter, database: Database) -> None:
    code = (await person.submit(contact=CONTACT, ref="dieu-1", quote={"exact": "7 giờ", "start": 0, "end": 0}))["code"]
    await close(database, person)

    answer = await person.own(code, "POST", "/erase")

    assert (answer.status_code, answer.content) == (204, b"")
    assert await keys_of(database) == []
    [row] = await comment_rows(database)
    assert (row.state, row.content_sealed, row.contact_sealed, row.code_sha256, row.quote) == ("erased", *[None] * 4)
    assert await person.texts() == []
    assert (await person.own(code)).status_code == 404
    assert (await person.client.get(f"{person.path}/comments/{row.id}")).status_code == 404
    assert await changes_of(database, person) == 2
    async with database.read() as connection:
        assert (await connection.execute(select(func.count()).select_from(text("comment_receipt")))).scalar_one() == 1


async def test_the_copy_has_all_that_is_stored(person: Commenter) -> None:
    found = await person.submit(contact=CONTACT)

    copied = (await person.own(found["code"], path="/copy")).json()

    assert (copied["email"], copied["phone"]) == (CONTACT["email"], CONTACT["phone"])
    assert copied["comment"]["name"] == "Trần Thị Sông Mây"
    [receipt] = copied["consents"]
    assert receipt == {"wording": "comment", "version": 2, "lang": "vi", "accepted_at": found["received_at"]}
