"""A process of the version before, which publishes until it is replaced, leaves nothing out of the lists."""

from sqlalchemy import text

from hub.content.publishing import VIEW
from hub.db import Database
from tests.support import contents
from tests.support.servers import Publish

NEWER = {"id", "channels", "priority"}


async def test_a_bulletin_of_an_older_process_has_its_channels_and_priority(
    database: Database, publish_edition: Publish
) -> None:
    document = await publish_edition("bulletin", contents.bulletin(channels=["radio", "zalo"], priority="urgent"))
    older = ", ".join(f'"{name}"' for name in (column.name for column in VIEW.c) if name not in NEWER)
    async with database.write() as session:
        await session.execute(
            text("CREATE TEMP TABLE kept AS SELECT * FROM published_view WHERE document_id = :id"), {"id": document}
        )
        await session.execute(text("DELETE FROM published_file"))
        await session.execute(text("DELETE FROM published_view WHERE document_id = :id"), {"id": document})
        await session.execute(text(f"INSERT INTO published_view ({older}) SELECT {older} FROM kept"))
        broken = f"INSERT INTO published_view ({older}) SELECT {older} FROM kept"
        await session.execute(text("UPDATE kept SET seq_to = seq_from + 1, card = 'no JSON'"))
        await session.execute(text(broken))

    async with database.read() as connection:
        query = text(
            "SELECT channels, priority FROM published_view WHERE document_id = :id ORDER BY seq_to NULLS FIRST"
        )
        rows = (await connection.execute(query, {"id": document})).all()

    assert [tuple(row) for row in rows] == [(["radio", "zalo"], "urgent"), ([], None)]
