"""A hub without a registry says what to do next: on its home page and in `hub doctor`."""

import httpx
from sqlalchemy import text

from hub.db import Database
from hub.ops.checks import check_registry
from hub.settings import Settings


async def test_an_empty_registry_is_told_with_the_next_step(
    client: httpx.AsyncClient, database: Database, settings: Settings
) -> None:
    [full] = await check_registry(database, settings)
    async with database.write() as session:
        await session.execute(text("DELETE FROM spokesperson"))
        await session.execute(text("UPDATE agency SET parent = NULL"))
        await session.execute(text("DELETE FROM agency"))

    [finding] = await check_registry(database, settings)

    assert (full.is_problem, finding.is_problem) == (False, True)
    assert "agencies" in full.text
    assert "hub registry load" in finding.text
    for lang, words in (("en", "The registry is empty."), ("vi", "Danh mục còn trống.")):
        page = (await client.get(f"/?lang={lang}")).text
        assert words in page
        assert "hub registry load FILE.xlsx --apply" in page
