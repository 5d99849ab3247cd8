"""Near copies among stored comments are grouped; groups last, and are shown with every text within reach."""

import asyncio
import random
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest
from sqlalchemy import insert, select, text, update
from sqlalchemy.ext.asyncio import AsyncSession
from structlog.testing import capture_logs

from hub.auth.encryption import SecretCipher
from hub.consultation.campaigns import commands
from hub.consultation.campaigns import job as module
from hub.consultation.campaigns.job import CampaignJob, compare_texts, group_comments
from hub.consultation.campaigns.queries import read_groups
from hub.consultation.campaigns.tables import ANSWER, GROUP
from hub.consultation.comments.keys import CommentKeys
from hub.consultation.records import CONSULTATION, consultation_id
from hub.db import Database, database_now
from hub.settings import Settings
from tests.support import contents
from tests.support.consultations import window
from tests.support.editors import key
from tests.support.servers import Publish
from tests.support.stored_comments import CommentStore

FERRY = (
    "Chúng tôi đề nghị giữ lại bến đò cũ ở cuối làng. Cây cầu mới cách đó hơn hai cây số nên người già không đi được. "
    "Mỗi chuyến đò chỉ tốn vài nghìn đồng và chở được cả xe đạp."
)
MARKET = (
    "Chợ đêm nên đóng cửa lúc 22 giờ vì tiếng loa làm trẻ em trong xóm không ngủ được. Ban quản lý đã hứa nhiều lần "
    "mà chưa lần nào làm."
)
SCHOOL = "Con tôi học lớp hai và phải đi bộ qua ngã tư không có đèn tín hiệu, xin lắp thêm đèn trước năm học mới."
LONER = "Bản đồ kèm theo dự thảo in quá mờ, tôi không đọc được tên đường nào ở tờ thứ ba."


class Town:
    """A consultation with comments."""

    def __init__(self, database: Database, settings: Settings, id_: UUID):
        self.database, self.settings, self.id = database, settings, id_
        self.comments = CommentStore(database, settings, id_)
        self.keys = CommentKeys(SecretCipher(settings))

    async def group(self) -> bool:
        return await group_comments(self.database, self.keys, self.id)

    async def groups(self) -> dict[UUID, set[UUID]]:
        found: dict[UUID, set[UUID]] = {}
        for id_, row in (await self.comments.rows()).items():
            if row.group_id is not None:
                found.setdefault(row.group_id, set()).add(id_)
        return found

    async def answer(self, group: UUID) -> None:
        values = {"id": uuid4(), "consultation_id": self.id, "group_id": group, "outcome": "noted", "version": 1}
        async with self.database.write() as session:
            at = await database_now(session)
            row = values | {"reason": "Đã xem xét.", "by": "test", "written_at": at}
            await session.execute(insert(ANSWER).values(row))

    async def counters(self) -> tuple[int, int]:
        async with self.database.read() as connection:
            query = select(CONSULTATION.c.comment_changes, CONSULTATION.c.grouped_changes)
            row = (await connection.execute(query.where(CONSULTATION.c.id == self.id))).one()
        return row.comment_changes, row.grouped_changes


@pytest.fixture
async def town(database: Database, settings: Settings, publish_edition: Publish) -> Town:
    document = await publish_edition("draft", contents.draft(consultation=window(-3, 9)))
    return Town(database, settings, consultation_id(document))


