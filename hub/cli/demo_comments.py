"""Comments, letters and answers of the sample consultations, stored by the commands below those of the public routes.

Nobody has the code of a sample comment, and none has a proof of work. The comments of one consultation are stored in
one transaction, and only where nobody has commented yet.
"""

from datetime import date, datetime
from typing import Any
from uuid import UUID, uuid5

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from hub.auth.encryption import SecretCipher
from hub.auth.principal import Principal, Scope
from hub.consultation.answers.commands import AnswerEditor
from hub.consultation.answers.models import CommentGroup
from hub.consultation.answers.views import NewAnswer
from hub.consultation.bodies.commands import BodyEditor
from hub.consultation.bodies.views import BodyReply
from hub.consultation.campaigns.comment_texts import read_draft_texts, read_texts
from hub.consultation.campaigns.packed_comments import group_packed, pack_texts, unpack_groups
from hub.consultation.carryover.anchor_targets import CommentTarget, Quote, check_target
from hub.consultation.comments.body_models import BodyKind, ConsultationBody
from hub.consultation.comments.keys import CommentKeys
from hub.consultation.comments.models import AuthorKind, AuthorShown, Comment, CommentState, Stance
from hub.consultation.comments.sealed_content import SealedContent
from hub.consultation.comments.stored_content import create_content
from hub.consultation.models import Consultation, ConsultationDraft
from hub.consultation.moderation.commands import Moderator
from hub.consultation.moderation.views import CommentDecisions, CommentVersion, ModerationDecision
from hub.consultation.published_nodes import Nodes, load_nodes
from hub.consultation.records import find_memberships, lock_consultations
from hub.consultation.submission.hold_check import hold_reasons
from hub.consultation.submission.inputs import public_name
from hub.db import Database, database_now, table
from hub.settings import Settings
from ingest.records import document_id

AUTHOR = "demo"
_COMMENT, _BODY = table(Comment), table(ConsultationBody)
_FIRST = 1
"""Version that the sample comments are about."""


async def add_sample_comments(database: Database, settings: Settings, sample: dict[str, Any]) -> bool:
    """Store the comments on one sample consultation; False if it is in another stage, or was commented on."""
    keys = CommentKeys(SecretCipher(settings))
    async with database.write() as session:
        members = list((await find_memberships(session, [document_id(sample["draft"])])).values())
        consultation = (await lock_consultations(session, members)).get(members[0]) if members else None
        if consultation is None or consultation.stage != sample["from"] or await _is_used(session, consultation):
            return False
        await _SampleComments(session, keys, consultation).add(sample)
    return True


async def _is_used(session: AsyncSession, consultation: Consultation) -> bool:
    for name in (_COMMENT, _BODY):
        found = select(name.c.id).where(name.c.consultation_id == consultation.id).limit(1)
        if (await session.execute(found)).first() is not None:
            return True
    return consultation.closing_counts is not None


