"""Submission of a comment: checked before any lock is held, judged by its arrival, and stored sealed.

The consultation stays locked from the judgement to the commit, so an extension or the closing comes wholly before or
wholly after it. What nobody else needs is written before: at the end of a consultation many come at once, and each of
them waits for the lock. A refusal stores nothing: neither the proof nor the quotas are spent.
"""

import time
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import insert, select, update
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession
from starlette.types import Scope

from hub.auth.encryption import SecretCipher
from hub.auth.proof_of_work import (
    CheckedProof,
    ProofOfWork,
    spend_proof,
    text_digest,
)
from hub.connections import WRITES
from hub.consultation.answers.models import CommentGroup
from hub.consultation.carryover.anchor_targets import CommentTarget, check_target
from hub.consultation.comments.body_models import ConsultationBody
from hub.consultation.comments.codes import code_of_request, code_sha256
from hub.consultation.comments.keys import CommentKeys, new_key
from hub.consultation.comments.models import (
    AuthorShown,
    Comment,
    CommentReceipt,
    CommentState,
    KeyPurpose,
)
from hub.consultation.comments.quotas import CommentQuotas
from hub.consultation.comments.sealed_content import (
    SealedContact,
    SealedContent,
    open_contents,
    seal_contact,
)
from hub.consultation.comments.stored_content import create_content, text_sha256
from hub.consultation.models import Consultation
from hub.consultation.published_nodes import load_nodes
from hub.consultation.records import CONSULTATION
from hub.consultation.submission.arrival_time import PROCESSING_SECONDS, ArrivalTime, require_open
from hub.consultation.submission.errors import ConsentOutdated, ConsultationNotOpen
from hub.consultation.submission.hold_check import hold_reasons
from hub.consultation.submission.inputs import CommentConsent, NewComment, stored_text
from hub.consultation.submission.open_drafts import OpenDraft, read_open_draft
from hub.consultation.submission.views import OpinionReceiptView
from hub.consultation.wordings import COMMENT_CONSENT, current_consent, is_current_consent
from hub.database_errors import is_lock_conflict
from hub.db import Database, table
from hub.errors import ProofExpired, ProofRequired, ProofUsed, ProofWrong
from hub.problem_texts.templates import fill
from hub.state import AppState

COMMENTS_AT_ONCE = 4
"""Comments that one process stores at once. The others wait in order, without a connection of the pool."""
LOCK_RETRY_SECONDS = PROCESSING_SECONDS - WRITES.lock_seconds
"""Seconds in which a comment is tried again when a lock was not free: each try may wait for the lock's time-out."""

COMMENT, RECEIPT = table(Comment), table(CommentReceipt)
REFERENCED = (CommentGroup, ConsultationBody)
"""Tables that a comment refers to: a process that stores comments must know them."""


