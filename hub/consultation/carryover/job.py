"""Job that carries comments to the later versions of their draft, as soon as these are public.

What is left to do is what has no row in `comment_place`, so a process that dies in between loses nothing. The search
runs in the sandbox, outside of any transaction; each batch of places is one short transaction, in which consultation
and comments are locked and what was read before is compared again. So two workers never write one place twice, and a
comment that was changed meanwhile is carried anew.
"""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

import structlog
from sqlalchemy import and_, insert, select, update

from hub.consultation.carryover.anchor_targets import CommentTarget
from hub.consultation.carryover.backlog import COMMENT, PLACE, UnplacedComment, list_unplaced
from hub.consultation.carryover.place_search import find_places
from hub.consultation.pauses import Pauses
from hub.consultation.published_nodes import load_nodes
from hub.consultation.records import CONSULTATION, DRAFT, lock_consultations
from hub.db import Database
from hub.faults import is_outage
from hub.jobs.periodic import PeriodicJob

log = structlog.get_logger()

POLL_SECONDS = 5.0
MAX_COMMENTS = 20_000
"""Comments that are read at once; the next round reads the rest."""
BATCH = 200
"""Places that one transaction writes: new comments wait for it."""

Placed = tuple[UnplacedComment, dict[str, Any]]


class CarryoverJob(PeriodicJob):
    """Looks for versions to which comments have to be carried every `POLL_SECONDS`."""

    name = "carryover"
    interval = POLL_SECONDS
    failure_event = "carryover_paused"
    patience = 900.0

    def __init__(self, database: Database):
        self.database = database
        self.pauses = Pauses()

    async def run_once(self) -> None:
        """Carry what is left to carry, version by version; one that fails waits longer each time."""
        for draft in await self._list_drafts():
            item = draft.consultation_id, draft.position
            if self.pauses.is_paused(item):
                continue
            try:
                placed = await carry_comments(self.database, draft)
            except Exception as problem:
                if is_outage(problem):
                    raise
                seconds = self.pauses.fail(item)
                # The kind alone: a message may quote what people wrote.
                log.warning(
                    "carryover_failed",
                    consultation=str(draft.consultation_id),
                    draft=draft.position,
                    seconds=seconds,
                    problem=type(problem).__name__,
                )
                continue
            self.pauses.succeed(item)
            if placed:
                log.info("comments_carried", consultation=str(item[0]), draft=draft.position, comments=placed)

    async def _list_drafts(self) -> Sequence[Any]:
        query = (
            select(DRAFT)
            .join(CONSULTATION, CONSULTATION.c.id == DRAFT.c.consultation_id)
            .where(DRAFT.c.position > 1, DRAFT.c.carried_changes < CONSULTATION.c.comment_changes)
            .order_by(DRAFT.c.consultation_id, DRAFT.c.position)
        )
        async with self.database.read() as connection:
            return (await connection.execute(query)).all()


async def carry_comments(database: Database, draft: Any) -> int:
    """Carry all public comments on earlier versions to a draft, a row of `consultation_draft`; returns their number."""
    total = 0
    while True:
        async with database.read() as connection:
            # Before the comments: those that come meanwhile are known to be left.
            known = select(CONSULTATION.c.comment_changes).where(CONSULTATION.c.id == draft.consultation_id)
            seen = (await connection.execute(known)).scalar_one()
            unplaced = await list_unplaced(connection, draft, limit=MAX_COMMENTS)
        found = await _search(database, draft, unplaced) if unplaced else None
        if not found:
            await _mark_carried(database, draft, seen)
            return total
        written = 0
        for first in range(0, len(found), BATCH):
            written += await _write(database, draft, found[first : first + BATCH])
        total += written
        if not written:
            # All were changed meanwhile, or another worker was faster: the next round looks again.
            return total


async def _search(database: Database, draft: Any, unplaced: Sequence[UnplacedComment]) -> list[Placed] | None:
    """Find the places of comments, one search for all that have the same target; None if the draft has no text."""
    by_base: dict[int, dict[CommentTarget, list[UnplacedComment]]] = defaultdict(lambda: defaultdict(list))
    for comment in unplaced:
        by_base[comment.base][comment.target].append(comment)
    found: list[Placed] = []
    for base, by_target in sorted(by_base.items()):
        of_base = and_(DRAFT.c.consultation_id == draft.consultation_id, DRAFT.c.position == base)
        async with database.read() as connection:
            older = (await connection.execute(select(DRAFT).where(of_base))).one()
            old, new = await load_nodes(connection, older), await load_nodes(connection, draft)
        if new is None:
            return None
        places = await find_places(old, new, list(by_target))
        for comments, place in zip(by_target.values(), places, strict=True):
            found += [(comment, comment.check_place(place)) for comment in comments]
    return sorted(found, key=lambda one: one[0].id)


async def _write(database: Database, draft: Any, found: Sequence[Placed]) -> int:
    """Write places of comments that are still as they were read, in a draft with text; returns their number."""
    ids = [comment.id for comment, _ in found]
    async with database.write() as session:
        [consultation] = (await lock_consultations(session, [draft.consultation_id])).values()
        await session.execute(
            select(COMMENT.c.id).where(COMMENT.c.id.in_(ids)).order_by(COMMENT.c.id).with_for_update()
        )
        if await load_nodes(session, draft) is None:
            # Removed for good while it was searched: nothing may quote it any more.
            return 0
        left = {one.id: one for one in await list_unplaced(session, draft, ids=ids)}
        own = {"consultation_id": draft.consultation_id, "draft_position": draft.position, "version": 1}
        rows = [
            {"comment_id": comment.id, **own, **place} for comment, place in found if left.get(comment.id) == comment
        ]
        if rows:
            await session.execute(insert(PLACE), rows)
            consultation.comment_changes += 1
    return len(rows)


async def _mark_carried(database: Database, draft: Any, seen: int) -> None:
    own = and_(DRAFT.c.consultation_id == draft.consultation_id, DRAFT.c.position == draft.position)
    async with database.write() as session:
        await session.execute(update(DRAFT).where(own, DRAFT.c.carried_changes < seen).values(carried_changes=seen))
