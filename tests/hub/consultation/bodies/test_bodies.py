"""Bodies that are asked: refusals, letters that become sealed comments, files byte for byte, terms and reminders."""

from datetime import timedelta
from io import BytesIO
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest
from PIL import Image
from sqlalchemy import select, text, update

from hub.auth.encryption import SecretCipher
from hub.consultation.bodies.queries import BODY, read_body_alarms
from hub.consultation.clock import CLOSING_DELAY, turn_due
from hub.consultation.comments.keys import CommentKeys
from hub.consultation.comments.models import Comment
from hub.consultation.comments.sealed_content import open_contents
from hub.consultation.records import CONSULTATION, consultation_id
from hub.content.publishing import VIEW
from hub.db import Database, table
from hub.files.commands import delete_orphaned_blobs
from hub.settings import Settings
from hub.times import now, today
from tests.support import contents
from tests.support.consultations import consultation_of, window
from tests.support.editors import key
from tests.support.official_table import draft_nodes
from tests.support.servers import Publish

COMMENT = table(Comment)
FRONT = "Ủy ban Mặt trận Tổ quốc Việt Nam thành phố Huế"


class Desk:
    """An editor and an open consultation."""

    def __init__(self, client: httpx.AsyncClient, secret: str, document: UUID):
        self.client, self.document, self.id = client, document, consultation_id(document)
        self.headers = {"authorization": f"Bearer {secret}"}
        self.path = f"/api/v1/manage/consultations/{self.id}/bodies"

    async def ask(self, **body: Any) -> dict[str, Any]:
        answer = await self.client.post(self.path, json={"asked_on": day(-5)} | body, headers=self.headers)
        assert answer.status_code == 201, answer.text
        found: dict[str, Any] = answer.json()
        return found

    async def do(
        self, verb: str, body: str, version: int | None, content: dict[str, Any] | None = None
    ) -> httpx.Response:
        headers = self.headers | ({} if version is None else {"if-match": f'"{version}"'})
        return await self.client.post(f"{self.path}/{body}/{verb}", json=content or {}, headers=headers)

    async def public(self) -> list[dict[str, Any]]:
        answer = await self.client.get(f"/api/v1/consultations/{self.id}/bodies")
        assert answer.status_code == 200, answer.text
        found: list[dict[str, Any]] = answer.json()["items"]
        return found


def day(offset: int) -> str:
    return str(today() + timedelta(offset))


def opinion(**changes: Any) -> dict[str, Any]:
    return {
        "draft": 1,
        "stance": "agrees_in_part",
        "text": "Cần nêu rõ trách nhiệm giám sát.",
        "ref": "dieu-10",
    } | changes


def letter(**changes: Any) -> dict[str, Any]:
    facts = {"answered_on": day(-1), "reply_number": "45/MTTQ-BTT", "replied_on": day(-2)}
    return facts | {"opinions": [opinion(), opinion(ref=None, stance="suggests", text="Ý kiến chung.")]} | changes


@pytest.fixture
async def desk(client: httpx.AsyncClient, database: Database, publish_edition: Publish) -> Desk:
    document = await publish_edition("draft", contents.draft(consultation=window(-9, 5), nodes=draft_nodes()))
    return Desk(client, await key(database, "ubnd-hue"), document)


async def close(database: Database, id_: UUID) -> None:
    """End the window now."""
    ends = now()
    async with database.write() as session:
        own = update(CONSULTATION).where(CONSULTATION.c.id == id_)
        await session.execute(own.values(closes_at=ends, announced_closes_at=ends))
        await session.execute(update(VIEW).where(VIEW.c.consultation_id == id_).values(closes_at=ends))
    await turn_due(database, ends + CLOSING_DELAY + timedelta(seconds=1))


async def snapshot(database: Database) -> list[Any]:
    names = ("consultation_body", "consultation", "comment", "comment_key", "audit_entry", "idempotency_key")
    async with database.read() as connection:
        return [(await connection.execute(text(f"SELECT * FROM {name} ORDER BY 1, 2"))).all() for name in names]


