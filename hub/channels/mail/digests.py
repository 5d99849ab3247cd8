"""Digests: each run settles one range of the log for each subscription that is due, and ranges meet without a gap.

Order of one transaction: lock some subscriptions, write their ranges and mails, move their positions and their next
times. Unique indexes on run and subscription, and on subscription and beginning of the range, are the second wall.
A run that did not end is taken up again; the next time of a subscription lies in the future then, so neither a clock
that is set back nor a second scheduler makes a digest twice.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import structlog
from sqlalchemy import Select, exists, func, insert, select, update
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.ext.asyncio import AsyncSession

from hub.changes.filtering import AnyLogged
from hub.changes.position import Position
from hub.changes.reader import SLICE_SIZE, read_slice
from hub.channels.mail.cards import NewsCards
from hub.channels.mail.composition import LetterWriter
from hub.channels.mail.letter import write_payload
from hub.channels.mail.news import News, NewsCollector, documents_needing_receipt
from hub.channels.mail.outbox import NewMail, add_mails, read_received
from hub.channels.mail.planner import LANGUAGES, MailReader, expand_readers
from hub.channels.mail.positions import PlanPosition, lock_position
from hub.channels.mail.rows import (
    DIGEST,
    DIGEST_KEY,
    RUN,
    SUBSCRIPTION,
    MailMode,
    MailSubscriptionRow,
    SubscriptionState,
)
from hub.channels.mail.schedule import last_due, next_due
from hub.db import Database, database_now
from hub.log.send_lease import SendGate
from hub.registry.hierarchy import Registry, get_registry
from hub.settings import Settings
from hub.times import VIETNAM

log = structlog.get_logger()

SUBSCRIPTIONS = 50
"""Subscriptions settled by one transaction."""
CHANGE = "change"
"""Mode of the run that settles what a subscription still had to get when it changed to mails at once."""


@dataclass(frozen=True)
class DigestRun:
    """A run of digests."""

    id: int
    mode: str
    due_at: datetime
    epoch: UUID
    to_seq: int


async def make_digests(database: Database, settings: Settings, gate: SendGate, moment: datetime) -> int:
    """Make the digests that are due at a moment, those of unfinished runs first; returns the number of ranges."""
    if not await gate.is_open():
        return 0
    made = await _settle_changes(database, settings)
    await _begin_runs(database, gate, moment)
    async with database.read() as connection:
        query = select(RUN.c.id).where(RUN.c.finished_at.is_(None)).order_by(RUN.c.due_at, RUN.c.id)
        runs = (await connection.execute(query)).scalars().all()
    for run in runs:
        while settled := await _settle_some(database, settings, run):
            made += settled
    return made


async def _begin_runs(database: Database, gate: SendGate, moment: datetime) -> None:
    """Begin a run for each mode and hour with due subscriptions, from the head of the log as it is now."""
    due = (
        select(SUBSCRIPTION.c.mode, SUBSCRIPTION.c.hour)
        .where(SUBSCRIPTION.c.state == SubscriptionState.active, SUBSCRIPTION.c.mode != MailMode.at_once)
        .where(SUBSCRIPTION.c.next_due_at <= moment)
        .distinct()
    )
    async with database.read() as connection:
        groups = (await connection.execute(due)).all()
    if not groups:
        return
    async with database.write() as session:
        position = await lock_position(session)
        if position is None or not await gate.covers(position.head):
            return
        for mode, hour in groups:
            row = {
                "mode": mode,
                "due_at": last_due(MailMode(mode), hour, moment),
                "epoch": position.epoch,
                "to_seq": position.head,
                "started_at": moment,
            }
            await session.execute(upsert(RUN).values(**row).on_conflict_do_nothing())


def _of_run(run: DigestRun) -> Select[tuple[object, ...]]:
    """Select the subscriptions that a run has still to settle."""
    hour = run.due_at.astimezone(VIETNAM).hour
    return select(SUBSCRIPTION).where(
        SUBSCRIPTION.c.state == SubscriptionState.active,
        SUBSCRIPTION.c.mode == run.mode,
        SUBSCRIPTION.c.hour == hour,
        SUBSCRIPTION.c.next_due_at <= run.due_at,
        ~exists().where(DIGEST.c.run_id == run.id, DIGEST.c.subscription_id == SUBSCRIPTION.c.id),
    )


async def _settle_some(database: Database, settings: Settings, run_id: int) -> int:
    """Settle some subscriptions of a run in one transaction; returns their number, 0 when the run has ended."""
    registry = await get_registry(database)
    async with database.write() as session:
        position = await lock_position(session)
        found = (await session.execute(select(RUN).where(RUN.c.id == run_id))).one()
        if position is None or found.finished_at is not None:
            return 0
        run = DigestRun(found.id, found.mode, found.due_at, found.epoch, found.to_seq)
        query = _of_run(run).order_by(SUBSCRIPTION.c.id).limit(SUBSCRIPTIONS).with_for_update()
        rows = [MailSubscriptionRow.of(row) for row in await session.execute(query)]
        if not rows:
            await session.execute(update(RUN).where(RUN.c.id == run.id).values(finished_at=func.clock_timestamp()))
            log.info("mail_run_finished", run=run.id, mode=run.mode, to=run.to_seq)
            return 0
        await settle_ranges(session, position, run, rows, LetterWriter.of(settings, registry), registry)
        return len(rows)


async def _settle_changes(database: Database, settings: Settings) -> int:
    """Send what subscriptions that changed to mails at once still have to get, up to where those begin."""
    wanted = (
        SUBSCRIPTION.c.state == SubscriptionState.active,
        SUBSCRIPTION.c.mode == MailMode.at_once,
        SUBSCRIPTION.c.next_due_at.is_not(None),
    )
    async with database.read() as connection:
        if (await connection.execute(select(SUBSCRIPTION.c.id).where(*wanted).limit(1))).first() is None:
            return 0
    registry = await get_registry(database)
    async with database.write() as session:
        position = await lock_position(session)
        query = select(SUBSCRIPTION).where(*wanted).order_by(SUBSCRIPTION.c.id).limit(SUBSCRIPTIONS).with_for_update()
        rows = [MailSubscriptionRow.of(row) for row in await session.execute(query)]
        if position is None or not rows:
            return 0
        at = await database_now(session)
        row = {"mode": CHANGE, "due_at": at, "epoch": position.epoch, "to_seq": position.seq}
        made = insert(RUN).values(**row, started_at=at, finished_at=at).returning(RUN.c.id)
        run = DigestRun((await session.execute(made)).scalar_one(), CHANGE, at, position.epoch, position.seq)
        await settle_ranges(session, position, run, rows, LetterWriter.of(settings, registry), registry)
        return len(rows)


async def settle_ranges(
    session: AsyncSession,
    position: PlanPosition,
    run: DigestRun,
    rows: Sequence[MailSubscriptionRow],
    writer: LetterWriter,
    registry: Registry,
) -> None:
    """Settle the range of each locked subscription up to the end of a run: its mail, its position, its next time."""
    starts = {row.id: min(max(row.seq or 0, position.since), run.to_seq) for row in rows}
    readers = expand_readers(rows, registry)
    news = await collect_news(session, readers, starts, run.to_seq)
    cards = await NewsCards.read(
        await session.connection(), (piece for pieces in news.values() for piece in pieces), LANGUAGES
    )
    at, key = await database_now(session), f"{DIGEST_KEY}{run.epoch}/{run.id}"
    mails = []
    for reader in readers:
        told = [piece for piece in news[reader.row.id] if cards.is_worth_telling(piece, reader.langs)]
        if told:
            letter = writer.digest_letter(reader.row, run.mode, run.due_at, told, cards)
            payload = write_payload(letter, can_unsubscribe=True)
            mails.append(NewMail(reader.row.id, key, "digest", payload, [piece.document_id for piece in told]))
    items = await add_mails(session, mails, at)
    await session.execute(
        insert(DIGEST),
        [
            {
                "run_id": run.id,
                "subscription_id": row.id,
                "epoch": run.epoch,
                "from_seq": starts[row.id],
                "to_seq": run.to_seq,
                "item_id": items.get((key, row.id)),
                "made_at": at,
            }
            for row in rows
        ],
    )
    for row in rows:
        reached = max(starts[row.id], row.seq or 0, run.to_seq)
        values = {"epoch": run.epoch, "seq": reached, "next_due_at": next_due(row.mode, row.hour, run.due_at)}
        await session.execute(update(SUBSCRIPTION).where(SUBSCRIPTION.c.id == row.id).values(**values))


async def collect_news(
    session: AsyncSession, readers: Sequence[MailReader], starts: dict[UUID, int], end: int
) -> dict[UUID, list[News]]:
    """Read the range from the earliest start to the end once, and collect the news of each subscription."""
    connection = await session.connection()
    collectors: dict[UUID, NewsCollector] = {
        reader.row.id: NewsCollector(reader.wanted, reader.row.lang, set()) for reader in readers
    }
    after = min(starts.values(), default=end)
    while after < end:
        found = await read_slice(connection, Position(after), limit=min(SLICE_SIZE, end - after))
        entries: Sequence[AnyLogged] = found.entries
        if not entries:
            break
        received = await read_received(session, documents_needing_receipt(entries))
        for reader in readers:
            collector = collectors[reader.row.id]
            collector.received = set(collector.received) | received.get(reader.row.id, set())
            for entry in entries:
                if entry.seq > starts[reader.row.id]:
                    collector.add(entry)
        after = found.next.seq
    return {id_: list(collector.found.values()) for id_, collector in collectors.items()}
