"""Commands on the bodies that are asked: ask, change, remove, record the reply, remind. A refusal changes nothing.

Each holds the consultation. The audit trail names the body and its letters, and never quotes an opinion.
"""

from datetime import date
from uuid import UUID, uuid4

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from hub.auth.principal import Principal, Scope
from hub.consultation.bodies.letter_opinions import store_opinions
from hub.consultation.bodies.queries import BODY, count_bodies, read_body
from hub.consultation.bodies.views import MAX_BODIES, BodyReply, BodyRequest, ManagedBodyView, NewBody
from hub.consultation.comments.body_models import ConsultationBody
from hub.consultation.comments.keys import CommentKeys
from hub.consultation.models import Consultation
from hub.consultation.records import lock_consultations
from hub.db import database_now
from hub.domain.consultations import RUNNING, ConsultationStage
from hub.errors import InvalidInput, NotFound, TransitionConflict, UnknownReference
from hub.manage.audit_trail import append_entry
from hub.manage.version_check import require_version
from hub.problem_texts.templates import as_words, fill, one_of
from hub.registry.models import Agency
from hub.times import today

_ASKING = RUNNING
"""Stages in which bodies are asked; whoever was asked is not removed later."""
_ANSWERING = RUNNING | {ConsultationStage.closed}
"""Stages in which their letters become opinions."""


