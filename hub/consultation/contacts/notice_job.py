"""Job that tells people by e-mail that their comment was answered, once the answers are public.

It opens a contact, hands the address to the channel of mails in the same transaction, and forgets it. Each comment is
told once ever; comments answered before the channel was switched on are not.
"""

from collections.abc import Sequence
from typing import Any

import structlog
from sqlalchemy import Select, and_, exists, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from hub.auth.encryption import SecretCipher
from hub.channels.mail.notices import AnswerNotice, add_answer_notices, notices_begin
from hub.channels.mail.rows import NOTICE
from hub.consultation.answers.subjects import ANSWER, ANSWERS_PUBLIC, COMMENT, OWN
from hub.consultation.comments.keys import CommentKeys
from hub.consultation.comments.models import CommentState
from hub.consultation.comments.sealed_content import open_contacts
from hub.consultation.records import CONSULTATION, DRAFT
from hub.content.as_of import currently_open
from hub.content.stored_views import parse_view
from hub.content.visibility import VIEW
from hub.db import Database
from hub.domain.lifecycle import DocumentState
from hub.jobs.periodic import PeriodicJob
from hub.log.send_lease import SendGate
from hub.settings import Settings
from hub.web.public_urls import page_path

log = structlog.get_logger()

BATCH = 50


class AnswerNoticeJob(PeriodicJob):
    """Looks for answered comments with a contact that nobody was told of."""

    name = "answer-notices"
    interval = 30.0
    failure_event = "answer_notices_paused"

    def __init__(self, database: Database, settings: Settings, gate: SendGate):
        self.database = database
        self.settings = settings
        self.gate = gate
        self.keys = CommentKeys(SecretCipher(settings))

    async def run_once(self) -> None:
        """Write the mails that are due, some in each transaction, unless sending is held."""
        if self.settings.smtp_url is None or not await self.gate.is_open():
            return
        while await self._notify_some():
            self.state.turn()

    async def _notify_some(self) -> int:
        async with self.database.write() as session:
            since = await notices_begin(session)
            if since is None:
                return 0
            # Shared, so that neither a comment nor its contact is erased before its notice can be found.
            query = _untold().where(CONSULTATION.c.answered_at > since).limit(BATCH)
            rows = (await session.execute(query.with_for_update(of=COMMENT, read=True))).all()
            if not rows:
                return 0
            contacts = await open_contacts(session, self.keys, rows)
            drafts = await _read_drafts(session, rows)
            notices = []
            for row in rows:
                contact, draft = contacts.get(row.id), drafts.get(row.consultation_id)
                email = "" if contact is None or contact.email is None or draft is None else contact.email
                title, path, agency, lang = draft if draft is not None else ("", "/", "", "vi")
                notices.append(AnswerNotice(row.id, email, lang, row.outcome, title, path, agency))
            count = await add_answer_notices(session, self.settings, notices)
        log.info("answers_told", comments=len(rows), mails=count)
        return len(rows)


def _untold() -> Select[Any]:
    """Select public, answered comments with a contact and without a notice."""
    of_group = ANSWER.alias("of_group")
    return (
        select(COMMENT.c.id, COMMENT.c.consultation_id, COMMENT.c.contact_sealed)
        .add_columns(func.coalesce(OWN.c.outcome, of_group.c.outcome).label("outcome"))
        .join(CONSULTATION, CONSULTATION.c.id == COMMENT.c.consultation_id)
        .outerjoin(OWN, OWN.c.comment_id == COMMENT.c.id)
        .outerjoin(of_group, and_(of_group.c.group_id == COMMENT.c.group_id, OWN.c.id.is_(None)))
        .where(CONSULTATION.c.state.in_(ANSWERS_PUBLIC), COMMENT.c.state == CommentState.public)
        .where(COMMENT.c.contact_sealed.is_not(None), or_(OWN.c.id.is_not(None), of_group.c.id.is_not(None)))
        .where(~exists().where(NOTICE.c.id == COMMENT.c.id))
        .order_by(COMMENT.c.number)
    )


async def _read_drafts(session: AsyncSession, rows: Sequence[Any]) -> dict[Any, tuple[str, str, str, str]]:
    """Read title, path, agency and language of the last draft of each consultation that is still public."""
    query = (
        select(DRAFT.c.consultation_id, DRAFT.c.position, VIEW.c.document_id, VIEW.c.lang)
        .add_columns(VIEW.c.card)
        .join(VIEW, (VIEW.c.document_id == DRAFT.c.document_id) & (VIEW.c.lang == DRAFT.c.lang))
        .where(DRAFT.c.consultation_id.in_({row.consultation_id for row in rows}))
        .where(currently_open(VIEW), VIEW.c.state == DocumentState.live)
        .order_by(DRAFT.c.position)
    )
    found = {}
    for row in await session.execute(query):
        card = parse_view(row.card, row.document_id, "mail")
        if card is not None:
            lang = row.lang if row.lang == "en" else "vi"
            found[row.consultation_id] = card["title"], page_path(row.document_id), card["agency"]["name"], lang
    return found
