"""Quiet hours (giờ yên tĩnh) in Việt Nam, which may cross midnight. Pure."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta

from hub.times import VIETNAM


@dataclass(frozen=True)
class QuietHours:
    """A part of every day in which nothing is sent that can wait: from `begin`, and until just before `end`."""

    begin: time
    end: time

    def end_after(self, moment: datetime) -> datetime | None:
        """Return the end of the quiet hours that a moment lies in; None outside them."""
        local = moment.astimezone(VIETNAM)
        clock = local.time()
        crosses = self.end <= self.begin
        inside = (clock >= self.begin or clock < self.end) if crosses else self.begin <= clock < self.end
        if not inside:
            return None
        day = local.date() + timedelta(days=1 if crosses and clock >= self.begin else 0)
        return datetime.combine(day, self.end, VIETNAM)


def parse_quiet_hours(text: str) -> QuietHours | None:
    """Parse `22:00-06:00`; None for `off`, and for a range that begins when it ends. Raises `ValueError`."""
    if text == "off":
        return None
    begin, _, end = text.partition("-")
    found = QuietHours(time.fromisoformat(begin), time.fromisoformat(end))
    return None if found.begin == found.end else found
