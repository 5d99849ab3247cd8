"""A hub whose WebSub callbacks are receivers on this machine."""

from collections.abc import AsyncIterator

import httpx
import pytest

from hub.settings import Settings
from tests.support.receiver import receiver
from tests.support.webhooks import quick
from tests.support.websub import Subscriber


@pytest.fixture
def settings(settings: Settings) -> Settings:
    return quick(settings)


@pytest.fixture
async def subscriber(client: httpx.AsyncClient) -> AsyncIterator[Subscriber]:
    async with receiver() as at:
        made = Subscriber(client, at)
        at.behave = made.behave
        yield made
