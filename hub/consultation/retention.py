"""Retention of what comments leave: each term is a row of the legal clocks.

| rule | from | erased |
|---|---|---|
| `comment.contact` | the end of the consultation | the contact and its key |
| `comment.hidden_files` | the decision to hide | the files of the comment |
| `comment.receipt` | the consent | the receipt |

All three are assumed by the hub until somebody confirms them. Challenges, counters and keys of days are technical: an
hour, and two days.
"""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime, timedelta
from uuid import UUID

import structlog
from sqlalchemy import ColumnElement, Date, and_, cast, delete, exists, func, select
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

from hub.auth.encryption import SecretCipher
from hub.auth.proof_of_work import SPENT
from hub.clocks.queries import RULE, read_calendar
from hub.consultation.comments.erasure import COMMENT, FILE, erase_contacts, erase_files
from hub.consultation.comments.keys import CommentKeys
from hub.consultation.comments.models import CommentReceipt, CommentState
from hub.consultation.comments.quotas import QUOTA, QUOTA_KEY
from hub.consultation.moderation.models import CommentDecision
from hub.consultation.records import CONSULTATION, lock_consultations
from hub.db import Database, database_now, table
from hub.domain.consultations import ConsultationStage
from hub.domain.working_days import TermUnit, end_term
from hub.jobs.periodic import PeriodicJob
from hub.settings import Settings
from hub.times import VIETNAM, midnight

RECEIPT, DECISION = table(CommentReceipt), table(CommentDecision)

CONTACT_RULE, FILES_RULE, RECEIPT_RULE = "comment.contact", "comment.hidden_files", "comment.receipt"
CHALLENGE_MARGIN = timedelta(hours=1)
"""Time after its end for which a used challenge is kept: a request that came in time may be judged later."""
COUNTER_DAYS = 2
BATCH = 500

log = structlog.get_logger()


async def find_expired(
    connection: AsyncConnection | AsyncSession, rule: str, starts: Iterable[datetime], moment: datetime
) -> set[datetime]:
    """Return the starts whose term under a rule is over at a moment.

    Each start keeps the row that was valid on its day. A day without a row is logged as `comment_term_missing`, and
    nothing of it expires.
    """
    calendar = await read_calendar(connection)
    rows = (await connection.execute(select(RULE).where(RULE.c.rule == rule))).all()
    found = set()
    for start in starts:
        day = start.astimezone(VIETNAM).date()
        row = next(
            (row for row in rows if row.valid_from <= day and (row.valid_to is None or day < row.valid_to)), None
        )
        if row is None:
            log.warning("comment_term_missing", rule=rule, day=day.isoformat())
        elif end_term(start, row.amount, TermUnit(row.unit), calendar).at <= moment:
            found.add(start)
    return found


async def erase_old_contacts(database: Database, keys: CommentKeys, moment: datetime) -> int:
    """Erase the contacts of comments whose consultation ended long enough ago; returns their number."""
    with_contact = exists().where(COMMENT.c.consultation_id == CONSULTATION.c.id, COMMENT.c.contact_sealed.is_not(None))
    ended = select(CONSULTATION.c.id, CONSULTATION.c.closes_at).where(with_contact, _has_ended(moment))
    async with database.read() as connection:
        ends = {row.id: row.closes_at for row in await connection.execute(ended)}
        expired = await find_expired(connection, CONTACT_RULE, set(ends.values()), moment)
    erased = 0
    for id_ in sorted(one for one, end in ends.items() if end in expired):
        while count := await _erase_some_contacts(database, keys, id_, ends[id_]):
            erased += count
    return erased


def _has_ended(moment: datetime) -> ColumnElement[bool]:
    is_over = CONSULTATION.c.state.not_in((ConsultationStage.announced, ConsultationStage.open))
    return and_(is_over, CONSULTATION.c.closes_at <= moment)


async def _erase_some_contacts(database: Database, keys: CommentKeys, consultation: UUID, end: datetime) -> int:
    async with database.write() as session:
        # A consultation that was extended meanwhile keeps its contacts.
        locked = (await lock_consultations(session, [consultation])).get(consultation)
        if locked is None or locked.closes_at != end:
            return 0
        some = select(COMMENT.c.id).where(COMMENT.c.consultation_id == consultation)
        some = some.where(COMMENT.c.contact_sealed.is_not(None)).order_by(COMMENT.c.id).limit(BATCH)
        ids = list((await session.execute(some.with_for_update())).scalars())
        if ids:
            await erase_contacts(session, keys, ids)
        return len(ids)