async def test_each_wrong_request_about_a_body_is_refused_and_changes_nothing(desk: Desk, database: Database) -> None:
    body = await desk.ask(name=FRONT, kind="front")
    done = await desk.ask(name="Hội Luật gia", kind="association")
    assert (await desk.do("reply", done["id"], 1, letter())).status_code == 200
    before = await snapshot(database)

    for change, status, field in (
        ({}, 422, "body.name"),
        ({"name": FRONT}, 409, "name"),
        ({"agency": "khong-co"}, 422, "agency"),
        ({"name": "A", "asked_on": day(1)}, 422, "asked_on"),
        ({"name": "A", "due_on": day(-6)}, 422, "body.due_on"),
        ({"name": "A", "kind": "ministry"}, 422, "kind"),
        ({"name": "a" * 301}, 422, "name"),
    ):
        refused = await desk.client.post(desk.path, json={"asked_on": day(-5)} | change, headers=desk.headers)
        assert (refused.status_code, refused.json()["field"]) == (status, field), change
    wrong: list[tuple[dict[str, Any], int | None, int, str]] = [
        ({}, None, 428, "If-Match"),
        ({}, 4, 412, "If-Match"),
        ({"opinions": []}, 1, 422, "body.opinions"),
        ({"agrees_entirely": True}, 1, 422, "body.opinions"),
        ({"answered_on": day(1)}, 1, 422, "answered_on"),
        ({"answered_on": day(-6), "replied_on": None}, 1, 422, "answered_on"),
        ({"replied_on": day(0)}, 1, 422, "body.replied_on"),
        ({"opinions": [opinion(), opinion(ref="dieu-99")]}, 1, 422, "ref"),
        ({"opinions": [opinion(draft=2)]}, 1, 422, "draft"),
        ({"opinions": [{"stance": "suggests", "text": "Ý kiến chung."}]}, 1, 422, "opinions.0.draft"),
        ({"opinions": [opinion(text="")]}, 1, 422, "opinions.0.text"),
        ({"opinions": [opinion()] * 101}, 1, 422, "opinions"),
    ]
    for change, version, status, field in wrong:
        refused = await desk.do("reply", body["id"], version, letter(**change))
        assert (refused.status_code, refused.json()["field"]) == (status, field), change
    for verb in ("reply", "remind"):
        assert (await desk.do(verb, done["id"], 2, letter() if verb == "reply" else None)).status_code == 409
        assert (await desk.do(verb, str(uuid4()), 1, letter() if verb == "reply" else None)).status_code == 404
    strangers = {"authorization": f"Bearer {await key(database, 'so-y-te')}"}
    readers = {"authorization": f"Bearer {await key(database, 'ubnd-hue', 'read:working')}"}
    for headers, read in ((strangers, 403), (readers, 200)):
        match = headers | {"if-match": '"1"'}
        one = f"{desk.path}/{body['id']}"
        asked = {"name": "A", "asked_on": day(-5)}
        assert (await desk.client.post(desk.path, json=asked, headers=headers)).status_code == 403
        assert (await desk.client.post(f"{one}/reply", json=letter(), headers=match)).status_code == 403
        assert (await desk.client.put(one, json={"asked_on": day(-5)}, headers=match)).status_code == 403
        assert (await desk.client.delete(one, headers=match)).status_code == 403
        assert (await desk.client.get(desk.path, headers=headers)).status_code == read
    assert await snapshot(database) == before


