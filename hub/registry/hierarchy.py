"""The registry as searches need it: names for facets, and what belongs together although names and borders change.

The whole registry is a few hundred rows, so each process keeps a copy for a few seconds: a filter by an agency with
all its predecessors then costs no statement, and a new or renamed agency is known everywhere before anybody wonders.
"""

import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, TypeVar
from weakref import WeakKeyDictionary

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

from hub.db import Database

T = TypeVar("T")

KEPT_SECONDS = 10.0
"""How long a process remembers the registry."""

Unit = tuple[str, date]
"""A unit of administration: old and new ones share codes, so its first day is part of what it is."""


@dataclass(frozen=True)
class Place:
    """One unit in its time."""

    name: str
    parent: str | None
    first: date
    until: date


@dataclass(frozen=True)
class Registry:
    """Names, what stands below what, and who took over from whom. Built by `read`."""

    agencies: Mapping[str, str]
    topics: Mapping[str, str]
    places: Mapping[Unit, Place]
    agencies_below: Mapping[str, frozenset[str]]
    topics_below: Mapping[str, frozenset[str]]
    agencies_after: Mapping[str, frozenset[str]]
    agencies_before: Mapping[str, frozenset[str]]
    places_after: Mapping[Unit, frozenset[Unit]]
    places_before: Mapping[Unit, frozenset[Unit]]

    def agency_family(self, code: str) -> frozenset[str]:
        """An agency, those it came from and those that took over, and all that stand below any of them."""
        return reached(self.agency_line(code), self.agencies_below)

    def agency_line(self, code: str) -> frozenset[str]:
        """An agency, those it came from and those that took over."""
        return reached({code}, self.agencies_after) | reached({code}, self.agencies_before)

    def topic_family(self, code: str) -> frozenset[str]:
        """A topic and all below it."""
        return reached({code}, self.topics_below)

    def units(self, code: str) -> frozenset[Unit]:
        """The units that bear or bore this code."""
        return frozenset(unit for unit in self.places if unit[0] == code)

    def place_family(self, code: str) -> frozenset[str]:
        """The codes of the units of this code, of those below them, and of what all these were and became.

        Neighbours that merely went into the same later unit stay out: from each unit we go only forwards or only back.
        """
        own = self.units(code)
        inside = own | {unit for unit, place in self.places.items() if self._stood_below(place, own)}
        return frozenset(unit[0] for unit in reached(inside, self.places_after) | reached(inside, self.places_before))

    def place_name(self, code: str) -> str | None:
        """What the unit of this code is called now, or was called last."""
        named = {unit[1]: place.name for unit, place in self.places.items() if unit[0] == code}
        return named[max(named)] if named else None

    def _stood_below(self, place: Place, above: Iterable[Unit]) -> bool:
        """Whether a unit's chain of parents meets one of `above` at a time when both were valid."""
        seen: set[Unit] = set()
        waiting = [place]
        while waiting:
            below = waiting.pop()
            for unit in self.units(below.parent) if below.parent else ():
                parent = self.places[unit]
                if unit in seen or parent.until <= below.first or below.until <= parent.first:
                    continue
                if unit in above:
                    return True
                seen.add(unit)
                waiting.append(parent)
        return False


def reached(start: Iterable[T], steps: Mapping[T, frozenset[T]]) -> frozenset[T]:
    """Everything that can be reached, the start included."""
    found = set(start)
    waiting = list(found)
    while waiting:
        for following in steps.get(waiting.pop(), ()):
            if following not in found:
                found.add(following)
                waiting.append(following)
    return frozenset(found)


_READ = text(
    """
    SELECT 'agency' AS what, code, DATE '0001-01-01' AS first, DATE '9999-12-31' AS until, name, parent FROM agency
    UNION ALL SELECT 'topic', code, DATE '0001-01-01', DATE '9999-12-31', name, parent FROM topic
    UNION ALL SELECT 'place', code, valid_from, coalesce(valid_to, DATE '9999-12-31'), name, parent FROM place
    UNION ALL SELECT 'agency_after', code, NULL, NULL, successor, NULL FROM agency_successor
    UNION ALL SELECT 'place_after', code, valid_from, successor_from, successor, NULL FROM place_successor
    """
)

_kept: WeakKeyDictionary[Database, tuple[Registry, float]] = WeakKeyDictionary()


async def registry(database: Database) -> Registry:
    """The registry, at most `KEPT_SECONDS` old."""
    kept = _kept.get(database)
    if kept is None or time.monotonic() - kept[1] > KEPT_SECONDS:
        kept = _kept[database] = (await read(database), time.monotonic())
    return kept[0]


async def read(database: Database) -> Registry:
    """The registry as it is now: one statement."""
    async with database.read() as connection:
        return await read_from(connection)


async def read_from(connection: AsyncConnection | AsyncSession) -> Registry:
    """The registry as this connection sees it."""
    rows = (await connection.execute(_READ)).all()
    agencies = [row for row in rows if row.what == "agency"]
    topics = [row for row in rows if row.what == "topic"]
    taken_over = [(row.code, row.name) for row in rows if row.what == "agency_after"]
    became = [((row.code, row.first), (row.name, row.until)) for row in rows if row.what == "place_after"]
    return Registry(
        agencies={row.code: row.name for row in agencies},
        topics={row.code: row.name for row in topics},
        places={
            (row.code, row.first): Place(row.name, row.parent, row.first, row.until)
            for row in rows
            if row.what == "place"
        },
        agencies_below=_grouped((row.parent, row.code) for row in agencies if row.parent),
        topics_below=_grouped((row.parent, row.code) for row in topics if row.parent),
        agencies_after=_grouped(taken_over),
        agencies_before=_grouped((later, earlier) for earlier, later in taken_over),
        places_after=_grouped(became),
        places_before=_grouped((later, earlier) for earlier, later in became),
    )


def _grouped(pairs: Iterable[tuple[Any, Any]]) -> dict[Any, frozenset[Any]]:
    found: dict[Any, set[Any]] = {}
    for key, value in pairs:
        found.setdefault(key, set()).add(value)
    return {key: frozenset(values) for key, values in found.items()}
