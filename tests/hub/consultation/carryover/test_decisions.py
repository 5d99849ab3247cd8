"""Decisions of editors about places: a refusal changes nothing, and later versions start from what was decided."""

from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest
from sqlalchemy import select, text

from hub.consultation.carryover.backlog import PLACE
from hub.consultation.carryover.job import CarryoverJob
from hub.consultation.carryover.queries import read_places
from hub.consultation.records import CONSULTATION, consultation_id
from hub.content.eraser_registry import erase_documents
from hub.db import Database
from hub.settings import Settings
from tests.support import contents
from tests.support.consultations import window
from tests.support.editors import key
from tests.support.servers import Publish
from tests.support.stored_comments import CommentStore

FEE = "Người gửi xe trả 5.000 đồng mỗi lượt tại bãi xe do phường quản lý, và nhận vé có ghi giờ gửi."
PRICE = "5.000 đồng mỗi lượt tại bãi xe do phường quản lý"
NEW_FEE = FEE.replace("5.000", "9.000")
NOISE = "Loa quảng cáo trên phố đi bộ tắt từ 22 giờ đến 6 giờ sáng hôm sau, kể cả ngày lễ."
TREES = "Cây xanh bị đốn phải được trồng lại ở cùng một phường trong vòng ba tháng."


def draft(version: int, *texts: str) -> dict[str, Any]:
    made = [
        {"ref": f"dieu-{place}", "parent": None, "type": "article", "label": f"Điều {place}", "text": one}
        for place, one in enumerate(texts, 1)
    ]
    return contents.draft(consultation=window(-3, 9), draft_version=version, nodes=made)


class Desk:
    """An editor at a consultation whose second draft has changed a fee and dropped the trees."""

    def __init__(self, client: httpx.AsyncClient, database: Database, publish: Publish, document: UUID, key_: str):
        self.client, self.database, self.publish, self.document = client, database, publish, document
        self.headers = {"authorization": f"Bearer {key_}"}
        self.path = f"/api/v1/manage/consultations/{consultation_id(document)}/places"
        self.doubtful: UUID
        self.lost: UUID
        self.sure: UUID

    async def do(
        self, comment: UUID, verb: str, body: Any = None, *, draft: int = 2, version: int | None = 1, once: str = ""
    ) -> httpx.Response:
        headers = self.headers | ({"if-match": f'"{version}"'} if version else {})
        headers |= {"idempotency-key": once} if once else {}
        return await self.client.post(f"{self.path}/{comment}/{draft}/{verb}", json=body or {}, headers=headers)

    async def list_all(self, **params: Any) -> list[dict[str, Any]]:
        answer = await self.client.get(self.path, params=params, headers=self.headers)
        assert answer.status_code == 200, answer.text
        found: list[dict[str, Any]] = answer.json()["items"]
        return found

    async def carry(self) -> None:
        await CarryoverJob(self.database).run_once()

    async def state(self) -> list[Any]:
        async with self.database.read() as connection:
            audit = text("SELECT verb, details FROM audit_entry ORDER BY id")
            return [
                (await connection.execute(select(PLACE).order_by(PLACE.c.comment_id, PLACE.c.draft_position))).all(),
                (await connection.execute(select(CONSULTATION.c.comment_changes))).all(),
                (await connection.execute(audit)).all(),
            ]

    async def place(self, comment: UUID, draft: int = 2) -> tuple[str, str | None, bool]:
        async with self.database.read() as connection:
            found = (await read_places(connection, [comment], draft))[comment]
        return found.status.value, found.ref, found.confirmed


@pytest.fixture
async def desk(client: httpx.AsyncClient, database: Database, settings: Settings, publish_edition: Publish) -> Desk:
    document = await publish_edition("draft", draft(1, FEE, NOISE, TREES))
    made = Desk(client, database, publish_edition, document, await key(database))
    comments = CommentStore(database, settings, consultation_id(document))
    made.doubtful = await comments.add(
        "Đắt quá.", ref="dieu-1", exact="5.000 đồng mỗi lượt tại bãi xe do phường quản lý"
    )
    made.lost = await comments.add("Trồng sớm hơn.", ref="dieu-3")
    made.sure = await comments.add("Đồng ý.", ref="dieu-2")
    await publish_edition("draft", draft(2, NEW_FEE, NOISE), document_id=document)
    await made.carry()
    return made


