"""The change of stored groups to those that were found: one transaction, so that nobody reads half of it."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import ARRAY, Uuid, bindparam, delete, exists, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from hub.consultation.campaigns.comment_texts import CommentTexts
from hub.consultation.campaigns.group_plan import GroupedComment, GroupPlan, plan_groups
from hub.consultation.campaigns.packed_comments import NumberedGroup
from hub.consultation.campaigns.tables import ANSWER, COMMENT, GROUP
from hub.consultation.comments.models import Comment, CommentState
from hub.consultation.records import lock_consultations
from hub.db import database_now

_GONE = (CommentState.withdrawn, CommentState.erased)


async def replace_groups(
    session: AsyncSession,
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
    found = (await lock_consultations(session, [consultation])).get(consultation)
    if found is None or found.grouped_changes != grouped:
        return False
    comments = await _load_comments(session, consultation, texts)
    compared = {comment.id for comment in comments if comment.is_compared}
    members = [{texts.ids[place] for place in group.members} & compared for group in groups]
    kept = [place for place, ids in enumerate(members) if len(ids) > 1]
    written = select(ANSWER.c.group_id, ANSWER.c.written_at).where(ANSWER.c.consultation_id == consultation)
    answers = {row.group_id: row.written_at for row in await session.execute(written) if row.group_id is not None}
    wanted = [members[place] for place in kept]
    plan = plan_groups(comments, wanted, answers, [uuid4() for _ in wanted])
    first = [_choose(texts.ids[groups[place].representative], members[place]) for place in kept]
    at = await database_now(session)
    is_changed = await _write_groups(session, consultation, plan, first, at)
    if plan.moves:
        await _move_comments(session, plan, comments, at)
        await _delete_empty(session, consultation)
        is_changed = True
    found.comment_changes += is_changed
    found.grouped_changes = found.comment_changes if found.comment_changes == changes + is_changed else changes
    return is_changed


async def leave_group(session: AsyncSession, comment: Comment, at: datetime) -> None:
    """Take a comment out of its group, which has changed then. The caller has locked consultation and comment."""
    if comment.group_id is None:
        return
    await session.execute(update(GROUP).where(GROUP.c.id == comment.group_id).values(changed_at=at))
    comment.group_id = None


async def _load_comments(session: AsyncSession, consultation: UUID, texts: CommentTexts) -> list[GroupedComment]:
    versions = dict(zip(texts.ids, texts.versions, strict=True))
    names = ("id", "group_id", "changed_at", "version", "state")
    query = select(*(COMMENT.c[name] for name in names)).where(COMMENT.c.consultation_id == consultation)
    rows = (await session.execute(query.order_by(COMMENT.c.id))).all()
    return [
        GroupedComment(
            row.id,
            row.group_id,
            row.changed_at,
            row.state == CommentState.public and versions.get(row.id) == row.version,
            row.state in _GONE,
        )
        for row in rows
    ]


def _choose(representative: UUID, members: set[UUID]) -> UUID:
    return representative if representative in members else min(members)


async def _write_groups(
    session: AsyncSession, consultation: UUID, plan: GroupPlan, first: Sequence[UUID], at: datetime
) -> bool:
    """Create new groups, and note representatives that changed; True if any was written."""
    stored = select(GROUP.c.id, GROUP.c.representative_id).where(GROUP.c.consultation_id == consultation)
    known = {row.id: row.representative_id for row in await session.execute(stored)}
    new: list[dict[str, Any]] = []
    is_changed = False
    for id_, representative in zip(plan.ids, first, strict=True):
        if id_ not in known:
            values = {"id": id_, "consultation_id": consultation, "representative_id": representative}
            new.append(values | {"made_at": at, "changed_at": at})
        elif known[id_] != representative:
            change = update(GROUP).where(GROUP.c.id == id_).values(representative_id=representative)
            await session.execute(change)
            is_changed = True
    if new:
        await session.execute(insert(GROUP), new)
    return is_changed or bool(new)


async def _move_comments(
    session: AsyncSession, plan: GroupPlan, comments: Sequence[GroupedComment], at: datetime
) -> None:
    ids, groups = list(plan.moves), list(plan.moves.values())
    moved = (
        func.unnest(bindparam("ids", ids, type_=ARRAY(Uuid)), bindparam("groups", groups, type_=ARRAY(Uuid)))
        .table_valued("id", "group_id", name="moved")
        .render_derived()
    )
    await session.execute(update(COMMENT).where(COMMENT.c.id == moved.c.id).values(group_id=moved.c.group_id))
    touched = {comment.group for comment in comments if comment.id in plan.moves} | set(groups)
    change = update(GROUP).where(GROUP.c.id.in_([one for one in touched if one is not None]))
    await session.execute(change.values(changed_at=at))


async def _delete_empty(session: AsyncSession, consultation: UUID) -> None:
    """Delete groups without members; one that was answered stays, for the answer does."""
    is_used = exists().where(COMMENT.c.group_id == GROUP.c.id)
    is_answered = exists().where(ANSWER.c.group_id == GROUP.c.id)
    await session.execute(delete(GROUP).where(GROUP.c.consultation_id == consultation, ~is_used, ~is_answered))