class _SampleComments:
    """Writes what belongs to one sample consultation, which is locked."""

    def __init__(self, session: AsyncSession, keys: CommentKeys, consultation: Consultation):
        self.session, self.keys, self.consultation = session, keys, consultation
        agency, scopes = consultation.agency, frozenset({Scope.publish, Scope.moderate})
        self.by = Principal(AUTHOR, AUTHOR, agency, frozenset({agency}), scopes)
        self.answers: list[tuple[UUID, dict[str, Any]]] = []

    async def add(self, sample: dict[str, Any]) -> None:
        draft = await self.session.get_one(ConsultationDraft, (self.consultation.id, _FIRST))
        nodes = await load_nodes(self.session, draft) or []
        for place, facts in enumerate(sample["comments"]):
            await self._add_comment(place, facts, nodes)
        for place, facts in enumerate(sample["bodies"]):
            await self._add_body(place, facts)
        await self._group()
        for comment, answer in self.answers:
            await self._answer(comment, answer)

    def _id(self, kind: str, place: int) -> UUID:
        return uuid5(self.consultation.id, f"{kind}:{place}")

    async def _add_comment(self, place: int, facts: dict[str, Any], nodes: Nodes) -> None:
        quote = Quote(facts["exact"], -1, -1) if "exact" in facts else None
        target = check_target(CommentTarget(facts.get("ref"), None, quote), nodes)
        kind, shown = AuthorKind(facts["author"]), AuthorShown(facts.get("shown", AuthorShown.kind))
        content = SealedContent(text=facts["text"], name=facts.get("name"), organisation=facts.get("organisation"))
        named = public_name(kind, content.name, content.organisation) if shown is AuthorShown.name else None
        held_for = hold_reasons(content.text, named, review_first=False)
        comment = Comment(
            id=self._id("comment", place),
            consultation_id=self.consultation.id,
            draft_position=_FIRST,
            ref=target.ref,
            lineage=target.lineage,
            quote=vars(target.quote) if target.quote else None,
            stance=Stance(facts["stance"]),
            author_kind=kind,
            shown=shown,
            state=CommentState.waiting if held_for else CommentState.public,
            held_for=[reason.value for reason in held_for],
            received_at=datetime.fromisoformat(facts["at"]),
            # What waits was changed just now by its author: a new hub begins without the alarm of a neglected comment.
            changed_at=await database_now(self.session) if held_for else None,
        )
        self.session.add(comment)
        await create_content(self.session, self.keys, comment, content)
        if not held_for:
            self.consultation.comment_changes += 1
            await self.session.flush()
        if "hidden" in facts:
            await self._hide(comment, facts["hidden"])
        if "answer" in facts:
            self.answers.append((comment.id, facts["answer"]))

    async def _hide(self, comment: Comment, reason: str) -> None:
        moderator = await Moderator.open(self.session, self.by, self.consultation.id)
        shown = CommentVersion(id=comment.id, version=comment.version)
        await moderator.decide(CommentDecisions(decision=ModerationDecision.hide, reason=reason, comments=[shown]))
        await self.session.refresh(self.consultation)

    async def _add_body(self, place: int, facts: dict[str, Any]) -> None:
        body = ConsultationBody(
            id=self._id("body", place),
            consultation_id=self.consultation.id,
            kind=BodyKind(facts["kind"]),
            name=facts["name"],
            agency=facts.get("agency"),
            asked_on=date.fromisoformat(facts["asked_on"]),
            letter_number=facts.get("letter_number"),
        )
        self.session.add(body)
        await self.session.flush()
        if "reply" not in facts:
            return
        reply = BodyReply.model_validate(facts["reply"])
        await BodyEditor(self.session, self.by, self.keys).reply(body.id, body.version, reply)
        letters = select(_COMMENT.c.id).where(_COMMENT.c.body_id == body.id)
        answered = (await self.session.execute(letters.order_by(_COMMENT.c.number))).scalars()
        self.answers += zip(answered, facts.get("answers", []), strict=False)

    async def _group(self) -> None:
        """Group near copies here, without the start of a sandbox: the texts are our own."""
        connection, own = await self.session.connection(), self.consultation
        texts, drafts = await read_texts(connection, self.keys, own.id), await read_draft_texts(connection, own.id)
        at = await database_now(self.session)
        for number, group in enumerate(unpack_groups(group_packed(pack_texts(texts.texts, drafts)))):
            id_, first = self._id("group", number), texts.ids[group.representative]
            members = [texts.ids[place] for place in group.members]
            self.session.add(
                CommentGroup(id=id_, consultation_id=own.id, representative_id=first, made_at=at, changed_at=at)
            )
            await self.session.flush()
            await self.session.execute(update(_COMMENT).where(_COMMENT.c.id.in_(members)).values(group_id=id_))
            own.comment_changes += 1
        own.grouped_changes = own.comment_changes
        await self.session.flush()

    async def _answer(self, comment: UUID, answer: dict[str, Any]) -> None:
        group = await self.session.scalar(select(_COMMENT.c.group_id).where(_COMMENT.c.id == comment))
        target = {"group": group} if group is not None else {"comment": comment}
        await AnswerEditor(self.session, self.by).create(self.consultation.id, NewAnswer(**answer | target))
