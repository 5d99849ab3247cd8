"""A request that comes again with its idempotency key gets its first answer, and happens once."""

import asyncio
from uuid import UUID, uuid4

import asyncpg
import httpx
import pytest

from hub.content.damage import save_damage
from hub.db import Database
from hub.manage.cleanup import IdempotencyCleanup
from tests.support import contents
from tests.support.editors import Editor, key
from tests.support.in_process import snapshot
from tests.support.waiting import eventually

OWNER = "so-y-te"


@pytest.fixture
async def editor(client: httpx.AsyncClient, database: Database) -> Editor:
    return Editor(client, await key(database, "ubnd-hue"))


def body(document: UUID | None = None, title: str = "Kế hoạch phun thuốc") -> dict[str, object]:
    made: dict[str, object] = {"kind": "policy", "agency": OWNER, "content": contents.policy(title=title)}
    return made | ({"id": str(document)} if document else {})


async def create(editor: Editor, once: str | None, sent: dict[str, object]) -> httpx.Response:
    headers = editor.headers | ({"idempotency-key": once} if once else {})
    return await editor.client.post("/api/v1/manage/documents", json=sent, headers=headers)


async def count(database_url: str, of: str) -> int:
    connection = await asyncpg.connect(database_url)
    found: int = await connection.fetchval(f"SELECT count(*) FROM {of}")
    await connection.close()
    return found


async def taken(database_url: str) -> dict[str, str]:
    connection = await asyncpg.connect(database_url)
    found = await snapshot(connection)
    await connection.close()
    return found


async def test_a_repeated_request_gets_the_same_answer_and_makes_one_document(
    editor: Editor, database_url: str
) -> None:
    first = await create(editor, "this morning 1", body())
    after = await taken(database_url)
    again = await create(editor, "this morning 1", body())

    assert (first.status_code, again.status_code) == (201, 201)
    assert (again.content, again.headers["etag"]) == (first.content, first.headers["etag"])
    assert await taken(database_url) == after
    assert await count(database_url, "document") == 1


async def test_a_repeated_step_is_not_refused_for_the_version_it_made_stale(editor: Editor, database_url: str) -> None:
    document = (await create(editor, None, body())).json()["id"]
    first = await editor.do(document, "submit", 1, once="submit one")
    await editor.done(document, "approve")
    after = await taken(database_url)
    again = await editor.do(document, "submit", 1, once="submit one")

    assert first.status_code == again.status_code == 200
    assert again.content == first.content
    assert (await editor.do(document, "submit", 1)).status_code == 412
    assert await taken(database_url) == after


async def test_twenty_at_once_are_one_effect_and_one_answer(editor: Editor, database_url: str) -> None:
    answers = await asyncio.gather(*(create(editor, "twenty", body()) for _ in range(20)))

    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.content for answer in answers}) == 1
    assert await count(database_url, "document") == await count(database_url, "audit_entry") == 1


async def test_twenty_publishes_at_once_make_one_log_entry(editor: Editor, database_url: str) -> None:
    document = (await create(editor, None, body())).json()["id"]
    for verb in ("submit", "approve"):
        await editor.done(document, verb)

    answers = await asyncio.gather(*(editor.do(document, "publish", 3, once="publish") for _ in range(20)))

    assert {answer.status_code for answer in answers} == {200}
    assert len({answer.content for answer in answers}) == 1
    assert await count(database_url, "log_entry") == await count(database_url, "published_view") == 1


async def test_the_key_of_another_request_is_refused_and_nothing_changes(editor: Editor, database_url: str) -> None:
    document = (await create(editor, "k1", body())).json()["id"]
    before = await taken(database_url)

    for answer in (
        await create(editor, "k1", body(title="Tên khác")),
        await editor.do(document, "submit", 1, once="k1"),
        await editor.do(document, "edition", 1, {"content": contents.policy()}, once="k1"),
    ):
        assert (answer.status_code, answer.json()["code"]) == (422, "idempotency_mismatch")
        assert answer.json()["field"] == "Idempotency-Key"
    assert await taken(database_url) == before
    assert (await editor.do(document, "submit", 1, once="k2")).status_code == 200
    assert (await editor.do(document, "submit", 2, once="k2")).status_code == 422


