"""Comments are carried to later versions of their draft: a new edition, and a new linked document."""

import asyncio
from typing import Any
from uuid import UUID

import httpx
import pytest
from sqlalchemy import select, update

from hub.consultation.carryover import job as module
from hub.consultation.carryover.backlog import PLACE
from hub.consultation.carryover.job import CarryoverJob, carry_comments
from hub.consultation.carryover.place_search import find_places
from hub.consultation.carryover.queries import read_places
from hub.consultation.records import CONSULTATION, DRAFT, consultation_id
from hub.content.publishing import VIEW
from hub.db import Database
from hub.settings import Settings
from tests.support import contents
from tests.support.consultations import window
from tests.support.editors import key
from tests.support.servers import Publish
from tests.support.stored_comments import CommentStore

PAVEMENT = "Người đi bộ được ưu tiên trên vỉa hè của 27 tuyến đường quanh chợ Đông Ba vào giờ cao điểm buổi chiều."
RENT = "Hộ kinh doanh thuê mặt bằng quanh hồ trả tiền theo quý, bằng chuyển khoản vào tài khoản của ban quản lý."
PARKS = "Xe đạp công cộng được gửi miễn phí 45 phút tại các bãi do phường quản lý, có mái che và người trông giữ."
LIGHTS = "Đèn chiếu sáng trong công viên tắt lúc 23 giờ, trừ lối đi chính nối hai bờ sông và khu nhà vệ sinh."
# Differs from PARKS by one word, as another clause of the same article may.
LOOK_ALIKE = PARKS.replace("Xe đạp", "Xe máy")


def nodes(*texts: str) -> list[dict[str, Any]]:
    made = []
    for place, text in enumerate(texts, 1):
        made.append({"ref": f"dieu-{place}", "parent": None, "type": "article", "label": f"Điều {place}", "text": text})
    return made


def draft(version: int, *texts: str) -> dict[str, Any]:
    return contents.draft(consultation=window(-3, 9), draft_version=version, nodes=nodes(*texts))


class Story:
    """A draft with comments, and its next versions."""

    def __init__(self, database: Database, settings: Settings, publish: Publish, document: UUID):
        self.database, self.settings, self.publish, self.document = database, settings, publish, document
        self.id = consultation_id(document)
        self.comments = CommentStore(database, settings, self.id)

    async def revise(self, version: int, *texts: str, **options: Any) -> None:
        await self.publish("draft", draft(version, *texts), document_id=self.document, **options)

    async def carry(self) -> None:
        await CarryoverJob(self.database).run_once()

    async def places(self, position: int = 2) -> dict[UUID, tuple[str, str | None]]:
        found = list(await self.comments.rows())
        async with self.database.read() as connection:
            read = await read_places(connection, found, position)
        return {id_: (place.status.value, place.ref) for id_, place in read.items()}

    async def changes(self) -> int:
        async with self.database.read() as connection:
            query = select(CONSULTATION.c.comment_changes).where(CONSULTATION.c.id == self.id)
            found: int = (await connection.execute(query)).scalar_one()
            return found


@pytest.fixture
async def story(database: Database, settings: Settings, publish_edition: Publish) -> Story:
    document = await publish_edition("draft", draft(1, PAVEMENT, RENT, PARKS))
    return Story(database, settings, publish_edition, document)


async def test_comments_go_with_their_provisions_to_a_new_edition(story: Story) -> None:
    kept = await story.comments.add("Đồng ý.", ref="dieu-1")
    whole = await story.comments.add("Nên có thêm hình vẽ.")
    quoted = await story.comments.add("Ghi rõ tên phường.", ref="dieu-3", exact="45 phút tại các bãi do phường")
    deleted = await story.comments.add("Trả theo tháng thì hơn.", ref="dieu-2", exact="trả tiền theo quý")
    waiting = await story.comments.add("Chưa duyệt.", ref="dieu-1", state="waiting")
    before = await story.changes()

    await story.revise(2, PAVEMENT, LIGHTS + " " + LIGHTS.lower(), PARKS)
    await story.carry()

    assert await story.places() == {
        kept: ("exact", "dieu-1"),
        whole: ("exact", None),
        quoted: ("exact", "dieu-3"),
        deleted: ("orphaned", None),
    }
    assert waiting not in await story.places()
    assert await story.changes() == before + 1
    await story.carry()
    assert await story.changes() == before + 1


async def test_a_linked_document_continues_the_chain(
    client: httpx.AsyncClient, story: Story, database: Database, publish_edition: Publish
) -> None:
    moved = await story.comments.add("Ghi rõ tên phường.", ref="dieu-3", exact="45 phút tại các bãi do phường")
    other = await publish_edition(
        "draft",
        contents.draft(title="Dự thảo lần 2", consultation=None)
        | {"nodes": nodes(PARKS, PAVEMENT), "draft_version": 2},
    )
    headers = {"authorization": f"Bearer {await key(database)}", "if-match": '"1"'}
    path = f"/api/v1/manage/consultations/{story.id}/link"
    linked = await client.post(path, json={"document": str(other)}, headers=headers)
    assert linked.status_code == 200, linked.text

    await story.carry()

    assert await story.places() == {moved: ("moved", "dieu-1")}


async def test_a_comment_that_becomes_public_later_is_carried_then(story: Story) -> None:
    await story.revise(2, PARKS, PAVEMENT)
    await story.carry()
    late = await story.comments.add("Đến muộn.", ref="dieu-1", state="waiting")
    await story.carry()
    assert await story.places() == {}

    await story.comments.change(late, state="public")
    await story.carry()

    assert await story.places() == {late: ("moved", "dieu-2")}


