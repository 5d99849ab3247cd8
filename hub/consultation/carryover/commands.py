"""Decisions of editors about places: confirmed as found, moved, or orphaned.

Places in later drafts that nobody has confirmed are deleted: the job finds them again from what was decided. The audit
trail names the comment and never quotes it.
"""

from dataclasses import asdict
from typing import Any
from uuid import UUID

from sqlalchemy import and_, delete, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from hub.auth.principal import Principal, Scope
from hub.consultation.carryover.anchor_targets import CommentTarget, Quote, check_target
from hub.consultation.carryover.backlog import COMMENT, PLACE
from hub.consultation.carryover.carried_targets import CarryStatus
from hub.consultation.carryover.decided_places import decide_status
from hub.consultation.carryover.packed_targets import read_quote, write_quote
from hub.consultation.carryover.queries import PlaceKey, load_place
from hub.consultation.carryover.views import ManagedPlaceView, MovePlace
from hub.consultation.comments.models import CommentState
from hub.consultation.models import Consultation
from hub.consultation.published_nodes import Nodes, load_nodes
from hub.consultation.records import DRAFT, lock_consultations
from hub.db import database_now
from hub.errors import NotFound, TransitionConflict
from hub.manage.audit_trail import append_entry
from hub.manage.version_check import require_version
from hub.problem_texts.templates import as_words


class PlaceEditor:
    """Decisions of one editor about one place, whose consultation and comment are locked until the transaction ends."""

    def __init__(self, session: AsyncSession, by: Principal, consultation: Consultation, comment: Any, place: Any):
        self.session, self.by = session, by
        self.consultation, self.comment, self.place = consultation, comment, place

    @classmethod
    async def open(
        cls, session: AsyncSession, by: Principal, consultation: UUID, key: PlaceKey, version: int | None
    ) -> "PlaceEditor":
        """Lock consultation and comment, then check scope and version of the place.

        Raises `NotFound`, `Forbidden`, `VersionRequired` or `VersionStale`.
        """
        found = (await lock_consultations(session, [consultation])).get(consultation)
        if found is None:
            raise NotFound("There is no consultation with this id.", field="id")
        by.require(Scope.publish, found.agency)
        own = select(COMMENT).where(COMMENT.c.id == key[0], COMMENT.c.consultation_id == found.id)
        comment = (await session.execute(own.with_for_update())).one_or_none()
        of_place = select(PLACE).where(PLACE.c.comment_id == key[0], PLACE.c.draft_position == key[1])
        place = (await session.execute(of_place)).one_or_none()
        if comment is None or comment.state != CommentState.public or place is None:
            raise NotFound("There is no place of this comment in this draft.", field="comment")
        require_version(place.version, version, as_words("place"))
        return cls(session, by, found, comment, place)

    async def confirm(self) -> ManagedPlaceView:
        """Confirm a place as it was found; what was uncertain counts from now on. Raises `TransitionConflict`."""
        if self.place.confirmed_at is not None:
            raise TransitionConflict("The place is confirmed.", field="draft", expected="`move` or `orphan`")
        status = CarryStatus(self.place.status)
        if status is CarryStatus.uncertain:
            place = CommentTarget(self.place.ref, self.place.lineage, read_quote(self.place.quote))
            status = await self._decide(place)
        return await self._write("confirm", status=status)

    async def move(self, body: MovePlace) -> ManagedPlaceView:
        """Put the comment in another place of the draft.

        Raises `UnknownNode`, `QuoteNotFound` or `QuoteAmbiguous` as for a comment on that draft.
        """
        new = await self._nodes(self.place.draft_position) or []
        quote = Quote(**body.quote.model_dump()) if body.quote else None
        place = check_target(CommentTarget(body.ref, None, quote), new)
        values = asdict(place) | {"quote": write_quote(place.quote)}
        return await self._write("move", status=await self._decide(place, new), score=None, **values)

    async def orphan(self) -> ManagedPlaceView:
        """Record that the comment has no place in the draft, because its provision was deleted."""
        nothing = dict.fromkeys(("ref", "lineage", "quote", "doubt", "score"))
        return await self._write("orphan", status=CarryStatus.orphaned, **nothing)

    async def _decide(self, place: CommentTarget, new: Nodes | None = None) -> CarryStatus:
        comment = self.comment
        target = CommentTarget(comment.ref, comment.lineage, read_quote(comment.quote))
        old = await self._nodes(comment.draft_position)
        if new is None:
            new = await self._nodes(self.place.draft_position) or []
        return decide_status(target, old, place, new)

    async def _nodes(self, position: int) -> Nodes | None:
        query = select(DRAFT).where(DRAFT.c.consultation_id == self.consultation.id, DRAFT.c.position == position)
        return await load_nodes(self.session, (await self.session.execute(query)).one())

    async def _write(self, verb: str, **values: Any) -> ManagedPlaceView:
        own, key = self.consultation, (self.place.comment_id, self.place.draft_position)
        at = await database_now(self.session)
        is_own = PLACE.c.comment_id == key[0]
        values |= {"confirmed_by": self.by.id, "confirmed_at": at, "version": PLACE.c.version + 1}
        if values["status"] is not CarryStatus.orphaned:
            values["doubt"] = None
        await self.session.execute(update(PLACE).where(is_own, PLACE.c.draft_position == key[1]).values(values))
        later = and_(is_own, PLACE.c.draft_position > key[1], PLACE.c.confirmed_at.is_(None))
        await self.session.execute(delete(PLACE).where(later))
        own.comment_changes += 1
        details = {"consultation": str(own.id), "comment": str(key[0]), "draft": key[1]}
        await append_entry(self.session, self.by, f"comment-place-{verb}", own.agency, **details)
        return await load_place(self.session, own.id, key)