async def erase_hidden_files(database: Database, moment: datetime) -> int:
    """Erase the files of comments that were hidden long enough ago; returns the number of comments."""
    decided = select(func.max(DECISION.c.at)).where(
        DECISION.c.comment_id == COMMENT.c.id,
        DECISION.c.after == CommentState.hidden,
        DECISION.c.undone_at.is_(None),
    )
    has_bytes = exists().where(FILE.c.comment_id == COMMENT.c.id, FILE.c.blob_sha256.is_not(None))
    since = func.coalesce(decided.scalar_subquery(), COMMENT.c.changed_at, COMMENT.c.received_at).label("since")
    query = select(COMMENT.c.id, COMMENT.c.consultation_id, since).where(
        COMMENT.c.state == CommentState.hidden, has_bytes
    )
    async with database.read() as connection:
        hidden = {row.id: row for row in await connection.execute(query)}
        expired = await find_expired(connection, FILES_RULE, {row.since for row in hidden.values()}, moment)
    due = defaultdict[UUID, list[UUID]](list)
    for id_ in sorted(hidden):
        if hidden[id_].since in expired:
            due[hidden[id_].consultation_id].append(id_)
    erased = 0
    for consultation, ids in sorted(due.items()):
        for first in range(0, len(ids), BATCH):
            async with database.write() as session:
                # Before its comments, as everybody does: what counts them at the end would wait crosswise.
                await lock_consultations(session, [consultation])
                some = query.where(COMMENT.c.id.in_(ids[first : first + BATCH])).order_by(COMMENT.c.id)
                rows = await session.execute(some.with_for_update(of=COMMENT))
                # A decision may have been undone, and taken again, meanwhile.
                still = [row.id for row in rows if row.since == hidden[row.id].since]
                await erase_files(session, still)
            erased += len(still)
    return erased


async def delete_old_receipts(database: Database, moment: datetime) -> int:
    """Delete the receipts of consents whose term is over, day by day; returns their number."""
    day_of_receipt = cast(func.timezone("Asia/Ho_Chi_Minh", RECEIPT.c.accepted_at), Date)
    async with database.read() as connection:
        days = (await connection.execute(select(day_of_receipt).distinct())).scalars().all()
        # The last moment of a day stands for all of it: no receipt goes too early.
        ends = {midnight(day + timedelta(days=1)) - timedelta(milliseconds=1) for day in days}
        expired = await find_expired(connection, RECEIPT_RULE, ends, moment)
    if not expired:
        return 0
    async with database.write() as session:
        of_days = delete(RECEIPT).where(day_of_receipt.in_([end.date() for end in expired])).returning(RECEIPT.c.id)
        return len((await session.execute(of_days)).all())


async def delete_technical_rows(database: Database, moment: datetime) -> None:
    """Delete used challenges, counters of quotas and keys of days that nothing needs any more."""
    first_day = moment.astimezone(VIETNAM).date() - timedelta(days=COUNTER_DAYS - 1)
    async with database.write() as session:
        await session.execute(delete(SPENT).where(SPENT.c.expires_at < moment - CHALLENGE_MARGIN))
        await session.execute(delete(QUOTA).where(QUOTA.c.window_start < midnight(first_day)))
        await session.execute(delete(QUOTA_KEY).where(QUOTA_KEY.c.day < first_day.isoformat()))


class CommentRetention(PeriodicJob):
    """Hourly deletion of what comments leave, when its term is over."""

    name = "comment-retention"
    interval = 3_600.0
    failure_event = "comment_retention_paused"

    def __init__(self, database: Database, settings: Settings):
        self.database = database
        self.keys = CommentKeys(SecretCipher(settings))

    async def run_once(self) -> None:
        """Delete everything whose term is over by the clock of the database."""
        async with self.database.read() as connection:
            moment = await database_now(connection)
        await delete_technical_rows(self.database, moment)
        contacts = await erase_old_contacts(self.database, self.keys, moment)
        files = await erase_hidden_files(self.database, moment)
        receipts = await delete_old_receipts(self.database, moment)
        if contacts or files or receipts:
            log.info("comments_cleaned", contacts=contacts, hidden=files, receipts=receipts)
