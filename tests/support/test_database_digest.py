"""The digest of a database tells every change, and nothing that only was read."""

import asyncpg

from hub.connections import plain_url
from tests.support.database_digest import DatabaseDigest


async def test_a_digest_changes_with_every_written_row_and_with_nothing_else(database_url: str) -> None:
    digest = await DatabaseDigest.open(database_url)
    writer = await asyncpg.connect(plain_url(database_url))
    before = await digest.take()

    await writer.fetch("SELECT * FROM topic FOR SHARE")
    read = await digest.take()
    await writer.execute("UPDATE topic SET version = version + 7 WHERE code = 'moi-truong'")
    changed = await digest.take()
    await writer.execute("UPDATE topic SET version = version - 7 WHERE code = 'moi-truong'")

    back = await digest.take()

    assert read == before
    # The version of the registry counts its changes.
    assert {name for name in before if changed[name] != before[name]} == {"topic", "public_version"}
    assert {name for name in before if back[name] != before[name]} == {"public_version"}
    await digest.connection.close()
    await writer.close()


async def test_a_digest_sees_a_transaction_that_was_open_while_another_ended(database_url: str) -> None:
    digest = await DatabaseDigest.open(database_url)
    slow, quick = [await asyncpg.connect(plain_url(database_url)) for _ in range(2)]
    open_one = slow.transaction()
    await open_one.start()
    await slow.execute("UPDATE topic SET version = version + 7 WHERE code = 'moi-truong'")
    await quick.execute("UPDATE topic SET version = version + 5 WHERE code = 'giao-duc-dao-tao'")

    meanwhile = await digest.take()
    await open_one.commit()

    assert (await digest.take())["topic"] != meanwhile["topic"]
    for connection in (digest.connection, slow, quick):
        await connection.close()
