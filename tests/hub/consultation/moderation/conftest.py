"""The desk of a moderator of one open consultation."""

import httpx
import pytest

from hub.db import Database
from hub.settings import Settings
from tests.support import contents
from tests.support.consultations import window
from tests.support.editors import key
from tests.support.moderation_desk import Desk
from tests.support.servers import Publish


@pytest.fixture
async def desk(client: httpx.AsyncClient, database: Database, settings: Settings, publish_edition: Publish) -> Desk:
    document = await publish_edition("draft", contents.draft(consultation=window(-3, 9)))
    return Desk(client, await key(database, "ubnd-hue", "moderate", "publish"), database, settings, document)
