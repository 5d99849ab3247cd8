"""Whether a statement or bulletin answers a burst (đã có phản hồi): pure, by what both are about and when.

It must have come after the burst began, at most `LATEST` after its last day, and two of these must meet: the burst's
own subject, what its headlines are about besides, and its words in the title. The subject alone is not enough, for a
topic such as health is told about every day; without the subject, two of the words must be there.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from uuid import UUID

from hub.press.phrases import syllable_pairs
from hub.times import midnight

ANSWER_WINDOW = timedelta(days=14)
"""What comes later than this after a burst's last day answers something else."""


class AnswerReason(StrEnum):
    """What an answer and its burst have in common (điểm chung)."""

    subject = "subject"
    company = "company"
    words = "words"


@dataclass(frozen=True)
class AnswerCandidate:
    """A live statement or bulletin."""

    id: UUID
    kind: str
    title: str
    text: str
    """Title and summary, in which words are looked for."""
    topics: frozenset[str]
    places: frozenset[str]
    published_at: datetime


@dataclass(frozen=True)
class AnswerCriteria:
    """What is looked for: the codes of the burst's subject with all that stands for it, and of what goes with it."""

    by: str
    subject: frozenset[str]
    company: frozenset[str]
    phrases: frozenset[str]
    began_at: datetime
    deadline: datetime

    def match_reasons(self, candidate: AnswerCandidate) -> tuple[AnswerReason, ...]:
        """Why this is an answer; nothing when it is none."""
        if not self.began_at <= candidate.published_at < self.deadline:
            return ()
        topics, places = candidate.topics, candidate.places
        own, other = (topics, places) if self.by == "topic" else (places, topics)
        shared = len(self.phrases & syllable_pairs(candidate.text))
        found = [
            reason
            for reason, met in (
                (AnswerReason.subject, bool(self.subject & own)),
                (AnswerReason.company, bool(self.company & other)),
                (AnswerReason.words, bool(shared)),
            )
            if met
        ]
        enough = len(found) > 1 and (AnswerReason.subject in found or shared > 1)
        return tuple(found) if enough else ()


def answer_deadline(last_on: date) -> datetime:
    """Until when an answer to a burst with this last day is looked for."""
    return midnight(last_on + timedelta(days=1)) + ANSWER_WINDOW


def find_first_answer(
    criteria: AnswerCriteria, candidates: Iterable[AnswerCandidate]
) -> tuple[AnswerCandidate, tuple[AnswerReason, ...]] | None:
    """The first answer in time and why it is one."""
    found = [(each, because) for each in candidates if (because := criteria.match_reasons(each))]
    return min(found, key=lambda pair: (pair[0].published_at, pair[0].id), default=None)
