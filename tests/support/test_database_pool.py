"""The pool of databases: each one is new, and a used one goes away by itself."""

import asyncpg
import pytest

from tests.support.database_pool import DatabasePool, database_at
from tests.support.waiting import eventually


async def test_each_database_is_a_copy_of_its_own_and_is_dropped_after_use(template: str) -> None:
    names = set()
    admin = await asyncpg.connect(database_at(template, "postgres"))
    with DatabasePool(template, ready=2) as pool:
        for _ in range(5):
            url = pool.acquire()
            names.add(url.rsplit("/", 1)[1])
            connection = await asyncpg.connect(url)
            assert await connection.fetchval("SELECT count(*) FROM agency") > 0
            assert await connection.fetchval("SELECT to_regclass('left_by_a_test')") is None
            await connection.execute("CREATE TABLE left_by_a_test ()")
            pool.release(url)

        async def dropped() -> bool:
            return not await admin.fetchval("SELECT count(*) FROM pg_database WHERE datname = ANY($1)", list(names))

        assert len(names) == 5
        await eventually(dropped)
    await admin.close()


def test_a_pool_that_cannot_copy_says_why(template: str) -> None:
    with (
        DatabasePool(f"{template}_missing") as pool,
        pytest.raises(RuntimeError, match="No more copies of hub_template_missing") as failed,
    ):
        pool.acquire()
    assert "does not exist" in str(failed.value.__cause__)