async def test_a_look_alike_of_a_deleted_provision_gets_no_comment(story: Story) -> None:
    comment = await story.comments.add("Nên là 60 phút.", ref="dieu-3")
    await story.revise(2, PAVEMENT, RENT, PARKS, LOOK_ALIKE)
    await story.revise(3, PAVEMENT, RENT, LOOK_ALIKE)

    await story.carry()

    assert await story.places() == {comment: ("exact", "dieu-3")}
    assert (await story.places(3))[comment][0] in ("uncertain", "orphaned")


async def test_another_language_is_no_later_version(story: Story) -> None:
    comment = await story.comments.add("Đồng ý.", ref="dieu-1")
    await story.revise(1, "Pedestrians come first on the pavements of 27 streets.", lang="en")
    await story.revise(2, RENT, PAVEMENT)

    await story.carry()

    assert await story.places(2) == {}
    assert await story.places(3) == {comment: ("moved", "dieu-2")}


async def test_a_process_that_dies_between_batches_loses_and_repeats_nothing(
    story: Story, monkeypatch: pytest.MonkeyPatch
) -> None:
    added = [await story.comments.add(f"Ý kiến {number}.", ref=f"dieu-{number % 3 + 1}") for number in range(7)]
    await story.revise(2, RENT, PARKS, PAVEMENT)
    monkeypatch.setattr(module, "BATCH", 2)
    write, written = module._write, 0

    async def die(*given: Any) -> int:
        nonlocal written
        if written == 2:
            raise asyncio.CancelledError
        written += 1
        return await write(*given)

    monkeypatch.setattr(module, "_write", die)
    with pytest.raises(asyncio.CancelledError):
        await story.carry()
    assert len(await story.places()) == 4
    rows = await stored(story.database)

    monkeypatch.setattr(module, "_write", write)
    await story.carry()

    assert (await story.places()).keys() == set(added)
    assert rows <= await stored(story.database)


async def test_two_workers_at_once_place_each_comment_once(
    story: Story, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    added = [await story.comments.add(f"Ý kiến {number}.", ref=f"dieu-{number % 3 + 1}") for number in range(9)]
    before = await story.changes()
    await story.revise(2, RENT, PARKS, PAVEMENT)
    async with story.database.read() as connection:
        later = (await connection.execute(select(DRAFT).where(DRAFT.c.position == 2))).one()
    both, search = asyncio.Barrier(2), find_places

    async def meet(*given: Any) -> list[dict[str, Any]]:
        found = await search(*given)
        await both.wait()
        monkeypatch.setattr(module, "find_places", search)
        return found

    monkeypatch.setattr(module, "find_places", meet)
    other = Database(settings)
    try:
        placed = await asyncio.gather(carry_comments(story.database, later), carry_comments(other, later))
    finally:
        await other.dispose()

    assert sorted(placed) == [0, 9]
    assert (await story.places()).keys() == set(added)
    assert await story.changes() == before + 1


async def test_a_comment_that_changes_during_the_search_is_carried_anew(
    story: Story, monkeypatch: pytest.MonkeyPatch
) -> None:
    comment = await story.comments.add("Đồng ý.", ref="dieu-1")
    await story.revise(2, RENT, PARKS, PAVEMENT)
    search = find_places

    async def change_first(*given: Any) -> list[dict[str, Any]]:
        found = await search(*given)
        monkeypatch.setattr(module, "find_places", search)
        await story.comments.change(comment, ref="dieu-2")
        return found

    monkeypatch.setattr(module, "find_places", change_first)
    await story.carry()
    await story.carry()

    assert await story.places() == {comment: ("moved", "dieu-1")}


async def test_a_version_that_is_removed_for_good_during_the_search_is_quoted_by_no_place(
    story: Story, monkeypatch: pytest.MonkeyPatch
) -> None:
    await story.comments.add("Ghi rõ tên phường.", ref="dieu-3", exact="45 phút tại các bãi do phường")
    await story.revise(2, PARKS, PAVEMENT)
    search = find_places

    async def erase_first(*given: Any) -> list[dict[str, Any]]:
        found = await search(*given)
        assert found[0]["quote"] is not None
        async with story.database.write() as session:
            erased = update(VIEW).where(VIEW.c.edition == 2).values(full=None, card=None, body=None)
            await session.execute(erased)
        return found

    monkeypatch.setattr(module, "find_places", erase_first)
    await story.carry()

    assert await story.places() == {}


async def test_a_version_whose_text_was_removed_for_good_leaves_its_comments_to_a_person(story: Story) -> None:
    comment = await story.comments.add("Đồng ý.", ref="dieu-1")
    await story.revise(2, PAVEMENT)
    async with story.database.write() as session:
        await session.execute(update(DRAFT).where(DRAFT.c.position == 1).values(edition=77))

    await story.carry()

    async with story.database.read() as connection:
        [row] = (await connection.execute(select(PLACE))).all()
    assert (row.comment_id, row.status, row.doubt) == (comment, "orphaned", "unsearched")


async def stored(database: Database) -> set[tuple[Any, ...]]:
    async with database.read() as connection:
        found = await connection.execute(select(PLACE.c.comment_id, PLACE.c.ref, PLACE.c.status, PLACE.c.version))
        return {tuple(row) for row in found}
