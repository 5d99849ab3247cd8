"""The item of a press feed, as it arrives."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class PressItem:
    """One entry of a press feed. Times need a zone; without `published_at` the time of collection counts."""

    title: str
    link: str | None
    published_at: datetime | None
    collected_at: datetime | None
    outlet: str