class BodyEditor:
    """Commands of one editor, within one transaction."""

    def __init__(self, session: AsyncSession, by: Principal, keys: CommentKeys):
        self.session = session
        self.by = by
        self.keys = keys

    async def create(self, consultation: UUID, new: NewBody) -> ManagedBodyView:
        """Record that a body is asked.

        Raises `NotFound`, `Forbidden`, `UnknownReference`, `InvalidInput` or `TransitionConflict`.
        """
        own = await self._lock(consultation, _ASKING)
        name = await self._name_of(new)
        _check_past(new.asked_on, "asked_on")
        if await count_bodies(self.session, own.id) >= MAX_BODIES:
            raise InvalidInput(
                "The consultation asks too many bodies.",
                field="id",
                expected=fill("at most {max_bodies}", max_bodies=MAX_BODIES),
            )
        same = select(BODY.c.id).where(BODY.c.consultation_id == own.id, BODY.c.name == name)
        if (await self.session.execute(same)).first() is not None:
            raise TransitionConflict(fill("{name} is asked already.", name=name), field="name", expected="another body")
        body = ConsultationBody(id=uuid4(), consultation_id=own.id, name=name, **new.model_dump(exclude={"name"}))
        self.session.add(body)
        return await self._finish(own, body, "ask")

    async def change(
        self, body_id: UUID, version: int | None, request: BodyRequest, consultation: UUID | None = None
    ) -> ManagedBodyView:
        """Change letter and term of a body that has not answered.

        Raises `NotFound`, `Forbidden`, `VersionRequired`, `VersionStale`, `InvalidInput` or `TransitionConflict`.
        """
        own, body = await self._lock_body(body_id, version, consultation, _ANSWERING)
        _require_open(body)
        _check_past(request.asked_on, "asked_on")
        for name, value in request.model_dump().items():
            setattr(body, name, value)
        return await self._finish(own, body, "change")

    async def delete(self, body_id: UUID, version: int | None, consultation: UUID | None = None) -> ManagedBodyView:
        """Remove a body that was asked by mistake, while the window runs; returns what it was. Raises as `change`."""
        own, body = await self._lock_body(body_id, version, consultation, _ASKING)
        _require_open(body)
        view = await read_body(self.session, body.id)
        await self.session.delete(body)
        await self._audit(own, body, "remove")
        return view

    async def reply(
        self, body_id: UUID, version: int | None, letter: BodyReply, consultation: UUID | None = None
    ) -> ManagedBodyView:
        """Record the reply of a body; each opinion of its letter becomes a public comment.

        Raises as `change`, and `UnknownNode` for a node that the version does not have.
        """
        own, body = await self._lock_body(body_id, version, consultation, _ANSWERING)
        _require_open(body)
        _check_past(letter.answered_on, "answered_on")
        if letter.answered_on < body.asked_on:
            raise InvalidInput(
                "The answer came before the letter that asks.",
                field="answered_on",
                expected=fill("{asked_on} or later", asked_on=body.asked_on),
            )
        for name, value in letter.model_dump(exclude={"opinions"}).items():
            setattr(body, name, value)
        await self.session.flush()
        await store_opinions(self.session, self.keys, own, body, letter.opinions)
        own.comment_changes += len(letter.opinions)
        return await self._finish(own, body, "reply", opinions=len(letter.opinions))

    async def remind(self, body_id: UUID, version: int | None, consultation: UUID | None = None) -> ManagedBodyView:
        """Record that a body was reminded (đôn đốc): the alarm about it ends. Raises as `change`."""
        own, body = await self._lock_body(body_id, version, consultation, _ANSWERING)
        _require_open(body)
        body.reminded_at = await database_now(self.session)
        return await self._finish(own, body, "remind")

    async def attach(
        self,
        body_id: UUID,
        version: int | None,
        consultation: UUID | None,
        name: str,
        sha256: str,
    ) -> ManagedBodyView:
        """Set the file of a body's letter, whose bytes are stored. Raises as `change`."""
        own, body = await self._lock_body(body_id, version, consultation, frozenset(ConsultationStage))
        if body.answered_on is None:
            raise TransitionConflict("The body has not answered.", field="answered_on", expected="its answer first")
        body.file_name, body.file_sha256 = name, sha256
        return await self._finish(own, body, "file", sha256=sha256)

    async def _lock(self, consultation: UUID, stages: frozenset[ConsultationStage]) -> Consultation:
        found = (await lock_consultations(self.session, [consultation])).get(consultation)
        if found is None:
            raise NotFound("There is no consultation with this id.", field="id")
        self.by.require(Scope.publish, found.agency)
        if found.stage not in stages:
            raise TransitionConflict(
                fill("The consultation is {stage}.", stage=found.stage), field="state", expected=one_of(sorted(stages))
            )
        return found

    async def _lock_body(
        self, body_id: UUID, version: int | None, consultation: UUID | None, stages: frozenset[ConsultationStage]
    ) -> tuple[Consultation, ConsultationBody]:
        hint = await self.session.get(ConsultationBody, body_id)
        if hint is None or consultation not in (None, hint.consultation_id):
            raise NotFound("There is no body with this id.", field="body")
        own = await self._lock(hint.consultation_id, stages)
        # Read again: another editor may have been faster.
        query = select(ConsultationBody).where(col(ConsultationBody.id) == body_id).with_for_update()
        body = (await self.session.execute(query.execution_options(populate_existing=True))).scalar_one_or_none()
        if body is None:
            raise NotFound("There is no body with this id.", field="body")
        require_version(body.version, version, as_words("asked body"))
        return own, body

    async def _name_of(self, new: NewBody) -> str:
        if new.agency is None:
            return new.name or ""
        agency = await self.session.get(Agency, new.agency)
        if agency is None:
            raise UnknownReference(fill("The registry has no agency `{agency}`.", agency=new.agency), field="agency")
        return new.name or agency.name

    async def _finish(
        self, own: Consultation, body: ConsultationBody, verb: str, **details: str | int
    ) -> ManagedBodyView:
        if verb != "ask":
            body.version += 1
        await self.session.flush()
        await self._audit(own, body, verb, version=body.version, **details)
        return await read_body(self.session, body.id)

    async def _audit(self, own: Consultation, body: ConsultationBody, verb: str, **details: str | int) -> None:
        facts = {"consultation": str(own.id), "body": str(body.id), "name": body.name, **details}
        await append_entry(self.session, self.by, f"body-{verb}", own.agency, **facts)


def _require_open(body: ConsultationBody) -> None:
    if body.answered_on is not None:
        raise TransitionConflict("The body has answered.", field="answered_on", expected="a body without an answer")


def _check_past(day: date, field: str) -> None:
    if day > today():
        raise InvalidInput(
            fill("{day} has not come yet.", day=day), field=field, expected=fill("{today} or earlier", today=today())
        )
