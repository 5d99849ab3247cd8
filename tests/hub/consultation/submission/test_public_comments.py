"""Public comments: lists, filters, numbers, and authors only as far as they want to be shown."""

from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import httpx
import pytest
from sqlalchemy import insert, update

from hub.consultation.answers.models import CommentAnswer, CommentGroup
from hub.consultation.carryover.models import CommentPlace
from hub.consultation.records import consultation_id
from hub.db import Database, table
from tests.support import contents
from tests.support.comments import COMMENT, NODES, Commenter, change_consultation, comment_rows, open_consultation
from tests.support.consultations import window
from tests.support.editors import Editor, key
from tests.support.servers import Publish

PARTS = [
    *NODES,
    {"ref": "dieu-2/khoan-1", "type": "clause", "label": "1.", "parent": "dieu-2", "text": "Xe điện được vào."},
    {"ref": "dieu-20", "type": "article", "label": "Điều 20", "heading": "Hiệu lực", "text": "Từ năm 2027."},
]
NAMES = {"kind": "person", "name": "Lê Sông Mây", "organisation": "Tổ 12"}


@pytest.fixture
async def person(client: httpx.AsyncClient, publish_edition: Publish) -> Commenter:
    return Commenter(client, await open_consultation(publish_edition))


async def test_pages_follow_each_other_from_the_newest_and_a_cursor_fits_its_list_only(person: Commenter) -> None:
    for number in range(5):
        await person.submit(text=f"Ý kiến {number}")

    first = await person.listed(limit=2)
    second = await person.listed(limit=2, cursor=first["next"])
    third = await person.listed(limit=2, cursor=second["next"])
    other = await person.client.get(f"{person.path}/comments", params={"ref": "dieu-1", "cursor": first["next"]})

    texts = [item["text"] for page in (first, second, third) for item in page["items"]]
    assert texts == [f"Ý kiến {number}" for number in (4, 3, 2, 1, 0)]
    assert third["next"] is None
    assert (other.status_code, other.json()["code"]) == (422, "invalid_cursor")


async def test_an_author_is_shown_as_they_want_and_found_by_their_kind_only_if_it_is_shown(person: Commenter) -> None:
    for shown in ("name", "kind", "nothing"):
        await person.submit(text=f"Hiện {shown}", author=NAMES, shown=shown)
    firm = {"kind": "business", "name": "Người viết", "organisation": "HTX Sông Mây"}
    await person.submit(text="Hiện hợp tác xã", author=firm, shown="name")

    items = (await person.listed())["items"]
    authors = {item["text"]: (item["author"]["kind"], item["author"]["name"]) for item in items}

    assert authors == {
        "Hiện name": ("person", "Lê Sông Mây"),
        "Hiện kind": ("person", None),
        "Hiện nothing": (None, None),
        "Hiện hợp tác xã": ("business", "HTX Sông Mây"),
    }
    assert await person.texts(author_kind="person") == ["Hiện kind", "Hiện name"]
    one = (await person.client.get(f"{person.path}/comments/{items[1]['id']}")).json()
    assert one == items[1]


async def test_only_what_is_public_is_shown_in_a_public_consultation(
    person: Commenter, database: Database, client: httpx.AsyncClient
) -> None:
    shown = await person.submit(text="Ý kiến còn lại")
    for state in ("waiting", "hidden", "withdrawn"):
        made = await person.submit(text=f"Ý kiến {state}")
        reason = {"hidden_reason": "spam"} if state == "hidden" else {}
        async with database.write() as session:
            change = update(COMMENT).where(COMMENT.c.id == made["id"]).values(state=state, **reason)
            await session.execute(change)
        assert (await client.get(f"{person.path}/comments/{made['id']}")).status_code == 404

    assert await person.texts() == ["Ý kiến còn lại"]
    assert (await person.listed())["counts"]["total"] == 1
    async with database.write() as session:
        await session.execute(update(COMMENT).values(content_sealed=b"\x01damaged"))
    assert await person.texts() == []
    chief, row = Editor(client, await key(database, "ubnd-hue")), (await comment_rows(database))[0]
    document = (await client.get("/api/v1/consultations")).json()["items"][0]["draft"]
    assert str(row.id) == shown["id"]
    await chief.done(document, "gone", {"reason": "Đăng nhầm"})
    assert (await client.get(f"{person.path}/comments")).status_code == 404


