"""A site on this machine, and the runner of sources that may read it."""

from collections.abc import AsyncIterator

import pytest

from hub.db import Database
from hub.settings import Settings
from tests.support.local_site import Site, local_site
from tests.support.source_runs import Hand, for_site, hand


@pytest.fixture
async def site() -> AsyncIterator[Site]:
    async with local_site() as made:
        yield made


@pytest.fixture
async def sources(database: Database, settings: Settings) -> AsyncIterator[Hand]:
    async with hand(database, for_site(settings, source_timeout=2, source_max_bytes=1_000_000)) as made:
        yield made
