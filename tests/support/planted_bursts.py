"""Bursts that are planted among headlines, and what became of them. Seeded; for the tests and `make bench-press`."""

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from importlib.resources import files
from itertools import cycle, islice
from random import Random

from hub.press.baseline import Subject, SubjectDay, TrendSubject, days_by_subject
from hub.press.bursts import Burst, BurstRule, find_all_bursts
from hub.press.items import PressItem
from hub.press.lexicon import Lexicon
from hub.press.publication_times import PressTime
from hub.times import VIETNAM
from tests.support.newspapers import Seen, counted

PHRASES: dict[str, list[str]] = json.loads((files("hub.press") / "data" / "topics.json").read_text("utf-8"))["phrases"]
LENGTHS = (1, 2, 3, 4, 6)
STRENGTHS = (4.0, 5.0, 6.0, 8.0, 10.0)
"""Headlines a day beyond the usual, in the subject's own standard deviations; never fewer than FEWEST in all."""
FEWEST = 12
_LATE = timedelta(days=1)
"""A collector may come by on the day after."""
MARGIN = timedelta(days=3)
"""A plant stays so far from the ends of the time and from what is a burst without it."""


@dataclass(frozen=True)
class Plant:
    """A planted burst."""

    subject: Subject
    first: date
    days: int
    times: PressTime
    items: tuple[PressItem, ...]

    @property
    def last(self) -> date:
        return self.first + timedelta(days=self.days - 1)


@dataclass(frozen=True)
class Outcome:
    """What came of a plant: the days until it was plain, None when it was missed."""

    plant: Plant
    delay: int | None


def seen(items: Iterable[PressItem], lexicon: Lexicon) -> Iterator[Seen]:
    """The items as the lexicon reads them, on their days in Việt Nam."""
    for item in items:
        read, at = lexicon.classify(item.title), item.published_at or item.collected_at
        assert at is not None
        topics = {Subject(TrendSubject.topic, code) for code in read.topics}
        places = {Subject(TrendSubject.place, code) for code in read.places}
        yield Seen(at.astimezone(VIETNAM).date(), item.outlet, frozenset(topics | places))


