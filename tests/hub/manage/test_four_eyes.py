"""Whoever wrote the last change of a weighty edition does not approve it; agencies may be stricter, or less strict."""

from collections.abc import Awaitable, Callable
from datetime import timedelta

import asyncpg
import httpx
import pytest

from hub.auth.keys import create_key, name_person, rotate_key, vouch_for_key
from hub.db import Database
from hub.errors import UnknownReference
from hub.manage.four_eyes import FourEyesRule, set_four_eyes
from tests.support import contents
from tests.support.editors import ALL, Editor, key
from tests.support.in_process import snapshot

OWNER = "so-y-te"

Refused = Callable[[Editor, str], Awaitable[dict[str, object]]]


@pytest.fixture
async def writer(client: httpx.AsyncClient, database: Database) -> Editor:
    return Editor(client, await key(database, OWNER, label="Người viết"))


@pytest.fixture
async def chief(client: httpx.AsyncClient, database: Database) -> Editor:
    return Editor(client, await key(database, "ubnd-hue", label="Lãnh đạo"))


@pytest.fixture
def refused(database_url: str) -> Refused:
    """Approving is refused for want of a second pair of eyes, and changes nothing."""

    async def check(editor: Editor, document: str) -> dict[str, object]:
        version = (await editor.read(document))["version"]
        connection = await asyncpg.connect(database_url)
        before = await snapshot(connection)
        answer = await editor.do(document, "approve", version)
        assert await snapshot(connection) == before
        await connection.close()
        problem: dict[str, object] = answer.json()
        assert (answer.status_code, problem["code"]) == (403, "four_eyes"), answer.text
        return problem

    return check


async def submitted(writer: Editor, *, high: bool, agency: str = OWNER) -> str:
    document = str((await writer.create(agency=agency, high_impact=high)).json()["id"])
    await writer.done(document, "submit")
    return document


async def published(writer: Editor, chief: Editor, *, high: bool) -> str:
    document = await submitted(writer, high=high)
    await chief.done(document, "approve")
    await chief.done(document, "publish")
    return document


async def saved(editor: Editor, document: str, *, high: bool, lang: str = "vi") -> None:
    content = contents.policy(title="Kế hoạch đã viết lại", high_impact=high)
    await editor.done(document, "edition", {"lang": lang, "content": content, "change_note": "Viết lại."})
    await editor.done(document, "submit", {"lang": lang})


async def rule(database: Database, agency: str, wanted: FourEyesRule) -> None:
    async with database.write() as session:
        await set_four_eyes(session, agency, wanted)


async def test_the_writer_of_a_high_impact_edition_may_not_approve_it(
    writer: Editor, chief: Editor, refused: Refused
) -> None:
    document = await submitted(writer, high=True)

    assert (await refused(writer, document))["rule"] == "high_impact"
    approved = (await chief.done(document, "approve"))["working"][0]
    assert approved["state"] == "approved"
    assert approved["written_by"] != approved["approved_by"]


async def test_the_writer_of_an_ordinary_edition_may_approve_it(writer: Editor) -> None:
    document = await submitted(writer, high=False)

    approved = (await writer.done(document, "approve"))["working"][0]

    assert approved["written_by"] == approved["approved_by"]


async def test_whoever_saved_last_is_the_writer(writer: Editor, chief: Editor, refused: Refused) -> None:
    document = await submitted(writer, high=True)
    await chief.done(document, "return", {"note": "Tôi sửa câu đầu."})
    await saved(chief, document, high=True)

    await refused(chief, document)
    await writer.done(document, "approve")


async def test_an_approval_is_lost_when_the_edition_is_written_again(
    writer: Editor, chief: Editor, refused: Refused
) -> None:
    document = await submitted(writer, high=True)
    await chief.done(document, "approve")
    returned = await chief.done(document, "return", {"note": "Thiếu một số."})
    assert returned["working"][0]["approved_by"] is None
    await saved(writer, document, high=True)

    await refused(writer, document)


async def test_the_flag_of_a_public_document_is_not_taken_away_alone(
    writer: Editor, chief: Editor, refused: Refused
) -> None:
    document = await published(writer, chief, high=True)
    await saved(writer, document, high=False)

    await refused(writer, document)
    await chief.done(document, "approve")
    await chief.done(document, "publish")
    # Two people took the flag away; from here on it is an ordinary document.
    await saved(writer, document, high=False)
    await writer.done(document, "approve")


