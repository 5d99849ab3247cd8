"""The editors' desk: what waits for whom, in batches, with notes, and nothing of it in public."""

from typing import Any

import httpx
import pytest

from hub.db import Database
from tests.support import contents
from tests.support.editors import Editor, key

DESK, PEOPLE = "/api/v1/manage/documents", "/api/v1/manage/people"
OWNER = "so-y-te"

BATCH_URL = "/api/v1/manage/document-batches"


@pytest.fixture
async def writer(client: httpx.AsyncClient, database: Database) -> Editor:
    return Editor(client, await key(database, OWNER, "write", "read:working", person="Trần Bình"))


@pytest.fixture
async def chief(client: httpx.AsyncClient, database: Database) -> Editor:
    return Editor(client, await key(database, "ubnd-hue", person="Lê Văn Cường"))


async def worklist(by: Editor, **params: Any) -> list[dict[str, Any]]:
    answer = await by.client.get(DESK, params=params, headers=by.headers)
    assert answer.status_code == 200, answer.text
    assert answer.headers["cache-control"] == "no-store"
    found: list[dict[str, Any]] = answer.json()["items"]
    return found


async def made(by: Editor, title: str, **changes: Any) -> str:
    answer = await by.create(agency=OWNER, title=title, **changes)
    assert answer.status_code == 201, answer.text
    return str(answer.json()["id"])


async def test_each_step_moves_a_document_to_the_desk_of_whoever_acts_next(writer: Editor, chief: Editor) -> None:
    document = await made(writer, "Kế hoạch trồng cây", high_impact=True)
    own = await made(chief, "Kế hoạch của Văn phòng", high_impact=True)

    async def waits(by: Editor) -> set[str]:
        return {line["id"] for line in await worklist(by, waiting_for="me")}

    assert (await waits(writer), await waits(chief)) == ({document}, {own})
    for each in (document, own):
        await chief.done(each, "submit")
    assert await waits(chief) == {document}, "the chief wrote the other one"
    assert await waits(writer) == set()
    await chief.done(document, "return", {"note": "Thiếu phụ lục."})
    assert await waits(writer) == {document}
    notes = (await writer.client.get(f"{DESK}/{document}/notes", headers=writer.headers)).json()["items"]
    assert [(note["type"], note["text"]) for note in notes] == [("return", "Thiếu phụ lục.")]
    await writer.done(document, "submit")
    await chief.done(document, "approve")
    assert document in await waits(chief)
    await chief.done(document, "publish")
    assert [line["id"] for line in await worklist(chief)] == [own]


async def test_what_lost_its_flag_since_the_last_publication_does_not_wait_for_its_writer(
    client: httpx.AsyncClient, database: Database, chief: Editor
) -> None:
    writer = Editor(client, await key(database, OWNER, person="Trần Bình"))
    document, ordinary = (
        await made(writer, "Kế hoạch", high_impact=True),
        await made(writer, "Lịch", number="2/KH-UBND"),
    )
    content = contents.policy(title="Kế hoạch đã viết lại", high_impact=False)
    await writer.done(document, "edition", {"content": content})
    for each in (document, ordinary):
        await writer.done(each, "submit")

    assert {line["id"] for line in await worklist(writer, waiting_for="me")} == {ordinary}
    assert {line["id"] for line in await worklist(chief, waiting_for="me")} == {document, ordinary}


async def test_unpublished_titles_and_numbers_are_found_without_tone_marks(writer: Editor, chief: Editor) -> None:
    document = await made(writer, "Đề án không gian xanh", number="41/KH-UBND")
    await made(writer, "Lịch tiêm chủng 100%", number="42/KH-UBND")

    for words in ("khong gian", "không gian XANH", "de an", "41/kh", "xanh 41"):
        assert [line["id"] for line in await worklist(writer, q=words)] == [document], words
    assert await worklist(writer, q="không gian đỏ") == []
    assert [line["title"] for line in await worklist(writer, q="100%")] == ["Lịch tiêm chủng 100%"]
    assert await worklist(writer, q="%") != await worklist(writer)
    assert len(await worklist(chief, state="drafting", agency=OWNER, kind="policy")) == 2
    assert await worklist(chief, state="in_review") == await worklist(chief, doubt=True) == []


async def test_the_desk_is_paged_and_private(
    client: httpx.AsyncClient, writer: Editor, chief: Editor, database: Database
) -> None:
    ids = [await made(writer, f"Bản tin {number}", number=f"{number}/KH-UBND") for number in range(5)]
    found, cursor = [], None
    while True:
        params = {"limit": "2"} | ({"cursor": cursor} if cursor else {})
        page = (await client.get(DESK, params=params, headers=writer.headers)).json()
        found += [line["id"] for line in page["items"]]
        if (cursor := page["next"]) is None:
            break
    assert found == ids[::-1]
    stranger = Editor(client, await key(database, "so-du-lich"))
    assert await worklist(stranger) == []
    for path in ("notes", "assignees", "changes"):
        answer = await client.get(f"{DESK}/{ids[0]}/{path}", headers=stranger.headers)
        assert answer.status_code == 404, path
    assert (await client.get(DESK, params={"agency": OWNER}, headers=stranger.headers)).status_code == 403
    assert (await client.get(DESK)).status_code == 401
    assert (await client.get(DESK, params={"seite": "1"}, headers=chief.headers)).status_code == 422


