"""Planning of mails at once: from each entry of the log, one mail for each subscription that wants it.

One transaction plans a slice of the log and moves the position, under the lock of the position. A worker that is
killed has planned nothing of its slice; two workers plan one after another.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import structlog
from sqlalchemy import ColumnElement, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from hub.changes.filtering import AnyLogged
from hub.changes.filters import ChangeFilter
from hub.changes.position import Position
from hub.changes.reader import read_slice
from hub.channels.actions import rank_of
from hub.channels.mail.cards import NewsCards
from hub.channels.mail.composition import LetterWriter
from hub.channels.mail.letter import write_payload
from hub.channels.mail.news import (
    TAKEN_BACK,
    News,
    NewsCollector,
    NewsKind,
    documents_needing_receipt,
    documents_taken_back,
)
from hub.channels.mail.outbox import CHUNK, NewMail, add_mails, drop_waiting, read_received
from hub.channels.mail.positions import PlanPosition, lock_position, move_position
from hub.channels.mail.rows import SUBSCRIPTION, MailMode, MailSubscriptionRow, SubscriptionState
from hub.channels.mail.subscription_filter import expand_stored, mail_languages
from hub.channels.port import ItemAction
from hub.db import Database, database_now
from hub.errors import UnknownReference
from hub.log.send_lease import SendGate
from hub.registry.hierarchy import Registry, get_registry
from hub.settings import Settings

log = structlog.get_logger()

SLICE, MAILS = 100, 2_000
"""Entries planned by one transaction, at most, and mails for which it plans fewer."""
LANGUAGES = ("vi", "en")

_ACTIONS = {
    NewsKind.updated: ItemAction.update,
    NewsKind.corrected: ItemAction.update,
    **dict.fromkeys(TAKEN_BACK, ItemAction.retract),
}


@dataclass(frozen=True)
class MailReader:
    """A subscription with its filter as sets of codes."""

    row: MailSubscriptionRow
    wanted: ChangeFilter

    @property
    def langs(self) -> list[str]:
        """Languages of the editions that it gets, the best first."""
        return mail_languages(self.row.filter, self.row.lang)


def expand_readers(rows: Sequence[MailSubscriptionRow], registry: Registry) -> list[MailReader]:
    """Expand the filters of subscriptions; one whose code left the registry gets nothing until it is changed."""
    readers = []
    for row in rows:
        try:
            readers.append(MailReader(row, expand_stored(row.filter, row.lang, registry)))
        except UnknownReference:
            log.warning("mail_filter_outdated", subscription=str(row.id))
            readers.append(MailReader(row, ChangeFilter(kinds=frozenset())))
    return readers


async def plan_at_once(database: Database, settings: Settings, gate: SendGate) -> int:
    """Plan the next slice of the log for mails at once; returns the number of entries, 0 if there is nothing to do."""
    if not await gate.is_open():
        return 0
    registry = await get_registry(database)
    writer = LetterWriter.of(settings, registry)
    async with database.write() as session:
        position = await lock_position(session)
        if position is None or position.seq >= position.head or not await gate.covers(position.head):
            return 0
        connection = await session.connection()
        readers = (await session.execute(select(func.count()).where(*_reads_at_once()))).scalar_one()
        entries = max(1, min(SLICE, MAILS // max(1, readers)))
        found = await read_slice(connection, Position(position.seq), limit=entries)
        if found.entries:
            await _plan_slice(session, position, found.entries, registry, writer)
        await move_position(session, found.next.seq)
        return len(found.entries)


def _reads_at_once() -> tuple[ColumnElement[bool], ...]:
    """Conditions of subscriptions that get mails at once and have nothing of a digest left."""
    return (
        SUBSCRIPTION.c.state == SubscriptionState.active,
        SUBSCRIPTION.c.mode == MailMode.at_once,
        SUBSCRIPTION.c.next_due_at.is_(None),
    )


async def _plan_slice(
    session: AsyncSession,
    position: PlanPosition,
    entries: Sequence[AnyLogged],
    registry: Registry,
    writer: LetterWriter,
) -> None:
    query = select(SUBSCRIPTION).where(*_reads_at_once(), SUBSCRIPTION.c.seq < entries[-1].seq)
    rows = [MailSubscriptionRow.of(row) for row in await session.execute(query.order_by(SUBSCRIPTION.c.id))]
    at = await database_now(session)
    await drop_waiting(session, documents_taken_back(entries), at)
    if not rows:
        return
    readers = expand_readers(rows, registry)
    received = await read_received(session, documents_needing_receipt(entries))
    pieces: list[tuple[MailReader, News]] = []
    for reader in readers:
        has = received.setdefault(reader.row.id, set())
        for entry in entries:
            if entry.seq <= (reader.row.seq or 0):
                continue
            collector = NewsCollector(reader.wanted, reader.row.lang, has)
            collector.add(entry)
            for piece in collector.found.values():
                pieces.append((reader, piece))
                if piece.kind not in TAKEN_BACK:
                    has.add(piece.document_id)
    told = (piece for _, piece in pieces)
    cards = await NewsCards.read(await session.connection(), told, LANGUAGES, with_warnings=True)
    # In parts: the texts of all mails of a burst would not fit into memory.
    worth = [(reader, piece) for reader, piece in pieces if _is_worth_a_mail(reader, piece, cards)]
    for first in range(0, len(worth), CHUNK):
        some = worth[first : first + CHUNK]
        await add_mails(session, [_mail(reader, piece, cards, position, writer) for reader, piece in some], at)


def _is_worth_a_mail(reader: MailReader, piece: News, cards: NewsCards) -> bool:
    """Return True for news that is still true, in the best language that the document has."""
    best = cards.best_language(piece, reader.langs)
    return best in (None, piece.lang) and cards.is_worth_telling(piece, reader.langs)


def _mail(reader: MailReader, piece: News, cards: NewsCards, position: PlanPosition, writer: LetterWriter) -> NewMail:
    priority = cards.priority(piece, reader.langs)
    return NewMail(
        reader.row.id,
        f"entry:{position.epoch}/{piece.seq}",
        piece.kind.value,
        write_payload(writer.news_letter(reader.row, piece, cards), can_unsubscribe=True),
        [piece.document_id],
        _ACTIONS.get(piece.kind, ItemAction.publish),
        rank_of(priority),
        priority,
        piece.document_id,
    )