async def test_numbers_break_down_by_stance_and_node_but_not_few_authors_of_a_kind(person: Commenter) -> None:
    for number in range(5):
        await person.submit(text=f"Người dân {number}", ref="dieu-1", stance="against")
    firm = {"kind": "business", "organisation": "HTX Sông Mây"}
    for number in range(5):
        await person.submit(text=f"Hợp tác xã {number}", author=firm, stance="agrees")

    counts = (await person.listed(stance="asks"))["counts"]

    assert counts == {
        "total": 10,
        "stances": [{"stance": "agrees", "count": 5}, {"stance": "against", "count": 5}],
        "author_kinds": [{"kind": "business", "count": 5}, {"kind": "person", "count": 5}],
        "other_kinds": 0,
        "kinds_not_shown": 0,
        "nodes": [{"draft": 1, "ref": None, "count": 5}, {"draft": 1, "ref": "dieu-1", "count": 5}],
        "groups": 0,
        "group_members": 0,
    }
    await person.submit(author={"kind": "anonymous"})
    # Under its kind, subtracting what the filter by kind finds would tell it.
    await person.submit(author=firm, shown="nothing")
    few = (await person.listed())["counts"]
    # One of a kind could be reckoned from the others, so the smallest of them is not told either.
    assert (few["author_kinds"], few["other_kinds"]) == ([{"kind": "business", "count": 5}], 6)
    assert (few["total"], few["kinds_not_shown"]) == (12, 1)


async def test_a_comment_is_found_in_a_later_version_where_its_place_is_certain(
    client: httpx.AsyncClient, database: Database, publish_edition: Publish
) -> None:
    document = await publish_edition("draft", contents.draft(consultation=window(-2, 9), nodes=NODES))
    person = Commenter(client, consultation_id(document))
    made = {text: await person.submit(text=text, ref="dieu-1") for text in ("Đã chuyển", "Chưa chắc")}
    later = contents.draft(consultation=window(-2, 9), nodes=[NODES[1] | {"ref": "dieu-3"}])
    await publish_edition("draft", later, document_id=document)
    await person.submit(text="Về bản sau", ref="dieu-3", draft=2)
    place: dict[str, Any] = {"draft_position": 2, "consultation_id": person.consultation, "ref": "dieu-3"}
    async with database.write() as session:
        rows = [
            place | {"comment_id": made["Đã chuyển"]["id"], "status": "moved", "version": 1},
            place | {"comment_id": made["Chưa chắc"]["id"], "status": "uncertain", "version": 1},
        ]
        names = table(CommentPlace).c.keys()
        rows = [{name: value for name, value in row.items() if name in names} for row in rows]
        await session.execute(insert(table(CommentPlace)), rows)

    assert await person.texts(draft=2, ref="dieu-3") == ["Về bản sau", "Đã chuyển"]
    assert await person.texts(draft=2) == ["Về bản sau", "Chưa chắc", "Đã chuyển"]
    assert await person.texts(ref="dieu-1") == ["Chưa chắc", "Đã chuyển"]
    places = {item["text"]: item["place"] for item in (await person.listed())["items"]}
    assert (places["Đã chuyển"]["status"], places["Đã chuyển"]["ref"]) == ("moved", "dieu-3")
    assert places["Về bản sau"] is None


async def test_a_node_has_the_comments_on_what_is_below_it_and_the_whole_draft_its_own(
    client: httpx.AsyncClient, database: Database, publish_edition: Publish
) -> None:
    document = await publish_edition("draft", contents.draft(consultation=window(-2, 9), nodes=PARTS))
    person = Commenter(client, consultation_id(document))
    made = {ref: await person.submit(text=str(ref), ref=ref) for ref in ("dieu-2", "dieu-2/khoan-1", "dieu-20", None)}
    later = contents.draft(consultation=window(-2, 9), nodes=[NODES[0] | {"ref": "dieu-7"}])
    await publish_edition("draft", later, document_id=document)
    refs = {"dieu-2": "dieu-7", "dieu-2/khoan-1": "dieu-7/khoan-3", "dieu-20": None, None: None}
    async with database.write() as session:
        for ref, there in refs.items():
            status = "orphaned" if ref == "dieu-20" else "moved" if ref else "exact"
            values = {"comment_id": made[ref]["id"], "draft_position": 2, "ref": there, "status": status, "version": 1}
            await session.execute(insert(table(CommentPlace)).values(consultation_id=person.consultation, **values))

    assert await person.texts(ref="dieu-2") == ["dieu-2/khoan-1", "dieu-2"]
    assert await person.texts(whole=True) == ["None"]
    assert await person.texts(whole=False) == ["dieu-20", "dieu-2/khoan-1", "dieu-2"]
    assert await person.texts(draft=2, ref="dieu-7") == ["dieu-2/khoan-1", "dieu-2"]
    assert await person.texts(draft=2, whole=True) == ["None"], "an orphan is on no node, and not on the whole"
    both = await client.get(f"{person.path}/comments", params={"ref": "dieu-2", "whole": True})
    assert (both.status_code, both.json()["code"]) == (422, "invalid_input")
    page = await person.listed(whole=False, limit=1)
    other = await client.get(f"{person.path}/comments", params={"cursor": page["next"]})
    assert (other.status_code, other.json()["code"]) == (422, "invalid_cursor")


