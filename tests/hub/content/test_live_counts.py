"""Numbers of live documents: the database keeps them with every view that opens or closes, whoever does it."""

import random
from typing import Any
from uuid import UUID

from sqlalchemy import func, select, text

from hub.content.live_counts import read_live_counts, recount
from hub.content.rebuild import rebuild_published_views
from hub.content.visibility import VIEW
from hub.db import Database
from tests.support import contents
from tests.support.past_editions import at, done, edition


async def read(database: Database) -> dict[str, int]:
    async with database.read() as connection:
        return {each.kind: each.documents for each in await read_live_counts(connection)}


async def count(database: Database) -> dict[str, int]:
    """The numbers as they were counted before they were kept."""
    query = select(VIEW.c.kind, func.count(VIEW.c.document_id.distinct())).where(
        VIEW.c.seq_to.is_(None), VIEW.c.state == "live"
    )
    async with database.read() as connection:
        return dict((await connection.execute(query.group_by(VIEW.c.kind))).all())


async def test_kept_numbers_are_those_that_counting_gives_whatever_happens_to_documents(database: Database) -> None:
    dice = random.Random(51)  # noqa: S311 - no secret
    assert await read(database) == {}
    alive, withdrawn = list[tuple[UUID, str]](), list[tuple[UUID, str]]()
    for step in range(60):
        day = at("2026-03-01", f"{step // 60 + 8:02}:{step % 60:02}")
        verb = dice.choice(["publish"] * 4 + ["correct", "translate", "withdraw", "restore", "gone", "redirect"])
        if verb == "publish" or len(alive) < 2:
            kind = dice.choice(sorted(contents.QUIET))
            alive.append((await edition(database, kind, contents.QUIET[kind](), day), kind))
            continue
        document, kind = alive[dice.randrange(len(alive))]
        if verb in ("correct", "translate"):
            lang = "en" if verb == "translate" else "vi"
            await edition(database, kind, contents.QUIET[kind](), day, document_id=document, lang=lang)
        elif verb == "restore":
            if withdrawn:
                await done(database, verb, withdrawn[-1][0], day)
                alive.append(withdrawn.pop())
        else:
            alive.remove((document, kind))
            hows: dict[str, dict[str, Any]] = {
                "withdraw": {"reason": "Sai thẩm quyền"},
                "redirect": {"to": alive[0][0]},
            }
            await done(database, verb, document, day, **hows.get(verb, {}))
            if verb == "withdraw":
                withdrawn.append((document, kind))
        assert await read(database) == await count(database), (step, verb)
    assert sum((await read(database)).values()) == len(alive)
    async for _ in rebuild_published_views(database):
        pass
    assert await read(database) == await count(database)


async def test_a_transaction_that_is_rolled_back_changes_no_number(database: Database) -> None:
    document = await edition(database, "policy", contents.policy(), at("2026-03-01"))
    before = await read(database)
    async with database.writer.begin() as connection:
        await connection.execute(VIEW.update().where(VIEW.c.document_id == document).values(seq_to=9))
        await connection.rollback()
    assert await read(database) == before == {"policy": 1}


async def test_views_opened_and_closed_by_one_statement_count_each_document_once(database: Database) -> None:
    document = await edition(database, "policy", contents.policy(), at("2026-03-01"))
    columns = ", ".join(f'"{name}"' for name in VIEW.c.keys() if name not in ("id", "document_id", "lang"))  # noqa: SIM118
    async with database.write() as session:
        await session.execute(
            text(
                "INSERT INTO document SELECT (jsonb_populate_record(d, jsonb_build_object('id', md5(n::text)::uuid))).*"
                " FROM document d, generate_series(1, 3) AS n"
            )
        )
        await session.execute(
            text(
                f"INSERT INTO published_view (document_id, lang, {columns}) SELECT md5(n::text)::uuid, other, {columns}"
                " FROM published_view, generate_series(1, 3) AS n, unnest(ARRAY['vi', 'en']) AS other"
                " WHERE document_id = :document"
            ),
            {"document": document},
        )
    assert await read(database) == await count(database) == {"policy": 4}
    async with database.write() as session:
        await session.execute(VIEW.update().where(VIEW.c.document_id != document).values(seq_to=99))
    assert await read(database) == await count(database) == {"policy": 1}


async def test_recounting_corrects_what_was_changed_with_triggers_off(database: Database) -> None:
    await edition(database, "policy", contents.policy(), at("2026-03-01"))
    await edition(database, "bulletin", contents.bulletin(), at("2026-03-02"))
    async with database.write() as session:
        assert await recount(session) == {}
    async with database.write() as session:
        await session.execute(text("SET LOCAL session_replication_role = replica"))
        await session.execute(VIEW.update().where(VIEW.c.kind == "policy").values(seq_to=3))
    # No live policy is told of, although one is kept.
    assert await read(database) == {"bulletin": 1}
    async with database.write() as session:
        assert await recount(session) == {"policy": (1, 0)}
    async with database.write() as session:
        assert await recount(session) == {}