async def test_near_copies_are_grouped_once_and_others_stand_alone(town: Town) -> None:
    ferry = await town.comments.add_all([FERRY, FERRY.replace("xe đạp", "xe máy"), FERRY.lower()])
    market = await town.comments.add_all([MARKET, MARKET + " Mong sớm xem xét."])
    await town.comments.add_all([LONER, SCHOOL])
    await town.comments.add_all([FERRY], state="waiting")
    await town.comments.add_all([FERRY], author_kind="front")

    assert await town.group()

    groups = await town.groups()
    assert sorted(groups.values(), key=len) == [set(market), set(ferry)]
    changes, grouped = await town.counters()
    assert changes == grouped
    before = await stored(town.database)
    assert not await town.group()
    assert (await town.groups(), await stored(town.database)) == (groups, before)
    assert await town.counters() == (changes, grouped)

    # Nothing is left of a group that nobody belongs to and nobody has answered.
    for one, words in zip(market, ("Nên in bản đồ to hơn.", "Xin gửi thêm dự toán kinh phí."), strict=True):
        await town.comments.change(one, text=words)
    await town.group()
    assert [row.id for row in await stored(town.database)] == list(await town.groups())


async def test_groups_are_the_same_in_every_order_of_arrival_and_keep_their_ids(town: Town) -> None:
    texts = [FERRY, FERRY.upper(), FERRY.replace("cũ", "xưa"), MARKET, MARKET.lower(), SCHOOL, SCHOOL + " Xin cảm ơn."]
    random.Random(27).shuffle(texts)  # noqa: S311 - no secret
    ids: dict[UUID, str] = {}
    last: dict[UUID, set[UUID]] = {}
    for one in [*texts, LONER]:
        [added] = await town.comments.add_all([one])
        ids[added] = one
        await town.group()
        groups = await town.groups()
        for group, members in last.items():
            assert members <= groups[group]
        last = groups
    assert sorted(sorted(ids[one][:9].lower() for one in members) for members in last.values()) == [
        ["chúng tôi"] * 3,
        ["chợ đêm n"] * 2,
        ["con tôi h"] * 2,
    ]


async def test_who_withdraws_or_writes_something_else_leaves_the_group(town: Town) -> None:
    one, other, third, fourth = await town.comments.add_all([FERRY] * 4)
    await town.group()
    [group] = await town.groups()

    await town.comments.change(one, state="withdrawn")
    await town.comments.change(other, text=LONER)
    await town.comments.change(third, state="hidden", hidden_reason="spam")
    await town.group()
    # The hidden one waits in it, although there is nobody left to be a near copy of.
    assert await town.groups() == {group: {third}}
    async with town.database.read() as connection:
        assert await read_groups(connection, [group]) == {}

    await town.comments.change(third, state="public", hidden_reason=None)
    await town.group()
    assert await town.groups() == {group: {third, fourth}}


async def test_an_answer_stays_with_most_of_its_comments_and_the_rest_is_unanswered(
    client: httpx.AsyncClient, town: Town
) -> None:
    added = await town.comments.add_all([FERRY] * 5)
    await town.group()
    [group] = await town.groups()
    await town.answer(group)
    for one in added[:2]:
        await town.comments.change(one, text=MARKET)

    await town.group()

    groups = await town.groups()
    [new] = groups.keys() - {group}
    assert groups == {group: set(added[2:]), new: set(added[:2])}
    headers = {"authorization": f"Bearer {await key(town.database)}"}
    path = f"/api/v1/manage/consultations/{town.id}/groups"
    shown = (await client.get(path, headers=headers)).json()["items"]
    facts = {one["id"]: (one["count"], one["answered"], one["changed_after_answer"]) for one in shown}
    assert facts == {str(group): (3, True, True), str(new): (2, False, False)}
    # Answers are public only when the consultation is answered.
    public = (await client.get(f"/api/v1/consultations/{town.id}/groups")).json()["items"]
    assert [one["answered"] for one in public] == [False, False]
    assert not {"answer", "outcome", "reason"} & public[0].keys()

    for one in added[2:4]:
        await town.comments.change(one, state="withdrawn")
    await town.group()
    # The last one keeps its answer.
    assert (await town.groups())[group] == {added[4]}