async def test_the_flag_of_a_document_that_was_never_public_is_not_taken_away_alone(
    writer: Editor, chief: Editor, refused: Refused
) -> None:
    document = await submitted(writer, high=True)
    await writer.done(document, "return", {"note": "Tự sửa."})
    await saved(writer, document, high=False)

    await refused(writer, document)
    await writer.done(document, "return", {"note": "Thử lại."})
    await saved(writer, document, high=False)
    await refused(writer, document)
    await chief.done(document, "approve")


async def test_a_translation_of_a_high_impact_document_needs_a_second_person_too(writer: Editor, chief: Editor) -> None:
    document = await published(writer, chief, high=True)
    await saved(writer, document, high=False, lang="en")
    version = (await writer.read(document))["version"]

    answer = await writer.do(document, "approve", version, {"lang": "en"})

    assert (answer.status_code, answer.json()["code"]) == (403, "four_eyes")
    await chief.done(document, "approve", {"lang": "en"})


async def test_a_correction_is_written_by_who_began_it(writer: Editor, chief: Editor, refused: Refused) -> None:
    document = await published(writer, chief, high=True)
    await chief.done(document, "correct", {"note": "Sửa một số."})
    await chief.done(document, "submit")

    await refused(chief, document)
    await writer.done(document, "approve")


async def test_an_agency_may_always_want_a_second_person(
    writer: Editor, chief: Editor, refused: Refused, database: Database
) -> None:
    await rule(database, OWNER, FourEyesRule.always)
    document = await submitted(writer, high=False)
    elsewhere = await submitted(chief, high=False, agency="so-du-lich")

    assert (await refused(writer, document))["rule"] == "always"
    await chief.done(document, "approve")
    await chief.done(elsewhere, "approve")


async def test_an_agency_may_do_without_a_second_person_and_change_its_mind(
    writer: Editor, refused: Refused, database: Database
) -> None:
    await rule(database, OWNER, FourEyesRule.never)
    await writer.done(await submitted(writer, high=True), "approve")

    await rule(database, OWNER, FourEyesRule.high_impact)
    await refused(writer, await submitted(writer, high=True))


async def test_a_rule_stands_in_the_trail_of_its_agency(writer: Editor, database: Database) -> None:
    await rule(database, OWNER, FourEyesRule.always)

    [line] = (await writer.client.get("/api/v1/manage/audit", headers=writer.headers)).json()["items"]

    assert (line["actor"], line["verb"], line["details"]) == ("operator", "four-eyes", {"rule": "always"})


async def test_a_rule_for_an_unknown_agency_is_refused(database: Database) -> None:
    with pytest.raises(UnknownReference):
        await rule(database, "khong-co", FourEyesRule.always)


async def test_a_rotated_key_is_no_second_person(
    client: httpx.AsyncClient, database: Database, refused: Refused
) -> None:
    async with database.write() as session:
        key_id, first = await create_key(session, agency=OWNER, scopes=ALL, label="Cổng của Sở", person="Trần Bình")
        second_id, second = await rotate_key(session, key_id, overlap=timedelta(hours=1))
        _, third = await rotate_key(session, second_id, overlap=timedelta(hours=1))
    document = await submitted(Editor(client, first), high=True)

    await refused(Editor(client, second), document)
    await refused(Editor(client, third), document)


@pytest.mark.parametrize("same", ["Trần Thị Bình", "  trần thị  bình ", "TRẦN THỊ BÌNH", "Tra\u0302\u0300n Thị Bình"])
async def test_two_keys_of_one_person_are_one_pair_of_eyes(
    client: httpx.AsyncClient, database: Database, refused: Refused, same: str
) -> None:
    first = Editor(client, await key(database, OWNER, person="Trần Thị Bình"))
    second = Editor(client, await key(database, "ubnd-hue", person=same))
    document = await submitted(first, high=True)

    await refused(second, document)
    await Editor(client, await key(database, OWNER, person="Lê Văn Cường")).done(document, "approve")


async def test_a_key_without_a_person_is_nobodys_second_pair_of_eyes(
    client: httpx.AsyncClient, database: Database, writer: Editor, refused: Refused
) -> None:
    async with database.write() as session:
        key_id, made = await create_key(session, agency="ubnd-hue", scopes=ALL, label="Chưa rõ của ai")
    nameless = Editor(client, made)
    document = await submitted(writer, high=True)

    problem = await refused(nameless, document)
    assert "named person" in str(problem["detail"])
    ordinary = await submitted(writer, high=False)
    await nameless.done(ordinary, "approve")
    async with database.write() as session:
        await name_person(session, key_id, "Lê Văn Cường")
    await nameless.done(document, "approve")