class Submission:
    """One request that submits a comment."""

    def __init__(
        self, parts: AppState, scope: Scope, consultation_id: UUID, body: NewComment, *, has_key: bool = False
    ):
        self.database: Database = parts.database
        self.consultation_id = consultation_id
        self.body = body
        self.text = stored_text(body.text)
        self.has_key = has_key
        self.address = parts.client_ips.find_address(scope)
        self.arrival = ArrivalTime(scope)
        self.turns = parts.comment_turns
        cipher = SecretCipher(parts.settings)
        self.keys, self.proofs = CommentKeys(cipher), ProofOfWork(cipher)
        self.quotas = CommentQuotas(cipher, parts.settings)

    async def run(self) -> OpinionReceiptView:
        """Store the comment, or return the first answer to the same request sent again within ten minutes.

        Raises `NotFound`, `ConsultationNotOpen`, `InvalidInput` or one of its kinds, or an error of the proof.
        """
        async with self.database.read() as connection:
            draft = await read_open_draft(connection, self.consultation_id, self.body.draft)
            try:
                # Without a lock: what comes late must not hold up the clock that closes.
                await require_open(connection, draft, self.arrival)
            except ConsultationNotOpen:
                if (repeated := await self._find_repeated(connection, draft)) is not None:
                    return repeated
                raise
            target = await self._check_target(connection, draft)
            check_consent(self.body.consent)
            proof = self._check_proof()
            if (found := await self._find_stored(connection, draft, proof)) is not None:
                return found
        try:
            return await self._store_in_turn(draft, target, proof)
        except ProofUsed:
            # The same request may have come twice at once: then the other one has been committed by now.
            async with self.database.read() as connection:
                found = await self._find_stored(connection, draft, proof)
            if found is None:
                raise
            return found

    async def _check_target(self, connection: AsyncConnection, draft: OpenDraft) -> CommentTarget:
        body = self.body
        if body.ref is None and body.quote is None:
            return CommentTarget()
        nodes = await load_nodes(connection, draft) or []
        return check_target(CommentTarget(body.ref, None, body.quote.quote() if body.quote else None), nodes)

    def _check_proof(self) -> CheckedProof:
        given = self.body.proof
        if given is None:
            path = f"/api/v1/consultations/{self.consultation_id}/challenge"
            raise ProofRequired(field="proof", expected=fill("a proof for a challenge of {path}", path=path))
        digest = text_digest(self.body.text)
        return self.proofs.check(self.consultation_id, given.challenge, given.counter, digest, self.arrival.at)

    def _code(self, proof: CheckedProof) -> str:
        return code_of_request(proof, self.body.model_dump_json().encode())

    async def _find_repeated(self, connection: AsyncConnection, draft: OpenDraft) -> OpinionReceiptView | None:
        """Return the answer to a comment that was in time, when its request comes again after the end."""
        try:
            return await self._find_stored(connection, draft, self._check_proof())
        except (ProofRequired, ProofWrong, ProofExpired):
            return None

    async def _find_stored(
        self, connection: AsyncConnection, draft: OpenDraft, proof: CheckedProof
    ) -> OpinionReceiptView | None:
        """Return the answer to the same request, if its comment is stored; nobody else can compute its code."""
        code = self._code(proof)
        query = select(COMMENT).where(
            COMMENT.c.code_sha256 == code_sha256(code), COMMENT.c.consultation_id == self.consultation_id
        )
        row = (await connection.execute(query)).one_or_none()
        if row is None:
            return None
        content = (await open_contents(connection, self.keys, [row])).get(row.id)
        return None if content is None else _answer(row, code, content.text, draft)

    async def _store_in_turn(self, draft: OpenDraft, target: CommentTarget, proof: CheckedProof) -> OpinionReceiptView:
        """Store the comment when it is its turn; again, as long as the end waits for it, if a lock was not free."""
        until = time.monotonic() + LOCK_RETRY_SECONDS
        while True:
            try:
                async with self.turns, self.database.write() as session:
                    return await self._store(session, draft, target, proof)
            except DBAPIError as problem:
                if not is_lock_conflict(problem) or time.monotonic() > until:
                    raise

    async def _store(
        self, session: AsyncSession, draft: OpenDraft, target: CommentTarget, proof: CheckedProof
    ) -> OpinionReceiptView:
        await spend_proof(session, proof)
        code = self._code(proof)
        comment = self._new_comment(target, code)
        self._decide_state(comment, review_first=draft.review_first, within_quota=True)
        session.add(comment)
        await self._seal(session, comment)
        consent = self.body.consent
        receipt = {"wording": consent.wording, "wording_version": consent.version, "lang": consent.lang}
        values = {"comment_id": comment.id, "accepted_at": comment.received_at, **receipt}
        await session.execute(insert(RECEIPT).values(values))
        day_key = await self.quotas.load_day_key(session, self.arrival.at)
        # From here on everybody else waits: a statement each to lock, to judge and to count.
        consultation = await lock_for_comment(session, self.consultation_id)
        await require_open(session, consultation, self.arrival)
        # Its text may have been removed for good meanwhile: whoever does that has locked the consultation first.
        await read_open_draft(session, self.consultation_id, self.body.draft)
        within_quota = await self.quotas.count(
            session, day_key, self.consultation_id, self.address, self.arrival.at, has_key=self.has_key
        )
        self._decide_state(comment, review_first=consultation.review_first, within_quota=within_quota)
        await session.flush()
        if comment.state == CommentState.public:
            await count_public_change(session, self.consultation_id)
        return _answer(comment, code, self.text, consultation)

    def _decide_state(self, comment: Comment, *, review_first: bool, within_quota: bool) -> None:
        body = self.body
        shown = body.author.public_name() if body.shown is AuthorShown.name else None
        found = hold_reasons(self.text, shown, review_first=review_first, within_quota=within_quota)
        comment.state = CommentState.waiting if found else CommentState.public
        comment.held_for = [reason.value for reason in found]

    def _new_comment(self, target: CommentTarget, code: str) -> Comment:
        body = self.body
        quote = target.quote
        return Comment(
            id=uuid4(),
            consultation_id=self.consultation_id,
            draft_position=body.draft,
            ref=target.ref,
            lineage=target.lineage,
            quote=None if quote is None else vars(quote),
            stance=body.stance,
            author_kind=body.author.kind,
            shown=body.shown,
            state=CommentState.waiting,
            code_sha256=code_sha256(code),
            received_at=self.arrival.milliseconds,
        )

    async def _seal(self, session: AsyncSession, comment: Comment) -> None:
        body = self.body
        content = SealedContent(text=self.text, name=body.author.name, organisation=body.author.organisation)
        contact_keys = {}
        if body.contact is not None:
            contact_keys[comment.id] = contact_key = new_key(KeyPurpose.contact)
            contact = SealedContact(email=body.contact.email, phone=body.contact.phone)
            comment.contact_sealed = seal_contact(contact_key, comment.id, contact)
        await create_content(session, self.keys, comment, content)
        await self.keys.store(session, contact_keys, KeyPurpose.contact)


async def lock_for_comment(session: AsyncSession, consultation_id: UUID) -> Consultation:
    """Lock a consultation against other changes until the transaction ends, and return it as it is committed."""
    query = select(Consultation).where(CONSULTATION.c.id == consultation_id).with_for_update(key_share=True)
    return (await session.execute(query.execution_options(populate_existing=True))).scalar_one()


async def count_public_change(session: AsyncSession, consultation_id: UUID) -> None:
    """Count a public change of comments, in its transaction, for whoever keeps copies."""
    change = update(CONSULTATION).where(CONSULTATION.c.id == consultation_id)
    await session.execute(change.values(comment_changes=CONSULTATION.c.comment_changes + 1))


def check_consent(consent: CommentConsent) -> None:
    """Raise `ConsentOutdated` unless an author agreed to the wording that is in use."""
    if not is_current_consent(consent.wording, consent.version, consent.lang):
        current = current_consent()
        raise ConsentOutdated(
            "The consent is not to the wording in use.",
            field="consent",
            expected=fill(
                "wording `{comment_consent}`, version {version}, in vi or en",
                comment_consent=COMMENT_CONSENT,
                version=current.version,
            ),
        )


def _answer(comment: Any, code: str, text: str, consultation: Any) -> OpinionReceiptView:
    return OpinionReceiptView(
        id=comment.id,
        code=code,
        state=comment.state,
        held_for=comment.held_for,
        text=text,
        received_at=comment.received_at,
        sha256=text_sha256(text).hex(),
        changeable_until=consultation.closes_at,
    )
