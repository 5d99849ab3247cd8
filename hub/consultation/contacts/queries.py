"""Read of contacts, which leaves an entry in the audit trail: their number, and none of them.

A contact was left for the notice of the answer alone, so it is read only once there is an answer to tell of.
"""

from typing import NamedTuple
from uuid import UUID

from sqlalchemy import and_, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from hub.auth.principal import Principal, Scope
from hub.consultation.answers.subjects import ANSWER, ANSWERS_PUBLIC, COMMENT, OWN
from hub.consultation.comments.keys import CommentKeys
from hub.consultation.comments.models import CommentState
from hub.consultation.comments.sealed_content import open_contacts
from hub.consultation.contacts.views import AnswerContactPage, AnswerContactView, CommentContactParams
from hub.consultation.queries import consultation_path, load_managed
from hub.errors import TransitionConflict
from hub.manage.audit_trail import append_entry
from hub.paging import decode_cursor, encode_cursor, list_digest, position_part
from hub.problem_texts.templates import fill, one_of


class ContactListing(NamedTuple):
    """A page of contacts, with the cursor of each."""

    page: AnswerContactPage
    cursors: list[str]


async def read_contacts(
    session: AsyncSession, by: Principal, keys: CommentKeys, consultation: UUID, params: CommentContactParams
) -> ContactListing:
    """Read a page of the contacts of public, answered comments, and append the entry to the audit trail.

    Raises `NotFound`, `Forbidden`, `InvalidCursor`, or `TransitionConflict` before the answers are public.
    """
    found = await load_managed(session, consultation)
    by.require(Scope.publish, found.agency)
    if found.state not in ANSWERS_PUBLIC:
        raise TransitionConflict(
            fill("The consultation is {state}: there is no answer to tell of.", state=found.state),
            field="state",
            expected=one_of(ANSWERS_PUBLIC),
        )
    name = list_digest("contacts", str(consultation))
    of_group = ANSWER.alias("of_group")
    query = (
        select(COMMENT.c.id, COMMENT.c.number, COMMENT.c.contact_sealed)
        .add_columns(func.coalesce(OWN.c.outcome, of_group.c.outcome).label("outcome"))
        .outerjoin(OWN, OWN.c.comment_id == COMMENT.c.id)
        .outerjoin(of_group, and_(of_group.c.group_id == COMMENT.c.group_id, OWN.c.id.is_(None)))
        .where(COMMENT.c.consultation_id == consultation, COMMENT.c.state == CommentState.public)
        .where(COMMENT.c.contact_sealed.is_not(None), or_(OWN.c.id.is_not(None), of_group.c.id.is_not(None)))
    )
    if params.cursor is not None:
        query = query.where(COMMENT.c.number > decode_cursor(name, params.cursor, position_part)[0])
    rows = (await session.execute(query.order_by(COMMENT.c.number).limit(params.limit + 1))).all()
    shown = rows[: params.limit]
    contacts = await open_contacts(session, keys, shown)
    items = [
        AnswerContactView(
            comment=row.id,
            number=row.number,
            path=f"{consultation_path(consultation)}/comments/{row.id}",
            email=contacts[row.id].email,
            phone=contacts[row.id].phone,
            outcome=row.outcome,
        )
        for row in shown
        if row.id in contacts
    ]
    await append_entry(session, by, "contacts-read", found.agency, consultation=str(consultation), contacts=len(items))
    # From the last row, also if it was damaged: the next page begins after it.
    following = encode_cursor(name, shown[-1].number) if len(rows) > params.limit else None
    return ContactListing(
        AnswerContactPage(items=items, next=following), [encode_cursor(name, item.number) for item in items]
    )
