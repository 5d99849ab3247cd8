"""Windows of consultations, pure: two instants made of days, and the window after an edition with other days.

A window that was announced never ends earlier than announced; whoever wrote a comment for its last day must not find
the door closed.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from hub.domain.consultations import RUNNING, ConsultationStage
from hub.times import midnight


@dataclass(frozen=True, slots=True)
class Window:
    """Time in which people may comment: `closes_at` is the first moment after it."""

    opens_at: datetime
    closes_at: datetime

    @classmethod
    def of_days(cls, first: date, last: date) -> "Window":
        """Return the window from 00:00 (+07:00) of the first day to 00:00 after the last one (hết ngày)."""
        return cls(midnight(first), midnight(last + timedelta(days=1)))

    def ended_at(self, moment: datetime) -> "Window":
        """Return the window cut at a moment, for a consultation that was dropped."""
        return Window(min(self.opens_at, moment), min(self.closes_at, moment))


@dataclass(frozen=True, slots=True)
class WindowChange:
    """Window and stage after an edition became public; `is_changed` if that must be announced."""

    window: Window
    stage: ConsultationStage
    is_changed: bool


def shortens(stage: ConsultationStage, announced_end: datetime, written: Window) -> bool:
    """Return True if an edition states an earlier end than announced, or another end of what is finished."""
    if stage in RUNNING or stage is ConsultationStage.closed:
        return written.closes_at < announced_end
    return written.closes_at != announced_end


def merge_window(stage: ConsultationStage, announced: Window, written: Window, moment: datetime) -> WindowChange:
    """Return the window after an edition that states `written` becomes public at `moment`.

    A later end extends it, also after it was closed, while nothing was answered. The start moves only before it comes.
    Everything else leaves the announced window as it is.
    """
    later = written.closes_at > announced.closes_at
    if stage is ConsultationStage.announced:
        window = Window(written.opens_at, max(announced.closes_at, written.closes_at))
        return WindowChange(window, stage, window != announced)
    if stage is ConsultationStage.open and later:
        return WindowChange(Window(announced.opens_at, written.closes_at), stage, True)
    if stage is ConsultationStage.closed and later:
        if written.opens_at > moment:
            return WindowChange(written, ConsultationStage.announced, True)
        stage = ConsultationStage.closed if written.closes_at <= moment else ConsultationStage.open
        return WindowChange(Window(announced.opens_at, written.closes_at), stage, True)
    return WindowChange(announced, stage, False)
