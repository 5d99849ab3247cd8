"""The schedule of the nightly checks of the indexes."""

from datetime import datetime, timedelta

from hub.times import VIETNAM

CHECK_HOUR = 2
"""Hour of the nightly checks, in Việt Nam."""


class NightlySchedule:
    """A schedule that is due once a night, for the first time in the night after the process started."""

    def __init__(self) -> None:
        self._next = self._next_after(datetime.now(VIETNAM))

    def claim_if_due(self) -> bool:
        """Return True once per night, when the check is due; later calls of the same night return False."""
        here = datetime.now(VIETNAM)
        if here < self._next:
            return False
        self._next = self._next_after(here)
        return True

    @staticmethod
    def _next_after(here: datetime) -> datetime:
        tonight = here.replace(hour=CHECK_HOUR, minute=0, second=0, microsecond=0)
        return tonight if here < tonight else tonight + timedelta(days=1)
