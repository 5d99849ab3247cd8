"""Tokens of Zalo: one refresh for many workers, and a person where nobody knows if a refresh token was used."""

import asyncio
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from hub.channels.rows import ITEM
from hub.channels.zalo.alerts import build_zalo_alarms
from hub.channels.zalo.authorisation import Permission, challenge_of
from hub.channels.zalo.client import ZaloClient
from hub.channels.zalo.job import ZaloTokenJob
from hub.channels.zalo.tokens import TOKEN, TokenMissing, ZaloTokens
from hub.db import Database
from hub.errors import InvalidInput
from hub.outgoing.client import OutgoingClient
from hub.settings import Settings
from tests.support import contents
from tests.support.servers import Publish
from tests.support.waiting import eventually
from tests.support.zalo import ZaloDesk, ZaloServer, refresh_in_a_process, seal_pair

ENDED = timedelta(minutes=-5)


@pytest.fixture
def tokens(settings: Settings, database: Database, outgoing: OutgoingClient) -> ZaloTokens:
    return ZaloTokens(database, settings, ZaloClient(outgoing, settings))


class Open:
    async def is_open(self) -> bool:
        return True

    async def covers(self, seq: int) -> bool:
        return True

    async def covers_call(self, number: int) -> bool:
        return True


async def row(database: Database) -> Any:
    async with database.read() as connection:
        return (await connection.execute(select(TOKEN))).one()


async def test_ten_workers_with_one_ended_token_make_one_refresh(
    settings: Settings, database: Database, outgoing: OutgoingClient, zalo: ZaloServer
) -> None:
    await seal_pair(database, settings, ends_in=ENDED)
    zalo.set(faults=[{"call": "access_token", "seconds": 0.3}])
    ten = [ZaloTokens(database, settings, ZaloClient(outgoing, settings)) for _ in range(10)]
    found = await asyncio.gather(*(each.get() for each in ten))
    assert len({each.value for each in found}) == 1
    state = zalo.tell()
    assert (state["refreshes"], state["is_family_dead"]) == (1, False)
    assert (await row(database)).version == 2


@pytest.mark.counts(full=10)
async def test_ten_processes_with_one_ended_token_make_one_refresh(
    settings: Settings, database: Database, zalo: ZaloServer, count: int
) -> None:
    await seal_pair(database, settings, ends_in=ENDED)
    zalo.set(faults=[{"call": "access_token", "seconds": 2}])
    processes = [refresh_in_a_process(settings, zalo_timeout=10) for _ in range(count)]
    codes = [await asyncio.to_thread(process.wait, 120) for process in processes]
    assert codes == [0] * count
    state = zalo.tell()
    assert (state["refreshes"], state["is_family_dead"]) == (1, False)
    assert (await row(database)).version == 2


async def test_a_caller_that_is_cancelled_loses_no_pair(
    settings: Settings, database: Database, tokens: ZaloTokens, zalo: ZaloServer
) -> None:
    await seal_pair(database, settings, ends_in=ENDED)
    zalo.set(faults=[{"call": "access_token", "seconds": 0.3}])
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.15):
            await tokens.get()

    async def is_saved() -> bool:
        return bool((await row(database)).version == 2)

    await eventually(is_saved)
    assert ((await tokens.get()).version, zalo.tell()["refreshes"]) == (2, 1)


async def test_a_fresh_token_that_zalo_refuses_again_is_refreshed_once_and_not_in_a_loop(
    desk: ZaloDesk, zalo: ZaloServer, publish_edition: Publish, database: Database
) -> None:
    zalo.set(faults=[{"call": "create", "kind": "error:-216", "times": 99}])
    await publish_edition("bulletin", contents.bulletin(title="Tin không ai nhận", channels=["zalo"]))
    for _ in range(3):
        item = await desk.settle()
        assert (item.state, item.hold) == ("held", "authorisation")
        async with database.write() as session:
            await session.execute(ITEM.update().values(next_at=None))
    assert zalo.tell()["refreshes"] == 1
    assert (await row(database)).state == "valid"  # another try in ten minutes may go well


async def test_a_token_that_zalo_refuses_is_refreshed_only_while_it_is_the_newest(
    settings: Settings, database: Database, tokens: ZaloTokens, zalo: ZaloServer
) -> None:
    await seal_pair(database, settings)
    first = await tokens.get()
    second = await tokens.refresh(first.version)
    assert (await tokens.refresh(first.version)).value == second.value
    assert zalo.tell()["refreshes"] == 1


async def test_a_process_killed_between_refresh_and_save_leaves_the_channel_held_with_advice_and_no_loop(
    settings: Settings, database: Database, desk: ZaloDesk, zalo: ZaloServer, publish_edition: Publish, tmp_path: Path
) -> None:
    await seal_pair(database, settings, ends_in=ENDED)
    zalo.set(faults=[{"call": "access_token", "kind": "lose", "after": 30}])
    process = refresh_in_a_process(settings, zalo_timeout=60)
    await eventually(lambda: asyncio.to_thread(lambda: zalo.tell()["refreshes"] == 1))
    process.kill()
    process.wait(10)
    assert (await row(database)).state == "refreshing"
    document = await publish_edition("bulletin", contents.bulletin(title="Tin lúc mất token", channels=["zalo"]))
    item = await desk.settle()
    assert (item.state, item.hold, item.document_id) == ("held", "authorisation", document)
    assert "hub zalo authorise" in item.words
    for _ in range(3):
        await desk.queue.serve("zalo")
    state = zalo.tell()
    assert (state["refreshes"], state["is_family_dead"], state["articles"]) == (1, False, {})
    assert (await row(database)).state == "lost"
    async with database.read() as connection:
        assert (await build_zalo_alarms(settings)(connection))["zalo_authorisation_missing"] == 1