async def test_a_letter_becomes_public_comments_of_its_own_kind_sealed_like_all(
    desk: Desk, database: Database, settings: Settings
) -> None:
    front = await desk.ask(name=FRONT, kind="front", letter_number="812/UBND-TH", due_on=day(0))
    agency = await desk.ask(agency="so-y-te")
    changes = (await consultation_of(database, desk.document)).comment_changes

    answered = (await desk.do("reply", front["id"], 1, letter())).json()
    assert (await desk.do("reply", agency["id"], 1, letter(opinions=[opinion()]))).status_code == 200

    assert (answered["version"], answered["late"], answered["reply_number"]) == (2, False, "45/MTTQ-BTT")
    assert "giám sát" not in str(answered)
    async with database.read() as connection:
        rows = (await connection.execute(select(COMMENT).order_by(COMMENT.c.number))).all()
        opened = await open_contents(connection, CommentKeys(SecretCipher(settings)), rows)
        audit = str((await connection.execute(text("SELECT details FROM audit_entry"))).all())
    assert [str(row.id) for row in rows[:2]] == answered["opinions"]
    assert [(row.author_kind, row.ref, row.stance, row.state, row.code_sha256) for row in rows] == [
        ("front", "dieu-10", "agrees_in_part", "public", None),
        ("front", None, "suggests", "public", None),
        ("body", "dieu-10", "agrees_in_part", "public", None),
    ]
    assert opened[rows[0].id].organisation == FRONT
    assert opened[rows[1].id].text == "Ý kiến chung."
    assert "giám sát" not in str([tuple(row) for row in rows]) + audit
    assert all(row.commitment is not None for row in rows)
    assert {row.received_at.astimezone().date() <= today() for row in rows} == {True}
    assert (await consultation_of(database, desk.document)).comment_changes == changes + 3


async def test_a_body_that_agrees_entirely_has_answered_without_a_comment(desk: Desk, database: Database) -> None:
    body = await desk.ask(agency="so-y-te")

    answered = await desk.do("reply", body["id"], 1, letter(agrees_entirely=True, opinions=[]))

    assert (answered.status_code, answered.json()["agrees_entirely"], answered.json()["opinions"]) == (200, True, [])
    async with database.read() as connection:
        assert (await connection.execute(select(COMMENT))).all() == []


async def test_who_did_not_answer_is_public_after_the_end_and_nothing_more_is_removed(
    desk: Desk, database: Database
) -> None:
    silent = await desk.ask(name="Hội Nông dân", kind="association", due_on=day(-2))
    late = await desk.ask(agency="so-y-te", due_on=day(-2))
    mistake = await desk.ask(name="Nhầm", kind="association")
    removed = await desk.client.delete(f"{desk.path}/{mistake['id']}", headers=desk.headers | {"if-match": '"1"'})
    assert removed.status_code == 200
    await desk.do("reply", late["id"], 1, letter(agrees_entirely=True, opinions=[]))
    assert [(one["name"], one["unanswered"]) for one in await desk.public()] == [
        ("Hội Nông dân", False),
        ("Sở Y tế thành phố Huế", False),
    ]

    await close(database, desk.id)

    found = await desk.public()
    assert [(one["name"], one["unanswered"], one["late"]) for one in found] == [
        ("Hội Nông dân", True, False),
        ("Sở Y tế thành phố Huế", False, True),
    ]
    assert not {"id", "file_name", "file_sha256", "reminded_at"} & found[0].keys()
    refused = await desk.client.delete(f"{desk.path}/{silent['id']}", headers=desk.headers | {"if-match": '"1"'})
    assert refused.status_code == 409
    # A letter that comes after the end is on record, and needs no answer to be answered.
    assert (await desk.do("reply", silent["id"], 1, letter(answered_on=day(0), replied_on=None))).status_code == 200
    answers = await desk.client.get(f"/api/v1/manage/consultations/{desk.id}/answers", headers=desk.headers)
    assert [one["late"] for one in answers.json()["items"]] == [True, True]


