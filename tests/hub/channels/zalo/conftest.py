"""A hub whose channels take the stand-in for Zalo."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from hub.channels.port import ChannelParts, ChannelPort
from hub.channels.queue import ChannelQueue
from hub.channels.registry import build_channels, register_channel
from hub.channels.switches import OPERATOR, switch_on
from hub.channels.zalo.articles import ZALO
from hub.channels.zalo.broadcasts import ZALO_BROADCAST
from hub.db import Database
from hub.outgoing.client import OutgoingClient
from hub.settings import Settings
from tests.support.zalo import ZaloDesk, ZaloServer, seal_pair, serve_zalo


@pytest.fixture(scope="session")
def zalo_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ZaloServer]:
    """The run's stand-in."""
    with serve_zalo(tmp_path_factory.mktemp("zalo")) as server:
        yield server


@pytest.fixture
def zalo(zalo_server: ZaloServer) -> ZaloServer:
    """The stand-in as it begins."""
    zalo_server.reset()
    return zalo_server


@pytest.fixture
def settings(database_url: str, tmp_path: Path, zalo: ZaloServer) -> Settings:
    """Settings of a hub that takes the stand-in for Zalo."""
    return Settings(
        database_url=database_url, data=tmp_path, database_pool_size=8, channel_retry_first=0.01, **zalo.settings()
    )


@pytest.fixture
async def outgoing(settings: Settings) -> AsyncIterator[OutgoingClient]:
    client = OutgoingClient(settings)
    yield client
    await client.close()


@pytest.fixture
async def channels(settings: Settings, database: Database, outgoing: OutgoingClient) -> dict[str, ChannelPort]:
    """Both channels, switched on, with tokens."""
    for registration in (ZALO, ZALO_BROADCAST):
        register_channel(registration)
    built = build_channels(ChannelParts(settings, database, outgoing))
    await seal_pair(database, settings)
    async with database.write() as session:
        for name in (ZALO.name, ZALO_BROADCAST.name):
            await switch_on(session, name, OPERATOR)
    return {name: built[name] for name in (ZALO.name, ZALO_BROADCAST.name)}


@pytest.fixture
def desk(settings: Settings, database: Database, channels: dict[str, ChannelPort]) -> ZaloDesk:
    """Sends what is due, and reads what became of it."""
    return ZaloDesk(database, ChannelQueue(database, settings, channels))