async def test_a_refused_refresh_holds_the_channel_and_is_not_repeated(
    settings: Settings, database: Database, desk: ZaloDesk, zalo: ZaloServer, publish_edition: Publish
) -> None:
    await seal_pair(database, settings, refresh="refresh-burnt", ends_in=ENDED)
    zalo.set(used=["refresh-burnt"])
    await publish_edition("bulletin", contents.bulletin(title="Tin bị giữ lại", channels=["zalo"]))
    item = await desk.settle()
    assert (item.state, item.hold) == ("held", "authorisation")
    assert "-14020" in item.words
    await desk.queue.serve("zalo")
    assert zalo.tell()["refreshes"] == 1


async def test_a_restored_pair_that_was_used_up_since_is_never_sent(
    settings: Settings, database: Database, tokens: ZaloTokens, zalo: ZaloServer
) -> None:
    await seal_pair(database, settings)
    before = dict((await row(database))._mapping)
    newest = await tokens.refresh(1)
    # The dump was taken before the refresh; the access token in it has ended.
    async with database.write() as session:
        await session.execute(TOKEN.delete())
        await session.execute(TOKEN.insert().values(before | {"access_expires_at": before["changed_at"]}))
    with pytest.raises(TokenMissing, match="hub zalo authorise"):
        await tokens.get()
    state = zalo.tell()
    assert (state["refreshes"], state["is_family_dead"]) == (1, False)
    assert newest.version == 2


async def test_a_refresh_that_never_reached_zalo_is_made_again(
    settings: Settings, database: Database, outgoing: OutgoingClient, tokens: ZaloTokens, zalo: ZaloServer
) -> None:
    await seal_pair(database, settings, ends_in=ENDED)
    elsewhere = Settings(**{**settings.model_dump(exclude_unset=True), "zalo_oauth_url": "http://127.0.0.1:9"})
    with pytest.raises(TokenMissing) as found:
        await ZaloTokens(database, settings, ZaloClient(outgoing, elsewhere)).get()
    assert found.value.is_passing
    assert (await row(database)).state == "valid"
    assert (await tokens.get()).version == 2


async def test_tokens_are_refreshed_by_age_even_when_nothing_is_sent(
    settings: Settings, database: Database, outgoing: OutgoingClient, zalo: ZaloServer
) -> None:
    job = ZaloTokenJob(database, settings, outgoing, Open())
    await seal_pair(database, settings, ends_in=timedelta(hours=6))
    await job.run_once()
    assert zalo.tell()["refreshes"] == 0
    await seal_pair(database, settings, ends_in=timedelta(hours=4))
    await job.run_once()
    assert zalo.tell()["refreshes"] == 1
    assert (await row(database)).access_seconds == 90_000


async def test_the_alarm_is_raised_fourteen_days_before_the_end(settings: Settings, database: Database) -> None:
    read_alarms = build_zalo_alarms(settings)
    for days, alarm in ((15, 0), (13, 12)):
        await seal_pair(database, settings, refresh_ends_in=timedelta(days=days))
        async with database.read() as connection:
            assert (await read_alarms(connection))["zalo_authorisation_ends"] == alarm


async def test_a_code_is_exchanged_once_with_its_verifier(
    settings: Settings, database: Database, tokens: ZaloTokens, zalo: ZaloServer
) -> None:
    asked = Settings(**{**settings.model_dump(exclude_unset=True), "zalo_redirect_url": "https://hub.example.vn/zalo"})
    permission = Permission.begin(asked)
    assert len(permission.verifier) == 43
    assert f"code_challenge={challenge_of(permission.verifier)}" in permission.url
    with pytest.raises(InvalidInput, match="another attempt"):
        permission.read_code("https://hub.example.vn/zalo?code=c1&state=other")
    code = permission.read_code(f"https://hub.example.vn/zalo?code=c1&state={permission.state}")
    zalo.set(codes={"c1": challenge_of(permission.verifier)})
    with pytest.raises(TokenMissing):
        await tokens.authorise("c2", permission.verifier, "test")
    other = Settings(**{**settings.model_dump(exclude_unset=True), "zalo_oa_id": "77"})
    with pytest.raises(TokenMissing, match="HUB_ZALO_OA_ID is 77"):
        await ZaloTokens(database, other, tokens.client).authorise(code, permission.verifier, "test")
    async with database.read() as connection:
        assert (await connection.execute(select(TOKEN))).all() == []
    zalo.set(codes={"c1": challenge_of(permission.verifier)})
    await tokens.authorise(code, permission.verifier, "test")
    with pytest.raises(TokenMissing, match="did not accept"):
        await tokens.authorise(code, permission.verifier, "test")
    stored = await row(database)
    assert (await tokens.get()).value.encode() not in stored.access
    assert b"access-" not in stored.access + stored.refresh


def test_the_challenge_is_that_of_the_standard() -> None:
    assert challenge_of("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk") == "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"
