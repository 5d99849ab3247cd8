"""A comment in the hands of its author, who shows its code: read, amend, withdraw, erase."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession
from starlette.types import Scope

from hub.auth.encryption import SecretCipher
from hub.consultation.campaigns.commands import leave_group
from hub.consultation.comment_erasure import erase_comment
from hub.consultation.comments.attempts import count_contact_change
from hub.consultation.comments.codes import code_sha256
from hub.consultation.comments.erasure import erase_contacts
from hub.consultation.comments.keys import CommentKeys, DataKey, KeyErased
from hub.consultation.comments.models import AuthorShown, Comment, CommentState, HoldReason, KeyPurpose
from hub.consultation.comments.quotas import CommentQuotas
from hub.consultation.comments.sealed_content import (
    SealedContact,
    SealedContent,
    open_contents,
    seal_contact,
)
from hub.consultation.comments.stored_content import replace_content
from hub.consultation.models import Consultation
from hub.consultation.records import CONSULTATION
from hub.consultation.submission.arrival_time import ArrivalTime, require_open
from hub.consultation.submission.commands import COMMENT, count_public_change, lock_for_comment
from hub.consultation.submission.errors import CommentNotFound
from hub.consultation.submission.hold_check import hold_reasons
from hub.consultation.submission.inputs import CommentAmendment, CommentContact, public_name, stored_text
from hub.errors import InvalidInput, TransitionConflict
from hub.problem_texts.templates import fill
from hub.state import AppState
from hub.times import now

MAX_CHANGES = 50
"""Changes of one comment by its author."""
_KEPT = (HoldReason.quota, HoldReason.review_first, HoldReason.moderator)
"""Reasons that no change of the text takes away."""


class CommentOwner:
    """One request of an author, with the code of the comment."""

    def __init__(self, parts: AppState, scope: Scope, consultation_id: UUID, code: str):
        self.database = parts.database
        self.consultation_id = consultation_id
        self._code = code_sha256(code)
        self._address = parts.client_ips.find_address(scope)
        self.arrival = ArrivalTime(scope)
        cipher = SecretCipher(parts.settings)
        self.keys, self._quotas = CommentKeys(cipher), CommentQuotas(cipher, parts.settings)

    async def find(self, connection: AsyncConnection) -> Any:
        """Return the row of the comment. Raises `CommentNotFound`, or `RateLimited` after too many wrong codes.

        The right code is let through at any time: a neighbour who tries wrong ones keeps nobody from their comment.
        Nobody guesses 130 random bits, and the index compares hashes, so time tells nothing of a code.
        """
        if (row := (await connection.execute(self._select())).one_or_none()) is not None:
            return row
        await self._quotas.require_tries(connection, self._address, now())
        # Given back first: who waits for a writer must keep no reader from the others.
        await connection.close()
        async with self.database.write() as session:
            await self._quotas.count_wrong_code(session, self._address, now())
        raise _no_comment()

    def _select(self) -> Any:
        return select(COMMENT).where(
            COMMENT.c.code_sha256 == self._code, COMMENT.c.consultation_id == self.consultation_id
        )

    async def read_content(self, connection: AsyncConnection | AsyncSession, row: Any) -> SealedContent:
        """Open text and author of the comment. Raises `CommentNotFound` if its key was erased."""
        found = (await open_contents(connection, self.keys, [row])).get(row.id)
        if found is None:
            raise _no_comment()
        return found

    async def amend(self, body: CommentAmendment) -> None:
        """Change a comment until the end of the consultation; what needs a moderator waits for one.

        Raises `ConsultationNotOpen`, `InvalidInput` or `TransitionConflict`.
        """
        async with self.database.read() as connection:
            row = await self.find(connection)
            query = select(CONSULTATION).where(CONSULTATION.c.id == self.consultation_id)
            await require_open(connection, (await connection.execute(query)).one(), self.arrival)
        async with self.database.write() as session:
            consultation, comment = await self._lock(session, row.id)
            await require_open(session, consultation, self.arrival)
            await _Amendment(self, session, consultation, comment, body).apply()

    async def withdraw(self) -> None:
        """Take a comment back, at any time: it is public no more, and its contact is erased. Again changes nothing."""
        async with self.database.read() as connection:
            row = await self.find(connection)
            await self.arrival.measure(connection)
        async with self.database.write() as session:
            _, comment = await self._lock(session, row.id)
            if comment.state == CommentState.withdrawn:
                return
            was_public = comment.state == CommentState.public
            comment.state, comment.held_for, comment.hidden_reason = CommentState.withdrawn, [], None
            await leave_group(session, comment, self.arrival.milliseconds)
            comment.changed_at, comment.version = self.arrival.milliseconds, comment.version + 1
            await session.flush()
            await erase_contacts(session, self.keys, [comment.id])
            if was_public:
                await count_public_change(session, self.consultation_id)

    async def erase(self) -> None:
        """Erase all of a comment but its number and its place among the counted, at any time; the code ends with it.

        With its key and salt, older dumps of the database can be read no more, and its commitment proves nothing.
        """
        async with self.database.read() as connection:
            row = await self.find(connection)
        async with self.database.write() as session:
            _, comment = await self._lock(session, row.id)
            was_public = comment.state == CommentState.public
            await erase_comment(session, self.keys, comment)
            if was_public:
                await count_public_change(session, self.consultation_id)

    async def _lock(self, session: AsyncSession, comment_id: UUID) -> tuple[Consultation, Comment]:
        """Lock the consultation and then the comment, as everybody does. Raises `CommentNotFound`."""
        consultation = await lock_for_comment(session, self.consultation_id)
        query = select(Comment).where(COMMENT.c.id == comment_id, COMMENT.c.code_sha256 == self._code)
        locked = query.with_for_update().execution_options(populate_existing=True)
        comment = (await session.execute(locked)).scalar_one_or_none()
        if comment is None:  # erased a moment ago
            raise _no_comment()
        return consultation, comment


class _Amendment:
    """A change of one comment, whose row and consultation are locked."""

    def __init__(
        self,
        owner: CommentOwner,
        session: AsyncSession,
        consultation: Consultation,
        comment: Comment,
        body: CommentAmendment,
    ):
        self.owner = owner
        self.session = session
        self.consultation = consultation
        self.comment = comment
        self.body = body

    async def apply(self) -> None:
        comment, body = self.comment, self.body
        if comment.state == CommentState.withdrawn:
            raise TransitionConflict("The comment was withdrawn.", field="state", expected="a new comment")
        if comment.version > MAX_CHANGES:
            raise TransitionConflict(
                fill("A comment can be changed {max_changes} times.", max_changes=MAX_CHANGES), expected="a new comment"
            )
        before = await self.owner.read_content(self.session, comment)
        after = self._content(before)
        if body.model_fields_set == {"contact"}:
            # Nobody else sees the contact: neither moderators, whose decisions compare the version, nor the public.
            await count_contact_change(self.session, comment.id)
            await self._change_contact()
            return
        was_public = comment.state == CommentState.public
        kind = body.author.kind if body.author else comment.author_kind
        shown = body.shown or AuthorShown(comment.shown)
        name = public_name(kind, after.name, after.organisation)
        if shown is AuthorShown.name and name is None:
            raise InvalidInput("There is no name to show.", field="shown", expected="`kind` or `nothing`, or a name")
        # With the kind, another name may become the public one.
        is_other = after != before or shown != comment.shown or kind != comment.author_kind
        if is_other or comment.state == CommentState.hidden:
            self._decide_state(after, name if shown is AuthorShown.name else None)
        comment.author_kind, comment.shown = kind, shown
        comment.stance = body.stance or comment.stance
        await self._seal(before, after)
        await self._change_contact()
        comment.changed_at, comment.version = self.owner.arrival.milliseconds, comment.version + 1
        if was_public or comment.state == CommentState.public:
            await count_public_change(self.session, self.consultation.id)

    def _content(self, before: SealedContent) -> SealedContent:
        body = self.body
        text = before.text if body.text is None else stored_text(body.text)
        if body.author is None:
            return before.model_copy(update={"text": text})
        return SealedContent(text=text, name=body.author.name, organisation=body.author.organisation)

    def _decide_state(self, content: SealedContent, shown_name: str | None) -> None:
        comment = self.comment
        kept: Sequence[str] = [reason for reason in comment.held_for if reason in _KEPT]
        if comment.state == CommentState.hidden:
            kept = [*kept, HoldReason.moderator]
        found = hold_reasons(content.text, shown_name, review_first=self.consultation.review_first)
        comment.held_for = [reason.value for reason in HoldReason if reason in kept or reason in found]
        comment.state = CommentState.waiting if comment.held_for else CommentState.public
        comment.hidden_reason = None

    async def _seal(self, before: SealedContent, after: SealedContent) -> None:
        comment = self.comment
        if after == before:
            return
        key = await self._load_key(KeyPurpose.content)
        replace_content(comment, key, after)
        if after.text != before.text:
            await leave_group(self.session, comment, self.owner.arrival.milliseconds)

    async def _change_contact(self) -> None:
        if "contact" not in self.body.model_fields_set:
            return
        contact, comment = self.body.contact, self.comment
        await self.owner.keys.delete(self.session, [comment.id], KeyPurpose.contact)
        comment.contact_sealed = None if contact is None else await self._sealed_contact(contact)

    async def _sealed_contact(self, contact: CommentContact) -> bytes:
        key = await self.owner.keys.create(self.session, self.comment.id, KeyPurpose.contact)
        return seal_contact(key, self.comment.id, SealedContact(email=contact.email, phone=contact.phone))

    async def _load_key(self, purpose: KeyPurpose) -> DataKey:
        try:
            return await self.owner.keys.load_one(self.session, self.comment.id, purpose)
        except KeyErased:
            raise _no_comment() from None


def _no_comment() -> CommentNotFound:
    return CommentNotFound(
        "No comment of this consultation has this code, or it was erased.",
        field="Comment-Code",
        expected="the code from the answer to the comment",
    )
