"""An editor who may do everything, and editions that wait for their time."""

from datetime import datetime
from typing import Any

import httpx
import pytest

from hub.db import Database
from tests.support.editors import Editor, key
from tests.support.schedules import Schedule


@pytest.fixture
async def chief(client: httpx.AsyncClient, database: Database) -> Editor:
    return Editor(client, await key(database, "ubnd-hue"))


@pytest.fixture
def schedule(chief: Editor) -> Schedule:
    """Schedules a new bulletin, or another kind."""

    async def make(at: datetime, kind: str = "bulletin", **changes: Any) -> str:
        document = str((await chief.create(kind, **changes)).json()["id"])
        for verb in ("submit", "approve"):
            await chief.done(document, verb)
        await chief.done(document, "schedule", {"at": at.isoformat()})
        return document

    return make
