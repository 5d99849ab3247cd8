"""Rules of terms of their own, and the desk of an agency."""

import httpx
import pytest
from sqlalchemy import insert

from hub.clocks.queries import DAY, RULE
from hub.db import Database
from tests.support.clock_rows import day_row, rule_row
from tests.support.editors import key
from tests.support.press_desk import Desk


@pytest.fixture
async def rules(database: Database) -> None:
    async with database.write() as session:
        answer = rule_row("press.answer", "2020-01-01", None, 3, "working_days", certainty="assumed")
        await session.execute(insert(RULE), [answer, rule_row("press.first_word", "2020-01-01", None, 26, "hours")])
        await session.execute(insert(DAY), [day_row("2026-11-24")])


@pytest.fixture
async def desk(client: httpx.AsyncClient, database: Database) -> Desk:
    return Desk(client, await key(database, "so-y-te"))
