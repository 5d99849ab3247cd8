"""Filtering of log entries for followers, and their positions in the log."""

from uuid import uuid4

import pytest

from hub.changes.filtering import LoggedEntry, filter_entries
from hub.changes.filters import FollowFilters, resolve_filter
from hub.changes.position import Position
from hub.changes.reader import LogSlice, read_open_views, read_slice
from hub.db import Database
from hub.domain.kinds import KindName
from hub.errors import InvalidInput, Resync, UnknownReference
from hub.log.append import Event
from hub.times import now
from tests.support import contents, past_editions
from tests.support.servers import Publish

EPOCH = "0e7c9f5e-6f0b-4a53-9e06-3c0f7c1f3b11"
BAD_HASHES = [f"1:{'a' * 16}", f"{EPOCH}:1:", f"{EPOCH}:1:abc", f"{EPOCH}:1:{'A' * 16}", f"{EPOCH}:1:{'a' * 65}"]


async def stretch(database: Database, after: str = "0", **how) -> LogSlice:
    async with database.read() as connection:
        return await read_slice(connection, Position.parse(after), **how)


def documents(found: LogSlice) -> list[LoggedEntry]:
    return [entry for entry in found.entries if isinstance(entry, LoggedEntry)]


async def heard(database: Database, **filters) -> list[tuple[int, str]]:
    wanted = await resolve_filter(database, FollowFilters(**filters))
    return [(change.entry.seq, change.event) for change in filter_entries((await stretch(database)).entries, wanted)]


@pytest.mark.parametrize(
    "written", ["", "-1", "x", "1:1", "1 ", "9" * 19, EPOCH, f"{EPOCH}:", f"{EPOCH}:-1", *BAD_HASHES]
)
def test_what_is_no_position_is_refused(written: str) -> None:
    with pytest.raises(InvalidInput):
        Position.parse(written)


def test_a_position_is_written_as_it_is_read() -> None:
    for position in (Position(0), Position(42), Position(42, uuid4()), Position(42, uuid4(), "9f86d081884c7d65")):
        assert Position.parse(str(position)) == position


async def test_a_position_beyond_the_head_or_of_another_epoch_means_resync(
    database: Database, publish_edition: Publish
) -> None:
    await publish_edition("policy", contents.policy())
    found = await stretch(database)

    assert (found.next.seq, found.head) == (1, 1)
    assert (await stretch(database, str(found.next))).entries == []
    for known in ("1", f"{found.epoch}:1", f"{found.epoch}:1:{found.entries[0].hash}", str(found.next)):
        assert (await stretch(database, known)).next == found.next
    for foreign in ("2", f"{uuid4()}:0", f"{uuid4()}:1", f"{found.epoch}:1:{'0' * 16}", f"{found.epoch}:0:{'0' * 16}"):
        with pytest.raises(Resync):
            await stretch(database, foreign)


async def test_an_unknown_code_is_refused_and_names_its_filter(database: Database) -> None:
    for name in ("agency", "topic", "place"):
        with pytest.raises(UnknownReference) as refused:
            await resolve_filter(database, FollowFilters(**{name: ["khong-co"]}))
        assert refused.value.field == name


async def test_a_document_that_leaves_a_filter_is_told_once_as_left(
    database: Database, publish_edition: Publish
) -> None:
    moved = await publish_edition("policy", contents.policy(topics=["moi-truong"]))
    await publish_edition("policy", contents.policy(topics=["truyen-thong"]), document_id=moved)
    await publish_edition("policy", contents.policy(topics=["truyen-thong"], title="Khác"), document_id=moved)
    await publish_edition("policy", contents.policy(topics=["moi-truong"], title="Trở lại"), document_id=moved)
    await past_editions.done(database, "withdraw", moved, now(), reason="Có sai sót")
    await past_editions.done(database, "restore", moved)
    await past_editions.done(database, "gone", moved)

    ends = [(5, "withdrawn"), (6, "restored"), (7, "gone")]
    assert await heard(database, topic=["moi-truong"]) == [(1, "published"), (2, "left"), (4, "published"), *ends]
    assert await heard(database, topic=["truyen-thong"]) == [(2, "published"), (3, "published"), (4, "left")]
    assert await heard(database, topic=["moi-truong"], kind=["draft"]) == []
    assert len(await heard(database)) == 7


async def test_filters_are_those_of_a_search_with_what_stands_below(
    database: Database, publish_edition: Publish
) -> None:
    await publish_edition("bulletin", contents.bulletin(), owner="so-y-te")
    both = await publish_edition("policy", contents.policy())
    await publish_edition("policy", contents.policy(title="Plan"), document_id=both, lang="en")

    assert [seq for seq, _ in await heard(database, agency=["so-y-te"])] == [1]
    assert [seq for seq, _ in await heard(database, agency=["ubnd-hue"])] == [1, 2, 3]
    assert [seq for seq, _ in await heard(database, agency=["ubnd-hue"], kind=[KindName("policy")])] == [2, 3]
    assert [seq for seq, _ in await heard(database, lang=["en"])] == [3]
    assert [seq for seq, _ in await heard(database, lang=["en", "vi"], kind=["policy", "bulletin"])] == [1, 2, 3]


async def test_an_entry_carries_what_it_made_public_until_that_is_erased(
    database: Database, publish_edition: Publish
) -> None:
    stays = await publish_edition("policy", contents.policy(title="Ở lại"))
    goes = await publish_edition("policy", contents.policy(title="Ra đi"))
    await past_editions.done(database, "withdraw", stays, reason="Có sai sót")
    full = documents(await stretch(database, view="full"))
    await past_editions.done(database, "gone", goes)
    async with database.read() as connection:
        current = await read_open_views(connection, [(stays, "vi"), (goes, "vi"), (uuid4(), "vi")])
    left = documents(await stretch(database, view="card"))

    assert [entry.view is not None for entry in full] == [True, True, True]
    assert [entry.view is not None for entry in left] == [True, False, True, False]
    assert (left[3].event, left[3].state) == (Event.gone, "gone")
    assert current.keys() == {(stays, "vi"), (goes, "vi")}
    assert (current[stays, "vi"].state, current[stays, "vi"].seq) == ("withdrawn", 3)
    assert current[stays, "vi"].json == full[2].view
    assert (current[goes, "vi"].json, current[goes, "vi"].seq) == (None, 4)


async def test_a_redirect_says_where_to(database: Database, publish_edition: Publish) -> None:
    old = await publish_edition("policy", contents.policy(title="Cũ"))
    new = await publish_edition("policy", contents.policy(title="Mới"))
    await past_editions.done(database, "redirect", old, to=new)

    entry = documents(await stretch(database))[-1]
    assert (entry.event, entry.redirect_to, entry.path) == (Event.redirected, new, f"/api/v1/policies/{old}")


async def test_a_stretch_costs_one_statement_whatever_is_in_it(database: Database, publish_edition: Publish) -> None:
    await publish_edition("policy", contents.policy())
    counts = []
    for _ in range(2):
        before = database.statements
        await stretch(database)
        counts.append(database.statements - before)
        for n in range(20):
            await publish_edition("policy", contents.policy(title=f"Kế hoạch {n}"))
    assert counts == [1, 1]