async def test_a_batch_has_a_result_for_each_step_and_repeats_none(
    client: httpx.AsyncClient, writer: Editor, chief: Editor
) -> None:
    good, stale, drafting = [await made(writer, f"Kế hoạch {n}", number=f"{n}/KH-UBND") for n in range(3)]
    for document in (good, stale):
        await writer.done(document, "submit")
    items = [
        {"id": good, "verb": "approve", "version": 2},
        {"id": stale, "verb": "approve", "version": 1},
        {"id": drafting, "verb": "approve", "version": 1},
        {"id": "00000000-0000-0000-0000-000000000001", "verb": "publish", "version": 1},
        {"id": stale, "verb": "return", "version": 2},
        {"id": good, "verb": "publish", "version": 3},
        {"id": stale, "verb": "return", "version": 2, "note": "Sai ngày."},
    ]
    headers = chief.headers | {"idempotency-key": "lo-1"}
    first = await client.post(BATCH_URL, json={"items": items}, headers=headers)
    codes = [item["problem"]["code"] if item["problem"] else item["status"] for item in first.json()["results"]]

    assert first.status_code == 200, first.text
    assert codes == [200, "version_stale", "transition_conflict", "not_found", "invalid_input", 200, 200]
    assert first.json()["refused"] == 4
    assert [item["state"] for item in first.json()["results"] if item["status"] == 200] == [
        "approved",
        "published",
        "drafting",
    ]
    assert (await client.get(f"/api/v1/policies/{good}")).status_code == 200
    again = await client.post(BATCH_URL, json={"items": items}, headers=headers)
    assert [item["version"] for item in again.json()["results"]] == [
        item["version"] for item in first.json()["results"]
    ]
    assert (await client.post(BATCH_URL, json={"items": []}, headers=headers)).status_code == 422


async def test_steps_need_no_body(client: httpx.AsyncClient, writer: Editor, chief: Editor) -> None:
    document = await made(writer, "Kế hoạch không thân")
    for version, (verb, by) in enumerate((("submit", writer), ("approve", chief), ("publish", chief)), start=1):
        headers = by.headers | {"if-match": f'"{version}"'}
        answer = await client.post(f"{DESK}/{document}/{verb}", headers=headers)
        assert answer.status_code == 200, answer.text
    assert (await client.post(f"{DESK}/{document}/withdraw", headers=chief.headers)).status_code == 422


async def test_an_assigned_document_waits_for_its_person_until_the_next_step(
    client: httpx.AsyncClient, writer: Editor, chief: Editor
) -> None:
    document = await made(writer, "Kế hoạch giao việc")
    people = (await client.get(f"{DESK}/{document}/assignees", headers=writer.headers)).json()["persons"]
    boss = next(person for person in people if person["name"] == "Lê Văn Cường")
    body = {"person_id": boss["id"], "due": "2027-01-05T17:00:00+07:00"}

    answer = await client.put(f"{DESK}/{document}/assignment", json=body, headers=writer.headers)

    assert (answer.status_code, answer.json()["assignee"]["name"]) == (200, "Lê Văn Cường"), answer.text
    assert [line["id"] for line in await worklist(chief, waiting_for="me")] == [document]
    assert await worklist(writer, waiting_for="me") == []
    assert len(await worklist(writer, assigned_to=boss["id"], due_to="2027-01-06T00:00:00+07:00")) == 1
    assert await worklist(writer, due_to="2027-01-05T00:00:00+07:00") == []
    await writer.done(document, "submit")
    [line] = await worklist(writer)
    assert (line["assignee"], line["due"]) == (None, None)


async def test_the_working_edition_is_compared_with_the_public_one(
    client: httpx.AsyncClient, writer: Editor, chief: Editor
) -> None:
    document = await made(writer, "Kế hoạch cũ")
    assert (await client.get(f"{DESK}/{document}/changes", headers=writer.headers)).status_code == 404
    for verb in ("submit", "approve", "publish"):
        await chief.done(document, verb)
    await writer.done(document, "correct", {"note": "Sửa tên."})
    content = (await writer.read(document))["working"][0]["content"] | {"title": "Kế hoạch mới"}
    await writer.done(document, "edition", {"content": content})

    found = (await client.get(f"{DESK}/{document}/changes", headers=writer.headers)).json()

    assert [change["field"] for change in found["fields"]] == ["title"]
    assert (found["from_edition"], found["to_edition"]) == (1, 2)


async def test_what_cleaning_changed_is_told(writer: Editor) -> None:
    body = {"lead": "Mở đầu.", "body": '<p style="color:red">Một <span>hai</span></p>'}
    answer = await writer.create(kind="bulletin", agency=OWNER, title="Bản tin\u200b  hai  khoảng trắng", **body)

    warnings = {(one["field"], one["code"]) for one in answer.json()["warnings"]}

    assert warnings == {("body", "formatting_removed"), ("title", "text_changed")}
    assert (await writer.read(answer.json()["id"]))["warnings"] == []


async def test_notes_are_erased_with_their_document(
    client: httpx.AsyncClient, writer: Editor, chief: Editor, database: Database
) -> None:
    document = await made(writer, "Kế hoạch có ghi chú")
    once = writer.headers | {"idempotency-key": "ghi-chu"}
    note = {"text": "Chỉ nội bộ"}
    first, second = [await client.post(f"{DESK}/{document}/notes", json=note, headers=once) for _ in range(2)]
    assert (first.status_code, first.json()) == (201, second.json())
    for verb in ("submit", "approve", "publish"):
        await chief.done(document, verb)
    await chief.done(document, "gone", {"reason": "Nhầm."})

    notes = (await client.get(f"{DESK}/{document}/notes", headers=chief.headers)).json()["items"]
    assert [one["text"] for one in notes] == [None]
    assert (await client.post(f"{DESK}/{document}/notes", json=note, headers=once)).status_code in (409, 410)
