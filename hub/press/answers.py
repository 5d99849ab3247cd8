"""Matching of statements and bulletins with the bursts that they answer (đã có phản hồi): pure.

An answer must be published after the burst began, at most `ANSWER_WINDOW` after its last day, and two of these must
match: the subject of the burst, the other topics or places of its headlines, and its phrases in title or summary. The
subject alone is not enough, since a topic such as health is written about every day; without the subject, two phrases
must match.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from uuid import UUID

from hub.press.phrases import syllable_pairs
from hub.times import midnight

ANSWER_WINDOW = timedelta(days=14)
"""A document that is published later than this after the last day of a burst answers something else."""


class AnswerReason(StrEnum):
    """Something that an answer and its burst have in common (điểm chung)."""

    subject = "subject"
    company = "company"
    words = "words"


@dataclass(frozen=True)
class AnswerCandidate:
    """A live statement or bulletin that may answer a burst."""

    id: UUID
    kind: str
    title: str
    text: str
    """Title and summary, which are searched for the phrases of a burst."""
    topics: frozenset[str]
    places: frozenset[str]
    published_at: datetime


@dataclass(frozen=True)
class AnswerCriteria:
    """Criteria for answers to one burst.

    `subject` has the code of its subject with all descendants, `company` those of the topics or places that many of its
    headlines share.
    """

    by: str
    subject: frozenset[str]
    company: frozenset[str]
    phrases: frozenset[str]
    began_at: datetime
    deadline: datetime

    def match_reasons(self, candidate: AnswerCandidate) -> tuple[AnswerReason, ...]:
        """The reasons for which a candidate is an answer; empty when it is none."""
        if not self.began_at <= candidate.published_at < self.deadline:
            return ()
        topics, places = candidate.topics, candidate.places
        own, other = (topics, places) if self.by == "topic" else (places, topics)
        shared = len(self.phrases & syllable_pairs(candidate.text))
        found = [
            reason
            for reason, matches in (
                (AnswerReason.subject, bool(self.subject & own)),
                (AnswerReason.company, bool(self.company & other)),
                (AnswerReason.words, bool(shared)),
            )
            if matches
        ]
        enough = len(found) > 1 and (AnswerReason.subject in found or shared > 1)
        return tuple(found) if enough else ()


def answer_deadline(last_on: date) -> datetime:
    """The time until which a document counts as an answer to a burst with this last day."""
    return midnight(last_on + timedelta(days=1)) + ANSWER_WINDOW


def find_first_answer(
    criteria: AnswerCriteria, candidates: Iterable[AnswerCandidate]
) -> tuple[AnswerCandidate, tuple[AnswerReason, ...]] | None:
    """The earliest answer and its reasons."""
    found = [(each, because) for each in candidates if (because := criteria.match_reasons(each))]
    return min(found, key=lambda pair: (pair[0].published_at, pair[0].id), default=None)