async def test_answers_are_shown_once_the_consultation_is_answered_also_those_to_a_group(
    person: Commenter, database: Database
) -> None:
    single, *copies = [await person.submit(text=f"Ý kiến {number}") for number in range(3)]
    group = uuid4()
    moment = datetime(2026, 11, 30, tzinfo=UTC)
    base = {"consultation_id": person.consultation, "by": "khoa", "written_at": moment, "version": 1}
    answers = [
        base | {"id": uuid4(), "comment_id": single["id"], "outcome": "accepted", "reason": "Sửa Điều 1."},
        base | {"id": uuid4(), "group_id": group, "outcome": "rejected", "reason": "Không thuộc phạm vi."},
    ]
    async with database.write() as session:
        row = {"id": group, "consultation_id": person.consultation, "representative_id": copies[0]["id"]}
        moments = {name: moment for name in ("made_at", "changed_at") if name in table(CommentGroup).c}
        await session.execute(insert(table(CommentGroup)).values(**row, **moments))
        ids = [copy["id"] for copy in copies]
        await session.execute(update(COMMENT).where(COMMENT.c.id.in_(ids)).values(group_id=group))
        for answer in answers:
            await session.execute(insert(table(CommentAnswer)).values(**answer))
    before = (await person.listed())["items"]
    await change_consultation(database, person.consultation, state="answered", answered_at=moment)
    after = (await person.listed())["items"]

    assert [item["answer"] for item in before] == [None] * 3
    assert [item["answer"]["outcome"] for item in after] == ["rejected", "rejected", "accepted"]
    assert [item["group"] for item in after] == [{"id": str(group), "count": 2}] * 2 + [None]
    assert await person.texts(group=str(group)) == ["Ý kiến 2", "Ý kiến 1"]
    counts = (await person.listed())["counts"]
    assert (counts["groups"], counts["group_members"]) == (1, 2)
    own = (await person.own(single["code"])).json()
    assert own["answer"] == {"outcome": "accepted", "reason": "Sửa Điều 1.", "changed_draft": None, "changed_ref": None}


async def test_after_an_adoption_without_answers_those_that_were_written_are_shown(
    person: Commenter, database: Database
) -> None:
    made = [await person.submit(text=f"Ý kiến {number}") for number in range(2)]
    moment = datetime(2026, 11, 30, tzinfo=UTC)
    answer = {"id": uuid4(), "consultation_id": person.consultation, "by": "khoa", "written_at": moment, "version": 1}
    own = {"comment_id": made[1]["id"], "outcome": "partly", "reason": "Sẽ xem xét."}
    async with database.write() as session:
        await session.execute(insert(table(CommentAnswer)).values(**answer, **own))
    closed = await person.listed()
    await change_consultation(
        database, person.consultation, state="adopted", adopted_at=moment, without_answers=True, adopted_reason="Gấp."
    )
    adopted = await person.listed()

    assert [item["answer"] for item in closed["items"]] == [None, None]
    shown = {"outcome": "partly", "reason": "Sẽ xem xét.", "changed_draft": None, "changed_ref": None}
    assert [item["answer"] for item in adopted["items"]] == [shown, None]
    one = await person.client.get(f"{person.path}/comments/{made[1]['id']}")
    assert one.json()["answer"] == shown
    assert [(await person.own(each["code"])).json()["answer"] for each in made] == [None, shown]
