"""The change of stored groups to those that were found, in short transactions.

Each locks the consultation for some hundredths of a second, so that no new comment and no editor waits for thousands
of rows. In between readers see a group that still grows; whoever dies there leaves the rest to the next comparison,
which plans from what is stored. An advisory lock keeps other workers out until all is written.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import (
    ARRAY,
    BigInteger,
    ColumnElement,
    FromClause,
    String,
    Uuid,
    bindparam,
    delete,
    exists,
    func,
    insert,
    select,
    update,
)
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

from hub.consultation.campaigns.comment_texts import CommentTexts
from hub.consultation.campaigns.group_plan import GroupedComment, plan_groups
from hub.consultation.campaigns.packed_comments import NumberedGroup
from hub.consultation.campaigns.tables import ANSWER, COMMENT, GROUP
from hub.consultation.comments.models import Comment, CommentState
from hub.consultation.models import Consultation
from hub.consultation.records import CONSULTATION, lock_consultations
from hub.db import Database, database_now
from hub.domain.consultations import RUNNING, ConsultationStage
from hub.locks.registry import LockClass, hold_lock, trusted_member

STAGES = sorted(RUNNING | {ConsultationStage.closed})
"""Stages in which comments are grouped."""
BATCH = 200
"""Comments that one transaction moves."""
_GONE = (CommentState.withdrawn, CommentState.erased)


@dataclass(frozen=True)
class _Move:
    """A comment that changes its group, as it was read: it is left where it is if it changed since."""

    id: UUID
    old: UUID | None
    new: UUID | None
    version: int
    state: str


@dataclass(frozen=True)
class _Changes:
    """Changes that are to be written, and the answers by which they were planned."""

    moves: Sequence[_Move]
    new: Mapping[UUID, UUID]
    """Representatives of groups that are not stored yet."""
    renamed: Mapping[UUID, UUID]
    """New representatives of stored groups."""
    answers: Mapping[UUID, datetime]


async def replace_groups(
    database: Database,
    consultation: UUID,
    since: tuple[int, int],
    texts: CommentTexts,
    groups: Sequence[NumberedGroup],
) -> bool:
    """Change the stored groups of a consultation to those that were found in its texts; True if any was changed.

    `since` are `comment_changes` and `grouped_changes` as they were before the texts were read. Nothing is done if
    another worker has grouped since. A comment that was changed or hidden since keeps its group until the next time.
    """
    changes, grouped = since
    written = 0
    member = trusted_member("comment_groups", str(consultation))
    async with hold_lock(database.url, LockClass.comment_groups, member) as held:
        if await read_grouped(database, consultation) != grouped:
            return False
        async with database.read() as connection:
            plan = await _plan(connection, consultation, texts, groups)
        for batch in _batches(plan):
            async with database.write() as session:
                found = await _lock(session, consultation, batch)
                if found is None or held is None or held.lost.is_set():
                    return written > 0
                await _write(session, consultation, batch)
                found.comment_changes += 1
            written += 1
        async with database.write() as session:
            [found] = (await lock_consultations(session, [consultation])).values()
            if plan.moves:
                await _delete_empty(session, consultation)
            is_last = found.comment_changes == changes + written
            found.grouped_changes = found.comment_changes if is_last else changes
    return written > 0


async def read_grouped(database: Database, consultation: UUID) -> int:
    """Read `grouped_changes` of a consultation."""
    query = select(CONSULTATION.c.grouped_changes).where(CONSULTATION.c.id == consultation)
    async with database.read() as connection:
        found: int = (await connection.execute(query)).scalar_one()
    return found


async def mark_grouped(database: Database, consultation: UUID, changes: int) -> None:
    """Note that the stored groups are those of all changes up to a number."""
    behind = CONSULTATION.c.grouped_changes < changes
    change = update(CONSULTATION).where(CONSULTATION.c.id == consultation, behind).values(grouped_changes=changes)
    async with database.write() as session:
        await session.execute(change)


async def _plan(
    session: AsyncConnection, consultation: UUID, texts: CommentTexts, groups: Sequence[NumberedGroup]
) -> _Changes:
    rows = await _load_rows(session, consultation)
    versions = dict(zip(texts.ids, texts.versions, strict=True))
    comments = [_grouped_comment(row, versions.get(row.id)) for row in rows.values()]
    compared = {comment.id for comment in comments if comment.is_compared}
    members = [{texts.ids[place] for place in group.members} & compared for group in groups]
    kept = [place for place, ids in enumerate(members) if len(ids) > 1]
    answered = select(ANSWER.c.group_id, ANSWER.c.written_at).where(ANSWER.c.consultation_id == consultation)
    answered = answered.where(ANSWER.c.group_id.is_not(None))
    answers = {row.group_id: row.written_at for row in await session.execute(answered)}
    wanted = [members[place] for place in kept]
    plan = plan_groups(comments, wanted, answers, [uuid4() for _ in wanted])
    first = [_choose(texts.ids[groups[place].representative], members[place]) for place in kept]
    stored = select(GROUP.c.id, GROUP.c.representative_id).where(GROUP.c.consultation_id == consultation)
    known = {row.id: row.representative_id for row in await session.execute(stored)}
    named = dict(zip(plan.ids, first, strict=True))
    moves = [_Move(id_, rows[id_].group_id, new, rows[id_].version, rows[id_].state) for id_, new in plan.moves.items()]
    return _Changes(
        sorted(moves, key=lambda move: (str(move.new), move.id)),
        {id_: comment for id_, comment in named.items() if id_ not in known},
        {id_: comment for id_, comment in named.items() if known.get(id_, comment) != comment},
        answers,
    )


async def leave_group(session: AsyncSession, comment: Comment, at: datetime) -> None:
    """Take a comment out of its group, which has changed then. The caller has locked consultation and comment."""
    if comment.group_id is None:
        return
    await session.execute(update(GROUP).where(GROUP.c.id == comment.group_id).values(changed_at=at))
    comment.group_id = None


async def _load_rows(session: AsyncConnection, consultation: UUID) -> dict[UUID, Any]:
    names = ("id", "group_id", "changed_at", "version", "state")
    query = select(*(COMMENT.c[name] for name in names)).where(COMMENT.c.consultation_id == consultation)
    return {row.id: row for row in await session.execute(query.order_by(COMMENT.c.id))}


def _grouped_comment(row: Any, version: int | None) -> GroupedComment:
    is_compared = row.state == CommentState.public and version == row.version
    return GroupedComment(row.id, row.group_id, row.changed_at, is_compared, row.state in _GONE)


def _choose(representative: UUID, members: set[UUID]) -> UUID:
    return representative if representative in members else min(members)


def _batches(plan: _Changes) -> list[_Changes]:
    """Divide changes; groups come with their first comments."""
    found: list[_Changes] = []
    new = dict(plan.new)
    for first in range(0, len(plan.moves), BATCH):
        moves = plan.moves[first : first + BATCH]
        needed = {move.new: new.pop(move.new) for move in moves if move.new is not None and move.new in new}
        found.append(_Changes(moves, needed, {} if found else plan.renamed, plan.answers))
    return found or ([plan] if plan.renamed else [])


async def _lock(session: AsyncSession, consultation: UUID, batch: _Changes) -> Consultation | None:
    """Lock a consultation; None if it was answered meanwhile, or answers of these groups came, changed or went."""
    found = (await lock_consultations(session, [consultation])).get(consultation)
    if found is None or found.state not in STAGES:
        return None
    touched = {group for move in batch.moves for group in (move.old, move.new) if group is not None}
    query = select(ANSWER.c.group_id, ANSWER.c.written_at).where(ANSWER.c.group_id.in_(touched))
    answers = {row.group_id: row.written_at for row in await session.execute(query)}
    return found if answers == {id_: at for id_, at in batch.answers.items() if id_ in touched} else None


async def _write(session: AsyncSession, consultation: UUID, batch: _Changes) -> None:
    at = await database_now(session)
    if batch.new:
        values = {"consultation_id": consultation, "made_at": at, "changed_at": at}
        rows = [{"id": id_, "representative_id": comment, **values} for id_, comment in batch.new.items()]
        await session.execute(insert(GROUP), rows)
    if batch.renamed:
        named = _rows("named", id=(Uuid, list(batch.renamed)), comment=(Uuid, list(batch.renamed.values())))
        change = update(GROUP).where(GROUP.c.id == named.c.id).values(representative_id=named.c.comment)
        await session.execute(change)
    if not batch.moves:
        return
    moved = _rows(
        "moved",
        id=(Uuid, [move.id for move in batch.moves]),
        old=(Uuid, [move.old for move in batch.moves]),
        new=(Uuid, [move.new for move in batch.moves]),
        version=(BigInteger, [move.version for move in batch.moves]),
        state=(String, [move.state for move in batch.moves]),
    )
    as_read: list[ColumnElement[bool]] = [
        COMMENT.c.id == moved.c.id,
        COMMENT.c.version == moved.c.version,
        COMMENT.c.state == moved.c.state,
        COMMENT.c.group_id.is_not_distinct_from(moved.c.old),
    ]
    await session.execute(update(COMMENT).where(*as_read).values(group_id=moved.c.new))
    touched = {group for move in batch.moves for group in (move.old, move.new) if group is not None}
    await session.execute(update(GROUP).where(GROUP.c.id.in_(touched)).values(changed_at=at))


def _rows(name: str, **columns: tuple[Any, Sequence[Any]]) -> FromClause:
    """Build a table of parameters: one array for each column."""
    arrays = [bindparam(f"{name}_{column}", values, type_=ARRAY(kind)) for column, (kind, values) in columns.items()]
    return func.unnest(*arrays).table_valued(*columns, name=name).render_derived()


async def _delete_empty(session: AsyncSession, consultation: UUID) -> None:
    """Delete groups without members; one that was answered stays, for the answer does."""
    is_used = exists().where(COMMENT.c.group_id == GROUP.c.id)
    is_answered = exists().where(ANSWER.c.group_id == GROUP.c.id)
    await session.execute(delete(GROUP).where(GROUP.c.consultation_id == consultation, ~is_used, ~is_answered))