async def test_the_key_of_a_failed_request_can_be_used_again(editor: Editor, database_url: str) -> None:
    wrong = body() | {"content": contents.policy(topics=["khong-co"])}
    document = (await create(editor, None, body())).json()["id"]

    assert (await create(editor, "k1", wrong)).status_code == 422
    assert (await editor.do(document, "approve", 1, once="k2")).status_code == 409
    assert (await editor.do(document, "submit", 7, once="k2")).status_code == 412
    assert await count(database_url, "idempotency_key") == 0
    assert (await create(editor, "k1", body())).status_code == 201
    assert (await editor.do(document, "submit", 1, once="k2")).status_code == 200


async def test_keys_belong_to_a_principal(editor: Editor, database: Database, database_url: str) -> None:
    other = Editor(editor.client, await key(database, OWNER))

    mine = await create(editor, "chung", body())
    theirs = await create(other, "chung", body())

    assert mine.json()["id"] != theirs.json()["id"]
    assert await count(database_url, "document") == 2
    assert (await create(other, "chung", body(title="Tên khác"))).status_code == 422


DAMAGES = {
    "cut": "body = substr(body, 1, 40)",
    "a list": "body = '[1]'",
    "nothing in it": "body = '{}'",
    "no editions": """body = replace(convert_from(body, 'UTF8'), '"working":[', '"working":[7,')::bytea""",
    "no text": "body = '\\xff00'::bytea",
    "no status": "status = NULL",
    "another status": "status = 7",
    "no version": "version = NULL",
}


async def test_a_damaged_answer_is_a_problem_that_says_so_and_the_request_is_not_repeated(
    editor: Editor, database_url: str
) -> None:
    connection = await asyncpg.connect(database_url)
    for once, damage in DAMAGES.items():
        document = (await create(editor, None, body())).json()["id"]
        assert (await editor.do(document, "submit", 1, once=once)).status_code == 200
        await connection.execute(f"UPDATE idempotency_key SET {damage} WHERE key = $1", once)
        before = await snapshot(connection)

        again = await editor.do(document, "submit", 1, once=once)
        asked = f'submitEdition(id: "{document}", version: 1, idempotencyKey: "{once}")'
        mutation = f"mutation {{ {asked} {{ __typename ... on Refusal {{ code }} }} }}"
        over_graphql = await editor.client.post("/graphql", json={"query": mutation}, headers=editor.headers)
        other = await editor.do(document, "submit", 1, {"lang": "en"}, once=once)

        assert (again.status_code, again.json()["code"]) == (409, "view_broken"), once
        assert again.json()["field"] == "Idempotency-Key"
        assert "was done" in again.json()["detail"]
        assert over_graphql.json()["data"]["submitEdition"] == {"__typename": "Refusal", "code": "view_broken"}
        assert other.json()["code"] == "idempotency_mismatch"
        assert await snapshot(connection) == before
    await connection.close()