async def test_naming_the_person_of_a_key_names_it_for_its_successors_too(
    client: httpx.AsyncClient, database: Database, refused: Refused
) -> None:
    async with database.write() as session:
        key_id, first = await create_key(session, agency=OWNER, scopes=ALL, label="Cổng của Sở")
        second_id, second = await rotate_key(session, key_id, overlap=timedelta(hours=1))
        await name_person(session, second_id, "Trần Bình")
    document = await submitted(Editor(client, first), high=True)

    await refused(Editor(client, second), document)
    await refused(Editor(client, await key(database, OWNER, person="Trần Bình")), document)


async def test_the_writer_of_garbled_text_may_not_approve_it(writer: Editor, chief: Editor, refused: Refused) -> None:
    made = await writer.create(agency=OWNER, title="QuyÕt ®Þnh vÒ viÖc trång c©y xanh")
    document = str(made.json()["id"])
    await writer.done(document, "submit")
    await refused(writer, document)
    await chief.done(document, "approve")


async def test_what_is_discarded_after_review_is_not_written_again_without_its_flag_alone(
    writer: Editor, chief: Editor, refused: Refused
) -> None:
    document = await submitted(writer, high=True)
    await writer.done(document, "discard")
    await saved(writer, document, high=False)

    await refused(writer, document)
    await chief.done(document, "approve")


async def test_a_translation_of_what_waits_with_the_flag_needs_a_second_person_too(
    writer: Editor, chief: Editor
) -> None:
    document = await submitted(writer, high=True)
    await saved(writer, document, high=False, lang="en")
    version = (await writer.read(document))["version"]

    answer = await writer.do(document, "approve", version, {"lang": "en"})

    assert (answer.status_code, answer.json()["code"]) == (403, "four_eyes")
    await chief.done(document, "approve", {"lang": "en"})


async def discarded_in_english(writer: Editor) -> str:
    """A document, public in Vietnamese by one hand; its English edition was flagged and discarded; then a new text."""
    document = await submitted(writer, high=False)
    await writer.done(document, "approve")
    await writer.done(document, "publish")
    content = contents.policy(title="A plan of high impact", high_impact=True)
    await writer.done(document, "edition", {"lang": "en", "content": content})
    await writer.done(document, "discard", {"lang": "en"})
    await saved(writer, document, high=False)
    return document


async def test_a_flag_that_was_discarded_in_another_language_needs_a_second_person(
    writer: Editor, chief: Editor, refused: Refused
) -> None:
    document = await discarded_in_english(writer)

    assert (await refused(writer, document))["rule"] == "high_impact"
    await chief.done(document, "approve")


async def test_a_flag_of_another_language_is_not_over_when_only_this_language_is_published(
    writer: Editor, chief: Editor, refused: Refused
) -> None:
    document = await discarded_in_english(writer)
    await chief.done(document, "approve")
    await chief.done(document, "publish")
    await saved(writer, document, high=False)

    await refused(writer, document)
    await chief.done(document, "approve")


async def test_a_flag_of_another_language_is_over_when_that_language_is_published(
    writer: Editor, chief: Editor, refused: Refused
) -> None:
    document = await discarded_in_english(writer)
    await saved(writer, document, high=False, lang="en")
    await refused(writer, document)
    await chief.done(document, "approve", {"lang": "en"})
    await refused(writer, document)  # approved is not yet published

    await chief.done(document, "publish", {"lang": "en"})

    await writer.done(document, "approve")


async def test_whoever_made_a_key_may_have_written_with_it_before_its_person_took_it_over(
    client: httpx.AsyncClient, database: Database, refused: Refused
) -> None:
    maker = Editor(client, await key(database, OWNER, person="Nguyễn Quản Trị"))
    body = {"agency": OWNER, "name": "Trần Thị Bình"}
    person = (await client.post("/api/v1/manage/people", json=body, headers=maker.headers)).json()["id"]
    scopes = ["write", "publish", "read:working"]
    given = {"person_id": person, "scopes": scopes}
    made = (await client.post("/api/v1/manage/keys", json=given, headers=maker.headers)).json()
    before = await submitted(Editor(client, made["key"]), high=True)
    async with database.write() as session:
        await vouch_for_key(session, made["id"])
    after = await submitted(Editor(client, made["key"]), high=True)
    async with database.write() as session:
        await vouch_for_key(session, made["id"])

    await refused(maker, before)
    await maker.done(after, "approve")
