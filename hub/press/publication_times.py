"""Times of publication, told apart from times at which a collector stamped an item."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum

from hub.press.items import PressItem

MIN_PILE_SIZE = 3
"""This many items of one outlet in the same second were stamped by a collector."""


class PressTime(StrEnum):
    """Meaning of the time of an item (loại thời điểm)."""

    published = "published"
    collected = "collected"


def time_kinds(items: Sequence[PressItem]) -> list[PressTime]:
    """Classify the time of each item as time of publication or of collection, by comparison within the batch.

    Editors publish in whole seconds and rarely three items in the same second; a collector's timestamp has fractions or
    is shared by many items. Several items on a full minute are a scheduled release, which is a publication.
    """
    at = [None if i.published_at is None else (i.outlet, i.published_at.replace(microsecond=0)) for i in items]
    piles = Counter(at)

    def kind(item: PressItem, stamp: tuple[str, datetime] | None) -> PressTime:
        if item.published_at is None or stamp is None:
            return PressTime.collected
        piled = piles[stamp] >= MIN_PILE_SIZE and item.published_at.second != 0
        return PressTime.collected if item.published_at.microsecond or piled else PressTime.published

    return [kind(item, stamp) for item, stamp in zip(items, at, strict=True)]