async def test_the_answered_groups_of_an_answered_consultation_change_no_more(town: Town, settings: Settings) -> None:
    await town.comments.add_all([FERRY] * 2)
    async with town.database.write() as session:
        await session.execute(update(CONSULTATION).values(state="answered"))
    job = CampaignJob(town.database, settings)
    await job.run_once()
    assert await town.groups() == {}

    async with town.database.write() as session:
        await session.execute(update(CONSULTATION).values(state="closed"))
    await job.run_once()
    assert len(await town.groups()) == 1


async def test_two_workers_at_once_make_one_set_of_groups(town: Town, settings: Settings) -> None:
    added = await town.comments.add_all([FERRY] * 3)
    other = Database(settings)
    try:
        done = await asyncio.gather(town.group(), group_comments(other, town.keys, town.id))
    finally:
        await other.dispose()

    assert sorted(done) == [False, True]
    assert list((await town.groups()).values()) == [set(added)]
    assert len(await stored(town.database)) == 1


@pytest.mark.parametrize("change", [{"state": "hidden", "hidden_reason": "spam"}, {"text": LONER}])
async def test_a_comment_that_changes_while_texts_are_compared_is_left_for_the_next_time(
    town: Town, monkeypatch: pytest.MonkeyPatch, change: dict[str, Any]
) -> None:
    one, other, third = await town.comments.add_all([FERRY] * 3)

    async def change_meanwhile(*given: Any) -> Any:
        found = await compare_texts(*given)
        await town.comments.change(third, **change)
        return found

    monkeypatch.setattr(module, "compare_texts", change_meanwhile)
    await town.group()
    assert list((await town.groups()).values()) == [{one, other}]
    changes, grouped = await town.counters()
    assert grouped < changes
    monkeypatch.undo()
    assert not await town.group()
    assert await town.counters() == (changes, changes)


