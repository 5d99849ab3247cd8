"""Headlines of our own making, and the lexicon of Huế's registry, for tests without a database."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from hub.press.baseline import HeadlineCounts, Subject, TrendSubject
from hub.press.lexicon import Lexicon, build_lexicon
from hub.registry.bundle import bundle_records
from hub.registry.entries import RegistryList
from hub.registry.hierarchy import PlaceVersion, Registry

TODAY = date(2026, 11, 24)


@dataclass(frozen=True)
class Seen:
    """A headline as the counting sees it."""

    on: date
    outlet: str
    subjects: frozenset[Subject]


def counted(found: Iterable[Seen]) -> HeadlineCounts:
    """The counts of the headlines."""
    counts = HeadlineCounts()
    for each in found:
        counts.add(each.on, each.outlet, each.subjects)
    return counts


def registry() -> Registry:
    """Topics and places as `hub demo` loads them."""
    records = bundle_records("hue")
    topics = {each.members["code"]: each.members["name"] for each in records if each.list is RegistryList.topics}
    places = {}
    for each in (record.members for record in records if record.list is RegistryList.places):
        first = date.fromisoformat(each["valid_from"]) if each["valid_from"] else date.min
        until = date.fromisoformat(each["valid_to"]) if each["valid_to"] else date.max
        places[(each["code"], first)] = PlaceVersion(each["name"], each["parent"], first, until)
    return Registry({}, topics, places, {}, {}, {}, {}, {}, {})


def lexicon() -> Lexicon:
    """The lexicon of that registry."""
    return build_lexicon(registry(), TODAY)


OUTLETS = {"Báo Một": 90, "Báo Hai": 60, "Báo Ba": 30}
"""Newspapers of our own making and how many headlines a day they have."""
TOPICS = {
    "giao-thong-van-tai": 0.1, "y-te-duoc": 0.06, "hinh-su": 0.05, "giao-duc-dao-tao": 0.04, "di-san": 0.03,
    "du-lich": 0.025, "rac-thai": 0.02, "le-hoi": 0.015, "moi-truong": 0.012, "hoc-phi": 0.008, "ho-tich": 0.006,
    "lam-nghiep": 0.005,
}  # fmt: skip
"""The part of all headlines that is about each topic."""
HUE = 0.012
"""The part that is about the city."""
FIRST = date(2026, 3, 2)


def usual(days: int, seed: int = 1, outlets: dict[str, int] = OUTLETS) -> list[Seen]:
    """Headlines of quiet weeks from `FIRST` on: more on weekdays, and each topic by chance."""
    random = Random(seed)  # noqa: S311 - repeatable on purpose
    found = []
    for n in range(days):
        on = FIRST + timedelta(days=n)
        for outlet, size in outlets.items():
            for _ in range(round(size * (0.8 if on.weekday() > 4 else 1) * random.uniform(0.9, 1.1))):
                subjects = {
                    Subject(TrendSubject.topic, code) for code, part in TOPICS.items() if random.random() < part
                }
                if random.random() < HUE:
                    subjects.add(Subject(TrendSubject.place, "46"))
                found.append(Seen(on, outlet, frozenset(subjects)))
    return found