@pytest.mark.parametrize("verb", ["confirm", "move", "orphan"])
async def test_a_decision_needs_a_key_the_scope_the_agency_the_version_and_a_place(
    desk: Desk, database: Database, verb: str
) -> None:
    before = await desk.state()
    own = desk.headers
    desk.headers = {}
    assert (await desk.do(desk.doubtful, verb)).status_code == 401
    desk.headers = {"authorization": f"Bearer {await key(database, 'ubnd-hue', 'write', 'read:working')}"}
    assert (await desk.do(desk.doubtful, verb)).json()["code"] == "forbidden"
    desk.headers = {"authorization": f"Bearer {await key(database, 'so-y-te')}"}
    assert (await desk.do(desk.doubtful, verb)).json()["code"] == "forbidden"
    assert (await desk.client.get(desk.path, headers=desk.headers)).json()["code"] == "forbidden"
    desk.headers = own
    assert (await desk.do(desk.doubtful, verb, version=None)).json()["code"] == "version_required"
    assert (await desk.do(desk.doubtful, verb, version=4)).json()["code"] == "version_stale"
    assert (await desk.do(uuid4(), verb)).json()["code"] == "not_found"
    assert (await desk.do(desk.doubtful, verb, draft=9)).json()["code"] == "not_found"
    assert (await desk.do(desk.doubtful, verb, {"other": 1})).status_code == 422
    assert await desk.state() == before


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"ref": "dieu-88"}, "unknown_node"),
        ({"ref": "dieu-1", "quote": {"exact": "không có ở đây"}}, "quote_not_found"),
        ({"ref": "dieu-2", "quote": {"exact": "…, ."}}, "quote_not_found"),
        ({"quote": {"exact": "giờ"}}, "unknown_node"),
    ],
)
async def test_a_place_that_the_draft_does_not_have_is_refused(desk: Desk, body: dict[str, Any], code: str) -> None:
    before = await desk.state()
    answer = await desk.do(desk.doubtful, "move", body)
    assert (answer.status_code, answer.json()["code"]) == (422, code), answer.text
    assert await desk.state() == before


async def test_what_needs_a_person_is_listed_beside_what_it_was_written_about(desk: Desk) -> None:
    doubtful, lost = await desk.list_all()

    assert (doubtful["comment"], doubtful["status"], doubtful["doubt"]) == (str(desk.doubtful), "uncertain", "facts")
    assert (doubtful["from_draft"], doubtful["from_ref"], doubtful["confirmed"]) == (1, "dieu-1", False)
    assert doubtful["from_quote"]["exact"].startswith("5.000")
    assert doubtful["quote"]["exact"].startswith("9.000")
    assert (lost["comment"], lost["status"], lost["ref"]) == (str(desk.lost), "orphaned", None)
    assert [one["comment"] for one in await desk.list_all(pending="false", status="exact")] == [str(desk.sure)]
    assert await desk.list_all(draft=3) == []
    first = (await desk.client.get(desk.path, params={"limit": 1}, headers=desk.headers)).json()
    [second] = await desk.list_all(limit=1, cursor=first["next"])
    assert second["comment"] == str(desk.lost)


async def test_a_confirmed_place_counts_and_is_logged_without_a_word_of_the_comment(desk: Desk) -> None:
    answer = await desk.do(desk.doubtful, "confirm", once="once-27")

    assert answer.status_code == 200, answer.text
    assert (answer.json()["status"], answer.headers["etag"]) == ("reworded", '"2"')
    assert await desk.place(desk.doubtful) == ("reworded", "dieu-1", True)
    assert (await desk.do(desk.lost, "confirm")).json()["status"] == "orphaned"
    assert await desk.list_all() == []
    assert (await desk.do(desk.doubtful, "confirm", version=2)).json()["code"] == "transition_conflict"
    assert (await desk.do(desk.doubtful, "confirm", once="once-27")).json()["version"] == 2
    _, _, audit = await desk.state()
    told = [(verb, details["comment"]) for verb, details in audit if verb.startswith("comment-place")]
    assert told == [("comment-place-confirm", str(desk.doubtful)), ("comment-place-confirm", str(desk.lost))]
    assert "Đắt" not in str(audit)


async def test_a_later_version_starts_from_what_a_person_decided(desk: Desk) -> None:
    assert (await desk.do(desk.lost, "move", {"ref": "dieu-2"})).json()["status"] == "reworded"
    assert (await desk.do(desk.doubtful, "orphan")).json()["status"] == "orphaned"
    await desk.publish("draft", draft(3, NOISE, FEE), document_id=desk.document)
    await desk.carry()

    assert await desk.place(desk.lost, 3) == ("moved", "dieu-1", False)
    # Its words are back, but a person has said that it had no place: another person has to find it again.
    assert await desk.place(desk.doubtful, 3) == ("uncertain", "dieu-2", False)


async def test_a_decision_made_late_carries_the_comment_again(desk: Desk) -> None:
    await desk.publish("draft", draft(3, NOISE, NEW_FEE), document_id=desk.document)
    await desk.carry()
    assert await desk.place(desk.lost, 3) == ("orphaned", None, False)

    await desk.do(desk.lost, "move", {"ref": "dieu-2", "quote": {"exact": "từ 22 giờ đến 6 giờ sáng hôm sau"}})
    await desk.carry()

    assert await desk.place(desk.lost, 3) == ("moved", "dieu-1", False)


async def test_words_of_a_draft_that_is_removed_for_good_stay_in_no_place(desk: Desk, database: Database) -> None:
    await desk.do(desk.doubtful, "confirm", once="once-27")
    async with database.write() as session:
        await erase_documents(session, [desk.document])

    async with database.read() as connection:
        for name in ("comment", "comment_place", "idempotency_key"):
            rows = (await connection.execute(text(f"SELECT * FROM {name}"))).all()
            assert rows
            kept = [
                one.decode() if isinstance(one, bytes) and name != "comment" else one for row in rows for one in row
            ]
            assert "đồng mỗi lượt" not in str(kept), name
    assert (
        "đồng mỗi lượt"
        not in (await desk.client.get(desk.path, params={"pending": "false"}, headers=desk.headers)).text
    )
