"""A hub whose webhooks reach receivers on this machine."""

from collections.abc import AsyncIterator

import httpx
import pytest

from hub.app import create_app
from hub.db import Database
from hub.settings import Settings
from tests.support.asgi import running
from tests.support.editors import key
from tests.support.receiver import Receiver, receiver
from tests.support.webhooks import Manager, quick


@pytest.fixture
def settings(settings: Settings) -> Settings:
    return quick(settings)


@pytest.fixture
async def client(settings: Settings) -> AsyncIterator[httpx.AsyncClient]:
    async with running(create_app(settings)) as opened:
        yield opened


@pytest.fixture
async def manager(client: httpx.AsyncClient, database: Database) -> Manager:
    """A partner's key: it manages its own webhooks and may do nothing else."""
    return Manager(client, await key(database, "so-y-te", "webhooks", label="Tòa soạn"))


@pytest.fixture
async def hook() -> AsyncIterator[Receiver]:
    async with receiver() as made:
        yield made