class Field:
    """Headlines to plant bursts among. `places` gives the names of the places that headlines may be about."""

    def __init__(self, usual: Sequence[Seen], lexicon: Lexicon, places: dict[str, str]) -> None:
        self.usual = usual
        self.lexicon = lexicon
        self.places = places
        self.counts = counted(usual)
        self.outlets = sorted({each.outlet for each in usual})
        self.days = days_by_subject(self.counts)
        self.own = find_all_bursts(self.days, BurstRule(score=2.5))
        """What is a burst already, or nearly: nothing is planted there, for finding that would be no merit."""
        self.subjects = sorted(subject for subject in self.days if self._title(subject, 0) is not None)

    def plants(self, seed: int, *, many: int = 10, size: float = 1.0) -> list[Plant]:
        """Bursts of unlike size, length, subject and kind of times, no two of one subject. `size` scales them all."""
        random = Random(seed)  # noqa: S311 - repeatable on purpose
        lengths, strengths = list(islice(cycle(LENGTHS), many)), list(islice(cycle(STRENGTHS), many))
        random.shuffle(strengths)
        places = [subject for subject in self.subjects if subject.kind is TrendSubject.place]
        topics = [subject for subject in self.subjects if subject.kind is TrendSubject.topic]
        wanted = random.sample(places, min(len(places), many // 5))
        wanted += random.sample(topics, len(topics))
        found: list[Plant] = []
        for subject in wanted:
            if len(found) == many:
                break
            many_days, kind = lengths[len(found)], (PressTime.published, PressTime.collected)[len(found) % 2]
            begin = self._room(random, subject, many_days)
            if begin is None:
                continue
            days = [day.on for day in self.days[subject][begin : begin + many_days]]
            daily = size * max(strengths[len(found)] * usual_deviation(self.days[subject]), FEWEST / many_days)
            items = tuple(self._items(random, subject, days, daily, kind))
            found.append(Plant(subject, days[0], many_days, kind, items))
        assert len(found) == many, "there is no room for so many"
        return found

    def _room(self, random: Random, subject: Subject, days: int) -> int | None:
        known = self.days[subject]
        taken = [burst for other, burst in self.own if other == subject]
        free = [
            n
            for n in range(MARGIN.days, len(known) - days - MARGIN.days)
            if not any(b.first - MARGIN <= known[n + days].on and known[n].on <= b.last + MARGIN for b in taken)
        ]
        return random.choice(free) if free else None

    def _items(
        self, random: Random, subject: Subject, days: Sequence[date], daily: float, kind: PressTime
    ) -> Iterator[PressItem]:
        outlets = random.sample(self.outlets, min(len(self.outlets), random.choice((2, 3))))
        for n in range(round(daily * len(days))):
            title = self._title(subject, n)
            assert title is not None
            at = _moment(random, days[n % len(days)], kind)
            yield PressItem(title, None, at, None, outlets[n % len(outlets)])

    def _title(self, subject: Subject, n: int) -> str | None:
        """A headline of our own that the lexicon reads as being about the subject."""
        named = PHRASES.get(subject.code, []) if subject.kind is TrendSubject.topic else []
        if subject.kind is TrendSubject.place and subject.code in self.places:
            named = [f"{self.places[subject.code]}, thành phố Huế"]
        for phrase in named[n % len(named) :] + named[: n % len(named)] if named else ():
            title = f"Chuyện thứ {n} ở khu phố: {phrase}"
            read = self.lexicon.classify(title)
            if subject.code in (*read.topics, *read.places):
                return title
        return None

    def outcomes(
        self, plants: Sequence[Plant], rules: Sequence[BurstRule]
    ) -> list[tuple[list[Outcome], list[tuple[Subject, Burst]]]]:
        """For each rule: what came of the plants, and the bursts that are none of them."""
        extra = [each for plant in plants for each in seen(plant.items, self.lexicon)]
        days = days_by_subject(counted([*self.usual, *extra]))
        shares = Counter((subject, each.on) for each in extra for subject in each.subjects)
        return [_outcome(plants, find_all_bursts(days, rule), shares) for rule in rules]


def _outcome(
    plants: Sequence[Plant], found: Sequence[tuple[Subject, Burst]], shares: Counter[tuple[Subject, date]]
) -> tuple[list[Outcome], list[tuple[Subject, Burst]]]:
    delays: dict[Plant, int] = {}
    rest = []
    for subject, burst in found:
        hit = [
            plant
            for plant in plants
            if plant.subject == subject and burst.first <= plant.last + _LATE and plant.first <= burst.last
        ]
        for plant in hit:
            late = max(0, (burst.detected_on - plant.first).days)
            delays[plant] = min(late, delays.get(plant, late))
        days = [burst.first + timedelta(days=n) for n in range((burst.last - burst.first).days + 1)]
        # A headline about waste in Huế counts for both: a burst that is made of planted items is no false alarm.
        if not hit and sum(shares[subject, day] for day in days) < (burst.observed - burst.expected) / 2:
            rest.append((subject, burst))
    return [Outcome(plant, delays.get(plant)) for plant in plants], rest


def usual_deviation(days: Sequence[SubjectDay]) -> float:
    """How much a subject's count differs from day to day (standard deviation, by quartiles, in items; at least 1)."""
    values = sorted(day.observed for day in days)
    quartiles = values[(3 * len(values)) // 4] - values[len(values) // 4]
    return max(1.0, quartiles / 1.35)


def _moment(random: Random, on: date, kind: PressTime) -> datetime:
    """Published: sometime in the day. Collected: the collector's next round, of four a day, perhaps after midnight."""
    at = datetime.combine(on, time(6), VIETNAM) + timedelta(seconds=random.randrange(17 * 3_600))
    if kind is PressTime.published:
        return at.astimezone(UTC)
    rounds = [datetime.combine(on, time(hour, 40, 17), VIETNAM) for hour in (2, 8, 14, 20)]
    rounds.append(rounds[0] + timedelta(days=1))
    late = next(each for each in rounds if each >= at)
    return late.replace(microsecond=random.randrange(1, 999_999)).astimezone(UTC)
