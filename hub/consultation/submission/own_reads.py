"""Reads of a comment by its author: the comment, the copy of one's data, and the proof that it was counted."""

from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from hub.consultation.answers.subjects import ANSWERS_PUBLIC
from hub.consultation.comments.closing_counts import load_commitments
from hub.consultation.comments.commitments import merkle_root, prove_inclusion
from hub.consultation.comments.keys import KeyErased
from hub.consultation.comments.models import KeyPurpose
from hub.consultation.comments.sealed_content import open_contacts
from hub.consultation.comments.stored_content import text_sha256
from hub.consultation.records import CONSULTATION
from hub.consultation.submission.additions import load_additions, quote_view
from hub.consultation.submission.commands import RECEIPT
from hub.consultation.submission.errors import CommentProofMissing
from hub.consultation.submission.own_comments import CommentOwner
from hub.consultation.submission.views import ConsentReceiptView, CountProofView, OwnOpinionView, PersonalCopyView
from hub.errors import ViewBroken
from hub.times import now


async def read_own(connection: AsyncConnection, owner: CommentOwner) -> OwnOpinionView:
    """Return a comment to its author. Raises `CommentNotFound` or `RateLimited`."""
    return await _own_view(connection, owner, await owner.find(connection))


async def _own_view(connection: AsyncConnection, owner: CommentOwner, row: Any) -> OwnOpinionView:
    content = await owner.read_content(connection, row)
    consultation = await _read_consultation(connection, owner)
    additions = await load_additions(connection, [row], is_answered=consultation.state in ANSWERS_PUBLIC)
    members = additions.members(row)
    del members["group"]
    return OwnOpinionView(
        id=row.id,
        number=row.number,
        draft=row.draft_position,
        ref=row.ref,
        quote=quote_view(row.quote),
        stance=row.stance,
        text=content.text,
        author_kind=row.author_kind,
        name=content.name,
        organisation=content.organisation,
        shown=row.shown,
        has_contact=row.contact_sealed is not None,
        state=row.state,
        held_for=row.held_for,
        hidden_reason=row.hidden_reason,
        received_at=row.received_at,
        changed_at=row.changed_at,
        sha256=text_sha256(content.text).hex(),
        changeable_until=consultation.closes_at,
        **members,
    )


async def _read_consultation(connection: AsyncConnection, owner: CommentOwner) -> Any:
    query = select(CONSULTATION).where(CONSULTATION.c.id == owner.consultation_id)
    return (await connection.execute(query)).one()


async def copy_personal_data(connection: AsyncConnection, owner: CommentOwner) -> PersonalCopyView:
    """Return all that is stored of a comment to its author. Raises `CommentNotFound` or `RateLimited`."""
    row = await owner.find(connection)
    contact = (await open_contacts(connection, owner.keys, [row])).get(row.id)
    query = select(RECEIPT).where(RECEIPT.c.comment_id == row.id).order_by(RECEIPT.c.id)
    return PersonalCopyView(
        comment=await _own_view(connection, owner, row),
        email=contact and contact.email,
        phone=contact and contact.phone,
        consents=[
            ConsentReceiptView(
                wording=receipt.wording,
                version=receipt.wording_version,
                lang=receipt.lang,
                accepted_at=receipt.accepted_at,
            )
            for receipt in await connection.execute(query)
        ],
        copied_at=now(),
    )


async def prove_count(connection: AsyncConnection, owner: CommentOwner) -> CountProofView:
    """Prove to an author that the comment was counted at the end.

    Raises `CommentNotFound`, `CommentProofMissing`, or `ViewBroken` if the stored commitments do not lead to the root.
    """
    row = await owner.find(connection)
    root = (await _read_consultation(connection, owner)).comments_root
    if root is None or not row.is_counted:
        raise CommentProofMissing(
            "The comment was not counted at the end of the consultation, or its end is not logged yet.",
            expected="a comment that was public or waiting at the end, a minute after it",
        )
    content = await owner.read_content(connection, row)
    try:
        key = await owner.keys.load_one(connection, row.id, KeyPurpose.content)
    except KeyErased:
        raise CommentProofMissing("The comment was erased.") from None
    leaves = await load_commitments(connection, owner.consultation_id)
    commitments = [commitment for _, commitment in leaves]
    if merkle_root(commitments) != root:
        raise ViewBroken("The stored commitments do not lead to the root in the log.")
    proof = prove_inclusion(commitments, [id_ for id_, _ in leaves].index(row.id))
    return CountProofView(
        consultation=owner.consultation_id,
        id=row.id,
        sha256=text_sha256(content.text).hex(),
        salt=(key.salt or b"").hex(),
        index=proof.position,
        size=proof.size,
        path=[one.hex() for one in proof.path],
        root=root.hex(),
    )