@pytest.mark.parametrize("met", ["before it was erased", "by a process that stored it while it was erased"])
async def test_an_erased_answer_takes_its_damage_with_it(
    editor: Editor, database: Database, database_url: str, met: str
) -> None:
    async def count_broken() -> int:
        found: int = (await editor.client.get("/health/ready")).json()["alarms"].get("views_broken", 0)
        return found

    document = (await create(editor, None, body())).json()["id"]
    for version, verb in enumerate(("submit", "approve", "publish"), start=1):
        assert (await editor.do(document, verb, version, once=verb)).status_code == 200
    connection = await asyncpg.connect(database_url)
    await connection.execute(f"UPDATE idempotency_key SET {DAMAGES['no editions']} WHERE key IN ('submit', 'approve')")
    for version, verb in enumerate(("submit", "approve"), start=1):
        assert (await editor.do(document, verb, version, once=verb)).status_code == 409
    await save_damage(database)
    stored = await connection.fetch("SELECT * FROM damaged_row")
    assert (len(stored), await count_broken()) == (2, 2)

    assert (await editor.do(document, "gone", 4, {"reason": "Lộ dữ liệu"})).status_code == 200
    if met.startswith("by a process"):
        await connection.executemany("INSERT INTO damaged_row VALUES ($1, $2, $3)", [tuple(row) for row in stored])
        assert await count_broken() == 2
        for version, verb in enumerate(("submit", "approve"), start=1):
            assert (await editor.do(document, verb, version, once=verb)).status_code == 410
    assert await count_broken() == 0
    await connection.close()


@pytest.mark.parametrize("once", ["", "x" * 129])
async def test_an_idempotency_key_of_the_wrong_length_is_refused(editor: Editor, database_url: str, once: str) -> None:
    answer = await editor.client.post(
        "/api/v1/manage/documents", json=body(), headers=editor.headers | {"idempotency-key": once}
    )

    assert (answer.status_code, answer.json()["code"]) == (422, "invalid_input")
    assert await count(database_url, "document") == 0


async def test_without_a_key_two_creations_of_one_id_at_once_make_one_document(
    editor: Editor, database_url: str
) -> None:
    document = uuid4()
    answers = await asyncio.gather(*(create(editor, None, body(document)) for _ in range(20)))

    assert sorted(answer.status_code for answer in answers) == [201] + [409] * 19
    assert {a.json()["code"] for a in answers if a.status_code == 409} == {"transition_conflict"}
    assert await count(database_url, "document") == await count(database_url, "edition") == 1


async def test_a_document_that_is_gone_is_gone_from_the_kept_answers_too(editor: Editor, database_url: str) -> None:
    secret = "Họ tên và địa chỉ của một người bệnh"
    document = (await create(editor, "k1", body(title=secret))).json()["id"]
    other = contents.policy(relations=[{"type": "amends", "id": document}])
    second = await create(editor, "k2", body() | {"content": other})
    for version, verb in enumerate(("submit", "approve", "publish"), start=1):
        assert (await editor.do(document, verb, version, once=verb)).status_code == 200
    gone = await editor.do(document, "gone", 4, {"reason": "Lộ dữ liệu"}, once="k3")

    for again in (
        await create(editor, "k1", body(title=secret)),
        await editor.do(document, "publish", 3, once="publish"),
    ):
        assert (again.status_code, again.json()["code"]) == (410, "document_gone")
    assert (await editor.do(document, "gone", 4, {"reason": "Lộ dữ liệu"}, once="k3")).content == gone.content
    # An answer about another document stays, even one that names this one.
    assert (await create(editor, "k2", body() | {"content": other})).content == second.content
    connection = await asyncpg.connect(database_url)
    kept = [row["body"] for row in await connection.fetch("SELECT body FROM idempotency_key")]
    await connection.close()
    assert not any(secret.encode() in body for body in kept if body is not None)


async def test_the_workers_round_forgets_keys_after_a_day_and_no_sooner(
    editor: Editor, database: Database, database_url: str
) -> None:
    for once, hours in (("yesterday", 25), ("this morning", 23)):
        await create(editor, once, body(title=f"Kế hoạch {once}"))
        connection = await asyncpg.connect(database_url)
        await connection.execute(
            "UPDATE idempotency_key SET made_at = now() - make_interval(hours => $1) WHERE key = $2", hours, once
        )
        await connection.close()
    stop = asyncio.Event()
    round_ = asyncio.create_task(IdempotencyCleanup(database).run(stop))

    async def forgotten() -> bool:
        return await count(database_url, "idempotency_key") == 1

    await eventually(forgotten)
    stop.set()
    await round_
    assert await count(database_url, "idempotency_key WHERE key = 'this morning'") == 1
