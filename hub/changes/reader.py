"""SQL reads of the log: entries after a position, and the current public views of documents. One statement each.

Positions have no gaps, so a slice of the log is a range of positions, whatever a filter leaves of it: a reader whose
filter matches nothing still advances.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any, Literal
from uuid import UUID

from sqlalchemy import Row, case, func, select, true, tuple_
from sqlalchemy.ext.asyncio import AsyncConnection

from hub.changes.filtering import AnyLogged, LoggedEntry, LoggedSubject, is_copyable
from hub.changes.filters import FilterFacts
from hub.changes.position import Position
from hub.content.as_of import currently_open
from hub.content.stored_views import is_whole
from hub.content.visibility import VIEW
from hub.db import table
from hub.domain.lifecycle import DocumentState
from hub.log.append import Event
from hub.log.epochs import EpochChain, epochs_column, parse_epochs
from hub.log.models import LogEntry, LogHead
from hub.log.subjects import SUBJECT_EVENTS, LogSubject

ENTRY, HEAD = table(LogEntry), table(LogHead)
ENTRY_VIEW, PREVIOUS_VIEW = VIEW.alias("then"), VIEW.alias("earlier")

SLICE_SIZE = 1_000
"""Entries read by one statement."""

COPYABLE_STATES = [state for state in DocumentState if is_copyable(state)]

ViewColumn = Literal["card", "full"]


@dataclass(frozen=True)
class LogSlice:
    """Consecutive entries after a position, and the head of the log at the time of reading."""

    entries: Sequence[AnyLogged]
    next: Position
    """Position of the next slice: everything up to it was read."""
    head: int
    epoch: UUID
    """Current epoch of the log; that of an entry may be an earlier one."""


@dataclass(frozen=True)
class OpenView:
    """Current public view of a document in a language. `json` is None where a copy must not store it."""

    document_id: UUID
    lang: str
    kind: str
    state: DocumentState
    seq: int
    """Position that opened the view."""
    facts: FilterFacts
    json: bytes | None


async def read_log_head(connection: AsyncConnection) -> tuple[UUID, int, str]:
    """Read epoch, position and hash of the head of the log."""
    row = (await connection.execute(select(HEAD.c.epoch, HEAD.c.seq, HEAD.c.hash))).one()
    return row.epoch, row.seq, row.hash


async def read_slice(
    connection: AsyncConnection, after: Position, *, limit: int = SLICE_SIZE, view: ViewColumn | None = None
) -> LogSlice:
    """Read the entries after a position; with `view`, also the JSON of the view that each entry opened.

    Raises `Resync` if the log does not contain everything that a reader at this position knows.
    """
    entry = select(ENTRY).where(ENTRY.c.seq > after.seq, ENTRY.c.seq <= after.seq + limit).subquery("entry")
    earlier = (
        select(PREVIOUS_VIEW.c.agency, PREVIOUS_VIEW.c.topics, PREVIOUS_VIEW.c.places)
        .where(
            PREVIOUS_VIEW.c.document_id == entry.c.document_id,
            PREVIOUS_VIEW.c.lang == entry.c.lang,
            PREVIOUS_VIEW.c.seq_from < entry.c.seq,
        )
        .order_by(PREVIOUS_VIEW.c.seq_from.desc())
        .limit(1)
        .lateral("before")
    )
    of_entry = (
        (ENTRY_VIEW.c.document_id == entry.c.document_id)
        & (ENTRY_VIEW.c.lang == entry.c.lang)
        & (ENTRY_VIEW.c.seq_from == entry.c.seq)
    )
    anchor = select(ENTRY.c.hash).where(ENTRY.c.seq == after.seq).scalar_subquery()
    first_row = entry.c.seq.is_(None) | (entry.c.seq == after.seq + 1)
    query = (
        select(
            HEAD.c.epoch.label("log_epoch"),
            HEAD.c.seq.label("log_head"),
            case((first_row, epochs_column())).label("epochs"),
            case((first_row, anchor)).label("anchor"),
            *entry.c,
            *(ENTRY_VIEW.c[name] for name in ("state", "redirect_to", "agency", "topics", "places")),
            *(earlier.c[name].label(f"before_{name}") for name in ("agency", "topics", "places")),
            *([ENTRY_VIEW.c[view].label("view")] if view else []),
        )
        .select_from(HEAD.outerjoin(entry, true()).outerjoin(ENTRY_VIEW, of_entry).outerjoin(earlier, true()))
        .order_by(entry.c.seq)
    )
    rows = (await connection.execute(query)).all()
    epoch, head, anchor_hash = rows[0].log_epoch, rows[0].log_head, rows[0].anchor
    chain = parse_epochs(rows[0].epochs, epoch)
    after.check(chain, head, anchor_hash)
    entries = [_logged_entry(row, chain, with_view=view is not None) for row in rows if row.seq is not None]
    if entries:
        return LogSlice(entries, entries[-1].position, head, epoch)
    known = chain.epoch_of(after.seq)
    reached = Position.from_hash(known.id, after.seq, anchor_hash or known.start_hash)
    return LogSlice([], reached, head, epoch)


def _logged_entry(row: Row[Any], chain: EpochChain, *, with_view: bool) -> AnyLogged:
    epoch = chain.epoch_of(row.seq).id
    if row.subject != LogSubject.document:
        subject = LogSubject(row.subject)
        return LoggedSubject(
            epoch=epoch,
            seq=row.seq,
            event=SUBJECT_EVENTS[subject](row.event),
            at=row.at,
            due=row.due,
            subject=subject,
            subject_id=row.subject_id,
            data=row.data,
            hash=row.hash,
        )
    return LoggedEntry(
        epoch=epoch,
        seq=row.seq,
        event=Event(row.event),
        at=row.at,
        due=row.due,
        kind=row.kind,
        document_id=row.document_id,
        lang=row.lang,
        edition=row.edition,
        view_sha256=row.view_sha256,
        hash=row.hash,
        state=DocumentState(row.state),
        redirect_to=row.redirect_to,
        facts=_facts(row.agency, row.topics, row.places),
        before=_facts(row.before_agency, row.before_topics, row.before_places) if row.before_agency else None,
        view=row.view if with_view else None,
    )


def _facts(agency: str, topics: Sequence[str], places: Sequence[str]) -> FilterFacts:
    return FilterFacts(agency, frozenset(topics), frozenset(places))


async def read_view_sizes(
    connection: AsyncConnection, keys: Collection[tuple[UUID, str]]
) -> dict[tuple[UUID, str], int]:
    """Read the sizes in bytes of the current public views of documents in a language."""
    query = select(VIEW.c.document_id, VIEW.c.lang, func.octet_length(VIEW.c.full).label("size")).where(
        currently_open(VIEW), tuple_(VIEW.c.document_id, VIEW.c.lang).in_(list(keys))
    )
    return {(row.document_id, row.lang): row.size or 0 for row in await connection.execute(query)}


async def read_open_views(
    connection: AsyncConnection, keys: Collection[tuple[UUID, str]], *, column: ViewColumn = "full"
) -> dict[tuple[UUID, str], OpenView]:
    """Read the current public views of documents in a language, independently of later entries."""
    if not keys:
        return {}
    columns = ("document_id", "lang", "kind", "state", "seq_from", "agency", "topics", "places")
    query = select(*(VIEW.c[name] for name in columns), VIEW.c[column].label("json")).where(
        currently_open(VIEW), tuple_(VIEW.c.document_id, VIEW.c.lang).in_(list(keys))
    )
    found = {}
    for row in await connection.execute(query):
        state = DocumentState(row.state)
        is_shown = state in COPYABLE_STATES and is_whole(row.json, row.document_id, "changes", full=column == "full")
        json = row.json if is_shown else None
        facts = _facts(row.agency, row.topics, row.places)
        found[row.document_id, row.lang] = OpenView(
            row.document_id, row.lang, row.kind, state, row.seq_from, facts, json
        )
    return found