async def test_groups_are_written_in_short_transactions_that_stop_for_an_answer(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    added = await town.comments.add_all([FERRY] * 4)
    await town.group()
    [group] = await town.groups()
    for one in added:
        await town.comments.change(one, text=LONER + SCHOOL * added.index(one))
    monkeypatch.setattr(commands, "BATCH", 1)
    write, changes = commands._write, (await town.counters())[0]

    async def answer_after_two(session: AsyncSession, *given: Any) -> None:
        await write(session, *given)
        # The row is free between two batches, and counted in each.
        if (await town.counters())[0] == changes + 1:
            at = await database_now(session)
            values = {"id": uuid4(), "consultation_id": town.id, "group_id": group, "outcome": "noted", "version": 1}
            await session.execute(insert(ANSWER).values(values | {"reason": "Đã xem.", "by": "test", "written_at": at}))

    monkeypatch.setattr(commands, "_write", answer_after_two)
    assert await town.group()

    left = (await town.groups())[group]
    assert len(left) == 2
    now, grouped = await town.counters()
    assert (now, grouped < now) == (changes + 2, True)
    monkeypatch.undo()
    await town.group()
    # They are what was answered.
    assert await town.groups() == {group: left}


async def test_nothing_is_compared_again_when_no_text_has_changed(
    town: Town, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "REST", 0.0)
    added = await town.comments.add_all([FERRY] * 2)
    job = CampaignJob(town.database, settings)
    await job.run_once()
    compared: list[UUID] = []

    async def note(database: Database, keys: CommentKeys, id_: UUID) -> bool:
        compared.append(id_)
        return await group_comments(database, keys, id_)

    monkeypatch.setattr(module, "group_comments", note)
    # As when places are carried over.
    async with town.database.write() as session:
        await town.comments.count_change(session)
    await job.run_once()
    assert compared == []
    changes, grouped = await town.counters()
    assert changes == grouped

    await town.comments.change(added[0], state="hidden", hidden_reason="spam")
    await job.run_once()
    assert compared == [town.id]


async def test_one_consultation_that_fails_holds_up_no_other_and_rests(
    town: Town, settings: Settings, publish_edition: Publish, monkeypatch: pytest.MonkeyPatch
) -> None:
    document = await publish_edition("draft", contents.draft(title="Dự thảo khác", consultation=window(-1, 4)))
    second = Town(town.database, settings, consultation_id(document))
    for one in (town, second):
        await one.comments.add_all([FERRY] * 2)
    tried: list[UUID] = []

    async def fail_once(database: Database, keys: CommentKeys, id_: UUID) -> bool:
        tried.append(id_)
        if id_ == town.id:
            raise ValueError(FERRY)
        return await group_comments(database, keys, id_)

    monkeypatch.setattr(module, "group_comments", fail_once)
    job = CampaignJob(town.database, settings)
    with capture_logs() as logs:
        await job.run_once()
        await job.run_once()

    assert FERRY[:20] not in str(logs)
    assert "ValueError" in str(logs)
    assert sorted(tried) == sorted([town.id, second.id])
    assert (len(await town.groups()), len(await second.groups())) == (0, 1)


async def test_groups_are_listed_with_counts_and_every_text_is_within_reach(
    client: httpx.AsyncClient, town: Town
) -> None:
    for kind, count in (("person", 7), ("business", 2), ("anonymous", 4)):
        await town.comments.add_all([FERRY] * count, author_kind=kind)
    await town.comments.add_all([FERRY] * 5, author_kind="business", shown="nothing")
    market = await town.comments.add_all([MARKET] * 2)
    await town.comments.add_all([LONER, SCHOOL])
    await town.group()
    path = f"/api/v1/consultations/{town.id}/groups"

    found = (await client.get(path)).json()
    assert found["counts"] == {"comments": 22, "alone": 2, "groups": 2, "in_groups": 20}
    ferry, other = found["items"]
    assert (ferry["count"], ferry["text"], ferry["others"]) == (18, FERRY, 6)
    assert ferry["kinds"] == [{"kind": "person", "count": 7}]
    assert ferry["kinds_not_shown"] == 5
    assert (other["count"], other["text"], other["others"], other["kinds"]) == (2, MARKET, 2, [])
    assert ferry["answered"] is False

    first = (await client.get(path, params={"limit": 1})).json()
    rest = (await client.get(path, params={"limit": 1, "cursor": first["next"]})).json()
    assert [first["items"][0]["id"], rest["items"][0]["id"]] == [ferry["id"], other["id"]]
    assert rest["next"] is None
    answer = await client.get(path)
    assert answer.headers["cache-control"] == "no-store"

    # The comment that stands for a group is hidden: another one does, at once; a single one left is no group.
    shown = UUID(other["comment"])
    for one in (shown, UUID(ferry["comment"])):
        await town.comments.change(one, state="hidden", hidden_reason="spam")
    found = (await client.get(path)).json()
    assert [(one["id"], one["count"]) for one in found["items"]] == [(ferry["id"], 17)]
    assert found["items"][0]["comment"] != ferry["comment"]
    assert found["counts"]["alone"] == 3
    assert shown in market


async def test_groups_of_what_is_not_public_are_not_found(client: httpx.AsyncClient, town: Town) -> None:
    await town.comments.add_all([FERRY] * 2)
    await town.group()
    assert (await client.get(f"/api/v1/consultations/{uuid4()}/groups")).status_code == 404
    path = f"/api/v1/manage/consultations/{town.id}/groups"
    assert (await client.get(path)).status_code == 401
    other = {"authorization": f"Bearer {await key(town.database, 'so-y-te')}"}
    assert (await client.get(path, headers=other)).json()["code"] == "forbidden"
    async with town.database.write() as session:
        await session.execute(text("UPDATE published_view SET state = 'gone'"))
    assert (await client.get(f"/api/v1/consultations/{town.id}/groups")).status_code == 404


async def stored(database: Database) -> list[Any]:
    async with database.read() as connection:
        return list((await connection.execute(select(GROUP).order_by(GROUP.c.id))).all())
