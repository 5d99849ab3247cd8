"""A started hub that keeps answers."""

from collections.abc import AsyncIterator

import pytest

from hub.app import create_app
from hub.db import Database
from hub.settings import Settings
from tests.support import contents
from tests.support.asgi import running
from tests.support.consultations import window
from tests.support.kept_hub import KeptHub, index_has
from tests.support.servers import Publish


@pytest.fixture
def keeping(settings: Settings) -> Settings:
    """Settings of a hub that keeps answers."""
    return settings.model_copy(update={"answer_cache_mb": 64})


@pytest.fixture
async def hub(keeping: Settings, database: Database, publish_edition: Publish) -> AsyncIterator[KeptHub]:
    policy = await publish_edition("policy", contents.policy())
    draft = await publish_edition("draft", contents.draft(consultation=window(-2, 9)))
    bulletin = await publish_edition("bulletin", contents.bulletin(title="Bản tin thứ nhất"))
    await index_has(database)
    app = create_app(keeping)
    async with running(app) as client:
        yield KeptHub(app, client, policy, draft, bulletin)
