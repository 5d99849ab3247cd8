"""The official table over REST: who gets which form when, and that the public one names nobody who did not want it."""

import csv
import io
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest
from docx import Document
from openpyxl import load_workbook
from sqlalchemy import insert, text, update

from hub.consultation.answers.models import CommentAnswer
from hub.consultation.carryover.models import CommentPlace
from hub.consultation.comments.body_models import ConsultationBody
from hub.consultation.comments.models import AuthorKind, AuthorShown, CommentState, Stance
from hub.consultation.official_table.preamble import COLUMNS
from hub.consultation.official_table.table_file import MAX_WAITING, TableTurns
from hub.consultation.records import CONSULTATION, consultation_id
from hub.db import Database, table
from hub.errors import Overload
from hub.settings import Settings
from hub.times import now, today
from tests.support import contents
from tests.support.comment_rows import CommentRows
from tests.support.consultations import window
from tests.support.editors import key
from tests.support.official_table import draft_nodes
from tests.support.servers import Publish

SHY = "Lê Thị Kín Đáo"


class Story:
    """A consultation of two versions with a letter, a campaign, an orphan, a moved comment, and a shy author."""

    def __init__(self, database: Database, settings: Settings, document: UUID):
        self.database, self.id = database, consultation_id(document)
        self.rows = CommentRows(database, settings)

    async def tell(self) -> None:
        body = uuid4()
        facts: dict[str, Any] = {
            "consultation_id": self.id,
            "asked_on": today(),
            "version": 1,
            "agrees_entirely": False,
        }
        bodies = [
            facts | {"id": body, "kind": "front", "name": "Mặt trận", "answered_on": today(), "reply_number": "45/MT"},
            facts
            | {"id": uuid4(), "kind": "agency", "name": "Sở Y tế", "answered_on": today(), "agrees_entirely": True},
            facts | {"id": uuid4(), "kind": "agency", "name": "Sở Tư pháp"},
        ]
        async with self.database.write() as session:
            for one in bodies:
                session.add(ConsultationBody(**one))
        add = self.rows.add
        letter: dict[str, Any] = {"organisation": "Mặt trận", "author_kind": AuthorKind.front, "body_id": body}
        self.front = await add(self.id, "Ý kiến của Mặt trận", ref="quy-che/dieu-2", draft_position=2, **letter)
        self.shy = await add(self.id, "=1+1", ref="dieu-2", name=SHY, shown=AuthorShown.kind)
        self.orphan = await add(self.id, "Điều này đâu rồi?", ref="dieu-11", name="Bà Hoa")
        self.moved = await add(self.id, "Nay ở chỗ khác", ref="dieu-2/khoan-1", name="Ông An")
        await add(self.id, "Thống nhất", stance=Stance.agrees, shown=AuthorShown.nothing, name="Cô Tư")
        self.group, self.copies = await self.rows.add_group(self.id, 6, ref="dieu-10", draft_position=2)
        await add(self.id, "Chờ", state=CommentState.waiting)
        await add(self.id, "Bậy", state=CommentState.hidden, hidden_reason="spam")
        places = {
            self.orphan: ("orphaned", None),
            self.moved: ("moved", "dieu-10/khoan-1"),
            self.shy: ("exact", "dieu-2"),
        }
        async with self.database.write() as session:
            for comment, (status, ref) in places.items():
                place: dict[str, Any] = {"comment_id": comment, "draft_position": 2, "status": status, "ref": ref}
                session.add(CommentPlace(consultation_id=self.id, **place))
            for target, outcome in ((self.shy, "accepted"), (self.front, "partly"), (self.orphan, "noted")):
                await session.execute(
                    insert(table(CommentAnswer)).values(self._answer(outcome) | {"comment_id": target})
                )
            change = {"changed_position": 2, "changed_ref": "dieu-10/khoan-2/diem-a"}
            answer = self._answer("accepted") | change | {"group_id": self.group}
            await session.execute(insert(table(CommentAnswer)).values(answer))

    def _answer(self, outcome: str) -> dict[str, Any]:
        facts = {"id": uuid4(), "consultation_id": self.id, "outcome": outcome, "reason": f"Lý do {outcome}."}
        return facts | {"by": "k", "written_at": now(), "version": 1}

    async def publish_answers(self) -> None:
        async with self.database.write() as session:
            own = update(CONSULTATION).where(CONSULTATION.c.id == self.id)
            await session.execute(own.values(state="answered", answered_at=now()))


@pytest.fixture
async def story(database: Database, settings: Settings, publish_edition: Publish) -> Story:
    content = contents.draft(consultation=window(-9, 5), nodes=draft_nodes(), draft_version=1)
    document = await publish_edition("draft", content)
    later = [one for one in draft_nodes() if "dieu-11" not in (one["ref"] + (one["parent"] or ""))]
    content = contents.draft(consultation=window(-9, 5), nodes=later, draft_version=2)
    await publish_edition("draft", content, document_id=document)
    story = Story(database, settings, document)
    await story.tell()
    return story