async def test_an_overdue_body_raises_an_alarm_until_it_is_reminded_or_answers(desk: Desk, database: Database) -> None:
    async def alarms() -> int:
        async with database.read() as connection:
            return (await read_body_alarms(connection))["bodies_overdue"]

    due = {"due_on": day(-1)}
    first = await desk.ask(name="Hội Nông dân", kind="association", **due)
    await desk.ask(name="Hội Cựu chiến binh", kind="association", due_on=day(0))
    second = await desk.ask(agency="so-y-te", **due)
    listed = "/api/v1/manage/consultation-bodies"

    assert await alarms() == 2
    assert (await desk.client.get("/health/ready")).json()["alarms"]["bodies_overdue"] == 2
    found = (await desk.client.get(listed, headers=desk.headers)).json()["items"]
    assert [one["name"] for one in found] == ["Hội Nông dân", "Sở Y tế thành phố Huế"]
    page = (await desk.client.get(listed, params={"limit": 1}, headers=desk.headers)).json()
    rest = {"limit": 1, "cursor": page["next"]}
    last = (await desk.client.get(listed, params=rest, headers=desk.headers)).json()
    assert ([*page["items"], *last["items"]], last["next"]) == (found, None)
    others = {"authorization": f"Bearer {await key(database, 'so-y-te')}"}
    assert (await desk.client.get(listed, headers=others)).json()["items"] == []
    refused = await desk.client.get(listed, params=rest, headers=others)
    assert (refused.status_code, refused.json()["code"]) == (422, "invalid_cursor")
    overdue = await desk.client.get(desk.path, params={"overdue": "false"}, headers=desk.headers)
    assert [one["name"] for one in overdue.json()["items"]] == ["Hội Cựu chiến binh"]

    reminded = (await desk.do("remind", first["id"], 1)).json()
    assert (reminded["version"], reminded["overdue"], reminded["reminded_at"] is None) == (2, True, False)
    assert await alarms() == 1
    await desk.do("reply", second["id"], 1, letter(agrees_entirely=True, opinions=[]))
    assert await alarms() == 0
    # A reminder from before the term ended is none for what came after.
    async with database.write() as session:
        await session.execute(
            update(BODY).where(BODY.c.id == UUID(first["id"])).values(reminded_at=now() - timedelta(2))
        )
    assert await alarms() == 1


async def test_the_file_of_a_letter_is_stored_byte_for_byte_and_only_editors_read_it(
    desk: Desk, database: Database, settings: Settings
) -> None:
    body = await desk.ask(name=FRONT, kind="front")
    path = f"{desk.path}/{body['id']}/file"
    signed = b"%PDF-1.7\n1 0 obj<</Type/Sig/Contents<abcd>>>endobj\nstartxref\n9\n%%EOF\n/ByteRange[0 9 8 7]\n"

    async def put(content: bytes, version: int | None, name: str = "cv 45.pdf", **headers: str) -> httpx.Response:
        given = desk.headers | headers | ({} if version is None else {"if-match": f'"{version}"'})
        return await desk.client.put(path, params={"name": name}, content=content, headers=given)

    assert (await put(signed, 1)).json()["field"] == "answered_on"
    answered = await desk.do("reply", body["id"], 1, letter())
    assert answered.json()["version"] == 2
    before = await snapshot(database)
    for refused, code in (
        (await put(signed, None), "version_required"),
        (await put(signed, 1), "version_stale"),
        (await put(b"<html>", 2), "unsupported_file"),
        (await put(signed, 2, "cv.docx"), "file_mismatch"),
        (await put(signed, 2, "cv.webp"), "unsupported_file"),
        (await put(signed, 2, "../cv.pdf"), "invalid_input"),
        (await put(signed, 2, authorization=f"Bearer {await key(database, 'so-y-te')}"), "forbidden"),
    ):
        assert refused.json()["code"] == code, refused.text
    assert (await desk.client.get(path, headers=desk.headers)).status_code == 404
    assert await snapshot(database) == before

    stored = await put(signed, 2)
    assert (stored.status_code, stored.json()["file_name"], stored.json()["version"]) == (200, "cv 45.pdf", 3)
    async with database.write() as session:
        # What nothing refers to goes; the letter stays.
        await session.execute(text("UPDATE file_blob SET held_until = NULL"))
        assert stored.json()["file_sha256"] not in await delete_orphaned_blobs(session, 100)
    read = await desk.client.get(path, headers=desk.headers)
    assert read.content == signed
    assert read.headers["cache-control"] == "no-store"
    assert read.headers["content-disposition"].startswith("attachment")
    assert (await desk.client.get(path)).status_code == 401
    writer = {"authorization": f"Bearer {await key(database, 'ubnd-hue', 'write')}"}
    assert (await desk.client.get(path, headers=writer)).status_code == 403
    picture = BytesIO()
    Image.new("RGB", (3, 2), "red").save(
        picture, "JPEG", exif=b"Exif\x00\x00MM\x00*\x00\x00\x00\x08\x00\x00\x00\x00\x00\x00"
    )
    assert (await put(picture.getvalue(), 3, "scan.jpg")).status_code == 200
    assert (await desk.client.get(path, headers=desk.headers)).content == picture.getvalue()
