"""What one pool of connections compiled is compiled for every other one."""

from sqlalchemy import literal, select

from hub import connections
from hub.db import Database
from hub.settings import Settings


async def test_a_statement_is_compiled_once_for_all_pools_of_all_databases(
    database: Database, settings: Settings
) -> None:
    asked = select(literal("một câu chưa ai hỏi").label("sentence_that_nobody_asked"))
    other = Database(settings)
    for opened in (database, other):
        async with opened.read() as connection:
            assert (await connection.execute(asked)).scalar_one() == "một câu chưa ai hỏi"
        async with opened.write() as session:
            assert (await session.execute(asked)).scalar_one() == "một câu chưa ai hỏi"
    await other.dispose()

    [_] = [found for found in connections._COMPILED.values() if "sentence_that_nobody_asked" in found.string]