async def test_the_public_form_is_there_with_the_answers_and_names_nobody_who_did_not_want_it(
    client: httpx.AsyncClient, story: Story
) -> None:
    path = f"/api/v1/consultations/{story.id}/table"
    assert (await client.get(f"{path}.json")).status_code == 404
    await story.publish_answers()

    found = (await client.get(f"{path}.json")).json()

    assert SHY not in str(found)
    assert "Cô Tư" not in str(found)
    assert found["title"].endswith("PHẢN BIỆN XÃ HỘI ĐỐI VỚI DỰ THẢO QUYẾT ĐỊNH VỀ GIỜ XE TẢI VÀO NỘI THÀNH")
    groups = {group["label"]: group["rows"] for part in found["parts"] for group in part["groups"]}
    assert [(row["author"], row["comment"], row["answer"]) for row in groups["Điều 10"]] == [
        (
            "6 ý kiến có nội dung giống nhau: 6 cá nhân",
            "Bản sao 1",
            "Tiếp thu: Lý do accepted. (Đã sửa tại điểm a khoản 2 Điều 10, dự thảo lần 2.)",
        ),
        ("Ông An", "[Khoản 1 Điều 10] Nay ở chỗ khác", ""),
    ]
    assert [(row["author"], row["comment"]) for row in groups["Vấn đề khác/Chung"]] == [
        ("Bà Hoa", "[Điều 11, dự thảo lần 1] Điều này đâu rồi?"),
        ("Không nêu tên", "Thống nhất"),
    ]
    letters = [row for rows in groups.values() for row in rows if row["author"].startswith("Mặt trận")]
    assert [(row["author"], row["outcome"]) for row in letters] == [("Mặt trận (Công văn số 45/MT)", "partly")]
    counts = found["counts"]
    assert {
        name: counts[name] for name in ("asked", "bodies_answered", "received", "agreeing", "accepted", "unanswered")
    } == {
        "asked": 3,
        "bodies_answered": 2,
        "received": 12,
        "agreeing": 2,
        "accepted": 7,
        "unanswered": 2,
    }
    assert (counts["waiting"], counts["hidden"]) == (None, None)


async def test_each_format_holds_the_same_rows_at_the_level_asked_for(client: httpx.AsyncClient, story: Story) -> None:
    await story.publish_answers()
    path, level = f"/api/v1/consultations/{story.id}/table", {"level": "clause"}
    found = (await client.get(f"{path}.json", params=level)).json()
    cells = [row["comment"] for part in found["parts"] for group in part["groups"] for row in group["rows"]]
    labels = [group["label"] for part in found["parts"] for group in part["groups"]]
    files = {name: await client.get(f"{path}.{name}", params=level) for name in ("csv", "xlsx", "docx")}

    assert "Khoản 1 Điều 10" in labels
    lines = list(csv.reader(io.StringIO(files["csv"].content.decode("utf-8-sig"))))
    assert [line[3].removeprefix("'") for line in lines[1:]] == cells
    sheet = load_workbook(io.BytesIO(files["xlsx"].content)).active
    column = [row[2].value for row in sheet.iter_rows() if row[2].value]
    assert [text.removeprefix("'") for text in column[column.index(COLUMNS[2]) + 1 :]] == cells
    rows = Document(io.BytesIO(files["docx"].content)).tables[-1].rows
    assert [row.cells[2].text for row in rows[1:] if len(row._tr.tc_lst) > 1] == cells
    for name, answer in files.items():
        assert f"bang-tong-hop-y-kien.{name}" in answer.headers["content-disposition"]
        assert answer.headers["access-control-allow-origin"] == "*"
    same = {"if-none-match": files["csv"].headers["etag"]}
    assert (await client.get(f"{path}.csv", params=level, headers=same)).status_code == 304
    assert (await client.get(f"{path}.odt")).status_code == 422
    assert (await client.get(f"{path}.csv", params={"level": "chapter"})).json()["field"] == "level"


async def test_the_internal_form_names_authors_for_editors_of_the_agency_only_and_the_shy_for_moderators(
    client: httpx.AsyncClient, database: Database, story: Story
) -> None:
    path = f"/api/v1/manage/consultations/{story.id}/table.json"
    headers = [{"authorization": f"Bearer {await key(database, agency)}"} for agency in ("ubnd-hue", "so-y-te")]

    assert (await client.get(path)).status_code == 401
    assert (await client.get(path, headers=headers[1])).status_code == 403
    reader = {"authorization": f"Bearer {await key(database, 'ubnd-hue', 'read:working')}"}
    assert (await client.get(path, headers=reader)).status_code == 403
    assert await audited(database) == []
    answer = await client.get(path, headers=headers[0])
    [details] = await audited(database)
    assert (details["consultation"], details["format"], details["opinions"]) == (str(story.id), "json", 11)
    assert SHY not in str(details)

    assert answer.headers["cache-control"] == "no-store"
    authors = {row["author"] for part in answer.json()["parts"] for group in part["groups"] for row in group["rows"]}
    assert {SHY, "Cô Tư", "Ông An"} <= authors
    reader = {"authorization": f"Bearer {await key(database, 'ubnd-hue', 'read:working', 'publish')}"}
    shown = (await client.get(path, headers=reader)).text
    assert [name in shown for name in (SHY, "Cô Tư", "Ông An", "Mặt trận")] == [False, False, True, True]
    counts = answer.json()["counts"]
    assert (counts["waiting"], counts["hidden"], counts["withdrawn"]) == (1, 1, 0)


async def audited(database: Database) -> list[dict[str, Any]]:
    async with database.read() as connection:
        query = text("SELECT details FROM audit_entry WHERE verb = 'table-read' ORDER BY id")
        return list((await connection.execute(query)).scalars())


async def test_few_requests_wait_for_their_turn_and_the_next_is_refused() -> None:
    turns = TableTurns()
    async with turns:
        turns._waiting = MAX_WAITING
        with pytest.raises(Overload):
            await turns.__aenter__()
        turns._waiting = 0
    async with turns:
        assert turns._waiting == 0
