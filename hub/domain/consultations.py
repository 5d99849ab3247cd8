"""Life of a consultation (lấy ý kiến) as a pure table: announced → open → closed → answered → adopted, or dropped."""

from datetime import date, datetime, timedelta
from enum import StrEnum

from hub.errors import TransitionConflict
from hub.problem_texts.templates import fill, one_of
from hub.times import VIETNAM, format_rfc3339


class ConsultationStage(StrEnum):
    """Stage of a consultation's life (giai đoạn lấy ý kiến)."""

    announced = "announced"
    open = "open"
    closed = "closed"
    answered = "answered"
    adopted = "adopted"
    dropped = "dropped"


class ConsultationVerb(StrEnum):
    """Change of a consultation, by an editor or by the clock."""

    open = "open"
    close = "close"
    extend = "extend"
    answer = "answer"
    adopt = "adopt"
    drop = "drop"
    link = "link"


FINISHED = frozenset({ConsultationStage.adopted, ConsultationStage.dropped})
UNFINISHED = frozenset(ConsultationStage) - FINISHED
"""Stages after which something follows."""
RUNNING = frozenset({ConsultationStage.announced, ConsultationStage.open})
"""Stages that end by the clock."""

CONSULTATION_TRANSITIONS: dict[ConsultationVerb, tuple[frozenset[ConsultationStage], ConsultationStage | None]] = {
    ConsultationVerb.open: (frozenset({ConsultationStage.announced}), ConsultationStage.open),
    ConsultationVerb.close: (RUNNING, ConsultationStage.closed),
    ConsultationVerb.extend: (RUNNING, None),
    ConsultationVerb.answer: (frozenset({ConsultationStage.closed}), ConsultationStage.answered),
    ConsultationVerb.adopt: (
        frozenset({ConsultationStage.closed, ConsultationStage.answered}),
        ConsultationStage.adopted,
    ),
    ConsultationVerb.drop: (UNFINISHED, ConsultationStage.dropped),
    ConsultationVerb.link: (UNFINISHED, None),
}
"""Stages in which each change is allowed, and the stage after it; None: the stage stays.

A consultation that is known only after its end closes without having been open.
"""


def next_stage(verb: ConsultationVerb, stage: ConsultationStage) -> ConsultationStage:
    """Return the stage after a change. Raises `TransitionConflict` with the stages that allow it."""
    allowed, after = CONSULTATION_TRANSITIONS[verb]
    if stage not in allowed:
        raise TransitionConflict(
            fill("The action `{verb}` is not allowed: the consultation is {stage}.", verb=verb, stage=stage),
            field="state",
            expected=one_of(sorted(allowed)),
        )
    return after or stage


def first_day(opens_at: datetime) -> date:
    """Return the day in Việt Nam on which a window begins."""
    return opens_at.astimezone(VIETNAM).date()


def last_day(closes_at: datetime) -> date:
    """Return the last day in Việt Nam that begins before the exclusive end of a window."""
    return (closes_at - timedelta(microseconds=1)).astimezone(VIETNAM).date()


def window_members(opens_at: datetime, closes_at: datetime) -> dict[str, str]:
    """Return the window that holds as members of a text: its days, and its exact end."""
    return {
        "opens_on": str(first_day(opens_at)),
        "closes_on": str(last_day(closes_at)),
        "closes_at": format_rfc3339(closes_at),
    }


def stage_at(stored: ConsultationStage, opens_at: datetime, closes_at: datetime, moment: datetime) -> ConsultationStage:
    """Return the stage at a moment: the window decides at its instants, the log says so a little later."""
    if stored not in RUNNING:
        return stored
    if moment >= closes_at:
        return ConsultationStage.closed
    return ConsultationStage.announced if moment < opens_at else ConsultationStage.open
