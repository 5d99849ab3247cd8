"""The term in which the comments must be answered (thời hạn giải trình): a legal clock from the end of a consultation.

Answering meets it, dropping or another window cancels it, adopting without answers breaches it. The caller holds the
consultation.
"""

from datetime import timedelta
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from hub.clocks.commands import cancel_clock, forfeit_clock, meet_clock, start_clock
from hub.clocks.queries import ClockSubject
from hub.clocks.subject_registry import ClockSubjectKind
from hub.consultation.models import Consultation
from hub.consultation.records import CONSULTATION

KIND = "consultation"
"""Kind of the subject of its clocks."""
ANSWERS_RULE = "consultation.answers"

_MOMENT = timedelta(milliseconds=1)


def _subject(consultation: Consultation) -> ClockSubject:
    return ClockSubject(KIND, consultation.id, consultation.agency)


async def start_answer_term(session: AsyncSession, consultation: Consultation) -> None:
    """Start the term with the last moment of the window, so that the day after its last day is the first to count."""
    await start_clock(session, ANSWERS_RULE, _subject(consultation), consultation.closes_at - _MOMENT)


async def meet_answer_term(session: AsyncSession, consultation: Consultation) -> None:
    """Meet the term: the comments were answered when it was said so."""
    await meet_clock(session, ANSWERS_RULE, _subject(consultation), consultation.answered_at)


async def cancel_answer_term(session: AsyncSession, consultation: Consultation) -> bool:
    """Cancel the term, since nobody waits for answers yet or any more; returns True if it ran."""
    return await cancel_clock(session, ANSWERS_RULE, _subject(consultation)) is not None


async def forfeit_answer_term(session: AsyncSession, consultation: Consultation) -> None:
    """Record the breach of the term, before its end, too: a policy was adopted without answers."""
    await forfeit_clock(session, ANSWERS_RULE, _subject(consultation))


async def _try_lock(session: AsyncSession, consultation: UUID) -> bool:
    query = select(CONSULTATION.c.id).where(CONSULTATION.c.id == consultation).with_for_update(skip_locked=True)
    return (await session.execute(query)).one_or_none() is not None


CLOCK_SUBJECT = ClockSubjectKind(KIND, (ANSWERS_RULE,), try_lock=_try_lock)
"""Consultations as subjects of clocks: a breach is the mark on the public clock, with its alarm."""
