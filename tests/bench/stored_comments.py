"""`make bench-comments`: ten thousand stored comments on one draft are carried to its next version and grouped.

Figures: seconds of the two jobs, milliseconds of the lists that people and editors read afterwards, and the longest
that a new comment waits for the consultation's row while the jobs write.
"""

import asyncio
import random
import tempfile
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from time import perf_counter
from typing import Annotated, Any
from uuid import UUID, uuid4

import typer
from rich.console import Console
from sqlalchemy import func, select

from hub import migrations
from hub.auth.encryption import SecretCipher
from hub.auth.principal import Principal, Scope
from hub.consultation.campaigns.job import group_comments
from hub.consultation.campaigns.queries import list_public_groups
from hub.consultation.carryover.backlog import COMMENT, PLACE
from hub.consultation.carryover.job import CarryoverJob
from hub.consultation.carryover.queries import list_places, read_places
from hub.consultation.carryover.views import CommentPlaceParams
from hub.consultation.comments.keys import CommentKeys
from hub.consultation.records import consultation_id
from hub.content.commands import create_document, lock_documents, publish, save_edition
from hub.db import Database
from hub.domain.lifecycle import Verb
from hub.embedded.postgres import EmbeddedPostgres
from hub.rooms import register_rooms
from hub.settings import Settings
from hub.web.parameters import PageParams
from tests.support import contents
from tests.support.campaigns import make_comments
from tests.support.consultations import window
from tests.support.redrafts import Provision, fillers, number, reword
from tests.support.registry_seed import seed_registry
from tests.support.stored_comments import CommentStore

EDITOR = Principal("bench", "bench", "ubnd-hue", frozenset({"ubnd-hue"}), frozenset(Scope))
"""Who reads the lists."""


async def measure(settings: Settings, count: int, console: Console) -> None:
    """Store comments, run the jobs, read the lists."""
    await migrations.upgrade(settings.require_database_url())
    database = Database(settings, background=True)
    async with database.write() as session:
        await seed_registry(session)
    made = number(_revise(one, place) for place, one in enumerate(fillers()))
    document = await _publish(database, made.old, None)
    store = CommentStore(database, settings, consultation_id(document))
    await _store(store, made.old, count)
    await _publish(database, made.new, document)

    waits: list[float] = []
    steady = asyncio.create_task(_comment_steadily(store, waits))
    keys = CommentKeys(SecretCipher(settings))
    start = perf_counter()
    await CarryoverJob(database).run_once()
    console.print(f"{count:,} comments carried in {perf_counter() - start:.1f} s: {await _count_statuses(database)}")
    for what in ("grouped", "grouped again, unchanged"):
        start = perf_counter()
        await group_comments(database, keys, store.consultation)
        console.print(f"{what} in {perf_counter() - start:.1f} s")
    steady.cancel()
    with suppress(asyncio.CancelledError):
        await steady
    console.print(f"a new comment waited {1_000 * max(waits):.0f} ms at most, {len(waits):,} came")
    async with database.read() as connection:
        for what, work in (
            ("groups", lambda: list_public_groups(connection, keys, store.consultation, PageParams())),
            ("places to decide", lambda: list_places(connection, EDITOR, store.consultation, CommentPlaceParams())),
            ("places of 100", lambda: _read_hundred(connection)),
        ):
            times = []
            for _ in range(9):
                start = perf_counter()
                await work()
                times.append(perf_counter() - start)
            console.print(f"list of {what}: {1_000 * sorted(times)[4]:.0f} ms")
    await database.dispose()


def _revise(one: Provision, place: int) -> Provision:
    """Reword a third of the provisions, and drop a tenth."""
    if place % 10 == 3:
        return replace(one, new=None)
    return replace(one, new=reword(one.old or "", place)) if place % 3 == 1 else one


async def _publish(database: Database, nodes: list[dict[str, Any]], document: UUID | None) -> UUID:
    content = contents.draft(consultation=window(-3, 9), nodes=nodes)
    async with database.write() as session:
        if document is None:
            found = await create_document(session, document_id=uuid4(), kind="draft", owner="ubnd-hue")
        else:
            found = (await lock_documents(session, [document]))[document]
        edition = await save_edition(session, found, lang="vi", content=content, by="bench")
        assert edition.id is not None
        await publish(session, [edition.id], verb=Verb.publish_trusted)
        return found.id


async def _store(store: CommentStore, nodes: list[dict[str, Any]], count: int) -> None:
    chance = random.Random(9)  # noqa: S311 - no secret
    spoken = [node for node in nodes if node.get("text")]
    texts = [one.text for one in make_comments("judging", 5_501, count)]
    for first in range(0, count, 500):
        some = [(text, *_choose_target(chance.choice(spoken), chance)) for text in texts[first : first + 500]]
        await store.add_on_nodes(some)


def _choose_target(node: dict[str, Any], chance: random.Random) -> tuple[str, str | None]:
    """Return a node, or some words of it."""
    words = node["text"].split()
    first = chance.randrange(max(1, len(words) - 12))
    return node["ref"], " ".join(words[first : first + chance.randint(3, 12)]) if chance.random() < 0.6 else None


async def _comment_steadily(store: CommentStore, waits: list[float]) -> None:
    while True:
        start = perf_counter()
        async with store.database.write() as session:
            await store.count_change(session)
        waits.append(perf_counter() - start)
        await asyncio.sleep(0.02)


async def _count_statuses(database: Database) -> dict[str, int]:
    query = select(PLACE.c.status, func.count().label("number")).group_by(PLACE.c.status)
    async with database.read() as connection:
        return {row.status: row.number for row in await connection.execute(query)}


async def _read_hundred(connection: Any) -> None:
    ids = (await connection.execute(select(COMMENT.c.id).limit(100))).scalars().all()
    await read_places(connection, ids, 2)


def main(number: Annotated[int, typer.Option(help="How many comments.")] = 10_000) -> None:
    """Measure."""
    register_rooms()
    with tempfile.TemporaryDirectory() as folder, EmbeddedPostgres(Path(folder) / "postgres") as postgres:
        asyncio.run(measure(Settings(database_url=postgres.url, data=Path(folder)), number, Console(width=130)))


if __name__ == "__main__":
    typer.run(main)
